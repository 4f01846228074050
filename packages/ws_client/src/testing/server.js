/** @typedef {import("./clock.js").FakeClock} FakeClock */
/** @typedef {import("../../types/index.d.ts").SocketLike} SocketLike */
/** @typedef {Record<string, number>} Cursor */
/** @typedef {Record<string, any> & { seq: number }} LoggedEvent */

/** Of each message, in either direction: milliseconds. */
const LATENCY = 20;
const EVENTS_PER_FRAME = 10;
const MOST_MISSED = 5000;
/** From then on a connection gets nothing, whatever its token: milliseconds. */
const LIFETIME = 130 * 60_000;

/**
 * SAAI's side of the protocol in memory: the log, the fan-out and the answers, with the faults of a real network.
 *
 * Posts to a connection may be lost, repeated and overtake each other (`faults`). Answers keep their order. A
 * connection's row stands before its socket is open: what is posted in between is lost, as on API Gateway.
 */
export class FakeServer {
  /** Channel to its events, from sequence number 1. @type {Map<string, LoggedEvent[]>} */
  log = new Map([
    ["tienda", []],
    ["administracion", []],
  ]);
  /** How many of a channel's oldest rows have expired. @type {Map<string, number>} */
  expired = new Map();
  /** @type {Set<FakeSocket>} */
  connections = new Set();
  /** Every socket that was ever made. @type {FakeSocket[]} */
  sockets = [];
  /** Every message received. @type {{ socket: FakeSocket, message: any }[]} */
  received = [];
  /** `accept`, `refuse` (closes before it opens) or `hang`. */
  handshake = "accept";
  faults = { lost: 0, repeated: 0, delay: 0 };
  /** How many events one resume is answered with before `more`. */
  batch = 50;
  /** Whether it tells a screen how long its connection has left, as it does since version 2 of the client. */
  tells = true;
  /** The id of its event log; null where it tells none, as the earlier version. @type {string | null} */
  logId = "1";
  /** When the token behind a new connection ends: epoch milliseconds. */
  tokenEnds = Infinity;
  /** While it is, whatever it would do waits for `release()`. */
  slow = false;
  /** Replaces the honest answer where a test wants a liar. @type {(message: any, socket: FakeSocket) => any[] | undefined} */
  lie = () => undefined;

  /** @type {(() => void)[]} */
  #held = [];
  #clock;
  #random;
  #latency;
  #tenant;

  /** @param {{ clock: FakeClock, random?: () => number, latency?: number, tenant?: string }} options */
  constructor({ clock, random = () => 0.5, latency = LATENCY, tenant = "T001" }) {
    this.#clock = clock;
    this.#random = random;
    this.#latency = latency;
    this.#tenant = tenant;
    const server = this;
    this.WebSocket = class extends FakeSocket {
      /** @param {string} url */
      constructor(url) {
        super(url, server);
        server.sockets.push(this);
        server.#shake(this);
      }
    };
  }

  get cursor() {
    return Object.fromEntries([...this.log].map(([canal, events]) => [canal, events.length]));
  }

