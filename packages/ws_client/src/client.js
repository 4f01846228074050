import { Backoff } from "./backoff.js";
import { isRefusal } from "./credentials.js";
import { isCursor } from "./cursor.js";
import { ClientError } from "./errors.js";
import { CHANNELS } from "./event_types.js";
import { isSequenced } from "./frames.js";
import { Freshness, estadoOf } from "./freshness.js";
import { Link } from "./link.js";
import { Recovery } from "./recovery.js";
import { Sequence } from "./sequence.js";
import { Timers } from "./timers.js";

/** @typedef {import("../types/index.d.ts").Cursor} Cursor */
/** @typedef {import("../types/index.d.ts").Environment} Environment */
/** @typedef {import("../types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../types/index.d.ts").UnknownEvent} UnknownEvent */
/** @typedef {import("./options.js").Settings} Settings */
/** @typedef {import("./frames.js").Frame} Frame */
/** @typedef {import("./session.js").Session} Session */

/**
 * Joins the parts: the link brings frames, the sequence orders their events, the recovery fetches what is missing.
 *
 * Every callback of the application may close the client: what follows one looks at `#closed`.
 */
export class Client {
  /** The id that the server gave the connection, once it has told. @type {string | null} */
  connectionId = null;

  #settings;
  #environment;
  #timers;
  #sequence;
  #recovery;
  #reloads;
  #link;
  #freshness;
  /** The log that the sequence is of, where the server has told. @type {string | undefined} */
  #log;
  /** @type {number | null} */
  #confirmado = null;
  /** Whether there is a snapshot that the events can follow. */
  #loaded;
  #reloading;
  /** Tries a load that failed again, now. @type {(() => void) | null} */
  #loadAgain = null;
  /** Stops the snapshot under way. */
  #loading = new AbortController();
  #closed = false;

