import { combineCursors, connect } from "../ws_client/src/index.js";
import { Api, ApiError } from "./api.js";
import { Cable } from "./cable.js";
import { Latency, preciseNow } from "./latency.js";
import { StoreData } from "./store.js";

/** @typedef {import("../ws_client/types/index.d.ts").Connection} Connection */
/** @typedef {import("../ws_client/types/index.d.ts").ConnectionState} ConnectionState */
/** @typedef {import("../ws_client/types/index.d.ts").Cursor} Cursor */
/** @typedef {import("../ws_client/types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {{ codigo_usuario: string, nombre: string, rol: "ADMIN" | "TRABAJADOR" | "SAAI", token: string }} Usuario */
/** @typedef {{ codigo_tienda: string, nombre: string, usuarios: Usuario[] }} Tienda */
/** @typedef {{ ws_url: string, api_url: string, client: Record<string, number>, tiendas: Tienda[] }} Config */

/** Milliseconds between attempts to load the first snapshot; the last one repeats. */
const LOAD_AGAIN = [1000, 2000, 5000, 10_000, 30_000];
/** Errors shown; the newest ones. */
const PROBLEMS = 5;

/**
 * One person in one store: loads a snapshot, follows from its cursor, sells. Fires `change` when there is something
 * new to draw, and `evento` with each event.
 */
export class Session extends EventTarget {
  data = new StoreData();
  latency = new Latency();
  cable = new Cable(() => this.#changed());
  /** What the client or a load complained about, newest first. @type {{ moment: number, text: string }[]} */
  problems = [];
  /** Why the store could not be loaded, null when it was or is being. @type {unknown} */
  loadFailure = null;
  loaded = false;
  /** Where the next page of older sales begins, null at the end. @type {string | null} */
  olderSales = null;

  /** @type {Connection | null} */
  #connection = null;
  /** @type {ConnectionState | null} */
  #lastState = null;
  /** @type {string[]} */
  #undrawn = [];
  #attempts = 0;
  #closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  #windows = new BroadcastChannel("saai-console");

  /**
   * @param {object} options
   * @param {Config} options.config
   * @param {Tienda} options.tienda
   * @param {Usuario} options.usuario
   */
  constructor({ config, tienda, usuario }) {
    super();
    this.config = config;
    this.tienda = tienda;
    this.usuario = usuario;
    this.api = new Api({ url: config.api_url, token: usuario.token });
    this.#windows.onmessage = ({ data }) => this.#soldElsewhere(data);
    this.#start();
  }

  /** @returns {ConnectionState} */
  get state() {
    return this.#lastState ?? { estado: "sin_conexion", confirmado: null };
  }

  get cursor() {
    return this.#connection?.cursor ?? {};
  }

  get connectionId() {
    return this.#connection?.connectionId ?? null;
  }

  get admin() {
    return this.usuario.rol !== "TRABAJADOR";
  }

  /** The name of a person of this store. @param {string} codigo */
  nameOf(codigo) {
    return this.tienda.usuarios.find(({ codigo_usuario }) => codigo_usuario === codigo)?.nombre ?? codigo;
  }

  /**
   * Register a sale, and tell the other windows when it was sent, so that each can say how long it took.
   *
   * @param {object} venta
   * @param {string} key
   */
  async sell(venta, key) {
    const moment = preciseNow();
    const answer = await this.api.registrarVenta(venta, key);
    const codigo = answer.codigo_venta;
    this.latency.sent(codigo, moment);
    this.#windows.postMessage({ codigo, moment });
    this.#changed();
    return answer;
  }

  async loadOlderSales() {
    const page = await this.api.page("/ventas", this.olderSales);
    this.data.addVentas(page);
    this.olderSales = page.siguiente;
    this.#changed();
  }

  /** What was drawn just now: the latency ends here. */
  drawn() {
    const moment = preciseNow();
    for (const codigo of this.#undrawn.splice(0)) this.latency.shown(codigo, moment);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#connection?.close();
    this.cable.dispose();
    this.#windows.close();
  }

  async #start() {
    try {
      const cursor = await this.#load();
      if (!this.#closed) this.#follow(cursor);
    } catch (error) {
      if (this.#closed) return;
      this.loadFailure = error;
      const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
      const pause = LOAD_AGAIN[Math.min(this.#attempts, LOAD_AGAIN.length - 1)];
      this.#attempts += 1;
      if (!refused) this.#retry = setTimeout(() => this.#start(), pause);
      this.#changed();
    }
  }

  /** Load what the screen shows; the cursor says up to which event all of it is true. @returns {Promise<Cursor>} */
  async #load() {
    const [ventas, productos] = await Promise.all([this.api.page("/ventas"), this.api.pages("/productos")]);
    this.data.loadProductos(productos);
    this.data.loadVentas(ventas);
    this.olderSales = ventas.siguiente;
    this.loaded = true;
    this.loadFailure = null;
    this.dispatchEvent(new Event("cargado"));
    this.#changed();
    return combineCursors(ventas.cursor, ...productos.map(({ cursor }) => cursor));
  }

  /** @param {Cursor} cursor */
  #follow(cursor) {
    this.#connection = connect({
      ...this.config.client,
      url: this.config.ws_url,
      cursor,
      getTicket: () => this.#ticket(),
      onEvent: (event) => this.#happened(event),
      onReload: () => this.#load(),
      onState: (state) => {
        this.#lastState = state;
        this.#changed();
      },
      onError: (error) => this.#complained(error),
      environment: this.cable.environment,
    });
  }

  #ticket() {
    if (this.cable.out) throw new TypeError("El cable está desconectado.");
    return this.api.ticket();
  }

  /** @param {SaaiEvent} event */
  #happened(event) {
    // Live events come to a screen that lacks nothing; while it lacks something they are what it fetched.
    const recuperado = this.state.estado !== "al_dia";
    this.data.apply(event, recuperado);
    if (event.event_type === "venta_registrada" && !recuperado) this.#undrawn.push(event.data.codigo_venta);
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
