/** Rows of the commands on tracking. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["clientGetredir", () => c.clientGetredir(), ["CLIENT", "GETREDIR"]],
  ["clientTrackinginfo", () => c.clientTrackinginfo(), ["CLIENT", "TRACKINGINFO"]],
];

export const refusals: readonly RefusalRow[] = [];

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
