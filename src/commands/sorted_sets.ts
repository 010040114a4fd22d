/**
 * Commands on the members of a sorted set, which are ordered by score, and by their bytes where scores are equal.
 *
 * What takes bounds is in `sorted_set_ranges.ts`, what combines several in `sorted_set_algebra.ts`.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { type Double, double, doubleOrNull, doublesOrNulls, integer, integerOrNull, type Scored } from "./readers.ts";
import { scored, scoredOrNull, stringOrNull, strings } from "./readers.ts";
import { type PoppedMembers, poppedMembers, type Ranked, rankedOrNull } from "./record_readers.ts";
import { type MembersPage, membersPage, type ScoredPage, scoredPage } from "./record_readers.ts";
import { conditions, countedKeys, flag, option, type RecordOrEntries, type ScanOptions, scanOptions } from "./words.ts";
import { scoreOf, scoresOf, wantOne } from "./words.ts";

/** Members with their scores: a record, or entries of either form. */
export type Members = RecordOrEntries<Data, number> | Iterable<readonly [Data, number] | Scored<Data>>;

/** Which members a {@linkcode zadd} touches, and what it gives. `xx` goes with `gt` or `lt`. */
export interface ZaddOptions {
  /** Only adds members, and changes none. */
  nx?: boolean;
  /** Only changes members, and adds none. */
  xx?: boolean;
  /** Changes a member only when its score becomes greater. */
  gt?: boolean;
  /** Changes a member only when its score becomes less. */
  lt?: boolean;
  /** Gives how many members are new or changed, in place of how many are new. */
  ch?: boolean;
  /** Adds to the score of the one member, and gives the sum, or null when another option forbids. */
  incr?: boolean;
}

/** What a {@linkcode zrandmember} gives. */
export interface ZrandmemberOptions {
  /** Gives each member with its score. */
  withScores?: boolean;
}

/** What a {@linkcode zrank} gives. */
export interface ZrankOptions {
  /** Gives the score with the rank. */
  withScore?: boolean;
}

/** Which members one call of {@linkcode zscan} looks at, and what it gives. */
export interface ZscanOptions extends ScanOptions {
  /** Gives the members without their scores; Valkey alone has it. */
  noScores?: boolean;
}

/** How much a {@linkcode zmpop} takes. */
export interface ZmpopOptions {
  /** At most so many members; 1 when absent. */
  count?: number;
}

/**
 * Adds members to a sorted set, or changes their scores, and gives how many of them are new.
 *
 * Complexity: O(log n) a member. Since 1.2.0; `nx`, `xx`, `ch` and `incr` since 3.0.2, `gt` and `lt` since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.zadd("points", { ada: 10, bob: 7 });
 * await redis.zadd("points", [["bob", 12]], { gt: true, ch: true }); // 1
 * await redis.zadd("points", { bob: 1 }, { incr: true }); // 13
 * await redis.close();
 * ```
 */
export function zadd(key: Key, members: Members, options: ZaddOptions & { incr: true }): Command<Double | null>;
/** Gives how many members are new, with `ch` also those that changed. */
export function zadd(key: Key, members: Members, options?: ZaddOptions & { incr?: false }): Command<number>;
/** Gives what the options, known only when it runs, ask for. */
export function zadd(key: Key, members: Members, options?: ZaddOptions): Command<number | Double | null>;
export function zadd(key: Key, members: Members, options?: ZaddOptions): Command<unknown> {
  const words: Word[] = ["ZADD", key];
  if (options !== undefined) {
    conditions("ZADD", words, options);
    flag(words, "CH", options.ch);
    flag(words, "INCR", options.incr);
  }
  return command<unknown>([...words, ...scoresOf("ZADD", members)], options?.incr ? doubleOrNull : integer);
}

/**
 * Gives how many members a sorted set has, 0 when there is no such key.
 *
 * Complexity: O(1). Since 1.2.0.
 */
export function zcard(key: Key): Command<number> {
  return command(["ZCARD", key], integer);
}

