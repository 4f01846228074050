import { Dashboard } from "./dashboard.js";
import { byId, h } from "./dom.js";
import { Session } from "./session.js";
import { connectionView } from "./views/connection.js";
import { dashboardView } from "./views/dashboard.js";
import { eventsView } from "./views/events.js";
import { freshnessView } from "./views/freshness.js";
import { productsView } from "./views/products.js";
import { SaleForm } from "./views/sale_form.js";
import { salesView } from "./views/sales.js";

/** @typedef {import("./session.js").Config} Config */
/** @typedef {import("./session.js").Tienda} Tienda */
/** @typedef {import("./session.js").Usuario} Usuario */

const ROLES = { ADMIN: "administra", TRABAJADOR: "caja", SAAI: "plataforma" };
/** The age of the last confirmation is a text that grows old by itself: milliseconds. */
const TICK = 1000;

const stores = /** @type {HTMLSelectElement} */ (byId("tienda"));
const people = /** @type {HTMLSelectElement} */ (byId("usuario"));

/** @type {Session | null} */
let session = null;
/** @type {() => void} */
let draw = () => {};
let scheduled = false;

/** @returns {Promise<Config>} */
async function configuration() {
  const response = await fetch("/config.json");
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** @param {Config} config */
function start(config) {
  stores.replaceChildren(
    ...config.tiendas.map(({ codigo_tienda, nombre }) => h("option", { value: codigo_tienda }, nombre)),
  );
  const chosen = new URLSearchParams(location.hash.slice(1));
  choose(stores, chosen.get("tienda"));
  fillPeople(config);
  choose(people, chosen.get("usuario"));
  stores.onchange = () => {
    fillPeople(config);
    enter(config);
  };
  people.onchange = () => enter(config);
  setInterval(schedule, TICK);
  enter(config);
}

/** @param {Config} config */
function fillPeople(config) {
  const { usuarios } = storeOf(config);
  people.replaceChildren(
    ...usuarios.map(({ codigo_usuario, nombre, rol }) =>
      h("option", { value: codigo_usuario }, `${nombre} (${ROLES[rol]})`),
    ),
  );
}

/** Be that person from now on. The address says who, so that a reload and a bookmark stay. @param {Config} config */
function enter(config) {
  session?.close();
  const tienda = storeOf(config);
  const usuario = /** @type {Usuario} */ (tienda.usuarios.find(({ codigo_usuario }) => codigo_usuario === people.value));
  const chosen = new URLSearchParams({ tienda: tienda.codigo_tienda, usuario: usuario.codigo_usuario });
  history.replaceState(null, "", `#${chosen}`);
  document.body.dataset.rol = usuario.rol;
  document.title = `${tienda.nombre} · SAAI`;

  const entered = new Session({ config, tienda, usuario });
  session = entered;
  const sells = usuario.rol !== "SAAI";
  const form = sells ? new SaleForm(entered) : null;
  const board = entered.admin
    ? new Dashboard(entered.api, schedule, { mayForecast: usuario.rol === "ADMIN" })
    : null;
  byId("tablero").hidden = !board;
  const views = [
    freshnessView(entered),
    salesView(entered),
    productsView(entered, form && ((codigo) => form.add(codigo))),
    eventsView(entered),
    () => form?.draw(),
    ...(board ? [dashboardView(entered, board)] : []),
  ];
  // Last: it tells how long the others took to show an event.
  const connection = connectionView(entered);
  draw = () => {
    for (const view of views) view();
    entered.drawn();
    connection();
  };
  entered.addEventListener("change", schedule);
  entered.addEventListener("cargado", () => board?.load());
  entered.addEventListener("evento", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    board?.heard(detail.event);
    document.dispatchEvent(new CustomEvent("saai:evento", { detail }));
  });
  schedule();
}

/** Draw once a frame, however many events come; in a window that nobody sees there are no frames. */
function schedule() {
  if (scheduled) return;
  scheduled = true;
  const run = () => {
    scheduled = false;
    draw();
  };
  if (document.hidden) setTimeout(run);
  else requestAnimationFrame(run);
}

/** @param {Config} config */
function storeOf(config) {
  return /** @type {Tienda} */ (config.tiendas.find(({ codigo_tienda }) => codigo_tienda === stores.value));
}

/**
 * @param {HTMLSelectElement} select
 * @param {string | null} value what isn't offered changes nothing
 */
function choose(select, value) {
  if ([...select.options].some((option) => option.value === value)) select.value = String(value);
}

configuration().then(start, () => {
  byId("frescura-nombre").textContent = "Sin consola";
  byId("frescura-detalle").textContent = "No se pudo leer la configuración. ¿Sigue corriendo make dev?";
});
