/** A frontend's use of the types: it is compiled, not run. */
import { type Connection, type Cursor, combineCursors, connect } from "@saai/ws-client";

const stock = new Map<string, number>();
const load = async (): Promise<Cursor> => ({ tienda: 1 });

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
        event satisfies never;
    }
  },
  onReload: async () => combineCursors(await load(), await load()),
  onState: ({ estado, confirmado }) => console.log(estado === "al_dia", confirmado?.toFixed()),
});
connection.close();

// @ts-expect-error one of getToken and getTicket
connect({ url: "", onEvent: () => {}, onReload: load });
// @ts-expect-error not both
connect({ url: "", getToken: () => "", getTicket: () => "", onEvent: () => {}, onReload: load });
// @ts-expect-error a snapshot is needed
connect({ url: "", getToken: () => "", onEvent: () => {} });
