import { connect } from "../connect.js";
import { combineCursors } from "../cursor.js";
import { DISPOSE } from "../dispose.js";
import { createApi, newKey, pagesOf } from "../http/api.js";
import { ApiError } from "../http/errors.js";
import { Timers } from "../timers.js";
import { StoreData } from "./data.js";
import { limaDate, untilMidnight } from "./lima.js";

/** @typedef {import("../../types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../../types/routes.d.ts").Notificacion} Notificacion */
/** @typedef {import("../../types/routes.d.ts").Producto} Producto */
/** @typedef {import("../../types/routes.d.ts").Venta} Venta */
/** @typedef {import("../../types/routes.d.ts").VentaNueva} VentaNueva */
/** @typedef {import("../../types/store.d.ts").LiveStore} LiveStoreInterface */
/** @typedef {import("../../types/store.d.ts").StoreOptions} StoreOptions */
/** @typedef {import("../../types/store.d.ts").StoreSnapshot} StoreSnapshot */

/**
 * @template Item
 * @typedef {import("../../types/routes.d.ts").Page<Item>} Page
 */

/**
 * What is loaded of a store.
 *
 * @typedef {{ products: Page<Producto>[], sales: Page<Venta>[], notices: Page<Notificacion> }} Lists
 */

/** What the store gives to `connect` itself. */
const OWN = ["cursor", "getTicket", "onReload"];
/** Notices that are shown, and sales of a page: today's are few. */
const ROWS = 50;
/** Notices go another way than events and come a moment later: milliseconds. */
const NOTICES_AFTER = 2000;

/**
 * A store's data, live: loaded, followed and loaded again by itself, for any number of listeners.
 *
 * @param {StoreOptions} options
 * @returns {LiveStoreInterface}
 * @throws {TypeError | RangeError} as `connect` and `createApi`
 */
export function openStore(options) {
  const missing = ["url", "apiUrl", "getToken"].filter((name) => !(/** @type {any} */ (options)?.[name]));
  if (missing.length) throw new TypeError(`openStore needs ${missing.join(", ")}`);
  const own = OWN.filter((name) => name in options);
  if (own.length) throw new TypeError(`openStore has no option ${own.join(", ")}: it is the store's own`);
  return new LiveStore(options);
}

/** @implements {LiveStoreInterface} */
class LiveStore {
  #data;
  #environment;
  #timers;
  #onError;
  #onLoad;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** Those who wait for the next snapshot. @type {(() => void)[]} */
  #waiting = [];
  /** @type {StoreSnapshot | null} */
  #snapshot = null;
  #told = true;
  #loaded = false;
  /** @type {unknown} */
  #failure = null;
  #stop = new AbortController();
  /** @type {Promise<void> | null} */
  #refreshing = null;
  /** Sales under way, and those whose answer never came, by what they say. @type {Map<string, { key: string, answer: Promise<any> | null }>} */
  #unanswered = new Map();

