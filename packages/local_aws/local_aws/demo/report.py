"""Tells the demo: a line for what happens as it happens, and a table at the end."""

from collections.abc import Mapping, Sequence
from statistics import median

import attrs
from rich.console import Console
from rich.text import Text

from local_aws.demo.screens import Arrival, Asked, Screen
from local_aws.judge import strays

_COLOURS = ("cyan", "magenta", "green", "yellow")


@attrs.frozen
class Report:
    """Writes to a console. Stores have a colour each, in the order in which they are first mentioned."""

    console: Console
    _colours: dict[str, str] = attrs.field(factory=dict[str, str], init=False)

    def step(self, text: str, seconds: float) -> None:
        """A step of the preparation is done."""
        self._line(Text.assemble(("✔ ", "green"), text, (f"  {seconds:.1f} s", "dim")))

    def heading(self, text: str) -> None:
        self._line(Text(f"\n{text}", "bold"))

    def of(self, screen: Screen, text: str, style: str = "") -> None:
        """Something happens in a store, or on one of its screens."""
        code = screen.store.codigo_tienda
        colour = self._colours.setdefault(code, _COLOURS[len(self._colours) % len(_COLOURS)])
        self._line(Text.assemble((f"{code}  ", colour), (text, style)))

    def answer(self, asked: Asked, success: str) -> None:
        """The API answered; ``success`` is what it then says, with the answer's data by name."""
        answer, took = asked.answer, _ms(asked.took)
        if answer.succeeded:
            self.of(asked.screen, f"  {success.format_map(answer.envelope['data'])}  {took}", "green")
        else:
            self.of(asked.screen, f"  {answer.status} {answer.envelope.get('message')}  {took}", "red")
        for short in answer.shortages:
            text = f"    {short.get('nombre')}: pide {short.get('solicitado')}, hay {short.get('disponible')}"
            self.of(asked.screen, text, "red")

    def arrival(self, screen: Screen, arrival: Arrival) -> None:
        """An event came to a screen."""
        data, verb = arrival.event["data"], "recovers" if arrival.recovered else "sees"
        subject = data.get("codigo_venta") or data.get("codigo_producto") or data.get("mensaje")
        self.of(screen, f"    ▸ {screen.label} {verb} {arrival.event['event_type']} {subject}")

    def summary(self, asked: Sequence[Asked], screens: Sequence[Screen], problems: Sequence[str]) -> None:
        """The figures, what went wrong, and the verdict."""
        self.heading("What happened")
        for name, value in figures(asked, screens).items():
            self._line(Text(f"  {name:<48} {value:>8}"))
        for problem in problems:
            self._line(Text(f"✘ {problem}", "red"))
        passed = "✔ Every screen saw what its own store and its user's role may see, and nothing else."
        self._line(Text("✘ The demo did not go as it must." if problems else passed, "bold"))

    def _line(self, text: Text) -> None:
        # A line is never folded: what reads the output line by line gets whole ones.
        self.console.print(text, soft_wrap=True)


def figures(asked: Sequence[Asked], screens: Sequence[Screen]) -> Mapping[str, object]:
    """What happened, in numbers by name."""
    sold = {each.answer.codigo_venta: each.at for each in asked if each.answer.codigo_venta}
    viewers = [screen.viewer for screen in screens]
    received = sum(len(viewer.events) for viewer in viewers)
    arrivals = [arrival for screen in screens for arrival in screen.arrivals]
    told = [(arrival, sold.get(arrival.event["data"].get("codigo_venta"))) for arrival in arrivals]
    delays = [arrival.at - at for arrival, at in told if at and not arrival.recovered]
    return {
        "sales registered": len(sold),
        "sales refused for lack of stock": sum(not each.answer.succeeded for each in asked),
        "events received by screens": received,
        "of these, recovered by a screen that was away": sum(arrival.recovered for arrival in arrivals),
        "received again": len(arrivals) - received,
        "events on screens that may not see them": sum(1 for viewer in viewers for _ in strays(viewer)),
        "from request to screen, in the middle": _ms(median(delays)) if delays else "",
    }


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
