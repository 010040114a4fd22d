/** Rows of the commands on places. */
import type { Client } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { Coordinates, GeoArea } from "../../src/commands/geo_readers.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

const ORIGIN: Coordinates = { longitude: 0, latitude: 0 };
const NEAR: GeoArea = { from: ORIGIN, by: { radius: 0, unit: "km" } };
const WITHIN = { radius: 1, unit: "ft" } as const;

export const words: readonly WordsRow[] = [
  [
    "geoadd of a record",
    () => c.geoadd("k", { a: ORIGIN, b: { longitude: -1.5, latitude: 2 } }),
    ["GEOADD", "k", 0, 0, "a", -1.5, 2, "b"],
  ],
  ["geoadd of entries", () => c.geoadd("k", [[bytes("a"), ORIGIN]]), ["GEOADD", "k", 0, 0, bytes("a")]],
  ["geoadd of a Map", () => c.geoadd("k", new Map([["a", ORIGIN]])), ["GEOADD", "k", 0, 0, "a"]],
  ["geoadd of members", () => c.geoadd("k", [{ ...ORIGIN, member: 0 }]), ["GEOADD", "k", 0, 0, 0]],
  ["geoadd with no option", () => c.geoadd("k", { a: ORIGIN }, {}), ["GEOADD", "k", 0, 0, "a"]],
  ["geoadd nx", () => c.geoadd("k", { a: ORIGIN }, { nx: true }), ["GEOADD", "k", "NX", 0, 0, "a"]],
  ["geoadd xx ch", () => c.geoadd("k", { a: ORIGIN }, { ch: true, xx: true }), ["GEOADD", "k", "XX", "CH", 0, 0, "a"]],
  ["geodist", () => c.geodist("k", "a", 0), ["GEODIST", "k", "a", 0]],
  ["geodist unit", () => c.geodist("k", "a", "b", "mi"), ["GEODIST", "k", "a", "b", "mi"]],
  ["geohash", () => c.geohash("k", "a", 0), ["GEOHASH", "k", "a", 0]],
  ["geohash of nothing", () => c.geohash("k"), ["GEOHASH", "k"]],
  ["geopos", () => c.geopos("k", "a", bytes("b")), ["GEOPOS", "k", "a", bytes("b")]],
  ["geopos of nothing", () => c.geopos("k"), ["GEOPOS", "k"]],
  ["geosearch", () => c.geosearch("k", NEAR), ["GEOSEARCH", "k", "FROMLONLAT", 0, 0, "BYRADIUS", 0, "km"]],
  [
    "geosearch in a box around a member",
    () => c.geosearch("k", { from: { member: "" }, by: { width: 0, height: 2, unit: "m" } }, {}),
    ["GEOSEARCH", "k", "FROMMEMBER", "", "BYBOX", 0, 2, "m"],
  ],
  [
    "geosearch in a polygon",
    () => c.geosearch("k", { by: { polygon: [ORIGIN, { longitude: 1, latitude: 2 }] } }),
    ["GEOSEARCH", "k", "BYPOLYGON", 2, 0, 0, 1, 2],
  ],
  [
    "geosearch of all options",
    () =>
      c.geosearch("k", NEAR, {
        withHash: true,
        withDist: true,
        withCoord: true,
        any: true,
        count: 3,
        order: "desc",
      }),
    [
      ...["GEOSEARCH", "k", "FROMLONLAT", 0, 0, "BYRADIUS", 0, "km"],
      ...["COUNT", 3, "ANY", "desc", "WITHCOORD", "WITHDIST", "WITHHASH"],
    ],
  ],
  [
    "geosearch with* false",
    () => c.geosearch("k", NEAR, { withDist: false, withHash: false, withCoord: false, any: false, count: 0 }),
    ["GEOSEARCH", "k", "FROMLONLAT", 0, 0, "BYRADIUS", 0, "km", "COUNT", 0],
  ],
  [
    "geosearchstore",
    () => c.geosearchstore("d", "s", NEAR),
    ["GEOSEARCHSTORE", "d", "s", "FROMLONLAT", 0, 0, "BYRADIUS", 0, "km"],
  ],
  [
    "geosearchstore of all options",
    () => c.geosearchstore("d", "s", NEAR, { storeDist: true, order: "asc", count: 1, any: true }),
    ["GEOSEARCHSTORE", "d", "s", "FROMLONLAT", 0, 0, "BYRADIUS", 0, "km", "COUNT", 1, "ANY", "asc", "STOREDIST"],
  ],
  ["georadius", () => c.georadius("k", ORIGIN, WITHIN), ["GEORADIUS", "k", 0, 0, 1, "ft"]],
  [
    "georadius of all options",
    () =>
      c.georadius("k", ORIGIN, WITHIN, {
        order: "asc",
        count: 1,
        any: true,
        withCoord: true,
        withDist: true,
        withHash: true,
      }),
    ["GEORADIUS", "k", 0, 0, 1, "ft", "WITHCOORD", "WITHDIST", "WITHHASH", "COUNT", 1, "ANY", "asc"],
  ],
  [
    "georadius store",
    () => c.georadius("k", ORIGIN, WITHIN, { store: "" }),
    ["GEORADIUS", "k", 0, 0, 1, "ft", "STORE", ""],
  ],
  [
    "georadius storeDist",
    () => c.georadius("k", ORIGIN, WITHIN, { storeDist: bytes("d"), withDist: false, order: "desc" }),
    ["GEORADIUS", "k", 0, 0, 1, "ft", "desc", "STOREDIST", bytes("d")],
  ],
  [
    "georadiusRo",
    () => c.georadiusRo("k", ORIGIN, WITHIN, { withDist: true }),
    ["GEORADIUS_RO", "k", 0, 0, 1, "ft", "WITHDIST"],
  ],
  [
    "georadiusbymember",
    () => c.georadiusbymember("k", 0, WITHIN, { count: 1 }),
    ["GEORADIUSBYMEMBER", "k", 0, 1, "ft", "COUNT", 1],
  ],
  [
    "georadiusbymember store",
    () => c.georadiusbymember("k", "m", WITHIN, { store: "d" }),
    ["GEORADIUSBYMEMBER", "k", "m", 1, "ft", "STORE", "d"],
  ],
  [
    "georadiusbymemberRo",
    () => c.georadiusbymemberRo("k", "m", WITHIN, { withHash: true }),
    ["GEORADIUSBYMEMBER_RO", "k", "m", 1, "ft", "WITHHASH"],
  ],
];

