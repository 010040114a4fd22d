/**
 * One profile, with what it inherits already in it, as the options of a client.
 *
 * Strategy: there is no list of options here. The texts are filled in, turned into the options as they stand, and handed
 * to the client's own check; what that refuses is found again in the file by the name of the option. A text that holds a
 * variable and is refused is tried once more as the number or the true or false that it spells: so a password of digits
 * stays text, and a port from the environment becomes a number.
 *
 * @module
 */
import type { ConnectOptions } from "../connect_options.ts";
import { OptionError } from "../option_checks.ts";
import { settingsOf } from "../options.ts";
import { ProfileError } from "./profile_error.ts";
import type { MapNode, ProfileNode, ScalarNode } from "./tree.ts";
import { unitExample, withUnit } from "./units.ts";
import { type Environment, hasVariable, substitute } from "./variables.ts";

/** The one field of `tls` that a profile may also have at its top, where `profiles.ts` puts it. */
export const INSECURE = "insecureSkipVerify";
const INSECURE_PATH = `tls.${INSECURE}`;

// What the client's check says of options that only code can give.
const ONLY_IN_CODE = /^it must be (?:a function(?: or an async iterable)?|an? \w+ with \w+\(\)|an AbortSignal)$/;

/** What reading a profile needs beside the profile. */
export interface Reading {
  file: string;
  /** The name of the profile. */
  profile: string;
  env: Environment;
}

interface Refusal {
  /** The name of the option, with dots. */
  path: string;
  why: string;
}

/**
 * Gives the options of a profile, checked.
 *
 * @throws {ProfileError} When an option is unknown or wrong, or a variable is not set.
 */
export function optionsOf(profile: MapNode, reading: Reading): ConnectOptions {
  const respelled = new Set<string>();
  for (;;) {
    const { options, off } = build(profile, reading, respelled);
    const refusal = refusalOf(options);
    if (refusal === undefined) return off ? { ...options, tls: false } : options;
    const path = segmentsOf(refusal.path).join(".");
    const node = find(profile, refusal.path);
    const again = node?.kind === "scalar" && typeof node.value === "string" && hasVariable(node.value);
    if (!again || respelled.has(path)) throw faultOf(refusal, profile, options, reading);
    respelled.add(path);
  }
}

/** The options as they stand, and whether `tls: false` is to be put back over what {@linkcode INSECURE} made of it. */
function build(profile: MapNode, reading: Reading, respelled: ReadonlySet<string>): {
  options: ConnectOptions;
  off: boolean;
} {
  const valueOf = (node: ProfileNode, path: readonly string[]): unknown => {
    if (node.kind === "list") return node.items.map((item, index) => valueOf(item, [...path, String(index)]));
    if (node.kind === "scalar") return scalarOf(node, path, reading, respelled);
    return Object.fromEntries([...node.entries].map(([key, inner]) => [key, valueOf(inner, [...path, key])]));
  };
  const { [INSECURE]: _, ...options } = valueOf(profile, []) as Record<string, unknown>;
  const insecure = profile.entries.get(INSECURE);
  const off = options.tls === false;
  const tls = profile.entries.get("tls");
  // Any other `tls` stays, for the check to refuse.
  if (insecure !== undefined && (tls === undefined || tls.kind === "map" || typeof options.tls === "boolean")) {
    options.tls = { ...options.tls as object, [INSECURE]: valueOf(insecure, ["tls", INSECURE]) };
  }
  return { options: options as ConnectOptions, off };
}

function scalarOf(
  { value, line }: ScalarNode,
  path: readonly string[],
  { env, ...place }: Reading,
  respelled: ReadonlySet<string>,
): unknown {
  if (typeof value !== "string") return value;
  const key = path.join(".");
  const text = substitute(value, env, (why, options) => new ProfileError(why, { ...place, line, key }, options));
  return withUnit(path, text) ?? (respelled.has(key) ? spelled(text) : text);
}

/** The number, the true or the false that a text spells; else the text. */
function spelled(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^[-+]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function refusalOf(options: ConnectOptions): Refusal | undefined {
  try {
    settingsOf(options);
    return undefined;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    return { path: error.option, why: error.why };
  }
}

function faultOf(refusal: Refusal, profile: MapNode, options: ConnectOptions, reading: Reading): ProfileError {
  const { file, profile: name } = reading;
  const { path, why } = refusal;
  const { url, ...beside } = options;
  if (path !== "url" && url !== undefined && isOfUrl(refusal, url, beside)) {
    const { line } = profile.entries.get("url")!;
    return new ProfileError(`its option ${path}: ${why}`, { file, line, profile: name, key: "url" });
  }
  const { line } = find(profile, path) ?? profile;
  return new ProfileError(told(path, why), { file, line, profile: name, key: path });
}

/** Whether it is the URL that says what was refused, and not an option beside it. */
function isOfUrl({ path, why }: Refusal, url: string | URL, beside: ConnectOptions): boolean {
  const isThat = (other: Refusal | undefined): boolean => other?.path === path && other.why === why;
  if (isThat(refusalOf(beside))) return false;
  if (isThat(refusalOf({ url }))) return true;
  // Each is right without the other.
  let value: unknown = beside;
  for (const segment of segmentsOf(path)) value = (value as Record<string, unknown> | undefined)?.[segment];
  return value === undefined;
}

/** What the check said, with what a file can and cannot say. */
function told(path: string, why: string): string {
  if (ONLY_IN_CODE.test(why)) return "it cannot be written in a file: give it in code, beside what the profile says";
  const example = unitExample(segmentsOf(path));
  return example !== undefined && why.startsWith("it must be ") ? `${why}, or text such as ${example}` : why;
}

function segmentsOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter((segment) => segment !== "");
}

/** The value that an option was read from: the innermost there is on the way to it; undefined where there is none. */
function find(profile: MapNode, path: string): ProfileNode | undefined {
  return path === INSECURE_PATH ? profile.entries.get(INSECURE) : within(profile, path);
}

function within(node: ProfileNode, path: string): ProfileNode | undefined {
  if (node.kind === "scalar") return undefined;
  if (node.kind === "list") {
    const [, index, rest] = /^\[?(\d+)\]?\.?(.*)$/s.exec(path) ?? [];
    const item = node.items[Number(index)];
    return item && (within(item, rest) ?? item);
  }
  // A key may have dots and brackets itself, as an address has: the longest that begins the path is meant.
  const keys = [...node.entries.keys()].filter((key) =>
    path.startsWith(key) && /^$|^[.[]/.test(path.slice(key.length))
  );
  const key = keys.sort((one, other) => other.length - one.length)[0];
  if (key === undefined) return undefined;
  const inner = node.entries.get(key)!;
  return within(inner, path.slice(key.length).replace(/^\./, "")) ?? inner;
}
