import assert from "node:assert/strict";
import { test } from "node:test";

import { MINUTE, SECOND, assertWhole, codes, connected, estados, resumes } from "./support/screen.mjs";

function pings({ server }) {
  return server.received.filter(({ message }) => message.action === "ping").length;
}

test("a ping every five minutes keeps the connection, and each pong renews the confirmation", async () => {
  const it = await connected();
  const first = it.client.state.confirmado;
  await it.clock.advance(16 * MINUTE);
  assert.equal(pings(it), 3);
  assert.equal(it.server.sockets.length, 1);
  assert.ok(it.client.state.confirmado >= first + 15 * MINUTE);
  assert.equal(it.states.at(-1), it.client.state);
});

test("the ping's interval can be chosen", async () => {
  const it = await connected({ pingEvery: MINUTE });
  await it.clock.advance(5 * MINUTE);
  assert.equal(pings(it), 5);
});

test("a half-open connection is replaced when a ping isn't answered, and nothing is lost", async () => {
  const it = await connected();
  it.server.sockets[0].silent = true;
  it.server.commit();
  await it.clock.advance(5 * MINUTE + 15 * SECOND);
  assert.equal(it.server.sockets.length, 2);
  assert.deepEqual(codes(it), ["silent"]);
  assert.deepEqual(estados(it), ["recuperando", "al_dia", "sin_conexion", "recuperando", "al_dia"]);
  assertWhole(it);
});

test("when the network returns under an open socket, it has to prove itself", async () => {
  const it = await connected();
  it.server.sockets[0].silent = true;
  it.server.commit();
  it.window.tell("online");
  await it.clock.advance(15 * SECOND);
  assertWhole(it);
});

test("a page that comes back to the front after a while asks for a sign of life, once", async () => {
  const it = await connected();
  it.window.tell("visibilitychange");
  await it.clock.advance(SECOND);
  assert.equal(pings(it), 0);
  await it.clock.advance(MINUTE);
  it.window.tell("visibilitychange");
  it.window.tell("visibilitychange");
  await it.clock.advance(SECOND);
  assert.equal(pings(it), 1);
});

test("a pong that is ahead reveals a lost event, which is fetched", async () => {
  const it = await connected();
  it.server.faults.lost = 1;
  it.server.commit();
  it.server.faults.lost = 0;
  await it.clock.advance(5 * MINUTE + SECOND);
  assertWhole(it);
  assert.equal(resumes(it).length, 2);
});

test("a pong that is ahead of an event still on its way confirms nothing yet, and asks nothing", async () => {
  const it = await connected();
  const before = it.client.state.confirmado;
  it.server.faults.delay = 200;
  it.clock.setTimeout(() => it.server.commit(), 5 * MINUTE - SECOND + 50);
  await it.clock.advance(5 * MINUTE - SECOND + 100);
  assert.equal(pings(it), 1);
  assert.equal(it.client.state.confirmado, before);
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.equal(resumes(it).length, 1);
});

test("a resume that isn't answered replaces the connection", async () => {
  const it = await connected();
  it.server.lie = ({ action }) => (action === "resume" ? [] : undefined);
  it.server.commitUnheard(1);
  it.server.commit();
  await it.clock.advance(12 * SECOND);
  it.server.lie = () => undefined;
  await it.clock.advance(30 * SECOND);
  assertWhole(it);
  assert.ok(codes(it).every((code) => code === "silent"));
});

test("a long answer isn't taken for silence while it makes progress", async () => {
  const it = await connected();
  it.server.commitUnheard(100);
  it.server.lie = ({ action }, socket) => {
    if (action !== "resume") return undefined;
    const events = it.server.log.get("tienda");
    events.forEach((event, place) =>
      it.clock.setTimeout(() => socket.deliver({ action: "events", events: [event] }), place * SECOND, "server"),
    );
    const resumed = { action: "resumed", cursor: it.server.cursor, more: false };
    it.clock.setTimeout(() => socket.deliver(resumed), 100 * SECOND, "server");
    return [];
  };
  it.server.commit();
  await it.clock.advance(2 * MINUTE);
  assert.equal(it.server.sockets.length, 1);
  assertWhole(it);
  assert.deepEqual(codes(it), []);
});
