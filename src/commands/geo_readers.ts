/**
 * Places on Earth: how commands take them, and what a search gives of those it finds.
 *
 * @module
 */
import { PLAIN, type Value } from "../resp/value.ts";
import type { Data, Key, ReplyReader, Word } from "./command.ts";
import { type Double, doubleOf, reader, type Status, toInteger } from "./readers.ts";
import { exclude, flag, option, wantOne } from "./words.ts";

/** A unit of length: meters, kilometers, feet or miles. */
export type GeoUnit = "m" | "km" | "ft" | "mi";

/** A place on Earth, in degrees. */
export interface Coordinates {
  /** Degrees east, from -180 to 180. */
  longitude: Double;
  /** Degrees north, from about -85 to 85: the poles are left out. */
  latitude: Double;
}

/** A member with its place. */
export interface GeoMember<Member = Data> extends Coordinates {
  /** The member. */
  member: Member;
}

/** All that is no farther than this from the centre. */
export interface GeoRadius {
  /** The distance. */
  radius: number;
  /** The unit of the distance. */
  unit: GeoUnit;
}

/** All inside of a box around the centre, its sides along the axes. */
export interface GeoBox {
  /** How wide the box is, from west to east. */
  width: number;
  /** How high the box is, from south to north. */
  height: number;
  /** The unit of both. */
  unit: GeoUnit;
}

/** All inside of a polygon; since Valkey 9.0.0. */
export interface GeoPolygon {
  /** The corners, three or more, in their order. */
  polygon: readonly Coordinates[];
}

/** Where to search: around a member of the key, or around a place, or in a polygon that needs no centre. */
export type GeoArea =
  | { from: { member: Data } | Coordinates; by: GeoRadius | GeoBox }
  | { from?: undefined; by: GeoPolygon };

/** How many members a search gives, and in which order. */
export interface GeoOrderOptions {
  /** Nearest first (`"asc"`) or farthest first (`"desc"`); in no order when absent, unless there is a `count`. */
  order?: "asc" | "desc";
  /** At most so many members, the nearest unless `order` or `any` says otherwise. */
  count?: number;
  /** With `count`: stops as soon as there are so many, which need not be the nearest. */
  any?: boolean;
}

/** What a search gives of each member it finds. */
export interface GeoDetails {
  /** Gives the place. */
  withCoord?: boolean;
  /** Gives the distance from the centre, in the unit of the search. */
  withDist?: boolean;
  /** Gives the geohash as an integer of 52 bits. */
  withHash?: boolean;
}

/** How a search gives what it finds. */
export interface GeosearchOptions extends GeoOrderOptions, GeoDetails {}

/** Options that ask for the members alone. */
export interface GeoMembersOnly extends GeoOrderOptions {
  /** No place. */
  withCoord?: false;
  /** No distance. */
  withDist?: false;
  /** No geohash. */
  withHash?: false;
}

/** Options that ask for more than the members. */
export type GeoWithDetails = GeosearchOptions & ({ withCoord: true } | { withDist: true } | { withHash: true });

/** A member that a search found. What the options did not ask for is absent. */
export interface GeoFound<Text = string, Integer = number> {
  /** The member. */
  member: Text;
  /** Its distance from the centre, in the unit of the search. */
  distance?: Double;
  /** Its geohash as an integer of 52 bits. */
  hash?: Integer;
  /** Its place. */
  coordinates?: Coordinates;
}

/** The names of the fields that options are sure to ask for. */
export type GeoAsked<Options> =
  | (Options extends { withDist: true } ? "distance" : never)
  | (Options extends { withHash: true } ? "hash" : never)
  | (Options extends { withCoord: true } ? "coordinates" : never);

/** A member that a search found, with what the options asked for. */
export type GeoFoundWith<Options, Text = string, Integer = number> =
  & GeoFound<Text, Integer>
  & Required<Pick<GeoFound<Text, Integer>, GeoAsked<Options>>>;

/** Adds where to search. */
export function areaWords(name: string, words: Word[], { from, by }: GeoArea): void {
  if (from !== undefined) {
    if ("member" in from) words.push("FROMMEMBER", from.member);
    else words.push("FROMLONLAT", from.longitude, from.latitude);
  }
  if ("polygon" in by) {
    wantOne(name, "corner", by.polygon);
    words.push("BYPOLYGON", by.polygon.length);
    for (const { longitude, latitude } of by.polygon) words.push(longitude, latitude);
  } else if ("radius" in by) words.push("BYRADIUS", by.radius, by.unit);
  else words.push("BYBOX", by.width, by.height, by.unit);
}

/** Adds how many members are wanted, in which order. */
export function orderWords(words: Word[], options: GeoOrderOptions): void {
  option(words, "COUNT", options.count);
  flag(words, "ANY", options.any);
  if (options.order !== undefined) words.push(options.order);
}

/** Adds what is wanted of each member; true when that is more than the member. */
export function detailWords(words: Word[], options: GeoDetails): boolean {
  const before = words.length;
  flag(words, "WITHCOORD", options.withCoord);
  flag(words, "WITHDIST", options.withDist);
  flag(words, "WITHHASH", options.withHash);
  return words.length > before;
}

/** Where GEORADIUS stores what it finds, in place of giving it. */
export interface GeoradiusTargets {
  /** The key of a sorted set for the members with their geohashes, which other commands here can read. */
  store?: Key;
  /** The key of a sorted set for the members with their distances as scores. */
  storeDist?: Key;
}

/** Adds where the members go; true when they go somewhere. */
export function targetWords(name: string, words: Word[], options: GeoradiusTargets & GeoDetails): boolean {
  for (const detail of ["withCoord", "withDist", "withHash"] as const) {
    exclude(name, options, ["store", "storeDist", detail]);
  }
  option(words, "STORE", options.store);
  option(words, "STOREDIST", options.storeDist);
  return options.store !== undefined || options.storeDist !== undefined;
}

function toCoordinates(value: Value): Coordinates {
  const [longitude, latitude] = value as [Value, Value];
  return { longitude: doubleOf(longitude), latitude: doubleOf(latitude) };
}

/** Places, null where there is none. */
export const coordinatesOrNulls: ReplyReader<(Coordinates | null)[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => (value as Value[]).map((item) => item === null ? null : toCoordinates(item)),
);

/** Words of the server, null where there is none. */
export const statusesOrNulls: ReplyReader<(Status | null)[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => value as (Status | null)[],
);

/** Members with what was asked for: the types of the parts tell which they are. */
export const geoFound: ReplyReader<GeoFound[]> = /* @__PURE__ */ reader(3, (value, mode) => {
  return (value as [string, ...Value[]][]).map(([member, ...parts]) => {
    const found: GeoFound = { member };
    for (const part of parts) {
      if (Array.isArray(part)) found.coordinates = toCoordinates(part);
      // The distance is text under either protocol, the geohash an integer.
      else if (typeof part === "number" || typeof part === "bigint") found.hash = toInteger(part, mode);
      else found.distance = doubleOf(part);
    }
    return found;
  });
});
