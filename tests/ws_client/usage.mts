/** A frontend's use of the types: it is compiled, not run. */
import {
  type Connection,
  type ConnectionState,
  type Cursor,
  type EventType,
  type MetodoPago,
  type UnknownEvent,
  combineCursors,
  connect,
  texto,
} from "@saai/ws-client";
import { ApiError, createApi, pagesOf } from "@saai/ws-client/http";
import { type StoreProduct, openStore } from "@saai/ws-client/store";
import { fakeGateway } from "@saai/ws-client/testing";

const stock = new Map<string, number>();
const load = async (context?: { signal: AbortSignal }): Promise<Cursor> => (context?.signal.aborted ? {} : { tienda: 1 });

const connection: Connection = connect({
  url: "wss://api.example/dev",
  getTicket: async () => "T001.x",
  onEvent: (event) => {
    switch (event.event_type) {
      case "venta_registrada":
        for (const { codigo, stock: left } of event.data.productos_vendidos) stock.set(codigo, left ?? 0);
        break;
      case "prediccion_generada":
        console.log(event.data.demanda_manana ?? event.data.productos);
        break;
      case "analitica_actualizada":
        console.log(Number(event.data.resumen?.ingresos_hoy));
        break;
      default:
        // Types that aren't known go to onUnknownEvent.
        console.log(event.event_type satisfies EventType);
    }
  },
  onUnknownEvent: (event: UnknownEvent) => console.log(event.event_type, event.data["codigo"]),
  onReload: async ({ signal }) => combineCursors(await load({ signal }), await load()),
  onState: ({ estado, confirmado, vence }) => console.log(estado === "al_dia", confirmado?.toFixed(), vence?.toFixed()),
});
connection.close();
{
  using scoped = connect({ url: "wss://x", getToken: () => "", onEvent: () => {}, onReload: load });
  console.log(scoped.state satisfies ConnectionState);
}

// What isn't given may be undefined, also under exactOptionalPropertyTypes.
connect({
  url: "wss://x",
  getTicket: () => "",
  onEvent: () => {},
  onReload: load,
  onState: undefined,
  onError: undefined,
  onUnknownEvent: undefined,
  cursor: undefined,
  signal: undefined,
  pingEvery: undefined,
  environment: undefined,
});

// @ts-expect-error there is no such event
console.log("venta_borrada" satisfies EventType);
// @ts-expect-error one of getToken and getTicket
connect({ url: "", onEvent: () => {}, onReload: load });
// @ts-expect-error not both
connect({ url: "", getToken: () => "", getTicket: () => "", onEvent: () => {}, onReload: load });
// @ts-expect-error a snapshot is needed
connect({ url: "", getToken: () => "", onEvent: () => {} });
// @ts-expect-error there is no such option
connect({ url: "", getToken: () => "", onEvent: () => {}, onReload: load, pingInterval: 5 });

// Usual means of payment are suggested, others are taken.
const usual: MetodoPago = "YAPE";
const other: MetodoPago = "BITCOIN";

const api = createApi({ apiUrl: "https://api.example", getToken: () => "" });
for await (const { items, cursor } of pagesOf(api.products)) console.log(items[0]?.nombre, cursor["tienda"]);
try {
  const { codigo_venta } = await api.sell({
    productos: [{ codigo_producto: "T001P001", cantidad: 1 }],
    metodo_pago: Math.random() < 0.5 ? usual : other,
  });
  console.log(codigo_venta);
} catch (error) {
  if (error instanceof ApiError && error.code === "insufficient_stock") console.log(error.details[0]?.disponible);
  console.log(texto(error));
}
// @ts-expect-error a sale has lines
await api.sell({ metodo_pago: "YAPE" });
console.log((await api.request("POST /predicciones", { body: { codigo_producto: "T001P001" }, key: "k" })).demanda_manana);
for await (const { items } of pagesOf(({ signal, ...query }) => api.request("GET /productos", { query, signal }))) console.log(items[0]?.precio);
// @ts-expect-error this route takes a body
await api.request("POST /predicciones");
// @ts-expect-error there is no such route
await api.request("POST /compras");
console.log((await api.analytics("semana")).productos_top[0]?.unidades);

const store = openStore({ url: "wss://x", apiUrl: "https://x", getToken: () => "", onEvent: undefined });
const leave: () => void = store.subscribe(() => console.log(store.getSnapshot().totals.ingresos));
leave();
for await (const { products } of store) {
  const first: StoreProduct | undefined = products[0];
  console.log(first?.precio.toFixed(2));
  // @ts-expect-error a snapshot isn't changed
  if (first) first.stock = 3;
}
// @ts-expect-error what is loaded is the store's own
openStore({ url: "", apiUrl: "", getToken: () => "", onReload: load });

const gateway = fakeGateway({ products: [{ codigo_producto: "T001P001", stock: 4 }] });
openStore(gateway.options).close();
await gateway.send("prediccion_generada", { productos: 3, alertas: 1 });
// @ts-expect-error an event has its data
await gateway.send("venta_registrada", { productos: 3 });
