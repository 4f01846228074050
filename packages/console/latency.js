/** Samples kept: enough for a figure, bounded. */
const SAMPLES = 50;
/** Sales of which one half of the measurement is known. */
const WAITING = 200;

/**
 * From the press of the button to the screen: pairs the moment a sale was sent (in whichever window) with the moment
 * its event was drawn here. Either may be known first.
 */
export class Latency {
  /** Milliseconds, oldest first. @type {number[]} */
  samples = [];
  /** @type {Map<string, { sent?: number, shown?: number }>} */
  #waiting = new Map();

  /** @param {string} codigo @param {number} moment epoch milliseconds */
  sent(codigo, moment) {
    this.#note(codigo, { sent: moment });
  }

  /** @param {string} codigo @param {number} moment epoch milliseconds */
  shown(codigo, moment) {
    this.#note(codigo, { shown: moment });
  }

  /** The figures, or null before the first sample. Milliseconds. */
  get summary() {
    if (!this.samples.length) return null;
    const sorted = [...this.samples].sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return { last: this.samples[this.samples.length - 1], median: at(0.5), p95: at(0.95), count: sorted.length };
  }

  /**
   * @param {string} codigo
   * @param {{ sent?: number, shown?: number }} half
   */
  #note(codigo, half) {
    const { sent, shown } = { ...this.#waiting.get(codigo), ...half };
    this.#waiting.delete(codigo);
    if (sent !== undefined && shown !== undefined) {
      this.samples = [...this.samples, Math.max(0, shown - sent)].slice(-SAMPLES);
      return;
    }
    this.#waiting.set(codigo, { sent, shown });
    if (this.#waiting.size > WAITING) this.#waiting.delete(/** @type {string} */ (this.#waiting.keys().next().value));
  }
}

/** Epoch milliseconds with fractions, comparable between this machine's windows. */
export function preciseNow() {
  return performance.timeOrigin + performance.now();
}
