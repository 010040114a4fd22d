/** Rows of the commands on vector sets. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

const HALF_AND_MINUS_TWO = new Uint8Array([0, 0, 0, 0x3f, 0, 0, 0, 0xc0]);

export const words: readonly WordsRow[] = [
  ["vadd of numbers", () => c.vadd("k", [0, -1.5, 1e-7], "e"), ["VADD", "k", "VALUES", 3, 0, -1.5, 1e-7, "e"]],
  ["vadd of floats", () => c.vadd("k", new Float32Array([0.5, -2]), 0), ["VADD", "k", "FP32", HALF_AND_MINUS_TWO, 0]],
  ["vadd of bytes", () => c.vadd("k", { fp32: bytes("1234") }, "e", {}), ["VADD", "k", "FP32", bytes("1234"), "e"]],
  [
    "vadd of all options",
    () =>
      c.vadd("k", [1], "e", {
        m: 8,
        setAttr: { year: 1927 },
        ef: 100,
        quantization: "noquant",
        cas: true,
        reduce: 1,
      }),
    [
      ...["VADD", "k", "REDUCE", 1, "VALUES", 1, 1, "e"],
      ...["CAS", "noquant", "EF", 100, "SETATTR", '{"year":1927}', "M", 8],
    ],
  ],
  [
    "vadd of zeros and nothing",
    () => c.vadd("k", [1], "", { m: 0, setAttr: "", ef: 0, cas: false, reduce: 0 }),
    ["VADD", "k", "REDUCE", 0, "VALUES", 1, 1, "", "EF", 0, "SETATTR", "", "M", 0],
  ],
  ["vadd quantization q8", () => c.vadd("k", [1], "e", { quantization: "q8" }), [
    ...["VADD", "k", "VALUES", 1, 1, "e", "q8"],
  ]],
  ["vcard", () => c.vcard("k"), ["VCARD", "k"]],
  ["vdim", () => c.vdim("k"), ["VDIM", "k"]],
  ["vemb", () => c.vemb("k", 0), ["VEMB", "k", 0]],
  ["vemb raw", () => c.vemb("k", "e", { raw: true }), ["VEMB", "k", "e", "RAW"]],
  ["vemb raw false", () => c.vemb("k", "e", { raw: false }), ["VEMB", "k", "e"]],
  ["vgetattr", () => c.vgetattr("k", "e"), ["VGETATTR", "k", "e"]],
  ["vinfo", () => c.vinfo("k"), ["VINFO", "k"]],
  ["vismember", () => c.vismember("k", ""), ["VISMEMBER", "k", ""]],
  ["vrem", () => c.vrem("k", bytes("e")), ["VREM", "k", bytes("e")]],
  ["vsetattr of an object", () => c.vsetattr("k", "e", { a: [1, null] }), ["VSETATTR", "k", "e", '{"a":[1,null]}']],
  ["vsetattr of text", () => c.vsetattr("k", "e", ""), ["VSETATTR", "k", "e", ""]],
  ["vsetattr of bytes", () => c.vsetattr("k", "e", bytes("{}")), ["VSETATTR", "k", "e", bytes("{}")]],
];

const NO_NUMBER = "Cannot send VADD: at least one number in the vector is wanted";

export const refusals: readonly RefusalRow[] = [
  ["vadd of no number", () => c.vadd("k", [], "e"), NO_NUMBER],
  ["vadd of no float", () => c.vadd("k", new Float32Array(), "e"), NO_NUMBER],
];

const SINCE = { redis: "8.0.0" };

export const server: readonly ServerRow[] = [
  {
    name: "vadd",
    since: SINCE,
    run: async (r) => [
      await r.vadd("v", [3, 4], "a", { quantization: "noquant", ef: 100, m: 8 }),
      await r.vadd("v", new Float32Array([-1, 0.5]), "a", { quantization: "noquant", cas: true, m: 8 }),
      await r.bigints.vadd("v", { fp32: HALF_AND_MINUS_TWO }, "b", { quantization: "noquant", m: 8 }),
      await r.vemb("v", "b"),
      await r.vadd("q8", [1, 2], "a", { quantization: "q8", setAttr: { year: 1927 } }),
      await r.vadd("bin", [1, 2], "a", { quantization: "bin", setAttr: "" }),
      await r.vadd("small", [1, 2, 3, 4], "a", { reduce: 2 }),
      await r.vdim("small"),
    ],
    expect: [1, 0, 1n, [0.5, -2], 1, 1, 1, 2],
  },
  {
    name: "vcard",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [3, 4], "a");
      return [await r.vcard("v"), await r.vcard("none")];
    },
    expect: [1, 0],
  },
  {
    name: "vdim",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [3, 4], "a");
      return [await r.vdim("v"), await r.vdim("none").catch((error: Error) => /^ERR key/.test(error.message))];
    },
    expect: [2, true],
  },
  {
    name: "vemb",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [3, 4], "a", { quantization: "noquant" });
      return [await r.vemb("v", "a"), await r.vemb("v", "none"), await r.vemb("none", "a")];
    },
    expect: [[3, 4], null, null],
  },
  {
    name: "vemb raw",
    since: SINCE,
    run: async (r) => {
      await r.vadd("f32", [0, -2], "a", { quantization: "noquant" });
      await r.vadd("int8", [0, -2], "a");
      await r.vadd("bin", [4, -3], "a", { quantization: "bin" });
      const raws = await Promise.all(["f32", "int8", "bin"].map((key) => r.vemb(key, "a", { raw: true })));
      return [
        raws.map((raw) => [raw!.quantization, raw!.norm, raw!.range]),
        raws.map((raw) => [...raw!.data]),
        await r.vemb("f32", "none", { raw: true }),
        await r.vemb("none", "a", { raw: true }),
      ];
    },
    expect: [
      [["f32", 2, undefined], ["int8", 2, 1], ["bin", 5, undefined]],
      [[0, 0, 0, 0, 0, 0, 0x80, 0xbf], [0, 0x81], [1, 0, 0, 0, 0, 0, 0, 0]],
      null,
      null,
    ],
  },
  {
    name: "vgetattr",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [3, 4], "a", { setAttr: { year: 1927 } });
      await r.vadd("v", [3, 4], "b");
      return [
        await r.vgetattr("v", "a"),
        await r.bytes.vgetattr("v", "a"),
        await r.vgetattr("v", "b"),
        await r.vgetattr("v", "none"),
        await r.vgetattr("none", "a"),
      ];
    },
    expect: ['{"year":1927}', bytes('{"year":1927}'), null, null, null],
  },
  {
    name: "vinfo",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [1, 2, 3], "a", { reduce: 2, setAttr: {}, m: 8 });
      const info = (await r.vinfo("v"))!;
      return [
        { ...info, maxLevel: typeof info.maxLevel, vsetUid: typeof info.vsetUid },
        (await r.bytes.vinfo("v"))!.quantType,
        (await r.bigints.vinfo("v"))!.size,
        await r.vinfo("none"),
      ];
    },
    expect: [
      {
        quantType: "int8",
        hnswM: 8,
        vectorDim: 2,
        projectionInputDim: 3,
        size: 1,
        maxLevel: "number",
        attributesCount: 1,
        vsetUid: "number",
        hnswMaxNodeUid: 1,
      },
      "int8",
      1,
      null,
    ],
  },
  {
    name: "vismember",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [3, 4], "a");
      return [
        await r.vismember("v", "a"),
        await r.vismember("v", "none"),
        await r.vismember("none", "a"),
        await r.bigints.vismember("v", "a"),
      ];
    },
    expect: [1, 0, 0, 1n],
  },
  {
    name: "vrem",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [3, 4], "a");
      return [await r.vrem("v", "none"), await r.vrem("v", "a"), await r.vrem("v", "a"), await r.exists("v")];
    },
    expect: [0, 1, 0, 0],
  },
  {
    name: "vsetattr",
    since: SINCE,
    run: async (r) => {
      await r.vadd("v", [3, 4], "a");
      return [
        await r.vsetattr("v", "a", { year: 1927 }),
        await r.vgetattr("v", "a"),
        await r.vsetattr("v", "a", ""),
        await r.vgetattr("v", "a"),
        await r.vsetattr("v", "none", {}),
        await r.vsetattr("none", "a", {}),
      ];
    },
    expect: [1, '{"year":1927}', 1, null, 0, 0],
  },
];
