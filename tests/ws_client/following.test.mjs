import assert from "node:assert/strict";
import { test } from "node:test";

import { eventOf } from "../../packages/ws_client/src/testing/server.js";
import {
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

test("events committed before, during and after the handshake all come, in order", async () => {
  const it = screen();
  it.server.commit();
  it.start();
  for (let step = 0; step < 20; step += 1) {
    await it.clock.advance(10);
    it.server.commit(step % 2 ? "tienda" : "administracion");
  }
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("a repeated event is delivered once", async () => {
  const it = await connected();
  it.server.faults.repeated = 1;
  for (let made = 0; made < 5; made += 1) it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it), [1, 2, 3, 4, 5]);
});

test("events that overtake each other are put in order without asking the server", async () => {
  const it = await connected();
  const [connection] = it.server.connections;
  for (const seq of [3, 1, 2]) {
    it.server.post(connection, eventOf({ canal: "tienda", seq }));
    await it.clock.advance(100);
  }
  assert.deepEqual(seqs(it), [1, 2, 3]);
  assert.equal(resumes(it).length, 1);
  assert.deepEqual(estados(it), ["recuperando", "al_dia"]);
});

test("a gap that stays is filled by a resume", async () => {
  const it = await connected();
  it.server.commitUnheard(2);
  it.server.commit();
  await it.clock.advance(SECOND);
  assertWhole(it);
  assert.deepEqual(resumes(it).at(-1), { tienda: 0, administracion: 0 });
  assert.deepEqual(estados(it), ["recuperando", "al_dia", "recuperando", "al_dia"]);
});

test("a gap in one channel doesn't hold the other back", async () => {
  const it = await connected();
  it.server.commitUnheard(1, "tienda");
  it.server.commit("tienda");
  it.server.commit("administracion");
  await it.clock.advance(50);
  assert.deepEqual(seqs(it, "administracion"), [1]);
  assert.deepEqual(seqs(it), []);
  await it.clock.advance(SECOND);
  assertWhole(it);
});

test("an event without a sequence is delivered as it comes, each time it comes", async () => {
  const it = await connected();
  const [connection] = it.server.connections;
  const { canal, seq, event_id, ...event } = eventOf({ canal: "tienda", seq: 1 });
  it.server.post(connection, event);
  it.server.post(connection, event);
  await it.clock.advance(SECOND);
  assert.deepEqual(it.seen, [event, event]);
  assert.deepEqual(it.errors, []);
});

test("with a first snapshot that names no cursor the stream begins where the server is", async () => {
  const it = screen();
  it.server.commitUnheard(7);
  it.start({ cursor: undefined, onReload: () => {} });
  await it.clock.advance(SECOND);
  it.server.commit();
  it.server.commit("administracion");
  await it.clock.advance(SECOND);
  assertWhole(it, { tienda: 7, administracion: 0 });
  assert.deepEqual(resumes(it), [{}]);
});

test("without any cursor, an event heard before the server's answer is not lost to it", async () => {
  const it = screen();
  it.server.commitUnheard(7);
  it.start({ cursor: undefined, onReload: () => {} });
  await it.clock.advance(45);
  it.server.commit();
  await it.clock.advance(SECOND);
  assertWhole(it, { tienda: 7, administracion: 0 });
});

test("a channel that the cursor doesn't name begins at its first event heard", async () => {
  const it = screen();
  it.server.commitUnheard(5, "administracion");
  it.start({ cursor: { tienda: 0 } });
  await it.clock.advance(SECOND);
  it.server.commit("administracion");
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it, "administracion"), [6]);
  assert.deepEqual(it.client.cursor, { tienda: 0, administracion: 6 });
});

test("the handle's cursor includes the event that is being delivered", async () => {
  const it = screen();
  const cursors = [];
  it.start({ onEvent: () => cursors.push(it.client.cursor.tienda) });
  await it.clock.advance(SECOND);
  it.server.commit();
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(cursors, [1, 2]);
});

test("what the application's callbacks throw is reported and doesn't stop the stream", async () => {
  const it = screen();
  it.start({
    onEvent: (event) => {
      it.seen.push(event);
      if (event.seq === 1) throw new Error("broken");
      return event.seq === 2 ? Promise.reject(new Error("broken later")) : undefined;
    },
    onState: () => {
      throw new Error("broken state");
    },
  });
  await it.clock.advance(SECOND);
  for (let made = 0; made < 3; made += 1) it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it), [1, 2, 3]);
  assert.deepEqual(
    codes(it).filter((code) => code !== "broken state"),
    ["broken", "broken later"],
  );
});

test("an onError that throws leaves the stream alone", async (context) => {
  const log = context.mock.method(console, "error", () => {});
  const it = screen();
  it.start({
    onEvent: (event) => {
      it.seen.push(event);
      throw new Error("first");
    },
    onError: () => {
      throw new Error("second");
    },
  });
  await it.clock.advance(SECOND);
  it.server.commit();
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.deepEqual(seqs(it), [1, 2]);
  assert.equal(log.mock.callCount(), 2);
});

test("close leaves nothing running, at any moment of a connection's life", async () => {
  for (const moment of range(0, 40)) {
    const it = screen();
    it.server.commitUnheard(120);
    it.start();
    await it.clock.advance(moment * 10);
    it.client.close();
    await it.clock.advance(0);
    assertNothingLeft(it);
    const heard = it.seen.length;
    it.server.commit();
    it.window.tell("online");
    await it.clock.advance(60 * SECOND);
    assert.equal(it.seen.length, heard);
    assert.deepEqual([it.client.state.estado, it.client.state.motivo], ["sin_conexion", "cerrada"]);
    assertNothingLeft(it);
  }
});

test("the application may close the client in any of its callbacks", async () => {
  for (const callback of ["onEvent", "onState", "onReload", "onError", "getTicket"]) {
    const it = screen();
    it.server.commitUnheard(3);
    it.server.expired.set("tienda", 2);
    it.server.lie = callback === "onError" ? () => ["garbage"] : () => undefined;
    let calls = 0;
    const close = () => {
      calls += 1;
      it.client.close();
    };
    it.start({
      cursor: { tienda: callback === "onReload" ? 0 : 2 },
      [callback]: callback === "getTicket" ? () => Promise.resolve().then(close) : close,
    });
    await it.clock.advance(60 * SECOND);
    assert.equal(calls, 1, callback);
    assertNothingLeft(it);
  }
});
