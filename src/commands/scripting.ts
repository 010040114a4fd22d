/**
 * Commands on scripts: text of a program that the server runs, or the SHA-1 hash of one that it holds.
 *
 * What a script gives is read as any reply is, by no type of its own: a Lua number comes as an integer, its
 * fraction cut off by the server, and a Lua table up to its first nil.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader } from "./command.ts";
import { integers, ok, type Raw, type Report, type Status, status, statuses, string } from "./readers.ts";
import { flushing, scriptCall } from "./script_calls.ts";
import type { FlushOptions } from "./server.ts";
import { wantOne } from "./words.ts";

/** What a script is called with. */
export interface EvalOptions {
  /** The keys that it works on, `KEYS` in Lua; a cluster finds the node by them, so all are to be named. */
  keys?: Key | readonly Key[];
  /** The other arguments, `ARGV` in Lua. */
  arguments?: Data | readonly Data[];
}

/**
 * Runs a script and gives what it returns.
 *
 * An import by name is to rename it, since no variable may be called `eval`.
 * Complexity: that of the script. Since 2.6.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const script = "return redis.call('INCRBY', KEYS[1], ARGV[1])";
 * console.log(await redis.eval(script, { keys: ["visits"], arguments: [5] })); // 5
 * await redis.close();
 * ```
 */
function evalScript(script: string | Uint8Array, options?: EvalOptions): Command<Raw> {
  return scriptCall("EVAL", script, options);
}
// A module cannot declare a function of this name.
export { evalScript as eval };

/**
 * Runs a script that writes nothing, which a replica may run too, and gives what it returns.
 *
 * Complexity: that of the script. Since 7.0.0.
 */
export function evalRo(script: string | Uint8Array, options?: EvalOptions): Command<Raw> {
  return scriptCall("EVAL_RO", script, options);
}

/**
 * Runs the script with this hash, which the server must hold, and gives what it returns.
 *
 * The error has the code `NOSCRIPT` when the server does not hold it: {@linkcode scriptLoad} or `eval` it then.
 * Complexity: that of the script. Since 2.6.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const sha1 = await redis.scriptLoad("return {KEYS[1], ARGV[1]}");
 * console.log(await redis.evalsha(sha1, { keys: ["key"], arguments: ["value"] })); // ["key", "value"]
 * await redis.close();
 * ```
 */
export function evalsha(sha1: string, options?: EvalOptions): Command<Raw> {
  return scriptCall("EVALSHA", sha1, options);
}

/**
 * Runs the script with this hash, which must write nothing, and gives what it returns.
 *
 * Complexity: that of the script. Since 7.0.0.
 */
export function evalshaRo(sha1: string, options?: EvalOptions): Command<Raw> {
  return scriptCall("EVALSHA_RO", sha1, options);
}

/**
 * Gives for each hash 1 when the server holds its script, 0 when it does not.
 *
 * Complexity: O(n) in the count of hashes. Since 2.6.0.
 */
export function scriptExists<Hashes extends readonly string[]>(
  ...sha1s: Hashes
): Command<{ -readonly [I in keyof Hashes]: number }> {
  wantOne("SCRIPT EXISTS", "hash", sha1s);
  return command(["SCRIPT", "EXISTS", ...sha1s], integers as ReplyReader<never>);
}

/**
 * Drops all scripts that the server holds.
 *
 * Complexity: O(n) in the count of scripts. Since 2.6.0; `async` and `sync` since 6.2.0.
 */
export function scriptFlush(options?: FlushOptions): Command<"OK"> {
  return flushing("SCRIPT", options);
}

/**
 * Gives the server's help on the commands whose first word is SCRIPT.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function scriptHelp(): Command<Report[]> {
  return command(["SCRIPT", "HELP"], statuses);
}

/**
 * Ends the script that runs, which must not have written anything.
 *
 * The error has the code `NOTBUSY` when none runs, and `UNKILLABLE` when it has written.
 * Complexity: O(1). Since 2.6.0.
 */
export function scriptKill(): Command<"OK"> {
  return command(["SCRIPT", "KILL"], ok);
}

/**
 * Has the server hold a script, without running it, and gives its hash for {@linkcode evalsha}.
 *
 * Complexity: O(n) in the length of the script. Since 2.6.0.
 */
export function scriptLoad(script: string | Uint8Array): Command<Status> {
  return command(["SCRIPT", "LOAD", script], status);
}

/**
 * Gives the text of the script with this hash.
 *
 * The error has the code `NOSCRIPT` when the server does not hold it. Complexity: O(1). Since Valkey 8.0.0.
 */
export function scriptShow(sha1: string): Command<string> {
  return command(["SCRIPT", "SHOW", sha1], string);
}
