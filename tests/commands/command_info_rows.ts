/** Rows of the commands on command info. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["commandAll", () => c.commandAll(), ["COMMAND"]],
  ["commandCount", () => c.commandCount(), ["COMMAND", "COUNT"]],
  ["commandDocs", () => c.commandDocs(), ["COMMAND", "DOCS"]],
  ["commandDocs of names", () => c.commandDocs("get", ""), ["COMMAND", "DOCS", "get", ""]],
  ["commandGetkeys", () => c.commandGetkeys("GET", bytes("k")), ["COMMAND", "GETKEYS", "GET", bytes("k")]],
  ["commandGetkeys of a name alone", () => c.commandGetkeys("PING"), ["COMMAND", "GETKEYS", "PING"]],
  [
    "commandGetkeysandflags",
    () => c.commandGetkeysandflags("SET", "", 0),
    ["COMMAND", "GETKEYSANDFLAGS", "SET", "", 0],
  ],
  ["commandHelp", () => c.commandHelp(), ["COMMAND", "HELP"]],
  ["commandInfo", () => c.commandInfo(), ["COMMAND", "INFO"]],
  ["commandInfo of names", () => c.commandInfo("get", ""), ["COMMAND", "INFO", "get", ""]],
  ["commandList", () => c.commandList(), ["COMMAND", "LIST"]],
  ["commandList with no filter", () => c.commandList({}), ["COMMAND", "LIST"]],
  ["commandList with an empty filter", () => c.commandList({ filterBy: {} }), ["COMMAND", "LIST"]],
  [
    "commandList of a module",
    () => c.commandList({ filterBy: { module: "", pattern: undefined } }),
    ["COMMAND", "LIST", "FILTERBY", "MODULE", ""],
  ],
  [
    "commandList of a category",
    () => c.commandList({ filterBy: { aclCat: "read" } }),
    ["COMMAND", "LIST", "FILTERBY", "ACLCAT", "read"],
  ],
  [
    "commandList of a pattern",
    () => c.commandList({ filterBy: { pattern: "x*" } }),
    ["COMMAND", "LIST", "FILTERBY", "PATTERN", "x*"],
  ],
];

export const refusals: readonly RefusalRow[] = [
  [
    "commandList of two filters",
    () => c.commandList({ filterBy: { module: "m", pattern: "x*" } }),
    "Cannot send COMMAND LIST: the options module and pattern exclude each other",
  ],
];

const FIRST_KEY = { type: "index", spec: { index: 1 } };
const ONE_KEY = { type: "range", spec: { lastkey: 0, keystep: 1, limit: 0 } };

export const server: readonly ServerRow[] = [
  {
    name: "commandAll, commandCount",
    run: async (r) => {
      const all = await r.commandAll();
      return [
        all.length === await r.commandCount(),
        typeof await r.bigints.commandCount(),
        all.some(({ name }) => name === "get"),
        all.find(({ name }) => name === "config")?.subcommands.map(({ name }) => name).sort(),
      ];
    },
    expect: [
      true,
      "bigint",
      true,
      ["config|get", "config|help", "config|resetstat", "config|rewrite", "config|set"],
    ],
  },
  {
    name: "commandDocs",
    run: async (r) => {
      const { get, ...others } = await r.commandDocs("get", "none");
      const [key] = get!.arguments!;
      return [
        [get!.since, get!.group, get!.complexity, typeof get!.summary, get!.arguments!.length],
        [key!.name, key!.type, key!.keySpecIndex],
        others,
        Object.keys(await r.commandDocs()).includes("set"),
      ];
    },
    expect: [["1.0.0", "string", "O(1)", "string", 1], ["key", "key", 0], {}, true],
  },
  {
    name: "commandDocs of a command with subcommands, under every view",
    run: async (r) => {
      const views = [
        await r.commandDocs("config"),
        await r.bytes.commandDocs("config"),
        await r.bigints.commandDocs("config"),
      ];
      return views.map(({ config }) => {
        const subcommands = config!.subcommands!;
        const get = subcommands["config|get"]!;
        return [
          Object.keys(subcommands).sort(),
          get.since,
          get.history!.map(({ version, change }) => [version, typeof change]),
        ];
      });
    },
    expect: [1, 2, 3].map(() => [
      ["config|get", "config|help", "config|resetstat", "config|rewrite", "config|set"],
      "2.0.0",
      [["7.0.0", "string"]],
    ]),
  },
  {
    name: "commandDocs of a command that should not be used, with arguments in arguments",
    run: async (r) => {
      const { slaveof } = await r.commandDocs("SLAVEOF");
      const { docFlags, deprecatedSince, replacedBy } = slaveof!;
      const [place] = slaveof!.arguments!;
      const one = place!.arguments!.map((
        block,
      ) => [block.type, block.arguments!.map(({ name, token }) => [name, token])]);
      return [docFlags, deprecatedSince, replacedBy, place!.type, one];
    },
    expect: [
      ["deprecated"],
      "5.0.0",
      "`REPLICAOF`",
      "oneof",
      [
        ["block", [["host", undefined], ["port", undefined]]],
        ["block", [["no", "NO"], ["one", "ONE"]]],
      ],
    ],
  },
  {
    name: "commandDocs of an argument with flags",
    run: async (r) => {
      const { xread } = await r.commandDocs("xread");
      const count = xread!.arguments!.find(({ name }) => name === "count");
      return [count!.token, count!.flags, count!.type];
    },
    expect: ["COUNT", ["optional"], "integer"],
  },
  {
    name: "commandGetkeys",
    run: async (r) => [
      await r.commandGetkeys("MSET", "a", 1, "b", 2),
      await r.bytes.commandGetkeys("GET", bytes("k")),
      await r.commandGetkeys("PING").catch((error) => error.name),
    ],
    expect: [["a", "b"], [bytes("k")], "ReplyError"],
  },
  {
    name: "commandGetkeysandflags",
    run: async (r) => [
      await r.commandGetkeysandflags("RENAME", "a", "b"),
      await r.bytes.commandGetkeysandflags("SET", bytes("k"), 0),
    ],
    expect: [
      [{ key: "a", flags: ["RW", "access", "delete"] }, { key: "b", flags: ["OW", "update"] }],
      [{ key: bytes("k"), flags: ["OW", "update"] }],
    ],
  },
  {
    name: "commandHelp",
    run: async (r) => [typeof (await r.commandHelp())[1], typeof (await r.bytes.commandHelp())[0]],
    expect: ["string", "string"],
  },
  {
    name: "commandInfo",
    run: async (r) => {
      const [get, none, config] = await r.bytes.commandInfo("get", "none", "config");
      return [
        { ...get!, flags: get!.flags.sort(), aclCategories: get!.aclCategories.sort() },
        none,
        config!.subcommands.find(({ name }) => name === "config|set")!.arity,
        (await r.commandInfo()).length === await r.commandCount(),
      ];
    },
    expect: [
      {
        name: "get",
        arity: 2,
        flags: ["fast", "readonly"],
        firstKey: 1,
        lastKey: 1,
        step: 1,
        aclCategories: ["@fast", "@read", "@string"],
        tips: [],
        keySpecs: [{ flags: ["RO", "access"], beginSearch: FIRST_KEY, findKeys: ONE_KEY }],
        subcommands: [],
      },
      null,
      -4,
      true,
    ],
  },
  {
    name: "commandInfo of keys that are found in other ways",
    run: async (r) => {
      const infos = await r.commandInfo("xadd", "migrate", "zunion", "sort");
      return infos.map((info) =>
        info!.keySpecs.map(({ beginSearch, findKeys, notes }) => [beginSearch, findKeys, typeof notes])
      );
    },
    expect: [
      [[FIRST_KEY, ONE_KEY, "string"]],
      [
        [{ type: "index", spec: { index: 3 } }, ONE_KEY, "undefined"],
        [
          { type: "keyword", spec: { keyword: "KEYS", startfrom: -2 } },
          { type: "range", spec: { lastkey: -1, keystep: 1, limit: 0 } },
          "undefined",
        ],
      ],
      [[FIRST_KEY, { type: "keynum", spec: { keynumidx: 0, firstkey: 1, keystep: 1 } }, "undefined"]],
      [
        [FIRST_KEY, ONE_KEY, "undefined"],
        [{ type: "unknown", spec: {} }, { type: "unknown", spec: {} }, "string"],
        [{ type: "unknown", spec: {} }, { type: "unknown", spec: {} }, "string"],
      ],
    ],
  },
  {
    name: "commandList",
    run: async (r) => [
      (await r.commandList()).includes("get"),
      (await r.commandList({ filterBy: { pattern: "xr*" } })).sort(),
      (await r.bytes.commandList({ filterBy: { aclCat: "bitmap" } })).includes("getbit"),
      await r.commandList({ filterBy: { module: "none" } }),
    ],
    expect: [true, ["xrange", "xread", "xreadgroup", "xrevrange"], true, []],
  },
];
