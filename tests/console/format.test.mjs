import assert from "node:assert/strict";
import { test } from "node:test";
import { eventInWords } from "../../packages/console/format.js";

test("an event without words of its own is told by its type and its code", () => {
  assert.equal(eventInWords({ event_type: "stock_ajustado", data: { cantidad: 2, codigo_producto: "T001P005" } }), "Stock ajustado: P005");
});

test("one about nothing that has a code is told by its type", () => {
  assert.equal(eventInWords({ event_type: "tienda_cerrada", data: {} }), "Tienda cerrada");
});
