/** Much at once and large at once: nothing is lost, mixed up or changed on the way. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { freemem } from "node:os";
import type { ConnectOptions } from "../../mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, startServer } from "../support/server.ts";
import { connected, freshKey } from "./opened.ts";

const kinds: readonly ServerKind[] = ["redis7", "valkey8"];
const servers = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of kinds) servers.set(kind, await startServer({ kind }));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** How to connect: without a deadline for a call, since what is much or large takes what time the machine has for it. */
function where(kind: ServerKind): ConnectOptions {
  return { url: servers.get(kind)!.url, timeoutMs: 0 };
}

/** Whole numbers below a bound, the same ones in every run. */
function numbersFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * bound);
  };
}

/** Bytes of all values, with no short period that a shift could hide in. */
function blob(length: number): Uint8Array {
  const next = numbersFrom(length);
  const block = Uint8Array.from({ length: Math.min(length, 1_048_573) }, () => next(256));
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += block.length) bytes.set(block.subarray(0, length - at), at);
  return bytes;
}

function digest(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

const MIB = 1_048_576;

for (const kind of kinds) {
  for (const size of [MIB, 16 * MIB]) {
    test(`${kind}: ${size / MIB} MiB of any bytes come back as they went`, { timeoutMs: 20_000 }, async (t) => {
      const redis = await connected(t, where(kind));
      const key = freshKey();
      const value = blob(size);
      const [set, got, length] = await Promise.all([redis.set(key, value), redis.bytes.get(key), redis.strlen(key)]);
      assert.equal(set, "OK");
      assert.equal(length, size);
      assert.equal(got!.length, size);
      assert.equal(digest(got!), digest(value));
      await redis.del(key);
    });

    test(`${kind}: ${size / MIB} MiB of text come back as they went`, { timeoutMs: 20_000 }, async (t) => {
      const redis = await connected(t, where(kind));
      const key = freshKey();
      const value = "größe ☃ 𝄞".repeat(size / 16);
      await redis.set(key, value);
      assert.ok(await redis.get(key) === value);
      await redis.del(key);
    });
  }

  test(`${kind}: a list of 10,000 elements is pushed and read at once`, async (t) => {
    const redis = await connected(t, where(kind));
    const key = freshKey();
    const items = Array.from({ length: 10_000 }, (_, index) => `item ${index}`);
    assert.equal(await redis.rpush(key, ...items), 10_000);
    assert.deepEqual(await redis.lrange(key, 0, -1), items);
    const raw = await redis.bytes.lrange(key, 0, -1);
    assert.deepEqual(raw.map((item) => new TextDecoder().decode(item)), items);
  });

  test(`${kind}: 10,000 calls at once get a reply of their own each`, async (t) => {
    const redis = await connected(t, where(kind));
    const calls = Array.from({ length: 10_000 }, (_, index) => redis.echo(`call ${index}`));
    const replies = await Promise.all(calls);
    for (const [index, reply] of replies.entries()) assert.equal(reply, `call ${index}`);
  });

  test(`${kind}: 100,000 calls of any size get a reply of their own each`, { timeoutMs: 40_000 }, async (t) => {
    const redis = await connected(t, where(kind));
    const next = numbersFrom(1);
    const padding = "0123456789abcdef".repeat(8_192);
    let left = 100_000;
    // Callers that wait for their own reply before the next call, so that chunks fall anywhere.
    async function caller(name: number): Promise<void> {
      while (left-- > 0) {
        const size = next(1_000) === 0 ? next(padding.length) : next(200);
        const text = `${name}:${left}:${padding.slice(0, size)}`;
        if (await redis.echo(text) !== text) assert.fail(`caller ${name} was given another's reply`);
      }
    }
    await Promise.all(Array.from({ length: 250 }, (_, name) => caller(name)));
  });
}

test("hundreds of big values at once come back as they went", { timeoutMs: 20_000 }, async (t) => {
  const redis = await connected(t, where("redis7"));
  const values = Array.from({ length: 300 }, (_, index) => blob(100_000 + index));
  const prefix = freshKey();
  await Promise.all(values.map((value, index) => redis.set(`${prefix}:${index}`, value)));
  const got = await Promise.all(values.map((_, index) => redis.bytes.get(`${prefix}:${index}`)));
  for (const [index, value] of values.entries()) assert.equal(digest(got[index]!), digest(value));
});

const HUGE = 500_000_000;
const WANTED_MEMORY = 6e9;
const skip = freemem() < WANTED_MEMORY && "too little free memory";

test("500 MB of any bytes come back as they went", { skip, timeoutMs: 60_000 }, async (t) => {
  const redis = await connected(t, where("redis7"));
  const key = freshKey();
  const value = blob(HUGE);
  assert.equal(await redis.set(key, value), "OK");
  const got = await redis.bytes.get(key);
  assert.equal(got!.length, HUGE);
  assert.equal(digest(got!), digest(value));
  await redis.del(key);
  assert.equal(await redis.echo("after"), "after");
});
