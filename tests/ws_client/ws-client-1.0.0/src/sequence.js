/** @typedef {import("../types/index.d.ts").Cursor} Cursor */
/** @typedef {import("../types/index.d.ts").SequencedEvent} SequencedEvent */

/** A store has two channels; room for more to come, and a bound on what a server can make us remember. */
const MAX_CHANNELS = 16;

/**
 * One channel's place: `position` is the last event taken (null until something tells where the channel begins),
 * `first` and `seen` the lowest and highest event known to exist beyond it, `held` what waits for its predecessors.
 *
 * @typedef {{ position: number | null, first: number, seen: number, held: Map<number, SequencedEvent> }} Channel
 */

/**
 * The order of events: each once, in sequence, per channel. Events are offered as they come and taken as they are
 * due. No sockets, no clock.
 */
export class Sequence {
  /** @type {Map<string, Channel>} */
  #channels = new Map();
  #limit;
  #held = 0;

  /** Counts the steps made: compared over time it tells whether anything came of waiting. */
  advanced = 0;

  /**
   * @param {Cursor} cursor where the application's data stands
   * @param {number} limit how many events may wait for their predecessors, over all channels
   */
  constructor(cursor, limit) {
    this.#limit = limit;
    this.reset(cursor);
  }

  /** @returns {Cursor} the last event taken of each channel */
  get cursor() {
    return Object.fromEntries(
      [...this.#channels].flatMap(([canal, { position }]) => (position === null ? [] : [[canal, position]])),
    );
  }

  /** @returns {Cursor} the highest event known to exist, taken or not, of each channel */
  get seen() {
    return Object.fromEntries([...this.#channels].map(([canal, { seen }]) => [canal, seen]));
  }

  /** How many events wait for their predecessors. */
  get held() {
    return this.#held;
  }

  /** Whether something is known to exist that hasn't come. */
  get behind() {
    return [...this.#channels.values()].some(({ position, seen }) => position === null || position < seen);
  }

  /**
   * Tell whether every channel has come to a cursor.
   *
   * @param {Cursor} cursor
   */
  reached(cursor) {
    return Object.entries(cursor).every(([canal, seq]) => (this.#channels.get(canal)?.position ?? -1) >= seq);
  }

  /**
   * Keep an event until it is due. A repeated one changes nothing. With the buffer full only the next one due is
   * kept; `behind` remembers that the others exist.
   *
   * @param {SequencedEvent} event
   * @returns {boolean} false when the event names one channel too many
   */
  offer(event) {
    const channel = this.#channel(event.canal, null);
    if (!channel) return false;
    const { position, held } = channel;
    if ((position !== null && event.seq <= position) || held.has(event.seq)) return true;
    channel.first = Math.min(channel.first, event.seq);
    channel.seen = Math.max(channel.seen, event.seq);
    if (this.#held < this.#limit || event.seq === (position ?? -1) + 1) {
      held.set(event.seq, event);
      this.#held += 1;
    }
    return true;
  }

  /**
   * Take the next event that is due.
   *
   * @returns {SequencedEvent | undefined}
   */
  take() {
    for (const channel of this.#channels.values()) {
      const due = (channel.position ?? -1) + 1;
      const event = channel.position === null ? undefined : channel.held.get(due);
      if (!event) continue;
      channel.held.delete(due);
      channel.position = due;
      this.#held -= 1;
      this.advanced += 1;
      return event;
    }
    return undefined;
  }

  /**
   * Learn where the server stands. What is beyond our position is missing. A channel whose beginning was unknown
   * begins there, or at its first event heard, if that is earlier.
   *
   * @param {Cursor} cursor
   */
  learn(cursor) {
    for (const [canal, seq] of Object.entries(cursor)) {
      const channel = this.#channel(canal, seq);
      if (!channel) continue;
      channel.first = Math.min(channel.first, seq + 1);
      channel.seen = Math.max(channel.seen, seq);
    }
    for (const channel of this.#channels.values()) {
      if (channel.position !== null) continue;
      channel.position = channel.first - 1;
      this.advanced += 1;
    }
  }

  /**
   * Start again from a snapshot's cursor; channels that it doesn't name stay where they are. What waited is
   * dropped: the log has it.
   *
   * @param {Cursor} cursor
   */
  reset(cursor) {
    this.forget();
    for (const [canal, seq] of Object.entries(cursor)) {
      const channel = this.#channel(canal, seq);
      if (channel) channel.position = channel.seen = seq;
    }
  }

  /** Drop what waits and what was said to exist. Positions stay. */
  forget() {
    for (const [canal, channel] of this.#channels) {
      if (channel.position === null) this.#channels.delete(canal);
      else channel.seen = channel.position;
      channel.held.clear();
    }
    this.#held = 0;
  }

  /**
   * @param {string} canal
   * @param {number | null} position of the channel if it is new
   */
  #channel(canal, position) {
    let channel = this.#channels.get(canal);
    if (!channel && this.#channels.size < MAX_CHANNELS) {
      channel = { position, first: Infinity, seen: position ?? 0, held: new Map() };
      this.#channels.set(canal, channel);
    }
    return channel;
  }
}
