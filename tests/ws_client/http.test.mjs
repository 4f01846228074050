import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, createApi, newKey, pagesOf } from "../../packages/ws_client/src/http/index.js";

/** An API whose server answers as told, and the requests that it got. */
function api(answer, options = {}) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    return answer(requests.length);
  };
  return { requests, api: createApi({ apiUrl: "https://api.example/", getToken: async () => "jwt", fetch, ...options }) };
}

function envelope(status, body) {
  return () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
}

const success = (data) => envelope(200, { success: true, message: "Listo.", data });

/** The error with which a request is refused. */
async function refusal(answer, options) {
  try {
    await api(answer, options).api.products();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("a route is asked by its name, the usual ones by functions: method, path, query, body, token and key as they are sent", async () => {
  const { api: client, requests } = api(success({ ticket: "T001.x" }));
  const sale = { productos: [{ codigo_producto: "T001P001", cantidad: 2 }], metodo_pago: "YAPE" };
  assert.equal(await client.ticket(), "T001.x");
  await client.sell(sale, { key: "k1" });
  await client.sales({ limite: 5, desde: "T001V009", siguiente: null });
  await client.products();
  await client.notices({ siguiente: "a b" });
  await client.analytics("semana");
  await client.forecast("T001P001");
  await client.request("POST /ajustes", { body: { cantidad: -1 }, key: "k2" });
  assert.deepEqual(
    requests.map(({ method, url, body }) => [method, url, body]),
    [
      ["POST", "https://api.example/ws-ticket", null],
      ["POST", "https://api.example/ventas", JSON.stringify(sale)],
      ["GET", "https://api.example/ventas?limite=5&desde=T001V009", null],
      ["GET", "https://api.example/productos", null],
      ["GET", "https://api.example/notificaciones?siguiente=a+b", null],
      ["GET", "https://api.example/analitica?periodo=semana", null],
      ["POST", "https://api.example/predicciones", '{"codigo_producto":"T001P001"}'],
      ["POST", "https://api.example/ajustes", '{"cantidad":-1}'],
    ],
  );
  assert.ok(requests.every(({ headers }) => headers.authorization === "Bearer jwt"));
  assert.deepEqual([requests[1], requests[7]].map(({ headers }) => headers["idempotency-key"]), ["k1", "k2"]);
});

test("a sale without a key of its own gets one, another each time", async () => {
  const { api: client, requests } = api(success({}));
  await client.sell({ productos: [], metodo_pago: "YAPE" });
  await client.sell({ productos: [], metodo_pago: "YAPE" });
  const keys = requests.map(({ headers }) => headers["idempotency-key"]);
  assert.match(keys[0], /^[0-9a-f]{32}$/);
  assert.notEqual(keys[0], keys[1]);
  assert.notEqual(newKey(), newKey());
});

for (const [status, code, repeatable] of [
  [400, "invalid", false],
  [401, "unauthenticated", false],
  [403, "forbidden", false],
  [404, "not_found", false],
  [409, "conflict", false],
  [429, "too_many_requests", true],
  [500, "server", true],
  [503, "server", true],
]) {
  test(`${status} is the error ${code}, with the server's text for people`, async () => {
    const error = await refusal(envelope(status, { success: false, message: "No se puede.", data: [{ campo: "a" }] }));
    assert.ok(error instanceof ApiError);
    assert.deepEqual(
      [error.code, error.status, error.message, error.details, error.repeatable],
      [code, status, "No se puede.", [{ campo: "a" }], repeatable],
    );
  });

  test(`${status} from API Gateway itself, in English or as no JSON at all, has a Spanish text of our own`, async () => {
    for (const body of [{ message: "Service Unavailable" }, "<html>", "null", "[1]", ""]) {
      const error = await refusal(envelope(status, body));
      assert.equal(error.code, code);
      assert.match(error.message, /[a-záéíóú]{3}.*\.$/);
      assert.doesNotMatch(error.message, /Unavailable|html/);
      assert.deepEqual(error.details, []);
    }
  });
}

test("a sale of more than there is has an error of its own, and tells what is left", async () => {
  const data = [{ codigo_producto: "T001P001", nombre: "Arroz", solicitado: 9, disponible: 2 }];
  const error = await refusal(envelope(409, { success: false, message: "No hay stock.", data }));
  assert.deepEqual([error.code, error.details[0].disponible], ["insufficient_stock", 2]);
});

test("an answer that says success and has none is the server's error", async () => {
  assert.equal((await refusal(envelope(200, "not json"))).code, "server");
});

test("no answer is an error that may be tried again", async () => {
  const error = await refusal(() => Promise.reject(new TypeError("fetch failed")));
  assert.deepEqual([error.code, error.status, error.repeatable], ["network", 0, true]);
  assert.equal(error.cause.message, "fetch failed");
});

test("an answer that doesn't come in time ends the request", async () => {
  const never = (url, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const client = createApi({ apiUrl: "https://api.example", getToken: () => "jwt", fetch: never, timeout: 5 });
  await assert.rejects(client.products(), { name: "ApiError", code: "timeout", repeatable: true });
});

test("an aborted request rejects with the signal's own reason, before and while it is under way", async () => {
  const stop = new AbortController();
  const never = (url, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const client = createApi({ apiUrl: "https://api.example", getToken: () => "jwt", fetch: never });
  const asked = client.products({ signal: stop.signal });
  stop.abort(new Error("gone"));
  await assert.rejects(asked, { message: "gone" });
  await assert.rejects(client.products({ signal: stop.signal }), { message: "gone" });
});

test("a token that can't be had is the application's error, as it is", async () => {
  const problem = Object.assign(new Error("no session"), { status: 401 });
  assert.equal(await refusal(success({}), { getToken: () => Promise.reject(problem) }), problem);
});

test("all pages of a list, each with its cursor", async () => {
  const pages = {
    first: { items: [1, 2], siguiente: "b", cursor: { tienda: 4 } },
    b: { items: [], siguiente: "c", cursor: { tienda: 5 } },
    c: { items: [3], siguiente: null, cursor: { tienda: 6 } },
  };
  const asked = [];
  const list = async ({ siguiente = "first", limite }) => {
    asked.push(limite);
    return pages[siguiente];
  };
  const taken = [];
  for await (const page of pagesOf(list)) taken.push(page);
  assert.deepEqual(taken, Object.values(pages));
  assert.deepEqual(asked, [200, 200, 200]);
});

test("a list that leads to where it was is not followed for ever", async () => {
  const list = async () => ({ items: [], siguiente: "x", cursor: {} });
  await assert.rejects(async () => {
    for await (const _ of pagesOf(list));
  }, { code: "server" });
});

test("what can't work is refused when it is given", () => {
  for (const bad of [{ apiUrl: undefined }, { apiUrl: "wss://x" }, { apiUrl: 3 }, { getToken: "jwt" }]) {
    assert.throws(() => createApi({ apiUrl: "https://x", getToken: () => "", ...bad }), TypeError);
  }
});
