/**
 * The error of a file of profiles.
 *
 * @module
 */
import { RedisError } from "../errors.ts";

/** Where in a file of profiles something is wrong. */
export interface ProfilePlace {
  /** The file, as it was given. */
  file: string;
  /** The line, from 1, where it is known. */
  line?: number;
  /** The profile that was read, where the fault is one profile's. */
  profile?: string;
  /** The key within the profile, such as `pool.max`. */
  key?: string;
}

/** A file of profiles, or a profile in it, cannot be used. Its message names no value of the file or the environment. */
export class ProfileError extends RedisError {
  /** Always `"ProfileError"`. */
  override name = "ProfileError";
  /** The file, as it was given. */
  readonly file: string;
  /** The line, from 1, where it is known; that of another profile where the value is inherited from there. */
  readonly line: number | undefined;
  /** The profile that was read; undefined when the fault is none's. */
  readonly profile: string | undefined;
  /** The key within the profile, such as `pool.max`; undefined when the fault is not at one. */
  readonly key: string | undefined;

  /** Takes why, where, and the cause if there is one. */
  constructor(why: string, place: ProfilePlace, options?: ErrorOptions) {
    const { file, line, profile, key } = place;
    const what = profile === undefined ? "the profiles" : `the profile ${JSON.stringify(profile)}`;
    const where = (line === undefined ? file : `${file}:${line}`) + (key === undefined ? "" : `, ${key}`);
    super(`Cannot use ${what} (${where}): ${why}`, options);
    this.file = file;
    this.line = line;
    this.profile = profile;
    this.key = key;
  }
}
