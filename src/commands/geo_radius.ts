/**
 * The older commands that search around a place or a member; {@linkcode geosearch} does the same and more.
 *
 * The two whose name ends in `_RO` store nothing, so that a replica may answer them.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { type Coordinates, detailWords, type GeoFound, geoFound, type GeoFoundWith } from "./geo_readers.ts";
import type { GeoMembersOnly, GeoRadius, GeoradiusTargets, GeosearchOptions, GeoWithDetails } from "./geo_readers.ts";
import { orderWords, targetWords } from "./geo_readers.ts";
import { integer, strings } from "./readers.ts";

/** How a {@linkcode georadius} gives or stores what it finds. */
export interface GeoradiusOptions extends GeosearchOptions, GeoradiusTargets {}

/** How a {@linkcode georadius} stores what it finds: with places, or with distances. */
export type GeoradiusStoreOptions =
  & GeoMembersOnly
  & ({ store: Key; storeDist?: undefined } | { store?: undefined; storeDist: Key });

function around(name: string, from: readonly Word[], within: GeoRadius, options: GeoradiusOptions): Command<unknown> {
  const words: Word[] = [name, ...from, within.radius, within.unit];
  const detailed = detailWords(words, options);
  orderWords(words, options);
  return command<unknown>(words, targetWords(name, words, options) ? integer : detailed ? geoFound : strings);
}

/**
 * Gives the members around a place, or stores them and gives how many there are.
 *
 * Complexity: O(n + log m) in the members in a box around the circle, and in the circle. Since 3.2.0; `any`
 * since 6.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.geoadd("towns", { catania: { longitude: 15.087269, latitude: 37.502669 } });
 * const center = { longitude: 15, latitude: 37 };
 * await redis.georadius("towns", center, { radius: 100, unit: "km" }); // ["catania"]
 * await redis.georadius("towns", center, { radius: 100, unit: "km" }, { store: "near" }); // 1
 * await redis.close();
 * ```
 */
export function georadius(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options: GeoradiusStoreOptions,
): Command<number>;
/** Gives what the options ask for of each member. */
export function georadius<const Options extends GeoWithDetails>(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options: Options,
): Command<GeoFoundWith<Options, string, number>[]>;
/** Gives the members alone. */
export function georadius(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options?: GeoMembersOnly,
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function georadius(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options?: GeoradiusOptions,
): Command<string[] | GeoFound<string, number>[] | number>;
export function georadius(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options: GeoradiusOptions = {},
): Command<unknown> {
  return around("GEORADIUS", [key, center.longitude, center.latitude], within, options);
}

/**
 * Gives the members around a place.
 *
 * Complexity: O(n + log m) in the members in a box around the circle, and in the circle. Since 3.2.10; `any`
 * since 6.2.0.
 */
export function georadiusRo<const Options extends GeoWithDetails>(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options: Options,
): Command<GeoFoundWith<Options, string, number>[]>;
/** Gives the members alone. */
export function georadiusRo(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options?: GeoMembersOnly,
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function georadiusRo(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options?: GeosearchOptions,
): Command<string[] | GeoFound<string, number>[]>;
export function georadiusRo(
  key: Key,
  center: Coordinates,
  within: GeoRadius,
  options: GeosearchOptions = {},
): Command<unknown> {
  return around("GEORADIUS_RO", [key, center.longitude, center.latitude], within, options);
}

/**
 * Gives the members around a member, itself too, or stores them and gives how many there are.
 *
 * Complexity: O(n + log m) in the members in a box around the circle, and in the circle. Since 3.2.0; `any`
 * since 6.2.0.
 */
export function georadiusbymember(
  key: Key,
  member: Data,
  within: GeoRadius,
  options: GeoradiusStoreOptions,
): Command<number>;
/** Gives what the options ask for of each member. */
export function georadiusbymember<const Options extends GeoWithDetails>(
  key: Key,
  member: Data,
  within: GeoRadius,
  options: Options,
): Command<GeoFoundWith<Options, string, number>[]>;
/** Gives the members alone. */
export function georadiusbymember(
  key: Key,
  member: Data,
  within: GeoRadius,
  options?: GeoMembersOnly,
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function georadiusbymember(
  key: Key,
  member: Data,
  within: GeoRadius,
  options?: GeoradiusOptions,
): Command<string[] | GeoFound<string, number>[] | number>;
export function georadiusbymember(
  key: Key,
  member: Data,
  within: GeoRadius,
  options: GeoradiusOptions = {},
): Command<unknown> {
  return around("GEORADIUSBYMEMBER", [key, member], within, options);
}

/**
 * Gives the members around a member, itself too.
 *
 * Complexity: O(n + log m) in the members in a box around the circle, and in the circle. Since 3.2.10; `any`
 * since 6.2.0.
 */
export function georadiusbymemberRo<const Options extends GeoWithDetails>(
  key: Key,
  member: Data,
  within: GeoRadius,
  options: Options,
): Command<GeoFoundWith<Options, string, number>[]>;
/** Gives the members alone. */
export function georadiusbymemberRo(
  key: Key,
  member: Data,
  within: GeoRadius,
  options?: GeoMembersOnly,
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function georadiusbymemberRo(
  key: Key,
  member: Data,
  within: GeoRadius,
  options?: GeosearchOptions,
): Command<string[] | GeoFound<string, number>[]>;
export function georadiusbymemberRo(
  key: Key,
  member: Data,
  within: GeoRadius,
  options: GeosearchOptions = {},
): Command<unknown> {
  return around("GEORADIUSBYMEMBER_RO", [key, member], within, options);
}
