/**
 * Commands on functions: programs that the server keeps in libraries, with its data, and that calls name.
 *
 * @module
 */
import { BYTES, PLAIN, type Value } from "../resp/value.ts";
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { fieldsPart, listOfFields, listPart, orNullPart, type Part } from "./field_readers.ts";
import { fields, textPart } from "./field_readers.ts";
import {
  ok,
  pairsOf,
  type Raw,
  reader,
  type Report,
  setField,
  type Status,
  status,
  statuses,
  textOf,
} from "./readers.ts";
import { flushing, scriptCall } from "./script_calls.ts";
import type { FlushOptions } from "./server.ts";
import { flag, option } from "./words.ts";

/** What a function is called with. */
export interface FcallOptions {
  /** The keys that it works on; a cluster finds the node by them, so all are to be named. */
  keys?: Key | readonly Key[];
  /** The other arguments. */
  arguments?: Data | readonly Data[];
}

/** What a {@linkcode functionList} gives. */
export interface FunctionListOptions {
  /** Only libraries whose name matches this glob-style pattern. */
  libraryName?: string;
  /** Gives the text of each library too. */
  withCode?: boolean;
}

/** How a {@linkcode functionLoad} treats a library that is there. */
export interface FunctionLoadOptions {
  /** Replaces the library of that name; an error when absent. */
  replace?: boolean;
}

/** How a {@linkcode functionRestore} treats the libraries that are there. */
export interface FunctionRestoreOptions {
  /**
   * `"append"`, as when absent, adds to them, an error where a name is taken; `"replace"` replaces those whose
   * name is taken; `"flush"` deletes all first.
   */
  policy?: "append" | "flush" | "replace";
}

/** A function of a library. */
export interface LibraryFunction {
  /** The name that a call has. */
  name: Status;
  /** What its author says of it, or null. */
  description: Report | null;
  /** What the server is to know of it, such as `no-writes`. */
  flags: Status[];
}

/** A library of functions. */
export interface FunctionLibrary {
  /** Its name. */
  libraryName: Status;
  /** The engine that runs it, such as `LUA`. */
  engine: Status;
  /** Its functions. */
  functions: LibraryFunction[];
  /** Its text, when that was asked for. */
  libraryCode?: Report;
}

/** A library of functions with its text. */
export interface FunctionLibraryWithCode extends FunctionLibrary {
  /** Its text. */
  libraryCode: Report;
}

/** What runs at the moment, and what the engines hold. */
export interface FunctionStats {
  /** The function that runs, or null. */
  runningScript: RunningFunction | null;
  /** Each engine by its name. */
  engines: Record<Status, FunctionEngine>;
}

/** A function that runs. */
export interface RunningFunction {
  /** Its name. */
  name: Status;
  /** The words that called it. */
  command: Status[];
  /** Milliseconds that it has run. */
  durationMs: number;
}

/** What an engine holds. */
export interface FunctionEngine {
  /** How many libraries. */
  librariesCount: number;
  /** How many functions. */
  functionsCount: number;
}

const libraries: ReplyReader<FunctionLibraryWithCode[]> = /* @__PURE__ */ listOfFields({
  functions: /* @__PURE__ */ listPart(/* @__PURE__ */ fieldsPart({ flags: /* @__PURE__ */ listPart(textPart) })),
});

// The names of engines are no names of fields: they stay as they are.
const toEngine: Part<FunctionEngine> = /* @__PURE__ */ fieldsPart();
function enginesPart(value: Value): Record<Status, FunctionEngine> {
  const engines: Record<Status, FunctionEngine> = {};
  for (const [name, engine] of pairsOf(value)) setField(engines, textOf(name), toEngine(engine, PLAIN));
  return engines;
}

const stats: ReplyReader<FunctionStats> = /* @__PURE__ */ fields({
  runningScript: /* @__PURE__ */ orNullPart(/* @__PURE__ */ fieldsPart()),
  engines: enginesPart,
});

const dumped: ReplyReader<Uint8Array> = /* @__PURE__ */ reader(PLAIN, (value) => value as Uint8Array, BYTES);

