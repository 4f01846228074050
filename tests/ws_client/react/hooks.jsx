// The hooks as a page uses them. react.test.mjs runs this with each React that the package supports.
import { GlobalRegistrator } from "@happy-dom/global-registrator";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

GlobalRegistrator.register();

const { act, cleanup, render, screen } = await import("@testing-library/react");
const { StrictMode, version } = await import("react");
const { renderToString } = await import("react-dom/server");
const { SaaiProvider, useConnection, useNotices, useProducts, useSales, useSell, useSnapshot, useTotals } = await import(
  "../../../packages/ws_client/src/react/index.js"
);
const { openStore } = await import("../../../packages/ws_client/src/store/index.js");
const { fakeGateway } = await import("../../../packages/ws_client/src/testing/index.js");

const PRODUCTS = [
  { codigo_producto: "T001P001", nombre: "Inca Kola", precio: 3.5, stock: 40 },
  { codigo_producto: "T001P002", nombre: "Arroz", precio: 12, stock: 5 },
];

afterEach(cleanup);

/** How often each part was rendered, and the gateway behind them. */
function page(options) {
  const gateway = fakeGateway({ products: PRODUCTS });
  const renders = { sales: 0, products: 0, connection: 0 };
  const Sales = () => {
    renders.sales += 1;
    const totals = useTotals();
    return <p data-testid="sales">{`${useSales().length} sales, S/ ${totals.ingresos}`}</p>;
  };
  const Products = () => {
    renders.products += 1;
    return <p data-testid="products">{useProducts().map(({ nombre, stock }) => `${nombre} ${stock}`).join(", ")}</p>;
  };
  const Connection = () => {
    renders.connection += 1;
    return <p data-testid="connection">{useConnection().estado}</p>;
  };
  const Notices = () => <p data-testid="notices">{useNotices().length}</p>;
  const tree = (more) => (
    <StrictMode>
      <SaaiProvider {...gateway.options} {...options} {...more}>
        <Sales />
        <Products />
        <Connection />
        <Notices />
      </SaaiProvider>
    </StrictMode>
  );
  return { gateway, renders, tree };
}

const text = (id) => screen.getByTestId(id).textContent;

test(`under React ${version} a page in StrictMode shows its store, live`, async () => {
  const { gateway, tree } = page();
  render(tree());
  assert.equal(text("connection"), "cargando");
  await act(() => gateway.settle());
  assert.equal(text("connection"), "al_dia");
  assert.equal(text("products"), "Arroz 5, Inca Kola 40");
  await act(() => gateway.sale({ T001P001: 2 }));
  assert.equal(text("sales"), "1 sales, S/ 7");
  assert.equal(text("products"), "Arroz 5, Inca Kola 38");
  await act(() => gateway.drop());
  assert.equal(text("connection"), "sin_conexion");
  await act(() => gateway.sale({ T001P002: 1 }));
  await act(() => gateway.restore());
  assert.equal(text("connection"), "al_dia");
  assert.equal(text("sales"), "2 sales, S/ 19");
});

test("StrictMode's double mount costs no second ticket, and the page's end leaves nothing", async () => {
  const { gateway, tree } = page();
  const { unmount } = render(tree());
  await act(() => gateway.settle());
  assert.equal(gateway.requests.filter(({ path }) => path === "/ws-ticket").length, 1);
  assert.equal(gateway.sockets, 1);
  unmount();
  await gateway.settle();
  assert.equal(gateway.sockets, 0);
  assert.equal(gateway.clock.pending("client"), 0);
});

test("a component is rendered again only when its part changed", async () => {
  const { gateway, renders, tree } = page();
  render(tree());
  await act(() => gateway.settle());
  const before = { ...renders };
  await act(() => gateway.send("analitica_actualizada", { mensaje: "x" }));
  await act(() => gateway.advance(60_000));
  assert.deepEqual(renders, before);
  await act(() => gateway.sale({ T001P001: 1 }));
  assert.equal(renders.connection, before.connection);
  assert.ok(renders.products > before.products);
});

test("rendering again keeps the store; another address opens another", async () => {
  const { gateway, tree } = page();
  const { rerender } = render(tree());
  await act(() => gateway.settle());
  rerender(tree());
  await act(() => gateway.settle());
  assert.equal(gateway.server.sockets.length, 1);
  rerender(tree({ url: "wss://fake.saai/other" }));
  await act(() => gateway.settle());
  assert.equal(gateway.sockets, 1);
  assert.equal(gateway.server.sockets.length, 2);
});

test("the token is asked of the function that was rendered last", async () => {
  const { gateway, tree } = page();
  const asked = [];
  const { rerender } = render(tree({ getToken: () => asked.push("first") && "a" }));
  await act(() => gateway.settle());
  rerender(tree({ getToken: () => asked.push("second") && "b" }));
  asked.length = 0;
  await act(() => gateway.drop());
  await act(() => gateway.restore());
  assert.deepEqual(asked, ["second"]);
});

test("a store that is open already is used, and not closed with the page", async () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  const store = openStore(gateway.options);
  await gateway.settle();
  const Products = () => <p data-testid="products">{useProducts().length}</p>;
  const { unmount } = render(
    <SaaiProvider store={store}>
      <Products />
    </SaaiProvider>,
  );
  assert.equal(text("products"), "2");
  unmount();
  assert.equal(gateway.sockets, 1);
  store.close();
});

function sellPage(gateway) {
  let last;
  const Sell = () => {
    const { sell, selling, error } = useSell();
    const sale = { productos: [{ codigo_producto: "T001P002", cantidad: 3 }], metodo_pago: "YAPE" };
    return (
      <button type="button" onClick={async () => (last = await sell(sale))}>
        {selling ? "selling" : (error?.code ?? "ready")}
      </button>
    );
  };
  render(
    <SaaiProvider {...gateway.options}>
      <Sell />
    </SaaiProvider>,
  );
  const button = () => screen.getByRole("button");
  return { button, press: () => act(async () => button().click()), last: () => last };
}

test("selling says that it does, then how it went", async () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  const { button, press, last } = sellPage(gateway);
  await act(() => gateway.settle());
  gateway.slow();
  await press();
  assert.equal(button().textContent, "selling");
  await act(() => gateway.release());
  assert.equal(button().textContent, "ready");
  assert.equal(last().codigo_venta, "T001V001");
  await press();
  await act(() => gateway.settle());
  assert.equal(button().textContent, "insufficient_stock");
  assert.equal(last(), null);
});

test("on a server it is rendered as loading, and asks for nothing", () => {
  const gateway = fakeGateway({ products: PRODUCTS });
  const Loaded = () => <p>{`${useSnapshot(({ loaded }) => loaded)} ${useConnection().estado}`}</p>;
  const html = renderToString(
    <SaaiProvider {...gateway.options}>
      <Loaded />
    </SaaiProvider>,
  );
  assert.match(html, /false cargando/);
  assert.equal(gateway.requests.length, 0);
});

test("a hook without its provider says what is missing", (context) => {
  context.mock.method(console, "error", () => {});
  const Lost = () => useSales().length;
  assert.throws(() => render(<Lost />), /need a <SaaiProvider> above/);
});
