import { Client } from "./client.js";
import { readCredential } from "./credentials.js";
import { isCursor } from "./cursor.js";

/** @typedef {import("../types/index.d.ts").ConnectOptions} ConnectOptions */
/** @typedef {import("../types/index.d.ts").Environment} Environment */

/**
 * The options, checked and complete.
 *
 * @typedef {Required<Omit<ConnectOptions, "getToken" | "getTicket" | "environment">>
 *   & { getCredential: () => Promise<import("./credentials.js").Credential> }} Settings
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Milliseconds, and a count of events. */
const DEFAULTS = {
  pingEvery: 5 * MINUTE,
  answerTimeout: 10 * SECOND,
  handshakeTimeout: 20 * SECOND,
  rotateAfter: 110 * MINUTE,
  rotateJitter: 10 * MINUTE,
  retryFirst: SECOND,
  retryLimit: 30 * SECOND,
  calmAfter: 10 * SECOND,
  gapGrace: 300,
  bufferLimit: 1000,
};

/**
 * Follow a store's events: each once and in order per channel, until `close()`.
 *
 * @param {ConnectOptions} options
 * @returns {import("../types/index.d.ts").Connection}
 * @throws {TypeError} when an option is missing or isn't what it should be
 */
export function connect(options) {
  const client = new Client(checked(options), { ...browser(), ...options.environment });
  return Object.freeze({
    close: () => client.close(),
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

/**
 * @param {ConnectOptions} options
 * @returns {Settings}
 */
function checked({ environment, getToken, getTicket, ...given }) {
  const settings = {
    ...DEFAULTS,
    cursor: {},
    onState: () => {},
    onError: /** @param {unknown} error */ (error) => console.error(error),
    getCredential: getTicket
      ? async () => readCredential("ticket", await getTicket())
      : async () => readCredential("token", await getToken?.()),
    .../** @type {typeof given} */ (
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    ),
  };
  if (!/^wss?:$/.test(new URL(settings.url).protocol)) throw new TypeError("url must begin with wss:");
  if (!isCursor(settings.cursor)) throw new TypeError("cursor must give each channel a sequence number");
  if (!getToken === !getTicket) throw new TypeError("give either getToken or getTicket");
  const { onEvent, onReload, onState, onError } = settings;
  for (const [name, value] of Object.entries({ onEvent, onReload, onState, onError })) {
    if (typeof value !== "function") throw new TypeError(`${name} must be a function`);
  }
  for (const name of /** @type {(keyof typeof DEFAULTS)[]} */ (Object.keys(DEFAULTS))) {
    if (!(settings[name] >= 0)) throw new TypeError(`${name} must be a number`);
  }
  return settings;
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