/**
 * Adds to the score of a member, which counts as 0 when there is none, and gives the sum.
 *
 * Complexity: O(log n). Since 1.2.0.
 */
export function zincrby(key: Key, increment: number, member: Data): Command<Double> {
  return command(["ZINCRBY", key, scoreOf(increment), member], double);
}

/**
 * Takes the members with the lowest or highest scores of the first sorted set that has any, or gives null.
 *
 * Complexity: O(k) + O(m log n) in the count of keys and of members taken. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.zadd("schedule:late", { a: 1, b: 2 });
 * await redis.zmpop(["schedule:soon", "schedule:late"], "min"); // { key: "schedule:late", members: [{ member: "a", score: 1 }] }
 * await redis.close();
 * ```
 */
export function zmpop(
  keys: Key | readonly Key[],
  where: "min" | "max",
  options?: ZmpopOptions,
): Command<PoppedMembers<string> | null> {
  const words: Word[] = ["ZMPOP", ...countedKeys("ZMPOP", keys), where];
  if (options !== undefined) option(words, "COUNT", options.count);
  return command(words, poppedMembers);
}

/**
 * Gives the scores of several members in their order, null for each that is not there.
 *
 * Complexity: O(n) in the count of members. Since 6.2.0.
 */
export function zmscore<Names extends readonly Data[]>(
  key: Key,
  ...members: Names
): Command<{ -readonly [I in keyof Names]: Double | null }> {
  wantOne("ZMSCORE", "member", members);
  return command(["ZMSCORE", key, ...members], doublesOrNulls as ReplyReader<never>);
}

/**
 * Takes the member with the highest score and gives it, or null; with a count takes a list of at most so many.
 *
 * Complexity: O(m log n) in the members taken. Since 5.0.0.
 */
export function zpopmax(key: Key): Command<Scored<string> | null>;
/** Takes at most so many members. */
export function zpopmax(key: Key, count: number): Command<Scored<string>[]>;
/** Gives what the count, known only when it runs, asks for. */
export function zpopmax(key: Key, count?: number): Command<Scored<string> | Scored<string>[] | null>;
export function zpopmax(key: Key, count?: number): Command<unknown> {
  return count === undefined ? command(["ZPOPMAX", key], scoredOrNull) : command(["ZPOPMAX", key, count], scored);
}

/**
 * Takes the member with the lowest score and gives it, or null; with a count takes a list of at most so many.
 *
 * Complexity: O(m log n) in the members taken. Since 5.0.0.
 */
export function zpopmin(key: Key): Command<Scored<string> | null>;
/** Takes at most so many members. */
export function zpopmin(key: Key, count: number): Command<Scored<string>[]>;
/** Gives what the count, known only when it runs, asks for. */
export function zpopmin(key: Key, count?: number): Command<Scored<string> | Scored<string>[] | null>;
export function zpopmin(key: Key, count?: number): Command<unknown> {
  return count === undefined ? command(["ZPOPMIN", key], scoredOrNull) : command(["ZPOPMIN", key, count], scored);
}

/**
 * Gives members of a sorted set at random.
 *
 * Without a count one member, or null when there is no such key. With a count at most so many different
 * ones; with a negative count exactly so many, where the same may come again.
 * Complexity: O(n) in the members given. Since 6.2.0.
 */