/**
 * Calls a function and gives what it returns.
 *
 * Complexity: that of the function. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const code = "redis.register_function('double', function(keys, args) return 2 * args[1] end)";
 * await redis.functionLoad(`#!lua name=numbers\n${code}`, { replace: true });
 * console.log(await redis.fcall("double", { arguments: [21] })); // 42
 * await redis.close();
 * ```
 */
export function fcall(name: string, options?: FcallOptions): Command<Raw> {
  return scriptCall("FCALL", name, options);
}

/**
 * Calls a function that writes nothing, which a replica may run too, and gives what it returns.
 *
 * Complexity: that of the function. Since 7.0.0.
 */
export function fcallRo(name: string, options?: FcallOptions): Command<Raw> {
  return scriptCall("FCALL_RO", name, options);
}

/**
 * Deletes a library with all of its functions.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function functionDelete(libraryName: string): Command<"OK"> {
  return command(["FUNCTION", "DELETE", libraryName], ok);
}

/**
 * Gives all libraries in the server's own form, for {@linkcode functionRestore}.
 *
 * Complexity: O(n) in the count of functions. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * const saved = await redis.functionDump();
 * await redis.functionRestore(saved, { policy: "replace" });
 * await redis.close();
 * ```
 */
export function functionDump(): Command<Uint8Array> {
  return command(["FUNCTION", "DUMP"], dumped);
}

/**
 * Deletes all libraries.
 *
 * Complexity: O(n) in the count of functions. Since 7.0.0.
 */
export function functionFlush(options?: FlushOptions): Command<"OK"> {
  return flushing("FUNCTION", options);
}

/**
 * Gives the server's help on the commands whose first word is FUNCTION.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function functionHelp(): Command<Report[]> {
  return command(["FUNCTION", "HELP"], statuses);
}

/**
 * Ends the function that runs, which must not have written anything.
 *
 * The error has the code `NOTBUSY` when none runs, and `UNKILLABLE` when it has written.
 * Complexity: O(1). Since 7.0.0.
 */
export function functionKill(): Command<"OK"> {
  return command(["FUNCTION", "KILL"], ok);
}

/**
 * Gives the libraries with their functions.
 *
 * Complexity: O(n) in the count of functions. Since 7.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * for (const { libraryName, functions } of await redis.functionList({ libraryName: "my*" })) {
 *   console.log(libraryName, functions.map((each) => each.name));
 * }
 * await redis.close();
 * ```
 */
export function functionList(
  options: FunctionListOptions & { withCode: true },
): Command<FunctionLibraryWithCode[]>;
/** Gives the libraries, their text only when that is asked for. */
export function functionList(options?: FunctionListOptions): Command<FunctionLibrary[]>;
export function functionList(options?: FunctionListOptions): Command<FunctionLibraryWithCode[]> {
  const words: Word[] = ["FUNCTION", "LIST"];
  option(words, "LIBRARYNAME", options?.libraryName);
  flag(words, "WITHCODE", options?.withCode);
  return command(words, libraries);
}

/**
 * Has the server keep a library, and gives its name, which the first line of the text says.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function functionLoad(code: string | Uint8Array, options?: FunctionLoadOptions): Command<Status> {
  const words: Word[] = ["FUNCTION", "LOAD"];
  flag(words, "REPLACE", options?.replace);
  words.push(code);
  return command(words, status);
}

/**
 * Puts back the libraries that a {@linkcode functionDump} gave.
 *
 * Complexity: O(n) in the count of functions. Since 7.0.0.
 */
export function functionRestore(payload: Uint8Array, options?: FunctionRestoreOptions): Command<"OK"> {
  const words: Word[] = ["FUNCTION", "RESTORE", payload];
  if (options?.policy !== undefined) words.push(options.policy);
  return command(words, ok);
}

/**
 * Gives the function that runs, if any, and how many libraries and functions each engine holds.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function functionStats(): Command<FunctionStats> {
  return command(["FUNCTION", "STATS"], stats);
}
