import { SaaiProvider } from "@saai/ws-client/react";
import { fakeGateway } from "@saai/ws-client/testing";
import { act, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { App } from "./App";

test("a sale made while the line was down is there when it is back", async () => {
  const gateway = fakeGateway({ products: [{ codigo_producto: "T001P001", nombre: "Arroz", stock: 5 }] });
  render(<SaaiProvider {...gateway.options}><App /></SaaiProvider>);
  await act(() => gateway.drop());
  await act(() => gateway.sale({ T001P001: 2 }));
  await act(() => gateway.restore());
  expect(screen.getByRole("status").textContent).toBe("Al día");
  expect(screen.getByText("Arroz: 3")).toBeTruthy();
});
