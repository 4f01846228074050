import assert from "node:assert/strict";

import { connect } from "../../../packages/ws_client/src/index.js";
import { FakeClock } from "../../../packages/ws_client/src/testing/clock.js";
import { FakeServer } from "../../../packages/ws_client/src/testing/server.js";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** The page's window, as far as the client listens to it. */
class FakeWindow extends EventTarget {
  listening = new Set();

  addEventListener(type, listener) {
    this.listening.add(type);
    super.addEventListener(type, listener);
  }

  removeEventListener(type, listener) {
    this.listening.delete(type);
    super.removeEventListener(type, listener);
  }

  tell(type) {
    this.dispatchEvent(new Event(type));
  }
}

/**
 * A server, a clock and a screen that follows the server from cursor zero; every option can be replaced.
 *
 * `seen` is what the application got: events, and `{ snapshot }` with the cursor of each snapshot it loaded.
 */
export function screen({ random = () => 0.5, ...options } = {}) {
  const clock = new FakeClock();
  const server = new FakeServer({ clock, random });
  const window = new FakeWindow();
  const it = { clock, server, window, seen: [], states: [], errors: [], tickets: 0 };
  it.start = (more = {}) => {
    it.client = connect({
      url: "wss://api.example/dev",
      cursor: { tienda: 0, administracion: 0 },
      getTicket: () => `T001.${(it.tickets += 1)}`,
      onEvent: (event) => it.seen.push(event),
      onReload: () => {
        it.seen.push({ snapshot: server.cursor });
        return server.cursor;
      },
      onState: (state) => it.states.push(state),
      onError: (error) => it.errors.push(error),
      environment: {
        WebSocket: server.WebSocket,
        network: window,
        now: () => clock.now,
        random,
        setTimeout: (run, delay) => clock.setTimeout(run, delay, "client"),
        clearTimeout: (id) => clock.clearTimeout(id),
      },
      ...options,
      ...more,
    });
    return it;
  };
  return it;
}

/** A screen that is connected and up to date. */
export async function connected(options) {
  const it = screen(options).start();
  await it.clock.advance(SECOND);
  assert.equal(it.client.state.estado, "al_dia");
  return it;
}

/** The sequence numbers that the application got on a channel. */
export function seqs({ seen }, canal = "tienda") {
  return seen.filter((item) => item.canal === canal).map((item) => item.seq);
}

export function estados({ states }) {
  return states.map(({ estado }) => estado).filter((estado, place, all) => estado !== all[place - 1]);
}

export function codes({ errors }) {
  return errors.map((error) => error.code ?? error.message);
}

/** The cursors of the resumes that the server got. */
export function resumes({ server }) {
  return server.received.filter(({ message }) => message.action === "resume").map(({ message }) => message.cursor);
}

export function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

/** Every event once and in order per channel, from `start` or the last snapshot to the end of the log. */
export function assertWhole({ seen, server }, start = { tienda: 0, administracion: 0 }) {
  let position = { ...start };
  for (const item of seen) {
    if (item.snapshot) {
      position = { ...item.snapshot };
    } else {
      assert.equal(item.seq, position[item.canal] + 1, `the next event of ${item.canal}`);
      position[item.canal] = item.seq;
    }
  }
  assert.deepEqual(position, server.cursor, "the end of the log");
}

/** Nothing of the client is left: no timer, no listener, no open socket. */
export function assertNothingLeft({ clock, window, server }) {
  assert.equal(clock.pending("client"), 0, "timers");
  assert.deepEqual([...window.listening], [], "listeners");
  assert.deepEqual(
    server.sockets.filter(({ readyState }) => readyState !== 3),
    [],
    "sockets",
  );
}
