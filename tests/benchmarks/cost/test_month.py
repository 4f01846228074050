"""A month's arithmetic, against values worked out by hand."""

import re
from pathlib import Path

import attrs
import pytest
from saai_infra.catalog import FUNCTION_NAMES
from saai_infra.config import StageConfig

from benchmarks.blip.__main__ import Client
from benchmarks.cost.earlier import earlier_units, history_units, scan_units
from benchmarks.cost.month import Month, Size, alarms, bill, month_of, same_work, times_of
from benchmarks.cost.paths import Paths
from benchmarks.cost.prices import PRICES, Assumptions
from tests.infra.test_alerts import METRICS

ROOT = Path(__file__).parents[3]
SIZE = Size(stores=100, screens=4, sales=10)


@pytest.fixture(scope="session")
def month(paths: Paths, assumed: Assumptions) -> Month:
    return month_of(SIZE, paths, assumed)


def test_a_bill_is_units_times_prices() -> None:
    """Eight million read units are a dollar, 1.6 million write units another; services are added up."""
    dollars = bill(
        {
            "dynamodb read units": 8_000_000,
            "dynamodb write units": 1_600_000,
            "websocket messages": 3_000_000,
            "websocket minutes": 4_000_000,
            "lambda requests": 5_000_000,
            "lambda GB-seconds": 75_000,
            "alarms": 31,
            "kms requests": 10_000,
        }
    )
    assert dollars["DynamoDB"] == pytest.approx(2.00)
    assert dollars["API Gateway WebSocket"] == pytest.approx(4.00)
    assert dollars["Lambda"] == pytest.approx(1.00 + 1.000005)
    assert dollars["CloudWatch"] == pytest.approx(3.10)
    assert dollars["SSM and KMS"] == pytest.approx(0.03)
    assert dollars["SNS"] == 0


def test_a_meter_without_a_price_is_no_bill() -> None:
    """What is counted must be paid for by somebody."""
    with pytest.raises(KeyError):
        bill({"something new": 1})


def test_how_often_each_path_is_taken(assumed: Assumptions) -> None:
    """A store of four screens, one of them the owner's, open 14 hours on 30 days, and ten sales a day."""
    times = times_of(SIZE, assumed)
    assert times == {
        "connect": pytest.approx(30 * 4 * 840 / 105),
        "disconnect": pytest.approx(30 * 4 * 840 / 105),
        "ping": pytest.approx(30 * 3 * 168),
        "owner's ping": pytest.approx(30 * 168),
        "load": 30 * 4,
        "sale": 300,
        "sale event": 300,
        "refresh": 30 * 16,
        "dashboard": pytest.approx(30 * (10 + 3.5)),
        "notices": pytest.approx(30 * (10 + 10 + 3.5)),
        "night": 30,
    }


NOT_BILLED = {"CerrarPantallas": "somebody is made inactive: rarer than anything that shows in a bill"}
"""Functions that no path of a usual month calls, and why."""


def test_every_function_is_part_of_a_month(month: Month) -> None:
    """What is deployed costs something."""
    forgotten = [name for name in FUNCTION_NAMES if not month.calls.get(name) and name not in NOT_BILLED]
    assert forgotten == [], (
        f"add a path that calls {forgotten} to `count` in benchmarks/cost/paths.py and `times_of` in "
        f"benchmarks/cost/month.py, or say in NOT_BILLED why not"
    )
    assert [name for name in NOT_BILLED if month.calls.get(name)] == [], "take them out of NOT_BILLED"


def test_a_month_adds_paths_sockets_and_the_stage_itself(month: Month, paths: Paths) -> None:
    """Messages, minutes and calls of 100 stores, worked out from the paths."""
    messages = {path: count.units.get("websocket messages", 0.0) for path, count in paths.counts.items()}
    assert messages["refresh"] == 1
    expected = 100 * (960 * 2 + 15_120 * 2 + 5_040 * 2 + 300 * 4 + 480 * 1)
    assert month.units["websocket messages"] == pytest.approx(expected)
    assert month.units["websocket minutes"] == 100 * 4 * 30 * 840
    assert month.calls["RegistrarVenta"] == 100 * 300
    assert month.calls["BarrerEventos"] == 43_200
    assert month.calls["DespacharTiendas"] == 210
    assert month.fixed["schedule calls"] == 43_200 + 210
    assert month.fixed["sqs requests"] == 2 * 43_200 * 15
    assert month.units["log GB-months"] == pytest.approx(3 * month.units["log GB"])


