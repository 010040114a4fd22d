/** Warnings: they come before anybody can listen, so that those that nobody heard are kept for the first who does. */
import assert from "node:assert/strict";
import { Events, type WarningEvent } from "../../src/events.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";

function warning(number: number): WarningEvent {
  return { code: "insecureTls", node: "host:6379", message: `warning ${number}` };
}

test("warnings: one that nobody heard comes to the first listener, after it has been added, and once", async () => {
  const events = new Events();
  events.emit("warning", warning(1));
  const first: WarningEvent[] = [];
  const second: WarningEvent[] = [];
  events.on("warning", (event) => first.push(event));
  assert.deepEqual(first, []);
  await turn();
  events.on("warning", (event) => second.push(event));
  await turn();
  assert.deepEqual([first, second], [[warning(1)], []]);
});

test("warnings: all listeners of that turn are told, a later warning too", async () => {
  const events = new Events();
  events.emit("warning", warning(1));
  events.emit("warning", warning(2));
  const told: string[] = [];
  events.on("warning", ({ message }) => told.push(`first: ${message}`));
  events.on("warning", ({ message }) => told.push(`second: ${message}`));
  await turn();
  events.emit("warning", warning(3));
  assert.deepEqual(told, [1, 2, 3].flatMap((number) => [`first: warning ${number}`, `second: warning ${number}`]));
});

test("warnings: a listener that is gone before it was told has not heard, and the next one is told", async () => {
  const events = new Events();
  events.emit("warning", warning(1));
  const told: string[] = [];
  events.on("warning", () => told.push("gone"))();
  await turn();
  events.on("warning", ({ message }) => told.push(message));
  await turn();
  assert.deepEqual(told, ["warning 1"]);
});

test("warnings: the first 16 are kept, and no other event is", async () => {
  const events = new Events();
  for (let number = 1; number <= 20; number++) events.emit("warning", warning(number));
  events.emit("connect", { node: "host:6379", role: "shared" });
  const told: string[] = [];
  events.on("connect", () => told.push("connect"));
  events.on("warning", ({ message }) => told.push(message));
  await turn();
  assert.deepEqual(told, Array.from({ length: 16 }, (_, index) => `warning ${index + 1}`));
});

test("warnings: what a listener throws at a kept one hurts nobody", async () => {
  const events = new Events();
  events.emit("warning", warning(1));
  events.emit("warning", warning(2));
  let count = 0;
  events.on("warning", () => {
    count++;
    throw new Error("its own");
  });
  await turn();
  assert.equal(count, 2);
});
