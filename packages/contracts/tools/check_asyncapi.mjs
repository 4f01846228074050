/** Reads an AsyncAPI document from the standard input and writes what AsyncAPI's own parser says of it, as JSON. */

import { text } from "node:stream/consumers";

import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const found = diagnostics.map(({ code, message, path, severity }) => ({ code, message, path: path.join("."), severity }));
process.stdout.write(JSON.stringify({ valid: document !== undefined, diagnostics: found }, null, 2));
