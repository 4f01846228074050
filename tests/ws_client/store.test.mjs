import assert from "node:assert/strict";
import { test } from "node:test";

import { openStore } from "../../packages/ws_client/src/store/index.js";
import { fakeGateway } from "../../packages/ws_client/src/testing/index.js";

const PRODUCTS = [
  { codigo_producto: "T001P001", nombre: "Inca Kola", precio: 3.5, stock: 40 },
  { codigo_producto: "T001P002", nombre: "Arroz", precio: "12.10", stock: 5 },
];
const HOUR = 3_600_000;

/** A store that is open, and its backend. What goes wrong is kept in `errors`. */
async function opened({ gateway = fakeGateway({ products: PRODUCTS }), ...options } = {}) {
  const errors = [];
  const store = openStore({ ...gateway.options, onError: (error) => errors.push(error), ...options });
  await gateway.settle();
  return { gateway, store, errors, now: () => store.getSnapshot() };
}

function stocks({ products }) {
  return Object.fromEntries(products.map(({ codigo_producto, stock }) => [codigo_producto.slice(4), stock]));
}

test("before anything came it is loading, with empty lists", () => {
  const store = openStore({ ...fakeGateway().options });
  const { connection, loaded, products, sales, totals, notices, failure } = store.getSnapshot();
  assert.equal(connection.estado, "cargando");
  assert.deepEqual({ loaded, products, sales, totals, notices, failure }, {
    loaded: false,
    products: [],
    sales: [],
    totals: { ventas: 0, ingresos: 0 },
    notices: [],
    failure: null,
  });
  store.close();
});

test("it loads products by name, today's sales, totals and notices, and is up to date", async () => {
  const gateway = fakeGateway({ products: PRODUCTS, notices: [{ id: "n1", titulo: "Hola" }] });
  await gateway.sale({ T001P001: 2 }, { metodo_pago: "YAPE" });
  const { now } = await opened({ gateway });
  const { connection, products, sales, totals, notices } = now();
  assert.equal(connection.estado, "al_dia");
  assert.deepEqual(products.map(({ nombre, precio, stock }) => [nombre, precio, stock]), [
    ["Arroz", 12.1, 5],
    ["Inca Kola", 3.5, 38],
  ]);
  assert.deepEqual(sales.map(({ codigo_venta, total }) => [codigo_venta, total]), [["T001V001", 7]]);
  assert.deepEqual(totals, { ventas: 1, ingresos: 7 });
  assert.deepEqual(notices.map(({ id }) => id), ["n1"]);
});

test("all products come, not the first page only", async () => {
  const products = Array.from({ length: 450 }, (_, place) => ({ codigo_producto: `T001P${String(place + 1).padStart(3, "0")}` }));
  const { now, gateway } = await opened({ gateway: fakeGateway({ products }) });
  assert.equal(now().products.length, 450);
  assert.equal(gateway.requests.filter(({ path }) => path === "/productos").length, 3);
});

test("what tells a product's stock is taken in, of a type that this page doesn't know too", async () => {
  const unknown = [];
  const { gateway, now } = await opened({ onUnknownEvent: ({ event_type }) => unknown.push(event_type) });
  await gateway.send("inventario_contado", { codigo_producto: "T001P001", stock: 37 }, "tienda");
  assert.deepEqual(stocks(now()), { P002: 5, P001: 37 });
  assert.deepEqual(unknown, ["inventario_contado"]);
});

test("a sale has the same words whether it came in a list or in an event", async () => {
  const { gateway, now } = await opened();
  await gateway.sale({ T001P001: 2, T001P002: 1 }, { metodo_pago: "YAPE", codigo_usuario: "T001U007" });
  const live = now().sales[0];
  const later = await opened({ gateway });
  assert.deepEqual(later.now().sales[0], live);
  assert.deepEqual(live, {
    codigo_venta: "T001V001",
    productos: [
      { codigo_producto: "T001P001", nombre_producto: "Inca Kola", cantidad: 2, subtotal_item: 7 },
      { codigo_producto: "T001P002", nombre_producto: "Arroz", cantidad: 1, subtotal_item: 12.1 },
    ],
    total: 19.1,
    metodo_pago: "YAPE",
    fecha: "2026-01-05",
    codigo_usuario: "T001U007",
    estado: "COMPLETADA",
    created_at: "2026-01-05T08:00:00-05:00",
  });
});

