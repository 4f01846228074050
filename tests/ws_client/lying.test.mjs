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
  range,
  screen,
  seqs,
} from "./support/screen.mjs";

const HERE = { tienda: 0, administracion: 0 };
const isResume = ({ action }) => action === "resume";

/** Servers that lie for good: what they send for each message. After them the client must still be able to recover. */
const LIARS = {
  "asks to go on without progress": (message) =>
    isResume(message) ? [{ action: "resumed", cursor: HERE, more: true }] : undefined,
  "claims events that it never sends": (message) =>
    isResume(message) ? [{ action: "resumed", cursor: { tienda: 1e9, administracion: 0 }, more: false }] : undefined,
  "always answers reload": (message) => (isResume(message) ? [{ action: "reload", cursor: HERE }] : undefined),
  "serves nothing, since it is asked too much": () => [
    { action: "throttled", code: "demasiados_mensajes", message: "Demasiados mensajes.", reintentar_en: 30 },
  ],
  "answers with another action": () => [{ action: "listo" }],
  "answers with cursors that are none": (message) => [
    { action: isResume(message) ? "resumed" : "pong", cursor: { tienda: "1" }, more: false },
  ],
  "never answers": () => [],
  "sends the same events for ever": (message, socket) => {
    for (let copy = 0; copy < 5; copy += 1) socket.deliver(eventOf({ canal: "tienda", seq: 1 }));
    return isResume(message) ? [{ action: "resumed", cursor: HERE, more: true }] : undefined;
  },
};

for (const [name, lie] of Object.entries(LIARS)) {
  test(`a server that ${name} is borne without haste, and left behind when it is honest again`, async () => {
    const it = screen();
    it.start();
    it.server.lie = lie;
    await it.clock.advance(10 * MINUTE);
    assert.ok(it.server.received.length < 100, `${it.server.received.length} messages in 10 minutes`);
    assert.ok(it.server.sockets.length < 60, `${it.server.sockets.length} sockets in 10 minutes`);
    assert.ok(it.seen.length < 60, `${it.seen.length} calls of the application in 10 minutes`);
    it.server.lie = () => undefined;
    for (const _ of range(1, 3)) it.server.commit();
    await it.clock.advance(2 * MINUTE);
    assert.equal(it.client.state.estado, "al_dia");
    assertWhole({ ...it, seen: it.seen.filter((item) => !item.snapshot || item.snapshot.tienda > 0) });
    it.client.close();
    assertNothingLeft(it);
  });
}

test("a refusal for too many messages is told, and the client comes back by itself", async () => {
  const it = screen();
  it.start();
  it.server.lie = LIARS["serves nothing, since it is asked too much"];
  await it.clock.advance(10 * SECOND);
  assert.deepEqual([it.errors[0].code, it.errors[0].message], ["server", "demasiados_mensajes: Demasiados mensajes."]);
  it.server.lie = () => undefined;
  await it.clock.advance(2 * MINUTE);
  assert.equal(it.client.state.estado, "al_dia");
  it.client.close();
});

test("a live event from the far future doesn't stay in the way", async () => {
  const it = await connected();
  it.server.post(it.server.sockets[0], eventOf({ canal: "tienda", seq: 1e9 }));
  await it.clock.advance(30 * SECOND);
  it.server.commit();
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.equal(it.client.state.estado, "al_dia");
  assert.deepEqual(codes(it), ["stalled"]);
});

test("sequence numbers that go backwards are not delivered again", async () => {
  const it = await connected();
  for (const _ of range(1, 5)) it.server.commit();
  await it.clock.advance(SECOND);
  for (const seq of [4, 2, 5, 1]) it.server.post(it.server.sockets[0], eventOf({ canal: "tienda", seq }));
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it), [1, 2, 3, 4, 5]);
});

test("another store's event is reported and never delivered, with or without a sequence", async () => {
  const it = await connected();
  const { canal, seq, ...plain } = eventOf({ canal: "tienda", seq: 1, tenant_id: "T002" });
  it.server.post(it.server.sockets[0], { ...plain, canal, seq });
  it.server.post(it.server.sockets[0], plain);
  await it.clock.advance(SECOND);
  assert.deepEqual(it.seen, []);
  assert.deepEqual(codes(it), ["foreign", "foreign"]);
  it.server.commit();
  await it.clock.advance(SECOND);
  assertWhole(it);
});

test("garbage is reported and otherwise ignored", async () => {
  const it = await connected();
  const garbage = [
    "",
    "{",
    "null",
    "[]",
    "7",
    { action: "resumed" },
    { action: "events", events: "x" },
    { action: "events", events: [null, { event_type: "venta_registrada" }] },
    { ...eventOf({ canal: "tienda", seq: 0 }) },
    { ...eventOf({ canal: "tienda", seq: 1.5 }) },
    { ...eventOf({ canal: "tienda", seq: "1" }) },
    { ...eventOf({ canal: "tienda", seq: 1 }), canal: undefined },
    { ...eventOf({ canal: "tienda", seq: 1 }), data: null },
  ];
  for (const message of garbage) it.server.sockets[0].deliver(message);
  assert.deepEqual(
    codes(it),
    garbage.map(() => "frame"),
  );
  for (const stray of [
    { action: "resumed", cursor: { tienda: 9 }, more: true },
    { action: "reload", cursor: {} },
  ]) {
    it.server.sockets[0].deliver(stray);
  }
  it.server.commit();
  await it.clock.advance(SECOND);
  assertWhole(it);
});

test("names that mean something to JavaScript are channels like any other", async () => {
  const it = await connected();
  for (const canal of ["__proto__", "constructor", "toString"]) {
    it.server.sockets[0].deliver(JSON.stringify({ ...eventOf({ canal: "x", seq: 1 }), canal }));
  }
  it.server.sockets[0].deliver('{"action":"pong","cursor":{"__proto__":1,"constructor":1,"toString":1}}');
  assert.deepEqual(
    it.seen.map(({ canal }) => canal),
    ["__proto__", "constructor", "toString"],
  );
});

test("a server can't make the client remember channels without end", async () => {
  const it = await connected();
  for (const name of range(1, 100)) it.server.sockets[0].deliver(eventOf({ canal: `c${name}`, seq: 5 }));
  assert.equal(codes(it).length, 86);
  it.server.commit();
  await it.clock.advance(30 * SECOND);
  assertWhole({ ...it, seen: it.seen.filter(({ canal }) => it.server.log.has(canal)) });
});

test("the same events again and again are no progress: the connection is replaced", async () => {
  const it = await connected();
  it.server.lie = ({ action }, socket) => {
    if (action !== "resume") return undefined;
    for (const second of range(1, 60)) {
      const events = [eventOf({ canal: "tienda", seq: 1 })];
      it.clock.setTimeout(() => socket.deliver({ action: "events", events }), second * SECOND, "server");
    }
    return [];
  };
  it.server.commitUnheard(1);
  it.server.commit();
  await it.clock.advance(15 * SECOND);
  assert.deepEqual(codes(it), ["silent"]);
});
