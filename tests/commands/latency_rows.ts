/** Rows of the commands on latency. */
import type { Client } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["latencyDoctor", () => c.latencyDoctor(), ["LATENCY", "DOCTOR"]],
  ["latencyGraph", () => c.latencyGraph("fork"), ["LATENCY", "GRAPH", "fork"]],
  ["latencyHelp", () => c.latencyHelp(), ["LATENCY", "HELP"]],
  ["latencyHistogram", () => c.latencyHistogram(), ["LATENCY", "HISTOGRAM"]],
  ["latencyHistogram of commands", () => c.latencyHistogram("get", ""), ["LATENCY", "HISTOGRAM", "get", ""]],
  ["latencyHistory", () => c.latencyHistory("fork"), ["LATENCY", "HISTORY", "fork"]],
  ["latencyLatest", () => c.latencyLatest(), ["LATENCY", "LATEST"]],
  ["latencyReset", () => c.latencyReset(), ["LATENCY", "RESET"]],
  ["latencyReset of events", () => c.latencyReset("fork", ""), ["LATENCY", "RESET", "fork", ""]],
];

export const refusals: readonly RefusalRow[] = [];

/** Runs `look` on a server on which one command was slow, and forgets that then. */
async function afterASlowCommand<T>(r: Client, look: () => Promise<T>): Promise<T> {
  await r.latencyReset();
  await r.configSet({ "latency-monitor-threshold": 5 });
  try {
    await r.debug("SLEEP", "0.01");
    return await look();
  } finally {
    await r.configSet({ "latency-monitor-threshold": 0 });
    await r.latencyReset();
  }
}

function isRecent(seconds: number): boolean {
  return Math.abs(seconds - Date.now() / 1000) < 3600;
}

export const server: readonly ServerRow[] = [
  {
    name: "latencyDoctor",
    run: async (r) => [await r.latencyDoctor(), await r.bytes.latencyDoctor()].map((text) => /latency/i.test(text)),
    expect: [true, true],
  },
  {
    name: "latencyGraph",
    run: (r) => afterASlowCommand(r, async () => /^command - high \d+ ms/.test(await r.latencyGraph("command"))),
    expect: true,
  },
  {
    name: "latencyHelp",
    run: async (r) => [(await r.latencyHelp())[0], typeof (await r.bytes.latencyHelp())[0]],
    expect: ["LATENCY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "string"],
  },
  {
    name: "latencyHistogram",
    run: async (r) => {
      await r.configResetstat();
      await r.set("latency", 1);
      await r.set("latency", 2);
      const { set } = await r.bytes.latencyHistogram("set");
      const { histogramUsec, ...rest } = set!;
      const bounds = Object.keys(histogramUsec), counts = Object.values(histogramUsec);
      return [
        rest,
        bounds.every((bound) => Number(bound) > 0),
        counts.at(-1),
        await r.latencyHistogram("hset", "none"),
        Object.keys(await r.latencyHistogram("config")),
        "flushall" in await r.latencyHistogram(),
      ];
    },
    expect: [{ calls: 2 }, true, 2, {}, ["config|resetstat"], false],
  },
  {
    name: "latencyHistory",
    run: (r) =>
      afterASlowCommand(r, async () => {
        const [sample, ...others] = await r.latencyHistory("command");
        const { timestamp, latencyMs } = sample!;
        return [isRecent(timestamp), latencyMs >= 5, others, await r.latencyHistory("none")];
      }),
    expect: [true, true, [], []],
  },
  {
    name: "latencyLatest",
    run: (r) =>
      afterASlowCommand(r, async () => {
        const [latest, ...others] = await r.bytes.latencyLatest();
        const { event, timestamp, latencyMs, maxMs } = latest!;
        return [event, isRecent(timestamp), latencyMs >= 5, maxMs === latencyMs, others];
      }),
    expect: ["command", true, true, true, []],
  },
  {
    name: "latencyLatest, with the sum of the samples and their count",
    since: { valkey: "8.1.0" },
    run: (r) =>
      afterASlowCommand(r, async () => {
        const [latest] = await r.latencyLatest();
        return [latest!.sumMs === latest!.latencyMs, latest!.count];
      }),
    expect: [true, 1],
  },
  {
    name: "latencyReset",
    run: (r) =>
      afterASlowCommand(r, async () => [
        await r.latencyReset("none"),
        await r.latencyReset("command", "none"),
        await r.latencyReset(),
        await r.latencyLatest(),
      ]),
    expect: [0, 1, 0, []],
  },
];
