/**
 * A file of profiles: its form, the profile that is meant, and what that one inherits.
 *
 * Only the profile that is asked for is looked into, with those that it extends: another one's variables need not be
 * set.
 *
 * @module
 */
import type { ConnectOptions } from "../connect_options.ts";
import { INSECURE, optionsOf } from "./options.ts";
import { ProfileError, type ProfilePlace } from "./profile_error.ts";
import type { MapNode, Parsed, ProfileNode } from "./tree.ts";
import { type Environment, substitute } from "./variables.ts";

/** The profiles of one file. */
export class Profiles {
  #file: string;
  #env: Environment;
  #profiles: ReadonlyMap<string, ProfileNode>;
  #default: ProfileNode | undefined;

  /**
   * Takes the file as it is to be called in messages, what was read from it, and the variables.
   *
   * @throws {ProfileError} When the text could not be read, or is not a file of profiles.
   */
  constructor(file: string, parsed: Parsed, env: Environment) {
    this.#file = file;
    this.#env = env;
    if ("why" in parsed) throw this.#fault(parsed.why, { line: parsed.line });
    const { root } = parsed;
    if (root.kind !== "map") throw this.#fault('it must be a map with "profiles"', root);
    for (const [key, { line }] of root.entries) {
      if (key !== "profiles" && key !== "default") {
        throw this.#fault('a file of profiles has "profiles" and "default" alone', { line, key });
      }
    }
    const profiles = root.entries.get("profiles");
    if (profiles?.kind !== "map") {
      throw this.#fault("it must be a map of profiles by name", { line: (profiles ?? root).line, key: "profiles" });
    }
    this.#profiles = profiles.entries;
    this.#default = root.entries.get("default");
  }

  /** The names of all profiles, in the order of the file. */
  get names(): string[] {
    return [...this.#profiles.keys()];
  }

  /**
   * The options of a profile, checked; of the default one when no name is given.
   *
   * @throws {ProfileError} When there is no such profile, or it cannot be used.
   */
  optionsOf(name: string = this.#defaultName()): ConnectOptions {
    if (!this.#profiles.has(name)) throw this.#fault(this.#noSuchName(), { profile: name });
    const whole = this.#whole(name, name, []);
    return optionsOf(whole, { file: this.#file, profile: name, env: this.#env });
  }

  #defaultName(): string {
    if (this.#default === undefined) throw this.#fault('it has no "default", so a profile is to be named', {});
    return this.#nameAt(this.#default, { key: "default" });
  }

  /** The name of a profile that stands in the file. It may come from a variable, so messages do not repeat it. */
  #nameAt(node: ProfileNode, place: Omit<ProfilePlace, "file">): string {
    const here = { ...place, line: node.line };
    if (node.kind !== "scalar" || typeof node.value !== "string") {
      throw this.#fault("it must be the name of a profile", here);
    }
    const name = substitute(node.value, this.#env, (why, options) => this.#fault(why, here, options));
    if (!this.#profiles.has(name)) throw this.#fault(this.#noSuchName(), here);
    return name;
  }

  /** A profile with what it inherits, for `asked`, which extends it by way of the profiles in `open`. */
  #whole(name: string, asked: string, open: readonly string[]): MapNode {
    const node = this.#profiles.get(name)!;
    if (node.kind !== "map") throw this.#fault("it must be a map of options", { line: node.line, profile: name });
    const own = new Map(node.entries);
    const bases = own.get("extends");
    own.delete("extends");
    let whole: MapNode = { ...node, entries: new Map() };
    for (const base of bases === undefined ? [] : bases.kind === "list" ? bases.items : [bases]) {
      const place = { line: base.line, profile: asked, key: "extends" };
      const baseName = this.#nameAt(base, place);
      const path = [...open, name];
      if (path.includes(baseName)) {
        throw this.#fault(
          `it goes round: ${[...path, baseName].map((each) => JSON.stringify(each)).join(" extends ")}`,
          place,
        );
      }
      whole = merged(whole, this.#whole(baseName, asked, path));
    }
    return merged(whole, this.#raised({ ...node, entries: own }, asked));
  }

  /** A profile whose `tls.insecureSkipVerify` stands at its top, where it also may be written: so one replaces the other. */
  #raised(profile: MapNode, asked: string): MapNode {
    const tls = profile.entries.get("tls");
    const insecure = tls?.kind === "map" ? tls.entries.get(INSECURE) : undefined;
    if (tls?.kind !== "map" || insecure === undefined) return profile;
    if (profile.entries.has(INSECURE)) {
      const place = { line: insecure.line, profile: asked, key: `tls.${INSECURE}` };
      throw this.#fault("it stands at the top of the profile too", place);
    }
    const others = new Map(tls.entries);
    others.delete(INSECURE);
    const entries = new Map(profile.entries).set("tls", { ...tls, entries: others }).set(INSECURE, insecure);
    return { ...profile, entries };
  }

  #noSuchName(): string {
    const names = this.names.map((name) => JSON.stringify(name)).join(", ");
    return `there is no profile of that name${names && `, but ${names}`}`;
  }

  #fault(why: string, { line, profile, key }: Omit<ProfilePlace, "file">, options?: ErrorOptions): ProfileError {
    return new ProfileError(why, { file: this.#file, line, profile, key }, options);
  }
}

/** What stands above over what stands below. Groups are merged; `true` over a group, as in `tls: true`, keeps it. */
function merged(below: MapNode, above: MapNode): MapNode {
  const entries = new Map(below.entries);
  for (const [key, node] of above.entries) {
    const old = entries.get(key);
    if (old?.kind !== "map") entries.set(key, node);
    else if (node.kind === "map") entries.set(key, merged(old, node));
    else if (node.kind === "list" || node.value !== true) entries.set(key, node);
  }
  return { ...above, entries };
}
