/** Lima is five hours behind UTC, all year: milliseconds. */
const BEHIND = 5 * 3_600_000;
const DAY = 24 * 3_600_000;

/** The date in Lima, `YYYY-MM-DD`. @param {number} now epoch milliseconds */
export function limaDate(now) {
  return new Date(now - BEHIND).toISOString().slice(0, 10);
}

/** How long until the date changes in Lima: milliseconds. @param {number} now epoch milliseconds */
export function untilMidnight(now) {
  return DAY - ((now - BEHIND) % DAY);
}
