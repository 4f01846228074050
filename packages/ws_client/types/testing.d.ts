/** What `@saai/ws-client/testing` offers: a store's backend in memory, for tests of components. */
import type { Environment, EventType, EventTypes, MetodoPago } from "./index.d.ts";
import type { Notificacion, Producto, VentaHecha } from "./routes.d.ts";

export interface FakeGatewayOptions {
  /** The store's code: `T001`. */
  tenant?: string;
  /** What it sells; a product without a price costs S/ 1. */
  products?: (Pick<Producto, "codigo_producto"> & Partial<Producto>)[];
  /** Newest first. */
  notices?: Notificacion[];
}

export interface FakeRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  body: any;
}

/**
 * The HTTP API and the WebSocket of one store, without a network and on a clock that stands. Each promise settles when
 * all that follows from it has happened: nothing has to be waited for. In tests of React components call it in `act`.
 */
export interface FakeGateway {
  /** What `openStore` and `SaaiProvider` take; `connect` takes its `url` and `environment`. */
  readonly options: {
    url: string;
    apiUrl: string;
    getToken: () => string;
    fetch: typeof globalThis.fetch;
    environment: Environment;
  };
  /** Let everything happen that is due now. */
  settle(): Promise<void>;
  /** Let time pass: milliseconds. */
  advance(milliseconds: number): Promise<void>;
  /** Somebody sells, elsewhere in the store: units by product. Rejects where that isn't possible. */
  sale(
    units: Record<string, number>,
    how?: { metodo_pago?: MetodoPago; codigo_usuario?: string },
  ): Promise<VentaHecha>;
  /** An event of any type. */
  send<Type extends EventType>(event_type: Type, data: EventTypes[Type]["data"]): Promise<void>;
  /** Set a product's stock, as a restock does: there is no event of it. */
  restock(codigo_producto: string, stock: number): void;
  /** Annul a sale: there is no event of it either. */
  annul(codigo_venta: string): void;
  /** The line goes down, for HTTP too. */
  drop(): Promise<void>;
  /** The line is back, and the browser says so. */
  restore(): Promise<void>;
  /** From now on every request, for a ticket too, is answered with this status: 401 by default. */
  refuse(status?: number): void;
  /** Requests are served again. */
  accept(): void;
  /** From now on nothing is answered or sent until `release()`. */
  slow(): void;
  release(): Promise<void>;
  /** Every request so far. */
  readonly requests: readonly FakeRequest[];
  /** How many connections are open. */
  readonly sockets: number;
  /** Newest first; may be changed. */
  notices: Notificacion[];
}

export function fakeGateway(options?: FakeGatewayOptions): FakeGateway;
