import { KeyedList, byId, h } from "../dom.js";
import { counted, soles, whole } from "../format.js";

/** @typedef {import("../session.js").Session} Session */
/** @typedef {import("../store.js").Producto} Producto */

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
  const list = new KeyedList(byId("productos-lista"), (/** @type {Producto} */ producto) => row(producto, add));
  const search = /** @type {HTMLInputElement} */ (byId("productos-buscar"));
  const count = byId("productos-total");
  const draw = () => {
    const { productos } = session.data;
    const found = matching(productos, search.value);
    list.show(found.slice(0, SHOWN), ({ codigo }) => codigo);
    const low = productos.filter(({ stock }) => stock <= LOW).length;
    count.textContent = session.loaded
      ? `${counted(found.length, "producto", "productos")} · ${whole(low)} con poco stock`
      : "";
  };
  search.oninput = draw;
  return draw;
}

/**
 * @param {Producto[]} productos
 * @param {string} text
 */
function matching(productos, text) {
  const wanted = plain(text.trim());
  return wanted ? productos.filter(({ nombre, codigo }) => plain(`${nombre} ${codigo}`).includes(wanted)) : productos;
}

/** Without accents and case. @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}

/**
 * @param {Producto} producto
 * @param {((codigo: string) => void) | null} add
 */
function row({ codigo, nombre, precio, stock, cambiado }, add) {
  const level = stock <= 0 ? "agotado" : stock <= LOW ? "bajo" : "bien";
  return h(
    "li",
    { className: cambiado ? "producto cambiado" : "producto", "data-codigo": codigo, "data-nivel": level },
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
