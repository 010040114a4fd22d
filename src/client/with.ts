/**
 * What a user asks of single calls, checked and put over what held before.
 *
 * @module
 */
import type { ReadFrom } from "../cluster_options.ts";
import type { CallOptions, RetryCeiling } from "../sender.ts";

/** How the calls of a view are to be made. What is absent stays as it is. */
export interface WithOptions {
  /** Milliseconds until a call is given up, all its tries together; 0 for never. */
  timeoutMs?: number;
  /** Gives every call up when it aborts. */
  signal?: AbortSignal;
  /** How a call is sent again. */
  retry?: {
    /** How often a command may be sent, the first time included. */
    attempts?: number;
    /** What may be sent again after it was written and not answered. */
    ceiling?: RetryCeiling;
  };
  /** Marks the commands as doing no harm when they are executed twice; the same as the ceiling `any`. */
  idempotent?: boolean;
  /** Which nodes of a cluster serve commands that only read. One server serves all. */
  readFrom?: ReadFrom;
}

const CEILINGS: readonly unknown[] = ["none", "readOnly", "idempotent", "any"];
const READ_FROM: readonly unknown[] = ["primary", "primaryPreferred", "replica", "replicaPreferred", "any"];
const NAMES: readonly string[] = ["timeoutMs", "signal", "retry", "idempotent", "readFrom"];
const RETRY_NAMES: readonly string[] = ["attempts", "ceiling"];
const LONGEST_MS = 2_147_483_647;

/**
 * The options of a view's calls.
 *
 * @throws {TypeError} When one is wrong; the message names it.
 */
export function checkedWith(before: CallOptions, given: WithOptions): CallOptions {
  wantKnown("with", given, "", NAMES);
  const { timeoutMs, signal, retry = {}, idempotent, readFrom } = given;
  want(timeoutMs === undefined || isWhole(timeoutMs, 0), "timeoutMs", `a whole number from 0 to ${LONGEST_MS}`);
  want(signal === undefined || signal instanceof AbortSignal, "signal", "an AbortSignal");
  wantKnown("retry", retry, "retry.", RETRY_NAMES);
  const { attempts, ceiling } = retry;
  want(attempts === undefined || isWhole(attempts, 1), "retry.attempts", "a whole number from 1");
  want(ceiling === undefined || CEILINGS.includes(ceiling), "retry.ceiling", "none, readOnly, idempotent or any");
  want(idempotent === undefined || typeof idempotent === "boolean", "idempotent", "true or false");
  want(
    readFrom === undefined || READ_FROM.includes(readFrom),
    "readFrom",
    "primary, primaryPreferred, replica, replicaPreferred or any",
  );
  const asked: RetryCeiling | undefined = idempotent === true ? "any" : ceiling;
  // What is marked as no longer idempotent has the client's own ceiling again.
  const held = idempotent === false && before.ceiling === "any" ? undefined : before.ceiling;
  return {
    mode: before.mode,
    timeoutMs: timeoutMs ?? before.timeoutMs,
    signal: signal ?? before.signal,
    attempts: attempts ?? before.attempts,
    ceiling: asked ?? held,
    node: before.node,
    readFrom: readFrom ?? before.readFrom,
    whilePrimary: before.whilePrimary,
  };
}

function wantKnown(name: string, given: unknown, prefix: string, known: readonly string[]): void {
  want(typeof given === "object" && given !== null && !Array.isArray(given), name, "an object");
  for (const each of Object.keys(given as object)) {
    if (!known.includes(each)) {
      throw new TypeError(`Cannot use the option ${prefix}${each}: there is none of that name`);
    }
  }
}

/**
 * Checks one option that is a count or a time.
 *
 * @throws {TypeError} When it is neither absent nor a whole number from `least` on; the message names it.
 */
export function wantWhole(name: string, value: number | undefined, least: number): void {
  want(value === undefined || isWhole(value, least), name, `a whole number from ${least}`);
}

function isWhole(value: unknown, least: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= LONGEST_MS;
}

function want(right: boolean, name: string, wanted: string): void {
  if (!right) throw new TypeError(`Cannot use the option ${name}: it must be ${wanted}`);
}
