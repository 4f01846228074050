import { CHANNELS } from "../event_types.js";
import { limaDate } from "../store/lima.js";
import { FakeClock } from "./clock.js";
import { FakeServer } from "./server.js";

/** @typedef {import("../../types/testing.d.ts").FakeGateway} FakeGatewayInterface */
/** @typedef {import("../../types/testing.d.ts").FakeGatewayOptions} FakeGatewayOptions */
/** @typedef {import("../../types/testing.d.ts").FakeRequest} FakeRequest */
/** @typedef {import("../../types/routes.d.ts").LineaPedida} LineaPedida */
/** @typedef {import("../../types/routes.d.ts").Producto} Producto */
/** @typedef {import("../../types/routes.d.ts").VentaHecha} VentaHecha */

/** What answers a request, once it is known that it may be answered: status and data. @typedef {[number, unknown]} Answer */

/**
 * A store's whole backend in memory: the HTTP API and the WebSocket, on a clock that stands. Nothing is waited for: each
 * function's promise settles when all that follows from it has happened.
 *
 * @param {FakeGatewayOptions} [options]
 * @returns {FakeGatewayInterface}
 */
export function fakeGateway(options) {
  return new FakeGateway(options);
}

/** @implements {FakeGatewayInterface} */
class FakeGateway {
  /** @type {FakeRequest[]} */
  requests = [];
  notices;
  clock = new FakeClock();
  server;

  #network = new EventTarget();
  #tenant;
  #refusal = 0;
  #down = false;
  /** @type {Map<string, Producto>} */
  #products;
  /** Newest first. @type {any[]} */
  #sales = [];
  /** What was answered under a key. @type {Map<string, VentaHecha>} */
  #answered = new Map();
  /** @type {(() => void)[]} */
  #held = [];

