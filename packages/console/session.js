import { openStore } from "../ws_client/src/store/index.js";
import { Cable } from "./cable.js";
import { Latency, preciseNow } from "./latency.js";

/** @typedef {import("../ws_client/types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../ws_client/types/routes.d.ts").Venta} Venta */
/** @typedef {import("../ws_client/types/routes.d.ts").VentaNueva} VentaNueva */
/** @typedef {import("../ws_client/types/store.d.ts").StoreSale} StoreSale */
/** @typedef {{ codigo_usuario: string, nombre: string, rol: "ADMIN" | "TRABAJADOR" | "SAAI", token: string }} Usuario */
/** @typedef {{ codigo_tienda: string, nombre: string, usuarios: Usuario[] }} Tienda */
/** @typedef {{ ws_url: string, api_url: string, client: Record<string, number>, tiendas: Tienda[] }} Config */
/** @typedef {{ event: SaaiEvent, recuperado: boolean, id: number }} Heard */

/** Problems and events shown, and sales of earlier days asked for at once; the newest ones. */
const PROBLEMS = 5;
const EVENTS = 100;
const OLDER = 100;

/**
 * One person in one store: its live data, and what the page adds to it. Fires `change` when there is something new to
 * draw, `cargado` when everything was loaded, and `evento` with each event.
 */
export class Session extends EventTarget {
  latency = new Latency();
  cable = new Cable(() => this.#changed());
  /** What the client or a load complained about, newest first. @type {{ moment: number, text: string }[]} */
  problems = [];
  /** The last events, newest first. @type {Heard[]} */
  eventos = [];
  recibidos = 0;
  recuperados = 0;
  /** Codes of the sales that came while we were watching. @type {Set<string>} */
  nuevas = new Set();

  #store;
  /** Of earlier days, as far as the user asked for them. @type {StoreSale[]} */
  #older = [];
  /** Where the next of them begin; undefined before any was asked for, null at the end. @type {string | null | undefined} */
  #next;
  /** @type {string[]} */
  #undrawn = [];
  #windows = new BroadcastChannel("saai-console");

  /**
   * @param {object} options
   * @param {Config} options.config
   * @param {Tienda} options.tienda
   * @param {Usuario} options.usuario
   */
  constructor({ config, tienda, usuario }) {
    super();
    this.tienda = tienda;
    this.usuario = usuario;
    this.#windows.onmessage = ({ data }) => this.#soldElsewhere(data);
    this.#store = openStore({
      ...config.client,
      url: config.ws_url,
      apiUrl: config.api_url,
      getToken: () => usuario.token,
      onLoad: () => this.dispatchEvent(new Event("cargado")),
      onEvent: (event) => this.#happened(event),
      onError: (error) => this.#complained(error),
      environment: this.cable.environment,
    });
    this.#store.subscribe(() => this.#changed());
  }

  get api() {
    return this.#store.api;
  }

  get snapshot() {
    return this.#store.getSnapshot();
  }

  get cursor() {
    return this.#store.connection.cursor;
  }

  get connectionId() {
    return this.#store.connection.connectionId;
  }

  get admin() {
    return this.usuario.rol !== "TRABAJADOR";
  }

  /** Today's sales, then those of earlier days that were asked for. */
  get ventas() {
    const { sales } = this.snapshot;
    const today = new Set(sales.map(({ codigo_venta }) => codigo_venta));
    return [...sales, ...this.#older.filter(({ codigo_venta }) => !today.has(codigo_venta))];
  }

  /** Whether there may be older sales than those. */
  get hasOlder() {
    return this.#next !== null;
  }

  /** @param {string} codigo */
  producto(codigo) {
    return this.snapshot.products.find(({ codigo_producto }) => codigo_producto === codigo);
  }

  /** The name of a person of this store. @param {string} codigo */
  nameOf(codigo) {
    return this.tienda.usuarios.find(({ codigo_usuario }) => codigo_usuario === codigo)?.nombre ?? codigo;
  }

  /**
   * Register a sale, and tell the other windows when it was sent, so that each can say how long it took.
   *
   * @param {VentaNueva} venta
   */
  async sell(venta) {
    const moment = preciseNow();
    const answer = await this.#store.sell(venta);
    const codigo = answer.codigo_venta;
    this.latency.sent(codigo, moment);
    this.#windows.postMessage({ codigo, moment });
    this.#changed();
    return answer;
  }

  async loadOlderSales() {
    const { items, siguiente } = await this.api.sales({ limite: OLDER, siguiente: this.#next });
    this.#older = [...this.#older, ...items.map(asStored)];
    this.#next = siguiente;
    this.#changed();
  }

  /** What was drawn just now: the latency ends here. */
  drawn() {
    const moment = preciseNow();
    for (const codigo of this.#undrawn.splice(0)) this.latency.shown(codigo, moment);
  }

  close() {
    this.#store.close();
    this.cable.dispose();
    this.#windows.close();
  }

  /** @param {SaaiEvent} event */
  #happened(event) {
    // Live events come to a screen that lacks nothing; while it lacks something they are what it fetched.
    const recuperado = this.#store.connection.state.estado !== "al_dia";
    this.recibidos += 1;
    if (recuperado) this.recuperados += 1;
    this.eventos = [{ event, recuperado, id: this.recibidos }, ...this.eventos].slice(0, EVENTS);
    if (event.event_type === "venta_registrada") {
      this.nuevas.add(event.data.codigo_venta);
      if (!recuperado) this.#undrawn.push(event.data.codigo_venta);
    }
    this.dispatchEvent(new CustomEvent("evento", { detail: { event, recuperado } }));
    this.#changed();
  }

  /** @param {{ codigo: string, moment: number }} sale */
  #soldElsewhere({ codigo, moment }) {
    if (!codigo.startsWith(this.tienda.codigo_tienda)) return;
    this.latency.sent(codigo, moment);
    this.#changed();
  }

  /** @param {unknown} error */
  #complained(error) {
    // Pulling the cable is no problem worth a line.
    if (this.cable.out) return;
    const text = error instanceof Error ? error.message : String(error);
    this.problems = [{ moment: Date.now(), text }, ...this.problems].slice(0, PROBLEMS);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** A sale of a list in the live store's words. @param {Venta} venta @returns {StoreSale} */
function asStored({ created_at, ...venta }) {
  const productos = venta.productos.map((line) => ({ ...line, subtotal_item: Number(line.subtotal_item ?? 0) }));
  return { ...venta, productos, total: Number(venta.total), created_at: created_at ?? venta.fecha };
}
