import { KeyedList, byId, h } from "../dom.js";
import { counted, shortCode, soles, title, when } from "../format.js";

/** @typedef {import("../session.js").Session} Session */
/** @typedef {import("../store.js").Venta} Venta */

/** Rows on the screen before the user asks for more. */
const FIRST = 20;
const MORE = 50;

/** The store's sales, newest first. @param {Session} session */
export function salesView(session) {
  const list = new KeyedList(byId("ventas-lista"), (/** @type {Venta} */ venta) => row(venta, session));
  const more = /** @type {HTMLButtonElement} */ (byId("ventas-mas"));
  const count = byId("ventas-total");
  const empty = byId("ventas-vacio");
  let shown = FIRST;
  const draw = () => {
    const { ventas } = session.data;
    list.show(ventas.slice(0, shown), ({ codigo }) => codigo);
    empty.hidden = !session.loaded || ventas.length > 0;
    count.textContent = session.loaded ? counted(ventas.length, "venta en pantalla", "ventas en pantalla") : "";
    more.hidden = ventas.length <= shown && !session.olderSales;
  };
  more.onclick = async () => {
    shown += MORE;
    if (session.data.ventas.length < shown && session.olderSales) {
      more.disabled = true;
      await session.loadOlderSales().catch(() => {});
      more.disabled = false;
    }
    draw();
  };
  return draw;
}

/**
 * @param {Venta} venta
 * @param {Session} session
 */
function row({ codigo, total, metodo_pago, trabajador, momento, anulada, nueva, lineas }, session) {
  const what = lineas.map(({ nombre, cantidad }) => `${cantidad} × ${nombre}`).join(", ");
  const classes = ["venta", nueva && "nueva", anulada && "anulada"].filter(Boolean).join(" ");
  return h(
    "li",
    { className: classes, "data-codigo": codigo },
    h("span", { className: "codigo", title: codigo }, shortCode(codigo)),
    h("span", { className: "que", title: what }, what),
    h("span", { className: "total" }, soles(total)),
    h(
      "span",
      { className: "pie" },
      `${when(momento)} · ${session.nameOf(trabajador)} · ${title(metodo_pago)}`,
      anulada && " · ANULADA",
    ),
  );
}
