import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const PACKAGE = fileURLToPath(new URL("packages/ws_client/", ROOT));
const installed = createRequire(`${PACKAGE}package.json`);
const { transform } = installed("esbuild");

/** The code blocks of a document: language and text. */
function blocks(path) {
  const text = readFileSync(new URL(path, ROOT), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language, code]) => ({ language, code }));
}

/** What a document imports of the package exists. */
async function assertNames(code) {
  const { exports } = installed("./package.json");
  for (const [, names, entry] of code.matchAll(/import \{([^}]+)\} from "@saai\/ws-client([^"]*)"/g)) {
    const module = await import(pathToFileURL(`${PACKAGE}${exports[`.${entry}`].default}`));
    for (const name of names.split(",")) assert.ok(name.trim() in module, `${name} of .${entry}`);
  }
}

test("the page for Vue compiles", async () => {
  const { compileScript, compileTemplate, parse } = installed("vue/compiler-sfc");
  const all = blocks("docs/client-vue.md");
  assert.deepEqual(all.map(({ language }) => language), ["js", "vue", "js"]);
  for (const { language, code } of all) {
    await assertNames(code);
    if (language === "js") {
      await transform(code);
      continue;
    }
    const { descriptor, errors } = parse(code);
    assert.deepEqual(errors, []);
    compileScript(descriptor, { id: "page" });
    const template = compileTemplate({ source: descriptor.template.content, filename: "page.vue", id: "page" });
    assert.deepEqual([template.errors, template.tips], [[], []]);
  }
});

test("the page for Svelte compiles, without a warning", async () => {
  const { compile, compileModule } = installed("svelte/compiler");
  const all = blocks("docs/client-svelte.md");
  assert.deepEqual(all.map(({ language }) => language), ["js", "svelte"]);
  for (const { language, code } of all) {
    await assertNames(code);
    const { warnings } = language === "js" ? compileModule(code, { filename: "store.svelte.js" }) : compile(code, {});
    assert.deepEqual(warnings.map(({ message }) => message), []);
  }
});

test("every example of the package's own page compiles, and imports what there is", async () => {
  const all = blocks("packages/ws_client/README.md").filter(({ language }) => /^jsx?$/.test(language));
  assert.ok(all.length >= 5);
  for (const { code } of all) {
    await assertNames(code);
    await transform(code, { loader: "jsx" });
  }
});
