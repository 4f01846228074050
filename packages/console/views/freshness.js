import { texto } from "../../ws_client/src/index.js";
import { byId } from "../dom.js";
import { ago, clock, counted } from "../format.js";

/** @typedef {import("../session.js").Session} Session */

const NAMES = { cargando: "Cargando", al_dia: "Al día", recuperando: "Recuperando", sin_conexion: "Sin conexión" };

/** How fresh the screen is, and the cable. @param {Session} session */
export function freshnessView(session) {
  const bar = byId("frescura");
  const name = byId("frescura-nombre");
  const detail = byId("frescura-detalle");
  const cut = /** @type {HTMLButtonElement} */ (byId("cortar"));
  cut.onclick = () => (session.cable.out ? session.cable.plug() : session.cable.pull());
  return () => {
    const { estado } = session.snapshot.connection;
    bar.dataset.estado = estado;
    setText(name, NAMES[estado]);
    setText(detail, detailOf(session));
    const { out } = session.cable;
    bar.dataset.cable = out ? "fuera" : "dentro";
    setText(cut, out ? "Reconectar" : "Cortar conexión");
    cut.setAttribute("aria-pressed", String(out));
  };
}

/** @param {Session} session */
function detailOf({ snapshot: { connection, failure }, recuperados }) {
  const { estado, confirmado, motivo, vence } = connection;
  if (motivo === "rechazada") return "El servidor ya no acepta esta sesión: elige otra persona.";
  if (estado === "cargando") return failure ? texto(failure) : "Trayendo ventas y productos…";
  if (vence !== null) return texto(connection);
  const last = confirmado === null ? "aún sin confirmar" : `confirmado ${ago(Date.now() - confirmado)}`;
  if (estado === "al_dia") return last;
  if (estado === "recuperando") return `Trayendo lo que falta; ${counted(recuperados, "evento recuperado", "eventos recuperados")}`;
  return confirmado === null ? "Intentando conectar…" : `Lo que ves es de las ${clock(confirmado)}; reintentando…`;
}

/** Screen readers announce what changes: what stays must not be written again. @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
