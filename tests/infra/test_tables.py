"""Tables have docs/domain.md's keys, and nothing that their use does not ask for."""

import re

import attrs
import pytest
from saai_infra import stack
from saai_infra.build.artifacts import REPOSITORY
from saai_infra.table_specs import TABLES, TABLES_THAT_MAY_EXIST
from saai_infra.tables import WrongTableError

from tests.infra.conftest import Runner, stage_config
from tests.infra.recording import Graph

KEYS = ("tenant_id", "entity_id")


def test_every_table_has_the_tenant_and_the_entity_as_keys(graph: Graph) -> None:
    """One key schema for all, on demand."""
    for table in graph.of_type("dynamodb/table:Table"):
        assert (table.inputs["hashKey"], table.inputs["rangeKey"]) == KEYS
        assert table.inputs["billingMode"] == "PAY_PER_REQUEST"


def test_rows_that_expire_do_so_by_their_top_level_ttl(dev: Graph) -> None:
    """DynamoDB ignores a TTL inside `data`."""
    expiring = {table.name for table in dev.of_type("dynamodb/table:Table") if "ttl" in table.inputs}
    assert expiring == {name for name, spec in TABLES.items() if spec.expires}
    for name in expiring:
        ttl = dev.one("dynamodb/table:Table", f"saai-dev-{name}").inputs["ttl"]
        assert ttl == {"attributeName": "ttl", "enabled": True}


def test_indexes_are_sparse_and_hold_keys_only(dev: Graph) -> None:
    """A connection is found by its id, an undelivered event by its shard and age."""
    indexes = {
        table.name: [(index["name"], index["projectionType"], index["keySchemas"]) for index in found]
        for table in dev.of_type("dynamodb/table:Table")
        if (found := table.inputs.get("globalSecondaryIndexes"))
    }
    by_connection = [{"attributeName": "entity_id", "keyType": "HASH"}]
    by_age = [
        {"attributeName": "pendiente", "keyType": "HASH"},
        {"attributeName": "created_epoch", "keyType": "RANGE"},
    ]
    assert indexes == {
        "ws-connections": [("por_conexion", "KEYS_ONLY", by_connection)],
        "eventos": [("pendientes", "KEYS_ONLY", by_age)],
    }, "add a new index here, with the keys that its reader asks by: it can't be changed, only made again"


def test_prod_protects_its_tables_three_times(prod: Graph) -> None:
    """From Pulumi, from the console, and from what only a restore undoes."""
    for table in prod.of_type("dynamodb/table:Table"):
        assert table.protect
        # Setting existingTables later takes the stage's own table out of the program, and must not take its data.
        assert table.retain_on_delete
        assert table.inputs["deletionProtectionEnabled"]
        assert table.inputs["pointInTimeRecovery"] == {"enabled": True}


def test_other_stages_can_be_torn_down(dev: Graph) -> None:
    """`pulumi destroy` is enough, and nothing is paid for recovery."""
    for table in dev.of_type("dynamodb/table:Table"):
        assert not table.protect
        assert not table.retain_on_delete
        assert not table.inputs["deletionProtectionEnabled"]
        assert "pointInTimeRecovery" not in table.inputs


def test_tables_that_other_services_write_may_exist_already() -> None:
    """docs/domain.md names them; they need no index and no TTL."""
    document = " ".join((REPOSITORY / "docs" / "domain.md").read_text(encoding="utf-8").split())
    sentence = document.partition("A table is called")[2].partition("may be tables that exist already")[0]
    named = set(re.findall(r"`([a-z-]+)`", sentence))
    assert named == set(TABLES_THAT_MAY_EXIST), (
        'name them in docs/domain.md, "Table model": "Only … may be tables that …"'
    )
    assert not [name for name in TABLES_THAT_MAY_EXIST if TABLES[name].expires or TABLES[name].indexes]


@pytest.fixture(scope="module")
def reusing(run: Runner) -> Graph:
    config = stage_config("dev", existing_tables={"productos": "t_productos"})
    return run(config, tables={"t_productos": KEYS})


def test_an_existing_table_is_used_and_not_made(reusing: Graph) -> None:
    """Its name is in the outputs and in the environment of who uses it."""
    assert "productos" not in {table.name for table in reusing.of_type("dynamodb/table:Table")}
    assert reusing.outputs["tables"]["productos"] == "t_productos"
    environment = reusing.function("RegistrarVenta").inputs["environment"]["variables"]
    assert environment["PRODUCTOS_TABLE"] == "t_productos"


def test_policies_name_the_existing_table(reusing: Graph) -> None:
    """Rights are given on the table that is really used."""
    resources = [statement["Resource"] for statement in reusing.policy("RegistrarVenta")]
    assert any(resource.endswith(":table/t_productos") for resource in resources)
    assert not any(resource.endswith("saai-dev-productos") for resource in resources)


def test_an_existing_table_with_other_keys_is_refused(run: Runner) -> None:
    """Better at deployment than at the first sale."""
    config = stage_config("dev", existing_tables={"productos": "t_productos"})
    with pytest.raises(WrongTableError, match=r"t_productos can't be the table productos: its keys are 'id' and None"):
        run(config, tables={"t_productos": ("id", None)})


def test_a_right_on_an_index_that_does_not_exist_is_refused(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt index would otherwise show as AccessDenied at the first query."""
    wrong = attrs.evolve(stack.FUNCTIONS[0], uses=lambda saai: (saai.tables["ventas"].grant("Query", index="por_dia"),))
    monkeypatch.setattr(stack, "FUNCTIONS", (wrong,))
    with pytest.raises(ValueError, match=r"table ventas has no index 'por_dia', only \[\]"):
        run(stage_config("dev"))
