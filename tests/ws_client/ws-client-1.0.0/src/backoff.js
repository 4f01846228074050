/** Exponential backoff with full jitter: each pause is drawn from zero to a ceiling that doubles up to a limit. */
export class Backoff {
  #attempts = 0;
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

  /** @returns {number} the next pause in milliseconds */
  next() {
    const ceiling = Math.min(this.#limit, this.#first * 2 ** this.#attempts);
    this.#attempts += 1;
    return this.#random() * ceiling;
  }

  reset() {
    this.#attempts = 0;
  }
}
