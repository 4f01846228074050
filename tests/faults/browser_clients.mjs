// The browser client of every screen, on a clock and on sockets that the other end of this process's pipes plays.
// Each line read is one thing that happens to a client; each line written is what the clients did about it.

import { createInterface } from "node:readline";

import { connect } from "../../packages/ws_client/src/index.js";
import { FakeClock, settle } from "../../packages/ws_client/src/testing/clock.js";
import { seeded } from "../ws_client/support/random.mjs";

const clock = new FakeClock();
const sockets = [];
const loads = [];
const clients = new Map();
const lied = new Set();
let done = [];

function socketsOf(seat) {
  return class {
    readyState = 0;
    onopen = null;
    onmessage = null;
    onclose = null;

    constructor() {
      this.number = sockets.push(this) - 1;
      done.push({ do: "connect", seat, socket: this.number });
    }

    send(text) {
      if (this.readyState === 1) done.push({ do: "send", socket: this.number, text });
    }

    close() {
      if (this.readyState < 2) done.push({ do: "close", socket: this.number });
      this.readyState = 3;
    }
  };
}

function sit({ seat, tenant, cursor }) {
  const client = connect({
    url: "wss://gateway/faults",
    cursor: cursor ?? undefined,
    getTicket: () => `${tenant}.ticket`,
    onEvent: (event) => done.push({ do: "event", seat, event }),
    onReload: ({ signal }) =>
      new Promise((resolve, reject) => {
        const number = loads.push({ seat, resolve, reject }) - 1;
        signal.addEventListener("abort", () => {
          loads[number] = null;
          done.push({ do: "give up", number });
        });
        done.push({ do: "load", seat, number });
      }),
    // An answer that was lost, or a load that failed, is reported; the client tries again.
    onError: () => {},
    environment: {
      WebSocket: socketsOf(seat),
      network: {},
      now: () => clock.now,
      random: seeded(seat + 1),
      setTimeout: (run, delay) => clock.setTimeout(run, delay),
      clearTimeout: (id) => clock.clearTimeout(id),
    },
  });
  clients.set(seat, client);
}

function lookAtClaims() {
  for (const load of loads) if (load && clients.get(load.seat)?.state.estado === "al_dia") lied.add(load.seat);
}

const happenings = {
  sit,
  leave({ seat }) {
    clients.get(seat).close();
    for (const [number, load] of loads.entries()) if (load?.seat === seat) loads[number] = null;
  },
  loaded({ number, cursor }) {
    const load = loads[number];
    loads[number] = null;
    if (cursor) load?.resolve(cursor);
    else load?.reject(new Error("the load failed"));
  },
  stale() {
    const behind = [...clients].filter(([, { state }]) => state.estado !== "al_dia").map(([seat]) => seat);
    done.push({ do: "stale", seats: [...new Set([...behind, ...lied])] });
  },
  opened({ socket }) {
    sockets[socket].readyState = 1;
    sockets[socket].onopen?.();
  },
  message({ socket, text }) {
    sockets[socket].onmessage?.({ data: text });
  },
  closed({ socket }) {
    sockets[socket].readyState = 3;
    sockets[socket].onclose?.();
  },
  advance({ milliseconds }) {
    return clock.advance(milliseconds);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const happening = JSON.parse(line);
  await happenings[happening.it](happening);
  await settle();
  lookAtClaims();
  process.stdout.write(`${JSON.stringify(done)}\n`);
  done = [];
}
