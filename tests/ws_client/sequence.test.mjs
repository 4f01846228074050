import assert from "node:assert/strict";
import { test } from "node:test";

import { combineCursors } from "../../packages/ws_client/src/index.js";
import { Sequence } from "../../packages/ws_client/src/sequence.js";
import { eventOf } from "../../packages/ws_client/src/testing/server.js";

function offer(sequence, ...seqs) {
  for (const seq of seqs) sequence.offer(eventOf({ canal: "tienda", seq }));
}

function taken(sequence) {
  const all = [];
  for (let event = sequence.take(); event; event = sequence.take()) all.push(event.seq);
  return all;
}

test("events are taken in order, each once", () => {
  const sequence = new Sequence({ tienda: 4 }, 10);
  offer(sequence, 7, 5, 5, 3, 6, 7);
  assert.deepEqual(taken(sequence), [5, 6, 7]);
  offer(sequence, 6);
  assert.deepEqual([taken(sequence), sequence.held, sequence.cursor], [[], 0, { tienda: 7 }]);
});

test("with the buffer full only the next event due is kept, and the others are known to be missing", () => {
  const sequence = new Sequence({ tienda: 0 }, 2);
  offer(sequence, 3, 4, 5, 2);
  assert.equal(sequence.held, 2);
  offer(sequence, 1);
  assert.deepEqual(taken(sequence), [1]);
  assert.deepEqual([sequence.behind, sequence.seen], [true, { tienda: 5 }]);
});

test("a server's cursor ahead of ours shows that something is missing; one behind changes nothing", () => {
  const sequence = new Sequence({ tienda: 4 }, 10);
  sequence.learn({ tienda: 3 });
  assert.deepEqual([sequence.behind, sequence.cursor], [false, { tienda: 4 }]);
  sequence.learn({ tienda: 6 });
  assert.equal(sequence.behind, true);
  offer(sequence, 5, 6);
  assert.deepEqual([taken(sequence), sequence.behind], [[5, 6], false]);
});

for (const [told, heard, first] of [
  [6, [8], 7],
  [8, [8], 8],
  [9, [], 10],
  [undefined, [9, 8], 8],
]) {
  test(`a new channel begins at ${first} when the server tells ${told} and ${heard} were heard`, () => {
    const sequence = new Sequence({}, 10);
    offer(sequence, ...heard);
    assert.deepEqual(taken(sequence), []);
    sequence.learn(told === undefined ? {} : { tienda: told });
    assert.deepEqual(sequence.cursor, { tienda: first - 1 });
  });
}

test("a snapshot's cursor replaces the position, backwards too; what waited is dropped", () => {
  const sequence = new Sequence({ tienda: 9, administracion: 2 }, 10);
  offer(sequence, 12);
  sequence.reset({ tienda: 5 });
  assert.deepEqual([sequence.cursor, sequence.held, sequence.behind], [{ tienda: 5, administracion: 2 }, 0, false]);
  offer(sequence, 6);
  assert.deepEqual(taken(sequence), [6]);
});

test("forgetting keeps the positions, and nothing of what was said to come", () => {
  const sequence = new Sequence({ tienda: 5 }, 10);
  offer(sequence, 7);
  sequence.offer(eventOf({ canal: "administracion", seq: 3 }));
  sequence.forget();
  assert.deepEqual([sequence.cursor, sequence.seen, sequence.behind], [{ tienda: 5 }, { tienda: 5 }, false]);
  offer(sequence, 6);
  assert.deepEqual(taken(sequence), [6]);
});

test("several snapshots combine by the minimum of each channel", () => {
  assert.deepEqual(combineCursors({ tienda: 5, administracion: 1 }, undefined, { tienda: 3 }, null), {
    tienda: 3,
    administracion: 1,
  });
  assert.deepEqual(combineCursors(), {});
});
