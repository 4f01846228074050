"""What `make dev` prints when everything is up: addresses, tokens, commands to paste."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from saai_domain.roles import Rol

from local_aws.catalogue import Store
from local_aws.clients import ROOT_KEY
from local_aws.stack import Stack
from local_aws.tokens import issue_for

_ROLES = {Rol.TRABAJADOR: "a cashier", Rol.ADMIN: "the owner", Rol.SAAI: "SAAI's operator"}


def welcome(stack: Stack, tiendas: Sequence[Store], *, console: str, log: Path, contracts: str | None = None) -> str:
    """The text, with tokens of the first store that are good for 24 hours.

    `console` and `contracts` are addresses of pages; None where the contracts' was not built.
    """
    tienda = tiendas[0]
    tokens = {rol: issue_for(stack, tienda, tienda.with_role(rol)[0]) for rol in _ROLES}
    named = "\n".join(f"  {rol:<10} {_ROLES[rol]} of {tienda.nombre}:\n    {token}" for rol, token in tokens.items())
    screen = shlex.quote(f"{stack.ws_url}?{urlencode({'token': tokens[Rol.ADMIN]})}")
    return f"""
Console    {console}
           Open it in two windows: a sale made in one appears in the other.
Contracts  {contracts or "make frontend docs builds their page"}

WebSocket  {stack.ws_url}
HTTP API   {stack.api_url}
AWS        {stack.endpoint_url} (region {stack.region}, key and secret: {ROOT_KEY})
Log        {log}

Tokens
{named}

A screen of the owner's:
  wscat -c {screen}
or, without Node:
  .venv/bin/python -m websockets {screen}

A sale that it will see:
  {sale_command(stack, tienda, tokens[Rol.TRABAJADOR])}

Sources under packages/ are redeployed when they change. Ctrl-C stops everything.
"""


def sale_command(stack: Stack, tienda: Store, token: str) -> str:
    """A curl line that sells two of the store's first product."""
    product = tienda.productos[0].codigo_producto
    body = json.dumps({"productos": [{"codigo_producto": product, "cantidad": 2}], "metodo_pago": "EFECTIVO"})
    return (
        f"curl -s {shlex.quote(f'{stack.api_url}/ventas')} -H 'content-type: application/json'"
        f" -H {shlex.quote(f'authorization: Bearer {token}')} -d {shlex.quote(body)}"
    )
