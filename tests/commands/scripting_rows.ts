/** Rows of the commands on scripting. */
import * as c from "../../src/commands/mod.ts";
import { Link } from "../support/link.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

const SCRIPT = "return {KEYS, ARGV}";
const HASH = "0".repeat(40);

export const words: readonly WordsRow[] = [
  ["eval", () => c.eval(SCRIPT), ["EVAL", SCRIPT, 0]],
  ["eval of bytes", () => c.eval(bytes(SCRIPT)), ["EVAL", bytes(SCRIPT), 0]],
  [
    "eval keys and arguments",
    () => c.eval(SCRIPT, { keys: ["k", bytes("l")], arguments: ["", 0, 1n, bytes("a")] }),
    ["EVAL", SCRIPT, 2, "k", bytes("l"), "", 0, 1n, bytes("a")],
  ],
  ["eval one key and one argument", () => c.eval(SCRIPT, { keys: "", arguments: 0 }), ["EVAL", SCRIPT, 1, "", 0]],
  ["eval one key of bytes", () => c.eval(SCRIPT, { keys: bytes("key") }), ["EVAL", SCRIPT, 1, bytes("key")]],
  ["eval no key", () => c.eval(SCRIPT, { keys: [], arguments: ["a"] }), ["EVAL", SCRIPT, 0, "a"]],
  ["eval with no option", () => c.eval(SCRIPT, { keys: undefined, arguments: undefined }), ["EVAL", SCRIPT, 0]],
  ["evalRo", () => c.evalRo(SCRIPT, { keys: ["k"] }), ["EVAL_RO", SCRIPT, 1, "k"]],
  ["evalsha", () => c.evalsha(HASH, { keys: ["k"], arguments: [1] }), ["EVALSHA", HASH, 1, "k", 1]],
  ["evalshaRo", () => c.evalshaRo(HASH, { arguments: [1] }), ["EVALSHA_RO", HASH, 0, 1]],
  ["scriptExists", () => c.scriptExists(HASH, "b"), ["SCRIPT", "EXISTS", HASH, "b"]],
  ["scriptFlush", () => c.scriptFlush(), ["SCRIPT", "FLUSH"]],
  ["scriptFlush async", () => c.scriptFlush({ async: true, sync: false }), ["SCRIPT", "FLUSH", "ASYNC"]],
  ["scriptFlush sync", () => c.scriptFlush({ sync: true }), ["SCRIPT", "FLUSH", "SYNC"]],
  ["scriptHelp", () => c.scriptHelp(), ["SCRIPT", "HELP"]],
  ["scriptKill", () => c.scriptKill(), ["SCRIPT", "KILL"]],
  ["scriptLoad", () => c.scriptLoad(SCRIPT), ["SCRIPT", "LOAD", SCRIPT]],
  ["scriptShow", () => c.scriptShow(HASH), ["SCRIPT", "SHOW", HASH]],
];

export const refusals: readonly RefusalRow[] = [
  ["scriptExists of none", () => c.scriptExists(), "Cannot send SCRIPT EXISTS: at least one hash is wanted"],
  [
    "scriptFlush async and sync",
    () => c.scriptFlush({ async: true, sync: true }),
    "Cannot send SCRIPT FLUSH: the options async and sync exclude each other",
  ],
];

/** What a call fails with: the code of a server's error, or the name and the message of another. */
function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "none",
    (error) => error.name === "ReplyError" ? error.code : [error.name, error.message],
  );
}