  /** Do all that waited, and be slow no more. */
  release() {
    this.slow = false;
    for (const run of this.#held.splice(0)) run();
  }

  /** Take a connection that is past its end from those that get anything, as the gateway does. @param {FakeSocket} connection */
  #lives(connection) {
    if (this.#clock.now < connection.ends) return true;
    if (this.connections.has(connection)) this.cut(connection);
    return false;
  }

  /**
   * Commit an event and post it to every connection.
   *
   * @param {string} [canal]
   * @param {Record<string, any>} [data]
   * @param {string} [event_type]
   * @param {string} [timestamp]
   */
  commit(canal = "tienda", data = {}, event_type = undefined, timestamp = undefined) {
    const log = this.log.get(canal) ?? [];
    const event = eventOf({ canal, seq: log.length + 1, data, event_type, timestamp, tenant_id: this.#tenant });
    log.push(event);
    for (const connection of this.connections) this.post(connection, event);
    return event;
  }

  /** Commit several events of which no connection hears. @param {number} count @param {string} [canal] */
  commitUnheard(count, canal = "tienda") {
    const heard = this.connections;
    this.connections = new Set();
    for (let made = 0; made < count; made += 1) this.commit(canal);
    this.connections = heard;
  }

  /** @param {FakeSocket} connection @param {any} message */
  post(connection, message) {
    if (!this.#lives(connection)) return;
    const { lost, repeated, delay } = this.faults;
    if (this.#random() < lost) return;
    const copies = this.#random() < repeated ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#later(this.#latency + this.#random() * delay, () => connection.deliver(message));
    }
  }

  /** Cut a connection, as API Gateway does at two hours. @param {FakeSocket} connection */
  cut(connection) {
    this.connections.delete(connection);
    this.#later(this.#latency, () => connection.lose());
  }

  /** What a message from a client leads to. @param {FakeSocket} socket @param {string} text */
  take(socket, text) {
    this.#later(this.#latency, () => {
      if (socket.silent || !this.connections.has(socket) || !this.#lives(socket)) return;
      const message = JSON.parse(text);
      this.received.push({ socket, message });
      for (const answer of this.lie(message, socket) ?? this.#answer(message, socket)) {
        this.#later(this.#latency, () => socket.deliver(answer));
      }
    });
  }

  /** @param {FakeSocket} socket */
  #shake(socket) {
    if (this.handshake === "hang") return;
    this.#later(this.#latency, () => {
      if (socket.readyState !== 0) return;
      if (this.handshake !== "accept") return socket.lose();
      if (this.#clock.now >= this.tokenEnds) return socket.lose();
      socket.ends = Math.min(this.tokenEnds, this.#clock.now + LIFETIME);
      this.connections.add(socket);
      this.#later(this.#latency, () => socket.open());
    });
  }

  /**
   * @param {{ action: string, cursor: Cursor, log?: string }} message
   * @param {FakeSocket} socket
   * @returns {any[]}
   */
  #answer({ action, cursor, log }, { ends }) {
    const left = this.tells ? { expira_en: Math.floor((ends - this.#clock.now) / 1000) } : {};
    const of = this.logId === null ? {} : { log: this.logId };
    const about = { connection_id: "c", ...of, ...left };
    if (action === "ping") return [{ action: "pong", cursor: this.cursor, ...about }];
    if (Object.keys(cursor).length === 0) return [{ action: "resumed", cursor: this.cursor, more: false, ...about }];
    const known = Object.entries(cursor).filter(([canal]) => this.log.has(canal));
    const lacking = (/** @type {[string, number]} */ [canal, seq]) => {
      const missed = this.#count(canal) - seq;
      return missed < 0 || missed > MOST_MISSED || (missed > 0 && seq < (this.expired.get(canal) ?? 0));
    };
    const another = this.logId !== null && log !== undefined && log !== this.logId;
    if (another || known.some(lacking)) return [{ action: "reload", cursor: this.cursor, ...of }];
    const frames = [];
    /** @type {Cursor} */
    const sent = {};
    let room = this.batch;
    for (const [canal, seq] of known) {
      const events = (this.log.get(canal) ?? []).slice(seq, seq + room);
      room -= events.length;
      sent[canal] = seq + events.length;
      for (let from = 0; from < events.length; from += EVENTS_PER_FRAME) {
        const part = events.slice(from, from + EVENTS_PER_FRAME);
        frames.push({ action: "events", canal, desde: part[0]?.seq, hasta: part.at(-1)?.seq, events: part });
      }
    }
    const more = known.some(([canal]) => Number(sent[canal]) < this.#count(canal));
    return [...frames, { action: "resumed", cursor: sent, more, ...about }];
  }

  /** @param {string} canal */
  #count(canal) {
    return this.log.get(canal)?.length ?? 0;
  }

  /** @param {number} delay @param {() => void} run */
  #later(delay, run) {
    this.#clock.setTimeout(() => (this.slow ? this.#held.push(run) : run()), delay, "server");
  }
}

/**
 * @param {{ canal: string, seq: number, tenant_id?: string, data?: Record<string, any>,
 *   event_type?: string | undefined, timestamp?: string | undefined }} about
 * @returns {LoggedEvent}
 */
export function eventOf({ canal, seq, tenant_id = "T001", data = {}, event_type, timestamp }) {
  return {
    event_type: event_type ?? (canal === "tienda" ? "venta_registrada" : "prediccion_generada"),
    tenant_id,
    timestamp: timestamp ?? "2026-01-05T08:00:00-05:00",
    data,
    event_id: `${tenant_id}-${canal}-${seq}`,
    canal,
    seq,
  };
}

/** @implements {SocketLike} */
export class FakeSocket {
  readyState = 0;
  /** From then on it gets nothing: epoch milliseconds. */
  ends = Infinity;
  /** @type {SocketLike["onopen"]} */
  onopen = null;
  /** @type {SocketLike["onmessage"]} */
  onmessage = null;
  /** @type {SocketLike["onclose"]} */
  onclose = null;
  /** Half-open: nothing passes any more, and nobody is told. */
  silent = false;

  #server;

  /** @param {string} url @param {FakeServer} server */
  constructor(url, server) {
    this.url = url;
    this.#server = server;
  }

  /** @param {string} text */
  send(text) {
    if (this.readyState === 0) throw new Error("the socket is still connecting");
    if (this.readyState === 1) this.#server.take(this, text);
  }

  close() {
    this.readyState = 3;
    this.#server.connections.delete(this);
  }

  open() {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.({});
  }

  /** A message arrives, even one that was under way when the client closed: text as it is, anything else as JSON. @param {any} message */
  deliver(message) {
    if (this.readyState === 0 || this.silent) return;
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  lose() {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code: 1006 });
  }
}
