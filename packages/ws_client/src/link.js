import { Backoff } from "./backoff.js";
import { isRefusal } from "./credentials.js";
import { ClientError } from "./errors.js";
import { successionAt } from "./rotation.js";
import { Session } from "./session.js";
import { Timers } from "./timers.js";

/** @typedef {import("../types/index.d.ts").Environment} Environment */
/** @typedef {import("./options.js").Settings} Settings */
/** @typedef {import("./frames.js").Frame} Frame */

/**
 * What the link tells its owner. It may be closed in any of them.
 *
 * @typedef {object} LinkEvents
 * @property {import("./session.js").SessionEvents["cursor"]} cursor the owner's position
 * @property {() => void} opened there is a new primary session
 * @property {() => void} online the browser says that the network is back
 * @property {(session: Session, frame: Frame) => void} frame
 * @property {() => void} kept the primary stays, although a successor was due
 * @property {(session: Session | null) => void} lost an open session is gone, or all of them
 * @property {(cause: unknown) => void} refused the server accepts us no more: the owner has to close the link
 * @property {(error: unknown) => void} failed for the record: the link goes on by itself
 */

const NETWORK_EVENTS = ["online", "offline", "visibilitychange"];
/** A new token's end is later than the old one's by more than what the way of a message is worth: milliseconds. */
const LATER = 5000;
/** Coming back to the front, a page asks for a sign of life if it had none for so long: milliseconds. */
const STALE_AFTER = 30_000;

/**
 * Keeps a connection up: retries with backoff, follows the network's coming and going, and replaces a connection
 * before the server cuts it or its token ends. At most two sockets are open: `primary`, which is asked, and during a rotation
 * `previous`, which still brings events until `settle()`.
 */
export class Link {
  /** @type {Session | null} */
  primary = null;
  /** @type {Session | null} */
  previous = null;
  /** The store that the first token or ticket was for. @type {string | null} */
  tenant = null;

  /** The attempt under way. @type {Session | null} */
  #opening = null;
  /** When the primary opened, or a successor was last tried for. */
  #openedAt = 0;
  /** Of the primary's succession, from 0 to below 1. */
  #jitter = 0;
  /** The end of the connection that the primary took over from. @type {number | null} */
  #outlived = null;
  /** Whether a newer token was asked for and not to be had. */
  #stale = false;
  /** When the token ended, by this clock, with which the last handshake failed. @type {number | null} */
  #over = null;
  #settings;
  #environment;
  #events;
  #timers;
  #backoff;

  /**
   * @param {Settings} settings
   * @param {Environment} environment
   * @param {LinkEvents} events
   */
  constructor(settings, environment, events) {
    this.#settings = settings;
    this.#environment = environment;
    this.#events = events;
    this.#timers = new Timers(environment);
    this.#backoff = new Backoff(settings, environment.random);
  }

  /**
   * When the connection will end, since no newer token was to be had ahead of it; without a connection, when the token
   * most likely ended with which none could be made: epoch milliseconds, or null.
   */
  get ending() {
    if (!this.primary) return this.#over;
    return this.#stale ? this.primary.expires : null;
  }

  start() {
    for (const type of NETWORK_EVENTS) this.#environment.network.addEventListener?.(type, this.#networkChanged);
    this.#open();
  }

  /** The primary brings everything: its predecessor can go. */
  settle() {
    this.previous?.end();
    this.previous = null;
  }

  /** The connection has proved itself: the next retry is a first one again. */
  trust() {
    this.#backoff.reset();
  }

  close() {
    this.#disconnect();
    for (const type of NETWORK_EVENTS) this.#environment.network.removeEventListener?.(type, this.#networkChanged);
  }

