/** @typedef {import("../types/index.d.ts").Cursor} Cursor */

/**
 * Tell whether a value is a cursor: for each channel the sequence number of its last event, 0 before the first.
 *
 * @param {unknown} value
 * @returns {value is Cursor}
 */
export function isCursor(value) {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((seq) => Number.isSafeInteger(seq) && seq >= 0)
  );
}

/**
 * Combine the cursors of several snapshots: the minimum of each channel, so that what any of them lacks comes.
 * A snapshot that doesn't name a channel says nothing about it.
 *
 * @param {...(Cursor | null | undefined)} cursors
 * @returns {Cursor}
 */
export function combineCursors(...cursors) {
  /** @type {Map<string, number>} */
  const least = new Map();
  for (const cursor of cursors) {
    for (const [canal, seq] of Object.entries(cursor ?? {})) least.set(canal, Math.min(seq, least.get(canal) ?? seq));
  }
  return Object.fromEntries(least);
}
