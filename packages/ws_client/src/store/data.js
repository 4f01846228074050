import { limaDate } from "./lima.js";

/** @typedef {import("../../types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../../types/index.d.ts").VentaRegistrada} VentaRegistrada */
/** @typedef {import("../../types/routes.d.ts").Notificacion} Notificacion */
/** @typedef {import("../../types/routes.d.ts").Producto} Producto */
/** @typedef {import("../../types/routes.d.ts").Venta} Venta */
/** @typedef {import("../../types/store.d.ts").StoreProduct} StoreProduct */
/** @typedef {import("../../types/store.d.ts").StoreSale} StoreSale */

/**
 * @template Item
 * @typedef {import("../../types/routes.d.ts").Page<Item>} Page
 */

/**
 * An item, and the last event of the channel `tienda` that it holds: one from before changes it no more.
 *
 * @template Item
 * @typedef {{ item: Item, seq: number }} Entry
 */

/**
 * A store's data in one vocabulary, that of its rows. It is loaded by snapshots, each with a cursor of its own, and
 * followed event by event: an event touches only what is older than itself, so that none does harm that comes again or
 * that a snapshot holds already. What doesn't change stays the same object. No network, no clock.
 */
export class StoreData {
  /** By code, in the order of the names. @type {Map<string, Entry<StoreProduct>>} */
  #products = new Map();
  /** By code, newest first. @type {Map<string, Entry<StoreSale>>} */
  #sales = new Map();
  /** The last event that the list of sales holds. */
  #salesSeq = 0;
  #today;

  /** @type {readonly StoreProduct[]} */
  products = Object.freeze([]);
  /** Today's. @type {readonly StoreSale[]} */
  sales = Object.freeze([]);
  /** Of today's sales, without those that were annulled: how many, and soles. */
  totals = totalsOf([]);
  /** Newest first. @type {readonly Notificacion[]} */
  notices = Object.freeze([]);

  /** @param {number} now epoch milliseconds */
  constructor(now) {
    this.#today = limaDate(now);
  }

  /** The Lima date. */
  get today() {
    return this.#today;
  }

