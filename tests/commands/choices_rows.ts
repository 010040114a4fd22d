/**
 * Rows of words for each word of a choice: units, orders, conditions, kinds. Whole calls are in the groups' own rows.
 */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

/** A row for each of several choices. */
function each<const Choice>(choices: readonly Choice[], row: (choice: Choice) => WordsRow): WordsRow[] {
  return choices.map(row);
}

const UNITS = ["m", "km", "ft", "mi"] as const;
const CONDITIONS = ["nx", "xx", "gt", "lt"] as const;
const FOUND = { order: "desc", count: 1, any: true, withCoord: true, withDist: true, withHash: true } as const;
const FOUND_WORDS = ["WITHCOORD", "WITHDIST", "WITHHASH", "COUNT", 1, "ANY", "desc"];
const PLACE = { longitude: 1, latitude: 2 };

export const words: readonly WordsRow[] = [
  ...each(["byte", "bit"], (unit) => [`bitcount ${unit}`, () => c.bitcount("k", 0, 1, unit), [
    ...["BITCOUNT", "k", 0, 1, unit],
  ]]),
  ...each(["and", "or", "xor", "not"], (operation) => [`bitop ${operation}`, () => c.bitop(operation, "d", "k"), [
    ...["BITOP", operation, "d", "k"],
  ]]),
  ...each(["byte", "bit"], (unit) => [`bitpos ${unit}`, () => c.bitpos("k", 0, 0, 1, unit), [
    ...["BITPOS", "k", 0, 0, 1, unit],
  ]]),
  ["clientCaching no", () => c.clientCaching("no"), ["CLIENT", "CACHING", "no"]],
  ["clientImportSource off", () => c.clientImportSource("off"), ["CLIENT", "IMPORT-SOURCE", "off"]],
  ...each(["normal", "master", "replica", "pubsub"], (type) => [
    `clientKill ${type}`,
    () => c.clientKill({ type }),
    ["CLIENT", "KILL", "TYPE", type],
  ]),
  ...each(["yes", "no"], (skipMe) => [`clientKill skipMe ${skipMe}`, () => c.clientKill({ id: 1, skipMe }), [
    ...["CLIENT", "KILL", "ID", 1, "SKIPME", skipMe],
  ]]),
  ...each(["normal", "master", "replica", "pubsub"], (type) => [
    `clientList ${type}`,
    () => c.clientList({ type }),
    ["CLIENT", "LIST", "TYPE", type],
  ]),
  ...each(["yes", "no"], (skipMe) => [`clientList skipMe ${skipMe}`, () => c.clientList({ skipMe }), [
    ...["CLIENT", "LIST", "SKIPME", skipMe],
  ]]),
  ...each(
    ["on", "off"],
    (mode) => [`clientNoEvict ${mode}`, () => c.clientNoEvict(mode), ["CLIENT", "NO-EVICT", mode]],
  ),
  ...each(
    ["on", "off"],
    (mode) => [`clientNoTouch ${mode}`, () => c.clientNoTouch(mode), ["CLIENT", "NO-TOUCH", mode]],
  ),
  ...each(["on", "off"], (mode) => [`clientReply ${mode}`, () => c.clientReply(mode), ["CLIENT", "REPLY", mode]]),
  ...each(["lib-name", "lib-ver"], (attribute) => [
    `clientSetinfo ${attribute}`,
    () => c.clientSetinfo(attribute, "x"),
    ["CLIENT", "SETINFO", attribute, "x"],
  ]),
  ...each(["slow", "large-request", "large-reply"], (type) => [
    `commandlogGet ${type}`,
    () => c.commandlogGet(1, type),
    ["COMMANDLOG", "GET", 1, type],
  ]),
  ...each(["slow", "large-request", "large-reply"], (type) => [
    `commandlogLen ${type}`,
    () => c.commandlogLen(type),
    ["COMMANDLOG", "LEN", type],
  ]),
  ...each(["slow", "large-request", "large-reply"], (type) => [
    `commandlogReset ${type}`,
    () => c.commandlogReset(type),
    ["COMMANDLOG", "RESET", type],
  ]),
  ...each(CONDITIONS, (condition) => [`expire ${condition}`, () => c.expire("k", 1, { [condition]: true }), [
    ...["EXPIRE", "k", 1, condition.toUpperCase()],
  ]]),
  ...each(CONDITIONS, (condition) => [`expireat ${condition}`, () => c.expireat("k", 1, { [condition]: true }), [
    ...["EXPIREAT", "k", 1, condition.toUpperCase()],
  ]]),
  ...each(CONDITIONS, (condition) => [`pexpire ${condition}`, () => c.pexpire("k", 1, { [condition]: true }), [
    ...["PEXPIRE", "k", 1, condition.toUpperCase()],
  ]]),
  ...each(CONDITIONS, (condition) => [`pexpireat ${condition}`, () => c.pexpireat("k", 1, { [condition]: true }), [
    ...["PEXPIREAT", "k", 1, condition.toUpperCase()],
  ]]),
  ...each(["flush", "append", "replace"], (policy) => [
    `functionRestore ${policy}`,
    () => c.functionRestore(bytes("x"), { policy }),
    ["FUNCTION", "RESTORE", bytes("x"), policy],
  ]),
  ...each(UNITS, (unit) => [`geodist ${unit}`, () => c.geodist("k", "a", "b", unit), ["GEODIST", "k", "a", "b", unit]]),
  ...each(UNITS, (unit) => [`georadius ${unit}`, () => c.georadius("k", PLACE, { radius: 3, unit }), [
    ...["GEORADIUS", "k", 1, 2, 3, unit],
  ]]),
  ...each(UNITS, (unit) => [`georadiusRo ${unit}`, () => c.georadiusRo("k", PLACE, { radius: 3, unit }, FOUND), [
    ...["GEORADIUS_RO", "k", 1, 2, 3, unit, ...FOUND_WORDS],
  ]]),
  ["georadiusRo asc", () => c.georadiusRo("k", PLACE, { radius: 3, unit: "m" }, { order: "asc" }), [
    ...["GEORADIUS_RO", "k", 1, 2, 3, "m", "asc"],
  ]],
  ...each(
    UNITS,
    (unit) => [`georadiusbymember ${unit}`, () => c.georadiusbymember("k", "a", { radius: 3, unit }, FOUND), [
      ...["GEORADIUSBYMEMBER", "k", "a", 3, unit, ...FOUND_WORDS],
    ]],
  ),
  [
    "georadiusbymember asc storeDist",
    () => c.georadiusbymember("k", "a", { radius: 3, unit: "m" }, { order: "asc", storeDist: "d" }),
    [
      ...["GEORADIUSBYMEMBER", "k", "a", 3, "m", "asc", "STOREDIST", "d"],
    ],
  ],
  ...each(
    UNITS,
    (unit) => [`georadiusbymemberRo ${unit}`, () => c.georadiusbymemberRo("k", "a", { radius: 3, unit }, FOUND), [
      ...["GEORADIUSBYMEMBER_RO", "k", "a", 3, unit, ...FOUND_WORDS],
    ]],
  ),
  ["georadiusbymemberRo asc", () => c.georadiusbymemberRo("k", "a", { radius: 3, unit: "m" }, { order: "asc" }), [
    ...["GEORADIUSBYMEMBER_RO", "k", "a", 3, "m", "asc"],
  ]],
  ...each(
    UNITS,
    (
      unit,
    ) => [`geosearch ${unit}`, () => c.geosearch("k", { from: PLACE, by: { radius: 3, unit } }, { order: "asc" }), [
      ...["GEOSEARCH", "k", "FROMLONLAT", 1, 2, "BYRADIUS", 3, unit, "asc"],
    ]],
  ),
  ...each(
    UNITS,
    (
      unit,
    ) => [
      `geosearchstore ${unit}`,
      () => c.geosearchstore("d", "k", { from: { member: "a" }, by: { width: 3, height: 4, unit } }, { order: "desc" }),
      [
        ...["GEOSEARCHSTORE", "d", "k", "FROMMEMBER", "a", "BYBOX", 3, 4, unit, "desc"],
      ],
    ],
  ),
  ["geosearchstore byPolygon", () => c.geosearchstore("d", "k", { by: { polygon: [PLACE, PLACE, PLACE] } }), [
    ...["GEOSEARCHSTORE", "d", "k", "BYPOLYGON", 3, 1, 2, 1, 2, 1, 2],
  ]],
  ...each(CONDITIONS, (condition) => [`hexpire ${condition}`, () => c.hexpire("k", 1, "f", { [condition]: true }), [
    ...["HEXPIRE", "k", 1, condition.toUpperCase(), "FIELDS", 1, "f"],
  ]]),
  ...each(CONDITIONS, (condition) => [`hexpireat ${condition}`, () => c.hexpireat("k", 1, "f", { [condition]: true }), [
    ...["HEXPIREAT", "k", 1, condition.toUpperCase(), "FIELDS", 1, "f"],
  ]]),
  ...each(CONDITIONS, (condition) => [`hpexpire ${condition}`, () => c.hpexpire("k", 1, "f", { [condition]: true }), [
    ...["HPEXPIRE", "k", 1, condition.toUpperCase(), "FIELDS", 1, "f"],
  ]]),
  ...each(
    CONDITIONS,
    (condition) => [`hpexpireat ${condition}`, () => c.hpexpireat("k", 1, "f", { [condition]: true }), [
      ...["HPEXPIREAT", "k", 1, condition.toUpperCase(), "FIELDS", 1, "f"],
    ]],
  ),
  ["restoreAsking idleTime", () => c.restoreAsking("k", 0, bytes("x"), { idleTime: 0 }), [
    ...["RESTORE-ASKING", "k", 0, bytes("x"), "IDLETIME", 0],
  ]],
  ...each(["yes", "sync", "no"], (mode) => [`scriptDebug ${mode}`, () => c.scriptDebug(mode), [
    ...["SCRIPT", "DEBUG", mode],
  ]]),
  ...each(["asc", "desc"], (order) => [`sortRo ${order}`, () => c.sortRo("k", { order }), [
    ...["SORT_RO", "k", order],
  ]]),
  ...each(["sum", "min", "max"], (aggregate) => [`zinter ${aggregate}`, () => c.zinter("k", { aggregate }), [
    ...["ZINTER", 1, "k", "AGGREGATE", aggregate],
  ]]),
  ...each(
    ["sum", "min", "max"],
    (aggregate) => [`zinterstore ${aggregate}`, () => c.zinterstore("d", "k", { aggregate }), [
      ...["ZINTERSTORE", "d", 1, "k", "AGGREGATE", aggregate],
    ]],
  ),
  ...each(["sum", "min", "max"], (aggregate) => [`zunion ${aggregate}`, () => c.zunion("k", { aggregate }), [
    ...["ZUNION", 1, "k", "AGGREGATE", aggregate],
  ]]),
  ...each(
    ["sum", "min", "max"],
    (aggregate) => [`zunionstore ${aggregate}`, () => c.zunionstore("d", "k", { aggregate }), [
      ...["ZUNIONSTORE", "d", 1, "k", "AGGREGATE", aggregate],
    ]],
  ),
];

export const refusals: readonly RefusalRow[] = [];

export const server: readonly ServerRow[] = [];
