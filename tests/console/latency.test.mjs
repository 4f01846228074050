import assert from "node:assert/strict";
import { test } from "node:test";
import { Latency } from "../../packages/console/latency.js";

test("a sale counts from the press of the button to the drawing, whichever is known first", () => {
  const latency = new Latency();
  latency.sent("T001V001", 1000);
  latency.shown("T001V001", 1040);
  latency.shown("T001V002", 2080);
  latency.sent("T001V002", 2000);
  assert.deepEqual(latency.samples, [40, 80]);
});

test("half a measurement is none", () => {
  const latency = new Latency();
  latency.shown("T001V001", 1000);
  latency.sent("T001V002", 1000);
  assert.equal(latency.summary, null);
});

test("the figures are of the last 50 sales", () => {
  const latency = new Latency();
  for (let number = 1; number <= 150; number += 1) {
    latency.sent(`V${number}`, 0);
    latency.shown(`V${number}`, number);
  }
  assert.deepEqual(latency.summary, { last: 150, median: 126, p95: 148, count: 50 });
});

test("clocks that disagree don't make a sale arrive before it was made", () => {
  const latency = new Latency();
  latency.sent("T001V001", 1000);
  latency.shown("T001V001", 999);
  assert.deepEqual(latency.samples, [0]);
});
