/**
 * What the commands on scripts and those on functions have in common.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { ok, type Raw, raw } from "./readers.ts";
import type { FlushOptions } from "./server.ts";
import { listOf, oneOf } from "./words.ts";

/** What a script or a function is called with. */
interface Input {
  keys?: Key | readonly Key[];
  arguments?: Data | readonly Data[];
}

/** Calls a script or a function: its text, hash or name, how many keys there are, the keys, the arguments. */
export function scriptCall(name: string, script: Word, input: Input = {}): Command<Raw> {
  const keys = input.keys === undefined ? [] : listOf(input.keys);
  const values = input.arguments === undefined ? [] : listOf(input.arguments);
  return command([name, script, keys.length, ...keys, ...values], raw);
}

/** Drops all that a container of scripts holds. */
export function flushing(container: string, options: FlushOptions = {}): Command<"OK"> {
  const words: Word[] = [container, "FLUSH"];
  oneOf(`${container} FLUSH`, words, options, ["async", "sync"]);
  return command(words, ok);
}
