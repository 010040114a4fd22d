/**
 * A short program as a user would write it; `scripts/demo` runs it on Deno, Bun and Node.
 *
 * Takes the server's URL as its argument and leaves the server empty. Ends with an error where a reply is not as expected.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { connect } from "@respwire/client";

const COMMANDS = 10_000;

const redis = await connect(process.argv[2]);
await redis.flushall();

await show("set and get", async () => {
  await redis.set("greeting", "Hello from respwire", { ex: 60 });
  const greeting = await redis.get("greeting");
  assert.equal(greeting, "Hello from respwire");
  return greeting;
});

await show("hash", async () => {
  await redis.hset("user:1", { name: "Ada", born: 1815 });
  const user = await redis.hgetall("user:1");
  assert.deepEqual({ ...user }, { name: "Ada", born: "1815" });
  return `${user.name}, ${user.born}`;
});

await show(`pipeline of ${COMMANDS.toLocaleString("en")}`, async () => {
  const pipeline = redis.pipeline();
  for (let i = 0; i < COMMANDS / 2; i++) pipeline.set(`key:${i}`, `value ${i}`).get(`key:${i}`);
  const started = performance.now();
  const replies = await pipeline.exec();
  const seconds = (performance.now() - started) / 1000;
  assert.equal(replies.length, COMMANDS);
  for (let i = 0; i < COMMANDS / 2; i++) assert.equal(replies[2 * i + 1], `value ${i}`);
  return `${Math.round(COMMANDS / seconds).toLocaleString("en")} commands a second`;
});

await show("transaction", async () => {
  const [count, text] = await redis.transaction().incr("n").get("n").exec();
  assert.deepEqual([count, text], [1, "1"]);
  return `incr gave ${count}, get gave "${text}"`;
});

await redis.flushall();
await redis.close();

/** Runs a step and prints what it gave and how long it took. */
async function show(name, step) {
  const started = performance.now();
  const result = await step();
  const ms = (performance.now() - started).toFixed(1);
  console.log(`  ${color(32, "✓")} ${name.padEnd(20)} ${result.padEnd(34)} ${color(2, `${ms.padStart(7)} ms`)}`);
}

function color(code, text) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
}
