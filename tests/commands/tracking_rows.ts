/** Rows of the commands on tracking. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["clientGetredir", () => c.clientGetredir(), ["CLIENT", "GETREDIR"]],
  ["clientTracking", () => c.clientTracking("off"), ["CLIENT", "TRACKING", "off"]],
  ["clientTracking with no option", () => c.clientTracking("on", { noLoop: false }), ["CLIENT", "TRACKING", "on"]],
  ["clientTracking redirect", () => c.clientTracking("on", { redirect: 0 }), [
    "CLIENT",
    "TRACKING",
    "on",
    "REDIRECT",
    0,
  ]],
  ["clientTracking optIn", () => c.clientTracking("on", { optIn: true }), ["CLIENT", "TRACKING", "on", "OPTIN"]],
  ["clientTracking optOut", () => c.clientTracking("on", { optOut: true }), ["CLIENT", "TRACKING", "on", "OPTOUT"]],
  [
    "clientTracking of one prefix",
    () => c.clientTracking("on", { prefix: "", bcast: true }),
    ["CLIENT", "TRACKING", "on", "PREFIX", "", "BCAST"],
  ],
  [
    "clientTracking of prefixes",
    () => c.clientTracking("on", { prefix: ["a", bytes("b")], bcast: true, noLoop: true }),
    ["CLIENT", "TRACKING", "on", "PREFIX", "a", "PREFIX", bytes("b"), "BCAST", "NOLOOP"],
  ],
  ["clientTrackinginfo", () => c.clientTrackinginfo(), ["CLIENT", "TRACKINGINFO"]],
];

const EXCLUDED = ([["bcast", "optIn"], ["bcast", "optOut"], ["optIn", "optOut"]] as const).map((
  [one, other],
): RefusalRow => [
  `clientTracking ${one} and ${other}`,
  () => c.clientTracking("on", { [one]: true, [other]: true }),
  `Cannot send CLIENT TRACKING: the options ${one} and ${other} exclude each other`,
]);

export const refusals: readonly RefusalRow[] = [
  ...EXCLUDED,
  [
    "clientTracking of no prefix",
    () => c.clientTracking("on", { prefix: [], bcast: true }),
    "Cannot send CLIENT TRACKING: at least one prefix is wanted",
  ],
];

export const server: readonly ServerRow[] = [
  {
    name: "clientGetredir, clientTrackinginfo",
    run: async (r) => [
      await r.clientGetredir(),
      await r.bigints.clientGetredir(),
      await r.clientTrackinginfo(),
      await r.bytes.bigints.clientTrackinginfo(),
    ],
    expect: [-1, -1n, ...Array(2).fill({ flags: ["off"], redirect: -1, prefixes: [] })],
  },
  {
    name: "clientGetredir, clientTrackinginfo of a connection that is tracked",
    link: async (link) => {
      await link.send(c.clientTracking("on", { bcast: true, prefix: ["a", "b"], noLoop: true }));
      const info = await link.send(c.clientTrackinginfo());
      info.prefixes.sort();
      return [info, await link.send(c.clientGetredir())];
    },
    expect: [{ flags: ["on", "bcast", "noloop"], redirect: 0, prefixes: ["a", "b"] }, 0],
  },
];
