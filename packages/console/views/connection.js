import { byId, h, svg } from "../dom.js";
import { clock, counted } from "../format.js";

/** @typedef {import("../session.js").Session} Session */

const MS = new Intl.NumberFormat("es-PE", { maximumFractionDigits: 0 });
/** Of the drawing, in its own units. */
const WIDTH = 200;
const HEIGHT = 40;

/** What the connection has done: latency, sockets, recovered events, positions. @param {Session} session */
export function connectionView(session) {
  const last = byId("latencia");
  const figures = byId("latencia-cifras");
  const drawing = byId("latencia-grafico");
  const facts = byId("conexion-datos");
  const problems = byId("conexion-problemas");
  return () => {
    const { latency, recuperados, cable, cursor, connectionId } = session;
    const { summary } = latency;
    last.textContent = summary ? `${MS.format(summary.last)} ms` : "—";
    figures.textContent = summary
      ? `mediana ${MS.format(summary.median)} ms · p95 ${MS.format(summary.p95)} ms · ${counted(summary.count, "medida", "medidas")}`
      : "Registra una venta, aquí o en otra ventana, para medirla.";
    drawing.replaceChildren(...sparkline(latency.samples));
    facts.replaceChildren(
      ...fact("Eventos recuperados", String(recuperados), "recuperados"),
      ...fact("Conexiones abiertas", String(cable.opened), "conexiones"),
      ...fact("Posición", positions(cursor), "posicion"),
      ...fact("Conexión", connectionId ?? "—", "conexion-id"),
    );
    problems.replaceChildren(
      ...session.problems.map(({ moment, text }) => h("li", {}, `${clock(moment)} ${text}`)),
    );
  };
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} id
 */
function fact(name, value, id) {
  return [h("dt", {}, name), h("dd", { id }, value)];
}

/** @param {Record<string, number>} cursor */
function positions(cursor) {
  const each = Object.entries(cursor).map(([canal, seq]) => `${canal} ${seq}`);
  return each.length ? each.join(" · ") : "—";
}

/** @param {number[]} samples */
function sparkline(samples) {
  if (samples.length < 2) return [];
  const top = Math.max(...samples, 1);
  const points = samples.map((sample, place) => {
    const x = (place / (samples.length - 1)) * WIDTH;
    const y = HEIGHT - 3 - (sample / top) * (HEIGHT - 6);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return [svg("polyline", { points: points.join(" ") })];
}
