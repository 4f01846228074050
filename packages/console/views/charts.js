import { svg } from "../dom.js";
import { soles, weekday, whole } from "../format.js";

/** Of the week's drawing, in its own units: about a phone's pixels. */
const WIDTH = 340;
const HEIGHT = 170;
const TOP = 22;
const BOTTOM = 24;
const GAP = 10;

/**
 * A bar a day, its amount above it; the last one is today.
 *
 * @param {{ fecha: string, ingresos: number | string }[]} days
 */
export function weekBars(days) {
  const amounts = days.map(({ ingresos }) => Number(ingresos));
  const most = Math.max(...amounts, 1);
  const step = WIDTH / days.length;
  const room = HEIGHT - TOP - BOTTOM;
  const text = days.map(({ fecha, ingresos }) => `${weekday(fecha)} ${soles(ingresos)}`).join(", ");
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Ingresos por día: ${text}`, class: "semana" },
    ...days.flatMap(({ fecha }, place) => {
      const height = Math.max((amounts[place] / most) * room, 2);
      const middle = step * (place + 0.5);
      const y = TOP + room - height;
      const kind = place === days.length - 1 ? "barra hoy" : "barra";
      return [
        svg("rect", { x: step * place + GAP / 2, y, width: step - GAP, height, rx: 4, class: kind }),
        svg("text", { x: middle, y: y - 6, class: "monto" }, whole(amounts[place])),
        svg("text", { x: middle, y: HEIGHT - 6, class: "dia" }, place === days.length - 1 ? "hoy" : weekday(fecha)),
      ];
    }),
  );
}

/** A bar of a share from 0 to 1. @param {number} share */
export function shareBar(share) {
  return svg(
    "svg",
    { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true", class: "parte" },
    svg("rect", { width: 100, height: 6, class: "fondo" }),
    svg("rect", { width: Math.max(share * 100, 0.5), height: 6, class: "barra" }),
  );
}

/**
 * The stock as a bar, and as marks on it what tomorrow and the week will ask for.
 *
 * @param {{ stock: number, manana: number, semana: number }} amounts
 */
export function stockBar({ stock, manana, semana }) {
  const most = Math.max(stock, semana, manana, 1) * 1.04;
  const at = (/** @type {number} */ units) => (Math.max(units, 0) / most) * 100;
  const mark = (/** @type {number} */ units, /** @type {string} */ kind) =>
    svg("line", { x1: at(units), x2: at(units), y1: 0, y2: 14, class: kind });
  return svg(
    "svg",
    { viewBox: "0 0 100 14", preserveAspectRatio: "none", "aria-hidden": "true", class: "existencia" },
    svg("rect", { y: 3, width: 100, height: 8, class: "fondo" }),
    svg("rect", { y: 3, width: at(stock), height: 8, class: "barra" }),
    mark(manana, "manana"),
    mark(semana, "semana"),
  );
}
