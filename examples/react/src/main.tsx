import { SaaiProvider } from "@saai/ws-client/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";

const { ws_url: url, api_url: apiUrl, tiendas } = await (await fetch("/config.json")).json();
const getToken = () => tiendas[0].usuarios[0].token; // what your login gave
createRoot(document.getElementById("root")!).render(
  <StrictMode><SaaiProvider {...{ url, apiUrl, getToken }}><App /></SaaiProvider></StrictMode>,
);
