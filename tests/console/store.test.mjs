import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreData } from "../../packages/console/store.js";

const product = (codigo, stock, more = {}) => ({
  codigo_producto: codigo,
  nombre: `Producto ${codigo}`,
  precio: "3.50",
  stock,
  estado: "ACTIVO",
  ...more,
});

const sale = (codigo, more = {}) => ({
  codigo_venta: codigo,
  total: 7,
  metodo_pago: "YAPE",
  codigo_usuario: "T001U001",
  fecha: "2026-01-05",
  created_at: "2026-01-05T10:00:00-05:00",
  estado: "COMPLETADA",
  productos: [{ codigo_producto: "T001P001", nombre_producto: "Inca Kola", cantidad: 2 }],
  ...more,
});

const event = (seq, { codigo = `T001V${String(seq).padStart(3, "0")}`, stock, ...more } = {}) => ({
  event_type: "venta_registrada",
  tenant_id: "T001",
  timestamp: "2026-01-05T10:00:00-05:00",
  event_id: `T001-tienda-${seq}`,
  canal: "tienda",
  seq,
  data: {
    codigo_venta: codigo,
    items_count: 1,
    total: 7,
    metodo_pago: "YAPE",
    trabajador: "T001U001",
    fecha: "2026-01-05",
    productos_vendidos: [{ codigo: "T001P001", nombre: "Inca Kola", cantidad: 2, subtotal: 7, stock }],
    ...more,
  },
});

/** A store with one product of 40 units, true at event 10. */
function loaded() {
  const data = new StoreData();
  data.loadProductos([{ items: [product("T001P001", 40)], cursor: { tienda: 10 } }]);
  return data;
}

test("an event after the snapshot changes the stock and adds the sale", () => {
  const data = loaded();
  data.apply(event(11, { stock: 38 }), false);
  assert.equal(data.producto("T001P001").stock, 38);
  assert.deepEqual(
    data.ventas.map(({ codigo, total, nueva }) => [codigo, total, nueva]),
    [["T001V011", 7, true]],
  );
});

test("an event that the snapshot already holds leaves the stock alone", () => {
  const data = loaded();
  data.apply(event(9, { stock: 44 }), true);
  data.apply(event(10, { stock: 42 }), true);
  assert.equal(data.producto("T001P001").stock, 40);
});

test("each page of products is true at its own cursor", () => {
  const data = new StoreData();
  data.loadProductos([
    { items: [product("T001P001", 40)], cursor: { tienda: 10 } },
    { items: [product("T001P002", 5)], cursor: { tienda: 12 } },
  ]);
  data.apply(event(11, { stock: 38 }), false);
  assert.equal(data.producto("T001P001").stock, 38);
});

test("an event applied twice is one sale", () => {
  const data = loaded();
  data.loadVentas({ items: [sale("T001V011")], cursor: { tienda: 11 } });
  data.apply(event(11, { stock: 38 }), true);
  data.apply(event(11, { stock: 38 }), true);
  assert.deepEqual(data.ventas.map(({ codigo, nueva }) => [codigo, nueva]), [["T001V011", false]]);
});

test("an event without stock, of a service on the earlier version, adds the sale only", () => {
  const data = loaded();
  const { seq: _seq, canal: _canal, event_id: _id, ...old } = event(11, { total: undefined });
  data.apply(old, false);
  assert.equal(data.producto("T001P001").stock, 40);
  assert.equal(data.ventas[0].total, 7);
});

test("sales stand newest first, also beyond V999", () => {
  const data = loaded();
  data.loadVentas({ items: [sale("T001V999"), sale("T001V1000"), sale("T001V998")], cursor: {} });
  assert.deepEqual(data.ventas.map(({ codigo }) => codigo), ["T001V1000", "T001V999", "T001V998"]);
});

test("a reload shows annulments and restocks, for which there is no event", () => {
  const data = loaded();
  data.apply(event(11, { stock: 38 }), false);
  data.loadVentas({ items: [sale("T001V011", { estado: "ANULADA" })], cursor: { tienda: 11 } });
  data.loadProductos([{ items: [product("T001P001", 88)], cursor: { tienda: 11 } }]);
  assert.equal(data.ventas[0].anulada, true);
  assert.deepEqual([data.producto("T001P001").stock, data.producto("T001P001").cambiado], [88, true]);
});

test("after a reload the list has no hole: older sales are asked for again", () => {
  const data = loaded();
  data.loadVentas({ items: [sale("T001V002"), sale("T001V001")], cursor: { tienda: 10 } });
  data.loadVentas({ items: [sale("T001V902"), sale("T001V901")], cursor: { tienda: 910 } });
  data.addVentas({ items: [sale("T001V900")], cursor: { tienda: 911 } });
  assert.deepEqual(data.ventas.map(({ codigo }) => codigo), ["T001V902", "T001V901", "T001V900"]);
});

test("a product that is no longer sold is not shown", () => {
  const data = new StoreData();
  data.loadProductos([{ items: [product("T001P001", 40, { estado: "INACTIVO" })], cursor: {} }]);
  assert.deepEqual(data.productos, []);
});

test("what is kept stays bounded, the newest first, while the counts go on", () => {
  const data = loaded();
  for (let seq = 11; seq <= 1010; seq += 1) data.apply(event(seq, { stock: 1 }), seq <= 20);
  assert.equal(data.recibidos, 1000);
  assert.equal(data.recuperados, 10);
  assert.equal(data.ventas.length, 300);
  assert.equal(data.ventas[0].codigo, "T001V1010");
  assert.equal(data.eventos.length, 100);
  assert.equal(data.eventos[0].event.seq, 1010);
});
