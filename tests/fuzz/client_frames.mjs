// Frames into the browser client: whatever a server sends, nothing is thrown, no promise is left without a handler, and
// an honest server is followed again. Arguments: how many frames, and the seed.
import { connect } from "../../packages/ws_client/src/index.js";
import { FakeClock } from "../../packages/ws_client/src/testing/clock.js";
import { FakeServer, eventOf } from "../../packages/ws_client/src/testing/server.js";
import { seeded } from "../ws_client/support/random.mjs";

const [inputs, seed] = process.argv.slice(2).map(Number);
const FRAMES_A_SCREEN = 100;
const wrong = [];
let screens = 0;
process.on("unhandledRejection", (error) => wrong.push(`screen ${screens}: unhandled: ${error?.stack ?? error}`));
process.on("uncaughtException", (error) => wrong.push(`screen ${screens}: uncaught: ${error?.stack ?? error}`));

const TEXTS = ["", "tienda", "administracion", "__proto__", "constructor", "\ud800", "<b>ZZMARK</b>", "x".repeat(70_000), "T002"];
const NUMBERS = [0, -1, 1, 2, 1.5, 1e308, 2 ** 53, -0, 9_007_199_254_740_991];

/** Any JSON value. */
function value(random) {
  const pick = (all) => all[Math.floor(random() * all.length)];
  const kind = Math.floor(random() * 7);
  if (kind < 2) return pick(TEXTS);
  if (kind < 4) return pick(NUMBERS);
  if (kind === 4) return pick([null, true, false]);
  return kind === 5 ? [value(random)] : JSON.parse(`{${JSON.stringify(pick(TEXTS))}: ${JSON.stringify(value(random))}}`);
}

/** A frame of which one or two places are changed or lost, or whose text is damaged. */
function changed(frame, random) {
  const copy = JSON.parse(JSON.stringify(frame));
  for (let times = random() < 0.5 ? 1 : 2; times > 0; times -= 1) {
    let holder = copy;
    for (let depth = 0; depth < 3 && random() < 0.5; depth += 1) {
      const inside = Object.values(holder).filter((each) => typeof each === "object" && each !== null);
      if (inside.length) holder = inside[Math.floor(random() * inside.length)];
    }
    const keys = Object.keys(holder);
    const key = keys.length ? keys[Math.floor(random() * keys.length)] : "x";
    if (random() < 0.2) delete holder[key];
    else holder[key] = value(random);
  }
  const text = JSON.stringify(copy);
  const at = Math.floor(random() * text.length);
  const kind = random();
  if (kind < 0.05) return "[".repeat(20_000) + "]".repeat(20_000);
  if (kind < 0.1) return text.slice(0, at);
  if (kind < 0.15) return text.slice(0, at) + String(value(random)) + text.slice(at);
  return text;
}

for (let tried = 0; tried < inputs; screens += 1) {
  const random = seeded(seed * 1_000_003 + screens);
  const clock = new FakeClock();
  const server = new FakeServer({ clock, random });
  const seen = [];
  const client = connect({
    url: "wss://api.example/dev",
    getTicket: () => "T001.x",
    onReload: () => server.cursor,
    onEvent: (event) => {
      if (event.tenant_id !== "T001") wrong.push(`screen ${screens}: an event of ${event.tenant_id}`);
      seen.push(event);
    },
    onUnknownEvent: () => {},
    onError: () => {},
    environment: {
      WebSocket: server.WebSocket,
      network: {},
      now: () => clock.now,
      random,
      setTimeout: (run, delay) => clock.setTimeout(run, delay, "client"),
      clearTimeout: (id) => clock.clearTimeout(id),
    },
  });
  await clock.advance(1000);
  for (let frame = 0; frame < FRAMES_A_SCREEN && tried < inputs; frame += 1, tried += 1) {
    const cursor = server.cursor;
    const event = eventOf({ canal: "tienda", seq: Math.floor(random() * 5) });
    const frames = [
      event,
      { action: "events", canal: "tienda", desde: 1, hasta: 2, events: [event] },
      { action: "resumed", cursor, log: "1", more: false, connection_id: "c", expira_en: 7200 },
      { action: "pong", cursor, log: "1", connection_id: "c", expira_en: 7200 },
      { action: "reload", cursor, log: "1" },
      { action: "error", code: "cursor_no_valido", message: "No." },
      { action: "throttled", code: "demasiados_mensajes", message: "No.", reintentar_en: 30 },
      { message: "Internal server error", connectionId: "c", requestId: "r" },
    ];
    const open = server.sockets.filter(({ readyState }) => readyState === 1);
    const text = changed(frames[Math.floor(random() * frames.length)], random);
    try {
      for (const socket of open) socket.deliver(text);
    } catch (error) {
      wrong.push(`screen ${screens}, frame ${frame}: threw ${error?.stack ?? error}: ${text.slice(0, 200)}`);
    }
    await clock.advance(random() < 0.1 ? 60_000 : 100);
  }
  await clock.advance(20 * 60_000);
  server.commit();
  await clock.advance(5 * 60_000);
  if (client.state.motivo !== undefined) wrong.push(`screen ${screens}: stopped: ${client.state.motivo}`);
  else if (client.state.estado !== "al_dia") wrong.push(`screen ${screens}: ${client.state.estado} beside an honest server`);
  client.close();
}
await new Promise((resolve) => setTimeout(resolve, 10));
process.stdout.write(JSON.stringify({ wrong }));
