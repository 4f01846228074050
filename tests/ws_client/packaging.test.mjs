import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const PACKAGE = fileURLToPath(new URL("../../packages/ws_client/", import.meta.url));
const installed = createRequire(`${PACKAGE}package.json`);
const { build } = installed("esbuild");
const { exports } = installed("./package.json");

/**
 * Of each entry: what a page downloads for it, minified and compressed, at most; and what it shares with another entry,
 * counted there.
 */
const ENTRIES = {
  // A bundler leaves `texto` out where a page has its own words: it is weighed by itself.
  ".": { kilobytes: 6.5, shared: ["./texts.js"] },
  "./store": {
    kilobytes: 4,
    shared: ["../connect.js", "../cursor.js", "../timers.js", "../dispose.js", "../http/api.js", "../http/errors.js"],
  },
  "./http": { kilobytes: 2, shared: [] },
  "./react": { kilobytes: 1.5, shared: ["../store/live_store.js", "../http/errors.js"] },
};

const PARTS = [
  ...Object.entries(ENTRIES).map(([entry, part]) => ({ name: `the entry ${entry}`, path: exports[entry].default, ...part })),
  { name: "texto", path: "src/texts.js", kilobytes: 0.7, shared: [] },
];

for (const { name, path, kilobytes, shared } of PARTS) {
  test(`${name} is at most ${kilobytes} kB, compressed`, async (context) => {
    const { outputFiles } = await build({
      entryPoints: [`${PACKAGE}${path}`],
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      write: false,
      external: ["react"],
      plugins: [
        {
          name: "shared",
          setup: ({ onResolve }) => onResolve({ filter: /^\./ }, (asked) => (shared.includes(asked.path) ? { path: asked.path, external: true } : undefined)),
        },
      ],
    });
    const size = gzipSync(outputFiles[0].contents, { level: 9 }).length;
    context.diagnostic(`${name}: ${size} bytes`);
    assert.ok(size <= kilobytes * 1000, `${size} bytes`);
  });
}

test("every entry has a size, but the test double, which no page downloads", () => {
  assert.deepEqual(Object.keys(exports), [...Object.keys(ENTRIES), "./testing", "./package.json"]);
});

/** What each entry is documented to offer. */
const NAMES = {
  ".": ["ClientError", "combineCursors", "connect", "texto"],
  "./http": ["ApiError", "createApi", "newKey", "pagesOf"],
  "./store": ["openStore"],
  "./react": ["SaaiProvider", "useConnection", "useNotices", "useProducts", "useSales", "useSell", "useSnapshot", "useTotals"],
  "./testing": ["fakeGateway"],
};

test("each entry offers under its name what is documented, and nothing else", async () => {
  for (const [entry, names] of Object.entries(NAMES)) {
    const module = await import(pathToFileURL(`${PACKAGE}${exports[entry].default}`));
    assert.deepEqual(Object.keys(module).sort(), names, entry);
    const types = readFileSync(`${PACKAGE}${exports[entry].types}`, "utf8");
    for (const name of names) assert.match(types, new RegExp(`export (function|class) ${name}\\b`), `${entry}: ${name}`);
  }
});

test("publint has nothing to say", async () => {
  const { publint } = await import(pathToFileURL(installed.resolve("publint")));
  const { messages } = await publint({ pkgDir: PACKAGE, strict: true });
  assert.deepEqual(messages, []);
});

test("the types are right for whoever imports ES modules, as attw judges", () => {
  const attw = `${PACKAGE}node_modules/.bin/attw`;
  execFileSync(attw, ["--pack", PACKAGE, "--profile", "esm-only", "--no-emoji", "--no-color"], { encoding: "utf8" });
});
