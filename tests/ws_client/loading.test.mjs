import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";

import { MINUTE, SECOND, assertNothingLeft, assertWhole, codes, estados, screen, seqs } from "./support/screen.mjs";

test("without a cursor the client loads the first snapshot, and follows from it", async () => {
  const it = screen({ cursor: undefined });
  it.server.commitUnheard(7);
  it.start();
  assert.equal(it.client.state.estado, "cargando");
  await it.clock.advance(SECOND);
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(it.seen[0], { snapshot: { tienda: 7, administracion: 0 } });
  assertWhole(it);
  assert.equal(it.client.state.estado, "al_dia");
});

test("what happens while the first snapshot loads comes after it, though the connection stands already", async () => {
  const it = screen({ cursor: undefined });
  it.start({
    onReload: async () => {
      const snapshot = it.server.cursor;
      await new Promise((resolve) => it.clock.setTimeout(resolve, 5 * SECOND));
      it.seen.push({ snapshot });
      return snapshot;
    },
  });
  for (let second = 0; second < 10; second += 1) {
    await it.clock.advance(SECOND);
    it.server.commit();
  }
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("a first load that fails is tried again, with backoff, and says that it is loading", async () => {
  const it = screen({ cursor: undefined });
  let calls = 0;
  it.start({
    onReload: () => {
      calls += 1;
      if (calls < 4) throw new Error(`HTTP 50${calls}`);
      it.seen.push({ snapshot: it.server.cursor });
      return it.server.cursor;
    },
  });
  await it.clock.advance(SECOND);
  assert.equal(it.client.state.estado, "cargando");
  assert.deepEqual(codes(it), ["HTTP 501"]);
  await it.clock.advance(MINUTE);
  assertWhole(it);
  assert.equal(it.client.state.estado, "al_dia");
  assert.deepEqual(codes(it), ["HTTP 501", "HTTP 502", "HTTP 503"]);
});

test("a first load that failed for want of a network is tried again as soon as there is one", async () => {
  const it = screen({ cursor: undefined });
  it.server.handshake = "refuse";
  let down = true;
  it.start({
    onReload: () => {
      if (down) throw new TypeError("fetch failed");
      return it.server.cursor;
    },
  });
  await it.clock.advance(2 * MINUTE);
  down = false;
  it.server.handshake = "accept";
  it.window.tell("online");
  await it.clock.advance(200);
  assert.equal(it.client.state.estado, "al_dia");
});

for (const status of [401, 403]) {
  test(`a load that is refused with ${status} stops the client and says so`, async () => {
    const it = screen({ cursor: undefined });
    it.start({ onReload: () => Promise.reject(Object.assign(new Error("no"), { status })) });
    await it.clock.advance(MINUTE);
    assert.equal(it.client.state.motivo, "rechazada");
    assertNothingLeft(it);
  });
}

test("a load that is under way when the ticket is refused is told why it is stopped", async () => {
  let heard;
  const refused = Object.assign(new Error("no"), { status: 401 });
  const it = screen({ cursor: undefined, getTicket: () => Promise.reject(refused) });
  it.start({ onReload: ({ signal }) => new Promise(() => (heard = signal)) });
  await it.clock.advance(SECOND);
  assert.deepEqual([heard.reason.code, heard.reason.cause], ["refused", refused]);
  assertNothingLeft(it);
});

for (const [what, settles] of [
  ["never settles", () => new Promise(() => {})],
  ["settles with its signal", (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))],
]) {
  test(`a load that ${what} is given up at its deadline, reported, and tried again`, async () => {
    const it = screen({ cursor: undefined, reloadTimeout: 30 * SECOND });
    const signals = [];
    it.start({
      onReload: ({ signal }) => {
        signals.push(signal);
        if (signals.length < 3) return settles(signal);
        it.seen.push({ snapshot: it.server.cursor });
        return it.server.cursor;
      },
    });
    it.server.commitUnheard(3);
    await it.clock.advance(29 * SECOND);
    assert.deepEqual(signals.map(({ aborted }) => aborted), [false]);
    await it.clock.advance(2 * MINUTE);
    assert.deepEqual(signals.map(({ aborted, reason }) => [aborted, reason?.code]), [[true, "reload"], [true, "reload"], [false, undefined]]);
    assert.deepEqual(codes(it), ["reload", "reload"]);
    assert.equal(it.client.state.estado, "al_dia");
    assertWhole(it);
  });
}

test("what a load returns after its deadline is ignored", async () => {
  const it = screen({ cursor: undefined, reloadTimeout: 10 * SECOND });
  const answers = [];
  it.server.commitUnheard(5);
  it.start({ onReload: () => new Promise((resolve) => answers.push(resolve)) });
  await it.clock.advance(50 * SECOND);
  answers[0]({ tienda: 1, administracion: 0 });
  await it.clock.advance(SECOND);
  assert.equal(it.client.state.estado, "cargando");
  answers.at(-1)({ tienda: 4, administracion: 0 });
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it), [5]);
  it.client.close();
  assertNothingLeft(it);
});

test("close tells a load that is under way to stop", async () => {
  const it = screen({ cursor: undefined });
  let heard;
  it.start({ onReload: ({ signal }) => new Promise(() => (heard = signal)) });
  await it.clock.advance(SECOND);
  assert.equal(heard.aborted, false);
  it.client.close();
  assert.equal(heard.aborted, true);
  assertNothingLeft(it);
});

test("an aborted signal closes the client, one from before it lets nothing begin", async () => {
  const stop = new AbortController();
  const it = screen({ signal: stop.signal }).start();
  await it.clock.advance(SECOND);
  const other = screen({ signal: stop.signal }).start();
  assert.equal(getEventListeners(stop.signal, "abort").length, 2);
  other.client.close();
  assert.equal(getEventListeners(stop.signal, "abort").length, 1);
  stop.abort();
  assert.deepEqual([it.client.state.estado, it.client.state.motivo], ["sin_conexion", "cerrada"]);
  assertNothingLeft(it);
  const later = screen({ signal: stop.signal, cursor: undefined }).start();
  await later.clock.advance(MINUTE);
  assert.equal(later.client.state.motivo, "cerrada");
  assert.deepEqual([later.tickets, later.seen], [0, []]);
});

test("the connection ends with its block, by Symbol.dispose", async () => {
  const it = screen().start();
  await it.clock.advance(SECOND);
  it.client[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
  assert.equal(it.client.state.motivo, "cerrada");
  assertNothingLeft(it);
});

test("who closes at once, as StrictMode does, costs no ticket, no snapshot and no socket", async () => {
  const it = screen({ cursor: undefined });
  it.start().client.close();
  it.start();
  await it.clock.advance(SECOND);
  assert.equal(it.tickets, 1);
  assert.equal(it.server.sockets.length, 1);
  assert.equal(it.seen.length, 1);
});

test("an event of a type that this version doesn't know has its place, and goes to onUnknownEvent", async () => {
  const it = screen();
  const unknown = [];
  it.start({ onUnknownEvent: (event) => unknown.push(event.seq) });
  await it.clock.advance(SECOND);
  it.server.commit();
  it.server.commit("tienda", {}, "caja_cerrada");
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it), [1, 3]);
  assert.deepEqual(unknown, [2]);
  assert.deepEqual(it.client.cursor, { tienda: 3, administracion: 0 });
  assert.deepEqual(it.errors, []);
});
