import assert from "node:assert/strict";
import { test } from "node:test";

import { seeded } from "./support/random.mjs";
import { eventOf } from "../../packages/ws_client/src/testing/server.js";
import { MINUTE, SECOND, assertNothingLeft, assertWhole, screen } from "./support/screen.mjs";

const RUNS = Number(process.env.WS_CLIENT_RUNS ?? 150);
const FIRST_SEED = Number(process.env.WS_CLIENT_SEED ?? Date.now() % 1e9);

/** What may happen to a screen, and how often in comparison. */
const HAPPENINGS = [
  [30, ({ server }, random) => server.commit(random() < 0.7 ? "tienda" : "administracion")],
  [4, ({ server }) => server.commit()],
  [3, ({ server }, random) => server.commitUnheard(1 + Math.floor(random() * 200))],
  [
    2,
    ({ server }, random) => (server.faults = { lost: random() * 0.3, repeated: random() * 0.5, delay: random() * 600 }),
  ],
  [2, ({ server }) => (server.faults = { lost: 0, repeated: 0, delay: 0 })],
  [2, ({ server }) => each(server.connections, (connection) => server.cut(connection))],
  [1, ({ server }) => each(server.connections, (connection) => (connection.silent = true))],
  [1, ({ server }) => (server.handshake = "refuse")],
  [1, ({ server }) => (server.handshake = "hang")],
  [3, ({ server }) => (server.handshake = "accept")],
  [1, ({ window }) => window.tell("offline")],
  [2, ({ window }) => window.tell("online")],
  [1, ({ window }) => window.tell("visibilitychange")],
  [1, ({ server }, random) => (server.batch = 1 + Math.floor(random() * 60))],
  [1, ({ server }, random) => server.expired.set("tienda", Math.floor(random() * server.cursor.tienda))],
  [1, ({ server, clock }, random) => (server.tokenEnds = clock.now + random() * 10 * MINUTE)],
  [2, ({ server }) => (server.tokenEnds = Infinity)],
  [1, ({ server }) => (server.lie = dishonest)],
  [
    1,
    ({ server }) =>
      each(server.connections, (connection) => server.post(connection, eventOf({ canal: "tienda", seq: 1e6 }))),
  ],
  [3, ({ server }) => (server.lie = () => undefined)],
];

/** Answers that hide what there is, or ask to go on without end. */
function dishonest({ action, cursor }) {
  if (action === "ping") return [{ action: "pong", cursor: { tienda: 1e6 } }];
  return [{ action: "resumed", cursor, more: cursor.tienda % 2 === 0 }];
}

async function run(seed) {
  const random = seeded(seed);
  const it = screen({
    random,
    bufferLimit: 1 + Math.floor(random() * 40),
    rotateAfter: MINUTE,
    rotateJitter: 30 * SECOND,
  });
  // A gateway of the earlier version doesn't tell how long a connection has left.
  it.server.tells = random() < 0.5;
  it.start({
    onReload: async () => {
      if (random() < 0.2) throw new Error("the snapshot failed");
      const snapshot = it.server.cursor;
      await new Promise((resolve) => it.clock.setTimeout(resolve, random() * 3 * SECOND));
      it.seen.push({ snapshot });
      return snapshot;
    },
  });
  const total = HAPPENINGS.reduce((sum, [weight]) => sum + weight, 0);
  for (let step = 0; step < 120; step += 1) {
    let draw = random() * total;
    const [, happen] = HAPPENINGS.find(([weight]) => (draw -= weight) < 0);
    happen(it, random);
    await it.clock.advance(random() < 0.1 ? random() * 40 * SECOND : random() * 300);
  }
  Object.assign(it.server, {
    faults: { lost: 0, repeated: 0, delay: 0 },
    handshake: "accept",
    lie: () => undefined,
    batch: 500,
    tokenEnds: Infinity,
  });
  await it.clock.advance(12 * MINUTE);
  assertWhole(it);
  assert.equal(it.client.state.estado, "al_dia");
  it.client.close();
  await it.clock.advance(MINUTE);
  assertNothingLeft(it);
}

function each(all, act) {
  for (const one of [...all]) act(one);
}

test(`whatever happens, every event comes once and in order (${RUNS} runs)`, async (context) => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    try {
      await run(seed);
    } catch (error) {
      context.diagnostic(`repeat it with WS_CLIENT_SEED=${seed} WS_CLIENT_RUNS=1`);
      throw error;
    }
  }
});
