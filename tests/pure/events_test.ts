/** Events: who is told, and that no listener hurts anybody. */
import assert from "node:assert/strict";
import { type ClientEvents, type ConnectEvent, Events } from "../../src/events.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";

const EVENT: ConnectEvent = { node: "host:6379", role: "shared" };

test("events: every listener of that name is told, in order, with the event", () => {
  const events = new Events();
  const told: unknown[] = [];
  events.on("connect", (event) => told.push("first", event));
  events.on("ready", () => told.push("other"));
  events.on("connect", (event) => told.push("second", event));
  events.emit("connect", EVENT);
  assert.deepEqual(told, ["first", EVENT, "second", EVENT]);
  assert.equal(told[1], EVENT);
});

test("events: nothing happens when nobody listens, not even to an error", () => {
  const events = new Events();
  events.emit("error", { ...EVENT, error: new Error("unheard") });
  events.emit("connect", EVENT);
  events.off("connect", () => {});
});

test("events: a listener is there once, and is removed by either way", () => {
  const events = new Events();
  let count = 0;
  const listener = () => void count++;
  const remove = events.on("connect", listener);
  events.on("connect", listener);
  events.emit("connect", EVENT);
  assert.equal(count, 1);
  remove();
  remove();
  events.emit("connect", EVENT);
  assert.equal(count, 1);
  events.on("connect", listener);
  events.off("ready", listener);
  events.emit("connect", EVENT);
  assert.equal(count, 2);
  events.off("connect", listener);
  events.emit("connect", EVENT);
  assert.equal(count, 2);
});

test("events: what a listener throws, or rejects with, reaches nobody", async () => {
  const events = new Events();
  const told: string[] = [];
  events.on("error", () => {
    throw new Error("thrown");
  });
  events.on("error", () => Promise.reject(new Error("rejected")));
  events.on("error", async () => {
    await turn();
    throw new Error("rejected later");
  });
  events.on("error", () => void told.push("last"));
  events.emit("error", { ...EVENT, error: new Error("it") });
  // The runner fails a test that leaves a rejection behind.
  await turn();
  await turn();
  assert.deepEqual(told, ["last"]);
});

test("events: listeners that come or go while an event is told count from the next one on", () => {
  const events = new Events();
  const told: string[] = [];
  const late = () => void told.push("late");
  const gone = () => void told.push("gone");
  const once = () => {
    told.push("once");
    events.off("connect", once);
    events.off("connect", gone);
    events.on("connect", late);
  };
  events.on("connect", once);
  events.on("connect", gone);
  events.emit("connect", EVENT);
  assert.deepEqual(told.splice(0), ["once", "gone"]);
  events.emit("connect", EVENT);
  assert.deepEqual(told, ["late"]);
});

test("events: an event within an event is told at once, in full", () => {
  const events = new Events();
  const told: string[] = [];
  events.on("connect", () => {
    told.push("connect");
    events.emit("ready", EVENT);
  });
  events.on("ready", () => void told.push("ready"));
  events.on("connect", () => void told.push("connect too"));
  events.emit("connect", EVENT);
  assert.deepEqual(told, ["connect", "ready", "connect too"]);
});

test("events: what is no function cannot listen", () => {
  const events = new Events();
  for (const wrong of [undefined, null, {}, "connect", 5, Promise.resolve()]) {
    for (const name of ["connect", "error"] satisfies (keyof ClientEvents)[]) {
      assert.throws(() => events.on(name, wrong as never), {
        name: "TypeError",
        message: `Cannot listen to ${name}: the listener is no function`,
      });
    }
  }
});
