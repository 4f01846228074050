import { readCredential } from "./credentials.js";
import { isCursor } from "./cursor.js";

/** @typedef {import("../types/index.d.ts").ConnectOptions} ConnectOptions */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Milliseconds, and a count of events. */
const DEFAULTS = {
  pingEvery: 5 * MINUTE,
  answerTimeout: 10 * SECOND,
  handshakeTimeout: 20 * SECOND,
  reloadTimeout: 2 * MINUTE,
  rotateAfter: 110 * MINUTE,
  rotateJitter: 10 * MINUTE,
  renewAhead: 2 * MINUTE,
  retryFirst: 5 * SECOND,
  retryLimit: 30 * SECOND,
  calmAfter: 10 * SECOND,
  gapGrace: 300,
  bufferLimit: 1000,
};

/**
 * From where to where each may be. API Gateway closes a connection that was idle for 10 minutes, and any after 2 hours;
 * what is below the least would be asked of the server without a pause.
 *
 * @param {typeof DEFAULTS} settings some have their limit in another
 * @returns {Record<keyof typeof DEFAULTS, [least: number, most: number]>} a limit stands before what it limits
 */
const rangesOf = ({ rotateAfter, retryFirst }) => ({
  pingEvery: [SECOND, 9 * MINUTE],
  answerTimeout: [100, 5 * MINUTE],
  handshakeTimeout: [100, 5 * MINUTE],
  reloadTimeout: [SECOND, 30 * MINUTE],
  rotateAfter: [SECOND, 118 * MINUTE],
  rotateJitter: [0, Number(rotateAfter) / 2],
  renewAhead: [0, 30 * MINUTE],
  retryFirst: [100, 5 * MINUTE],
  retryLimit: [Math.max(SECOND, Number(retryFirst)), 60 * MINUTE],
  calmAfter: [0, 10 * MINUTE],
  gapGrace: [0, MINUTE],
  bufferLimit: [1, 100_000],
});

const FUNCTIONS = /** @type {const} */ (["onEvent", "onReload", "onUnknownEvent", "onState", "onError"]);
const OTHERS = ["url", "getTicket", "getToken", "cursor", "signal", "environment"];
const KNOWN = new Set([...Object.keys(DEFAULTS), ...FUNCTIONS, ...OTHERS]);

/**
 * The options, checked and complete. Without a cursor the first snapshot is still to be loaded.
 *
 * @typedef {typeof DEFAULTS & Pick<ConnectOptions, "url" | "onEvent" | "onReload" | "cursor" | "signal">
 *   & { [Name in "onUnknownEvent" | "onState" | "onError"]: NonNullable<ConnectOptions[Name]> }
 *   & { getCredential: () => Promise<import("./credentials.js").Credential> }} Settings
 */

/**
 * @param {ConnectOptions} options
 * @returns {Settings}
 * @throws {TypeError} an option is missing, unknown or of another type
 * @throws {RangeError} a number is outside its range
 */
export function checked(options) {
  /** @type {Record<string, any>} */
  const given = Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(given).filter((name) => !KNOWN.has(name));
  if (unknown.length) throw new TypeError(`no option ${unknown.join(", ")}; there are: ${[...KNOWN].join(", ")}`);
  const missing = ["url", "onEvent", "onReload"].filter((name) => !(name in given));
  if (!given.getTicket && !given.getToken) missing.push("getTicket");
  if (missing.length) throw new TypeError(`connect needs ${missing.join(", ")}`);
  if (given.getTicket && given.getToken) throw new TypeError("give getTicket or getToken, not both");
  for (const name of [...FUNCTIONS, "getTicket", "getToken"]) checkKind(name, "function", given[name]);
  for (const name of ["signal", "environment"]) checkKind(name, "object", given[name]);
  checkUrl(given.url);
  if ("cursor" in given && !isCursor(given.cursor)) {
    throw new TypeError(`cursor must give each channel a whole number from 0, not ${shown(given.cursor)}`);
  }
  /** @type {Settings} */
  const settings = {
    ...DEFAULTS,
    onUnknownEvent: () => {},
    onState: () => {},
    onError: (/** @type {unknown} */ error) => console.error(error),
    getCredential: given.getTicket
      ? async () => readCredential("ticket", await given.getTicket())
      : async () => readCredential("token", await given.getToken()),
    .../** @type {any} */ (given),
  };
  for (const [name, [least, most]] of Object.entries(rangesOf(settings))) {
    const key = /** @type {keyof typeof DEFAULTS} */ (name);
    // A default gives way to what was chosen beside it.
    if (!(key in given)) settings[key] = Math.min(Math.max(settings[key], least), most);
    checkNumber(key, settings[key], least, most);
  }
  return settings;
}

/**
 * @param {string} name
 * @param {"function" | "object"} kind
 * @param {unknown} value
 */
function checkKind(name, kind, value) {
  if (value === undefined || (typeof value === kind && value !== null)) return;
  throw new TypeError(`${name} must be of type ${kind}, not ${shown(value)}`);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 */
function checkNumber(name, value, least, most) {
  const count = name === "bufferLimit";
  const what = `${name} must be a ${count ? "whole number of events" : "number of milliseconds"} from ${least} to ${most}, not ${shown(value)}`;
  if (typeof value !== "number") throw new TypeError(what);
  if (!(value >= least && value <= most) || (count && !Number.isInteger(value))) throw new RangeError(what);
}

/** @param {unknown} url */
function checkUrl(url) {
  // A fragment is refused by WebSocket itself, at each attempt.
  if (typeof url === "string" && /^wss?:\/\/[^#]+$/i.test(url)) return;
  throw new TypeError(`url must be the stage's address, wss://…, not ${shown(url)}`);
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
