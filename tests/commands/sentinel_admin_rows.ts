/** Rows of the commands that tell a sentinel what to do. */
import * as c from "../../src/commands/mod.ts";
import { until } from "./cluster_servers.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";
import { watching } from "./sentinel_servers.ts";

export const words: readonly WordsRow[] = [
  ["sentinelConfigGet", () => c.sentinelConfigGet("*", ""), ["SENTINEL", "CONFIG", "GET", "*", ""]],
  [
    "sentinelConfigSet",
    () => c.sentinelConfigSet({ "announce-port": 0, "announce-ip": "" }),
    ["SENTINEL", "CONFIG", "SET", "announce-port", 0, "announce-ip", ""],
  ],
  [
    "sentinelConfigSet of entries",
    () => c.sentinelConfigSet([["sentinel-pass", bytes("x")]]),
    ["SENTINEL", "CONFIG", "SET", "sentinel-pass", bytes("x")],
  ],
  ["sentinelDebug", () => c.sentinelDebug(), ["SENTINEL", "DEBUG"]],
  ["sentinelDebug of times", () => c.sentinelDebug({ "a": 0, "b": 1 }), ["SENTINEL", "DEBUG", "a", 0, "b", 1]],
  ["sentinelDebug of entries", () => c.sentinelDebug([["a", 0]]), ["SENTINEL", "DEBUG", "a", 0]],
  ["sentinelFailover", () => c.sentinelFailover("m"), ["SENTINEL", "FAILOVER", "m"]],
  ["sentinelFailover no option", () => c.sentinelFailover("m", {}), ["SENTINEL", "FAILOVER", "m"]],
  [
    "sentinelFailover coordinated",
    () => c.sentinelFailover("m", { coordinated: true }),
    ["SENTINEL", "FAILOVER", "m", "COORDINATED"],
  ],
  ["sentinelFlushconfig", () => c.sentinelFlushconfig(), ["SENTINEL", "FLUSHCONFIG"]],
  ["sentinelMonitor", () => c.sentinelMonitor("m", "h", 1, 0), ["SENTINEL", "MONITOR", "m", "h", 1, 0]],
  ["sentinelRemove", () => c.sentinelRemove("m"), ["SENTINEL", "REMOVE", "m"]],
  ["sentinelReset", () => c.sentinelReset("m*"), ["SENTINEL", "RESET", "m*"]],
  [
    "sentinelSet",
    () => c.sentinelSet("m", { quorum: 0, "auth-pass": "", "rename-command": ["CONFIG", "HIDDEN"] }),
    ["SENTINEL", "SET", "m", "quorum", 0, "auth-pass", "", "rename-command", "CONFIG", "HIDDEN"],
  ],
  [
    "sentinelSet of entries",
    () =>
      c.sentinelSet("m", [["rename-command", ["A", "B"]], ["rename-command", ["C", "D"]], ["auth-pass", bytes("x")]]),
    ["SENTINEL", "SET", "m", "rename-command", "A", "B", "rename-command", "C", "D", "auth-pass", bytes("x")],
  ],
  [
    "sentinelSimulateFailure",
    () => c.sentinelSimulateFailure("crash-after-election", "crash-after-promotion"),
    ["SENTINEL", "SIMULATE-FAILURE", "crash-after-election", "crash-after-promotion"],
  ],
  ["sentinelSimulateFailure help", () => c.sentinelSimulateFailure("help"), ["SENTINEL", "SIMULATE-FAILURE", "help"]],
];

function empty(name: string): string {
  return `Cannot send SENTINEL ${name}: the record or the entries are empty`;
}

export const refusals: readonly RefusalRow[] = [
  [
    "sentinelConfigGet of nothing",
    () => c.sentinelConfigGet(),
    "Cannot send SENTINEL CONFIG GET: at least one pattern is wanted",
  ],
  ["sentinelConfigSet of nothing", () => c.sentinelConfigSet({}), empty("CONFIG SET")],
  ["sentinelDebug of nothing", () => c.sentinelDebug({}), empty("DEBUG")],
  ["sentinelSet of nothing", () => c.sentinelSet("m", []), empty("SET")],
  [
    "sentinelSimulateFailure of nothing",
    () => c.sentinelSimulateFailure(),
    "Cannot send SENTINEL SIMULATE-FAILURE: at least one failure is wanted",
  ],
];

