/** @typedef {{ at: number, run: () => void, owner: string }} Timer */

/** What setTimeout can hold: milliseconds. */
const LONGEST = 2 ** 31 - 1;
/** The real one: test runners replace the global by a clock of their own. */
const later =
  /** @type {{ setImmediate?: (run: () => void) => unknown }} */ (globalThis).setImmediate ??
  ((/** @type {() => void} */ run) => globalThis.setTimeout(run));

/** A clock that stands until it is advanced. Timers belong to an owner, so that a test can see whose are left. */
export class FakeClock {
  /** Epoch milliseconds: eight in the morning in Lima. */
  now = Date.UTC(2026, 0, 5, 13);
  /** @type {Map<number, Timer>} */
  #timers = new Map();
  #last = 0;

  /**
   * @param {() => void} run
   * @param {number} delay milliseconds
   * @param {string} [owner]
   */
  setTimeout(run, delay, owner = "test") {
    this.#last += 1;
    // As a browser's: what it can't hold is due at once.
    const held = delay <= LONGEST ? Math.max(0, delay) : 0;
    this.#timers.set(this.#last, { at: this.now + held, run, owner });
    return this.#last;
  }

  /** @param {any} id */
  clearTimeout(id) {
    this.#timers.delete(id);
  }

  /** How many timers of an owner wait. @param {string} owner */
  pending(owner) {
    return [...this.#timers.values()].filter((timer) => timer.owner === owner).length;
  }

  /** Let time pass: timers run when they are due, in order, and promises settle after each. @param {number} milliseconds */
  async advance(milliseconds) {
    const end = this.now + milliseconds;
    await settle();
    for (let due = this.#due(end); due; due = this.#due(end)) {
      this.#timers.delete(due.id);
      this.now = Math.max(this.now, due.at);
      due.run();
      await settle();
    }
    this.now = end;
  }

  /** @param {number} end */
  #due(end) {
    /** @type {(Timer & { id: number }) | undefined} */
    let earliest;
    for (const [id, timer] of this.#timers) {
      if (timer.at <= end && (!earliest || timer.at < earliest.at)) earliest = { id, ...timer };
    }
    return earliest;
  }
}

/** Let every promise that can settle do so. @returns {Promise<void>} */
export function settle() {
  return new Promise((resolve) => void later(() => resolve()));
}
