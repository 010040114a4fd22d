/** Rows of the commands on words of a search index. */
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["ftDictadd", () => c.ftDictadd("d", "a", ""), ["FT.DICTADD", "d", "a", ""]],
  ["ftDictdel", () => c.ftDictdel("d", "a"), ["FT.DICTDEL", "d", "a"]],
  ["ftDictdump", () => c.ftDictdump("d"), ["FT.DICTDUMP", "d"]],
  ["ftSpellcheck", () => c.ftSpellcheck("i", "q"), ["FT.SPELLCHECK", "i", "q"]],
  ["ftSpellcheck empty options", () => c.ftSpellcheck("i", "q", {}), ["FT.SPELLCHECK", "i", "q"]],
  [
    "ftSpellcheck options",
    () => c.ftSpellcheck("i", "q", { distance: 2, terms: { mode: "include", dictionary: "d" }, dialect: 2 }),
    ["FT.SPELLCHECK", "i", "q", "DISTANCE", 2, "TERMS", "INCLUDE", "d", "DIALECT", 2],
  ],
  [
    "ftSpellcheck several dictionaries",
    () =>
      c.ftSpellcheck("i", "q", {
        terms: [{ mode: "exclude", dictionary: "d", terms: ["a"] }, { mode: "include", dictionary: "e" }],
      }),
    ["FT.SPELLCHECK", "i", "q", "TERMS", "EXCLUDE", "d", "a", "TERMS", "INCLUDE", "e"],
  ],
  ["ftSugadd", () => c.ftSugadd("k", "a", 0), ["FT.SUGADD", "k", "a", 0]],
  [
    "ftSugadd options",
    () => c.ftSugadd("k", "a", 1.5, { incr: true, payload: "" }),
    ["FT.SUGADD", "k", "a", 1.5, "INCR", "PAYLOAD", ""],
  ],
  ["ftSugdel", () => c.ftSugdel("k", "a"), ["FT.SUGDEL", "k", "a"]],
  ["ftSugget", () => c.ftSugget("k", "a"), ["FT.SUGGET", "k", "a"]],
  [
    "ftSugget options",
    () => c.ftSugget("k", "", { fuzzy: true, withScores: true, withPayloads: true, max: 0 }),
    ["FT.SUGGET", "k", "", "FUZZY", "WITHSCORES", "WITHPAYLOADS", "MAX", 0],
  ],
  ["ftSugget withScores", () => c.ftSugget("k", "a", { withScores: true }), ["FT.SUGGET", "k", "a", "WITHSCORES"]],
  ["ftSugget withPayloads", () => c.ftSugget("k", "a", { withPayloads: true }), [
    "FT.SUGGET",
    "k",
    "a",
    "WITHPAYLOADS",
  ]],
  ["ftSuglen", () => c.ftSuglen("k"), ["FT.SUGLEN", "k"]],
  ["ftSyndump", () => c.ftSyndump("i"), ["FT.SYNDUMP", "i"]],
  ["ftSynupdate", () => c.ftSynupdate("i", "g", "a"), ["FT.SYNUPDATE", "i", "g", "a"]],
  [
    "ftSynupdate skipInitialScan",
    () => c.ftSynupdate("i", 0, ["a", "b"], { skipInitialScan: true }),
    ["FT.SYNUPDATE", "i", 0, "SKIPINITIALSCAN", "a", "b"],
  ],
  ["ftTagvals", () => c.ftTagvals("i", "t"), ["FT.TAGVALS", "i", "t"]],
];

export const refusals: readonly RefusalRow[] = [
  ["ftDictadd of no term", () => c.ftDictadd("d"), "Cannot send FT.DICTADD: at least one term is wanted"],
  ["ftDictdel of no term", () => c.ftDictdel("d"), "Cannot send FT.DICTDEL: at least one term is wanted"],
  [
    "ftSynupdate of no term",
    () => c.ftSynupdate("i", "g", []),
    "Cannot send FT.SYNUPDATE: at least one term is wanted",
  ],
];

export const server: readonly ServerRow[] = [];
