import assert from "node:assert/strict";
import { test } from "node:test";

import { eventOf } from "../../packages/ws_client/src/testing/server.js";
import {
  MINUTE,
  SECOND,
  assertNothingLeft,
  assertWhole,
  codes,
  connected,
  estados,
  range,
  resumes,
  screen,
  seqs,
} from "./support/screen.mjs";

const HERE = { tienda: 0, administracion: 0 };
const isResume = ({ action }) => action === "resume";
test("a server with more to send is asked until it has sent all", async () => {
  const it = screen();
  it.server.commitUnheard(180, "tienda");
  it.server.commitUnheard(30, "administracion");
  it.start();
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.deepEqual(
    resumes(it).map(({ tienda }) => tienda),
    [0, 50, 100, 150, 180],
  );
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("one resume is in flight at a time, whatever happens meanwhile", async () => {
  const it = screen();
  it.server.commitUnheard(500);
  it.start();
  let open = 0;
  it.server.lie = (message) => {
    if (isResume(message)) assert.equal((open += 1), 1);
    return undefined;
  };
  const { WebSocket } = it.server;
  const deliver = WebSocket.prototype.deliver;
  WebSocket.prototype.deliver = function (message) {
    if (message.action === "resumed") open -= 1;
    deliver.call(this, message);
  };
  for (let step = 0; step < 200; step += 1) {
    await it.clock.advance(10);
    it.server.faults.lost = 0.6;
    it.server.commit();
    if (step % 20 === 0) it.window.tell("online");
  }
  it.server.faults.lost = 0;
  it.server.commit();
  await it.clock.advance(2 * SECOND);
  assertWhole(it);
});

test("live events beyond the buffer during a long resume are fetched again", async () => {
  const it = screen({ bufferLimit: 20 });
  it.server.commitUnheard(400);
  it.start();
  await it.clock.advance(100);
  for (let made = 0; made < 300; made += 1) it.server.commit();
  await it.clock.advance(3 * SECOND);
  assertWhole(it);
  assert.equal(it.client.state.estado, "al_dia");
  assert.equal(it.server.sockets.length, 1);
});

test("a frame of a resume that gets lost is asked for again", async () => {
  const it = screen();
  it.server.commitUnheard(40);
  let lies = 0;
  it.server.lie = (message) => {
    if (!isResume(message) || (lies += 1) > 1) return undefined;
    return [
      { action: "events", canal: "tienda", desde: 1, hasta: 10, events: it.server.log.get("tienda").slice(0, 10) },
      { action: "resumed", cursor: { tienda: 40, administracion: 0 }, more: false },
    ];
  };
  it.start();
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.deepEqual(codes(it), []);
});

test("when the log lacks events the application loads a snapshot, and the stream goes on from its cursor", async () => {
  const it = screen();
  it.server.commitUnheard(30);
  it.server.expired.set("tienda", 20);
  it.start();
  await it.clock.advance(SECOND);
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(it.seen[0], { snapshot: { tienda: 30, administracion: 0 } });
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("a screen that was up to date isn't while it loads what the log lacks", async () => {
  const loading = [];
  const it = await connected({
    onReload: async () => {
      await new Promise((resolve) => it.clock.setTimeout(resolve, SECOND));
      loading.push(it.client.state.estado);
      it.seen.push({ snapshot: it.server.cursor });
      return it.server.cursor;
    },
  });
  it.server.commitUnheard(30);
  it.server.expired.set("tienda", 20);
  await it.clock.advance(6 * MINUTE);
  assert.deepEqual(loading, ["recuperando"]);
  assert.deepEqual(estados(it), ["recuperando", "al_dia", "recuperando", "al_dia"]);
  assertWhole(it);
});

test("events committed while the snapshot loads come after it", async () => {
  const it = screen();
  it.server.commitUnheard(30);
  it.server.expired.set("tienda", 20);
  const loaded = [];
  it.start({
    onReload: async () => {
      const snapshot = it.server.cursor;
      for (const _ of range(1, 5)) it.server.commit();
      it.server.post(it.server.sockets[0], eventOf({ canal: "tienda", seq: 1 }));
      await new Promise((resolve) => it.clock.setTimeout(resolve, SECOND));
      assert.deepEqual(it.seen, []);
      it.seen.push({ snapshot });
      loaded.push(it.client.state.estado);
      return snapshot;
    },
  });
  await it.clock.advance(5 * SECOND);
  assertWhole(it);
  assert.deepEqual(loaded, ["recuperando"]);
  assert.equal(it.client.state.estado, "al_dia");
});

test("a snapshot without a cursor takes the server's", async () => {
  const it = screen();
  it.server.commitUnheard(30);
  it.server.expired.set("tienda", 20);
  it.start({ onReload: () => {} });
  await it.clock.advance(SECOND);
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it), [31]);
});

test("a snapshot that fails is loaded again, with backoff", async () => {
  const it = screen();
  it.server.commitUnheard(30);
  it.server.expired.set("tienda", 20);
  let calls = 0;
  it.start({
    onReload: () => {
      calls += 1;
      if (calls < 3) throw new Error("HTTP 500");
      if (calls < 4) return { tienda: "30" };
      it.seen.push({ snapshot: it.server.cursor });
      return it.server.cursor;
    },
  });
  await it.clock.advance(MINUTE);
  assertWhole(it);
  assert.deepEqual(codes(it), ["HTTP 500", "HTTP 500", "onReload must return a cursor"]);
});

test("a snapshot survives the loss of the connection under it", async () => {
  const it = screen();
  it.server.commitUnheard(30);
  it.server.expired.set("tienda", 20);
  it.start({
    onReload: async () => {
      it.server.cut(it.server.sockets[0]);
      await new Promise((resolve) => it.clock.setTimeout(resolve, 10 * SECOND));
      it.seen.push({ snapshot: it.server.cursor });
      return it.server.cursor;
    },
  });
  await it.clock.advance(30 * SECOND);
  assertWhole(it);
  assert.equal(it.seen.length, 1);
});

test("what came unheard while a snapshot loaded is asked for, on a connection that was up to date before", async () => {
  const it = await connected();
  it.server.commitUnheard(30);
  it.server.expired.set("tienda", 20);
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(it.seen, [{ snapshot: { tienda: 31, administracion: 0 } }]);
  assert.deepEqual(resumes(it).at(-1), { tienda: 31, administracion: 0 });
});

for (const outcome of ["resolve", "reject"]) {
  test(`a client closed while a snapshot loads ends there, though it ${outcome}s later`, async () => {
    const it = screen();
    it.server.commitUnheard(30);
    it.server.expired.set("tienda", 20);
    let finish;
    it.start({ onReload: () => new Promise((resolve, reject) => (finish = { resolve, reject }[outcome])) });
    await it.clock.advance(SECOND);
    it.client.close();
    finish({ tienda: 30 });
    await it.clock.advance(0);
    assertNothingLeft(it);
    await it.clock.advance(MINUTE);
    assert.deepEqual(it.client.cursor, HERE);
    assert.deepEqual(it.errors, []);
    assertNothingLeft(it);
  });
}

test("a server that starts anew is noticed by the next ping, and answered with a reload", async () => {
  const it = await connected();
  for (const _ of range(1, 5)) it.server.commit();
  await it.clock.advance(SECOND);
  it.server.log.set("tienda", []);
  it.server.commitUnheard(2);
  await it.clock.advance(6 * MINUTE);
  assert.deepEqual(it.seen.at(-1), { snapshot: { tienda: 2, administracion: 0 } });
  it.server.commit();
  await it.clock.advance(SECOND);
  assertWhole(it);
});

for (const [noticed, others] of [["the next ping", 6], ["the next ping, though it stands where it stood", 1], ["a new connection", 6]]) {
  test(`a log that was restored under the same numbers is noticed by ${noticed}, and loaded anew`, async () => {
    const it = await connected();
    for (const _ of range(1, 10)) it.server.commit();
    await it.clock.advance(SECOND);
    // The tables come back as they were after the ninth event, and others take the numbers.
    it.server.log.set("tienda", it.server.log.get("tienda").slice(0, 9));
    it.server.commitUnheard(others);
    it.server.logId = "2025-12-31T12:00:00-05:00";
    if (noticed === "a new connection") it.server.cut([...it.server.connections][0]);
    await it.clock.advance(6 * MINUTE);
    assert.deepEqual(it.seen.at(-1), { snapshot: { tienda: 9 + others, administracion: 0 } });
    it.server.commit();
    await it.clock.advance(SECOND);
    assertWhole(it);
    assert.equal(it.client.state.estado, "al_dia");
    assert.equal(it.server.received.findLast(({ message }) => isResume(message)).message.log, it.server.logId);
  });
}

test("a server of the earlier version names no log, and is followed as ever", async () => {
  const it = screen();
  it.server.logId = null;
  it.start();
  await it.clock.advance(SECOND);
  it.server.commit();
  await it.clock.advance(6 * MINUTE);
  assertWhole(it);
  assert.ok(it.server.received.every(({ message }) => !("log" in message)));
});

test("an error in place of an answer replaces the connection, with backoff", async () => {
  const it = screen();
  it.server.lie = (message) => (isResume(message) ? [{ action: "error", code: "interno", message: "no" }] : undefined);
  it.start();
  await it.clock.advance(5 * MINUTE);
  assert.ok(it.server.sockets.length > 3 && it.server.sockets.length < 40, `${it.server.sockets.length} sockets`);
  it.server.lie = () => [{ message: "Internal server error", connectionId: "c", requestId: "r" }];
  await it.clock.advance(MINUTE);
  assert.deepEqual(
    [...new Set(it.errors.map(String))],
    ["ClientError: interno: no", "ClientError: Internal server error"],
  );
  it.server.lie = () => undefined;
  await it.clock.advance(MINUTE);
  assert.equal(it.client.state.estado, "al_dia");
});
