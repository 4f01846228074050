import assert from "node:assert/strict";
import { test } from "node:test";

import { MINUTE, SECOND, assertNothingLeft, assertWhole, connected, estados, range, screen } from "./support/screen.mjs";

/** Commit an event a second for a while. */
async function busy(it, seconds) {
  for (const _ of range(1, seconds)) {
    it.server.commit();
    await it.clock.advance(SECOND);
  }
}

/** A screen whose token ends in ten minutes. A login gives one of ten more, whenever `renew` is called. */
async function expiring(options) {
  const it = screen(options);
  it.server.tokenEnds = it.clock.now + 10 * MINUTE;
  it.renew = () => (it.server.tokenEnds = it.clock.now + 10 * MINUTE);
  it.start();
  await it.clock.advance(SECOND);
  return it;
}

test("a connection is replaced ahead of its token's end, and not an event or a second is missed", async () => {
  const it = await expiring();
  for (const _ of range(1, 8)) {
    it.renew();
    await busy(it, 5 * 60);
  }
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
  assert.ok(it.states.every(({ vence }) => vence === null));
  assert.ok(it.server.sockets.length >= 5 && it.server.sockets.length <= 9, `${it.server.sockets.length} sockets`);
});

test("the margin is drawn from two to four minutes, so that the logins of one morning don't meet", async () => {
  for (const [draw, ahead] of [
    [0, 120],
    [0.5, 180],
    [0.999, 240],
  ]) {
    const it = await expiring({ random: () => draw });
    await it.clock.advance(10 * MINUTE - (ahead + 4) * SECOND);
    assert.equal(it.server.sockets.length, 1, `${draw}: not yet`);
    it.renew();
    await it.clock.advance(5 * SECOND);
    assert.equal(it.server.sockets.length, 2, `${draw}: now`);
  }
});

test("with a token in the URL its own end is known, whatever the server tells", async () => {
  const it = screen();
  it.server.tells = false;
  const token = () => {
    it.server.tokenEnds = it.clock.now + 10 * MINUTE;
    const claims = { tenant_id: "T001", exp: it.server.tokenEnds / 1000 };
    return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
  };
  it.start({ getTicket: undefined, getToken: token });
  await busy(it, 25 * 60);
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("where there is no new token the state tells when the old one ends, and the stream goes on until then", async () => {
  const it = await expiring();
  const end = it.server.tokenEnds;
  await busy(it, 8 * 60);
  assert.equal(it.client.state.estado, "al_dia");
  assert.ok(Math.abs(it.client.state.vence - end) <= 2 * SECOND, `${it.client.state.vence - end} ms`);
  await busy(it, 100);
  assertWhole(it);
  assert.ok(it.server.sockets.length <= 7, `${it.server.sockets.length} sockets`);
});

test("a new token that comes late is taken, and nothing more is said of an end", async () => {
  const it = await expiring();
  await busy(it, 8 * 60);
  assert.notEqual(it.client.state.vence, null);
  it.renew();
  await busy(it, 3 * 60);
  assertWhole(it);
  assert.equal(it.client.state.vence, null);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("a ticket that is refused ahead of the end leaves the connection to its end, then the refusal stands", async () => {
  let refused = false;
  const getTicket = async () => {
    if (refused) throw Object.assign(new Error("HTTP 401"), { status: 401 });
    return "T001.x";
  };
  const it = await expiring({ getTicket });
  refused = true;
  await busy(it, 9 * 60);
  assertWhole(it);
  assert.equal(it.client.state.estado, "al_dia");
  assert.ok(it.client.state.vence > it.clock.now);
  await busy(it, 70);
  assert.equal(it.client.state.motivo, "rechazada");
  assert.equal(it.client.state.vence, null);
  assertNothingLeft(it);
});

test("at its end a connection that was not renewed is not said to be up to date", async () => {
  const it = await expiring({ renewAhead: 0, pingEvery: 9 * MINUTE });
  it.server.handshake = "refuse";
  await it.clock.advance(10 * MINUTE);
  assert.equal(it.client.state.estado, "sin_conexion");
  it.server.handshake = "accept";
  it.renew();
  it.server.commitUnheard(3);
  await it.clock.advance(MINUTE);
  assertWhole(it);
});

test("a server that tells nothing is followed as before, to the rotation", async () => {
  const it = screen();
  it.server.tells = false;
  it.start();
  await it.clock.advance(100 * MINUTE);
  assert.equal(it.server.sockets.length, 1);
  assert.equal(it.client.state.vence, null);
});

for (const left of [0, 0.001, -5, 1e300, Infinity, NaN, "60", null, 1]) {
  test(`a server that tells ${left} seconds for ever is borne without haste`, async () => {
    const it = await connected();
    it.server.lie = ({ action, cursor }) =>
      action === "resume"
        ? [{ action: "resumed", cursor, more: false, expira_en: left }]
        : [{ action: "pong", cursor: it.server.cursor, expira_en: left }];
    await it.clock.advance(20 * MINUTE);
    assert.ok(it.server.sockets.length < 130, `${it.server.sockets.length} sockets in 20 minutes`);
    it.server.lie = () => undefined;
    it.server.commit();
    await it.clock.advance(MINUTE);
    assertWhole(it);
  });
}

test("a server that tells of centuries is believed, though no timer can hold them", async () => {
  const it = screen();
  it.server.lie = ({ action, cursor }) =>
    action === "resume" ? [{ action: "resumed", cursor, more: false, expira_en: 1e10 }] : undefined;
  it.start();
  await it.clock.advance(4 * MINUTE);
  assert.equal(it.server.sockets.length, 1);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("a clock that is a day ahead doesn't end a connection whose server tells how long it has", async () => {
  const it = screen();
  const token = () => {
    const claims = { tenant_id: "T001", exp: it.clock.now / 1000 + 20 };
    return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
  };
  it.start({ getTicket: undefined, getToken: token });
  await it.clock.advance(60 * MINUTE);
  assert.equal(it.server.sockets.length, 1);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});
