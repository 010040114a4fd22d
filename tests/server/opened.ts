/**
 * What the server tests share: clients that end with their test, keys that no other test has, and a platform
 * that counts what is written.
 *
 * @module
 */
import assert from "node:assert/strict";
import { detectPlatform } from "../../adapters/auto.ts";
import { type Client, connect, createClient, type Platform, type Where } from "../../mod.ts";
import type { Context } from "../support/harness.ts";

/** A client that is connected, and is closed when the test ends. */
export async function connected(t: Context, where: Where): Promise<Client> {
  const redis = await connect(where);
  t.defer(() => redis.close());
  return redis;
}

/** A client that connects at its first call, and is closed when the test ends. */
export function created(t: Context, where: Where): Client {
  const redis = createClient(where);
  t.defer(() => redis.close());
  return redis;
}

let keys = 0;

/** A key that nobody else has. */
export function freshKey(): string {
  return `key:${++keys}`;
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  let reply: unknown;
  try {
    reply = await promise;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  assert.fail(`it did not reject, it gave ${typeof reply}`);
}

/** A platform that notes what is written. */
export interface Watched {
  /** The runtime's own, watched. */
  readonly platform: Platform;
  /** The length of every write so far. */
  readonly writes: number[];
}

/** Makes a platform whose streams note the length of every write. */
export async function watchedPlatform(): Promise<Watched> {
  const { name, dial, text } = await detectPlatform();
  const writes: number[] = [];
  const platform: Platform = {
    name,
    text,
    async dial(target, signal) {
      const stream = await dial(target, signal);
      return {
        open: (sink) => stream.open(sink),
        write(bytes) {
          writes.push(bytes.length);
          return stream.write(bytes);
        },
        pause: () => stream.pause(),
        resume: () => stream.resume(),
        close: () => stream.close(),
      };
    },
  };
  return { platform, writes };
}