  /** @param {FakeGatewayOptions} [options] */
  constructor({ tenant = "T001", products = [], notices = [] } = {}) {
    this.#tenant = tenant;
    this.#products = new Map(
      products.map(({ codigo_producto, ...rest }) => [
        codigo_producto,
        { codigo_producto, nombre: codigo_producto, precio: 1, stock: 0, estado: "ACTIVO", ...rest },
      ]),
    );
    this.notices = notices;
    this.server = new FakeServer({ clock: this.clock, latency: 0, tenant });
  }

  get options() {
    return {
      url: "wss://fake.saai/test",
      apiUrl: "https://fake.saai",
      getToken: () => "token",
      fetch: this.#fetch,
      environment: {
        WebSocket: this.server.WebSocket,
        network: this.#network,
        now: () => this.clock.now,
        random: () => 0.5,
        setTimeout: (/** @type {() => void} */ run, /** @type {number} */ delay) => this.clock.setTimeout(run, delay, "client"),
        clearTimeout: (/** @type {unknown} */ handle) => this.clock.clearTimeout(handle),
      },
    };
  }

  get sockets() {
    return this.server.connections.size;
  }

  settle = () => this.clock.advance(0);

  advance = (/** @type {number} */ milliseconds) => this.clock.advance(milliseconds);

  /** @param {Record<string, number>} units @param {{ metodo_pago?: string, codigo_usuario?: string }} [how] */
  async sale(units, how = {}) {
    const productos = Object.entries(units).map(([codigo_producto, cantidad]) => ({ codigo_producto, cantidad }));
    const [status, data] = this.#sell({ productos, ...how });
    if (status !== 201) throw new Error(`the sale is not possible: ${JSON.stringify(data)}`);
    await this.settle();
    return /** @type {VentaHecha} */ (data);
  }

  /** @param {string} event_type @param {Record<string, any>} data @param {string} [canal] */
  async send(event_type, data, canal = CHANNELS[event_type] ?? "administracion") {
    this.server.commit(canal, data, event_type, this.#timestamp());
    await this.settle();
  }

  /** @param {string} codigo_producto @param {number} stock */
  restock(codigo_producto, stock) {
    const product = this.#products.get(codigo_producto) ?? { codigo_producto, nombre: codigo_producto, precio: 1, estado: "ACTIVO" };
    this.#products.set(codigo_producto, { ...product, stock });
  }

  /** @param {string} codigo_venta */
  annul(codigo_venta) {
    this.#sales = this.#sales.map((sale) => (sale.codigo_venta === codigo_venta ? { ...sale, estado: "ANULADA" } : sale));
  }

  async drop() {
    this.#down = true;
    this.server.handshake = "refuse";
    for (const connection of [...this.server.connections]) this.server.cut(connection);
    await this.settle();
  }

  async restore() {
    this.#down = false;
    this.server.handshake = "accept";
    this.#network.dispatchEvent(new Event("online"));
    await this.settle();
  }

  refuse(status = 401) {
    this.#refusal = status;
  }

  accept() {
    this.#refusal = 0;
  }

  slow() {
    this.server.slow = true;
  }

  async release() {
    this.server.release();
    for (const run of this.#held.splice(0)) run();
    await this.settle();
  }

  // -- HTTP

  /** @type {typeof globalThis.fetch} */
  #fetch = async (input, init = {}) => {
    const { pathname, searchParams } = new URL(String(input));
    const { method = "GET", body, signal } = init;
    const query = Object.fromEntries(searchParams);
    const sent = typeof body === "string" ? JSON.parse(body) : undefined;
    this.requests.push({ method, path: pathname, query, body: sent });
    if (this.server.slow) await this.#released(signal);
    signal?.throwIfAborted();
    if (this.#down) throw new TypeError("fetch failed");
    const key = new Headers(init.headers).get("idempotency-key");
    const [status, data] = this.#refusal ? [this.#refusal, null] : this.#answer(`${method} ${pathname}`, query, sent, key);
    const success = status < 400;
    const message = success ? "Listo." : `No se pudo (${status}).`;
    return new Response(JSON.stringify({ success, message, data }), { status });
  };

  /** @param {AbortSignal | null | undefined} signal */
  #released(signal) {
    return new Promise((resolve, reject) => {
      this.#held.push(() => resolve(undefined));
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  }

  /**
   * @param {string} route
   * @param {Record<string, string>} query
   * @param {any} body
   * @param {string | null} key
   * @returns {Answer}
   */
  #answer(route, query, body, key) {
    switch (route) {
      case "POST /ws-ticket":
        return [201, { ticket: `${this.#tenant}.ticket`, segundos: 60 }];
      case "POST /ventas":
        return this.#sell(body, key);
      case "GET /ventas":
        return this.#page(this.#sales, query);
      case "GET /productos":
        return this.#page([...this.#products.values()], query);
      case "GET /notificaciones":
        return this.#page(this.notices, query);
      default:
        return [404, null];
    }
  }

  /**
   * @param {readonly unknown[]} rows
   * @param {Record<string, string>} query
   * @returns {Answer}
   */
  #page(rows, { limite = "50", siguiente = "0" }) {
    const end = Number(siguiente) + Number(limite);
    return [
      200,
      {
        items: rows.slice(Number(siguiente), end),
        siguiente: end < rows.length ? String(end) : null,
        cursor: this.server.cursor,
      },
    ];
  }

  /**
   * @param {{ productos: LineaPedida[], metodo_pago?: string, codigo_usuario?: string }} asked
   * @param {string | null} [key]
   * @returns {Answer}
   */
  #sell({ productos, metodo_pago = "EFECTIVO", codigo_usuario = `${this.#tenant}U001` }, key = null) {
    const before = key === null ? undefined : this.#answered.get(key);
    if (before) return [201, before];
    if (!productos?.length) return [400, [{ campo: "productos", mensaje: "Se espera una lista con al menos un producto." }]];
    const unknown = productos.filter(({ codigo_producto }) => !this.#products.has(codigo_producto));
    if (unknown.length) return [404, unknown.map(({ codigo_producto }) => ({ codigo_producto, mensaje: "No existe." }))];
    const lines = productos.map(({ codigo_producto, cantidad }) => {
      const product = /** @type {Producto} */ (this.#products.get(codigo_producto));
      return { ...product, cantidad, left: product.stock - cantidad, subtotal: Number(product.precio) * cantidad };
    });
    const short = lines.filter(({ left }) => left < 0);
    if (short.length) {
      const details = short.map(({ codigo_producto, nombre, cantidad, stock }) => ({
        codigo_producto,
        nombre,
        solicitado: cantidad,
        disponible: stock,
      }));
      return [409, details];
    }
    const codigo_venta = `${this.#tenant}V${String(this.#sales.length + 1).padStart(3, "0")}`;
    const total = lines.reduce((sum, { subtotal }) => sum + subtotal, 0);
    const fecha = limaDate(this.clock.now);
    const made = { codigo_venta, total, fecha };
    if (key !== null) this.#answered.set(key, made);
    for (const { codigo_producto, left } of lines) this.restock(codigo_producto, left);
    this.#sales.unshift({
      ...made,
      metodo_pago,
      codigo_usuario,
      estado: "COMPLETADA",
      created_at: this.#timestamp(),
      productos: lines.map(({ codigo_producto, nombre, precio, cantidad, subtotal }) => ({
        codigo_producto,
        nombre_producto: nombre,
        precio_unitario: precio,
        cantidad,
        subtotal_item: subtotal,
      })),
    });
    this.server.commit(
      "tienda",
      {
        codigo_venta,
        items_count: lines.length,
        total,
        metodo_pago,
        trabajador: codigo_usuario,
        fecha,
        productos_vendidos: lines.map(({ codigo_producto, nombre, cantidad, subtotal, left }) => ({
          codigo: codigo_producto,
          nombre,
          cantidad,
          subtotal,
          stock: left,
        })),
      },
      "venta_registrada",
      this.#timestamp(),
    );
    return [201, made];
  }

  /** The moment in Lima, ISO 8601. */
  #timestamp() {
    return `${new Date(this.clock.now - 5 * 3_600_000).toISOString().slice(0, 19)}-05:00`;
  }
}
