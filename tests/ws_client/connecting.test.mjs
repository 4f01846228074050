import assert from "node:assert/strict";
import { test } from "node:test";

import { connect, texto } from "../../packages/ws_client/src/index.js";
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
} from "./support/screen.mjs";

/** A JWT as the login issues it; nobody here looks at its signature. */
function jwt(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256" })}.${part({ tenant_id: "T001", nombre: "Ñusta", ...claims })}.signature`;
}

/** When each handshake began: milliseconds since now. */
function attempts({ server, clock }) {
  const WebSocket = server.WebSocket;
  const start = clock.now;
  const times = [];
  server.WebSocket = class extends WebSocket {
    constructor(url) {
      super(url);
      times.push(clock.now - start);
    }
  };
  return times;
}

function refusal(status) {
  return () => Promise.reject(Object.assign(new Error(`HTTP ${status}`), { status }));
}

test("a ticket goes into the URL, and each attempt asks for a new one", async () => {
  const it = screen();
  it.server.handshake = "refuse";
  it.start({ getTicket: () => `T001.${(it.tickets += 1)}&x` });
  await it.clock.advance(2 * SECOND);
  it.server.handshake = "accept";
  await it.clock.advance(10 * SECOND);
  assert.equal(it.server.sockets[0].url, "wss://api.example/dev?ticket=T001.1%26x");
  assert.equal(it.server.sockets[1].url, "wss://api.example/dev?ticket=T001.2%26x");
  assert.equal(it.client.state.estado, "al_dia");
});

test("a token goes into the URL in place of a ticket", async () => {
  const it = await connected({ getTicket: undefined, getToken: async () => "opaque" });
  assert.equal(it.server.sockets[0].url, "wss://api.example/dev?token=opaque");
});

for (const status of [401, 403]) {
  test(`a ticket refused with ${status} stops the client and says so`, async () => {
    const it = screen({ getTicket: refusal(status) }).start();
    await it.clock.advance(MINUTE);
    assert.deepEqual(it.states, [{ estado: "sin_conexion", confirmado: null, vence: null, motivo: "rechazada" }]);
    assert.deepEqual(codes(it), ["refused"]);
    assert.equal(it.errors[0].cause.status, status);
    assertNothingLeft(it);
  });
}

test("a ticket that can't be had for another reason is asked for again", async () => {
  let calls = 0;
  const getTicket = async () => {
    calls += 1;
    if (calls < 3) throw Object.assign(new Error("HTTP 502"), { status: 502 });
    return "T001.x";
  };
  const it = screen({ getTicket }).start();
  await it.clock.advance(10 * SECOND);
  assert.equal(it.client.state.estado, "al_dia");
  assert.deepEqual(codes(it), ["HTTP 502", "HTTP 502"]);
});

test("a ticket that isn't text is an error of the application's, and asked for again", async () => {
  const it = screen({ getTicket: async () => ({ ticket: "T001.x" }) }).start();
  await it.clock.advance(SECOND);
  assert.match(it.errors[0].message, /ticket must be a string/);
  assert.equal(it.server.sockets.length, 0);
});

test("a clock ahead by more than the token's life and a network that is down for an hour don't stop the client", async () => {
  const it = screen();
  const ahead = 25 * 60 * MINUTE;
  it.server.handshake = "refuse";
  it.start({ getTicket: undefined, getToken: () => jwt({ exp: (it.clock.now - ahead) / 1000 + 24 * 3600 }) });
  await it.clock.advance(60 * MINUTE);
  assert.equal(it.client.state.motivo, undefined);
  it.server.handshake = "accept";
  await it.clock.advance(10 * MINUTE);
  assert.equal(it.client.state.estado, "al_dia");
  assert.equal(it.client.state.vence, null);
});

test("with a token that is over a screen tells so, and asks ever more seldom", async () => {
  const it = screen({ random: () => 0.999999 });
  const times = attempts(it);
  const end = it.clock.now - SECOND;
  it.server.handshake = "refuse";
  it.start({ getTicket: undefined, getToken: () => jwt({ exp: end / 1000 }) });
  await it.clock.advance(SECOND);
  assert.deepEqual([it.client.state.estado, it.client.state.vence], ["sin_conexion", end]);
  assert.equal(texto(it.client.state), "Tu sesión parece haber terminado. Vuelve a iniciar sesión.");
  await it.clock.advance(60 * MINUTE);
  const pauses = times.slice(1).map((time, place) => Math.round((time - times[place]) / SECOND));
  assert.deepEqual(pauses.slice(0, 9), [1, 10, 20, 40, 80, 160, 320, 600, 600]);
  it.server.handshake = "accept";
  it.window.tell("online");
  await it.clock.advance(SECOND);
  assert.deepEqual([it.client.state.estado, it.client.state.vence], ["al_dia", null]);
});

test("a successor that fails with a token that is over leaves the connection that stands", async () => {
  const it = screen({ rotateAfter: MINUTE, rotateJitter: 0 });
  it.server.tells = false;
  it.start({ getTicket: undefined, getToken: () => jwt({ exp: it.clock.now / 1000 - 3600 }) });
  await it.clock.advance(SECOND);
  it.server.handshake = "refuse";
  await it.clock.advance(5 * MINUTE);
  it.server.commit();
  await it.clock.advance(SECOND);
  assert.equal(it.client.state.estado, "al_dia");
  assertWhole(it);
});

