import { ApiError } from "../../ws_client/src/http/index.js";
import { byId, h } from "../dom.js";
import { counted, shortCode, soles } from "../format.js";

/** @typedef {import("../../ws_client/types/routes.d.ts").Problema} Problema */
/** @typedef {import("../../ws_client/types/routes.d.ts").VentaNueva} VentaNueva */
/** @typedef {import("../session.js").Session} Session */

/**
 * A sale being made. Errors of the answer are shown at their field; while nothing changes, repeating is safe: the live
 * store makes it the same sale.
 */
export class SaleForm {
  /** @type {{ codigo: string, cantidad: string }[]} */
  #lines = [];
  #busy = false;
  /** @type {Map<string, string>} */
  #errors = new Map();
  #session;
  #form = /** @type {HTMLFormElement} */ (byId("venta"));
  #list = byId("venta-lineas");
  #picker = /** @type {HTMLSelectElement} */ (byId("venta-agregar"));
  #submit = /** @type {HTMLButtonElement} */ (byId("venta-registrar"));
  #result = byId("venta-resultado");
  #known = "";

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#sell();
    };
    this.#form.onchange = (event) => {
      if (event.target !== this.#picker) this.#edited();
    };
    this.#picker.onchange = () => {
      if (this.#picker.value) this.add(this.#picker.value);
      this.#picker.value = "";
    };
    this.#say("", "");
    this.#show();
  }

  /** One more of a product. @param {string} codigo */
  add(codigo) {
    const line = this.#lines.find((each) => each.codigo === codigo);
    if (line) line.cantidad = String(Number(line.cantidad || 0) + 1);
    else this.#lines.push({ codigo, cantidad: "1" });
    this.#edited();
    this.#show();
  }

  /** The store's data changed: what can be picked, and what it would cost. */
  draw() {
    const { products } = this.#session.snapshot;
    const now = products.map(({ codigo_producto, nombre }) => `${codigo_producto} ${nombre}`).join("\n");
    if (now !== this.#known) {
      this.#known = now;
      this.#picker.replaceChildren(
        h("option", { value: "" }, "Agregar un producto…"),
        ...products.map(({ codigo_producto, nombre }) => h("option", { value: codigo_producto }, nombre)),
      );
    }
    this.#sums();
  }

  async #sell() {
    if (this.#busy) return;
    this.#busy = true;
    this.#errors.clear();
    this.#sums();
    this.#say("", "Registrando…");
    try {
      const { codigo_venta, total } = await this.#session.sell(this.#request());
      this.#lines = [];
      this.#edited();
      this.#say("bien", `Venta ${shortCode(codigo_venta)} registrada: ${soles(total)}`);
    } catch (error) {
      this.#refused(error);
    }
    this.#busy = false;
    this.#show();
  }

  /** @returns {VentaNueva} */
  #request() {
    return /** @type {VentaNueva} */ ({
      productos: this.#lines.map(({ codigo, cantidad }) => ({
        codigo_producto: codigo,
        // What isn't a number goes as it was written: the server says what is wrong with it.
        cantidad: cantidad.trim() === "" || Number.isNaN(Number(cantidad)) ? cantidad : Number(cantidad),
      })),
      metodo_pago: new FormData(this.#form).get("metodo_pago") ?? "",
    });
  }

  /** @param {unknown} error */
  #refused(error) {
    if (!(error instanceof ApiError) || error.status === 0) {
      this.#say("mal", "No hubo respuesta. Puedes volver a intentarlo: la venta no se repetirá.");
      return;
    }
    for (const detail of error.details) this.#errors.set(this.#fieldOf(detail), messageOf(detail));
    const general = ["", "productos", "body", "Idempotency-Key"].flatMap((field) => this.#errors.get(field) ?? []);
    this.#say("mal", [error.message, ...general].join(" "));
  }

  /** @param {Problema} detail */
  #fieldOf({ campo, codigo_producto }) {
    const place = this.#lines.findIndex(({ codigo }) => codigo === codigo_producto);
    if (place >= 0) return `productos[${place}]`;
    return (campo ?? "").replace(/^(productos\[\d+\])\..*$/, "$1");
  }

  /** What is asked for is another sale now. */
  #edited() {
    if (this.#errors.size) {
      this.#errors.clear();
      this.#show();
    }
    this.#sums();
  }

  #show() {
    this.#list.replaceChildren(...this.#lines.map((line, place) => this.#line(line, place)));
    byId("venta-vacia").hidden = this.#lines.length > 0;
    const payment = byId("venta-pago-error");
    payment.textContent = this.#errors.get("metodo_pago") ?? "";
    this.#sums();
  }

  /**
   * @param {{ codigo: string, cantidad: string }} line
   * @param {number} place
   */
  #line(line, place) {
    const error = this.#errors.get(`productos[${place}]`);
    const name = this.#session.producto(line.codigo)?.nombre ?? line.codigo;
    const quantity = h("input", {
      type: "text",
      inputMode: "numeric",
      value: line.cantidad,
      className: "cantidad",
      "aria-label": `Cantidad de ${name}`,
      "aria-invalid": String(error !== undefined),
      oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) => {
        line.cantidad = target.value;
        this.#sums();
      },
    });
    const remove = () => {
      this.#lines.splice(place, 1);
      this.#edited();
      this.#show();
    };
    return h(
      "li",
      { className: "linea", "data-codigo": line.codigo },
      h("span", { className: "nombre" }, name),
      quantity,
      h("span", { className: "subtotal" }),
      h("button", { type: "button", className: "quitar", "aria-label": `Quitar ${name}`, onclick: remove }, "×"),
      error !== undefined && h("p", { className: "error", role: "alert" }, error),
    );
  }

  #sums() {
    let total = 0;
    this.#lines.forEach(({ codigo, cantidad }, place) => {
      const amount = Number(cantidad) * (this.#session.producto(codigo)?.precio ?? 0);
      total += amount || 0;
      const cell = this.#list.children[place]?.querySelector(".subtotal");
      if (cell) cell.textContent = Number.isFinite(amount) ? soles(amount) : "—";
    });
    byId("venta-total").textContent = soles(total);
    byId("venta-cuenta").textContent = this.#lines.length ? counted(this.#lines.length, "producto", "productos") : "";
    this.#submit.disabled = this.#busy;
  }

  /**
   * @param {string} kind
   * @param {string} text
   */
  #say(kind, text) {
    this.#result.className = `resultado ${kind}`;
    this.#result.textContent = text;
  }
}

/** @param {Problema} detail */
function messageOf({ mensaje, disponible }) {
  if (mensaje) return mensaje;
  return disponible === undefined || disponible === null ? "No es válido." : `Quedan ${disponible}.`;
}
