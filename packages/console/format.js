const ZONE = "America/Lima";
const MONEY = new Intl.NumberFormat("es-PE", { style: "currency", currency: "PEN" });
const WHOLE = new Intl.NumberFormat("es-PE", { maximumFractionDigits: 0 });
const TIME = new Intl.DateTimeFormat("es-PE", { timeZone: ZONE, timeStyle: "medium", hour12: false });
const DAY = new Intl.DateTimeFormat("es-PE", { timeZone: ZONE, day: "numeric", month: "short" });
const WEEKDAY = new Intl.DateTimeFormat("es-PE", { timeZone: "UTC", weekday: "short" });

/** Soles as a shop writes them. Services may send a number or text. @param {unknown} value */
export function soles(value) {
  return MONEY.format(Number(value));
}

/** @param {number} value */
export function whole(value) {
  return WHOLE.format(value);
}

/** The time of day in Lima. @param {number | string | Date} moment epoch ms or ISO 8601 */
export function clock(moment) {
  return TIME.format(new Date(moment));
}

/** The time of day, with the day where it isn't today. @param {string} moment ISO 8601, or a Lima date */
export function when(moment) {
  if (!moment.includes("T")) return moment;
  const day = DAY.format(new Date(moment));
  return day === DAY.format(new Date()) ? clock(moment) : `${day}, ${clock(moment)}`;
}

/** The weekday of a Lima date: `lun`. @param {string} date `YYYY-MM-DD` */
export function weekday(date) {
  return WEEKDAY.format(new Date(`${date}T00:00:00Z`)).replace(".", "");
}

/** How long ago, in words. @param {number} milliseconds */
export function ago(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 2) return "ahora mismo";
  if (seconds < 60) return `hace ${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `hace ${minutes} min` : `hace ${Math.floor(minutes / 60)} h`;
}

/** `T001V015` as a shop says it: `V015`. @param {string} code */
export function shortCode(code) {
  return code.replace(/^T\d+/, "");
}

/** @param {number} count @param {string} one @param {string} many */
export function counted(count, one, many) {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/**
 * An event by its type and the code that it is about: `Stock ajustado: P005`.
 *
 * @param {{ event_type: string, data: object }} event
 */
export function eventInWords({ event_type, data }) {
  const code = Object.entries(data).find(([field]) => field.startsWith("codigo_"))?.[1];
  const words = title(event_type.replaceAll("_", " "));
  return code ? `${words}: ${shortCode(code)}` : words;
}

/** `EFECTIVO` as it is read: `Efectivo`. @param {string} word */
export function title(word) {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
