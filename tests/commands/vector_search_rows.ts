/** Rows of the commands that look for elements of vector sets. */
import type { Client } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["vlinks", () => c.vlinks("k", 0), ["VLINKS", "k", 0]],
  ["vlinks withScores", () => c.vlinks("k", "e", { withScores: true }), ["VLINKS", "k", "e", "WITHSCORES"]],
  ["vlinks withScores false", () => c.vlinks("k", "e", { withScores: false }), ["VLINKS", "k", "e"]],
  ["vrandmember", () => c.vrandmember("k"), ["VRANDMEMBER", "k"]],
  ["vrandmember count", () => c.vrandmember("k", 0), ["VRANDMEMBER", "k", 0]],
  ["vrange", () => c.vrange("k", "-", bytes("[b")), ["VRANGE", "k", "-", bytes("[b")]],
  ["vrange count", () => c.vrange("k", "(a", "+", 0), ["VRANGE", "k", "(a", "+", 0]],
  ["vsim to an element", () => c.vsim("k", { element: "" }), ["VSIM", "k", "ELE", ""]],
  ["vsim to numbers", () => c.vsim("k", [0, 1.5], {}), ["VSIM", "k", "VALUES", 2, 0, 1.5]],
  ["vsim to floats", () => c.vsim("k", new Float32Array([1])), [
    "VSIM",
    "k",
    "FP32",
    new Uint8Array([0, 0, 0x80, 0x3f]),
  ]],
  ["vsim to bytes", () => c.vsim("k", { fp32: bytes("1234") }), ["VSIM", "k", "FP32", bytes("1234")]],
  [
    "vsim of all options",
    () =>
      c.vsim("k", { element: 0 }, {
        noThread: true,
        truth: true,
        filterEf: 0,
        filter: "",
        ef: 0,
        epsilon: 0,
        count: 0,
        withAttribs: true,
        withScores: true,
      }),
    [
      ...["VSIM", "k", "ELE", 0, "WITHSCORES", "WITHATTRIBS", "COUNT", 0, "EPSILON", 0, "EF", 0],
      ...["FILTER", "", "FILTER-EF", 0, "TRUTH", "NOTHREAD"],
    ],
  ],
  [
    "vsim with options false",
    () => c.vsim("k", [1], { noThread: false, truth: false, withAttribs: false, withScores: false }),
    ["VSIM", "k", "VALUES", 1, 1],
  ],
  ["vsim withAttribs", () => c.vsim("k", [1], { withAttribs: true }), ["VSIM", "k", "VALUES", 1, 1, "WITHATTRIBS"]],
];

export const refusals: readonly RefusalRow[] = [
  ["vsim to no number", () => c.vsim("k", []), "Cannot send VSIM: at least one number in the vector is wanted"],
];

const SINCE = { redis: "8.0.0" };

/** Three elements, the second between the others. */
async function elements(redis: Client): Promise<void> {
  await redis.vadd("v", [1, 0], "a", { quantization: "noquant", setAttr: { year: 1927 } });
  await redis.vadd("v", [1, 1], "b", { quantization: "noquant", setAttr: { year: 1985 } });
  await redis.vadd("v", [0, 1], "c", { quantization: "noquant" });
}

export const server: readonly ServerRow[] = [
  {
    name: "vlinks",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [1, 0], "a", { quantization: "noquant" });
      await r.vadd("v", [-1, 0], "b", { quantization: "noquant" });
      // How many levels an element has is up to chance: the lowest is the last.
      const plain = await r.vlinks("v", "a"), scored = await r.vlinks("v", "a", { withScores: true });
      const binary = await r.bytes.vlinks("v", "a", { withScores: true });
      return [
        plain!.at(-1),
        scored!.at(-1),
        binary!.at(-1),
        plain!.length === scored!.length,
        await r.vlinks("v", "none"),
        await r.vlinks("none", "a", { withScores: true }),
      ];
    },
    expect: [["b"], [{ member: "b", score: 0 }], [{ member: bytes("b"), score: 0 }], true, null, null],
  },
  {
    name: "vrandmember",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [1, 0], "a");
      return [
        await r.vrandmember("v"),
        await r.bytes.vrandmember("v"),
        await r.vrandmember("none"),
        await r.vrandmember("v", 5),
        await r.vrandmember("v", -2),
        await r.vrandmember("none", 2),
      ];
    },
    expect: ["a", bytes("a"), null, ["a"], ["a", "a"], []],
  },
  {
    name: "vrange",
    since: { redis: "8.4.0" },
    run: async (r) => {
      await elements(r);
      return [
        await r.vrange("v", "-", "+"),
        await r.vrange("v", "(a", "[c", 1),
        await r.vrange("v", "-", "+", -1),
        await r.vrange("none", "-", "+"),
      ];
    },
    expect: [["a", "b", "c"], ["b"], ["a", "b", "c"], []],
  },
  {
    name: "vsim",
    since: SINCE,
    run: async (r) => {
      await elements(r);
      return [
        await r.vsim("v", { element: "a" }),
        await r.vsim("v", new Float32Array([0, 1]), { count: 2, ef: 50 }),
        await r.bytes.vsim("v", [1, 0], { count: 1, truth: true, noThread: true }),
        await r.vsim("v", [1, 0], { filter: ".year > 1950", filterEf: 1000 }),
        // Redis 8.0 measures twice the distance of the later ones; both are within this.
        await r.vsim("v", [1, 0], { epsilon: 0.35 }),
        await r.vsim("none", [1, 0]),
      ];
    },
    expect: [["a", "b", "c"], ["c", "b"], [bytes("a")], ["b"], ["a", "b"], []],
  },
  {
    name: "vsim withScores",
    since: SINCE,
    run: async (r) => {
      await elements(r);
      return [
        await r.vsim("v", [1, 0], { withScores: true, epsilon: 0.1 }),
        await r.bytes.vsim("v", { element: "a" }, { withScores: true, filter: ".year == 1927" }),
        (await r.vsim("v", [0, -1], { withScores: true })).map(({ member, score }) => [member, score.toFixed(2)]),
        await r.vsim("none", [1, 0], { withScores: true }),
      ];
    },
    expect: [
      [{ member: "a", score: 1 }],
      [{ member: bytes("a"), score: 1 }],
      [["a", "0.50"], ["b", "0.15"], ["c", "0.00"]],
      [],
    ],
  },
  {
    name: "vsim withAttribs",
    since: { redis: "8.2.0" },
    run: async (r) => {
      await elements(r);
      return [
        await r.vsim("v", [1, 0], { withAttribs: true }),
        await r.vsim("v", [1, 0], { withAttribs: true, withScores: true, count: 1 }),
        await r.bytes.vsim("v", [0, 1], { withAttribs: true, withScores: true, count: 1 }),
        await r.vsim("none", [1, 0], { withAttribs: true, withScores: true }),
      ];
    },
    expect: [
      [
        { member: "a", attributes: '{"year":1927}' },
        { member: "b", attributes: '{"year":1985}' },
        { member: "c", attributes: null },
      ],
      [{ member: "a", score: 1, attributes: '{"year":1927}' }],
      [{ member: bytes("c"), score: 1, attributes: null }],
      [],
    ],
  },
];
