/**
 * Commands on modules, which bring a server further commands.
 *
 * Loading and unloading is refused unless the setting `enable-module-command` allows it.
 *
 * @module
 */
import { type Command, command, type Data, type ReplyReader, type Word } from "./command.ts";
import { listOfFields } from "./field_readers.ts";
import { ok, type Status, statuses } from "./readers.ts";
import { entriesOf, type RecordOrEntries } from "./words.ts";

/** A module that is loaded. */
export interface ModuleInfo {
  /** Its name. */
  name: Status;
  /** Its version. */
  ver: number;
  /** The path of its file; empty, or its name again, for one that is part of the server. */
  path: Status;
  /** What it was given when it was loaded. */
  args: Status[];
}

/** What a {@linkcode moduleLoadex} gives to the module. */
export interface ModuleLoadexOptions {
  /** Settings of the module with their values, as a record or as entries. */
  config?: RecordOrEntries<string, Data>;
  /** Arguments. */
  args?: readonly Data[];
}

const modules: ReplyReader<ModuleInfo[]> = /* @__PURE__ */ listOfFields<ModuleInfo>();

/**
 * Gives lines, for people, on the subcommands of MODULE.
 *
 * Complexity: O(1). Since 5.0.0.
 */
export function moduleHelp(): Command<Status[]> {
  return command(["MODULE", "HELP"], statuses);
}

/**
 * Gives the modules that are loaded.
 *
 * Complexity: O(n) in the count of modules. Since 4.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * for (const { name, ver } of await redis.moduleList()) console.log(name, ver);
 * await redis.close();
 * ```
 */
export function moduleList(): Command<ModuleInfo[]> {
  return command(["MODULE", "LIST"], modules);
}

/**
 * Loads a module from a file of the server's machine.
 *
 * Complexity: O(1). Since 4.0.0.
 */
export function moduleLoad(path: string, ...args: Data[]): Command<"OK"> {
  return command(["MODULE", "LOAD", path, ...args], ok);
}

/**
 * Loads a module from a file of the server's machine, with settings of its own.
 *
 * Complexity: O(1). Since 7.0.0.
 */
export function moduleLoadex(path: string, options: ModuleLoadexOptions): Command<"OK"> {
  const words: Word[] = ["MODULE", "LOADEX", path];
  const { config, args } = options;
  if (config !== undefined) {
    const entries = entriesOf("MODULE LOADEX", config);
    for (let i = 0; i < entries.length; i += 2) words.push("CONFIG", entries[i]!, entries[i + 1]!);
  }
  if (args !== undefined && args.length > 0) words.push("ARGS", ...args);
  return command(words, ok);
}

/**
 * Unloads a module, by its name.
 *
 * Complexity: O(1). Since 4.0.0.
 */
export function moduleUnload(name: string): Command<"OK"> {
  return command(["MODULE", "UNLOAD", name], ok);
}
