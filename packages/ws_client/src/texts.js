/** @typedef {import("../types/index.d.ts").ClientErrorCode} ClientErrorCode */
/** @typedef {import("../types/index.d.ts").ConnectionState} ConnectionState */

const ESTADOS = {
  cargando: "Cargando…",
  al_dia: "Al día",
  recuperando: "Poniéndose al día…",
  sin_conexion: "Sin conexión. Volviendo a intentar…",
};

const MOTIVOS = {
  rechazada: "Tu sesión ya no es válida. Vuelve a iniciar sesión.",
  cerrada: "Desconectado.",
};

const VENCE = "Tu sesión termina pronto. Vuelve a iniciar sesión.";
const VENCIDA = "Tu sesión parece haber terminado. Vuelve a iniciar sesión.";

/** @type {Record<ClientErrorCode, string>} */
const ERRORES = {
  frame: "Llegó un mensaje que esta versión no entiende. Actualiza la página.",
  foreign: "Llegó un mensaje de otra tienda; no se mostró.",
  server: "El servidor no pudo responder. Volviendo a intentar…",
  stalled: "El servidor no completó lo que falta. Volviendo a intentar…",
  silent: "El servidor no respondió a tiempo. Volviendo a intentar…",
  refused: MOTIVOS.rechazada,
  reload: "Los datos tardan demasiado en cargar. Volviendo a intentar…",
};

/**
 * What people are told: of a connection's state, of an error of the client or of the HTTP API.
 *
 * @param {ConnectionState | Error | unknown} what
 * @returns {string} Spanish
 */
export function texto(what) {
  const { estado, motivo, vence, name, code, message } = /** @type {Record<string, any>} */ (what ?? {});
  if (estado in ESTADOS) {
    if (motivo) return MOTIVOS[/** @type {keyof typeof MOTIVOS} */ (motivo)];
    if (vence) return estado === "sin_conexion" ? VENCIDA : VENCE;
    return ESTADOS[/** @type {keyof typeof ESTADOS} */ (estado)];
  }
  if (name === "ClientError") return ERRORES[/** @type {ClientErrorCode} */ (code)];
  return name === "ApiError" ? message : "Ocurrió un error. Inténtalo nuevamente.";
}