  /** A new day has begun: what was sold before is no longer of today. @param {string} today */
  turn(today) {
    if (today <= this.#today) return;
    this.#today = today;
    for (const [code, { item }] of this.#sales) if (item.fecha < today) this.#sales.delete(code);
    this.#showSales();
  }

  /**
   * Take in all pages of `GET /productos`.
   *
   * @param {Page<Producto>[]} pages
   * @param {{ fresh?: boolean }} [how] whether what was known before is of no worth, as after a gap
   */
  loadProducts(pages, { fresh = false } = {}) {
    const before = this.#products;
    const entries = pages.flatMap(({ items, cursor }) =>
      items.map((row) => {
        const loaded = { item: productOf(row), seq: cursor.tienda ?? 0 };
        const known = before.get(row.codigo_producto);
        if (!known) return loaded;
        const newer = !fresh && known.seq > loaded.seq;
        const item = newer ? { ...loaded.item, stock: known.item.stock } : loaded.item;
        return { item: kept(known.item, item), seq: newer ? known.seq : loaded.seq };
      }),
    );
    entries.sort((a, b) => a.item.nombre.localeCompare(b.item.nombre, "es"));
    this.#products = new Map(entries.map((entry) => [entry.item.codigo_producto, entry]));
    this.#showProducts();
  }

  /**
   * Take in the pages of `GET /ventas` from the newest to the first that isn't today's.
   *
   * @param {Page<Venta>[]} pages
   * @param {{ fresh?: boolean }} [how] whether what was known before is of no worth, as after a gap
   */
  loadSales(pages, { fresh = false } = {}) {
    const before = this.#sales;
    // The first page is the oldest: what was sold since then comes as an event.
    this.#salesSeq = pages[0]?.cursor.tienda ?? 0;
    const rows = pages.flatMap(({ items }) => items).filter(({ fecha }) => fecha >= this.#today);
    const loaded = rows.map((row) => ({ item: saleOf(row), seq: this.#salesSeq }));
    const codes = new Set(rows.map(({ codigo_venta }) => codigo_venta));
    const later = [...before.values()].filter(({ item, seq }) => seq > this.#salesSeq && !codes.has(item.codigo_venta));
    const entries = [...(fresh ? [] : later), ...loaded].map(({ item, seq }) => {
      const known = before.get(item.codigo_venta);
      return { item: known ? kept(known.item, item) : item, seq };
    });
    this.#sales = ordered(entries);
    this.#showSales();
  }

  /** Take in the newest page of `GET /notificaciones`. @param {Notificacion[]} notices */
  loadNotices(notices) {
    this.notices = kept(this.notices, Object.freeze(notices));
  }

  /**
   * Take in an event.
   *
   * @param {SaaiEvent} event
   * @returns {boolean} false when it is about a product that isn't known: the list of products is too old
   */
  apply(event) {
    if (event.event_type !== "venta_registrada") return this.#applyStock(event);
    const { data, seq, timestamp } = event;
    if (data.fecha > this.#today) this.turn(data.fecha);
    const known = this.#setStock(data.productos_vendidos, seq);
    this.#addSale(data, timestamp, seq);
    return known;
  }

  /**
   * Whatever event of the channel tells a product's stock tells it by these names (docs/domain.md, "WebSocket").
   *
   * @param {{ canal?: string, seq?: number, data: object }} event
   */
  #applyStock({ canal, seq, data }) {
    const { codigo_producto, stock } = /** @type {{ codigo_producto?: string, stock?: number }} */ (data);
    if (canal !== "tienda" || codigo_producto === undefined) return true;
    return this.#setStock([{ codigo: codigo_producto, stock }], seq);
  }

  /**
   * @param {readonly { codigo: string, stock?: number | null | undefined }[]} products
   * @param {number | undefined} seq services on the earlier version don't tell
   */
  #setStock(products, seq) {
    let known = true;
    let changed = false;
    for (const { codigo, stock } of products) {
      const entry = this.#products.get(codigo);
      if (!entry) known = false;
      if (!entry || (seq !== undefined && seq <= entry.seq)) continue;
      entry.seq = seq ?? entry.seq;
      if (stock === undefined || stock === null || stock === entry.item.stock) continue;
      entry.item = Object.freeze({ ...entry.item, stock });
      changed = true;
    }
    if (changed) this.#showProducts();
    return known;
  }

  /**
   * @param {VentaRegistrada} sale
   * @param {string} timestamp
   * @param {number | undefined} seq
   */
  #addSale(sale, timestamp, seq) {
    if ((seq !== undefined && seq <= this.#salesSeq) || sale.fecha < this.#today) return;
    const entry = { item: saleOfEvent(sale, timestamp), seq: seq ?? this.#salesSeq };
    this.#sales = ordered([entry, ...this.#sales.values()]);
    this.#showSales();
  }

  #showProducts() {
    this.products = shown(this.products, this.#products);
  }

  #showSales() {
    this.sales = shown(this.sales, this.#sales);
    this.totals = kept(this.totals, totalsOf(this.sales));
  }
}

/** @param {readonly StoreSale[]} sales */
function totalsOf(sales) {
  const counted = sales.filter(({ estado }) => estado !== "ANULADA");
  // Whole céntimos have an exact sum.
  const centimos = counted.reduce((sum, { total }) => sum + Math.round(total * 100), 0);
  return Object.freeze({ ventas: counted.length, ingresos: centimos / 100 });
}

/** @param {Producto} row @returns {StoreProduct} */
function productOf(row) {
  return Object.freeze({ ...row, precio: Number(row.precio), stock: Number(row.stock) });
}

/** @param {Venta} row @returns {StoreSale} */
function saleOf(row) {
  const productos = row.productos.map((line) => ({
    codigo_producto: line.codigo_producto,
    nombre_producto: line.nombre_producto,
    cantidad: Number(line.cantidad),
    subtotal_item: Number(line.subtotal_item ?? Number(line.precio_unitario ?? 0) * line.cantidad),
  }));
  const { codigo_venta, total, metodo_pago, fecha, codigo_usuario, estado, created_at } = row;
  return Object.freeze({
    codigo_venta,
    productos,
    total: Number(total),
    metodo_pago,
    fecha,
    codigo_usuario,
    estado,
    created_at: created_at ?? fecha,
  });
}

/**
 * The event's names become those of the rows (docs/protocol.md, "One fact, one name").
 *
 * @param {VentaRegistrada} sale
 * @param {string} timestamp
 * @returns {StoreSale}
 */
function saleOfEvent({ codigo_venta, productos_vendidos, total, metodo_pago, fecha, trabajador }, timestamp) {
  const productos = productos_vendidos.map(({ codigo, nombre, cantidad, subtotal }) => ({
    codigo_producto: codigo,
    nombre_producto: nombre,
    cantidad,
    subtotal_item: Number(subtotal),
  }));
  return Object.freeze({
    codigo_venta,
    productos,
    total: Number(total ?? productos.reduce((sum, line) => sum + line.subtotal_item, 0)),
    metodo_pago,
    fecha,
    codigo_usuario: trabajador,
    estado: "COMPLETADA",
    created_at: timestamp,
  });
}

/** @param {Entry<StoreSale>[]} entries */
function ordered(entries) {
  const number = (/** @type {Entry<StoreSale>} */ { item }) => Number(item.codigo_venta.split("V").pop());
  entries.sort((a, b) => number(b) - number(a));
  return new Map(entries.map((entry) => [entry.item.codigo_venta, entry]));
}

/**
 * @template Item
 * @param {readonly Item[]} before
 * @param {Map<string, Entry<Item>>} entries
 * @returns {readonly Item[]} the same list where it has the same items
 */
function shown(before, entries) {
  const items = [...entries.values()].map(({ item }) => item);
  const same = items.length === before.length && items.every((item, place) => item === before[place]);
  return same ? before : Object.freeze(items);
}

/**
 * The object that was there before, where the new one says the same.
 *
 * @template Value
 * @param {Value} before
 * @param {Value} now
 */
function kept(before, now) {
  return JSON.stringify(before) === JSON.stringify(now) ? before : now;
}
