"""`make dev`: a local AWS that stays up and takes in what is changed."""

import contextlib
import fcntl
import os
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from aws_lite.wire import encode_json
from rich.console import Console
from rich.markup import escape
from saai_infra.build import LAYER_SOURCES, BuildError
from watchfiles import Change as Kind
from watchfiles import watch

from local_aws.catalogue import Store, load_catalogue
from local_aws.console import CONTRACTS, Site, running_console
from local_aws.errors import LocalAwsError
from local_aws.history import load_history
from local_aws.paths import STATE
from local_aws.redeploy import Redeployer, Updated
from local_aws.running import Progress, RunningStack, running_stack
from local_aws.welcome import welcome

Batch = Collection[tuple[Kind, str]]
"""Files that changed together, as watchfiles tells them."""

_QUEUES = ("predicciones", "analitica")
"""Whose workers count a store's past."""

_DEBOUNCE = 300
"""Milliseconds after which a stream of saved files is acted upon even if it goes on."""


def dev(*, state: Path = STATE, history: int = 0) -> int:
    """Run until Ctrl-C, which is the way to end it: the status is 0 then.

    `state` is the folder for what it leaves to others while it runs: stack.json, the log, the lock. `history` is of how
    many days the stores have sales when it begins.

    Raises:
        LocalAwsError: it runs in this working copy already, or the stack can't be started; see `running_stack`.
    """
    console = Console(highlight=False, soft_wrap=True)
    with contextlib.suppress(KeyboardInterrupt), alone(state / "dev.lock"):
        _serve(console, state, history=history)
    console.print("Stopped.")
    return 0


def _serve(console: Console, state: Path, *, history: int) -> None:
    tell = _progress(console)
    log = state / "ministack.log"
    stack_file = state / "stack.json"
    with running_stack(log=log, progress=tell) as running:
        began = time.monotonic()
        tiendas = load_catalogue(running.stack, dynamodb=running.clients.dynamodb)
        running.stack.write(stack_file)
        try:
            tell(f"catalogue of {len(tiendas)} stores loaded", time.monotonic() - began)
            if history:
                _remember(running, tiendas, days=history, tell=tell)
            site = Site(stack=running.stack, tiendas=tiendas)
            with running_console(site) as address:
                contracts = address + CONTRACTS.lstrip("/") if site.shows_contracts else None
                text = welcome(running.stack, tiendas, console=address, contracts=contracts, log=log)
                console.print(text, markup=False)
                redeployer = Redeployer.of(running.deployment, clients=running.clients)
                follow_sources(
                    redeployer, console, batches=watch(*watched(redeployer), debounce=_DEBOUNCE, raise_interrupt=True)
                )
        finally:
            stack_file.unlink(missing_ok=True)


def _remember(running: RunningStack, tiendas: Sequence[Store], *, days: int, tell: Progress) -> None:
    """Load a past, and have the queues' workers see it as if the schedules had run."""
    began = time.monotonic()
    sales = load_history(running.stack, tiendas, days=days, dynamodb=running.clients.dynamodb)
    for tienda in tiendas:
        message = encode_json({"tenant_id": tienda.codigo_tienda})
        for queue in _QUEUES:
            running.clients.sqs.send_message(QueueUrl=running.stack.queues[queue], MessageBody=message)
    tell(f"{sales} sales of the last {days} days loaded; analytics and forecasts follow", time.monotonic() - began)


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the working copy's lock. The system lets go of it however this process ends.

    Raises:
        LocalAwsError: another process holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise LocalAwsError(
                f"`make dev` is already running in this working copy (process {file.read()}): stop it first"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def follow_sources(redeployer: Redeployer, console: Console, *, batches: Iterable[Batch]) -> None:
    """Redeploy after each batch of changed files, for as long as there are batches."""
    for batch in batches:
        if any(Path(path).is_relative_to(redeployer.root / "infra") for _kind, path in batch):
            console.print("[yellow]infra/ changed: restart `make dev` to deploy it[/]")
        try:
            for updated in redeployer.apply():
                console.print(f"[green]↻[/] {escape(updated_text(updated))}")
        except BuildError as error:
            # The developer is in the middle of something; what ran goes on.
            console.print(f"[red]✘ not deployed:[/] {escape(str(error))}")


def watched(redeployer: Redeployer) -> Sequence[Path]:
    """The folders whose files end up in functions, and the infrastructure's."""
    root = redeployer.root
    code = [root / "packages" / name / name for name in redeployer.functions]
    return [*(root / source for source in LAYER_SOURCES), *code, root / "requirements", root / "infra"]


def updated_text(updated: Updated) -> str:
    """What was redeployed, in a line."""
    count = len(updated.functions)
    return f"{updated.what} → {count} function{'' if count == 1 else 's'} in {updated.seconds:.2f} s"


def _progress(console: Console) -> Progress:
    def tell(text: str, seconds: float) -> None:
        console.print(f"[green]✔[/] {escape(text)} [dim]{seconds:.1f} s[/]")

    return tell
