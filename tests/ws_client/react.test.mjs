import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../../packages/ws_client/", import.meta.url));
const { build } = createRequire(`${PACKAGE}package.json`)("esbuild");

/** The package's own names for the Reacts that are installed beside each other. */
const VERSIONS = {
  18: { react: "react-18", "react-dom": "react-dom-18" },
  19: {},
};

for (const [version, alias] of Object.entries(VERSIONS)) {
  test(`the hooks work under React ${version}`, async () => {
    const outfile = `${PACKAGE}node_modules/.cache/saai/react-${version}.test.mjs`;
    await build({
      entryPoints: [fileURLToPath(new URL("react/hooks.jsx", import.meta.url))],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      jsx: "automatic",
      alias,
      absWorkingDir: PACKAGE,
      nodePaths: [`${PACKAGE}node_modules`],
      external: ["@happy-dom/global-registrator"],
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      logLevel: "error",
    });
    // React and the DOM leave ports open that would keep the process.
    const { NODE_TEST_CONTEXT, ...environment } = process.env;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--test", "--test-force-exit", "--test-reporter=tap", outfile], {
      encoding: "utf8",
      env: environment,
    });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, new RegExp(`under React ${version}`));
    assert.doesNotMatch(stdout + stderr, /not wrapped in act|Warning:/);
  });
}
