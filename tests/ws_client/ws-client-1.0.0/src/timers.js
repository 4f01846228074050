/** @typedef {Pick<import("../types/index.d.ts").Environment, "setTimeout" | "clearTimeout">} TimerFunctions */

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
   * @param {number} delay milliseconds
   * @param {() => void} run
   */
  set(name, delay, run) {
    this.clear(name);
    const handle = this.#functions.setTimeout(() => {
      this.#pending.delete(name);
      run();
    }, delay);
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