export const server: readonly ServerRow[] = [
  {
    name: "eval",
    run: async (r) => [
      await r.eval(SCRIPT, { keys: ["k", "l"], arguments: ["", 0, 1n, bytes("é")] }),
      await r.eval(SCRIPT),
      await r.eval("return redis.call('INCRBY', KEYS[1], ARGV[1])", { keys: "eval", arguments: 5 }),
      await r.eval("return {1, 2.9, 'a', false, {true}, redis.status_reply('FINE')}"),
      await r.eval("return nil"),
    ],
    expect: [[["k", "l"], ["", "0", "1", "é"]], [[], []], 5, [1, 2, "a", null, [1], "FINE"], null],
  },
  {
    name: "eval in other views",
    run: async (r) => [
      await r.bytes.eval("return {ARGV[1], 1, redis.status_reply('FINE')}", { arguments: [new Uint8Array([255])] }),
      await r.bigints.eval("return {1, 'a'}"),
    ],
    expect: [[new Uint8Array([255]), 1, "FINE"], [1n, "a"]],
  },
  {
    name: "eval of a script that fails",
    run: async (r) => [
      await failure(r.eval("return redis.error_reply('MINE and no other')")),
      await failure(
        r.eval("return {redis.error_reply('MINE in a list')}").then((list) => {
          throw (list as unknown[])[0];
        }),
      ),
    ],
    expect: ["MINE", "MINE"],
  },
  {
    name: "eval of undefined, which is no word",
    run: async (r) => [
      await failure(r.eval(SCRIPT, { keys: [undefined as never] })),
      await failure(r.eval(SCRIPT, { arguments: ["a", null as never] })),
      await failure(r.eval(undefined as never)),
    ],
    expect: [[3, "undefined"], [4, "null"], [1, "undefined"]].map(([place, got]) => [
      "TypeError",
      `Cannot send EVAL: argument ${place} must be a string, a finite number, a bigint or a Uint8Array, got ${got}`,
    ]),
  },
  {
    name: "evalRo",
    run: async (r) => [
      await r.evalRo(SCRIPT, { keys: ["k"], arguments: [1] }),
      await failure(r.evalRo("return redis.call('SET', KEYS[1], 1)", { keys: ["k"] })),
    ],
    expect: [[["k"], ["1"]], "ERR"],
  },
  {
    name: "evalsha, evalshaRo, scriptExists, scriptFlush, scriptLoad",
    run: async (r) => {
      const hash = await r.scriptLoad(SCRIPT);
      const replies = [
        await r.bytes.scriptLoad(SCRIPT) === hash,
        await r.evalsha(hash, { keys: ["k"], arguments: [0] }),
        await r.evalshaRo(hash, { keys: ["k"] }),
        await r.scriptExists(hash, HASH),
        await r.bigints.scriptExists(hash),
        await r.scriptFlush(),
        await r.scriptFlush({ async: true }),
        await r.scriptFlush({ sync: true }),
        await r.scriptExists(hash),
      ];
      return [...replies, await failure(r.evalsha(hash)), await failure(r.evalshaRo(hash))];
    },
    expect: [true, [["k"], ["0"]], [["k"], []], [1, 0], [1n], "OK", "OK", "OK", [0], "NOSCRIPT", "NOSCRIPT"],
  },
  {
    name: "scriptHelp",
    run: async (r) => [(await r.scriptHelp())[0], (await r.bytes.scriptHelp()).includes("LOAD <script>")],
    expect: ["SCRIPT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", true],
  },
  { name: "scriptKill of none", run: (r) => failure(r.scriptKill()), expect: "NOTBUSY" },
  {
    name: "scriptKill",
    run: async (r, where) => {
      const link = await Link.open(where, 2);
      // Until then a server takes no other command.
      const before = await r.configGet("busy-reply-threshold");
      await r.configSet({ "busy-reply-threshold": 1 });
      try {
        link.write(c.eval("while true do end"));
        while (await r.scriptKill().catch((error) => error.code) !== "OK");
        return [String(await link.next()).includes("Script killed by user"), await r.ping()];
      } finally {
        await r.configSet(before);
        await link.close();
      }
    },
    expect: [true, "PONG"],
  },
  {
    name: "scriptShow",
    since: { valkey: "8.0.0" },
    run: async (r) => {
      const hash = await r.scriptLoad(SCRIPT);
      return [await r.scriptShow(hash), await r.bytes.scriptShow(hash), await failure(r.scriptShow(HASH))];
    },
    expect: [SCRIPT, bytes(SCRIPT), "NOSCRIPT"],
  },
];
