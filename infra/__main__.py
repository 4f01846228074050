"""The Pulumi program: `pulumi up` runs it."""
# ruff: noqa: INP001 - Pulumi runs this folder; it is no package

import pulumi
from saai_infra.stack import deploy

for name, value in deploy().items():
    pulumi.export(name, value)
