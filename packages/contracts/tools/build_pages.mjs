/**
 * Builds the pages that show the contracts: `node build_pages.mjs FOLDER`.
 *
 * They stand on their own: no request leaves them, and they open from a folder too. Served beside `/config.json` (by
 * `make dev`) they offer to try the HTTP API on the local AWS.
 */

import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

import { Parser, stringify } from "@asyncapi/parser";

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)));
const BUNDLES = {
  "scalar.js": "@scalar/api-reference/dist/browser/standalone.js",
  "asyncapi.js": "@asyncapi/react-component/browser/standalone/without-parser.js",
  "asyncapi.css": "@asyncapi/react-component/styles/default.min.css",
};

/** @param {string} name */
const published = (name) => readFile(join(PACKAGE, "published", name), "utf8");

/** Puts a document into a page, as data that the browser doesn't run. @param {string} page @param {string} document */
async function write(page, document) {
  const html = await readFile(join(PACKAGE, "pages", page), "utf8");
  await writeFile(join(folder, page), html.replace("{document}", () => document.replaceAll("<", "\\u003c")));
}

const folder = argv[2];
if (folder === undefined) throw new Error("build_pages.mjs FOLDER");
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

await write("index.html", await published("openapi.json"));
const { document, diagnostics } = await new Parser().parse(await published("asyncapi.json"));
if (document === undefined) throw new Error(JSON.stringify(diagnostics));
await write("events.html", String(stringify(document)));
for (const name of ["page.css", "http.js", "events.js"]) await cp(join(PACKAGE, "pages", name), join(folder, name));
for (const [name, path] of Object.entries(BUNDLES)) {
  await cp(join(PACKAGE, "node_modules", path), join(folder, name));
}
