// With a bundler these are "@saai/ws-client" and "@saai/ws-client/store".
import { texto } from "/ws_client/src/index.js";
import { openStore } from "/ws_client/src/store/index.js";

const { ws_url: url, api_url: apiUrl, tiendas } = await (await fetch("/config.json")).json();
const store = openStore({ url, apiUrl, getToken: () => tiendas[0].usuarios[0].token }); // what your login gave

/** A list is drawn again only when it is another one: what stays must not be read out again. */
function drawn(id, lineOf) {
  let shown;
  return (items) => {
    if (items === shown) return;
    shown = items;
    const rows = items.map((item) => Object.assign(document.createElement("li"), { textContent: lineOf(item) }));
    document.getElementById(id).replaceChildren(...rows);
  };
}

const drawSales = drawn("ventas", ({ codigo_venta, total }) => `${codigo_venta}: S/ ${total.toFixed(2)}`);
const drawStock = drawn("stock", ({ nombre, stock }) => `${nombre}: ${stock}`);
const estado = document.getElementById("estado");

for await (const { connection, sales, products } of store) {
  if (estado.textContent !== texto(connection)) estado.textContent = texto(connection);
  drawSales(sales);
  drawStock(products);
}
