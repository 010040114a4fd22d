/**
 * Commands on when keys expire.
 *
 * Setting a time that has passed deletes the key. The four that set one take the same conditions.
 *
 * @module
 */
import { type Command, command, type Key, type Word } from "./command.ts";
import { integer } from "./readers.ts";
import { conditions } from "./words.ts";

/** When a change of the time to live takes effect. `xx` goes with `gt` or `lt`, the others stand alone. */
export interface ExpireOptions {
  /** Only when the key has no time to live. */
  nx?: boolean;
  /** Only when the key has a time to live. */
  xx?: boolean;
  /** Only when the key would live longer than it does. */
  gt?: boolean;
  /** Only when the key would live shorter than it does. */
  lt?: boolean;
}

function expiring(name: string, key: Key, when: number, options: ExpireOptions | undefined): Command<number> {
  const words: Word[] = [name, key, when];
  if (options !== undefined) conditions(name, words, options);
  return command(words, integer);
}

/**
 * Lets a key live for so many seconds more and gives 1, or gives 0 when there is no such key or an option forbids.
 *
 * Complexity: O(1). Since 1.0.0; the options since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.set("session:7", "ada");
 * await redis.expire("session:7", 60);
 * await redis.expire("session:7", 30, { gt: true }); // 0: it would live shorter
 * await redis.close();
 * ```
 */
export function expire(key: Key, seconds: number, options?: ExpireOptions): Command<number> {
  return expiring("EXPIRE", key, seconds, options);
}

/**
 * Lets a key live until a Unix time in seconds and gives 1, or gives 0 when it did not.
 *
 * Complexity: O(1). Since 1.2.0; the options since 7.0.0.
 */
export function expireat(key: Key, unixSeconds: number, options?: ExpireOptions): Command<number> {
  return expiring("EXPIREAT", key, unixSeconds, options);
}

/**
 * Gives the Unix time, in seconds, at which a key expires, -1 when it never does, -2 when there is no such key.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function expiretime(key: Key): Command<number> {
  return command(["EXPIRETIME", key], integer);
}

/**
 * Lets a key live for ever and gives 1, or gives 0 when it had no time to live.
 *
 * Complexity: O(1). Since 2.2.0.
 */
export function persist(key: Key): Command<number> {
  return command(["PERSIST", key], integer);
}

/**
 * Lets a key live for so many milliseconds more and gives 1, or gives 0 when it did not.
 *
 * Complexity: O(1). Since 2.6.0; the options since 7.0.0.
 */
export function pexpire(key: Key, milliseconds: number, options?: ExpireOptions): Command<number> {
  return expiring("PEXPIRE", key, milliseconds, options);
}

/**
 * Lets a key live until a Unix time in milliseconds and gives 1, or gives 0 when it did not.
 *
 * Complexity: O(1). Since 2.6.0; the options since 7.0.0.
 */
export function pexpireat(key: Key, unixMilliseconds: number, options?: ExpireOptions): Command<number> {
  return expiring("PEXPIREAT", key, unixMilliseconds, options);
}

/**
 * Gives the Unix time, in milliseconds, at which a key expires, -1 when it never does, -2 when there is no such key.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function pexpiretime(key: Key): Command<number> {
  return command(["PEXPIRETIME", key], integer);
}

/**
 * Gives the milliseconds that a key has to live, -1 when it lives for ever, -2 when there is no such key.
 *
 * Complexity: O(1). Since 2.6.0.
 */
export function pttl(key: Key): Command<number> {
  return command(["PTTL", key], integer);
}

/**
 * Gives the seconds that a key has to live, -1 when it lives for ever, -2 when there is no such key.
 *
 * Complexity: O(1). Since 1.0.0.
 */
export function ttl(key: Key): Command<number> {
  return command(["TTL", key], integer);
}
