/**
 * Commands that wait: for an element of a list, for a member of a sorted set, for replicas.
 *
 * A server answers the commands of a connection in their order, so what was sent after one of these over the same
 * connection waits with it. A client sends those that wait for data over a connection of its pool, so that nothing is
 * behind them; WAIT and WAITAOF wait for the writes of their very connection, so they go over that. Each may take its
 * own timeout and the client's on top; a timeout of 0 is none. In a transaction nothing waits.
 *
 * @module
 */
import { BIGINTS, BYTES, type Value } from "../resp/value.ts";
import { type Command, type Key, type ReplyReader, specialCommand, type Word } from "./command.ts";
import type { LmpopOptions, Side } from "./lists.ts";
import { type Double, doubleOf, integer, reader, stringOrNull, toInteger } from "./readers.ts";
import { type PoppedElements, poppedElements, type PoppedMembers, poppedMembers } from "./record_readers.ts";
import type { ZmpopOptions } from "./sorted_sets.ts";
import { specialOf } from "./special.ts";
import { countedKeys, listOf, option, wantOne } from "./words.ts";

/** An element taken from the first list of several that had any. */
export interface PoppedElement<Text = string> {
  /** The key of the list it was taken from. */
  key: Text;
  /** The element. */
  element: Text;
}

/** A member taken from the first sorted set of several that had any. */
export interface PoppedMember<Text = string> {
  /** The key of the sorted set it was taken from. */
  key: Text;
  /** The member. */
  member: Text;
  /** The score it had. */
  score: Double;
}

/** How many servers have written to their append-only files. */
export interface AofAcknowledgements<Integer = number> {
  /** 1 when the server itself has, otherwise 0. */
  local: Integer;
  /** How many replicas have. */
  replicas: Integer;
}

const poppedElement: ReplyReader<PoppedElement | null> = /* @__PURE__ */ reader(BYTES, (value) => {
  if (value === null) return null;
  const [key, element] = value as [string, string];
  return { key, element };
});

const poppedMember: ReplyReader<PoppedMember | null> = /* @__PURE__ */ reader(BYTES, (value) => {
  if (value === null) return null;
  const [key, member, score] = value as [string, string, Value];
  return { key, member, score: doubleOf(score) };
});

const aofAcknowledgements: ReplyReader<AofAcknowledgements> = /* @__PURE__ */ reader(BIGINTS, (value, mode) => {
  const [local, replicas] = value as [Value, Value];
  return { local: toInteger(local, mode), replicas: toInteger(replicas, mode) };
});

/**
 * Moves an element from an end of one list to an end of another and gives it, or null when none came in time.
 *
 * A client has a connection of its pool wait, and no other call. Complexity: O(1). Since 6.2.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.rpush("queue", "a", "b");
 * await redis.blmove("queue", "queue:taken", "left", "right", 5); // "a"
 * await redis.close();
 * ```
 */
export function blmove(
  source: Key,
  destination: Key,
  from: Side,
  to: Side,
  timeoutSeconds: number,
): Command<string | null> {
  return waitingCommand(["BLMOVE", source, destination, from, to, timeoutSeconds], stringOrNull);
}

/**
 * Takes elements from an end of the first list that has any, and gives them with its key, or null when none came.
 *
 * A client has a connection of its pool wait, and no other call. Complexity: O(n + m) in the count of keys and of
 * elements taken. Since 7.0.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.rpush("queue", "a", "b");
 * await redis.blmpop("queue", "left", 5, { count: 10 }); // { key: "queue", elements: ["a", "b"] }
 * await redis.close();
 * ```
 */
export function blmpop(
  keys: Key | readonly Key[],
  side: Side,
  timeoutSeconds: number,
  options?: LmpopOptions,
): Command<PoppedElements<string> | null> {
  const words: Word[] = ["BLMPOP", timeoutSeconds, ...countedKeys("BLMPOP", keys), side];
  if (options !== undefined) option(words, "COUNT", options.count);
  return waitingCommand(words, poppedElements);
}

/**
 * Takes the leftmost element of the first list that has any, and gives it with its key, or null when none came.
 *
 * A client has a connection of its pool wait, and no other call. Complexity: O(n) in the count of keys. Since 2.0.0;
 * fractions of a second since 6.0.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.rpush("jobs:late", "a", "b");
 * await redis.blpop(["jobs:soon", "jobs:late"], 5); // { key: "jobs:late", element: "a" }
 * await redis.close();
 * ```
 */
export function blpop(keys: Key | readonly Key[], timeoutSeconds: number): Command<PoppedElement<string> | null> {
  return waitingCommand(waiting("BLPOP", keys, timeoutSeconds), poppedElement);
}

