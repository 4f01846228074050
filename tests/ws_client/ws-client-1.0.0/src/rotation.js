/**
 * When a connection's successor is opened. API Gateway cuts every connection at two hours; the jitter, drawn
 * downwards, keeps screens that were opened together from moving together.
 *
 * @param {{ rotateAfter: number, rotateJitter: number }} settings milliseconds
 * @param {() => number} random
 * @returns {number} milliseconds after the connection opened
 */
export function rotationDelay({ rotateAfter, rotateJitter }, random) {
  return rotateAfter - random() * rotateJitter;
}