const NO_PLACE = "Cannot send GEOADD: each entry is to be a pair in a list, or a member with its place";

export const refusals: readonly RefusalRow[] = [
  ["geoadd of an empty record", () => c.geoadd("k", {}), "Cannot send GEOADD: at least one member is wanted"],
  ["geoadd of no entries", () => c.geoadd("k", []), "Cannot send GEOADD: at least one member is wanted"],
  ["geoadd of text", () => c.geoadd("k", "m" as never), NO_PLACE],
  ["geoadd of a flat list", () => c.geoadd("k", [0, 0, "m"] as never), NO_PLACE],
  ["geoadd of a member without a place", () => c.geoadd("k", { m: undefined } as never), NO_PLACE],
  ["geoadd of an entry without a place", () => c.geoadd("k", [["m"]] as never), NO_PLACE],
  ["geoadd of an entry of null", () => c.geoadd("k", [null] as never), NO_PLACE],
  [
    "geoadd nx and xx",
    () => c.geoadd("k", { a: ORIGIN }, { nx: true, xx: true }),
    "Cannot send GEOADD: the options nx and xx exclude each other",
  ],
  [
    "geosearch in a polygon without corners",
    () => c.geosearch("k", { by: { polygon: [] } }),
    "Cannot send GEOSEARCH: at least one corner is wanted",
  ],
  [
    "georadius store and storeDist",
    () => c.georadius("k", ORIGIN, WITHIN, { store: "a", storeDist: "b" }),
    "Cannot send GEORADIUS: the options store and storeDist exclude each other",
  ],
  [
    "georadiusbymember store and withHash",
    () => c.georadiusbymember("k", "m", WITHIN, { store: "a", withHash: true }),
    "Cannot send GEORADIUSBYMEMBER: the options store and withHash exclude each other",
  ],
];

