"""What must be so after a run, whatever died."""

import json
from collections import Counter
from collections.abc import Iterator

import attrs
from local_aws.judge import Books, Viewer, problems

from tests.faults.world import World


@attrs.frozen(kw_only=True)
class Verdict:
    """The figures of a run; ``problems`` are promises broken."""

    sales: int
    events: int
    deliveries: int
    kills: Counter[str]
    lost_answers: int
    problems: tuple[str, ...]


def judge(world: World) -> Verdict:
    """Compare what is stored, what was answered, and what every application got."""
    after = Books.read(world.dynamodb.rows)
    answers = [order.answer for order in world.orders if order.answer is not None]
    viewers = [
        Viewer(name=f"seat {seat.number}", tenant_id=seat.tenant_id, rol=seat.rol, events=seat.application)
        for seat in world.seats
    ]
    return Verdict(
        sales=sum(answer.codigo_venta is not None for answer in answers),
        events=len(after.log),
        deliveries=sum(len(seat.application) for seat in world.seats),
        kills=world.faults.kills,
        lost_answers=world.faults.lost_answers.total(),
        problems=(
            *problems(before=world.before, after=after, answers=answers, viewers=viewers),
            *_external_events(world, after),
            *_notices(world, after),
            *(f"seat {seat.number} was told to reload" for seat in world.seats if seat.reloads),
        ),
    )


def _external_events(world: World, books: Books) -> Iterator[str]:
    """What other services had emitted is in their store's log once."""
    logged = Counter(
        (str(row.tenant_id), json.loads(row.frame)["data"]["mensaje"])
        for row in books.log
        if row.event_type == "analitica_actualizada"
    )
    wanted = Counter((request["tenant_id"], request["payload"]["mensaje"]) for request in world.external)
    if logged != wanted:
        yield f"{(wanted - logged) + (logged - wanted)} of other services"


def _notices(world: World, books: Books) -> Iterator[str]:
    """Every notice of every event is published, under an id that is the same at every repeat, and is kept once."""
    logged = {(str(row.tenant_id), json.loads(notice.message)["id"]) for row in books.log for notice in row.notices}
    kept = {(row["tenant_id"]["S"], row["entity_id"]["S"]) for row in world.dynamodb.rows("notificaciones")}
    if logged != world.topic.published:
        yield "notices and publications differ"
    if logged != kept:
        yield "notices and notifications differ"
