/**
 * The three ways in which a client tells that it cannot be connected.
 *
 * `connect()` rejects with the reason. So does the first call of a client that is not to try again. The call of a client
 * that is, waits for the server as long as its deadline lets it and then has the reason as its cause; but of a reason
 * that stays, such as a wrong password, it is told at once.
 *
 * @module
 */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { connect, ConnectionError, type ConnectOptions, TimeoutError } from "../../mod.ts";
import type { Context } from "../support/harness.ts";
import { created, failureOf } from "./opened.ts";

/** Milliseconds that a call waits for a server here, where the test says no other: time for several tries. */
const WAIT_MS = 400;
/** Milliseconds within which each of them is told. */
const LONGEST_MS = 3_000;

/** The errors of `connect()` and of a client that does not try again. */
export async function refusalsAtOnce(t: Context, where: ConnectOptions): Promise<ConnectionError[]> {
  const alone = created(t, { ...where, reconnect: false });
  const errors = await Promise.all([rejection(connect(where)), rejection(alone.ping())]);
  return errors.map((error) => checked(error, where));
}

/** What a call is told that waited until its deadline. */
export async function refusalInTime(t: Context, where: ConnectOptions): Promise<ConnectionError> {
  const start = performance.now();
  const { timeoutMs = WAIT_MS } = where;
  const redis = created(t, { ...where, timeoutMs });
  const error = await rejection(redis.ping());
  // A try that is set for later could take the room that the test makes for another client.
  redis.destroy();
  assert.ok(performance.now() - start > timeoutMs - 10, "it was told too early");
  assert.ok(error instanceof TimeoutError, String(error));
  showsNone(error, [where.password]);
  const { message, waitedFor, ahead, maybeApplied, cause } = error;
  assert.deepEqual({ waitedFor, ahead, maybeApplied }, { waitedFor: "connection", ahead: 0, maybeApplied: false });
  assert.ok(message.startsWith(`Cannot finish PING at "${nodeOf(where)}" in its time: it waited to be connected`));
  return checked(cause, where);
}

/** All three, for a reason that may pass. */
export async function refusals(t: Context, where: ConnectOptions): Promise<ConnectionError[]> {
  return (await Promise.all([refusalsAtOnce(t, where), refusalInTime(t, where)])).flat();
}

/** All three, for a reason that stays. */
export async function refusalsForGood(t: Context, where: ConnectOptions): Promise<ConnectionError[]> {
  const [atOnce, told] = await Promise.all([refusalsAtOnce(t, where), rejection(created(t, where).ping())]);
  return [...atOnce, checked(told, where)];
}

/** Neither the error nor anything that hangs on it shows one of the secrets, however it is looked at. */
export function showsNone(error: Error, secrets: readonly (string | undefined)[]): void {
  const shown = [inspect(error, { depth: Infinity, showHidden: true }), JSON.stringify(error)];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    shown.push(String(at), at.message, String(at.stack), inspect(Object.getOwnPropertyDescriptors(at), { depth: 2 }));
  }
  for (const text of shown) {
    for (const secret of secrets.flatMap((secret) => secret ? [secret, encodeURIComponent(secret)] : [])) {
      assert.equal(text.includes(secret), false, "the error shows a password");
    }
  }
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  const start = performance.now();
  const error = await failureOf(promise);
  assert.ok(performance.now() - start < LONGEST_MS, "it took too long");
  return error;
}

function nodeOf({ url, path, host, port }: ConnectOptions): string {
  return path ?? (url === undefined ? `${host}:${port}` : new URL(url).host);
}

function checked(error: unknown, where: ConnectOptions): ConnectionError {
  assert.ok(error instanceof ConnectionError, String(error));
  assert.ok(error.message.startsWith(`Cannot connect to "${nodeOf(where)}": `), error.message);
  assert.equal(error.maybeApplied, false);
  showsNone(error, [where.password]);
  return error;
}