test("a token that is over by a wrong clock is tried all the same", async () => {
  const it = screen();
  it.start({ getTicket: undefined, getToken: () => jwt({ exp: it.clock.now / 1000 - 3600 }) });
  await it.clock.advance(SECOND);
  assert.equal(it.client.state.estado, "al_dia");
});

test("a failed handshake with a good token is tried again with a new one", async () => {
  const it = screen();
  it.server.handshake = "refuse";
  it.start({ getTicket: undefined, getToken: () => jwt({ exp: it.clock.now / 1000 + 60 }) });
  await it.clock.advance(SECOND);
  it.server.handshake = "accept";
  await it.clock.advance(10 * SECOND);
  assert.equal(it.client.state.estado, "al_dia");
});

test("a later token for another store is a refusal, never a mixture", async () => {
  let tenant = "T001";
  const it = await connected({ getTicket: () => `${tenant}.x` });
  tenant = "T002";
  it.server.cut(it.server.sockets[0]);
  await it.clock.advance(MINUTE);
  assert.equal(it.client.state.motivo, "rechazada");
  assertNothingLeft(it);
});

test("pauses are drawn below a ceiling that doubles up to the limit", async () => {
  const it = screen({ random: () => 0.999999 });
  const times = attempts(it);
  it.server.handshake = "refuse";
  it.start();
  await it.clock.advance(3 * MINUTE);
  const pauses = times.slice(1).map((time, place) => Math.round((time - times[place]) / SECOND));
  assert.deepEqual(pauses.slice(0, 6), [5, 10, 20, 30, 30, 30]);
});

test("jitter is full: the luckiest pause is none", async () => {
  const it = screen({ random: () => 0 });
  const times = attempts(it);
  it.server.handshake = "refuse";
  it.start();
  await it.clock.advance(100);
  assert.deepEqual(times, [0, 20, 40, 60, 80, 100]);
});

test("a server that accepts and drops doesn't make the client hurry", async () => {
  const it = screen();
  const times = attempts(it);
  it.start();
  for (const second of range(1, 300)) {
    await it.clock.advance(SECOND);
    if (second % 2) for (const socket of it.server.connections) it.server.cut(socket);
  }
  assert.ok(times.length < 30, `${times.length} attempts in 5 minutes`);
});

test("after a calm connection the first pause is short again", async () => {
  const it = screen();
  it.server.handshake = "refuse";
  it.start();
  await it.clock.advance(MINUTE);
  it.server.handshake = "accept";
  await it.clock.advance(MINUTE);
  it.server.cut([...it.server.connections][0]);
  await it.clock.advance(3 * SECOND);
  assert.equal(it.client.state.estado, "al_dia");
});

test("when the network returns, the client connects at once", async () => {
  const it = screen();
  it.server.handshake = "refuse";
  it.start();
  await it.clock.advance(2 * MINUTE);
  it.server.handshake = "accept";
  it.window.tell("online");
  await it.clock.advance(100);
  assert.equal(it.client.state.estado, "al_dia");
});

test("a network that returns unready is tried again soon", async () => {
  const it = screen();
  it.server.handshake = "refuse";
  it.start();
  await it.clock.advance(2 * MINUTE);
  it.window.tell("online");
  await it.clock.advance(100);
  it.server.handshake = "accept";
  await it.clock.advance(SECOND);
  assert.equal(it.client.state.estado, "al_dia");
});

test("when the network goes, the screen says so at once; what was missed comes when it is back", async () => {
  const it = await connected();
  it.window.tell("offline");
  assert.equal(it.client.state.estado, "sin_conexion");
  it.server.handshake = "refuse";
  for (let made = 0; made < 1000; made += 1) it.server.commit();
  await it.clock.advance(5 * MINUTE);
  it.server.handshake = "accept";
  it.window.tell("online");
  await it.clock.advance(3 * SECOND);
  assertWhole(it);
  assert.deepEqual(estados(it), ["recuperando", "al_dia", "sin_conexion", "recuperando", "al_dia"]);
});

test("a browser that is wrong about the network being gone doesn't end the stream", async () => {
  const it = await connected();
  it.window.tell("offline");
  await it.clock.advance(5 * SECOND);
  assert.equal(it.client.state.estado, "al_dia");
});

test("a handshake that hangs is given up", async () => {
  const it = screen();
  it.server.handshake = "hang";
  it.start();
  await it.clock.advance(19 * SECOND);
  it.server.handshake = "accept";
  await it.clock.advance(4 * SECOND);
  assert.equal(it.client.state.estado, "al_dia");
  assert.equal(it.server.sockets[0].readyState, 3);
  assert.equal(it.server.sockets[0].onopen, null);
});

test("a ticket that never comes is given up, and doesn't connect when it comes late", async () => {
  let late;
  const never = new Promise((resolve) => (late = resolve));
  let calls = 0;
  const it = screen({ getTicket: () => ((calls += 1) === 1 ? never : "T001.2") }).start();
  await it.clock.advance(25 * SECOND);
  assert.equal(it.client.state.estado, "al_dia");
  late("T001.1");
  await it.clock.advance(SECOND);
  assert.equal(it.server.sockets.length, 1);
});

test("after a cut the client resumes from where it was", async () => {
  const it = await connected();
  it.server.commit();
  await it.clock.advance(SECOND);
  it.server.cut(it.server.sockets[0]);
  it.server.commitUnheard(3);
  await it.clock.advance(3 * SECOND);
  assertWhole(it);
  assert.deepEqual(resumes(it), [
    { tienda: 0, administracion: 0 },
    { tienda: 1, administracion: 0 },
  ]);
});