  #open() {
    this.#timers.clear("retry");
    this.#opening = new Session(this.#settings, this.#environment, {
      credential: () => this.#credential(),
      cursor: this.#events.cursor,
      opened: (session) => this.#opened(session),
      dated: (session) => session === this.primary && this.#plan(),
      frame: this.#events.frame,
      ended: (session, cause) => this.#ended(session, cause),
    });
  }

  /** @param {Parameters<Backoff["next"]>[0]} [what] */
  #retry(what) {
    this.#timers.set("retry", this.#backoff.next(what), () => this.#open());
  }

  /** Set when the primary's successor is opened; tell whether it has one with a later end. */
  #plan() {
    const { expires } = /** @type {Session} */ (this.primary);
    const now = this.#environment.now();
    if (expires !== null && this.#outlived !== null) {
      // Both may end with one long-lived token: that is worth a word only when the end is near.
      this.#stale ||= expires <= this.#outlived + LATER && expires - now <= 2 * this.#settings.renewAhead;
    }
    // A successor that is under way, or waits for its next try, needs no other.
    if (this.#opening || this.#timers.has("retry")) return;
    const at = successionAt(this.#settings, { openedAt: this.#openedAt, expires }, this.#jitter);
    this.#timers.set("succession", at - now, () => this.#open());
  }

  async #credential() {
    const credential = await this.#settings.getCredential();
    this.tenant ??= credential.tenant;
    if (credential.tenant === this.tenant) return credential;
    throw new ClientError("refused", `the credential is for ${credential.tenant}, not ${this.tenant}`);
  }

  /** @param {Session} session */
  #opened(session) {
    this.#opening = null;
    this.settle();
    this.previous = this.primary;
    this.primary = session;
    this.#outlived = this.previous?.expires ?? null;
    this.#stale = false;
    this.#over = null;
    this.#openedAt = this.#environment.now();
    this.#jitter = this.#environment.random();
    this.#plan();
    this.#events.opened();
  }

  /**
   * @param {Session} session
   * @param {import("./session.js").Cause} cause
   */
  #ended(session, { error, expired }) {
    if (session === this.#opening) {
      this.#opening = null;
      if (this.#goesOn(error)) return;
      if (isRefusal(error)) return this.#events.refused(error);
      // A failed handshake and a token that is over by this clock alone are no refusal: the clock may be wrong.
      this.#over = expired ?? null;
    } else if (session === this.previous) {
      this.previous = null;
    } else {
      this.primary = this.previous;
      this.previous = null;
      this.#stale = false;
      this.#timers.clear("succession");
    }
    // While a succession is due the primary is good, and nothing else has to be opened.
    if (!this.#opening && !(this.primary && this.#timers.has("succession"))) this.#retry({ alone: expired !== undefined, patient: this.#over !== null });
    if (error) this.#events.failed(error);
    this.#events.lost(session);
  }

  /**
   * Go on with the primary to its known end where a new token was refused: until then it brings everything, and the
   * user may have logged in again.
   *
   * @param {unknown} error of the successor's opening
   */
  #goesOn(error) {
    const expires = this.primary?.expires ?? null;
    if (expires === null || !isRefusal(error) || error instanceof ClientError) return false;
    this.#stale = true;
    this.#openedAt = this.#environment.now();
    this.#plan();
    this.#events.failed(error);
    this.#events.kept();
    return true;
  }

  #disconnect() {
    for (const session of [this.#opening, this.primary, this.previous]) session?.end();
    this.#opening = this.primary = this.previous = null;
    this.#timers.clear();
  }

  /** @param {{ type: string }} event */
  #networkChanged = ({ type }) => {
    if (type === "online") this.#events.online();
    if (type === "offline") {
      this.#disconnect();
      // Without a network this fails; where the browser is wrong about that, it doesn't.
      this.#retry();
      this.#events.lost(null);
    } else if (this.primary) {
      // A socket from before the change may be half-open, though nothing tells.
      const silence = this.#environment.now() - this.primary.heardAt;
      if (type === "online" || silence > STALE_AFTER) this.primary.ping();
    } else if (type === "online") {
      this.#disconnect();
      this.#backoff.reset({ alone: true });
      this.#open();
    }
  };
}
