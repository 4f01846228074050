import assert from "node:assert/strict";
import { test } from "node:test";
import { Api, ApiError } from "../../packages/console/api.js";

/** An API whose server answers what it is told, and the requests it was sent. */
function served(...answers) {
  const requests = [];
  const fetch = async (url, options) => {
    requests.push({ url, ...options });
    const { status = 200, body } = answers.shift();
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return { api: new Api({ url: "http://api", token: "jwt", fetch }), requests };
}

const page = (items, siguiente, tienda) => ({
  body: { success: true, message: "", data: { items, siguiente, cursor: { tienda } } },
});

test("a sale goes out with its key and the user's token", async () => {
  const answer = { codigo_venta: "T001V001", total: 7, fecha: "2026-01-05" };
  const { api, requests } = served({ status: 201, body: { success: true, message: "", data: answer } });
  assert.deepEqual(await api.registrarVenta({ productos: [], metodo_pago: "YAPE" }, "clave-1"), answer);
  const [{ url, method, headers, body }] = requests;
  assert.deepEqual([url, method], ["http://api/ventas", "POST"]);
  assert.deepEqual([headers.authorization, headers["idempotency-key"]], ["Bearer jwt", "clave-1"]);
  assert.deepEqual(JSON.parse(body), { productos: [], metodo_pago: "YAPE" });
});

test("a refusal carries its status, its message and the fields", async () => {
  const data = [{ campo: "metodo_pago", mensaje: "Falta." }];
  const { api } = served({ status: 400, body: { success: false, message: "Hay datos no válidos.", data } });
  await assert.rejects(api.registrarVenta({}, "k"), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.status, error.message, error.details], [400, "Hay datos no válidos.", data]);
    return true;
  });
});

test("an answer that is no envelope is a refusal with its status", async () => {
  const { api } = served({ status: 502, body: "Bad Gateway" });
  await assert.rejects(api.ticket(), { status: 502, message: "El servidor respondió 502.", details: [] });
});

test("a ticket is what the envelope holds", async () => {
  const { api, requests } = served({ body: { success: true, message: "", data: { ticket: "T001.abc" } } });
  assert.equal(await api.ticket(), "T001.abc");
  assert.equal(requests[0].url, "http://api/ws-ticket");
});

test("a list is read to its end, each page with its own cursor", async () => {
  const { api, requests } = served(page(["a"], "tras a/b", 5), page(["b"], null, 7));
  assert.deepEqual(
    (await api.pages("/productos")).map(({ items, cursor }) => [items, cursor]),
    [
      [["a"], { tienda: 5 }],
      [["b"], { tienda: 7 }],
    ],
  );
  assert.equal(new URL(requests[1].url).searchParams.get("siguiente"), "tras a/b");
});

test("a list without end is not read forever", async () => {
  const { api } = served(...Array.from({ length: 300 }, () => page([], "más", 1)));
  await assert.rejects(api.pages("/productos"), RangeError);
});
