import { KeyedList, byId, h } from "../dom.js";
import { counted, eventInWords, shortCode, soles, when, whole } from "../format.js";

/** @typedef {import("../session.js").Session} Session */
/** @typedef {import("../../ws_client/types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../session.js").Heard} Heard */

const SHOWN = 40;

/** The events as they came. @param {Session} session */
export function eventsView(session) {
  const list = new KeyedList(byId("eventos-lista"), row);
  const count = byId("eventos-total");
  const empty = byId("eventos-vacio");
  return () => {
    const { eventos, recibidos, recuperados } = session;
    list.show(eventos.slice(0, SHOWN), ({ id }) => String(id));
    empty.hidden = eventos.length > 0;
    count.textContent = `${counted(recibidos, "recibido", "recibidos")} · ${counted(recuperados, "recuperado", "recuperados")}`;
  };
}

/** @param {Heard} heard */
function row({ event, recuperado }) {
  return h(
    "li",
    { className: recuperado ? "evento recuperado" : "evento", "data-seq": event.seq ?? "", "data-canal": event.canal ?? "" },
    h("span", { className: "hora" }, when(event.timestamp)),
    h("span", { className: "que" }, textOf(event)),
    h("span", { className: "seq", title: event.event_type }, `${event.canal ?? "sin canal"} ${event.seq ?? ""}`),
    h("span", { className: "marca" }, recuperado ? "recuperado" : "en vivo"),
  );
}

/** What the page says more than an event's type and code. @param {SaaiEvent} event */
function textOf(event) {
  switch (event.event_type) {
    case "venta_registrada":
      return `Venta ${shortCode(event.data.codigo_venta)}: ${soles(event.data.total ?? 0)}`;
    case "analitica_actualizada":
      return "Tablero actualizado";
    case "prediccion_generada": {
      const { codigo_producto, demanda_manana, productos } = event.data;
      return codigo_producto
        ? `Predicción de ${shortCode(codigo_producto)}: mañana ${whole(demanda_manana ?? 0)}`
        : `Predicciones de ${counted(productos ?? 0, "producto", "productos")}`;
    }
    case "gasto_registrado":
      return `Gasto ${shortCode(event.data.codigo_gasto)}: ${soles(event.data.monto)}`;
  }
  return eventInWords(event);
}
