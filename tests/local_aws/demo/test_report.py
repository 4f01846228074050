"""What the demo tells."""

import io

from local_aws.demo.report import Report, figures
from rich.console import Console
from saai_domain.roles import Rol

from tests.local_aws.demo.examples import arrival, screen, short, sold

ROSA = screen("T001U001", "Rosa Huamán", Rol.ADMIN)
LUZ = screen("T001U002", "Luz Ccori")


def lines_of(console: Console) -> list[str]:
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


def test_lines_tell_sale_answer_and_delivery_in_plain_text() -> None:
    """Piped, a line is never folded and carries no colour codes."""
    console = Console(file=io.StringIO(), width=20, highlight=False)
    report = Report(console)

    report.of(LUZ, f"{LUZ.label} sells 2 x Inca Kola 500 ml", "bold")
    report.answer(sold(LUZ), "{codigo_venta} registered, S/ {total:.2f}")
    report.arrival(ROSA, arrival("T001V001", 1))
    report.arrival(LUZ, arrival("T001V001", 1, recovered=True))
    report.answer(short(LUZ), "")

    assert lines_of(console) == [
        "T001  Luz (cashier) sells 2 x Inca Kola 500 ml",
        "T001    T001V001 registered, S/ 6.00  50 ms",
        "T001      ▸ Rosa (owner) sees venta_registrada T001V001",
        "T001      ▸ Luz (cashier) recovers venta_registrada T001V001",
        "T001    409 No hay stock  50 ms",
        "T001      Pan de molde: pide 6, hay 3",
    ]


def test_the_figures_count_what_happened() -> None:
    """Sales, refusals, what came, what came again, what a screen had to ask for, and what it must not see."""
    watching, absent = screen("T001U001", "Rosa Huamán", Rol.ADMIN), screen("T001U002", "Luz Ccori")
    watching.arrivals += [arrival("T001V001", 1), arrival("T001V001", 1), arrival("T001V002", 2, at=10.4)]
    absent.arrivals += [arrival("T001V001", 1, recovered=True, at=99.0), arrival("T009V001", 1, tenant="T009")]

    assert figures([sold(LUZ), sold(LUZ, "T001V002", at=10.1), short(LUZ)], [watching, absent]) == {
        "sales registered": 2,
        "sales refused for lack of stock": 1,
        "events received by screens": 4,
        "of these, recovered by a screen that was away": 1,
        "received again": 1,
        "events on screens that may not see them": 1,
        "from request to screen, in the middle": "100 ms",
    }


def test_the_last_line_says_whether_all_went_well() -> None:
    """And every problem has a line."""
    console = Console(file=io.StringIO(), highlight=False)
    Report(console).summary([], [], [])
    Report(console).summary([], [], ["no sale was registered"])
    told = lines_of(console)
    assert "✔ Every screen saw what its own store and its user's role may see, and nothing else." in told
    assert told[-2:] == ["✘ no sale was registered", "✘ The demo did not go as it must."]


def test_a_screen_shows_each_event_once_in_its_channels_order() -> None:
    """As the browser client gives them to the page."""
    luz = screen("T001U002", "Luz Ccori")
    luz.arrivals += [arrival("T001V002", 2), arrival("T001V001", 1), arrival("T001V002", 2)]
    assert [event["seq"] for event in luz.viewer.events] == [1, 2]
