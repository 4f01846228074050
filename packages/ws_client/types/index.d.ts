/// <reference lib="esnext.disposable" />
/** What `@saai/ws-client` offers. The events' own types are generated from the Python contracts: events.d.ts. */
import type { Canal, SaaiEvent } from "./events.d.ts";
import type { Cursor } from "./routes.d.ts";

export type * from "./events.d.ts";
export type { Cursor } from "./routes.d.ts";

/** An event of a type that this version doesn't know: the stage is newer than the page. */
export interface UnknownEvent {
  event_type: string;
  tenant_id: string;
  timestamp: string;
  data: Record<string, unknown>;
  event_id?: string;
  canal?: string;
  seq?: number;
}

/** An event with a place in its channel. Services on the earlier version send none. */
export type SequencedEvent = SaaiEvent & { event_id: string; canal: Canal; seq: number };

/** What a screen may claim about its data. */
export interface ConnectionState {
  /**
   * - `cargando`: the first snapshot is being loaded, and tried again where that fails
   * - `al_dia`: the server said that nothing is missing, and events come as they happen
   * - `recuperando`: connected; missed events or a snapshot are being fetched
   * - `sin_conexion`: no connection; the client goes on trying unless `motivo` says why not
   */
  readonly estado: "cargando" | "al_dia" | "recuperando" | "sin_conexion";
  /** When the server last said that nothing was missing: epoch milliseconds, null before the first time. */
  readonly confirmado: number | null;
  /**
   * When the connection will end with its token: epoch milliseconds. Null unless a new one was asked for ahead of that
   * end and not to be had: the user has to log in again. In `sin_conexion` it lies behind: a handshake failed with a token
   * that is over by this device's clock. That may be wrong, so the client goes on trying, ever more seldom, up to ten minutes.
   */
  readonly vence: number | null;
  /** Why the client has stopped: the token or ticket isn't accepted any more, or `close()` was called. */
  readonly motivo?: "rechazada" | "cerrada";
}

export type ClientErrorCode = "frame" | "foreign" | "server" | "stalled" | "silent" | "refused" | "reload";

/** What went wrong outside the application. The client deals with it by itself; this is for the record. */
export class ClientError extends Error {
  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions);
  /**
   * - `frame`: the server sent something that the protocol doesn't know; it was ignored
   * - `foreign`: an event of another store came; it was not delivered
   * - `server`: the server answered with an error
   * - `stalled`: the server's answers led nowhere; the connection is replaced
   * - `silent`: the server didn't answer in time; the connection is replaced
   * - `refused`: the token or ticket is not accepted; the client has stopped
   * - `reload`: a snapshot didn't come in time; it is asked for again
   */
  readonly code: ClientErrorCode;
}

type Credentials =
  | {
      /** Resolves to a one-use ticket from `POST /ws-ticket`. Rejects with an error whose `status` is 401 or 403 when refused. */
      getTicket: () => string | Promise<string>;
      getToken?: undefined;
    }
  | {
      /** Resolves to the JWT, for stages that take it in the URL. Rejects like `getTicket`. */
      getToken: () => string | Promise<string>;
      getTicket?: undefined;
    };

