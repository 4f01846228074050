import { ApiError, errorOf } from "./errors.js";

/** @typedef {import("../../types/http.d.ts").Api} Api */
/** @typedef {import("../../types/http.d.ts").ApiOptions} ApiOptions */

/** API Gateway answers within 30 s, or says that nobody did (HTTP APIs, "Quotas"): milliseconds. */
const TIMEOUT = 35_000;
/** Rows of a page where all of a list is wanted: the most that the server gives. */
const MOST = 200;

/**
 * SAAI's HTTP API as one user sees it: any route by its name, and functions for the usual ones.
 *
 * @param {ApiOptions} options
 * @returns {Api}
 * @throws {TypeError} an option is missing or of another type
 */
export function createApi({ apiUrl, getToken, fetch = globalThis.fetch.bind(globalThis), timeout = TIMEOUT }) {
  if (typeof apiUrl !== "string" || !/^https?:\/\//i.test(apiUrl)) {
    throw new TypeError(`apiUrl must be the address of the HTTP API, https://…, not ${apiUrl}`);
  }
  if (typeof getToken !== "function") throw new TypeError("getToken must be a function");
  const base = apiUrl.replace(/\/+$/, "");

  /**
   * @param {string} route
   * @param {{ body?: unknown, key?: string | undefined, signal?: AbortSignal | undefined, query?: Record<string, unknown> | undefined }} [request]
   */
  async function ask(route, { body, key, signal, query = {} } = {}) {
    signal?.throwIfAborted();
    const [method, path] = /** @type {[string, string]} */ (route.split(" "));
    const parameters = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
    const search = parameters.length ? `?${new URLSearchParams(/** @type {[string, string][]} */ (parameters))}` : "";
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    const timer = setTimeout(() => stop.abort(new ApiError("timeout")), timeout);
    /** @type {Promise<never>} */
    const stopped = new Promise((_, reject) => {
      stop.signal.addEventListener("abort", () => reject(stop.signal.reason));
    });
    const request = async () => {
      const authorization = `Bearer ${await getToken()}`;
      const response = await fetch(base + path + search, {
        method,
        headers: {
          authorization,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        cache: "no-store",
        signal: stop.signal,
      }).catch((cause) => {
        throw new ApiError("network", { cause });
      });
      const envelope = await response.json().catch(() => ({}));
      if (response.ok && envelope?.success === true) return envelope.data;
      throw errorOf(response.status, Object(envelope));
    };
    try {
      // The token too may be long in coming.
      return await Promise.race([request(), stopped]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** @param {string} route */
  const list = (route) => /** @param {Record<string, any>} [options] */ ({ signal, ...query } = {}) =>
    ask(route, { query, signal });

  return {
    request: ask,
    ticket: async ({ signal } = {}) => (await ask("POST /ws-ticket", { signal })).ticket,
    sell: (sale, { key = newKey(), signal } = {}) => ask("POST /ventas", { body: sale, key, signal }),
    sales: list("GET /ventas"),
    products: list("GET /productos"),
    notices: list("GET /notificaciones"),
    analytics: (periodo, { signal } = {}) => ask("GET /analitica", { query: { periodo }, signal }),
    forecast: (codigo_producto, { signal } = {}) => ask("POST /predicciones", { body: { codigo_producto }, signal }),
  };
}

/**
 * Every page of a list, each with the cursor that it is true at.
 *
 * @template Item
 * @param {(options: { limite: number, siguiente?: string, signal?: AbortSignal }) =>
 *   Promise<import("../../types/routes.d.ts").Page<Item>>} list
 * @param {{ limite?: number, signal?: AbortSignal }} [options]
 */
export async function* pagesOf(list, options = {}) {
  /** @type {string | null} */
  let siguiente = null;
  do {
    /** @type {import("../../types/routes.d.ts").Page<Item>} */
    const page = await list({ limite: MOST, ...options, ...(siguiente === null ? {} : { siguiente }) });
    // A list that leads to where it was has no end.
    if (page.siguiente !== null && page.siguiente === siguiente) throw new ApiError("server");
    siguiente = page.siguiente;
    yield page;
  } while (siguiente !== null);
}

/** A key under which a sale may be repeated. Unlike crypto.randomUUID it is there on pages without HTTPS too. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
