/** Rows of the commands on pubsub. */
import * as c from "../../src/commands/mod.ts";
import { Link } from "../support/link.ts";
import type { Server } from "../support/server.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["publish", () => c.publish("c", "m"), ["PUBLISH", "c", "m"]],
  ["publish of bytes", () => c.publish(bytes("c"), bytes("m")), ["PUBLISH", bytes("c"), bytes("m")]],
  ["publish of 0", () => c.publish("", 0), ["PUBLISH", "", 0]],
  ["pubsubChannels", () => c.pubsubChannels(), ["PUBSUB", "CHANNELS"]],
  ["pubsubChannels pattern", () => c.pubsubChannels(""), ["PUBSUB", "CHANNELS", ""]],
  ["pubsubHelp", () => c.pubsubHelp(), ["PUBSUB", "HELP"]],
  ["pubsubNumpat", () => c.pubsubNumpat(), ["PUBSUB", "NUMPAT"]],
  ["pubsubNumsub", () => c.pubsubNumsub("a", bytes("b")), ["PUBSUB", "NUMSUB", "a", bytes("b")]],
  ["pubsubNumsub of none", () => c.pubsubNumsub(), ["PUBSUB", "NUMSUB"]],
  ["pubsubShardchannels", () => c.pubsubShardchannels(), ["PUBSUB", "SHARDCHANNELS"]],
  ["pubsubShardchannels pattern", () => c.pubsubShardchannels("a*"), ["PUBSUB", "SHARDCHANNELS", "a*"]],
  ["pubsubShardnumsub", () => c.pubsubShardnumsub("a", "b"), ["PUBSUB", "SHARDNUMSUB", "a", "b"]],
  ["spublish", () => c.spublish("c", 1n), ["SPUBLISH", "c", 1n]],
];

export const refusals: readonly RefusalRow[] = [];

const BINARY = new Uint8Array([255, 0]);

/** Runs while somebody is subscribed, and gives the frame that came of it, too. */
async function whileSubscribed<T>(
  where: Server,
  commands: readonly c.AnyCommand[],
  run: () => Promise<T>,
): Promise<[T, unknown]> {
  const link = await Link.open(where, 2);
  try {
    for (const command of commands) await link.send(command);
    const reply = await run();
    return [reply, await link.next(1)];
  } finally {
    await link.close();
  }
}

export const server: readonly ServerRow[] = [
  {
    name: "publish",
    run: async (r, where) => [
      await r.publish("rows", "m"),
      await whileSubscribed(where, [c.subscribe("rows"), c.psubscribe("r*")], () => r.bigints.publish("rows", BINARY)),
    ],
    expect: [0, [2n, [bytes("message"), bytes("rows"), BINARY]]],
  },
  {
    name: "publish of undefined, which is no word",
    run: (r) => r.publish("rows", undefined as never).catch((error) => [error.name, error.message]),
    expect: [
      "TypeError",
      "Cannot send PUBLISH: argument 2 must be a string, a finite number, a bigint or a Uint8Array, got undefined",
    ],
  },
  {
    name: "pubsubChannels, pubsubNumpat, pubsubNumsub",
    run: async (r, where) => {
      const commands = [c.subscribe("rows:a"), c.subscribe(BINARY), c.subscribe("__proto__"), c.psubscribe("p*")];
      const [replies] = await whileSubscribed(where, commands, async () => {
        const counts = await r.pubsubNumsub("rows:a", "__proto__", "none");
        const replies = [
          (await r.pubsubChannels()).length,
          await r.pubsubChannels("rows:*"),
          await r.bytes.pubsubChannels(BINARY),
          await r.pubsubNumpat(),
          Object.entries(counts),
          Object.getPrototypeOf(counts) === Object.prototype,
          await r.bytes.bigints.pubsubNumsub("rows:a"),
          await r.pubsubNumsub(),
        ];
        await r.publish("rows:a", "done");
        return replies;
      });
      return replies;
    },
    expect: [
      3,
      ["rows:a"],
      [BINARY],
      1,
      [["rows:a", 1], ["__proto__", 1], ["none", 0]],
      true,
      { "rows:a": 1n },
      {},
    ],
  },
  {
    name: "pubsubHelp",
    run: async (r) => [(await r.pubsubHelp())[0], (await r.bytes.pubsubHelp()).includes("NUMPAT")],
    expect: ["PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", true],
  },
  {
    name: "pubsubShardchannels, pubsubShardnumsub, spublish",
    run: async (r, where) => [
      await r.spublish("rows", "m"),
      await whileSubscribed(where, [c.ssubscribe("rows")], async () => [
        await r.pubsubShardchannels(),
        await r.bytes.pubsubShardchannels("r*"),
        await r.pubsubShardchannels("s*"),
        await r.pubsubShardnumsub("rows", "none"),
        await r.bigints.pubsubShardnumsub("rows"),
        await r.spublish("rows", 0),
      ]),
    ],
    expect: [
      0,
      [
        [["rows"], [bytes("rows")], [], { rows: 1, none: 0 }, { rows: 1n }, 1],
        [bytes("smessage"), bytes("rows"), bytes("0")],
      ],
    ],
  },
];