export type ConnectOptions = Credentials & {
  /** The WebSocket stage, without token: `wss://…/{stage}`. */
  url: string;
  /** Where the application's data stands. Without it the first snapshot is loaded by `onReload`. */
  cursor?: Cursor | undefined;
  /** Gets each event once, in order per channel. What it throws goes to `onError`; the stream goes on. */
  onEvent: (event: SaaiEvent) => unknown;
  /** Gets, in their place, events whose type this version doesn't know. By default nobody does. */
  onUnknownEvent?: ((event: UnknownEvent) => unknown) | undefined;
  /**
   * At first where there is no `cursor`, and when the log can't fill a gap: load a snapshot and return its cursor
   * (several: `combineCursors`). Events after it follow. Returning nothing takes the server's present cursor. If it
   * fails it is called again, with backoff; with a `status` of 401 or 403 it is a refusal. `close()` aborts the signal,
   * and so does `reloadTimeout`, after which it is called again as well, and whatever it still returns is ignored. Where
   * the client gives the load up by itself, the signal's `reason` is the `ClientError` that says why.
   */
  onReload: (context: { signal: AbortSignal }) => Cursor | undefined | void | Promise<Cursor | undefined | void>;
  /** Gets each change of the state, a newer `confirmado` included. */
  onState?: ((state: ConnectionState) => unknown) | undefined;
  /** Gets errors of the application's own callbacks, and `ClientError`. By default they go to the console. */
  onError?: ((error: unknown) => void) | undefined;
  /** Closes the connection when it is aborted. */
  signal?: AbortSignal | undefined;

  /** Keep-alive and freshness check: ms, 5 min. API Gateway closes an idle connection after 10 min. */
  pingEvery?: number | undefined;
  /** Silence after a ping or resume that means a dead connection: ms, 10 s. */
  answerTimeout?: number | undefined;
  /** For token or ticket and handshake together: ms, 20 s. */
  handshakeTimeout?: number | undefined;
  /** For a snapshot by `onReload`: ms, 2 min. */
  reloadTimeout?: number | undefined;
  /** When the connection's successor is opened, at the latest: ms, 110 min. API Gateway cuts at 2 h. */
  rotateAfter?: number | undefined;
  /** How much earlier it may be opened, at random: ms, 10 min. */
  rotateJitter?: number | undefined;
  /** How long before its token's end a connection is replaced, at the latest; up to twice that, at random: ms, 2 min. */
  renewAhead?: number | undefined;
  /** Ceiling of the first retry's random pause, doubled with each further one: ms, 5 s. At most 1 s where no other screen retries at the same moment. */
  retryFirst?: number | undefined;
  /** Ceiling of every retry's pause: ms, 30 s. */
  retryLimit?: number | undefined;
  /** After so long without trouble retries count from the first again: ms, 10 s. */
  calmAfter?: number | undefined;
  /** How long a late event is waited for before it is asked for: ms, 300. */
  gapGrace?: number | undefined;
  /** How many events may wait for their predecessors: 1,000. What doesn't fit is fetched again. */
  bufferLimit?: number | undefined;
  /** Replaces parts of the page's own environment: for tests. */
  environment?: Partial<Environment> | undefined;
};

export interface Connection {
  /** Stop for good: no callback, timer, listener or socket is left. */
  close(): void;
  [Symbol.dispose](): void;
  readonly state: ConnectionState;
  /** The last event delivered, for each channel. */
  readonly cursor: Cursor;
  /** The present connection's id, for `exclude_connection_id`; null until the server told it. It changes. */
  readonly connectionId: string | null;
}

/** What people are told, in Spanish: of a connection's state, of an error of the client or of the HTTP API. */
export function texto(what: ConnectionState | Error | unknown): string;

/** The part of WebSocket that is used. */
export interface SocketLike {
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Environment {
  WebSocket: new (url: string) => SocketLike;
  /** Where `online`, `offline` and `visibilitychange` are heard. */
  network: Partial<Pick<EventTarget, "addEventListener" | "removeEventListener">>;
  /** Epoch milliseconds. */
  now: () => number;
  /** From 0 to below 1. */
  random: () => number;
  setTimeout: (run: () => void, delay: number) => unknown;
  clearTimeout: (handle: unknown) => void;
}

/**
 * Follow a store's events: each once and in order per channel, until `close()`.
 *
 * @throws TypeError when an option is missing, unknown or of another type, or there is no WebSocket
 * @throws RangeError when a number is outside its range
 */
export function connect(options: ConnectOptions): Connection;

/**
 * Combine the cursors of several snapshots: the minimum of each channel, so that what any of them lacks comes.
 * A snapshot that doesn't name a channel says nothing about it.
 */
export function combineCursors(...cursors: (Cursor | null | undefined)[]): Cursor;
