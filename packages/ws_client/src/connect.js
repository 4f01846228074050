import { Client } from "./client.js";
import { DISPOSE } from "./dispose.js";
import { checked } from "./options.js";

/** @typedef {import("../types/index.d.ts").ConnectOptions} ConnectOptions */
/** @typedef {import("../types/index.d.ts").Connection} Connection */
/** @typedef {import("../types/index.d.ts").Environment} Environment */

/**
 * Follow a store's events: each once and in order per channel, until `close()`.
 *
 * Nothing is asked of the server before the caller has returned: who closes at once, as React's StrictMode does, costs
 * no ticket.
 *
 * @param {ConnectOptions} options
 * @returns {Connection}
 * @throws {TypeError} an option is missing, unknown or of another type; or there is no WebSocket
 * @throws {RangeError} a number is outside its range
 */
export function connect(options) {
  const settings = checked(options);
  const environment = { ...browser(), ...options.environment };
  if (typeof environment.WebSocket !== "function") {
    throw new TypeError(
      "there is no WebSocket (Node has it from 22 on): pass environment.WebSocket, such as that of the package ws",
    );
  }
  const client = new Client(settings, environment);
  const close = () => client.close();
  return Object.freeze({
    close,
    [DISPOSE]: close,
    get state() {
      return client.state;
    },
    get cursor() {
      return client.cursor;
    },
    get connectionId() {
      return client.connectionId;
    },
  });
}

/** @returns {Environment} the page's own clock, network and sockets */
function browser() {
  return {
    WebSocket: globalThis.WebSocket,
    network: globalThis,
    now: Date.now,
    random: Math.random,
    setTimeout: (run, delay) => globalThis.setTimeout(run, delay),
    clearTimeout: (handle) => globalThis.clearTimeout(/** @type {number} */ (handle)),
  };
}