  /** @param {StoreOptions} options */
  constructor({ apiUrl, getToken, fetch, timeout, onEvent, onUnknownEvent, onLoad, onState, onError, environment, ...rest }) {
    this.api = createApi({ apiUrl, getToken, ...(fetch && { fetch }), ...(timeout && { timeout }) });
    this.#environment = {
      now: Date.now,
      setTimeout: (/** @type {() => void} */ run, /** @type {number} */ delay) => globalThis.setTimeout(run, delay),
      clearTimeout: (/** @type {any} */ handle) => globalThis.clearTimeout(handle),
      ...environment,
    };
    this.#timers = new Timers(this.#environment);
    this.#data = new StoreData(this.#environment.now());
    this.#onError = onError ?? ((error) => console.error(error));
    this.#onLoad = onLoad;
    this.connection = connect({
      ...rest,
      environment,
      getTicket: () => this.api.ticket(),
      onReload: ({ signal }) => this.#load(signal),
      onEvent: (event) => {
        this.#takeIn(event);
        return onEvent?.(event);
      },
      // What a page of an earlier version doesn't know may tell a stock all the same.
      onUnknownEvent: (event) => {
        this.#takeIn(/** @type {SaaiEvent} */ (/** @type {unknown} */ (event)));
        return onUnknownEvent?.(event);
      },
      onState: (state) => {
        this.#changed();
        return onState?.(state);
      },
      onError: this.#onError,
    });
    this.#awaitMidnight();
    if (rest.signal?.aborted) this.close();
    rest.signal?.addEventListener("abort", this.close, { signal: this.#stop.signal });
  }

  subscribe = (/** @type {() => void} */ listener) => {
    // Each subscription is its own, also of a function that is there already.
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  };

  getSnapshot = () => {
    const { products, sales, totals, notices } = this.#data;
    this.#snapshot ??= Object.freeze({
      connection: this.connection.state,
      loaded: this.#loaded,
      failure: this.#failure,
      products,
      sales,
      totals,
      notices,
    });
    return this.#snapshot;
  };

  async *[Symbol.asyncIterator]() {
    let last = null;
    while (!this.#stop.signal.aborted) {
      const snapshot = this.getSnapshot();
      if (snapshot === last) await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
      else yield (last = snapshot);
    }
  }

  sell = (/** @type {VentaNueva} */ sale) => {
    const what = JSON.stringify(sale);
    const { key, answer } = this.#unanswered.get(what) ?? { key: newKey(), answer: null };
    // Pressed twice it is one sale; repeated after no answer came it is the same.
    if (answer) return answer;
    const asked = this.api.sell(sale, { key });
    this.#unanswered.set(what, { key, answer: asked });
    return asked.then(
      (made) => {
        this.#unanswered.delete(what);
        return made;
      },
      (error) => {
        if (error instanceof ApiError && error.repeatable) this.#unanswered.set(what, { key, answer: null });
        else this.#unanswered.delete(what);
        throw error;
      },
    );
  };

  refresh = () => {
    this.#refreshing ??= this.#fetch(this.#stop.signal)
      .then((lists) => this.#take(lists, { fresh: false }))
      .finally(() => (this.#refreshing = null));
    return this.#refreshing;
  };

  close = () => {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.connection.close();
    this.#timers.clear();
    this.#snapshot = null;
    this.#listeners.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  [DISPOSE] = this.close;

  // -- Loading

  /** @param {AbortSignal} signal */
  async #load(signal) {
    try {
      const lists = await this.#fetch(signal);
      this.#loaded = true;
      this.#failure = null;
      this.#take(lists, { fresh: true });
      this.#loadedAll();
      return combineCursors(...[...lists.products, ...lists.sales].map(({ cursor }) => cursor));
    } catch (error) {
      this.#failure = error;
      this.#changed();
      throw error;
    }
  }

  /** Whoever shows more than the store may have to load that again. */
  #loadedAll() {
    try {
      this.#onLoad?.(this.getSnapshot());
    } catch (error) {
      this.#complain(error);
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<Lists>} */
  async #fetch(signal) {
    const beforeToday = (/** @type {Page<Venta>} */ { items }) => items.some(({ fecha }) => fecha < this.#data.today);
    const [products, sales, notices] = await Promise.all([
      all(pagesOf(this.api.products, { signal })),
      all(pagesOf(this.api.sales, { signal, limite: ROWS }), beforeToday),
      this.api.notices({ signal, limite: ROWS }),
    ]);
    return { products, sales, notices };
  }

  /**
   * @param {Lists} lists
   * @param {{ fresh: boolean }} how
   */
  #take({ products, sales, notices }, how) {
    this.#data.loadProducts(products, how);
    this.#data.loadSales(sales, how);
    this.#data.loadNotices(notices.items);
    this.#changed();
  }

  async #loadNotices() {
    try {
      this.#data.loadNotices((await this.api.notices({ limite: ROWS, signal: this.#stop.signal })).items);
      this.#changed();
    } catch (error) {
      // The list on the screen stays; the next event fetches it again.
      this.#complain(error);
    }
  }

  // -- Following

  /** @param {SaaiEvent} event */
  #takeIn(event) {
    if (!this.#data.apply(event)) this.#soon("products", () => this.refresh().catch((error) => this.#complain(error)));
    // What is sold stands in the sales; alerts and forecasts are told to the owner only.
    if (event.canal === "administracion") this.#soon("notices", () => this.#loadNotices());
    this.#changed();
  }

  /**
   * Do something a moment later, once however often it is asked for.
   *
   * @param {string} name
   * @param {() => unknown} run
   */
  #soon(name, run) {
    if (!this.#timers.has(name)) this.#timers.set(name, NOTICES_AFTER, run);
  }

  #awaitMidnight() {
    this.#timers.set("midnight", untilMidnight(this.#environment.now()), () => {
      this.#data.turn(limaDate(this.#environment.now()));
      this.#changed();
      this.#awaitMidnight();
    });
  }

  // -- Telling

  /** Something may be different: tell so once, after all that comes with it. */
  #changed() {
    if (this.#stop.signal.aborted) return;
    const before = this.#snapshot;
    this.#snapshot = null;
    if (before && same(before, this.getSnapshot())) {
      this.#snapshot = before;
      return;
    }
    if (!this.#told) return;
    this.#told = false;
    queueMicrotask(() => this.#tell());
  }

  #tell() {
    this.#told = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#complain(error);
      }
    }
  }

  /** @param {unknown} error */
  #complain(error) {
    if (!this.#stop.signal.aborted) this.#onError(error);
  }
}

/**
 * @template Item
 * @param {AsyncIterable<Item>} items
 * @param {(item: Item) => boolean} [last] which one ends it
 */
async function all(items, last = () => false) {
  const taken = [];
  for await (const item of items) {
    taken.push(item);
    if (last(item)) break;
  }
  return taken;
}

/**
 * @param {StoreSnapshot} one
 * @param {StoreSnapshot} other
 */
function same(one, other) {
  return /** @type {(keyof StoreSnapshot)[]} */ (Object.keys(one)).every((key) => one[key] === other[key]);
}
