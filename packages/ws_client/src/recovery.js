/** @typedef {import("./sequence.js").Sequence} Sequence */

/**
 * The dialogue in which missed events are fetched: one question at a time, and what its answer is worth. It
 * doesn't ask by itself.
 *
 * @template Asked what a question is put to
 */
export class Recovery {
  #sequence;
  /** @type {{ of: Asked, target: Record<string, number>, advanced: number, missing: boolean } | null} */
  #question = null;

  /** @param {Sequence} sequence */
  constructor(sequence) {
    this.#sequence = sequence;
  }

  /** Who has yet to answer, or null. */
  get asked() {
    return this.#question?.of ?? null;
  }

  /** Whether the open question is about events that are known to be missing. */
  get missing() {
    return this.#question?.missing ?? false;
  }

  /**
   * Open a question.
   *
   * @param {Asked} of
   * @param {string | undefined} log the log that the cursor is of, where the server has told
   */
  ask(of, log) {
    const { seen, advanced, behind, cursor } = this.#sequence;
    this.#question = { of, target: seen, advanced, missing: behind };
    return { action: "resume", cursor, log };
  }

  /** Give the question up. */
  abandon() {
    this.#question = null;
  }

  /**
   * Close the question, after the answer's events and cursor have been taken in.
   *
   * An answer is worth something when the position moved, or when nothing was missing. `stuck` is a server that
   * asks to go on from where we were, or that doesn't have what it said exists: asking again would go on forever.
   *
   * @param {boolean} more whether the server has more to send
   * @returns {"more" | "done" | "stuck"}
   */
  conclude(more) {
    const question = this.#question;
    this.#question = null;
    const moved = question !== null && this.#sequence.advanced > question.advanced;
    if (more) return moved ? "more" : "stuck";
    return moved || (question !== null && this.#sequence.reached(question.target)) ? "done" : "stuck";
  }
}
