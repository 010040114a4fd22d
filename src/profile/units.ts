/**
 * Durations and sizes as text: `5s` for an option in milliseconds, `64mb` for one in bytes.
 *
 * The name of the option says which it is, so that new options need no entry here: those in milliseconds end in `Ms`;
 * those in bytes end in `Bytes` or are among the `limits`.
 *
 * @module
 */
interface Measure {
  /** What one of each unit is in the option's own. */
  units: Readonly<Record<string, number>>;
  /** An example, for messages. */
  example: string;
}

const DURATION: Measure = { units: { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }, example: "5s" };
const SIZE: Measure = { units: { b: 1, kb: 1_024, mb: 1_024 ** 2, gb: 1_024 ** 3 }, example: "64mb" };

function measureOf(path: readonly string[]): Measure | undefined {
  const name = path.at(-1) ?? "";
  if (name.endsWith("Ms")) return DURATION;
  return name.endsWith("Bytes") || path[0] === "limits" && path.length > 1 ? SIZE : undefined;
}

/** The number that a text with a unit stands for at an option; undefined where it stands for none. */
export function withUnit(path: readonly string[], text: string): number | undefined {
  const measure = measureOf(path);
  const [, count, unit] = /^(\d+)([a-z]+)$/i.exec(text) ?? [];
  if (measure === undefined || unit === undefined) return undefined;
  // 5M is not said of minutes, but 64MB of megabytes is.
  const name = measure === SIZE ? unit.toLowerCase() : unit;
  return Object.hasOwn(measure.units, name) ? Number(count) * measure.units[name]! : undefined;
}

/** An example of a text with a unit at an option; undefined where it takes none. */
export function unitExample(path: readonly string[]): string | undefined {
  return measureOf(path)?.example;
}
