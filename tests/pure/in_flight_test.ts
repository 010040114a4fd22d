/** The ring of waiters: order is kept while it grows, turns round and shrinks. */
import assert from "node:assert/strict";
import { InFlight, type Waiter } from "../../src/session/in_flight.ts";
import { test } from "../support/harness.ts";

interface Numbered extends Waiter {
  number: number;
}

function waiter(number: number): Numbered {
  return { number, mode: 0, name: `N${number}`, encode() {}, settle: () => true };
}

test("in flight: an empty ring has nobody", () => {
  const ring = new InFlight();
  assert.equal(ring.size, 0);
  assert.equal(ring.first, undefined);
  assert.equal(ring.shift(), undefined);
  assert.equal(ring.size, 0);
});

test("in flight: order is kept at every fill around the sizes of the ring", () => {
  for (const count of [1, 2, 63, 64, 65, 127, 128, 129, 1_000]) {
    for (const turned of [0, 1, 31, 63, 64, 100]) {
      const ring = new InFlight();
      for (let i = 0; i < turned; i++) {
        ring.push(waiter(-1));
        ring.shift();
      }
      for (let i = 0; i < count; i++) ring.push(waiter(i));
      assert.equal(ring.size, count);
      for (let i = 0; i < count; i++) {
        assert.equal((ring.first as Numbered).number, i);
        assert.equal((ring.shift() as Numbered).number, i);
      }
      assert.equal(ring.size, 0);
      assert.equal(ring.first, undefined);
    }
  }
});

test("in flight: 100,000 in, out and in again come in their order", () => {
  const ring = new InFlight();
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 100_000; i++) ring.push(waiter(next++));
    while (ring.size > 50_000) assert.equal((ring.shift() as Numbered).number, expected++);
    for (let i = 0; i < 20_000; i++) ring.push(waiter(next++));
    while (ring.size > 0) assert.equal((ring.shift() as Numbered).number, expected++);
    assert.equal(expected, next);
  }
});

test("in flight: a ring that is never empty keeps its order over 100,000 turns", () => {
  const ring = new InFlight();
  let next = 0;
  for (; next < 50; next++) ring.push(waiter(next));
  for (let expected = 0; expected < 100_000; expected++) {
    assert.equal((ring.shift() as Numbered).number, expected);
    ring.push(waiter(next++));
    assert.equal(ring.size, 50);
  }
});

test("in flight: those that are put in front come first, at every fill around the sizes of the ring", () => {
  for (const count of [0, 1, 63, 64, 65, 200]) {
    for (const front of [1, 2, 64, 65, 200]) {
      const ring = new InFlight();
      for (let i = 0; i < count; i++) ring.push(waiter(front + i));
      for (let i = front - 1; i >= 0; i--) ring.unshift(waiter(i));
      assert.equal(ring.size, front + count);
      for (let i = 0; i < front + count; i++) assert.equal((ring.at(i) as Numbered).number, i);
      assert.equal(ring.at(front + count), undefined);
      for (let i = 0; i < front + count; i++) assert.equal((ring.shift() as Numbered).number, i);
      assert.equal(ring.first, undefined);
    }
  }
});
