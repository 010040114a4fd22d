/** Rows of the commands on logs. */
import type { Client } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { LoggedCommand } from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["commandlogGet", () => c.commandlogGet(0, "slow"), ["COMMANDLOG", "GET", 0, "slow"]],
  ["commandlogGet large", () => c.commandlogGet(-1, "large-reply"), ["COMMANDLOG", "GET", -1, "large-reply"]],
  ["commandlogHelp", () => c.commandlogHelp(), ["COMMANDLOG", "HELP"]],
  ["commandlogLen", () => c.commandlogLen("large-request"), ["COMMANDLOG", "LEN", "large-request"]],
  ["commandlogReset", () => c.commandlogReset("slow"), ["COMMANDLOG", "RESET", "slow"]],
  ["slowlogGet", () => c.slowlogGet(), ["SLOWLOG", "GET"]],
  ["slowlogGet count 0", () => c.slowlogGet(0), ["SLOWLOG", "GET", 0]],
  ["slowlogHelp", () => c.slowlogHelp(), ["SLOWLOG", "HELP"]],
  ["slowlogLen", () => c.slowlogLen(), ["SLOWLOG", "LEN"]],
  ["slowlogReset", () => c.slowlogReset(), ["SLOWLOG", "RESET"]],
];

export const refusals: readonly RefusalRow[] = [];

/** Runs `act` with the thresholds at 0, so that all is logged, and sets them back. */
async function logging<T>(r: Client, settings: Record<string, number>, act: () => Promise<T>): Promise<T> {
  await r.configSet(Object.fromEntries(Object.keys(settings).map((name) => [name, 0])));
  try {
    return await act();
  } finally {
    await r.configSet(settings);
  }
}

const SLOW = { "slowlog-log-slower-than": 10_000 };
const LARGE = { "commandlog-request-larger-than": 1_048_576, "commandlog-reply-larger-than": 1_048_576 };

/** The entry of the ECHO that a row sent, what varies mapped to whether it is as it should be. */
function echoed<Entry extends LoggedCommand>(entries: Entry[]): unknown {
  const entry = entries.find((entry) => entry.arguments[0] === "ECHO")!;
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [
      name,
      typeof value === "number"
        ? value >= 0
        : name === "clientAddress"
        ? /^127\.0\.0\.1:\d+$/.test(String(value))
        : value,
    ]),
  );
}

const ECHOED = { id: true, timestamp: true, arguments: ["ECHO", "é"], clientAddress: true, clientName: "logs" };

export const server: readonly ServerRow[] = [
  {
    name: "commandlogGet, commandlogLen, commandlogReset",
    since: { valkey: "8.1.0" },
    run: async (r) => {
      await r.clientSetname("logs");
      const logs = ["slow", "large-request", "large-reply"] as const;
      const answers = await logging(r, { ...SLOW, ...LARGE }, async () => {
        for (const log of logs) await r.commandlogReset(log);
        await r.echo("é");
        return [
          echoed(await r.commandlogGet(-1, "slow")),
          echoed(await r.commandlogGet(-1, "large-request")),
          echoed(await r.bytes.commandlogGet(-1, "large-reply")),
          (await r.commandlogGet(1, logs[0] as c.CommandlogType)).length,
          await r.commandlogGet(0, "slow"),
        ];
      });
      const resets = [];
      for (const log of logs) resets.push([await r.commandlogReset(log), await r.commandlogLen(log)]);
      await r.clientSetname("");
      return [answers, resets];
    },
    expect: [
      [
        { ...ECHOED, durationMicroseconds: true },
        { ...ECHOED, sizeBytes: true },
        { ...ECHOED, sizeBytes: true },
        1,
        [],
      ],
      [["OK", 0], ["OK", 0], ["OK", 0]],
    ],
  },
  {
    name: "commandlogHelp",
    since: { valkey: "8.1.0" },
    run: async (r) => [(await r.commandlogHelp())[0], typeof (await r.bytes.commandlogHelp())[0]],
    expect: ["COMMANDLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "string"],
  },
  {
    name: "slowlogGet, slowlogLen, slowlogReset",
    run: async (r) => {
      await r.clientSetname("logs");
      const answers = await logging(r, SLOW, async () => {
        await r.slowlogReset();
        await r.echo("é");
        return [
          echoed(await r.slowlogGet()),
          echoed(await r.bytes.slowlogGet(-1)),
          (await r.slowlogGet(1)).length,
          await r.slowlogGet(0),
          (await r.slowlogLen()) > 1,
        ];
      });
      const reset = [await r.slowlogReset(), await r.slowlogLen(), await r.slowlogGet()];
      await r.clientSetname("");
      return [answers, reset];
    },
    expect: [
      [{ ...ECHOED, durationMicroseconds: true }, { ...ECHOED, durationMicroseconds: true }, 1, [], true],
      ["OK", 0, []],
    ],
  },
  {
    name: "slowlogHelp",
    run: async (r) => [(await r.slowlogHelp())[0], typeof (await r.bytes.slowlogHelp())[0]],
    expect: ["SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "string"],
  },
];