test("a sale changes its products and the sales, and nothing else", async () => {
  const { gateway, now } = await opened();
  const before = now();
  await gateway.sale({ T001P002: 1 });
  const after = now();
  assert.notEqual(after.products, before.products);
  assert.deepEqual(stocks(after), { P001: 40, P002: 4 });
  const [rice, cola] = after.products;
  assert.notEqual(rice, before.products[0]);
  assert.equal(cola, before.products[1]);
  assert.equal(after.notices, before.notices);
  assert.equal(after.connection, before.connection);
});

test("without a change the snapshot is the same object", async () => {
  const { gateway, store, now } = await opened();
  const before = now();
  assert.equal(now(), before);
  await store.refresh();
  await gateway.settle();
  assert.equal(now(), before);
});

test("no list is touched by an event that it holds already, though another list is older", async () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  // The sales are read early, the products after a sale and a restock: that sale comes again as an event.
  let restocked;
  const later = new Promise((resolve) => (restocked = resolve));
  const fetch = async (url, init) => {
    if (url.includes("/productos")) await later;
    return gateway.options.fetch(url, init);
  };
  const { now } = await opened({ gateway, fetch });
  await gateway.sale({ T001P001: 37 });
  gateway.restock("T001P001", 100);
  restocked();
  await gateway.settle();
  assert.equal(now().connection.estado, "al_dia");
  assert.equal(stocks(now()).P001, 100);
  assert.deepEqual(now().sales.map(({ codigo_venta }) => codigo_venta), ["T001V001"]);
});

test("a refresh that is older than what events brought doesn't undo them", async () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  let hold = Promise.resolve();
  const fetch = async (url, init) => {
    const answer = await gateway.options.fetch(url, init);
    await hold;
    return answer;
  };
  const { store, now } = await opened({ gateway, fetch });
  let release;
  hold = new Promise((resolve) => (release = resolve));
  const refreshed = store.refresh();
  await gateway.settle();
  await gateway.sale({ T001P001: 1 });
  release();
  await refreshed;
  assert.equal(stocks(now()).P001, 39);
  assert.equal(now().sales.length, 1);
});

test("sales missed while the line was down come when it is back, and the stock is right", async () => {
  const { gateway, now } = await opened();
  await gateway.drop();
  assert.equal(now().connection.estado, "sin_conexion");
  await gateway.sale({ T001P001: 1 });
  await gateway.sale({ T001P001: 2 });
  assert.equal(now().sales.length, 0);
  await gateway.restore();
  assert.equal(now().connection.estado, "al_dia");
  assert.equal(now().sales.length, 2);
  assert.equal(stocks(now()).P001, 37);
});

test("after a gap that the log can't fill everything is loaded again", async () => {
  const { gateway, now } = await opened();
  await gateway.drop();
  for (let made = 0; made < 3; made += 1) await gateway.sale({ T001P001: 1 });
  gateway.restock("T001P001", 500);
  gateway.server.expired.set("tienda", 2);
  await gateway.restore();
  await gateway.settle();
  assert.equal(now().connection.estado, "al_dia");
  assert.equal(now().sales.length, 3);
  assert.equal(stocks(now()).P001, 500);
});

test("an event of a service on the earlier version, without a sequence, is taken in once", async () => {
  const { gateway, now } = await opened();
  const data = {
    codigo_venta: "T001V050",
    items_count: 1,
    metodo_pago: "EFECTIVO",
    trabajador: "T001U001",
    fecha: "2026-01-05",
    productos_vendidos: [{ codigo: "T001P001", nombre: "Inca Kola", cantidad: 2, subtotal: "7.00" }],
  };
  const frame = { event_type: "venta_registrada", tenant_id: "T001", timestamp: "2026-01-05T08:00:00-05:00", data };
  for (const connection of gateway.server.connections) for (const _ of [1, 2]) gateway.server.post(connection, frame);
  await gateway.settle();
  assert.deepEqual(now().sales.map(({ codigo_venta, total }) => [codigo_venta, total]), [["T001V050", 7]]);
  assert.equal(stocks(now()).P001, 40);
});

test("a product that the list lacks makes it be loaded again, a moment later and once", async () => {
  const { gateway, now } = await opened();
  gateway.restock("T001P009", 10);
  await gateway.sale({ T001P009: 1 });
  await gateway.sale({ T001P009: 1 });
  await gateway.advance(3000);
  assert.equal(stocks(now()).P009, 8);
  assert.equal(gateway.requests.filter(({ path }) => path === "/productos").length, 2);
});

