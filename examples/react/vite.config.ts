import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  base: "./",
  // `make dev` tells the addresses of its stage and a token for everybody in its stores.
  server: { proxy: { "/config.json": "http://127.0.0.1:8642" } },
  test: { environment: "happy-dom", silent: "passed-only" },
});
