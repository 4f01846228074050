import { withCredential } from "./credentials.js";
import { ClientError } from "./errors.js";
import { readFrame } from "./frames.js";
import { Timers } from "./timers.js";

/** @typedef {import("../types/index.d.ts").Cursor} Cursor */
/** @typedef {import("../types/index.d.ts").Environment} Environment */
/** @typedef {import("./options.js").Settings} Settings */
/** @typedef {import("./credentials.js").Credential} Credential */
/** @typedef {import("./frames.js").Frame} Frame */

/**
 * Why a session ended by itself: an error worth reporting, and when its token ended, where it was over by then. A
 * browser doesn't tell why a handshake failed; a token that is over would explain it, if this clock is right.
 *
 * @typedef {{ error?: unknown, expired?: number | undefined }} Cause
 */

/**
 * What a session tells its owner. `ended` comes once, unless the owner ended it.
 *
 * @typedef {object} SessionEvents
 * @property {() => Promise<Credential>} credential asks for a fresh one
 * @property {() => Cursor} cursor the owner's position
 * @property {(session: Session) => void} opened
 * @property {(session: Session) => void} dated its end is known, or better known
 * @property {(session: Session, frame: Frame) => void} frame
 * @property {(session: Session, cause: Cause) => void} ended
 */

/**
 * One attempt to connect and the socket that comes of it: credential, handshake, keep-alive, and the deadlines by
 * which silence is noticed. It doesn't reconnect.
 */
export class Session {
  /** Whether a resume on this socket was answered to its end: from then on it misses nothing. */
  settled = false;
  /** The position when the last ping left: an honest server's pong can't be behind it. @type {Cursor} */
  pinged = {};
  /** When the server was heard last, in the environment's time. */
  heardAt = 0;
  /** When the connection ends with its token, in the environment's time; null where nobody knows. @type {number | null} */
  expires = null;

  #settings;
  #environment;
  #events;
  #timers;
  #ended = false;
  /** @type {import("../types/index.d.ts").SocketLike | null} */
  #socket = null;

  /**
   * @param {Settings} settings
   * @param {Environment} environment
   * @param {SessionEvents} events
   */
  constructor(settings, environment, events) {
    this.#settings = settings;
    this.#environment = environment;
    this.#events = events;
    this.#timers = new Timers(environment);
    this.#start();
  }

  /** Send a resume and expect its answer. @param {object} message */
  resume(message) {
    this.#send("resume", message);
  }

  /** The answer to the resume goes on: its deadline starts again. */
  extend() {
    if (this.#timers.has("resume")) this.#expect("resume");
  }

  /** Ask for a sign of life, unless one is awaited. Also the keep-alive, which starts again. */
  ping() {
    this.#timers.set("ping", this.#settings.pingEvery, () => this.ping());
    if (this.#timers.has("pong")) return;
    this.pinged = this.#events.cursor();
    this.#send("pong", { action: "ping" });
  }

  /** Close without a word to the owner. */
  end() {
    this.#ended = true;
    this.#timers.clear();
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // A half-open socket takes its time to close: nobody waits for it.
    socket.close();
  }

  /** Close and tell the owner. @param {Cause} cause */
  fail(cause) {
    if (this.#ended) return;
    this.end();
    this.#events.ended(this, cause);
  }

  async #start() {
    this.#timers.set("handshake", this.#settings.handshakeTimeout, () => this.fail({}));
    try {
      const credential = await this.#events.credential();
      if (!this.#ended) this.#connect(credential);
    } catch (error) {
      this.fail({ error });
    }
  }

  /** @param {Credential} credential */
  #connect(credential) {
    const socket = new this.#environment.WebSocket(withCredential(this.#settings.url, credential));
    this.#socket = socket;
    const { expires } = credential;
    socket.onopen = () => {
      this.heardAt = this.#environment.now();
      this.#timers.clear("handshake");
      this.#timers.set("ping", this.#settings.pingEvery, () => this.ping());
      // A token that let us in can't be over: this clock is wrong.
      if (expires !== null && expires > this.heardAt) this.#date(expires - this.heardAt);
      this.#events.opened(this);
    };
    socket.onmessage = ({ data }) => this.#receive(readFrame(data));
    socket.onclose = () => this.fail(expires !== null && expires <= this.#environment.now() ? { expired: expires } : {});
  }

  /** @param {number} left milliseconds until the end */
  #date(left) {
    this.expires = this.#environment.now() + left;
    // From then on the server sends nothing more, and doesn't say so.
    this.#timers.set("end", left, () => this.fail({ expired: this.#environment.now() }));
  }

  /** @param {Frame} frame */
  #receive(frame) {
    this.heardAt = this.#environment.now();
    if (frame.kind === "pong") this.#timers.clear("pong");
    if (frame.kind === "resumed" || frame.kind === "reload") this.#timers.clear("resume");
    if ("left" in frame && frame.left !== null) {
      this.#date(frame.left);
      this.#events.dated(this);
    }
    this.#events.frame(this, frame);
  }

  /**
   * @param {"resume" | "pong"} answer
   * @param {object} message
   */
  #send(answer, message) {
    this.#expect(answer);
    this.#socket?.send(JSON.stringify(message));
  }

  /** @param {"resume" | "pong"} answer */
  #expect(answer) {
    this.#timers.set(answer, this.#settings.answerTimeout, () =>
      this.fail({ error: new ClientError("silent", `no answer within ${this.#settings.answerTimeout} ms`) }),
    );
  }
}
