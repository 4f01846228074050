"""What the demo shows."""

import io

import attrs
from local_aws.demo.ledger import judge
from local_aws.demo.report import Report, delay_text, make_console, problems, shortage_text, summary_rows
from rich.console import Console

from tests.local_aws.demo.examples import (
    KEVIN,
    LUZ,
    ROSA,
    SCREENS,
    dashboard,
    delivered,
    forecast,
    order,
    refused,
    sold,
)

ANSWER = sold("T001V001", order(), asked_at=10.0, answered_at=10.05)


def written(console: Console) -> str:
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_a_delay_is_told_from_the_request_and_against_the_answer() -> None:
    """A frame often overtakes its sale's answer."""
    assert (
        delay_text(delivered("T001V001", ROSA, at=10.1), ANSWER) == "100 ms after the request, 50 ms after its answer"
    )
    assert (
        delay_text(delivered("T001V001", ROSA, at=10.04), ANSWER) == "40 ms after the request, 10 ms before its answer"
    )
    assert delay_text(delivered("T001V001", ROSA), None) == "before the API's answer"


def test_a_shortage_tells_what_was_asked_for_and_what_there_is() -> None:
    """In Spanish, as the cashier reads it."""
    shortage = {"nombre": "Pan de molde", "solicitado": 6, "disponible": 3}

    assert shortage_text(shortage) == "Pan de molde: pide 6, hay 3"


def test_the_table_counts_what_happened() -> None:
    """Sales, refusals, deliveries, and the spread of the delays."""
    deliveries = [delivered("T001V001", ROSA, at=10.1), delivered("T001V001", LUZ, at=10.3), dashboard(ROSA, 1)]

    rows = dict(summary_rows(judge(SCREENS, [ANSWER, refused(order(2, in_stock=False))], deliveries)))

    assert rows["sales registered"] == "1"
    assert rows["sales refused for lack of stock"] == "1"
    assert rows["deliveries expected"] == rows["deliveries received"] == "3"
    assert rows["frames on screens that may not see them"] == "0"
    assert rows["from request to screen: least / median / most"] == "100 ms / 200 ms / 300 ms"


def test_every_problem_gets_a_line() -> None:
    """Who missed, got or was answered what."""
    deliveries = [delivered("T001V001", KEVIN, tenant="T001"), delivered("T001V009", LUZ)]

    found = list(problems(judge(SCREENS, [ANSWER, refused(order(2))], deliveries, [forecast(None)])))

    assert found == [
        "T001 2 x Inca Kola 500 ml: answered 409 Stock insuficiente",
        "T001 has no forecast of T001P001: 200 Lista",
        "T001 Rosa (owner) never saw venta_registrada T001V001",
        "T001 Rosa (owner) never saw analitica_actualizada 1 sales today",
        "T001 Luz (cashier) never saw venta_registrada T001V001",
        "T002 Kevin (cashier) got venta_registrada of T001",
        "T001 Luz (cashier) got venta_registrada event-T001V009, which nothing explains",
    ]


def test_lines_tell_sale_answer_and_delivery_in_plain_text() -> None:
    """Piped, a line is never folded and carries no colour codes."""
    console = Console(file=io.StringIO(), width=20, highlight=False, no_color=True)
    report = Report(console)

    report.asks(order())
    report.answers(ANSWER)
    report.delivers(delivered("T001V001", ROSA), ANSWER)
    report.returns(LUZ)
    report.delivers(attrs.evolve(delivered("T001V001", LUZ), recovered=True), ANSWER)
    report.delivers(dashboard(ROSA, 1), None)
    report.foresees(forecast(4))
    report.foresees(forecast(None))

    assert written(console).splitlines() == [
        "T001  Luz (cashier) sells 2 x Inca Kola 500 ml",
        "T001    T001V001 registered, S/ 6.00  50 ms",
        "T001      ▸ Rosa (owner) sees venta_registrada T001V001  100 ms after the request, 50 ms after its answer",
        "T001  Luz (cashier) is back and asks what it missed",
        "T001      ▸ Luz (cashier) recovers venta_registrada T001V001",
        "T001      ▸ Rosa (owner) sees analitica_actualizada 1 sales today",
        "T001    tomorrow 4, the next seven days 21",
        "T001    200 Lista",
    ]


def test_the_summary_ends_with_the_verdict() -> None:
    """The last line says whether all went well."""
    console = Console(file=io.StringIO(), width=100, no_color=True)
    deliveries = [delivered("T001V001", ROSA), delivered("T001V001", LUZ), dashboard(ROSA, 1)]

    Report(console).summary(judge(SCREENS, [ANSWER], deliveries))
    Report(console).summary(judge(SCREENS, [ANSWER], []))

    text = written(console)
    assert "✔ Every screen saw what its own store and its user's role may see, and nothing else." in text
    assert text.splitlines()[-1] == "✘ The demo did not go as it must."


def test_a_console_that_is_no_terminal_writes_plain_text() -> None:
    """Under pytest standard output is no terminal."""
    assert make_console().no_color
