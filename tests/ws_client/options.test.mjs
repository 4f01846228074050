import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../../packages/ws_client/src/index.js";
import { MINUTE, connected } from "./support/screen.mjs";

const GOOD = {
  url: "wss://api.example/dev",
  getTicket: () => new Promise(() => {}),
  onEvent: () => {},
  onReload: () => {},
  environment: { WebSocket: class {} },
};

/** The error with which options are refused; those that aren't open nothing and are closed. */
function refusal(options) {
  try {
    connect(options).close();
  } catch (error) {
    return error;
  }
  return undefined;
}

const NUMBERS = [
  "pingEvery",
  "answerTimeout",
  "handshakeTimeout",
  "reloadTimeout",
  "rotateAfter",
  "rotateJitter",
  "renewAhead",
  "retryFirst",
  "retryLimit",
  "calmAfter",
  "gapGrace",
  "bufferLimit",
];

for (const name of NUMBERS) {
  test(`${name} outside its range is refused with its name, its range, its unit and the value given`, () => {
    for (const value of [Infinity, -Infinity, NaN, -1, 2 ** 31, 30 * 24 * 60 * MINUTE]) {
      const error = refusal({ ...GOOD, [name]: value });
      assert.ok(error instanceof RangeError, `${value}: ${error}`);
      assert.match(error.message, new RegExp(`^${name} must be .*(milliseconds|events) from \\d+ to \\d+, not ${value}$`));
    }
  });

  test(`${name} of another type is refused, a text that looks like a number too`, () => {
    for (const value of ["5", null, true, [1000], 1000n]) {
      const error = refusal({ ...GOOD, [name]: value });
      assert.ok(error instanceof TypeError, String(value));
      assert.match(error.message, new RegExp(`^${name} must be .* not ${typeof value === "string" ? '"5"' : String(value)}$`));
    }
  });
}

test("zero where it would mean without a pause is refused", () => {
  for (const name of ["pingEvery", "rotateAfter", "retryFirst", "retryLimit", "answerTimeout", "bufferLimit"]) {
    assert.ok(refusal({ ...GOOD, [name]: 0 }) instanceof RangeError, name);
  }
});

test("no options that are taken make haste: the least of each, for an hour", async () => {
  const it = await connected({ pingEvery: 1000, rotateAfter: 1000, rotateJitter: 0, retryFirst: 100, retryLimit: 1000 });
  await it.clock.advance(MINUTE);
  assert.ok(it.tickets <= 62, `${it.tickets} tickets in a minute`);
  assert.ok(it.server.received.length < 200, `${it.server.received.length} frames in a minute`);
});

test("numbers that contradict each other are refused", () => {
  assert.match(refusal({ ...GOOD, rotateAfter: MINUTE, rotateJitter: MINUTE }).message, /^rotateJitter must .* to 30000,/);
  assert.match(refusal({ ...GOOD, retryFirst: MINUTE, retryLimit: 2000 }).message, /^retryLimit must .* from 60000 to/);
});

test("a default gives way to what was chosen beside it", () => {
  assert.equal(refusal({ ...GOOD, rotateAfter: MINUTE }), undefined);
  assert.equal(refusal({ ...GOOD, retryFirst: MINUTE }), undefined);
});

test("an option that doesn't exist is refused, with those that do", () => {
  const error = refusal({ ...GOOD, pingInterval: 1000, onevent: () => {} });
  assert.ok(error instanceof TypeError);
  assert.match(error.message, /^no option pingInterval, onevent; there are: pingEvery, .*onEvent/);
});

test("what is missing is named, all of it", () => {
  assert.match(refusal(undefined).message, /^connect needs url, onEvent, onReload, getTicket$/);
  assert.match(refusal({}).message, /^connect needs url, onEvent, onReload, getTicket$/);
  assert.match(refusal({ ...GOOD, onReload: undefined }).message, /^connect needs onReload$/);
});

test("an option that is undefined is one that wasn't given", () => {
  const options = Object.fromEntries([...NUMBERS, "onState", "onError", "cursor", "signal"].map((name) => [name, undefined]));
  assert.equal(refusal({ ...GOOD, ...options }), undefined);
});

test("anything else that can't work is refused with its name", () => {
  for (const [name, value] of [
    ["url", "not a url"],
    ["url", "https://api.example/dev"],
    ["url", "wss://api.example/dev#part"],
    ["getToken", () => ""],
    ["getTicket", "ticket"],
    ["onEvent", {}],
    ["onState", "state"],
    ["onError", null],
    ["onUnknownEvent", 1],
    ["cursor", { tienda: -1 }],
    ["cursor", [1]],
    ["signal", "stop"],
    ["environment", 3],
  ]) {
    const error = refusal({ ...GOOD, [name]: value });
    assert.ok(error instanceof TypeError, `${name}: ${error}`);
    assert.match(error.message, new RegExp(name));
  }
});

test("where there is no WebSocket, as in Node before 22, connect says so and what to do, and asks for no ticket", async () => {
  const native = globalThis.WebSocket;
  delete globalThis.WebSocket;
  let tickets = 0;
  const options = { ...GOOD, getTicket: () => `T001.${(tickets += 1)}` };
  for (const environment of [undefined, {}, { WebSocket: undefined }]) {
    const error = refusal({ ...options, environment });
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /no WebSocket .*Node .*22.*environment\.WebSocket/);
  }
  await Promise.resolve();
  assert.equal(tickets, 0);
  if (native) globalThis.WebSocket = native;
});