  /**
   * @param {Settings} settings
   * @param {Environment} environment
   */
  constructor(settings, environment) {
    this.#settings = settings;
    this.#environment = environment;
    this.#timers = new Timers(environment);
    this.#loaded = settings.cursor !== undefined;
    this.#reloading = !this.#loaded;
    this.#freshness = new Freshness(this.#loaded ? "sin_conexion" : "cargando");
    this.#sequence = new Sequence(settings.cursor ?? {}, settings.bufferLimit);
    this.#recovery = /** @type {Recovery<Session>} */ (new Recovery(this.#sequence));
    this.#reloads = new Backoff(settings, environment.random);
    this.#link = new Link(settings, environment, {
      cursor: () => this.cursor,
      opened: () => this.#pursue(),
      online: () => this.#loadAgain?.(),
      frame: (session, frame) => this.#received(session, frame),
      lost: (session) => this.#lost(session),
      kept: () => this.#show(),
      refused: (cause) => this.#refused(cause),
      failed: (error) => this.#report(error),
    });
    settings.signal?.addEventListener("abort", this.close);
    if (settings.signal?.aborted) this.close();
    // Whoever closes at once has asked the server for nothing.
    queueMicrotask(() => this.#start());
  }

  get state() {
    return this.#freshness.state;
  }

  get cursor() {
    return this.#sequence.cursor;
  }

  /** Stop for good. No callback comes after it. */
  close = () => {
    if (this.#closed) return;
    this.#closed = true;
    this.#settings.signal?.removeEventListener("abort", this.close);
    this.#loading.abort();
    this.#link.close();
    this.#timers.clear();
    this.#sequence.forget();
    this.#freshness.update({ estado: "sin_conexion", vence: null, motivo: this.state.motivo ?? "cerrada" });
  };

  #start() {
    if (this.#closed) return;
    this.#link.start();
    if (!this.#loaded) this.#load({});
  }

  // -- What the link tells

  /** @param {Session | null} session */
  #lost(session) {
    if (this.#closed) return;
    this.#timers.clear("calm");
    if (!session || this.#recovery.asked === session) this.#recovery.abandon();
    // Nobody can vouch any more for what was said to exist; the next resume brings all of it.
    if (!this.#link.primary) {
      this.#sequence.forget();
      this.connectionId = null;
    }
    this.#watchGap();
    this.#pursue();
  }

  /** @param {unknown} cause */
  #refused(cause) {
    const error = new ClientError("refused", "the token or ticket is not accepted", { cause });
    this.#freshness.update({ estado: "sin_conexion", vence: null, motivo: "rechazada" });
    this.#report(error);
    this.#guard(() => this.#settings.onState(this.state));
    // Whoever shows why a load failed is told this, and not that it was stopped.
    this.#loading.abort(error);
    this.close();
  }

  /**
   * @param {Session} session
   * @param {Frame} frame
   */
  #received(session, frame) {
    const asked = session === this.#recovery.asked;
    switch (frame.kind) {
      case "events":
        return this.#eventsCame(session, frame);
      case "pong":
        return this.#ponged(session, frame);
      case "resumed":
        return asked && this.#resumed(session, frame);
      case "reload":
        return asked && this.#reload(frame);
      case "throttled":
        // Without an answer the socket is given up in its time: until then nothing more is asked.
        return this.#report(new ClientError("server", frame.message));
      case "error":
        this.#report(new ClientError("server", frame.message));
        // A resume that is refused leaves no way forward on this socket.
        return asked && session.fail({});
      case "unknown":
        return this.#report(new ClientError("frame", "a message that the protocol doesn't know"));
    }
  }

  /**
   * @param {Session} session
   * @param {Extract<Frame, { kind: "events" }>} frame
   */
  #eventsCame(session, { events, unreadable, recovered }) {
    const before = this.#sequence.advanced;
    for (const event of events) this.#eventCame(event);
    if (recovered && this.#sequence.advanced > before) session.extend();
    if (unreadable) this.#report(new ClientError("frame", `${unreadable} events that can't be read`));
    this.#watchGap();
  }

  /** @param {SaaiEvent} event */
  #eventCame(event) {
    const { tenant } = this.#link;
    if (tenant !== null && event.tenant_id !== tenant) {
      this.#report(new ClientError("foreign", `an event of ${event.tenant_id} came to ${tenant}`));
    } else if (!isSequenced(event)) {
      this.#tell(event);
    } else if (this.#sequence.offer(event)) {
      this.#deliver();
    } else {
      this.#report(new ClientError("frame", `one channel too many: ${event.canal}`));
    }
  }

  #deliver() {
    // While a snapshot loads, its place in the sequence isn't known: events wait.
    while (!this.#closed && !this.#reloading) {
      const event = this.#sequence.take();
      if (!event) return;
      this.#tell(event);
    }
  }

  /** @param {SaaiEvent} event */
  #tell(event) {
    const { onEvent, onUnknownEvent } = this.#settings;
    const known = Object.hasOwn(CHANNELS, event.event_type);
    this.#guard(() => (known ? onEvent(event) : onUnknownEvent(/** @type {UnknownEvent} */ (/** @type {unknown} */ (event)))));
  }

  // -- Recovery

  /**
   * @param {Session} session
   * @param {Extract<Frame, { kind: "pong" }>} frame
   */
  #ponged(session, { cursor, log, connectionId }) {
    this.#learn(session, cursor, connectionId);
    // A server that is behind what it told before, or whose log is another (the store was restored), has started anew:
    // it will answer the resume with a reload.
    const behind = Object.entries(session.pinged).some(([canal, seq]) => (cursor[canal] ?? seq) < seq);
    if (behind || (this.#log && log && log !== this.#log)) this.#distrust();
    if (session === this.#link.primary && session.settled) this.#confirm();
    this.#watchGap();
    this.#pursue();
  }

  /**
   * @param {Session} session
   * @param {Extract<Frame, { kind: "resumed" }>} frame
   */
  #resumed(session, { cursor, log, more, connectionId }) {
    this.#log = log ?? this.#log;
    this.#learn(session, cursor, connectionId);
    const outcome = this.#recovery.conclude(more);
    if (outcome === "stuck") return session.fail({ error: new ClientError("stalled", "a resume brought nothing new") });
    if (outcome === "more") this.#distrust();
    else session.settled = true;
    if (session === this.#link.primary && session.settled && !this.#closed) this.#settled();
    this.#watchGap();
    this.#pursue();
  }

  #settled() {
    this.#link.settle();
    this.#confirm();
    this.#timers.set("calm", this.#settings.calmAfter, () => {
      this.#link.trust();
      this.#reloads.reset();
    });
  }

  /**
   * @param {Session} session
   * @param {Cursor} cursor
   * @param {string | null} connectionId
   */
  #learn(session, cursor, connectionId) {
    if (session === this.#link.primary) this.connectionId = connectionId;
    this.#sequence.learn(cursor);
    this.#deliver();
  }

  /** A gap gets a moment to close by itself: events that are sent together overtake each other. */
  #watchGap() {
    if (this.#closed || !this.#sequence.behind || this.#timers.has("gap")) return;
    this.#timers.set("gap", this.#settings.gapGrace, () => this.#pursue());
  }

  /** Ask for what is missing, if anything is and nobody has been asked yet; then tell how things stand. */
  #pursue() {
    const { primary } = this.#link;
    const gap = this.#sequence.behind && !this.#timers.has("gap");
    if (primary && !this.#closed && !this.#reloading && !this.#recovery.asked && (gap || !primary.settled)) {
      primary.resume(this.#recovery.ask(primary, this.#log));
    }
    this.#show();
  }

  /** Let the application load a snapshot and follow from its cursor. @param {Extract<Frame, { kind: "reload" }>} frame */
  #reload({ cursor: serverCursor, log }) {
    this.#log = log;
    this.#recovery.abandon();
    this.#reloading = true;
    this.#timers.clear("calm");
    const again = !this.#reloads.fresh;
    const pause = this.#reloads.next();
    this.#timers.set("reload", again ? pause : 0, () => this.#load(serverCursor));
    this.#show();
  }

  /** @param {Cursor} serverCursor */
  async #load(serverCursor) {
    this.#loadAgain = null;
    this.#timers.clear("reload");
    const loading = (this.#loading = new AbortController());
    /** @type {Promise<never>} */
    const late = new Promise((_, reject) => {
      const { reloadTimeout } = this.#settings;
      this.#timers.set("loading", reloadTimeout, () => {
        const error = new ClientError("reload", `no snapshot within ${reloadTimeout} ms`);
        reject(error);
        loading.abort(error);
      });
    });
    try {
      const cursor = (await Promise.race([this.#settings.onReload({ signal: loading.signal }), late])) ?? {};
      if (this.#closed) return;
      if (!isCursor(cursor)) throw new TypeError("onReload must return a cursor");
      this.#sequence.reset({ ...serverCursor, ...cursor });
    } catch (error) {
      if (this.#closed) return;
      if (isRefusal(error)) return this.#refused(error);
      this.#loadAgain = () => this.#load(serverCursor);
      this.#timers.set("reload", this.#reloads.next(), this.#loadAgain);
      return this.#report(error);
    } finally {
      this.#timers.clear("loading");
    }
    this.#loaded = true;
    this.#reloading = false;
    this.#distrust();
    this.#pursue();
  }

  /** What the open sockets brought is not the whole: the primary has to be asked again. */
  #distrust() {
    for (const session of [this.#link.primary, this.#link.previous]) if (session) session.settled = false;
  }

  // -- What the application is told

  #confirm() {
    if (!this.#sequence.behind) this.#confirmado = this.#environment.now();
  }

  #show() {
    if (this.#closed) return;
    const { primary, previous } = this.#link;
    const estado = estadoOf({
      loaded: this.#loaded,
      open: primary !== null,
      vouched: primary?.settled === true || previous?.settled === true,
      missing: this.#reloading || this.#recovery.missing,
    });
    const changed = this.#freshness.update({ estado, confirmado: this.#confirmado, vence: this.#link.ending });
    if (changed) this.#guard(() => this.#settings.onState(this.state));
  }

  /**
   * Run the application's code. What goes wrong there doesn't stop the stream.
   *
   * @param {() => unknown} run
   */
  #guard(run) {
    if (this.#closed) return;
    try {
      const result = /** @type {Partial<Promise<unknown>> | undefined} */ (run());
      result?.then?.(undefined, (error) => this.#report(error));
    } catch (error) {
      this.#report(error);
    }
  }

  /** @param {unknown} error */
  #report(error) {
    if (this.#closed) return;
    try {
      this.#settings.onError(error);
    } catch (failure) {
      console.error(failure);
    }
  }
}
