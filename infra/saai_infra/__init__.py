"""SAAI's infrastructure: one module per component.

`saai_infra.stack.deploy()` is the program, which `infra/__main__.py` runs; `saai_infra.catalog` is the table of
functions; `saai_infra.build` makes the zips and needs no Pulumi.
"""
