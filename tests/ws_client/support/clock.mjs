/** A clock that stands until it is advanced. Timers belong to an owner, so that a test can see whose are left. */
export class FakeClock {
  now = Date.UTC(2026, 0, 5, 13);
  #timers = new Map();
  #last = 0;

  setTimeout(run, delay, owner = "test") {
    this.#last += 1;
    this.#timers.set(this.#last, { at: this.now + Math.max(0, delay), run, owner });
    return this.#last;
  }

  clearTimeout(id) {
    this.#timers.delete(id);
  }

  pending(owner) {
    return [...this.#timers.values()].filter((timer) => timer.owner === owner).length;
  }

  /** Let time pass: timers run when they are due, in order, and promises settle after each. */
  async advance(milliseconds) {
    const end = this.now + milliseconds;
    await settle();
    for (let id = this.#due(end); id !== undefined; id = this.#due(end)) {
      const { at, run } = this.#timers.get(id);
      this.#timers.delete(id);
      this.now = Math.max(this.now, at);
      run();
      await settle();
    }
    this.now = end;
  }

  #due(end) {
    let earliest;
    for (const [id, { at }] of this.#timers) {
      if (at <= end && (earliest === undefined || at < this.#timers.get(earliest).at)) earliest = id;
    }
    return earliest;
  }
}

/** Let every promise that can settle do so. */
export function settle() {
  return new Promise((resolve) => setImmediate(resolve));
}
