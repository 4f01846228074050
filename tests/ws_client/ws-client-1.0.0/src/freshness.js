/** @typedef {import("../types/index.d.ts").ConnectionState} ConnectionState */

/**
 * Decide what a screen may claim about its data.
 *
 * @param {object} facts
 * @param {boolean} facts.open a socket stands
 * @param {boolean} facts.vouched a resume was answered to its end on an open socket
 * @param {boolean} facts.missing something is known to be missing and was asked for, or a snapshot loads
 * @returns {ConnectionState["estado"]}
 */
export function estadoOf({ open, vouched, missing }) {
  if (!open) return "sin_conexion";
  return vouched && !missing ? "al_dia" : "recuperando";
}

/** The visible state, and whether it changed. */
export class Freshness {
  /** @type {ConnectionState} */
  #state = Object.freeze({ estado: "sin_conexion", confirmado: null });

  get state() {
    return this.#state;
  }

  /**
   * @param {Partial<ConnectionState>} change
   * @returns {boolean} whether anything is different now
   */
  update(change) {
    const next = { ...this.#state, ...change };
    const keys = /** @type {(keyof ConnectionState)[]} */ (Object.keys(next));
    if (keys.every((key) => next[key] === this.#state[key])) return false;
    this.#state = Object.freeze(next);
    return true;
  }
}
