"""Shows the demo: a line for what happens as it happens, and a table at the end."""

from collections.abc import Iterator, Mapping
from statistics import median

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local_aws.demo.ledger import Answer, Delivery, Forecast, Verdict
from local_aws.demo.scenario import Order, Screen

_COLOURS = ("cyan", "magenta", "green", "yellow")
_PLAIN_WIDTH = 110


def make_console() -> Console:
    """A console with colour on a terminal, and plain text of a fixed width elsewhere."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PLAIN_WIDTH, no_color=True)


@attrs.frozen
class Report:
    """Writes to a console. Stores have a colour each, in the order in which they are first mentioned."""

    console: Console
    _colours: dict[str, str] = attrs.field(factory=dict[str, str], init=False)

    def step(self, text: str, seconds: float) -> None:
        """A step of the preparation is done."""
        self._line(Text.assemble(("✔ ", "green"), text, (f"  {seconds:.1f} s", "dim")))

    def heading(self, text: str) -> None:
        self.console.print()
        self._line(Text(text, "bold"))

    def asks(self, order: Order) -> None:
        """A cashier's request goes out."""
        who = f"{order.cashier.label} sells "
        self._line(Text.assemble(self._store(order.cashier.tienda), (who, "bold"), order.text))

    def answers(self, answer: Answer) -> None:
        """The API answered."""
        took = f"  {_ms(answer.answered_at - answer.asked_at)}"
        store = self._store(answer.order.cashier.tienda)
        if answer.codigo_venta is not None:
            text = f"  {answer.codigo_venta} registered, S/ {answer.total:.2f}"
            self._line(Text.assemble(store, (text, "green"), (took, "dim")))
            return
        self._line(Text.assemble(store, (f"  {answer.status} {answer.message}", "red"), (took, "dim")))
        for shortage in answer.shortages:
            self._line(Text.assemble(store, (f"    {shortage_text(shortage)}", "red")))

    def delivers(self, delivery: Delivery, answer: Answer | None) -> None:
        """A frame arrived on a screen; the answer to its sale may still be on its way."""
        frame = delivery.frame
        verb = "recovers" if delivery.recovered else "sees"
        text = f"    ▸ {delivery.screen.label} {verb} {frame.event_type} {frame.subject}".rstrip()
        delay = f"  {delay_text(delivery, answer)}" if frame.codigo_venta and not delivery.recovered else ""
        self._line(Text.assemble(self._store(delivery.screen.tienda), text, (delay, "dim")))

    def returns(self, screen: Screen) -> None:
        """A screen that had dropped out is back."""
        self._line(
            Text.assemble(self._store(screen.tienda), (f"{screen.label} is back and asks what it missed", "bold"))
        )

    def foresees(self, forecast: Forecast) -> None:
        """The API answered an owner's question."""
        store = self._store(forecast.owner.tienda)
        if forecast.demanda_manana is None:
            self._line(Text.assemble(store, (f"  {forecast.message}", "red")))
            return
        text = f"  tomorrow {forecast.demanda_manana}, the next seven days {forecast.demanda_proxima_semana}"
        self._line(Text.assemble(store, (text, "green")))

    def summary(self, verdict: Verdict) -> None:
        """The table at the end, what went wrong, and the verdict."""
        self.console.print()
        table = Table(show_header=False, title="What happened", title_justify="left")
        table.add_column()
        table.add_column(justify="right")
        for name, value in summary_rows(verdict):
            table.add_row(name, value)
        self.console.print(table)
        for problem in problems(verdict):
            self._line(Text(f"✘ {problem}", "red"))
        if verdict.passed:
            self._line(
                Text(
                    "✔ Every screen saw what its own store and its user's role may see, and nothing else.", "bold green"
                )
            )
        else:
            self._line(Text("✘ The demo did not go as it must.", "bold red"))

    def _store(self, codigo: str) -> tuple[str, str]:
        return f"{codigo}  ", self._colours.setdefault(codigo, _COLOURS[len(self._colours) % len(_COLOURS)])

    def _line(self, text: Text) -> None:
        # A line is never folded: what reads the output line by line gets whole ones.
        self.console.print(text, soft_wrap=True)


def shortage_text(shortage: Mapping[str, object]) -> str:
    """What is short, as the API's answer has it by product."""
    return f"{shortage.get('nombre')}: pide {shortage.get('solicitado')}, hay {shortage.get('disponible')}"


def delay_text(delivery: Delivery, answer: Answer | None) -> str:
    """How long after the sale a frame came: after the request's start, and against its answer."""
    if answer is None:
        return "before the API's answer"
    after_answer = delivery.at - answer.answered_at
    side = "after" if after_answer >= 0 else "before"
    return f"{_ms(delivery.at - answer.asked_at)} after the request, {_ms(abs(after_answer))} {side} its answer"


def summary_rows(verdict: Verdict) -> list[tuple[str, str]]:
    """The table's names and values."""
    rows = [
        ("sales registered", str(verdict.sales)),
        ("sales refused for lack of stock", str(verdict.refused)),
        ("events seen", str(verdict.events)),
        ("deliveries expected", str(verdict.expected)),
        ("deliveries received", str(verdict.received)),
        ("of these, recovered by a screen that was away", str(verdict.recovered)),
        ("deliveries repeated", str(verdict.repeated)),
        ("frames on screens that may not see them", str(len(verdict.crossed))),
    ]
    if verdict.delays:
        fastest, slowest = verdict.delays[0], verdict.delays[-1]
        spread = f"{_ms(fastest)} / {_ms(median(verdict.delays))} / {_ms(slowest)}"
        rows.append(("from request to screen: least / median / most", spread))
    return rows


def problems(verdict: Verdict) -> Iterator[str]:
    """What went wrong, a line each."""
    if not verdict.sales:
        yield "no sale was registered"
    for answer in verdict.wrong_answers:
        yield f"{answer.order.cashier.tienda} {answer.order.text}: answered {answer.status} {answer.message}"
    for forecast in verdict.forecasts_refused:
        yield f"{forecast.owner.tienda} has no forecast of {forecast.codigo_producto}: {forecast.message}"
    for expected in verdict.missing:
        yield f"{expected.screen.tienda} {expected.screen.label} never saw {expected.event_type} {expected.subject}"
    for delivery in verdict.crossed:
        yield f"{_screen_text(delivery)} got {delivery.frame.event_type} of {delivery.frame.tenant_id}"
    for delivery in verdict.unexplained:
        frame = delivery.frame
        yield f"{_screen_text(delivery)} got {frame.event_type} {frame.event_id}, which nothing explains"


def _screen_text(delivery: Delivery) -> str:
    return f"{delivery.screen.tienda} {delivery.screen.label}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