/**
 * Takes the rightmost element of the first list that has any, and gives it with its key, or null when none came.
 *
 * A client has a connection of its pool wait, and no other call. Complexity: O(n) in the count of keys. Since 2.0.0;
 * fractions of a second since 6.0.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 */
export function brpop(keys: Key | readonly Key[], timeoutSeconds: number): Command<PoppedElement<string> | null> {
  return waitingCommand(waiting("BRPOP", keys, timeoutSeconds), poppedElement);
}

/**
 * Moves the rightmost element of one list to the left end of another and gives it, or null when none came in time.
 *
 * A client has a connection of its pool wait, and no other call. {@linkcode blmove} does the same and more.
 * Complexity: O(1). Since 2.2.0; fractions of a second since 6.0.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 */
export function brpoplpush(source: Key, destination: Key, timeoutSeconds: number): Command<string | null> {
  return waitingCommand(["BRPOPLPUSH", source, destination, timeoutSeconds], stringOrNull);
}

/**
 * Takes the members with the lowest or highest scores of the first sorted set that has any, or gives null.
 *
 * A client has a connection of its pool wait, and no other call. Complexity: O(k) + O(m log n) in the count of keys
 * and of members taken. Since 7.0.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.zadd("schedule", { a: 1, b: 2 });
 * await redis.bzmpop("schedule", "min", 5); // { key: "schedule", members: [{ member: "a", score: 1 }] }
 * await redis.close();
 * ```
 */
export function bzmpop(
  keys: Key | readonly Key[],
  where: "min" | "max",
  timeoutSeconds: number,
  options?: ZmpopOptions,
): Command<PoppedMembers<string> | null> {
  const words: Word[] = ["BZMPOP", timeoutSeconds, ...countedKeys("BZMPOP", keys), where];
  if (options !== undefined) option(words, "COUNT", options.count);
  return waitingCommand(words, poppedMembers);
}

/**
 * Takes the member with the highest score of the first sorted set that has any, and gives it, or null when none came.
 *
 * A client has a connection of its pool wait, and no other call. Complexity: O(log n). Since 5.0.0; fractions of a
 * second since 6.0.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 */
export function bzpopmax(keys: Key | readonly Key[], timeoutSeconds: number): Command<PoppedMember<string> | null> {
  return waitingCommand(waiting("BZPOPMAX", keys, timeoutSeconds), poppedMember);
}

/**
 * Takes the member with the lowest score of the first sorted set that has any, and gives it, or null when none came.
 *
 * A client has a connection of its pool wait, and no other call. Complexity: O(log n). Since 5.0.0; fractions of a
 * second since 6.0.0.
 *
 * @param timeoutSeconds Seconds to wait, such as 0.5, 0 for ever.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.zadd("schedule", { a: 1, b: 2 });
 * await redis.bzpopmin("schedule", 5); // { key: "schedule", member: "a", score: 1 }
 * await redis.close();
 * ```
 */
export function bzpopmin(keys: Key | readonly Key[], timeoutSeconds: number): Command<PoppedMember<string> | null> {
  return waitingCommand(waiting("BZPOPMIN", keys, timeoutSeconds), poppedMember);
}

/**
 * Waits until so many replicas have what this connection wrote, and gives how many have it when the wait ends.
 *
 * While it waits, so does what was sent after it over the same connection. A client with several `connections` refuses
 * it but in a pipeline with the writes; a lease takes both. Complexity: O(1). Since 3.0.0.
 *
 * @param timeoutMs Milliseconds to wait, 0 for ever.
 */
export function wait(replicas: number, timeoutMs: number): Command<number> {
  return waitingCommand(["WAIT", replicas, timeoutMs], integer);
}

/**
 * Waits until what this connection wrote is in append-only files, and gives in how many it is when the wait ends.
 *
 * While it waits, so does what was sent after it over the same connection. A client with several `connections` refuses
 * it but in a pipeline with the writes; a lease takes both. Complexity: O(1). Since 7.2.0.
 *
 * @param local 1 when the file of the server itself counts, otherwise 0.
 * @param timeoutMs Milliseconds to wait, 0 for ever.
 */
export function waitaof(local: number, replicas: number, timeoutMs: number): Command<AofAcknowledgements<number>> {
  return waitingCommand(["WAITAOF", local, replicas, timeoutMs], aofAcknowledgements);
}

function waiting(name: string, keys: Key | readonly Key[], timeoutSeconds: number): Word[] {
  const list = listOf(keys);
  wantOne(name, "key", list);
  return [name, ...list, timeoutSeconds];
}

function waitingCommand<Reply>(words: readonly Word[], reader: ReplyReader<Reply>): Command<Reply> {
  return specialCommand(words, reader, specialOf(words));
}
