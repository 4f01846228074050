import { KeyedList, byId, h } from "../dom.js";
import { counted, soles, whole } from "../format.js";

/** @typedef {import("../session.js").Session} Session */
/** @typedef {import("../../ws_client/types/store.d.ts").StoreProduct} StoreProduct */

/** Units at which a product is low (docs/domain.md, "ActualizarAnalitica"). */
const LOW = 5;
/** Rows drawn at once: a store may have thousands. */
const SHOWN = 60;

/**
 * The store's products with their stock.
 *
 * @param {Session} session
 * @param {((codigo: string) => void) | null} add put one into the sale, null for who doesn't sell
 */
export function productsView(session, add) {
  /** What was last shown of each: who watches is told what changed. @type {Map<string, number>} */
  const shown = new Map();
  const list = new KeyedList(byId("productos-lista"), (/** @type {StoreProduct} */ producto) => {
    const { codigo_producto, stock } = producto;
    const changed = (shown.get(codigo_producto) ?? stock) !== stock;
    shown.set(codigo_producto, stock);
    return row(producto, changed, add);
  });
  const search = /** @type {HTMLInputElement} */ (byId("productos-buscar"));
  const count = byId("productos-total");
  const draw = () => {
    const { products, loaded } = session.snapshot;
    const found = matching(products, search.value);
    list.show(found.slice(0, SHOWN), ({ codigo_producto }) => codigo_producto);
    const low = products.filter(({ stock }) => stock <= LOW).length;
    count.textContent = loaded
      ? `${counted(found.length, "producto", "productos")} · ${whole(low)} con poco stock`
      : "";
  };
  search.oninput = draw;
  return draw;
}

/**
 * @param {readonly StoreProduct[]} products
 * @param {string} text
 */
function matching(products, text) {
  const wanted = plain(text.trim());
  if (!wanted) return products;
  return products.filter(({ nombre, codigo_producto }) => plain(`${nombre} ${codigo_producto}`).includes(wanted));
}

/** Without accents and case. @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

/**
 * @param {StoreProduct} producto
 * @param {boolean} changed
 * @param {((codigo: string) => void) | null} add
 */
function row({ codigo_producto: codigo, nombre, precio, stock }, changed, add) {
  const level = stock <= 0 ? "agotado" : stock <= LOW ? "bajo" : "bien";
  return h(
    "li",
    { className: changed ? "producto cambiado" : "producto", "data-codigo": codigo, "data-nivel": level },
    h("span", { className: "nombre" }, nombre),
    h("span", { className: "precio" }, soles(precio)),
    h("span", { className: "stock" }, h("b", {}, whole(stock)), h("small", {}, level === "agotado" ? "agotado" : "en stock")),
    add &&
      h(
        "button",
        { type: "button", className: "mas", "aria-label": `Agregar ${nombre} a la venta`, onclick: () => add(codigo) },
        "+",
      ),
  );
}
