/** A React page's use of the types: it is compiled, not run. */
import { texto } from "@saai/ws-client";
import { SaaiProvider, useConnection, useProducts, useSell, useSnapshot } from "@saai/ws-client/react";
import { openStore } from "@saai/ws-client/store";

function Products() {
  const { sell, selling, error } = useSell();
  const failed: boolean = useSnapshot(({ failure }) => failure !== null);
  const productos = useProducts().map(({ codigo_producto }) => ({ codigo_producto, cantidad: 1 }));
  return (
    <button
      type="button"
      disabled={selling || failed}
      onClick={async () => console.log((await sell({ productos, metodo_pago: "YAPE" }))?.codigo_venta)}
    >
      {error ? error.message : texto(useConnection())}
    </button>
  );
}

const options = { url: "wss://x", apiUrl: "https://x", getToken: async () => "" };

export const pages = [
  <SaaiProvider {...options} pingEvery={60_000}>
    <Products />
  </SaaiProvider>,
  <SaaiProvider store={openStore(options)}>
    <Products />
  </SaaiProvider>,
  // @ts-expect-error an address is missing
  <SaaiProvider url="wss://x" getToken={() => ""} />,
  // @ts-expect-error either a store or how to open one
  <SaaiProvider {...options} store={openStore(options)} />,
];
