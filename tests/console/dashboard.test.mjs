import assert from "node:assert/strict";
import { test } from "node:test";
import { Dashboard } from "../../packages/console/dashboard.js";
import { ApiError } from "../../packages/ws_client/src/http/index.js";

/** An API that answers from tables, holds answers back while told to, and keeps what it was asked. */
class FakeApi {
  asked = [];
  top = ["T001P001"];
  forecasts = { T001P001: [4, 30], T001P002: [1, 6] };
  failure = null;

  async analytics(periodo) {
    this.asked.push(`analytics ${periodo}`);
    await new Promise(setImmediate);
    if (this.failure) throw this.failure;
    return { periodo, productos_top: this.top.map((codigo_producto) => ({ codigo_producto })), cursor: {} };
  }

  async forecast(codigo_producto) {
    this.asked.push(`forecast ${codigo_producto}`);
    await new Promise(setImmediate);
    const forecast = this.forecasts[codigo_producto];
    if (!forecast) throw new ApiError("invalid", { status: 400, message: "Pocas ventas." });
    return { codigo_producto, demanda_manana: forecast[0], demanda_proxima_semana: forecast[1] };
  }

  count(start) {
    return this.asked.filter((what) => what.startsWith(start)).length;
  }
}

function made() {
  const api = new FakeApi();
  const dashboard = new Dashboard(api, () => {});
  return { api, dashboard };
}

/** Let everything that is under way come to its end. */
async function settled() {
  for (let turn = 0; turn < 30; turn += 1) await new Promise(setImmediate);
}

const calculated = { event_type: "analitica_actualizada", tenant_id: "T001", timestamp: "", data: { mensaje: "" } };
const predicted = (data) => ({ event_type: "prediccion_generada", tenant_id: "T001", timestamp: "", data });

test("it loads the three periods, and a forecast for each best seller", async () => {
  const { dashboard } = made();
  await dashboard.load();
  await settled();
  assert.deepEqual(
    ["dia", "semana", "mes"].map((tipo) => dashboard.periods[tipo].periodo),
    ["dia", "semana", "mes"],
  );
  assert.deepEqual([...dashboard.forecasts], [["T001P001", { manana: 4, semana: 30 }]]);
});

test("a burst of calculations is fetched at most twice: the one under way, and the last", async () => {
  const { api, dashboard } = made();
  for (let times = 0; times < 20; times += 1) dashboard.heard(calculated);
  await settled();
  assert.ok(api.count("analytics dia") <= 2);
});

test("a forecast that an event brings is shown without asking", async () => {
  const { api, dashboard } = made();
  dashboard.heard(predicted({ codigo_producto: "T001P009", demanda_manana: 2, demanda_proxima_semana: 9 }));
  await settled();
  assert.deepEqual(dashboard.forecasts.get("T001P009"), { manana: 2, semana: 9 });
  assert.equal(api.count("forecast"), 0);
});

test("a batch's event has the shown forecasts fetched again, and no others", async () => {
  const { api, dashboard } = made();
  await dashboard.forecast("T001P001");
  api.forecasts.T001P001 = [5, 40];
  dashboard.heard(predicted({ productos: 30, alertas: 1 }));
  await settled();
  assert.deepEqual([...dashboard.forecasts], [["T001P001", { manana: 5, semana: 40 }]]);
  assert.equal(api.count("forecast"), 2);
});

test("a product without history says so and leaves the others alone", async () => {
  const { dashboard } = made();
  await dashboard.forecast("T001P077");
  await dashboard.forecast("T001P002");
  assert.deepEqual(
    [...dashboard.forecasts.values()],
    [{ problema: "Pocas ventas." }, { manana: 1, semana: 6 }],
  );
});

test("figures that can't be fetched leave the old ones, with the reason", async () => {
  const { api, dashboard } = made();
  await dashboard.load();
  api.failure = new ApiError("not_found", { status: 404, message: "Todavía no se ha calculado." });
  dashboard.heard(calculated);
  await settled();
  assert.equal(dashboard.problem, "Todavía no se ha calculado.");
  assert.equal(dashboard.periods.dia.periodo, "dia");
  api.failure = null;
  await dashboard.load();
  assert.equal(dashboard.problem, null);
});

test("it shows eight forecasts at most, the last asked for among them", async () => {
  const { dashboard } = made();
  for (let number = 1; number <= 12; number += 1) await dashboard.forecast(`T001P${100 + number}`);
  assert.equal(dashboard.forecasts.size, 8);
  assert.ok(dashboard.forecasts.has("T001P112"));
});

test("who may not forecast asks for none", async () => {
  const api = new FakeApi();
  const dashboard = new Dashboard(api, () => {}, { mayForecast: false });
  await dashboard.load();
  dashboard.heard(predicted({ productos: 30, alertas: 1 }));
  await settled();
  assert.equal(api.count("forecast"), 0);
});