test("restocks and annulled sales have no event: a refresh brings them", async () => {
  const { gateway, store, now } = await opened();
  await gateway.sale({ T001P001: 1 });
  gateway.restock("T001P001", 90);
  gateway.annul("T001V001");
  await Promise.all([store.refresh(), store.refresh(), gateway.settle()]);
  assert.equal(stocks(now()).P001, 90);
  assert.equal(now().sales[0].estado, "ANULADA");
  assert.deepEqual(now().totals, { ventas: 0, ingresos: 0 });
  assert.equal(gateway.requests.filter(({ path }) => path === "/productos").length, 2);
});

test("at midnight in Lima a new day begins: yesterday's sales are no longer today's", async () => {
  const { gateway, now } = await opened();
  await gateway.sale({ T001P001: 1 });
  await gateway.advance(15 * HOUR);
  assert.equal(now().sales.length, 1);
  await gateway.advance(HOUR + 1000);
  assert.deepEqual([now().sales.length, now().totals.ventas], [0, 0]);
  await gateway.sale({ T001P001: 2 });
  assert.deepEqual(now().sales.map(({ fecha }) => fecha), ["2026-01-06"]);
  await gateway.advance(24 * HOUR);
  assert.equal(now().sales.length, 0);
});

test("yesterday's sales are not loaded beyond the first page that has one", async () => {
  const { gateway, now } = await opened();
  for (let made = 0; made < 120; made += 1) await gateway.sale({ T001P001: 0 });
  await gateway.advance(17 * HOUR);
  await gateway.sale({ T001P001: 1 });
  const before = gateway.requests.length;
  const later = await opened({ gateway });
  assert.equal(later.now().sales.length, 1);
  assert.equal(gateway.requests.slice(before).filter(({ path }) => path === "/ventas").length, 1);
  assert.equal(now().sales.length, 1);
});

test("notices are fetched again a moment after an event for owners, not after each sale", async () => {
  const { gateway, now } = await opened();
  const asked = () => gateway.requests.filter(({ path }) => path === "/notificaciones").length;
  await gateway.sale({ T001P001: 1 });
  await gateway.advance(5000);
  assert.equal(asked(), 1);
  gateway.notices = [{ id: "n9" }];
  await gateway.send("analitica_actualizada", { mensaje: "x" });
  await gateway.send("prediccion_generada", { productos: 1, alertas: 0 });
  await gateway.advance(5000);
  assert.equal(asked(), 2);
  assert.deepEqual(now().notices, [{ id: "n9" }]);
});

test("a first load that fails says why, and is tried again by itself", async () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  gateway.refuse(503);
  const { now } = await opened({ gateway });
  assert.equal(now().connection.estado, "cargando");
  assert.equal(now().failure.code, "server");
  gateway.accept();
  await gateway.advance(10_000);
  assert.equal(now().failure, null);
  assert.equal(now().loaded, true);
  assert.equal(now().connection.estado, "al_dia");
});

test("a refused token stops it, and the state says so", async () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  gateway.refuse(401);
  const { now } = await opened({ gateway });
  assert.deepEqual([now().connection.estado, now().connection.motivo], ["sin_conexion", "rechazada"]);
});

test("each listener is told once of all that came together, and no more after it left", async () => {
  const { gateway, store } = await opened();
  let calls = 0;
  const count = () => (calls += 1);
  const leave = [store.subscribe(count), store.subscribe(count)];
  await gateway.drop();
  calls = 0;
  for (let made = 0; made < 30; made += 1) await gateway.sale({ T001P001: 1 });
  await gateway.restore();
  assert.ok(calls >= 2 && calls <= 16, `${calls} calls for 30 events and a connection`);
  for (const each of leave) each();
  calls = 0;
  await gateway.sale({ T001P001: 1 });
  assert.equal(calls, 0);
});

test("a listener that throws keeps nothing from the others", async () => {
  const { gateway, store, errors } = await opened();
  let calls = 0;
  store.subscribe(() => {
    throw new Error("broken view");
  });
  store.subscribe(() => (calls += 1));
  await gateway.sale({ T001P001: 1 });
  assert.equal(calls, 1);
  assert.deepEqual(errors.map(({ message }) => message), ["broken view"]);
});

test("it can be gone through: the present snapshot, each newer one, to the end", async () => {
  const { gateway, store } = await opened();
  const counts = [];
  const all = (async () => {
    for await (const { sales } of store) counts.push(sales.length);
  })();
  await gateway.settle();
  await gateway.sale({ T001P001: 1 });
  await gateway.sale({ T001P001: 1 });
  store.close();
  await all;
  assert.deepEqual(counts, [0, 1, 2]);
});

