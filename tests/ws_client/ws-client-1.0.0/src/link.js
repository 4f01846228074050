import { Backoff } from "./backoff.js";
import { isRefusal } from "./credentials.js";
import { ClientError } from "./errors.js";
import { rotationDelay } from "./rotation.js";
import { Session } from "./session.js";
import { Timers } from "./timers.js";

/** @typedef {import("../types/index.d.ts").Environment} Environment */
/** @typedef {import("./connect.js").Settings} Settings */
/** @typedef {import("./frames.js").Frame} Frame */

/**
 * What the link tells its owner. It may be closed in any of them.
 *
 * @typedef {object} LinkEvents
 * @property {import("./session.js").SessionEvents["cursor"]} cursor the owner's position
 * @property {() => void} opened there is a new primary session
 * @property {(session: Session, frame: Frame) => void} frame
 * @property {(session: Session | null) => void} lost an open session is gone, or all of them
 * @property {(cause: unknown) => void} refused the server accepts us no more: the owner has to close the link
 * @property {(error: unknown) => void} failed for the record: the link goes on by itself
 */

const NETWORK_EVENTS = ["online", "offline", "visibilitychange"];
/** Coming back to the front, a page asks for a sign of life if it had none for so long: milliseconds. */
const STALE_AFTER = 30_000;

/**
 * Keeps a connection up: retries with backoff, follows the network's coming and going, and replaces a connection
 * before the server cuts it. At most two sockets are open: `primary`, which is asked, and during a rotation
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
    for (const type of NETWORK_EVENTS) environment.network.addEventListener?.(type, this.#networkChanged);
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
      frame: this.#events.frame,
      ended: (session, cause) => this.#ended(session, cause),
    });
  }

  #retry() {
    this.#timers.set("retry", this.#backoff.next(), () => this.#open());
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
    const delay = rotationDelay(this.#settings, this.#environment.random);
    this.#timers.set("rotation", delay, () => this.#open());
    this.#events.opened();
  }

  /**
   * @param {Session} session
   * @param {import("./session.js").Cause} cause
   */
  #ended(session, { error, expired }) {
    if (session === this.#opening) {
      this.#opening = null;
      if (expired || isRefusal(error)) return this.#events.refused(error);
    } else if (session === this.previous) {
      this.previous = null;
    } else {
      this.primary = this.previous;
      this.previous = null;
      this.#timers.clear("rotation");
    }
    // While a rotation is due the primary is good, and nothing else has to be opened.
    if (!this.#opening && !(this.primary && this.#timers.has("rotation"))) this.#retry();
    if (error) this.#events.failed(error);
    this.#events.lost(session);
  }

  #disconnect() {
    for (const session of [this.#opening, this.primary, this.previous]) session?.end();
    this.#opening = this.primary = this.previous = null;
    this.#timers.clear();
  }

  /** @param {{ type: string }} event */
  #networkChanged = ({ type }) => {
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
      this.#backoff.reset();
      this.#open();
    }
  };
}
