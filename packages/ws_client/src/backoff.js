/** Ceiling of a first pause after something that happened here alone: milliseconds. */
const SOON = 1000;
/** Ceiling of any pause of whom the server most likely refuses: milliseconds. */
const PATIENT = 10 * 60_000;

/** Exponential backoff with full jitter: each pause is drawn from zero to a ceiling that doubles up to a limit. */
export class Backoff {
  #attempts = 0;
  #alone = false;
  #first;
  #limit;
  #random;

  /**
   * @param {{ retryFirst: number, retryLimit: number }} ceilings of the first pause and of any, in milliseconds
   * @param {() => number} random
   */
  constructor({ retryFirst, retryLimit }, random) {
    this.#first = retryFirst;
    this.#limit = retryLimit;
    this.#random = random;
  }

  /** Whether there was no pause since the last reset. */
  get fresh() {
    return this.#attempts === 0;
  }

  /**
   * @param {{ alone?: boolean, patient?: boolean }} [what] whether it happened to this screen alone: then nobody else comes back with it,
   *   and the first pause may be short; and whether the ceiling may go on doubling, to ten minutes
   * @returns {number} the next pause in milliseconds
   */
  next({ alone = false, patient = false } = {}) {
    const soon = this.fresh && (alone || this.#alone);
    const limit = patient ? Math.max(PATIENT, this.#limit) : this.#limit;
    const ceiling = Math.min(limit, soon ? SOON : this.#first * 2 ** this.#attempts);
    this.#attempts += 1;
    return this.#random() * ceiling;
  }

  /** @param {{ alone?: boolean }} [what] whether what comes next happens to this screen alone */
  reset({ alone = false } = {}) {
    this.#attempts = 0;
    this.#alone = alone;
  }
}
