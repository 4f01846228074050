"""ConsultarTienda over moto's tables, called as API Gateway does."""

from collections.abc import Iterator
from typing import Any

import pytest
from saai_events import consultar_tienda
from saai_support.aws_tables import dynamodb_with

from tests.saai_events.queries.tienda import SECRET, TABLES, Tienda


@pytest.fixture
def tienda(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tienda]:
    """The store T001, still empty."""
    with dynamodb_with(*TABLES) as client:
        monkeypatch.setattr(consultar_tienda, "dynamodb_client", lambda: client)
        monkeypatch.setattr("saai_domain.aws.parameters.jwt_secrets", lambda: (SECRET,))
        handle: Any = consultar_tienda.build({f"{table.upper()}_TABLE": table for table in TABLES})
        yield Tienda(client=client, handle=handle)