def test_the_bill_of_a_store_does_not_depend_on_the_others(paths: Paths, assumed: Assumptions, month: Month) -> None:
    """Ten times the stores cost ten times as much, but for the stage itself, its clock and its processes' secrets."""
    more = month_of(attrs.evolve(SIZE, stores=1_000), paths, assumed)
    for meter in ("dynamodb write units", "websocket messages", "http requests", "sns publishes"):
        assert more.units[meter] == pytest.approx(10 * month.units[meter])
    assert sum(bill(more.units).values()) < 10 * sum(bill(month.units).values())


def test_a_stage_has_as_many_alarms_as_its_program_makes() -> None:
    """Counted out of the catalogue, as the stack makes them."""
    assert alarms() == len(METRICS)


def test_the_client_is_the_browsers() -> None:
    """Its times stand in options.js; the day's log retention in the stage of production."""
    text = (ROOT / "packages/ws_client/src/options.js").read_text("utf-8")
    assumed, client = Assumptions(), Client()
    units = {"": 1 / 1_000, "SECOND": 1, "MINUTE": 60}

    def setting(name: str) -> float:
        found = re.search(rf"^  {name}: (?:([\d_]+) \* )?(\w+),$", text, re.MULTILINE)
        assert found
        return int(found[1] or 1) * units[found[2]]

    assert setting("pingEvery") == 60 * assumed.ping_minutes
    assert setting("retryFirst") == client.retry_first
    assert setting("retryLimit") == client.retry_limit
    # The jitter is drawn evenly and taken off.
    assert setting("rotateAfter") - setting("rotateJitter") / 2 == 60 * assumed.rotation_minutes
    production = (ROOT / "infra/Pulumi.prod.yaml").read_text("utf-8")
    assert f'saai:logRetentionDays: "{assumed.days_of_logs}"' in production


def test_functions_are_billed_as_arm64() -> None:
    """As a stage is made unless it says otherwise."""
    assert attrs.fields(StageConfig).architecture.default == "arm64"
    assert "arm64" in PRICES["lambda GB-seconds"].source


def test_the_earlier_design_scans_every_connection_for_each_event(paths: Paths) -> None:
    """400 rows of 256 bytes are 25 times 4 KB, read at half price; of ten times the stores it is ten times that."""
    known = attrs.evolve(paths, connection_bytes=256, sale_bytes=512)
    assert scan_units(SIZE, known) == 12.5
    assert scan_units(attrs.evolve(SIZE, stores=1_000), known) == 125


def test_the_earlier_design_reads_all_sales_six_times(paths: Paths, assumed: Assumptions) -> None:
    """80 days of ten sales of 512 bytes are 100 times 4 KB: 300 units each time, in proportion to the days."""
    known = attrs.evolve(paths, connection_bytes=256, sale_bytes=512)
    assert history_units(SIZE, known, history=80) == 300
    assert history_units(SIZE, known, history=800) == 3_000
    young, old = (earlier_units(SIZE, known, assumed, history=days) for days in (80, 160))
    # 100 stores, six times a day.
    assert old["dynamodb read units"] - young["dynamodb read units"] == pytest.approx(100 * 180 * 300)


def test_the_same_work_leaves_out_what_the_earlier_design_did_not_do(month: Month) -> None:
    """No pings, no logs, no queries, and of the refreshes the schedule's only."""
    same = same_work(month, SIZE)
    assert same["websocket messages"] == pytest.approx(100 * (960 * 2 + 300 * 4 + 480 * 6 / 16))
    assert "log GB" not in same
    assert same["http requests"] == pytest.approx(100 * (960 + 300))
