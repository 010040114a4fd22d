/**
 * A connection over a scripted platform and a clock that stands still.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Connection } from "../../src/connection/connection.ts";
import { HELLO, WELCOMED } from "./conversation.ts";
import { FakeClock, turn } from "./fake_clock.ts";
import { ScriptedPlatform, type ScriptedStream } from "./scripted_platform.ts";

/** Milliseconds of the connections here. */
export const CONNECT_MS = 1_000;
/** Milliseconds of the connections here. */
export const CLOSE_MS = 500;

/** A connection and all that is around it. */
export interface Scene {
  connection: Connection;
  platform: ScriptedPlatform;
  clock: FakeClock;
}

/** A connection that has not dialled. */
export function scene(): Scene {
  const platform = new ScriptedPlatform();
  const clock = new FakeClock();
  const connection = new Connection({
    target: { host: "host", port: 6379 },
    session: { login: { protocol: 3 }, node: "host:6379" },
    platform: () => Promise.resolve(platform),
    connectTimeoutMs: CONNECT_MS,
    closeTimeoutMs: CLOSE_MS,
    clock,
  });
  return { connection, platform, clock };
}

/** Answers the newest dial and its handshake, and forgets the writes of that. */
export async function welcome({ platform }: Scene): Promise<ScriptedStream> {
  await turn();
  const { stream, accept } = platform.last;
  accept();
  await turn();
  assert.deepEqual(stream.writes.splice(0, 1), [HELLO]);
  stream.send(WELCOMED);
  await turn();
  return stream;
}

/** A connection that is ready, and its stream. */
export async function connected(): Promise<Scene & { stream: ScriptedStream }> {
  const all = scene();
  const ready = all.connection.connect();
  const stream = await welcome(all);
  await ready;
  return { ...all, stream };
}

/** What has become of a promise so far: its value, its error, or that it waits. */
export async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = "waiting";
  promise.then((value) => state = { value }, (error) => state = { error });
  await turn();
  return state;
}

/** The error of a promise that was rejected. */
export async function errorOf(promise: Promise<unknown>): Promise<Error & { maybeApplied?: boolean }> {
  const state = await stateOf(promise) as { error?: Error };
  assert.ok(state.error instanceof Error, `Cannot find an error: ${JSON.stringify(state)}`);
  return state.error;
}
