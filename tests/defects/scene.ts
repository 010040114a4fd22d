/**
 * A client whose dials a test answers and whose time a test moves.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Client, type ConnectOptions, createClient } from "../../mod.ts";
import { WELCOMED } from "../support/conversation.ts";
import { FakeClock, turn } from "../support/fake_clock.ts";
import type { Context } from "../support/harness.ts";
import { ScriptedPlatform, type ScriptedStream } from "../support/scripted_platform.ts";

/** Milliseconds that the delay before the first try is no longer than, by default. */
export const BASE_MS = 50;
/** Milliseconds that no delay is longer than, by default. */
export const CAP_MS = 2_000;
/** What a dial is refused with. */
export const REFUSED: Error = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });

/** A client in the hand of a test. */
export interface Scene {
  redis: Client;
  platform: ScriptedPlatform;
  clock: FakeClock;
  /** Milliseconds of each delay before a try that it told of. */
  delays: number[];
}

/** A client that has not dialled; it ends with the test. */
export function scene(t: Context, options: ConnectOptions = {}): Scene {
  const [platform, clock] = [new ScriptedPlatform(), new FakeClock()];
  const redis = createClient({ platform, clock, ...options });
  t.defer(() => redis.destroy());
  const delays: number[] = [];
  redis.on("reconnecting", ({ delayMs }) => delays.push(delayMs));
  return { redis, platform, clock, delays };
}

/** Answers the newest dial and its handshake, and forgets the write of that. */
export async function welcome({ platform }: Pick<Scene, "platform">): Promise<ScriptedStream> {
  const { stream, accept } = platform.last;
  accept();
  await turn();
  stream.writes.splice(0);
  stream.send(WELCOMED);
  await turn();
  return stream;
}

/** A client that is connected, and its stream. */
export async function connected(t: Context, options?: ConnectOptions): Promise<Scene & { stream: ScriptedStream }> {
  const all = scene(t, options);
  const ping = all.redis.ping();
  await turn();
  const stream = await welcome(all);
  stream.send("+PONG\r\n");
  assert.equal(await ping, "PONG");
  stream.writes.splice(0);
  return { ...all, stream };
}

/** A client that was connected and has lost its connection. */
export async function lost(t: Context, options?: ConnectOptions): Promise<Scene> {
  const all = await connected(t, options);
  all.stream.end();
  await turn();
  return all;
}

/** Refuses every dial until so many more have been made; each has to come within the longest delay. */
export async function refuse({ platform, clock }: Scene, count: number): Promise<void> {
  for (const end = platform.dials.length + count; platform.dials.length < end;) {
    const before = platform.dials.length;
    await clock.advance(CAP_MS);
    assert.ok(platform.dials.length > before, "it does not try any more");
    platform.last.refuse(REFUSED);
    await turn();
  }
}
