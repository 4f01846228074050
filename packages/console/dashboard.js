import { ApiError } from "../ws_client/src/http/index.js";

/** @typedef {import("../ws_client/types/index.d.ts").SaaiEvent} SaaiEvent */
/** @typedef {import("../ws_client/types/http.d.ts").Api} Api */
/** @typedef {import("../ws_client/types/routes.d.ts").Analitica} Analitica */

/**
 * A product's forecast, or why there is none.
 *
 * @typedef {{ manana: number, semana: number } | { problema: string }} Prediccion
 */

const PERIODS = /** @type {const} */ (["dia", "semana", "mes"]);
/** Forecasts on the screen: the week's best sellers, and what was asked for besides. */
const FORECASTS = 8;

/**
 * What the owner looks at beside the live store: stored figures and forecasts. Each is fetched again when an event says that there is
 * something new; while a fetch is under way any number of events is one more fetch.
 */
export class Dashboard {
  /** By period. @type {{ [tipo: string]: Analitica }} */
  periods = {};
  /** By product code, in the order in which they are shown. @type {Map<string, Prediccion>} */
  forecasts = new Map();
  /** Why there are no figures; null when there are, or nothing has been asked yet. @type {string | null} */
  problem = null;
  /** Counts what changed: a view that knows the number needn't look. */
  version = 0;

  #api;
  #changed;
  #mayForecast;
  #figures = new OneAtATime(() => this.#loadFigures());
  #forecasting = new OneAtATime(() => this.#loadForecasts());
  /** Products whose forecast is to be fetched. @type {Set<string>} */
  #wanted = new Set();

  /**
   * @param {Api} api
   * @param {() => void} changed
   * @param {{ mayForecast?: boolean }} [rights] forecasts are the store owner's only
   */
  constructor(api, changed, { mayForecast = true } = {}) {
    this.#api = api;
    this.#changed = changed;
    this.#mayForecast = mayForecast;
  }

  /** Fetch everything. */
  load() {
    return this.#figures.run();
  }

  /** Take in an event of the store. @param {SaaiEvent} event */
  heard(event) {
    if (event.event_type === "analitica_actualizada") {
      this.#figures.run();
    } else if (event.event_type === "prediccion_generada") {
      const { codigo_producto: codigo, demanda_manana, demanda_proxima_semana } = event.data;
      if (!codigo) for (const shown of this.forecasts.keys()) this.#wanted.add(shown);
      else if (demanda_manana == null || demanda_proxima_semana == null) this.#wanted.add(codigo);
      else this.#show(codigo, { manana: demanda_manana, semana: demanda_proxima_semana });
      this.#forecasting.run();
    }
  }

  /** Show a product's forecast. @param {string} codigo */
  forecast(codigo) {
    this.#wanted.add(codigo);
    return this.#forecasting.run();
  }

  async #loadFigures() {
    try {
      /** @type {{ [tipo: string]: Analitica }} */
      const periods = {};
      // One after the other: each request at the same time would start a process of its own.
      for (const tipo of PERIODS) periods[tipo] = await this.#api.analytics(tipo);
      this.periods = periods;
      this.problem = null;
    } catch (error) {
      this.problem = messageOf(error);
    }
    this.#tell();
    for (const { codigo_producto } of this.periods.semana?.productos_top ?? []) {
      if (!this.forecasts.has(codigo_producto)) this.#wanted.add(codigo_producto);
    }
    this.#forecasting.run();
  }

  async #loadForecasts() {
    if (!this.#mayForecast) return;
    for (const codigo of this.#wanted) {
      this.#wanted.delete(codigo);
      try {
        const answer = await this.#api.forecast(codigo);
        this.#show(codigo, { manana: answer.demanda_manana, semana: answer.demanda_proxima_semana });
      } catch (error) {
        this.#show(codigo, { problema: messageOf(error) });
      }
    }
  }

  /**
   * @param {string} codigo
   * @param {Prediccion} prediccion
   */
  #show(codigo, prediccion) {
    this.forecasts.set(codigo, prediccion);
    const oldest = this.forecasts.keys().next().value;
    if (this.forecasts.size > FORECASTS && oldest !== undefined) this.forecasts.delete(oldest);
    this.#tell();
  }

  #tell() {
    this.version += 1;
    this.#changed();
  }
}

/** Runs a task, never twice at a time; being asked while it runs means once more afterwards. */
class OneAtATime {
  #task;
  #again = false;
  /** @type {Promise<void> | null} */
  #running = null;

  /** @param {() => Promise<void>} task */
  constructor(task) {
    this.#task = task;
  }

  run() {
    this.#again = true;
    this.#running ??= this.#loop();
    return this.#running;
  }

  async #loop() {
    while (this.#again) {
      this.#again = false;
      await this.#task();
    }
    this.#running = null;
  }
}

/** @param {unknown} error */
function messageOf(error) {
  if (!(error instanceof ApiError)) return "El servidor no responde.";
  return [error.message, ...error.details.map(({ mensaje }) => mensaje ?? "")].join(" ").trim();
}
