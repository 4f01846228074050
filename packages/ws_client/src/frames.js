import { isCursor } from "./cursor.js";

/** @typedef {import("../types/index.d.ts").Cursor} Cursor */
/** @typedef {import("../types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../types/index.d.ts").SequencedEvent} SequencedEvent */

/**
 * What a server's message is. `left` are the milliseconds until the connection's end, where the server tells.
 *
 * @typedef {{ kind: "events", events: SaaiEvent[], unreadable: number, recovered: boolean }
 *   | { kind: "pong", cursor: Cursor, log: string | undefined, connectionId: string | null, left: number | null }
 *   | { kind: "resumed", cursor: Cursor, log: string | undefined, more: boolean, connectionId: string | null, left: number | null }
 *   | { kind: "reload", cursor: Cursor, log: string | undefined }
 *   | { kind: "error" | "throttled", message: string }
 *   | { kind: "unknown" }} Frame
 */

/** @param {unknown} value */
const textOf = (value) => (typeof value === "string" ? value : undefined);

/**
 * Read a message. Whatever it holds, this doesn't throw.
 *
 * @param {unknown} text
 * @returns {Frame}
 */
export function readFrame(text) {
  const message = parse(text);
  if (!isRecord(message)) return { kind: "unknown" };
  if (isEvent(message)) return { kind: "events", events: [message], unreadable: 0, recovered: false };
  const { action, cursor, events } = message;
  if (action === "events" && Array.isArray(events)) {
    const readable = events.filter(isEvent);
    return { kind: action, events: readable, unreadable: events.length - readable.length, recovered: true };
  }
  if (isCursor(cursor) && (action === "pong" || action === "resumed" || action === "reload")) {
    const left = isSeconds(message.expira_en) ? message.expira_en * 1000 : null;
    const connectionId = textOf(message.connection_id) ?? null;
    return { kind: action, cursor, log: textOf(message.log), more: message.more === true, connectionId, left };
  }
  if (action === "error" || action === "throttled") return { kind: action, message: `${message.code}: ${message.message}` };
  // API Gateway's own words when a route's Lambda failed or was throttled.
  if (typeof message.message === "string" && "requestId" in message) return { kind: "error", message: message.message };
  return { kind: "unknown" };
}

/**
 * Tell whether an event has a place in its channel. Services on the earlier version send neither channel nor
 * sequence.
 *
 * @param {SaaiEvent} event
 * @returns {event is SequencedEvent}
 */
export function isSequenced(event) {
  return event.seq !== undefined;
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isSeconds(value) {
  return typeof value === "number" && value >= 0;
}

/** @param {unknown} text */
function parse(text) {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @returns {value is SaaiEvent}
 */
function isEvent(value) {
  if (!isRecord(value) || typeof value.event_type !== "string" || !isRecord(value.data)) return false;
  const { canal, seq } = value;
  if (canal === undefined && seq === undefined) return true;
  return typeof canal === "string" && Number.isSafeInteger(seq) && /** @type {number} */ (seq) >= 1;
}