const UNKNOWN = "ERR No such master with that name";
const replyOf = (error: { reply: unknown }): unknown => error.reply;

export const server: readonly ServerRow[] = [
  {
    name: "sentinelConfigGet, sentinelConfigSet",
    on: "sentinel",
    run: async (r) => {
      const before = await r.sentinelConfigGet("announce-port");
      const set = await r.sentinelConfigSet({ "announce-port": 7 });
      const now = await r.bytes.sentinelConfigGet("announce-p*");
      await r.sentinelConfigSet(before);
      const all = await r.sentinelConfigGet("*");
      return [before, set, now, all["resolve-hostnames"], await r.sentinelConfigGet("none")];
    },
    expect: [{ "announce-port": "0" }, "OK", { "announce-port": "7" }, "no", {}],
  },
  {
    name: "sentinelConfigGet, sentinelConfigSet of several",
    on: "sentinel",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r) => [
      await r.sentinelConfigSet({ "announce-port": 0, loglevel: "notice" }),
      await r.sentinelConfigGet("announce-port", "loglevel"),
    ],
    expect: ["OK", { "announce-port": "0", loglevel: "notice" }],
  },
  {
    name: "sentinelDebug",
    on: "sentinel",
    run: async (r) => {
      // Numbers in every view, as the call that sets them takes them.
      const before = await r.bigints.sentinelDebug();
      const set = await r.sentinelDebug({ "tilt-trigger": 2_500, "ask-period": 900 });
      const now = await r.sentinelDebug();
      await r.sentinelDebug(before);
      return [set, now["TILT-TRIGGER"], now["ASK-PERIOD"], (await r.sentinelDebug())["TILT-TRIGGER"]];
    },
    expect: ["OK", 2_500, 900, 2_000],
  },
  {
    name: "sentinelFailover, sentinelMonitor, sentinelSet, sentinelReset, sentinelRemove of a primary",
    on: "sentinel",
    run: (r, server) =>
      watching(r, server, async ({ name, primary }) => {
        const set = await r.sentinelSet(name, {
          "down-after-milliseconds": 60_000,
          "parallel-syncs": 2,
          "rename-command": ["CONFIG", "CONFIG"],
        });
        const again = await r.sentinelMonitor(name, primary.host, primary.port, 1).catch(() => "refused");
        const { downAfterMilliseconds, parallelSyncs } = await r.sentinelMaster(name);
        const begun = await r.sentinelFailover(name);
        return [
          [set, again, downAfterMilliseconds, parallelSyncs, begun],
          [await r.sentinelReset("watch*"), await r.bigints.sentinelReset("none")],
          [await r.sentinelRemove(name), await r.sentinelMasters()],
        ];
      }),
    expect: [["OK", "refused", 60_000, 2, "OK"], [1, 0n], ["OK", []]],
  },
  {
    name: "sentinelFailover coordinated",
    on: "sentinel",
    since: { valkey: "9.0.0" },
    run: (r, server) =>
      watching(r, server, async ({ name, replica }) => {
        const begun = await r.sentinelFailover(name, { coordinated: true });
        await until(async () => (await r.sentinelGetPrimaryAddrByName(name))?.port === replica.port);
        return begun;
      }),
    expect: "OK",
  },
  {
    name: "sentinelFailover, sentinelRemove, sentinelSet of a name that is not known",
    on: "sentinel",
    run: async (r) => [
      await r.sentinelFailover("none").catch(replyOf),
      await r.sentinelRemove("none").catch(replyOf),
      await r.sentinelSet("none", { quorum: 1 }).catch(replyOf),
    ],
    expect: [UNKNOWN, UNKNOWN, UNKNOWN],
  },
  { name: "sentinelFlushconfig", on: "sentinel", run: (r) => r.sentinelFlushconfig(), expect: "OK" },
  {
    name: "sentinelSimulateFailure",
    on: "sentinel",
    run: (r) => r.sentinelSimulateFailure("help"),
    expect: ["crash-after-election", "crash-after-promotion"],
  },
];
