/**
 * Commands on places: members of a sorted set whose score is the geohash of where they are.
 *
 * A place comes back a little beside where it was put, less than a meter, as its geohash has 52 bits. The older
 * searches around a place or a member are in `geo_radius.ts`.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type ReplyReader, type Word } from "./command.ts";
import { areaWords, type Coordinates, coordinatesOrNulls, detailWords, type GeoArea, geoFound } from "./geo_readers.ts";
import type { GeoFound, GeoFoundWith, GeoMember, GeoMembersOnly, GeoOrderOptions } from "./geo_readers.ts";
import {
  type GeosearchOptions,
  type GeoUnit,
  type GeoWithDetails,
  orderWords,
  statusesOrNulls,
} from "./geo_readers.ts";
import { type Double, doubleOrNull, integer, type Status, strings } from "./readers.ts";
import { flag, oneOf, type RecordOrEntries, wantOne } from "./words.ts";

/** Which members a {@linkcode geoadd} touches, and what it gives. */
export interface GeoaddOptions {
  /** Only adds members, and moves none. */
  nx?: boolean;
  /** Only moves members, and adds none. */
  xx?: boolean;
  /** Gives how many members are new or moved, in place of how many are new. */
  ch?: boolean;
}

/** What a {@linkcode geosearchstore} stores. */
export interface GeosearchstoreOptions extends GeoOrderOptions {
  /** Stores the distances from the centre as scores, in place of the geohashes. */
  storeDist?: boolean;
}

function addPlace(words: Word[], place: unknown): void {
  const [member, at] = Array.isArray(place)
    ? place as [Data, Coordinates | undefined]
    : [(place as GeoMember | null)?.member, place as GeoMember | null];
  if (typeof at !== "object" || at === null) {
    throw new TypeError("Cannot send GEOADD: each entry is to be a pair in a list, or a member with its place");
  }
  words.push(at.longitude, at.latitude, member!);
}

/**
 * Adds members with their places to a sorted set, or moves them, and gives how many of them are new.
 *
 * Complexity: O(log n) a member. Since 3.2.0; the options since 6.2.0.
 *
 * @param members A record of places by member, entries of member and place, or places that name their member.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.geoadd("towns", { palermo: { longitude: 13.361389, latitude: 38.115556 } });
 * await redis.geoadd("towns", [{ member: "catania", longitude: 15.087269, latitude: 37.502669 }]);
 * await redis.geodist("towns", "palermo", "catania", "km"); // 166.2742
 * await redis.close();
 * ```
 */
export function geoadd(
  key: Key,
  members: RecordOrEntries<Data, Coordinates> | Iterable<readonly [Data, Coordinates] | GeoMember>,
  options?: GeoaddOptions,
): Command<number> {
  const words: Word[] = ["GEOADD", key];
  if (options !== undefined) {
    oneOf("GEOADD", words, options, ["nx", "xx"]);
    flag(words, "CH", options.ch);
  }
  const places: unknown[] = Symbol.iterator in Object(members)
    ? [...members as Iterable<unknown>]
    : Object.entries(members);
  wantOne("GEOADD", "member", places);
  for (const place of places) addPlace(words, place);
  return command(words, integer);
}

/**
 * Gives the distance between two members, in meters or another unit, or null when one of them is not there.
 *
 * Complexity: O(1). Since 3.2.0.
 */
export function geodist(key: Key, member1: Data, member2: Data, unit?: GeoUnit): Command<Double | null> {
  const words: Word[] = ["GEODIST", key, member1, member2];
  if (unit !== undefined) words.push(unit);
  return command(words, doubleOrNull);
}

/**
 * Gives the geohashes of several members in their order, eleven characters each, null for each that is not there.
 *
 * Complexity: O(1) a member. Since 3.2.0.
 */
export function geohash<Members extends readonly Data[]>(
  key: Key,
  ...members: Members
): Command<{ -readonly [I in keyof Members]: Status | null }> {
  return command(["GEOHASH", key, ...members], statusesOrNulls as ReplyReader<never>);
}

/**
 * Gives the places of several members in their order, null for each that is not there.
 *
 * Complexity: O(1) a member. Since 3.2.0.
 */
export function geopos<Members extends readonly Data[]>(
  key: Key,
  ...members: Members
): Command<{ -readonly [I in keyof Members]: Coordinates | null }> {
  return command(["GEOPOS", key, ...members], coordinatesOrNulls as ReplyReader<never>);
}

/**
 * Gives the members in an area, each with its distance, its place and its geohash as far as the options ask.
 *
 * Complexity: O(n + log m) in the members in a box around the area, and in the area. Since 6.2.0; polygons since
 * Valkey 9.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.geoadd("towns", { palermo: { longitude: 13.361389, latitude: 38.115556 } });
 * await redis.geoadd("towns", { catania: { longitude: 15.087269, latitude: 37.502669 } });
 * const from = { longitude: 15, latitude: 37 };
 * await redis.geosearch("towns", { from, by: { radius: 100, unit: "km" } }); // ["catania"]
 * await redis.geosearch("towns", { from: { member: "catania" }, by: { width: 400, height: 400, unit: "km" } });
 * const [nearest] = await redis.geosearch("towns", { from, by: { radius: 100, unit: "km" } }, { withDist: true });
 * console.log(nearest); // { member: "catania", distance: 56.4413 }
 * await redis.close();
 * ```
 */
export function geosearch<const Options extends GeoWithDetails>(
  key: Key,
  area: GeoArea,
  options: Options,
): Command<GeoFoundWith<Options, string, number>[]>;
/** Gives the members alone. */
export function geosearch(key: Key, area: GeoArea, options?: GeoMembersOnly): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function geosearch(
  key: Key,
  area: GeoArea,
  options?: GeosearchOptions,
): Command<string[] | GeoFound<string, number>[]>;
export function geosearch(key: Key, area: GeoArea, options: GeosearchOptions = {}): Command<unknown> {
  const words: Word[] = ["GEOSEARCH", key];
  areaWords("GEOSEARCH", words, area);
  orderWords(words, options);
  return command<unknown>(words, detailWords(words, options) ? geoFound : strings);
}

/**
 * Stores the members in an area with their places as a sorted set, and gives how many there are.
 *
 * Complexity: O(n + log m) in the members in a box around the area, and in the area. Since 6.2.0; polygons since
 * Valkey 9.0.0.
 */
export function geosearchstore(
  destination: Key,
  source: Key,
  area: GeoArea,
  options?: GeosearchstoreOptions,
): Command<number> {
  const words: Word[] = ["GEOSEARCHSTORE", destination, source];
  areaWords("GEOSEARCHSTORE", words, area);
  if (options !== undefined) {
    orderWords(words, options);
    flag(words, "STOREDIST", options.storeDist);
  }
  return command(words, integer);
}
