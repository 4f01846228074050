/** @typedef {import("../ws_client/types/index.d.ts").Cursor} Cursor */
/** @typedef {{ campo?: string, mensaje?: string, codigo_producto?: string, disponible?: number }} Detail */

/** Rows of a page of a list. */
const PAGE = 100;
/** A store of 2,000 products is 20 pages; beyond this something is wrong with the answers. */
const MAX_PAGES = 200;

/**
 * The server said no. `status` is HTTP's (the client learns a refusal from it), `message` is for the user, `details`
 * say which field is wrong.
 */
export class ApiError extends Error {
  name = "ApiError";

  /**
   * @param {number} status
   * @param {string} message
   * @param {Detail[]} details
   */
  constructor(status, message, details) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** SAAI's HTTP API as one user sees it. */
export class Api {
  #url;
  #token;
  #fetch;

  /**
   * @param {object} options
   * @param {string} options.url without a slash at its end
   * @param {string} options.token the user's JWT
   * @param {typeof fetch} [options.fetch]
   */
  constructor({ url, token, fetch = globalThis.fetch.bind(globalThis) }) {
    this.#url = url;
    this.#token = token;
    this.#fetch = fetch;
  }

  /** A one-use ticket for the WebSocket, so that no long-lived token stands in a URL. @returns {Promise<string>} */
  async ticket() {
    return (await this.#ask("POST", "/ws-ticket")).ticket;
  }

  /**
   * Register a sale. The same key again is the same sale: safe to repeat when no answer came.
   *
   * @param {object} venta
   * @param {string} key
   * @returns {Promise<{ codigo_venta: string, total: number | string, fecha: string }>}
   */
  registrarVenta(venta, key) {
    return this.#ask("POST", "/ventas", { body: venta, headers: { "idempotency-key": key } });
  }

  /**
   * One page of a list.
   *
   * @param {string} path
   * @param {string | null} [siguiente] where the page before it ended
   * @returns {Promise<{ items: any[], siguiente: string | null, cursor: Cursor }>}
   */
  page(path, siguiente = null) {
    const query = new URLSearchParams({ limite: String(PAGE), ...(siguiente && { siguiente }) });
    return this.#ask("GET", `${path}?${query}`);
  }

  /**
   * All pages of a list, each with the cursor it is true at.
   *
   * @param {string} path
   */
  async pages(path) {
    const pages = [await this.page(path)];
    for (let { siguiente } = pages[0]; siguiente; { siguiente } = pages[pages.length - 1]) {
      if (pages.length === MAX_PAGES) throw new RangeError(`${path} has no end`);
      pages.push(await this.page(path, siguiente));
    }
    return pages;
  }

  /** @param {string} path */
  get(path) {
    return this.#ask("GET", path);
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  post(path, body) {
    return this.#ask("POST", path, { body });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{ body?: object, headers?: Record<string, string> }} [request]
   * @returns {Promise<any>} the envelope's data
   * @throws {ApiError} the server refused
   * @throws {TypeError} there is no connection
   */
  async #ask(method, path, { body, headers } = {}) {
    const response = await this.#fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body && { "content-type": "application/json" }),
        ...headers,
      },
      body: body && JSON.stringify(body),
      cache: "no-store",
    });
    const envelope = await response.json().catch(() => ({}));
    if (response.ok && envelope.success === true) return envelope.data;
    const details = Array.isArray(envelope.data) ? envelope.data : [];
    throw new ApiError(response.status, envelope.message ?? `El servidor respondió ${response.status}.`, details);
  }
}
