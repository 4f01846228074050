/** @typedef {import("../ws_client/types/index.d.ts").Cursor} Cursor */
/** @typedef {import("../ws_client/types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../ws_client/types/index.d.ts").VentaRegistrada} VentaRegistrada */
/** @typedef {{ items: any[], siguiente?: string | null, cursor: Cursor }} Page */

/**
 * A sale as the screen shows it, whether it came in a snapshot or in an event.
 *
 * @typedef {object} Venta
 * @property {string} codigo
 * @property {number} total soles
 * @property {string} metodo_pago
 * @property {string} trabajador user code
 * @property {string} momento ISO 8601, or the date where nothing finer is known
 * @property {boolean} anulada
 * @property {boolean} nueva it came while we were watching
 * @property {{ nombre: string, cantidad: number }[]} lineas
 */

/**
 * A product, and the event of the store's channel up to which its stock is true.
 *
 * @typedef {object} Producto
 * @property {string} codigo
 * @property {string} nombre
 * @property {number} precio soles
 * @property {number} stock
 * @property {number} seq
 * @property {boolean} cambiado its stock changed while we were watching
 */

/** What a screen keeps of the newest sales, unless its user loaded more, and of events; the server has the rest. */
const SALES = 300;
const EVENTS = 100;

/**
 * A store's data on the screen: loaded by snapshot, then followed event by event. Applying an event again, or one
 * that the snapshot already holds, changes nothing. No network, no clock, no page.
 */
export class StoreData {
  /** @type {Map<string, Venta>} */
  #ventas = new Map();
  /** @type {Map<string, Producto>} */
  #productos = new Map();

  #limit = SALES;

  /** The last events, newest first. @type {{ event: SaaiEvent, recuperado: boolean, id: number }[]} */
  eventos = [];
  recibidos = 0;
  recuperados = 0;

  /** Sales, newest first. */
  get ventas() {
    return [...this.#ventas.values()].sort((a, b) => numberOf(b.codigo) - numberOf(a.codigo));
  }

  /** Products by name. */
  get productos() {
    return [...this.#productos.values()].sort((a, b) => a.nombre.localeCompare(b.nombre, "es"));
  }

  /** @param {string} codigo */
  producto(codigo) {
    return this.#productos.get(codigo);
  }

  /** Take in pages of `GET /productos`: the whole of it. @param {Page[]} pages */
  loadProductos(pages) {
    const before = this.#productos;
    this.#productos = new Map();
    for (const { items, cursor } of pages) {
      for (const { codigo_producto, nombre, precio, stock, estado } of items) {
        if (estado === "INACTIVO") continue;
        const known = before.get(codigo_producto);
        this.#productos.set(codigo_producto, {
          codigo: codigo_producto,
          nombre,
          precio: Number(precio),
          stock: Number(stock),
          seq: cursor.tienda ?? 0,
          cambiado: known !== undefined && known.stock !== Number(stock),
        });
      }
    }
  }

  /**
   * Take in the newest page of `GET /ventas`, and forget what was known: between it and older sales there may be
   * others.
   *
   * @param {Page} page
   */
  loadVentas(page) {
    this.#ventas = new Map();
    this.#limit = SALES;
    this.addVentas(page);
  }

  /** Take in a further page of `GET /ventas`. @param {Page} page */
  addVentas({ items }) {
    for (const item of items) {
      this.#ventas.set(item.codigo_venta, {
        codigo: item.codigo_venta,
        total: Number(item.total),
        metodo_pago: item.metodo_pago,
        trabajador: item.codigo_usuario,
        momento: item.created_at ?? item.fecha,
        anulada: item.estado === "ANULADA",
        nueva: false,
        lineas: (item.productos ?? []).map((/** @type {any} */ linea) => ({
          nombre: linea.nombre_producto,
          cantidad: Number(linea.cantidad),
        })),
      });
    }
    this.#limit = Math.max(this.#limit, this.#ventas.size);
  }

  /**
   * Take in an event.
   *
   * @param {SaaiEvent} event
   * @param {boolean} recuperado it had been missed and was fetched
   */
  apply(event, recuperado) {
    this.recibidos += 1;
    if (recuperado) this.recuperados += 1;
    this.eventos = [{ event, recuperado, id: this.recibidos }, ...this.eventos].slice(0, EVENTS);
    if (event.event_type === "venta_registrada") this.#sold(event.data, event.timestamp, event.seq ?? Infinity);
  }

  /**
   * @param {VentaRegistrada} data
   * @param {string} momento
   * @param {number} seq
   */
  #sold(data, momento, seq) {
    for (const { codigo, stock } of data.productos_vendidos) {
      const producto = this.#productos.get(codigo);
      // The snapshot may be younger than an event that comes again, and services on the earlier version don't tell.
      if (!producto || seq <= producto.seq || stock === undefined || stock === null) continue;
      const known = Number.isFinite(seq) ? seq : producto.seq;
      this.#productos.set(codigo, { ...producto, stock, seq: known, cambiado: true });
    }
    if (this.#ventas.has(data.codigo_venta)) return;
    this.#ventas.set(data.codigo_venta, {
      codigo: data.codigo_venta,
      total: Number(data.total ?? sum(data.productos_vendidos.map(({ subtotal }) => Number(subtotal)))),
      metodo_pago: data.metodo_pago,
      trabajador: data.trabajador,
      momento,
      anulada: false,
      nueva: true,
      lineas: data.productos_vendidos.map(({ nombre, cantidad }) => ({ nombre, cantidad })),
    });
    if (this.#ventas.size > this.#limit) this.#ventas.delete(this.ventas[this.#limit].codigo);
  }
}

/** @param {string} codigo `T001V015` */
function numberOf(codigo) {
  return Number(codigo.split("V").pop());
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