test("events are passed on after the store has taken them in", async () => {
  const seen = [];
  const gateway = fakeGateway({ products: PRODUCTS });
  const { store } = await opened({ gateway, onEvent: ({ seq }) => seen.push([seq, store.getSnapshot().sales.length]) });
  await gateway.sale({ T001P001: 1 });
  assert.deepEqual(seen, [[1, 1]]);
});

const SALE = { productos: [{ codigo_producto: "T001P001", cantidad: 3 }], metodo_pago: "YAPE" };

test("a sale is registered, and comes back as an event", async () => {
  const { gateway, store, now } = await opened();
  const [made] = await Promise.all([store.sell(SALE), gateway.settle()]);
  await gateway.settle();
  assert.deepEqual(made, { codigo_venta: "T001V001", total: 10.5, fecha: "2026-01-05" });
  assert.equal(stocks(now()).P001, 37);
});

test("a button pressed twice sells once; pressed again later it sells again", async () => {
  const { gateway, store, now } = await opened();
  const [one, two] = await Promise.all([store.sell(SALE), store.sell(SALE), gateway.settle()]);
  assert.equal(one, two);
  await store.sell(SALE);
  await gateway.settle();
  assert.equal(now().sales.length, 2);
});

test("repeated as it was after no answer came, it is the same sale", async () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  let lose = true;
  const fetch = async (url, init) => {
    const answer = await gateway.options.fetch(url, init);
    if (lose && init.method === "POST" && String(url).endsWith("/ventas")) throw new TypeError("the answer was lost");
    return answer;
  };
  const { store, now } = await opened({ gateway, fetch });
  await assert.rejects(store.sell(SALE), { code: "network" });
  await gateway.settle();
  assert.equal(now().sales.length, 1);
  lose = false;
  assert.equal((await store.sell(SALE)).codigo_venta, "T001V001");
  assert.equal((await store.sell(SALE)).codigo_venta, "T001V002");
});

test("a sale that the server refused is another one when it is asked for again", async () => {
  const { gateway, store } = await opened();
  const tooMany = { ...SALE, productos: [{ codigo_producto: "T001P001", cantidad: 99 }] };
  await assert.rejects(store.sell(tooMany), { code: "insufficient_stock", details: [{ codigo_producto: "T001P001", nombre: "Inca Kola", solicitado: 99, disponible: 40 }] });
  gateway.restock("T001P001", 100);
  assert.equal((await store.sell(tooMany)).codigo_venta, "T001V001");
});

test("closed it leaves no timer, socket or listener, whatever was under way", async () => {
  for (const moment of ["at once", "loading", "live", "refreshing"]) {
    const gateway = fakeGateway({ products: PRODUCTS });
    if (moment === "loading") gateway.slow();
    const errors = [];
    const store = openStore({ ...gateway.options, onError: (error) => errors.push(error) });
    let calls = 0;
    store.subscribe(() => (calls += 1));
    if (moment !== "at once") await gateway.settle();
    if (moment === "refreshing") {
      gateway.slow();
      store.refresh().catch(() => {});
    }
    store.close();
    calls = 0;
    await gateway.release();
    await gateway.sale({ T001P001: 1 });
    assert.equal(gateway.clock.pending("client"), 0, moment);
    assert.equal(gateway.sockets, 0, moment);
    assert.equal(calls, 0, moment);
    assert.deepEqual(errors, [], moment);
    assert.equal(store.getSnapshot().connection.motivo, "cerrada");
  }
});

test("closed at once, as StrictMode does, it has asked for nothing", async () => {
  const gateway = fakeGateway();
  openStore({ ...gateway.options }).close();
  const store = openStore({ ...gateway.options });
  await gateway.settle();
  assert.equal(gateway.requests.filter(({ path }) => path === "/ws-ticket").length, 1);
  store.close();
});

test("an aborted signal closes the whole store", async () => {
  const stop = new AbortController();
  const { gateway, store } = await opened({ signal: stop.signal });
  stop.abort();
  assert.equal(gateway.clock.pending("client"), 0);
  assert.equal(store.getSnapshot().connection.motivo, "cerrada");
});

test("what is missing or the store's own is refused by name", () => {
  assert.throws(() => openStore(), /openStore needs url, apiUrl, getToken/);
  const { options } = fakeGateway();
  assert.throws(() => openStore({ ...options, cursor: {} }), /no option cursor: it is the store's own/);
  assert.throws(() => openStore({ ...options, refreshEvery: 1 }), /no option refreshEvery/);
  assert.throws(() => openStore({ ...options, pingEvery: 0 }), RangeError);
});
