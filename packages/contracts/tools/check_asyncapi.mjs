/** Reads a JSON array of AsyncAPI documents from the standard input and writes what AsyncAPI's own parser says of each. */

import { text } from "node:stream/consumers";

import { Parser } from "@asyncapi/parser";

const parser = new Parser();
const verdicts = [];
for (const asked of JSON.parse(await text(process.stdin))) {
  const { document, diagnostics } = await parser.parse(asked);
  verdicts.push({ valid: document !== undefined, codes: diagnostics.map(({ code }) => code) });
}
process.stdout.write(JSON.stringify(verdicts));
