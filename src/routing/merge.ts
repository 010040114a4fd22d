/**
 * How the replies of several nodes become one: numbers, lists, and counts by name.
 *
 * What is put together are replies as they were decoded, before the command's reader has read them, and the outcome has
 * the shape of one of them: integers are numbers or bigints, text may be bytes, pairs stand in a flat list or in a
 * `Map`, as the caller's view and the protocol have it. Integers are added exactly: a sum beyond 2^53 is a bigint,
 * which the reader refuses where a number is wanted. Elements are told apart by their bytes.
 *
 * Limits: there is at least one reply. A node that answers in another shape than the command has is told as a
 * `RedisError`; what is inside of it is the reader's to check.
 *
 * @module
 */
import type { Word } from "../commands/command.ts";
import { pairsOf } from "../commands/readers.ts";
import { RedisError, ReplyError } from "../errors.ts";
import type { Value } from "../resp/value.ts";

/** What a node replied. */
export interface NodeReply {
  /** The node's name. */
  readonly node: string;
  /** Its reply as it was decoded; an error only for those who say that they take errors. */
  readonly value: Value;
}

/** Makes one reply of several; also takes the words of the command, and chance as numbers from 0 up to 1. */
export type Merge = (replies: readonly NodeReply[], words: readonly Word[], random: () => number) => Value;

/** The first reply: all say the same. */
export const first: Merge = (replies) => replies[0]!.value;

/** The sum of the integers. */
export const sum: Merge = (replies) => replies.map(({ value }) => integerIn(value)).reduce(add);

/** The smallest integer; where the replies are lists, that of each place. */
export const smallest: Merge = (replies) => replies.map(({ value }) => value).reduce(lesser);

/** The largest integer; where the replies are lists, that of each place. */
export const largest: Merge = (replies) => replies.map(({ value }) => value).reduce(greater);

/** All elements of the lists, node after node. */
export const concatenation: Merge = (replies) => {
  const sets = replies.map(({ value }) => value).filter((value) => value instanceof Set);
  if (sets.length === replies.length) return new Set(sets.flatMap((set) => [...set]));
  return replies.flatMap(({ value }) => elementsIn(value));
};

/** The elements of the lists, each once. */
export const union: Merge = (replies) => {
  const elements = new Map<Value, Value>();
  for (const { value } of replies) {
    for (const element of elementsIn(value)) {
      const identity = identityOf(element);
      if (!elements.has(identity)) elements.set(identity, element);
    }
  }
  const distinct = [...elements.values()];
  return replies[0]!.value instanceof Set ? new Set(distinct) : distinct;
};

/** The sum by each name of pairs of a name and an integer, in the order in which the names first came. */
export const sumByName: Merge = (replies) => {
  const sums = new Map<Value, [name: Value, count: Value]>();
  for (const { value } of replies) {
    for (const [name, count] of pairsIn(value)) {
      const pair = sums.get(identityOf(name));
      if (pair === undefined) sums.set(identityOf(name), [name, integerIn(count)]);
      else pair[1] = add(integerIn(pair[1]), integerIn(count));
    }
  }
  return pairsLike(replies, [...sums.values()]);
};

/** One of the replies that are not null, by chance; null when all are. */
export const anyPresent: Merge = (replies, _words, random) => {
  const present = replies.filter(({ value }) => value !== null);
  return present.length === 0 ? null : present[Math.floor(random() * present.length)]!.value;
};

/**
 * The first reply that is no error; takes errors.
 *
 * @throws {RedisError} Where all are: the first of them that says more than that nothing was running.
 */
export const firstSuccess: Merge = (replies) => {
  for (const { value } of replies) if (!(value instanceof RedisError)) return value;
  const telling = replies.find(({ value }) => !(value instanceof ReplyError && value.code === "NOTBUSY"));
  throw (telling ?? replies[0]!).value;
};

/** The sum of two integers, exactly. */
export function add(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === "number" && typeof b === "number") {
    const rounded = a + b;
    if (Number.isSafeInteger(rounded)) return rounded;
  }
  return BigInt(a) + BigInt(b);
}

/** The integer that a reply is. */
export function integerIn(value: Value): number | bigint {
  if (typeof value === "bigint" || Number.isInteger(value)) return value as number | bigint;
  throw mismatch("an integer");
}

/** The elements of a list or a set; none where the server says null. */
export function elementsIn(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...value];
  if (value === null) return [];
  throw mismatch("a list");
}

/** The pairs of a map, which is a `Map` or a list, flat or nested. */
export function pairsIn(value: Value): [Value, Value][] {
  return value instanceof Map ? [...value] : pairsOf(elementsIn(value) as Value[]);
}

/** Pairs in the shape in which the replies have theirs. */
export function pairsLike(replies: readonly NodeReply[], pairs: [Value, Value][]): Value {
  return pairsLikeThose(replies.map(({ value }) => value), pairs);
}

/** Pairs in the shape in which the values have theirs; an empty list does not tell which one. */
export function pairsLikeThose(values: readonly Value[], pairs: [Value, Value][]): Value {
  if (values[0] instanceof Map) return new Map(pairs);
  return values.some((value) => Array.isArray(value) && Array.isArray(value[0])) ? pairs : pairs.flat();
}

/** What tells a value from others: bytes are the same as other bytes by what is in them. */
export function identityOf(value: Value): Value {
  return value instanceof Uint8Array ? value.join() : value;
}

/** An error on a node that answers in another shape than its command has. */
export function mismatch(wanted: string): RedisError {
  return new RedisError(`Cannot put the replies of the nodes together: one is not ${wanted}`);
}

function lesser(a: Value, b: Value): Value {
  if (Array.isArray(a)) return eachPlace(a, b, lesser);
  return integerIn(b) < integerIn(a) ? b : a;
}

function greater(a: Value, b: Value): Value {
  if (Array.isArray(a)) return eachPlace(a, b, greater);
  return integerIn(b) > integerIn(a) ? b : a;
}

function eachPlace(a: readonly Value[], b: Value, choose: (a: Value, b: Value) => Value): Value {
  if (!Array.isArray(b) || b.length !== a.length) throw mismatch("a list as long as the others");
  return a.map((item, i) => choose(item, b[i]!));
}
