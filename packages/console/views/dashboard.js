import { byId, h } from "../dom.js";
import { counted, soles, when, whole } from "../format.js";
import { shareBar, stockBar, weekBars } from "./charts.js";

/** @typedef {import("../dashboard.js").Dashboard} Dashboard */
/** @typedef {import("../dashboard.js").Prediccion} Prediccion */
/** @typedef {import("../session.js").Session} Session */
/** @typedef {import("../../ws_client/types/routes.d.ts").Notificacion} Notificacion */

/** Notices shown. */
const NOTICES = 8;
const SEVERITIES = /** @type {Record<string, string>} */ ({ CRITICAL: "Crítica", WARNING: "Aviso", INFO: "Informativa" });

/**
 * The owner's figures, forecasts and notices.
 *
 * @param {Session} session
 * @param {Dashboard} dashboard
 */
export function dashboardView(session, dashboard) {
  const picker = /** @type {HTMLSelectElement} */ (byId("prediccion-agregar"));
  picker.onchange = () => {
    if (picker.value) dashboard.forecast(picker.value);
    picker.value = "";
  };
  let version = -1;
  /** @type {readonly Notificacion[]} */
  let noticed = [];
  let stocks = "";
  let names = "";
  return () => {
    if (version !== dashboard.version) {
      version = dashboard.version;
      drawFigures(dashboard);
      stocks = "";
    }
    const { notices, products } = session.snapshot;
    if (noticed !== notices) {
      noticed = notices;
      drawNotices(notices.slice(0, NOTICES));
    }
    const known = products.map(({ codigo_producto, nombre }) => `${codigo_producto} ${nombre}`).join("\n");
    if (names !== known) {
      names = known;
      picker.replaceChildren(
        h("option", { value: "" }, "Predecir otro producto…"),
        ...products.map(({ codigo_producto, nombre }) => h("option", { value: codigo_producto }, nombre)),
      );
    }
    const now = [...dashboard.forecasts.keys()].map((codigo) => session.producto(codigo)?.stock).join();
    if (stocks !== `${now} ${known.length}`) {
      stocks = `${now} ${known.length}`;
      drawForecasts(session, dashboard);
    }
  };
}

/** @param {Dashboard} dashboard */
function drawFigures({ periods: { dia, semana, mes }, problem }) {
  const state = byId("tablero-estado");
  state.textContent = problem ?? (dia ? `Calculado: ${when(dia.updated_at)}` : "");
  byId("tablero-cifras").hidden = byId("tablero-partes").hidden = !dia;
  if (!dia) return;
  const average = dia.ventas.total_ventas ? Number(dia.ventas.total_ingresos) / dia.ventas.total_ventas : 0;
  byId("tablero-cifras").replaceChildren(
    figure("Ingresos de hoy", soles(dia.ventas.total_ingresos), "ingresos-hoy", [
      counted(dia.ventas.total_ventas, "venta", "ventas"),
      average ? `${soles(average)} cada una` : "",
    ]),
    figure("Últimos 7 días", soles(semana.ventas.total_ingresos), "ingresos-semana", [
      counted(semana.ventas.total_ventas, "venta", "ventas"),
    ]),
    figure("Balance de 30 días", soles(mes.gastos.balance), "balance-mes", [
      `${soles(mes.gastos.total_egresos)} de gastos`,
    ]),
    figure("Valor del inventario", soles(dia.inventario.valor_total), "inventario-valor", [
      counted(dia.inventario.productos_bajo_stock, "producto con poco stock", "productos con poco stock"),
    ]),
  );
  byId("tablero-semana").replaceChildren(weekBars(semana.ventas_diarias));
  drawTop(semana.productos_top);
  drawAlerts(semana.alertas_detectadas ?? []);
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} id
 * @param {string[]} notes
 */
function figure(name, value, id, notes) {
  const text = notes.filter(Boolean).join(" · ");
  return h("div", { className: "cifra" }, h("span", {}, name), h("strong", { id }, value), h("small", {}, text));
}

/** @param {{ codigo_producto: string, nombre: string, unidades: number }[]} top */
function drawTop(top) {
  const most = Math.max(...top.map(({ unidades }) => unidades), 1);
  byId("tablero-top").replaceChildren(
    ...top.map(({ codigo_producto, nombre, unidades }) =>
      h(
        "li",
        { "data-codigo": codigo_producto },
        h("span", { className: "nombre" }, nombre),
        h("b", {}, counted(unidades, "unidad", "unidades")),
        shareBar(unidades / most),
      ),
    ),
  );
  byId("tablero-top-vacio").hidden = top.length > 0;
}

/** @param {{ severidad: string, titulo: string, mensaje: string }[]} alerts */
function drawAlerts(alerts) {
  byId("tablero-alertas").replaceChildren(...alerts.map((alert) => notice(alert)));
  byId("tablero-alertas-vacio").hidden = alerts.length > 0;
}

/** @param {Notificacion[]} notices */
function drawNotices(notices) {
  byId("tablero-avisos").replaceChildren(
    ...notices.map((each) => notice(each, each.created_at ?? each.updated_at ?? undefined)),
  );
  byId("tablero-avisos-vacio").hidden = notices.length > 0;
}

/**
 * @param {{ severidad: string, titulo: string, mensaje: string }} what
 * @param {string} [moment]
 */
function notice({ severidad, titulo, mensaje }, moment) {
  return h(
    "li",
    { className: "aviso", "data-severidad": severidad },
    h("span", { className: "severidad" }, SEVERITIES[severidad] ?? severidad),
    h("b", {}, titulo),
    h("span", { className: "mensaje" }, mensaje),
    moment !== undefined && h("small", {}, when(moment)),
  );
}

/**
 * @param {Session} session
 * @param {Dashboard} dashboard
 */
function drawForecasts(session, { forecasts }) {
  byId("tablero-predicciones").replaceChildren(
    ...[...forecasts].map(([codigo, prediccion]) => {
      const producto = session.producto(codigo);
      return forecast(codigo, producto?.nombre ?? codigo, producto?.stock ?? 0, prediccion);
    }),
  );
  byId("tablero-predicciones-vacio").hidden = forecasts.size > 0;
}

/**
 * @param {string} codigo
 * @param {string} nombre
 * @param {number} stock
 * @param {Prediccion} prediccion
 */
function forecast(codigo, nombre, stock, prediccion) {
  if ("problema" in prediccion) {
    return h(
      "li",
      { className: "prediccion", "data-codigo": codigo },
      h("span", { className: "nombre" }, nombre),
      h("span", { className: "menor" }, prediccion.problema),
    );
  }
  const { manana, semana } = prediccion;
  const [level, verdict] = verdictOf(stock, manana, semana);
  return h(
    "li",
    { className: "prediccion", "data-codigo": codigo, "data-nivel": level },
    h("span", { className: "nombre" }, nombre),
    h("b", {}, verdict),
    stockBar({ stock, manana, semana }),
    h(
      "span",
      { className: "menor" },
      `Hay ${whole(stock)} · mañana se venderán ${whole(manana)} · en 7 días, ${whole(semana)}`,
    ),
  );
}

/**
 * @param {number} stock
 * @param {number} manana
 * @param {number} semana
 */
function verdictOf(stock, manana, semana) {
  if (stock < manana) return ["agotado", `Faltan ${whole(manana - stock)} para mañana`];
  if (stock < semana) return ["bajo", `Faltan ${whole(semana - stock)} para la semana`];
  return ["bien", "Alcanza para la semana"];
}
