"""RegistrarVenta (``POST /ventas``): registers a sale and has its event delivered
(docs/domain.md, "RegistrarVenta").
"""

from functools import partial

from saai_domain.handlers.commands import http_command
from saai_domain.handlers.entry_point import entry_point

from saai_events.sales.register_sale import RegisterSale

build = partial(http_command, RegisterSale)
lambda_handler = entry_point(build)
