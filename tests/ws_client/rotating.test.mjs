import assert from "node:assert/strict";
import { test } from "node:test";

import { MINUTE, SECOND, assertNothingLeft, assertWhole, codes, connected, estados, range, screen } from "./support/screen.mjs";

const open = ({ server }) => server.sockets.filter(({ readyState }) => readyState === 1);

test("before two hours a successor takes over, and the application notices nothing", async () => {
  const it = await connected();
  for (const _ of range(1, 3 * 130)) {
    it.server.commit();
    await it.clock.advance(20 * SECOND);
  }
  assertWhole(it);
  assert.equal(it.server.sockets.length, 2);
  assert.deepEqual(open(it), [it.server.sockets[1]]);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("the jitter only makes a rotation earlier, never later than 110 minutes", async () => {
  for (const [draw, minute] of [
    [0, 110],
    [0.5, 105],
    [0.999, 100],
  ]) {
    const it = await connected({ random: () => draw });
    await it.clock.advance(minute * MINUTE - 5 * SECOND);
    assert.equal(it.server.sockets.length, 1);
    await it.clock.advance(10 * SECOND);
    assert.equal(it.server.sockets.length, 2);
  }
});

test("events of both sockets during the overlap are delivered once, in order", async () => {
  const it = await connected({ rotateAfter: MINUTE, rotateJitter: 0 });
  await it.clock.advance(59 * SECOND - 100);
  it.server.faults = { lost: 0.2, repeated: 0.5, delay: 60 };
  for (const _ of range(1, 100)) {
    it.server.commit();
    await it.clock.advance(5);
  }
  await it.clock.advance(2 * SECOND);
  assert.equal(it.server.sockets.length, 2);
  assertWhole(it);
});

test("the old connection stays until the successor's resume is answered", async () => {
  const it = await connected({ rotateAfter: MINUTE, rotateJitter: 0 });
  it.server.lie = ({ action }) => (action === "resume" ? [] : undefined);
  await it.clock.advance(65 * SECOND);
  assert.equal(open(it).length, 2);
  it.server.connections = new Set([it.server.sockets[0]]);
  it.server.commit();
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("a successor that fails leaves the old connection in charge, and another is tried", async () => {
  const it = await connected({ rotateAfter: 110 * MINUTE, rotateJitter: 0 });
  it.server.lie = ({ action }) => (action === "resume" ? [] : undefined);
  await it.clock.advance(110 * MINUTE + 15 * SECOND);
  assert.deepEqual(codes(it), ["silent"]);
  it.server.handshake = "refuse";
  await it.clock.advance(20 * SECOND);
  assert.deepEqual(open(it), [it.server.sockets[0]]);
  it.server.handshake = "accept";
  it.server.lie = () => undefined;
  it.server.commit();
  await it.clock.advance(30 * SECOND);
  assert.notEqual(open(it)[0], it.server.sockets[0]);
  assert.equal(open(it).length, 1);
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("an old connection that is cut while its successor connects costs nothing", async () => {
  const it = await connected({ rotateAfter: MINUTE, rotateJitter: 0 });
  await it.clock.advance(59 * SECOND + 30);
  it.server.cut(it.server.sockets[0]);
  for (const _ of range(1, 10)) {
    it.server.commit();
    await it.clock.advance(10);
  }
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.equal(it.server.sockets.length, 2);
});

test("an old connection that is cut during the overlap isn't replaced: its successor is there", async () => {
  const it = await connected({ rotateAfter: MINUTE, rotateJitter: 0 });
  await it.clock.advance(59 * SECOND + 85);
  it.server.cut(it.server.sockets[0]);
  it.server.commit();
  await it.clock.advance(30 * SECOND);
  assertWhole(it);
  assert.equal(it.server.sockets.length, 2);
});

test("a successor that learns of more than one answer holds says that it is recovering", async () => {
  const it = await connected({ rotateAfter: MINUTE, rotateJitter: 0 });
  it.server.commitUnheard(60);
  await it.clock.advance(MINUTE + SECOND);
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia", "recuperando", "al_dia"]);
});

test("a gap being asked for on the old connection is answered before the successor asks", async () => {
  const it = await connected({ rotateAfter: MINUTE, rotateJitter: 0 });
  const asked = [];
  it.server.lie = (message, socket) => {
    if (message.action === "resume") asked.push(it.server.sockets.indexOf(socket));
    return undefined;
  };
  await it.clock.advance(59 * SECOND - 340);
  it.server.commitUnheard(1);
  it.server.commit();
  await it.clock.advance(3 * SECOND);
  assertWhole(it);
  assert.deepEqual(asked, [0, 1]);
});

test("a refusal at the rotation ends the stream, where nobody knows how long the old connection is good", async () => {
  let status = 200;
  const getTicket = async () => {
    if (status !== 200) throw Object.assign(new Error(`HTTP ${status}`), { status });
    return "T001.x";
  };
  const it = screen({ rotateAfter: MINUTE, rotateJitter: 0, getTicket });
  it.server.tells = false;
  it.start();
  await it.clock.advance(SECOND);
  status = 403;
  await it.clock.advance(2 * MINUTE);
  assert.equal(it.client.state.motivo, "rechazada");
  assertNothingLeft(it);
});

test("the connection's id follows the rotation, and ends with the connection", async () => {
  const it = await connected({ rotateAfter: MINUTE, rotateJitter: 0 });
  assert.equal(it.client.connectionId, "c");
  it.server.lie = ({ action, cursor }) =>
    action === "resume" ? [{ action: "resumed", cursor, more: false, connection_id: "d" }] : undefined;
  await it.clock.advance(MINUTE + SECOND);
  assert.equal(it.client.connectionId, "d");
  it.window.tell("offline");
  assert.equal(it.client.connectionId, null);
});
