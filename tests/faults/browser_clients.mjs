// The browser client of every screen, on a clock and on sockets that the other end of this process's pipes plays.
// Each line read is one thing that happens to a client; each line written is what the clients did about it.

import { createInterface } from "node:readline";

import { connect } from "../../packages/ws_client/src/index.js";
import { FakeClock, settle } from "../../packages/ws_client/src/testing/clock.js";
import { seeded } from "../ws_client/support/random.mjs";

const clock = new FakeClock();
const sockets = [];
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
  connect({
    url: "wss://gateway/faults",
    cursor,
    getTicket: () => `${tenant}.ticket`,
    onEvent: (event) => done.push({ do: "event", seat, event }),
    onReload: () => {
      done.push({ do: "reload", seat });
      return {};
    },
    // An answer that was lost is reported; the client has connected anew.
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
}

const happenings = {
  sit,
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
  process.stdout.write(`${JSON.stringify(done)}\n`);
  done = [];
}
