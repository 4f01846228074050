/** What `@saai/ws-client/http` offers: SAAI's HTTP API. The types of what is asked and answered are generated: routes.d.ts. */
import type {
  Analitica,
  Cursor,
  Notificacion,
  Page,
  Prediccion,
  Problema,
  Producto,
  Routes,
  Venta,
  VentaHecha,
  VentaNueva,
} from "./routes.d.ts";

export type * from "./routes.d.ts";

export type ApiErrorCode =
  /** 400: `details` name each field that is wrong */
  | "invalid"
  /** 401: the token is missing, over or not ours */
  | "unauthenticated"
  /** 403: the role may not do this */
  | "forbidden"
  /** 404 */
  | "not_found"
  /** 409 */
  | "conflict"
  /** 409 of a sale: `details` name the products and what is left of each */
  | "insufficient_stock"
  /** 429 */
  | "too_many_requests"
  /** 5xx, or an answer that makes no sense */
  | "server"
  /** there was no answer */
  | "network"
  /** there was no answer within `timeout` */
  | "timeout";

/** The server said no, or nothing. `message` is for people, in Spanish. */
export class ApiError extends Error {
  constructor(
    code: ApiErrorCode,
    about?: { status?: number; message?: string | undefined; details?: Problema[]; cause?: unknown },
  );
  readonly code: ApiErrorCode;
  /** HTTP's; 0 where no answer came. */
  readonly status: number;
  /** What is wrong with which field or product. */
  readonly details: Problema[];
  /** Whether asking again, as it was asked, may help. */
  readonly repeatable: boolean;
}

export interface ApiOptions {
  /** The HTTP API's address, `https://…`. */
  apiUrl: string;
  /** The user's JWT; asked for at each request. */
  getToken: () => string | Promise<string>;
  /** The page's own by default. */
  fetch?: typeof globalThis.fetch | undefined;
  /** How long an answer is waited for: ms, 35 s. */
  timeout?: number | undefined;
}

export interface RequestOptions {
  signal?: AbortSignal | undefined;
}

export interface PageOptions extends RequestOptions {
  /** Rows: 1 to 200, 50 by default. */
  limite?: number | undefined;
  /** Where the page before it ended. */
  siguiente?: string | null | undefined;
}

export interface RouteOptions extends RequestOptions {
  query?: Record<string, string | number | null | undefined> | undefined;
  /** Under which the request may be repeated, where the route says so: the same key again is the same request. */
  key?: string | undefined;
}

/** The HTTP API. Its functions reject with ApiError, or with the reason of an aborted signal. */
export interface Api {
  /** Any route by its name, as `request("POST /predicciones", { body })`; the usual ones have functions of their own. */
  request<Name extends keyof Routes>(
    route: Name,
    ...asked: Routes[Name]["body"] extends undefined ? [RouteOptions?] : [RouteOptions & { body: Routes[Name]["body"] }]
  ): Promise<Routes[Name]["answer"]>;
  /** `POST /ws-ticket`: a ticket for one connection. */
  ticket(options?: RequestOptions): Promise<string>;
  /** `POST /ventas`. The same `key` again is the same sale; without one each call is a sale of its own. */
  sell(sale: VentaNueva, options?: RequestOptions & { key?: string | undefined }): Promise<VentaHecha>;
  /** `GET /ventas`: newest first, from the sale of code `desde` on. */
  sales(options?: PageOptions & { desde?: string | undefined }): Promise<Page<Venta>>;
  /** `GET /productos`. */
  products(options?: PageOptions): Promise<Page<Producto>>;
  /** `GET /notificaciones`: newest first. */
  notices(options?: PageOptions): Promise<Page<Notificacion>>;
  /** `GET /analitica`: for owners. */
  analytics(periodo: Analitica["periodo"]["tipo"], options?: RequestOptions): Promise<Routes["GET /analitica"]["answer"]>;
  /** `POST /predicciones`: for owners. */
  forecast(codigo_producto: string, options?: RequestOptions): Promise<Prediccion>;
}

/** @throws TypeError when an option is missing or of another type */
export function createApi(options: ApiOptions): Api;

/** Every page of a list, each with the cursor that it is true at: `for await (const page of pagesOf(api.products))`. */
export function pagesOf<Item>(
  list: (options: PageOptions) => Promise<Page<Item>>,
  options?: RequestOptions & { limite?: number },
): AsyncGenerator<Page<Item>, void, undefined>;

/** A new key under which a sale may be repeated. */
export function newKey(): string;
