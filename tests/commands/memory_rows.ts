/** Rows of the commands on memory; those of `memoryUsage` are with the server's. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["memoryDoctor", () => c.memoryDoctor(), ["MEMORY", "DOCTOR"]],
  ["memoryHelp", () => c.memoryHelp(), ["MEMORY", "HELP"]],
  ["memoryMallocStats", () => c.memoryMallocStats(), ["MEMORY", "MALLOC-STATS"]],
  ["memoryPurge", () => c.memoryPurge(), ["MEMORY", "PURGE"]],
  ["memoryStats", () => c.memoryStats(), ["MEMORY", "STATS"]],
];

export const refusals: readonly RefusalRow[] = [];

export const server: readonly ServerRow[] = [
  {
    name: "memoryDoctor",
    run: async (r) => [typeof await r.memoryDoctor(), typeof await r.bytes.memoryDoctor()],
    expect: ["string", "string"],
  },
  {
    name: "memoryHelp",
    run: async (r) => [(await r.memoryHelp())[0], typeof (await r.bytes.memoryHelp())[0]],
    expect: ["MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "string"],
  },
  { name: "memoryMallocStats", run: async (r) => (await r.memoryMallocStats()).length > 0, expect: true },
  { name: "memoryPurge", run: (r) => r.memoryPurge(), expect: "OK" },
  {
    name: "memoryStats",
    run: async (r) => {
      await r.set("memory", 1);
      const views = [await r.memoryStats(), await r.bytes.memoryStats(), await r.bigints.memoryStats()];
      return views.map(({ databases, ...stats }) => [
        Object.entries(stats).filter(([, stat]) => typeof stat !== "number"),
        Object.keys(stats).filter((name) => !/^[a-z][A-Za-z]*$/.test(name)),
        [stats.keysCount, stats.peakAllocated > 0, stats.datasetPercentage > 0, stats.allocatorRssRatio > 0],
        databases["0"]!.overheadHashtableMain > 0,
      ]);
    },
    expect: [1, 2, 3].map(() => [[], [], [1, true, true, true], true]),
  },
];
