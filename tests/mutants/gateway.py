"""Harm to the gateway."""

from typing import Final

from tests.mutants.mutation import FAULTS, Mutation

_PACKAGE: Final = "packages/ws_gateway/ws_gateway"
_TESTS: Final = "tests/ws_gateway"


def _mutation(name: str, module: str, old: str, new: str, *suites: str) -> Mutation:
    tests = tuple(f"{_TESTS}/{suite}" for suite in suites)
    return Mutation(name, f"{_PACKAGE}/{module}.py", old, new, (*tests, FAULTS, _TESTS))


MUTATIONS: Final = (
    _mutation(
        "an event that not everybody had is marked as delivered",
        "delivery/emitter",
        "if delivery.settled and not failures:",
        "if not failures:",
        "delivery/test_emitter.py",
    ),
    _mutation(
        "an event whose notices are not out is marked as delivered",
        "delivery/emitter",
        "if delivery.settled and not failures:",
        "if delivery.settled:",
        "delivery/test_emitter.py",
    ),
    _mutation(
        "notices are not published",
        "delivery/emitter",
        "failures = self._publish(row.notices, deadline=began + seconds * NOTICES_UNTIL)",
        "failures: list[str] = []",
        "delivery/test_emitter.py",
    ),
    _mutation(
        "a sale asks for no refresh",
        "delivery/emitter",
        "no_refresh = self.refresh.after(row, waited=posted - began)",
        "no_refresh = None",
        "delivery/test_emitter.py",
    ),
    _mutation(
        "an event is posted to the connection that it excludes",
        "delivery/recipients",
        " and row.connection_id != exclude",
        "",
        "delivery/test_recipients.py",
    ),
    _mutation(
        "cashiers are posted what is the owner's",
        "delivery/recipients",
        "elif canal.heard_by(row.rol) and row.connection_id != exclude:",
        "elif row.connection_id != exclude:",
        "delivery/test_recipients.py",
    ),
    _mutation(
        "connections past their time are posted to",
        "delivery/recipients",
        "elif now >= row.expira:",
        "elif now >= row.expira + 86_400:",
        "delivery/test_recipients.py",
    ),
    _mutation(
        "a row whose socket isn't open yet is deleted at the first 410",
        "delivery/recipients",
        "if outcome is DeliveryOutcome.GONE and now - connection.connected_at >= GRACE_SECONDS",
        "if outcome is DeliveryOutcome.GONE",
        "delivery/test_recipients.py",
    ),
    _mutation(
        "a row that can't be read keeps others from the event",
        "delivery/recipients",
        "            unreadable += 1\n",
        "            break\n",
        "delivery/test_recipients.py",
    ),
    _mutation(
        "403 counts as Gone",
        "delivery/outcome",
        "403: DeliveryOutcome.FORBIDDEN,",
        "403: DeliveryOutcome.GONE,",
        "delivery/test_poster.py",
    ),
    _mutation(
        "429 counts as sent",
        "delivery/outcome",
        "429: DeliveryOutcome.THROTTLED,",
        "429: DeliveryOutcome.SENT,",
        "delivery/test_poster.py",
    ),
    _mutation(
        "what is refused is not kept",
        "emitir_eventos_ws",
        "        refused.keep(event, request_id=request_id, answer=answer)\n",
        "",
        "test_emitir_eventos_ws.py",
    ),
    _mutation(
        "what was delivered is delivered again",
        "emitir_eventos_ws",
        "if isinstance(row, ForgottenEvent) or not row.pending:",
        "if isinstance(row, ForgottenEvent):",
        "test_emitir_eventos_ws.py",
    ),
    _mutation(
        "a resume goes on after a frame that was not taken",
        "messages/resume",
        "                # What came after it would leave a gap on the screen.\n                break\n",
        "                continue\n",
        "messages/test_resume.py",
    ),
    _mutation(
        "a resume says that everything came, whatever was sent",
        "messages/resume",
        "reached[frame.canal] = frame.last",
        "reached = dict(current)",
        "messages/test_resume.py",
    ),
    _mutation(
        "a resume follows a cursor of another log",
        "messages/resume",
        'another = message.get("log") not in (None, place.log) or min(missing) < 0',
        "another = min(missing) < 0",
        "messages/test_resume.py",
    ),
    _mutation(
        "a resume accepts a cursor beyond the counter",
        "messages/resume",
        'another = message.get("log") not in (None, place.log) or min(missing) < 0',
        'another = message.get("log") not in (None, place.log)',
        "messages/test_resume.py",
    ),
    _mutation(
        "one screen may ask for everything again and again",
        "messages/resume",
        "        if wait:\n            return throttled_reply(wait)\n",
        "",
        "messages/test_resume.py",
        "messages",
    ),
    _mutation(
        "a resume sends channels that the role may not hear",
        "messages/resume",
        "Canal.for_rol(connection.rol))\n        except",
        "tuple(Canal))\n        except",
        "messages/test_resume.py",
    ),
    _mutation(
        "a resume sends events past their time",
        "messages/missed_events",
        ' or int(item["ttl"]["N"]) <= now',
        "",
        "messages/test_missed_events.py",
    ),
    _mutation(
        "a resume passes over an event that is gone",
        "messages/missed_events",
        'if int(data["seq"]["N"]) != due or',
        "if",
        "messages/test_missed_events.py",
    ),
    _mutation(
        "a resume doesn't notice that the last event is gone",
        "messages/missed_events",
        "        if due <= until:\n            raise",
        "        if due < until:\n            raise",
        "messages/test_missed_events.py",
    ),
    _mutation(
        "a frame with several events says nothing of where it begins",
        "messages/missed_events",
        '"desde":{first.seq}',
        '"desde":{last.seq}',
        "messages/test_missed_events.py",
    ),
    _mutation(
        "the counters are read before the row stands",
        "messages/cursors",
        "            rows = self._read(connection, counters)\n",
        "",
        "messages/test_cursors.py",
    ),
    _mutation(
        "rights are read before a row is written again, and not after it",
        "messages/cursors",
        "            rows = self._read(connection, counters)\n",
        "            rows = batch_get(self.client, counters)\n",
        "messages/test_cursors.py",
    ),
    _mutation(
        "a row that is missing is not written again",
        "messages/cursors",
        "if row not in rows:",
        "if False:",
        "messages/test_cursors.py",
    ),
    _mutation(
        "who is not active any more is answered",
        "messages/cursors",
        "        if reason is not None:\n            raise NotAdmitted(reason)\n",
        "",
        "messages/test_cursors.py",
    ),
    _mutation(
        "rights are read before the connection's row stands",
        "on_connect",
        "        connections.put(connection, lima_now())\n        # Read after the row stands: whoever is made inactive"
        " now either is seen here, or has this row closed by\n"
        "        # CerrarPantallas, which looks for rows after that.\n"
        "        who = connection.tenant_id, connection.codigo_usuario\n"
        "        reason = admission.refusal(batch_get(aws.dynamodb, admission.keys(*who)), *who)\n",
        "        who = connection.tenant_id, connection.codigo_usuario\n"
        "        reason = admission.refusal(batch_get(aws.dynamodb, admission.keys(*who)), *who)\n"
        "        connections.put(connection, lima_now())\n",
        "test_cerrar_pantallas.py",
        "test_on_connect.py",
    ),
    _mutation(
        "the row of a connection that is refused stays",
        "on_connect",
        "            connections.delete(connection.tenant_id, connection.connection_id)\n",
        "",
        "test_on_connect.py",
    ),
    _mutation(
        "the row of a connection that closed stays",
        "on_disconnect",
        "            connections.delete(tenant_id, connection_id)\n",
        "",
        "test_on_disconnect.py",
    ),
    _mutation(
        "a connection past its time is answered",
        "on_message",
        "if epoch_seconds(lima_now()) >= connection.expira:",
        "if False:",
        "test_on_message.py",
    ),
    _mutation(
        "a ticket is good after its minute",
        "screens/tickets",
        'values={":now": now})',
        'values={":now": 0})',
        "screens/test_tickets.py",
    ),
    _mutation(
        "a ticket outlives its token",
        "screens/tickets",
        "ttl = min(epoch_seconds(now) + TICKET_SECONDS, claims.exp)",
        "ttl = epoch_seconds(now) + TICKET_SECONDS",
        "screens/test_tickets.py",
    ),
    _mutation(
        "a connection outlives its token",
        "screens/connections",
        'expira=min(int(who["exp"]), connected_at + LIFETIME_SECONDS),',
        "expira=connected_at + LIFETIME_SECONDS,",
        "screens/test_connections.py",
    ),
    _mutation(
        "a store's connections are read as they were a moment ago",
        "screens/connections",
        "            ConsistentRead=True,\n",
        "",
        "screens/test_connections.py",
    ),
    _mutation(
        "who is not active may connect",
        "autorizar_conexion",
        "if reason is not None:",
        "if False:",
        "test_autorizar_conexion.py",
    ),
    _mutation(
        "a URL may always carry a token",
        "autorizar_conexion",
        'token = query.get("token") if settings.token_in_url else None',
        'token = query.get("token")',
        "test_autorizar_conexion.py",
    ),
    _mutation(
        "screens that are being closed are still told",
        "screens/closing",
        "        for connection_id in screens:\n            self.connections.expire(tenant, connection_id, now)\n",
        "",
        "test_cerrar_pantallas.py",
    ),
    _mutation(
        "a screen that could not be closed counts as closed",
        "screens/closing",
        "and self.closer.close(connection_id).is_closed:",
        "and self.closer.close(connection_id):",
        "test_cerrar_pantallas.py",
    ),
    _mutation(
        "a user's closing closes the whole store",
        "screens/closing",
        "return self.codigo_usuario is None or (",
        "return True or (",
        "test_cerrar_pantallas.py",
    ),
    _mutation(
        "the sweep repeats what was committed just now",
        "outbox/sweep",
        "created_until(now - GRACE_SECONDS, shards=shards)",
        "created_until(now, shards=shards)",
        "outbox/test_sweep.py",
    ),
    _mutation(
        "the sweep never gives an event up",
        "outbox/sweep",
        "elif pending.attempts >= MAX_ATTEMPTS:",
        "elif False:",
        "outbox/test_sweep.py",
    ),
    _mutation(
        "the sweep always begins with the first shard",
        "outbox/sweep",
        "first = now // INTERVAL_SECONDS % len(SWEPT_SHARDS)",
        "first = 0",
        "outbox/test_sweep.py",
    ),
    _mutation(
        "the sweep believes the index",
        "outbox/pending_events",
        'if row is not None and row.get("pendiente") == shard:',
        "if row is not None:",
        "outbox/test_pending_events.py",
    ),
    _mutation(
        "the sweep counts attempts of what is delivered",
        "outbox/pending_events",
        'condition=f"attribute_exists(pendiente) AND {unchanged}",',
        "condition=unchanged,",
        "outbox/test_pending_events.py",
    ),
    _mutation(
        "what was taken up again has no attempts left",
        "outbox/pending_events",
        'expression="SET pendiente = :after REMOVE #data.intentos"',
        'expression="SET pendiente = :after, #data.retomado = :after"',
        "outbox/test_pending_events.py",
    ),
    _mutation(
        "a connection that was kept and is closed counts as failed",
        "delivery/broadcast",
        "if lane.kept and not lane.received:",
        "if False:",
        "delivery/test_broadcast.py",
    ),
)
