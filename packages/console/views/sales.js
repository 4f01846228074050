import { KeyedList, byId, h } from "../dom.js";
import { counted, shortCode, soles, title, when } from "../format.js";

/** @typedef {import("../session.js").Session} Session */
/** @typedef {import("../../ws_client/types/store.d.ts").StoreSale} StoreSale */

/** Rows on the screen before the user asks for more. */
const FIRST = 20;
const MORE = 50;

/** The store's sales, newest first. @param {Session} session */
export function salesView(session) {
  const list = new KeyedList(byId("ventas-lista"), (/** @type {StoreSale} */ sale) => row(sale, session));
  const more = /** @type {HTMLButtonElement} */ (byId("ventas-mas"));
  const count = byId("ventas-total");
  const empty = byId("ventas-vacio");
  let shown = FIRST;
  const draw = () => {
    const {
      ventas,
      hasOlder,
      snapshot: { loaded },
    } = session;
    list.show(ventas.slice(0, shown), ({ codigo_venta }) => codigo_venta);
    empty.hidden = !loaded || ventas.length > 0;
    count.textContent = loaded ? counted(ventas.length, "venta en pantalla", "ventas en pantalla") : "";
    more.hidden = !loaded || (ventas.length <= shown && !hasOlder);
  };
  more.onclick = async () => {
    shown += MORE;
    if (session.ventas.length < shown && session.hasOlder) {
      more.disabled = true;
      await session.loadOlderSales().catch(() => {});
      more.disabled = false;
    }
    draw();
  };
  return draw;
}

/**
 * @param {StoreSale} sale
 * @param {Session} session
 */
function row({ codigo_venta: codigo, total, metodo_pago, codigo_usuario, created_at, estado, productos }, session) {
  const what = productos.map(({ nombre_producto, cantidad }) => `${cantidad} × ${nombre_producto}`).join(", ");
  const anulada = estado === "ANULADA";
  const classes = ["venta", session.nuevas.has(codigo) && "nueva", anulada && "anulada"].filter(Boolean).join(" ");
  return h(
    "li",
    { className: classes, "data-codigo": codigo },
    h("span", { className: "codigo", title: codigo }, shortCode(codigo)),
    h("span", { className: "que", title: what }, what),
    h("span", { className: "total" }, soles(total)),
    h(
      "span",
      { className: "pie" },
      `${when(created_at)} · ${session.nameOf(codigo_usuario)} · ${title(metodo_pago)}`,
      anulada && " · ANULADA",
    ),
  );
}
