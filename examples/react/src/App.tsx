import { texto } from "@saai/ws-client";
import { useConnection, useProducts, useSales } from "@saai/ws-client/react";

const Connection = () => <p role="status">{texto(useConnection())}</p>;

const Sales = () => <ol aria-label="Ventas de hoy">{useSales().map(({ codigo_venta, total, metodo_pago }) => (
  <li key={codigo_venta}>{codigo_venta}: S/ {total.toFixed(2)} ({metodo_pago})</li>
))}</ol>;

const Stock = () => <ul aria-label="Stock">{useProducts().map(({ codigo_producto, nombre, stock }) => (
  <li key={codigo_producto}>{nombre}: {stock}</li>
))}</ul>;

export const App = () => <><h1>Mi tienda</h1><Connection /><Sales /><Stock /></>;
