/**
 * Connection profiles: named sets of options in a YAML or JSON file, with secrets from the environment.
 *
 * Reads the file that is given and the variables that it names, and nothing else. Needs the package `yaml` beside this
 * one; no other entry does.
 *
 * @example
 * ```ts
 * import { connectProfile } from "@respwire/client/profile";
 *
 * const redis = await connectProfile("production", { file: "redis.yaml" });
 * ```
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { connect } from "../mod.ts";
import type { Client } from "../src/client/client.ts";
import type { ConnectOptions } from "../src/connect_options.ts";
import { ProfileError } from "../src/profile/profile_error.ts";
import { Profiles } from "../src/profile/profiles.ts";
import type { Environment } from "../src/profile/variables.ts";

export type * from "../mod.ts";
export { ProfileError };
export type { Environment };
export type { ProfilePlace } from "../src/profile/profile_error.ts";

/** Where profiles are read from. */
export interface ProfileSource {
  /** The YAML or JSON file: a path, or a `file:` URL. */
  file: string | URL;
  /** The variables for `${NAME}`; those of the process when absent. */
  env?: Environment;
}

/**
 * Connects by a profile of a file and gives the client when it can be used.
 *
 * @throws {ProfileError} When the file or the profile cannot be used.
 * @throws {ConnectionError} When the server cannot be reached, refuses, or does not answer in time.
 */
export function connectProfile(name: string | undefined, source: ProfileSource): Promise<Client>;
/** Connects by the profile that the file names as its default. */
export function connectProfile(source: ProfileSource): Promise<Client>;
export async function connectProfile(
  name: string | undefined | ProfileSource,
  source?: ProfileSource,
): Promise<Client> {
  return connect(await optionsIn(name, source));
}

/**
 * Reads a profile of a file and gives its options, checked, for `connect()` or `createClient()` of any entry.
 *
 * @throws {ProfileError} When the file or the profile cannot be used.
 */
export function readProfile(name: string | undefined, source: ProfileSource): Promise<ConnectOptions>;
/** Reads the profile that the file names as its default. */
export function readProfile(source: ProfileSource): Promise<ConnectOptions>;
export function readProfile(
  name: string | undefined | ProfileSource,
  source?: ProfileSource,
): Promise<ConnectOptions> {
  return optionsIn(name, source);
}

/**
 * Reads every profile of a file and gives their options by name; a file can be checked so before it is used.
 *
 * @throws {ProfileError} When the file or any of its profiles cannot be used.
 */
export async function readProfiles(source: ProfileSource): Promise<Map<string, ConnectOptions>> {
  const profiles = await profilesOf(source);
  return new Map(profiles.names.map((name) => [name, profiles.optionsOf(name)]));
}

async function optionsIn(first: string | undefined | ProfileSource, second?: ProfileSource): Promise<ConnectOptions> {
  const [name, source] = typeof first === "object" ? [undefined, first] : [first, second];
  return (await profilesOf(source)).optionsOf(name);
}

async function profilesOf(source: ProfileSource | undefined): Promise<Profiles> {
  const given: unknown = source?.file;
  if (typeof given !== "string" && !(given instanceof URL)) {
    throw new TypeError("Cannot read a profile: file must be a path or a file: URL");
  }
  const file = typeof given === "string" ? given : fileURLToPath(given);
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new ProfileError(`the file cannot be read${cause?.code ? ` (${cause.code})` : ""}`, { file }, { cause });
  });
  // Loaded here, so that its absence is an error that says what to do.
  const { readYaml } = await import("../adapters/yaml.ts").catch((cause) => {
    const why = "the package yaml, which reads it, cannot be loaded; npm install yaml brings it";
    throw new ProfileError(why, { file }, { cause });
  });
  try {
    return new Profiles(file, readYaml(text), source!.env ?? process.env);
  } catch (cause) {
    // Deno's: the package looks at two variables of its own.
    if ((cause as Error).name !== "NotCapable") throw cause;
    const why = "the package yaml may not look at its variables; --allow-env=LOG_TOKENS,LOG_STREAM lets it";
    throw new ProfileError(why, { file }, { cause });
  }
}
