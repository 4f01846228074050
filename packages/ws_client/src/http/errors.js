/** @typedef {import("../../types/http.d.ts").ApiErrorCode} ApiErrorCode */
/** @typedef {import("../../types/routes.d.ts").Problema} Problema */

/** What a program goes by, for each status. */
const CODES = /** @type {Record<number, ApiErrorCode>} */ ({
  400: "invalid",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  429: "too_many_requests",
});

/** What people are told where the server's own words aren't for them. @type {Record<ApiErrorCode, string>} */
const TEXTS = {
  invalid: "Hay datos que no son válidos.",
  unauthenticated: "Tu sesión no es válida. Vuelve a iniciar sesión.",
  forbidden: "Tu usuario no tiene permiso para esta operación.",
  not_found: "No se encontró lo solicitado.",
  conflict: "La operación no es posible en este momento.",
  insufficient_stock: "No hay stock suficiente para la venta.",
  too_many_requests: "Hay muchas operaciones a la vez. Inténtalo nuevamente en un momento.",
  server: "El servidor no pudo responder. Inténtalo nuevamente.",
  network: "No hay conexión con el servidor. Inténtalo nuevamente.",
  timeout: "El servidor no respondió a tiempo. Inténtalo nuevamente.",
};

/** Where asking again, as it was asked, may help. @type {ReadonlySet<ApiErrorCode>} */
const REPEATABLE = new Set(["too_many_requests", "server", "network", "timeout"]);

/**
 * The server said no, or nothing. `message` is for people, in Spanish; `code` for programs; `status` is HTTP's, 0 where no
 * answer came; `details` say what is wrong with which field or product.
 */
export class ApiError extends Error {
  /**
   * @param {ApiErrorCode} code
   * @param {{ status?: number, message?: string | undefined, details?: Problema[], cause?: unknown }} [about]
   */
  constructor(code, { status = 0, message = TEXTS[code], details = [], cause } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.details = details;
  }

  /** Whether asking again may help: nobody can say whether the request was served, but it does no harm. */
  get repeatable() {
    return REPEATABLE.has(this.code);
  }
}

/**
 * The error that an answer stands for.
 *
 * @param {number} status
 * @param {Record<string, any>} envelope
 */
export function errorOf(status, { success, message, data }) {
  const details = Array.isArray(data) ? data : [];
  const short = details.some((detail) => detail?.disponible !== undefined);
  const code = status === 409 && short ? "insufficient_stock" : (CODES[status] ?? "server");
  // API Gateway answers in English, without SAAI's envelope.
  return new ApiError(code, { status, details, message: success === false ? message : undefined });
}
