/** A successor that would be opened sooner than this after its predecessor isn't: milliseconds. */
const LEAST = 5000;

/**
 * When a connection's successor is opened, so that nothing is missed between the two: before API Gateway cuts it at two
 * hours, and before its token ends. The jitter, drawn downwards, keeps screens that were opened together from moving
 * together.
 *
 * What little is left of a token is halved: where there is no new one it is asked for again, less and less apart, down
 * to a few seconds. After that the connection ends with its token.
 *
 * @param {{ rotateAfter: number, rotateJitter: number, renewAhead: number }} settings milliseconds
 * @param {object} connection
 * @param {number} connection.openedAt epoch milliseconds; or when its successor was last tried
 * @param {number | null} connection.expires when its token ends, epoch milliseconds; null where nobody knows
 * @param {number} jitter from 0 to below 1
 * @returns {number} epoch milliseconds
 */
export function successionAt({ rotateAfter, rotateJitter, renewAhead }, { openedAt, expires }, jitter) {
  const rotation = openedAt + rotateAfter - jitter * rotateJitter;
  if (expires === null) return rotation;
  const half = (expires - openedAt) / 2;
  const renewal = Math.max(expires - (1 + jitter) * renewAhead, openedAt + half);
  return half < LEAST ? rotation : Math.min(rotation, renewal);
}
