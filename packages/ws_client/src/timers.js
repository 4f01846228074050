/** @typedef {Pick<import("../types/index.d.ts").Environment, "setTimeout" | "clearTimeout">} TimerFunctions */

/** What setTimeout can hold; anything longer would fire at once (HTML, "timers"): milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Named timers of one owner: setting a name again replaces it, and all can be cleared at once. */
export class Timers {
  /** @type {Map<string, unknown>} */
  #pending = new Map();
  #functions;

  /** @param {TimerFunctions} functions */
  constructor(functions) {
    this.#functions = functions;
  }

  /**
   * @param {string} name
   * @param {number} delay milliseconds; at most the 24.8 days that setTimeout can hold
   * @param {() => void} run
   */
  set(name, delay, run) {
    this.clear(name);
    const handle = this.#functions.setTimeout(
      () => {
        this.#pending.delete(name);
        run();
      },
      Math.min(delay, LONGEST),
    );
    this.#pending.set(name, handle);
  }

  /** @param {string} name */
  has(name) {
    return this.#pending.has(name);
  }

  /** @param {...string} names all of them when none is given */
  clear(...names) {
    for (const name of names.length ? names : [...this.#pending.keys()]) {
      if (this.#pending.has(name)) this.#functions.clearTimeout(this.#pending.get(name));
      this.#pending.delete(name);
    }
  }
}
