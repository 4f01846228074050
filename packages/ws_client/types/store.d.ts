/// <reference lib="esnext.disposable" />
/** What `@saai/ws-client/store` offers: a store's data, live. */
import type { Api, ApiOptions } from "./http.d.ts";
import type { Connection, ConnectionState, ConnectOptions, MetodoPago } from "./index.d.ts";
import type { Notificacion, Producto, VentaHecha, VentaNueva } from "./routes.d.ts";

/** A product with its present stock. `precio` in soles. */
export type StoreProduct = Readonly<Omit<Producto, "precio" | "stock"> & { precio: number; stock: number }>;

/** One product of a sale. `subtotal_item` in soles. */
export interface StoreSaleLine {
  readonly codigo_producto: string;
  readonly nombre_producto: string;
  readonly cantidad: number;
  readonly subtotal_item: number;
}

/** A sale, from a list or from an event. `total` in soles, `created_at` ISO 8601 with offset. */
export interface StoreSale {
  readonly codigo_venta: string;
  readonly productos: readonly StoreSaleLine[];
  readonly total: number;
  readonly metodo_pago: MetodoPago;
  readonly fecha: string;
  readonly codigo_usuario: string;
  readonly estado: "COMPLETADA" | "ANULADA";
  readonly created_at: string;
}

/** A store as it is now. Each part stays the same object until it changes. */
export interface StoreSnapshot {
  readonly connection: ConnectionState;
  /** Whether products and sales were loaded. */
  readonly loaded: boolean;
  /** Why the last load failed, null where it didn't; it is tried again by itself. */
  readonly failure: unknown;
  /** By name. A sale changes those that it is about only. */
  readonly products: readonly StoreProduct[];
  /** Today's, newest first. */
  readonly sales: readonly StoreSale[];
  /** Of today's sales, without those that were annulled: how many, and soles. */
  readonly totals: { readonly ventas: number; readonly ingresos: number };
  /** The newest ones, newest first. */
  readonly notices: readonly Notificacion[];
}

/** As `connect`, but what is loaded and asked for is the store's own. */
export type StoreOptions = ApiOptions &
  Omit<ConnectOptions, "getTicket" | "getToken" | "onReload" | "cursor" | "onEvent"> & {
    /** Gets each event, after the store has taken it in. */
    onEvent?: ConnectOptions["onEvent"] | undefined;
    /** Everything was loaded, at first or after a gap: whoever shows more than the store loads that now. */
    onLoad?: ((snapshot: StoreSnapshot) => unknown) | undefined;
  };

export interface LiveStore {
  /** Be told when the snapshot is another one; returns what ends it. */
  subscribe(listener: () => void): () => void;
  getSnapshot(): StoreSnapshot;
  /** The present snapshot, then each newer one, until the store is closed. Who is slow gets the newest. */
  [Symbol.asyncIterator](): AsyncGenerator<StoreSnapshot, void, undefined>;
  /**
   * Register a sale. Pressed twice it is one sale, and repeated as it was after no answer came it is the same. Rejects
   * with ApiError.
   */
  sell(sale: VentaNueva): Promise<VentaHecha>;
  /** Load everything again now: a restock, a new product and an annulled sale have no event. */
  refresh(): Promise<void>;
  /** Stop for good: no listener is called again, no timer or socket is left. */
  close(): void;
  [Symbol.dispose](): void;
  readonly api: Api;
  readonly connection: Connection;
}

/**
 * A store's data: loaded, followed and loaded again by itself, for any number of listeners.
 *
 * @throws TypeError when an option is missing, unknown or of another type
 * @throws RangeError when a number is outside its range
 */
export function openStore(options: StoreOptions): LiveStore;
