import assert from "node:assert/strict";
import { test } from "node:test";

import { combineCursors } from "../../packages/ws_client/src/index.js";
import { StoreData } from "../../packages/ws_client/src/store/data.js";
import { seeded } from "./support/random.mjs";

const NOW = Date.UTC(2026, 0, 5, 13);
const RUNS = Number(process.env.WS_CLIENT_RUNS ?? 150);
const FIRST_SEED = Number(process.env.WS_CLIENT_SEED ?? Date.now() % 1e9);
const CODES = Array.from({ length: 6 }, (_, place) => `T001P00${place + 1}`);

/** What a store's rows were after each event: `[seq]` to stocks and sales. Restocks come between events, without one. */
function history(random, length) {
  const stocks = Object.fromEntries(CODES.map((code) => [code, 100]));
  const sales = [];
  const events = [];
  const states = [{ stocks: { ...stocks }, sales: [] }];
  for (let seq = 1; seq <= length; seq += 1) {
    if (random() < 0.3) stocks[CODES[Math.floor(random() * CODES.length)]] += 50;
    const codes = CODES.filter(() => random() < 0.4);
    const lines = codes.map((codigo) => ({ codigo, nombre: codigo, cantidad: 1, subtotal: 1, stock: (stocks[codigo] -= 1) }));
    const data = { codigo_venta: `T001V${seq}`, total: 1, metodo_pago: "YAPE", trabajador: "U", fecha: "2026-01-05", productos_vendidos: lines };
    sales.push(data.codigo_venta);
    events.push({ event_type: "venta_registrada", canal: "tienda", seq, timestamp: "", data });
    // What the rows are once the event is committed: a restock before it is in them.
    states.push({ stocks: { ...stocks }, sales: [...sales] });
  }
  return { events, states };
}

const productRows = (codes, { stocks }) =>
  codes.map((codigo_producto) => ({ codigo_producto, nombre: codigo_producto, precio: 1, stock: stocks[codigo_producto], estado: "ACTIVO" }));

const saleRows = ({ sales }) =>
  sales.map((codigo_venta) => ({
    codigo_venta,
    productos: [],
    total: 1,
    metodo_pago: "YAPE",
    fecha: "2026-01-05",
    codigo_usuario: "U",
    estado: "COMPLETADA",
  }));

/** Load every list at a moment of its own, no later than `latest`; `know` is told what a product was, and when. */
function load(data, states, random, latest, how, know) {
  const moment = () => Math.floor(random() * (latest + 1));
  const [first, second, sales] = [moment(), moment(), moment()];
  const page = (items, tienda) => ({ items, siguiente: null, cursor: { tienda } });
  const products = [page(productRows(CODES.slice(0, 3), states[first]), first), page(productRows(CODES.slice(3), states[second]), second)];
  data.loadProducts(products, how);
  for (const { items, cursor } of products) for (const { codigo_producto, stock } of items) know(codigo_producto, stock, cursor.tienda);
  const list = page(saleRows(states[sales]), sales);
  data.loadSales([list], how);
  return combineCursors(...products.map(({ cursor }) => cursor), list.cursor).tienda;
}

test(`wherever each list stood, following leads to the truth (${RUNS} runs)`, (context) => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    const random = seeded(seed);
    const { events, states } = history(random, 30);
    const data = new StoreData(NOW);
    // The newest word about each product, whoever said it: a list, or an event.
    const newest = new Map();
    const know = (code, stock, seq) => {
      if (seq >= (newest.get(code)?.seq ?? 0)) newest.set(code, { stock, seq });
    };
    const from = load(data, states, random, 30, { fresh: true }, know);
    for (const event of events.slice(from)) {
      data.apply(event);
      for (const { codigo, stock } of event.data.productos_vendidos) {
        if (event.seq > newest.get(codigo).seq) know(codigo, stock, event.seq);
      }
      // Loaded again in the midst of the stream, from a moment that may lie before or behind it.
      if (random() < 0.1) load(data, states, random, 30, {}, know);
      if (random() < 0.3) data.apply(event);
    }
    try {
      const stocks = data.products.map(({ codigo_producto, stock }) => [codigo_producto, stock]);
      assert.deepEqual(stocks, CODES.map((code) => [code, newest.get(code).stock]));
      assert.deepEqual(data.sales.map(({ codigo_venta }) => codigo_venta), [...states[30].sales].reverse());
    } catch (error) {
      context.diagnostic(`repeat it with WS_CLIENT_SEED=${seed} WS_CLIENT_RUNS=1`);
      throw error;
    }
  }
});

const page = (items, tienda) => ({ items, siguiente: null, cursor: { tienda } });
const product = (stock) => [{ codigo_producto: "T001P001", nombre: "Arroz", precio: 1, stock, estado: "ACTIVO" }];

function sale(seq, stock) {
  const line = { codigo: "T001P001", nombre: "Arroz", cantidad: 1, subtotal: 1, stock };
  const data = { codigo_venta: `T001V${seq}`, total: 1, metodo_pago: "YAPE", trabajador: "U", fecha: "2026-01-05", productos_vendidos: [line] };
  return { event_type: "venta_registrada", canal: "tienda", seq, timestamp: "", data };
}

test("an event that the product list holds leaves its stock alone; the next one doesn't", () => {
  const data = new StoreData(NOW);
  data.loadProducts([page(product(100), 20)]);
  data.apply(sale(20, 3));
  assert.equal(data.products[0].stock, 100);
  data.apply(sale(21, 99));
  assert.equal(data.products[0].stock, 99);
});

test("a sale that the list of sales doesn't have, though it is as new as the event, is not added: it is no more", () => {
  const data = new StoreData(NOW);
  data.loadSales([page([], 20)]);
  data.apply(sale(20, 3));
  assert.deepEqual(data.sales, []);
});

test("after a gap the snapshot stands, even of a log that began anew", () => {
  const data = new StoreData(NOW);
  data.loadProducts([page(product(100), 20)]);
  data.apply(sale(21, 99));
  data.loadProducts([page(product(7), 2)], { fresh: true });
  data.loadSales([page([], 2)], { fresh: true });
  assert.equal(data.products[0].stock, 7);
  assert.deepEqual(data.sales, []);
  data.apply(sale(3, 6));
  assert.equal(data.products[0].stock, 6);
});

test("any event that every screen hears may tell what there is of a product", () => {
  const data = new StoreData(NOW);
  data.loadProducts([{ items: product(10), siguiente: null, cursor: { tienda: 4 } }]);
  const tell = (seq, stock, canal = "tienda") =>
    data.apply({ event_type: "stock_ajustado", canal, seq, timestamp: "", data: { codigo_producto: "T001P001", stock } });
  assert.equal(tell(6, 7), true);
  assert.equal(tell(5, 8), true);
  assert.equal(tell(9, 1, "administracion"), true);
  assert.equal(data.products[0].stock, 7);
});

test("one about a product that isn't known asks for the list", () => {
  const data = new StoreData(NOW);
  const about = (codigo) => ({ event_type: "stock_ajustado", canal: "tienda", seq: 1, timestamp: "", data: codigo });
  assert.equal(data.apply(about({ codigo_producto: "T001P009", stock: 3 })), false);
  assert.equal(data.apply(about({ codigo_venta: "T001V001" })), true);
});