export function zrandmember(key: Key): Command<string | null>;
/** Gives members at random with their scores. */
export function zrandmember(
  key: Key,
  count: number,
  options: ZrandmemberOptions & { withScores: true },
): Command<Scored<string>[]>;
/** Gives members at random. */
export function zrandmember(
  key: Key,
  count: number,
  options?: ZrandmemberOptions & { withScores?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function zrandmember(
  key: Key,
  count?: number,
  options?: ZrandmemberOptions,
): Command<string | string[] | Scored<string>[] | null>;
export function zrandmember(key: Key, count?: number, options?: ZrandmemberOptions): Command<unknown> {
  if (count === undefined) return command(["ZRANDMEMBER", key], stringOrNull);
  const words: Word[] = ["ZRANDMEMBER", key, count];
  flag(words, "WITHSCORES", options?.withScores);
  return command<unknown>(words, options?.withScores ? scored : strings);
}

function rank(name: string, key: Key, member: Data, options: ZrankOptions | undefined): Command<unknown> {
  return options?.withScore
    ? command<unknown>([name, key, member, "WITHSCORE"], rankedOrNull)
    : command<unknown>([name, key, member], integerOrNull);
}

/**
 * Gives how many members come before a member, lowest score first, or null when it is not there.
 *
 * Complexity: O(log n). Since 2.0.0; `withScore` since 7.2.0.
 */
export function zrank(
  key: Key,
  member: Data,
  options: ZrankOptions & { withScore: true },
): Command<Ranked<number> | null>;
/** Gives the rank alone, or null. */
export function zrank(key: Key, member: Data, options?: ZrankOptions & { withScore?: false }): Command<number | null>;
/** Gives what the options, known only when it runs, ask for. */
export function zrank(key: Key, member: Data, options?: ZrankOptions): Command<Ranked<number> | number | null>;
export function zrank(key: Key, member: Data, options?: ZrankOptions): Command<unknown> {
  return rank("ZRANK", key, member, options);
}

/**
 * Removes members from a sorted set and gives how many of them it had.
 *
 * Complexity: O(m log n) in the count of members. Since 1.2.0.
 */
export function zrem(key: Key, ...members: Data[]): Command<number> {
  wantOne("ZREM", "member", members);
  return command(["ZREM", key, ...members], integer);
}

/**
 * Gives how many members come before a member, highest score first, or null when it is not there.
 *
 * Complexity: O(log n). Since 2.0.0; `withScore` since 7.2.0.
 */
export function zrevrank(
  key: Key,
  member: Data,
  options: ZrankOptions & { withScore: true },
): Command<Ranked<number> | null>;
/** Gives the rank alone, or null. */
export function zrevrank(
  key: Key,
  member: Data,
  options?: ZrankOptions & { withScore?: false },
): Command<number | null>;
/** Gives what the options, known only when it runs, ask for. */
export function zrevrank(key: Key, member: Data, options?: ZrankOptions): Command<Ranked<number> | number | null>;
export function zrevrank(key: Key, member: Data, options?: ZrankOptions): Command<unknown> {
  return rank("ZREVRANK", key, member, options);
}

/**
 * Gives some of the members of a sorted set, and the cursor at which the next call goes on.
 *
 * Complexity: O(1) a call, O(n) for a whole scan. Since 2.8.0; `noScores` since Valkey 8.0.0.
 */
export function zscan(
  key: Key,
  cursor: string | number | bigint,
  options: ZscanOptions & { noScores: true },
): Command<MembersPage<string>>;
/** Gives members with their scores. */
export function zscan(
  key: Key,
  cursor: string | number | bigint,
  options?: ZscanOptions & { noScores?: false },
): Command<ScoredPage<string>>;
/** Gives what the options, known only when it runs, ask for. */
export function zscan(
  key: Key,
  cursor: string | number | bigint,
  options?: ZscanOptions,
): Command<ScoredPage<string> | MembersPage<string>>;
export function zscan(key: Key, cursor: string | number | bigint, options?: ZscanOptions): Command<unknown> {
  const words: Word[] = ["ZSCAN", key, cursor];
  if (options === undefined) return command(words, scoredPage);
  scanOptions(words, options);
  flag(words, "NOSCORES", options.noScores);
  return command<unknown>(words, options.noScores ? membersPage : scoredPage);
}

/**
 * Gives the score of a member, or null when it is not there.
 *
 * Complexity: O(1). Since 1.2.0.
 */
export function zscore(key: Key, member: Data): Command<Double | null> {
  return command(["ZSCORE", key, member], doubleOrNull);
}
