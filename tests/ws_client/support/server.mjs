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
  /** Channel to its events, from sequence number 1. */
  log = new Map([
    ["tienda", []],
    ["administracion", []],
  ]);
  /** How many of a channel's oldest rows have expired. */
  expired = new Map();
  connections = new Set();
  /** Every socket that was ever made. */
  sockets = [];
  /** Every message received, as `{ socket, message }`. */
  received = [];
  /** `accept`, `refuse` (closes before it opens) or `hang`. */
  handshake = "accept";
  faults = { lost: 0, repeated: 0, delay: 0 };
  /** How many events one resume is answered with before `more`. */
  batch = 50;
  /** Whether it tells a screen how long its connection has left, as it does since version 2 of the client. */
  tells = true;
  /** When the token behind a new connection ends: epoch milliseconds. */
  tokenEnds = Infinity;
  /** Replaces the honest answer where a test wants a liar: `(message, socket) => messages[] | undefined`. */
  lie = () => undefined;

  #clock;
  #random;

  constructor({ clock, random = () => 0.5 }) {
    this.#clock = clock;
    this.#random = random;
    const server = this;
    this.WebSocket = class extends FakeSocket {
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

  /** Take a connection that is past its end from those that get anything, as the gateway does. */
  #lives(connection) {
    if (this.#clock.now < connection.ends) return true;
    if (this.connections.has(connection)) this.cut(connection);
    return false;
  }

  /** Commit an event and post it to every connection. */
  commit(canal = "tienda", data = {}, event_type = undefined) {
    const seq = this.log.get(canal).length + 1;
    const event = eventOf({ canal, seq, data, event_type });
    this.log.get(canal).push(event);
    for (const connection of this.connections) this.post(connection, event);
    return event;
  }

  /** Commit several events of which no connection hears. */
  commitUnheard(count, canal = "tienda") {
    const heard = this.connections;
    this.connections = new Set();
    for (let made = 0; made < count; made += 1) this.commit(canal);
    this.connections = heard;
  }

  post(connection, message) {
    if (!this.#lives(connection)) return;
    const { lost, repeated, delay } = this.faults;
    if (this.#random() < lost) return;
    const copies = this.#random() < repeated ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#later(LATENCY + this.#random() * delay, () => connection.deliver(message));
    }
  }

  /** Cut a connection, as API Gateway does at two hours. */
  cut(connection) {
    this.connections.delete(connection);
    this.#later(LATENCY, () => connection.lose());
  }

  /** What a message from a client leads to. */
  take(socket, text) {
    this.#later(LATENCY, () => {
      if (socket.silent || !this.connections.has(socket) || !this.#lives(socket)) return;
      const message = JSON.parse(text);
      this.received.push({ socket, message });
      for (const answer of this.lie(message, socket) ?? this.#answer(message, socket)) {
        this.#later(LATENCY, () => socket.deliver(answer));
      }
    });
  }

  #shake(socket) {
    if (this.handshake === "hang") return;
    this.#later(LATENCY, () => {
      if (socket.readyState !== 0) return;
      if (this.handshake !== "accept") return socket.lose();
      if (this.#clock.now >= this.tokenEnds) return socket.lose();
      socket.ends = Math.min(this.tokenEnds, this.#clock.now + LIFETIME);
      this.connections.add(socket);
      this.#later(LATENCY, () => socket.open());
    });
  }

  #answer({ action, cursor }, { ends }) {
    const left = this.tells ? { expira_en: Math.floor((ends - this.#clock.now) / 1000) } : {};
    const about = { connection_id: "c", ...left };
    if (action === "ping") return [{ action: "pong", cursor: this.cursor, ...about }];
    if (Object.keys(cursor).length === 0) return [{ action: "resumed", cursor: this.cursor, more: false, ...about }];
    const known = Object.entries(cursor).filter(([canal]) => this.log.has(canal));
    const lacking = ([canal, seq]) => {
      const missed = this.log.get(canal).length - seq;
      return missed < 0 || missed > MOST_MISSED || (missed > 0 && seq < (this.expired.get(canal) ?? 0));
    };
    if (known.some(lacking)) return [{ action: "reload", cursor: this.cursor }];
    const frames = [];
    const sent = {};
    let room = this.batch;
    for (const [canal, seq] of known) {
      const events = this.log.get(canal).slice(seq, seq + room);
      room -= events.length;
      sent[canal] = seq + events.length;
      for (let from = 0; from < events.length; from += EVENTS_PER_FRAME) {
        const part = events.slice(from, from + EVENTS_PER_FRAME);
        frames.push({ action: "events", canal, desde: part[0].seq, hasta: part.at(-1).seq, events: part });
      }
    }
    const more = known.some(([canal]) => sent[canal] < this.log.get(canal).length);
    return [...frames, { action: "resumed", cursor: sent, more, ...about }];
  }

  #later(delay, run) {
    this.#clock.setTimeout(run, delay, "server");
  }
}

export function eventOf({ canal, seq, tenant_id = "T001", data = {}, event_type }) {
  return {
    event_type: event_type ?? (canal === "tienda" ? "venta_registrada" : "prediccion_generada"),
    tenant_id,
    timestamp: "2026-01-05T08:00:00-05:00",
    data,
    event_id: `${tenant_id}-${canal}-${seq}`,
    canal,
    seq,
  };
}

class FakeSocket {
  readyState = 0;
  ends = Infinity;
  onopen = null;
  onmessage = null;
  onclose = null;
  /** Half-open: nothing passes any more, and nobody is told. */
  silent = false;

  #server;

  constructor(url, server) {
    this.url = url;
    this.#server = server;
  }

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

  /** A message arrives, even one that was under way when the client closed: text as it is, anything else as JSON. */
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
