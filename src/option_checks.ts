/**
 * What an option can be: the checks that the tables of options are made of, and the error of one that is wrong.
 *
 * A check gives undefined for what is right, and otherwise what is wanted in its place; what was given is repeated
 * nowhere, since it may be a password.
 *
 * @module
 */

/** Looks at a value; gives what is wanted in its place, or undefined where it is right. */
export type Check = (value: unknown) => string | undefined;

/** An option is wrong. */
export class OptionError extends TypeError {
  /** The option, as `pool.max`. */
  readonly option: string;
  /** What is wrong with it, without what was given. */
  readonly why: string;

  /** Takes the option and what is wrong with it. */
  constructor(option: string, why: string) {
    super(`Cannot use the option ${option}: ${why}`);
    this.option = option;
    this.why = why;
  }
}

/** Any text. */
export const text: Check = (value) => typeof value === "string" ? undefined : "a string";
/** A text that is not empty. */
export const filled: Check = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a string that is not empty";
/** True or false. */
export const flag: Check = (value) => typeof value === "boolean" ? undefined : "true or false";
/** A function. */
export const callback: Check = (value) => typeof value === "function" ? undefined : "a function";

/** A whole number within bounds. */
export function whole(least: number, most: number): Check {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;
}

/** A number within bounds. */
export function between(least: number, most: number): Check {
  return (value) =>
    typeof value === "number" && value >= least && value <= most ? undefined : `a number from ${least} to ${most}`;
}

/** One of several words. */
export function oneOf(words: readonly string[]): Check {
  const wanted = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return (value) => (words as readonly unknown[]).includes(value) ? undefined : wanted;
}

/** An object that has a method. */
export function withMethod(method: string): Check {
  return (value) =>
    typeof (value as Record<string, unknown> | null)?.[method] === "function"
      ? undefined
      : `an object with ${method}()`;
}

/** The longest delay that every runtime's timers keep: beyond it they fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;
/** Milliseconds. */
export const duration: Check = /* @__PURE__ */ whole(1, LONGEST_DELAY_MS);
/** Milliseconds, or 0. */
export const durationOrNone: Check = /* @__PURE__ */ whole(0, LONGEST_DELAY_MS);
/** How many of what there must be. */
export const length: Check = /* @__PURE__ */ whole(1, Number.MAX_SAFE_INTEGER);
/** How many of what there may be. */
export const count: Check = /* @__PURE__ */ whole(0, Number.MAX_SAFE_INTEGER);

/**
 * Checks the fields of an object by a table of checks; undefined counts as absent.
 *
 * @throws {OptionError} When one is unknown or wrong; it is called by the prefix and its name.
 */
export function checkFields(prefix: string, given: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, name)) throw new OptionError(prefix + name, "there is none of that name");
    if (value === undefined) continue;
    const wanted = checks[name]!(value);
    if (wanted !== undefined) throw new OptionError(prefix + name, `it must be ${wanted}`);
  }
}

/**
 * Checks an option that has fields.
 *
 * @throws {OptionError} When a field is unknown or wrong.
 */
export function group(name: string, value: unknown, checks: Readonly<Record<string, Check>>): string | undefined {
  if (!isRecord(value)) return "an object";
  checkFields(`${name}.`, value, checks);
  return undefined;
}

/** Whether a value is an object with fields. */
export function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields that are not undefined. */
export function present<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