/** Two towns of Sicily, at a key that is given back. */
async function towns(redis: Client, key = "{geo}"): Promise<string> {
  await redis.geoadd(key, { palermo: { longitude: 13.361389, latitude: 38.115556 } });
  await redis.geoadd(key, [{ member: "catania", longitude: 15.087269, latitude: 37.502669 }]);
  return key;
}

const CENTER: Coordinates = { longitude: 15, latitude: 37 };
const AROUND: GeoArea = { from: CENTER, by: { radius: 200, unit: "km" } };
const FAR = { radius: 200, unit: "km" } as const;
const CATANIA = {
  member: "catania",
  distance: 56.4413,
  hash: 3479447370796909,
  coordinates: { longitude: 15.087267458438873, latitude: 37.50266842333162 },
};
const PALERMO = {
  member: "palermo",
  distance: 190.4424,
  hash: 3479099956230698,
  coordinates: { longitude: 13.361389338970184, latitude: 38.1155563954963 },
};

export const server: readonly ServerRow[] = [
  {
    name: "geoadd",
    run: async (r) => [
      await r.geoadd("g", { a: CENTER, b: CENTER }),
      await r.geoadd("g", { a: { longitude: 1, latitude: 1 }, c: CENTER }, { ch: true }),
      await r.geoadd("g", [["a", CENTER], ["d", CENTER]], { nx: true }),
      await r.geoadd("g", [{ ...CENTER, member: "a" }, { ...CENTER, member: "e" }], { xx: true, ch: true }),
    ],
    expect: [2, 2, 1, 1],
  },
  {
    name: "geodist",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.geodist(key, "palermo", "catania"),
        await r.geodist(key, "palermo", "catania", "km"),
        await r.geodist(key, "palermo", "catania", "mi"),
        await r.geodist(key, "palermo", "catania", "ft"),
        await r.geodist(key, "palermo", "none", "m"),
      ];
    },
    expect: [166274.1516, 166.2742, 103.3182, 545518.8700, null],
  },
  {
    name: "geohash",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.geohash(key, "palermo", "none"),
        await r.bytes.geohash(key, "catania"),
        await r.geohash(key),
        await r.geohash("none{geo}", "a"),
      ];
    },
    expect: [["sqc8b49rny0", null], ["sqdtr74hyu0"], [], [null]],
  },
  {
    name: "geopos",
    run: async (r) => {
      const key = await towns(r);
      return [await r.geopos(key, "palermo", "none"), await r.geopos(key), await r.geopos("none{geo}", "a")];
    },
    expect: [[PALERMO.coordinates, null], [], [null]],
  },
  {
    name: "geosearch",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.geosearch(key, AROUND, { order: "asc" }),
        await r.geosearch(key, AROUND, { order: "desc", count: 1 }),
        (await r.geosearch(key, AROUND, { count: 1, any: true })).length,
        await r.bytes.geosearch(key, { from: { member: "catania" }, by: { width: 20, height: 20, unit: "mi" } }),
        await r.geosearch("none{geo}", AROUND),
      ];
    },
    expect: [["catania", "palermo"], ["palermo"], 1, [bytes("catania")], []],
  },
  {
    name: "geosearch with details",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.geosearch(key, AROUND, { order: "asc", withCoord: true, withDist: true, withHash: true }),
        await r.geosearch(key, AROUND, { count: 1, withDist: true }),
        await r.bytes.geosearch(key, AROUND, { count: 1, withDist: true, withHash: true }),
        await r.bigints.geosearch(key, AROUND, { count: 1, withHash: true }),
        await r.geosearch(key, AROUND, { count: 1, withCoord: true }),
        await r.geosearch("none{geo}", AROUND, { withCoord: true }),
      ];
    },
    expect: [
      [CATANIA, PALERMO],
      [{ member: "catania", distance: 56.4413 }],
      [{ member: bytes("catania"), distance: 56.4413, hash: CATANIA.hash }],
      [{ member: "catania", hash: BigInt(CATANIA.hash) }],
      [{ member: "catania", coordinates: CATANIA.coordinates }],
      [],
    ],
  },
  {
    name: "geosearch in a polygon",
    since: { valkey: "9.0.0" },
    run: async (r) => {
      const key = await towns(r);
      const polygon = [[12, 37.8], [16, 37.8], [16, 39], [12, 39]].map(([longitude, latitude]) => ({
        longitude: longitude!,
        latitude: latitude!,
      }));
      return [
        await r.geosearch(key, { by: { polygon } }),
        (await r.geosearch(key, { by: { polygon } }, { withDist: true })).map(({ distance }) => typeof distance),
        await r.geosearchstore("d{geo}", key, { by: { polygon } }),
      ];
    },
    expect: [["palermo"], ["number"], 1],
  },
  {
    name: "geosearchstore",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.geosearchstore("a{geo}", key, AROUND),
        await r.geopos("a{geo}", "palermo"),
        await r.geosearchstore("b{geo}", key, AROUND, { storeDist: true, order: "asc", count: 1 }),
        (await r.zrange("b{geo}", 0, -1, { withScores: true })).map(({ member, score }) => [member, score.toFixed(3)]),
        await r.geosearchstore("c{geo}", "none{geo}", AROUND, { count: 1, any: true, order: "desc" }),
      ];
    },
    expect: [2, [PALERMO.coordinates], 1, [["catania", "56.441"]], 0],
  },
  {
    name: "georadius",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.georadius(key, CENTER, FAR, { order: "asc" }),
        await r.georadius(key, CENTER, FAR, { order: "asc", withCoord: true, withDist: true, withHash: true }),
        (await r.georadius(key, CENTER, FAR, { count: 1, any: true })).length,
        await r.georadius(key, CENTER, FAR, { store: "a{geo}" }),
        await r.georadius(key, CENTER, FAR, { storeDist: "b{geo}", count: 1, order: "desc" }),
        await r.zrange("b{geo}", 0, -1),
        await r.georadius("none{geo}", CENTER, FAR),
      ];
    },
    expect: [["catania", "palermo"], [CATANIA, PALERMO], 1, 2, 1, ["palermo"], []],
  },
  {
    name: "georadiusRo",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.georadiusRo(key, CENTER, FAR, { order: "desc" }),
        await r.georadiusRo(key, CENTER, FAR, { count: 1, withDist: true }),
      ];
    },
    expect: [["palermo", "catania"], [{ member: "catania", distance: 56.4413 }]],
  },
  {
    name: "georadiusbymember",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.georadiusbymember(key, "palermo", FAR, { order: "asc" }),
        await r.georadiusbymember(key, "palermo", { radius: 1, unit: "mi" }, { withDist: true, withHash: true }),
        await r.georadiusbymember(key, "palermo", FAR, { storeDist: "a{geo}" }),
        await r.georadiusbymember(key, "palermo", FAR, { store: "b{geo}", count: 1 }),
      ];
    },
    expect: [["palermo", "catania"], [{ member: "palermo", distance: 0, hash: PALERMO.hash }], 2, 1],
  },
  {
    name: "georadiusbymemberRo",
    run: async (r) => {
      const key = await towns(r);
      return [
        await r.georadiusbymemberRo(key, "palermo", FAR, { order: "desc" }),
        await r.georadiusbymemberRo(key, "palermo", { radius: 1, unit: "ft" }, { withCoord: true }),
      ];
    },
    expect: [["catania", "palermo"], [{ member: "palermo", coordinates: PALERMO.coordinates }]],
  },
];
