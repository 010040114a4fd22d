/**
 * What has become of a promise.
 *
 * @module
 */
import assert from "node:assert/strict";
import { turn } from "./fake_clock.ts";

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

/** The message of a lost call's error without the command's name, with which it ends. */
export function withoutName({ message }: Error): string {
  assert.match(message, / \([A-Z.]+(?: [A-Z]+)?\)$/);
  return message.slice(0, message.lastIndexOf(" ("));
}
