/** What is special about a command's way to the server, known from its words alone. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { AnyCommand, SpecialWay, Word } from "../../src/commands/command.ts";
import * as c from "../../src/commands/mod.ts";
import { raw } from "../../src/commands/readers.ts";
import { specialOf } from "../../src/commands/special.ts";
import { allFacts } from "../../src/routing/command_facts.ts";
import { test } from "../support/harness.ts";
import { bytes } from "./rows.ts";
import { tables } from "./tables.ts";

/** The words of each command that waits, with a timeout of `t`. */
const WAITING: Record<string, (t: Word) => Word[]> = {
  BLMOVE: (t) => ["BLMOVE", "a", "b", "LEFT", "RIGHT", t],
  BLMOVEM: (t) => ["BLMOVEM", "a", "b", "LEFT", "RIGHT", t],
  BLMPOP: (t) => ["BLMPOP", t, 2, "a", "b", "LEFT"],
  BLPOP: (t) => ["BLPOP", "a", "b", t],
  BRPOP: (t) => ["BRPOP", "a", t],
  BRPOPLPUSH: (t) => ["BRPOPLPUSH", "a", "b", t],
  BZMPOP: (t) => ["BZMPOP", t, 1, "a", "MIN"],
  BZPOPMAX: (t) => ["BZPOPMAX", "a", t],
  BZPOPMIN: (t) => ["BZPOPMIN", "a", "b", t],
  "TS.READ": (t) => ["TS.READ", "a", 0, "BLOCK", t, 1],
  WAIT: (t) => ["WAIT", 1, t],
  WAITAOF: (t) => ["WAITAOF", 1, 0, t],
  XREAD: (t) => ["XREAD", "BLOCK", t, "STREAMS", "s", "0"],
  XREADGROUP: (t) => ["XREADGROUP", "GROUP", "g", "c", "BLOCK", t, "STREAMS", "s", ">"],
};

/** Of these the timeout is milliseconds, of the others seconds. */
const IN_MS = ["TS.READ", "WAIT", "WAITAOF", "XREAD", "XREADGROUP"];

test("special: exactly the commands that the table says may wait do", () => {
  // Its module does not say so of it.
  const expected = [...allFacts().filter(({ blocking }) => blocking).map(({ name }) => name), "TS.READ"];
  assert.deepEqual(Object.keys(WAITING).sort(), expected.sort());
  for (const { name } of allFacts()) {
    const special = specialOf(WAITING[name]?.(7) ?? [...name.split(" "), "a", "b", 7]);
    const kind = special?.kind === "standing" ? undefined : special?.kind;
    const wanted = !(name in WAITING) ? undefined : name.startsWith("WAIT") ? "following" : "blocking";
    assert.equal(kind, wanted, name);
  }
});

test("special: a timeout is milliseconds, whatever the command counts in and however it is spelled", () => {
  for (const [name, make] of Object.entries(WAITING)) {
    const kind = name.startsWith("WAIT") ? "following" : "blocking";
    const unit = IN_MS.includes(name) ? 1 : 1_000;
    for (const timeout of [0, 1, 7, 100_000]) {
      const spelled: Word[] = [timeout, `${timeout}`, BigInt(timeout), bytes(`${timeout}`)];
      for (const word of spelled) {
        const words = make(word);
        for (const all of [words, words.map((each) => typeof each === "string" ? each.toLowerCase() : each)]) {
          assert.deepEqual(specialOf(all), { kind, blockMs: timeout * unit }, `${name} ${timeout}`);
        }
      }
    }
  }
});

test("special: a part of a second is whole milliseconds, rounded up", () => {
  for (
    const [seconds, ms] of [[0.5, 500], [1.5, 1_500], [0.001, 1], [0.0001, 1], [1e-9, 1], ["0.25", 250], [
      "1e1",
      10_000,
    ]]
  ) {
    assert.deepEqual(specialOf(["BLPOP", "k", seconds]), { kind: "blocking", blockMs: ms });
    assert.deepEqual(specialOf(["BLMPOP", seconds, 1, "k", "LEFT"]), { kind: "blocking", blockMs: ms });
  }
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (seconds) => {
      const { blockMs } = specialOf(["BLPOP", "k", seconds]) as { blockMs: number };
      assert.ok(Number.isInteger(blockMs) && blockMs >= seconds * 1_000 && blockMs < seconds * 1_000 + 1);
    }),
    { seed: 45, numRuns: 300 },
  );
});

test("special: a timeout that is none is the server's to refuse, so no time is set on this side", () => {
  for (const wrong of [-1, "-0.5", "soon", "", NaN, bytes("x")]) {
    for (const [name, make] of Object.entries(WAITING)) {
      assert.equal((specialOf(make(wrong)) as { blockMs: number }).blockMs, 0, `${name} ${String(wrong)}`);
    }
  }
  for (const words of [["BLPOP"], ["BLMPOP"], ["WAIT"], ["BLMOVEM", "a"], ["XREAD", "BLOCK"]]) {
    assert.equal((specialOf(words) as { blockMs: number }).blockMs, 0, words.join(" "));
  }
});

/** Words of streams' reads, and the milliseconds of BLOCK; undefined where it does not wait. */
const streams: [words: Word[], blockMs: number | undefined][] = [
  [["XREAD", "STREAMS", "s", "0"], undefined],
  [["XREAD", "COUNT", 2, "STREAMS", "s", "0"], undefined],
  [["XREAD", "COUNT", 2, "BLOCK", 5, "STREAMS", "s", "0"], 5],
  [["XREAD", "BLOCK", 5, "COUNT", 2, "STREAMS", "s", "0"], 5],
  [["xread", "count", "2", "block", bytes("5"), "streams", "s", "$"], 5],
  [["XREAD", "STREAMS", "BLOCK", "0"], undefined],
  [["XREAD", "STREAMS", "BLOCK", "7", "0", "0"], undefined],
  [["XREAD", "STREAMS", bytes("BLOCK"), "0"], undefined],
  [["XREAD", "BLOCK", 5, "STREAMS", "BLOCK", "9", "0", "0"], 5],
  [["XREAD", "BLOCK", 5, "STREAMS", "STREAMS", "0"], 5],
  [["XREAD", "MAXCOUNT", 9, "MAXSIZE", 9, "BLOCK", 5, "STREAMS", "s", "0"], 5],
  [["XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"], undefined],
  [["XREADGROUP", "GROUP", "g", "c", "NOACK", "BLOCK", 5, "STREAMS", "s", ">"], 5],
  [["XREADGROUP", "GROUP", "g", "c", "COUNT", 1, "BLOCK", 5, "NOACK", "STREAMS", "s", ">"], 5],
  [["XREADGROUP", "GROUP", "g", "c", "CLAIM", 30, "BLOCK", 5, "STREAMS", "s", ">"], 5],
  [["XREADGROUP", "GROUP", "BLOCK", "c", "STREAMS", "s", ">"], undefined],
  [["XREADGROUP", "GROUP", "g", "BLOCK", "STREAMS", "s", ">"], undefined],
  [["XREADGROUP", "GROUP", "BLOCK", "BLOCK", "STREAMS", "BLOCK", ">"], undefined],
  [["XREADGROUP", "GROUP", "BLOCK", "9", "BLOCK", 5, "STREAMS", "s", ">"], 5],
  [["XREADGROUP", "GROUP", "STREAMS", "STREAMS", "BLOCK", 5, "STREAMS", "s", ">"], 5],
  [["XREADGROUP", "GROUP", "GROUP", "COUNT", "BLOCK", 5, "STREAMS", "s", ">"], 5],
  [["xreadgroup", "group", bytes("block"), bytes("9"), "block", 5, "streams", "s", ">"], 5],
  // The group need not come first.
  [["XREADGROUP", "COUNT", 1, "GROUP", "BLOCK", "c", "STREAMS", "s", ">"], undefined],
  [["XREADGROUP", "NOACK", "GROUP", "STREAMS", "c", "BLOCK", 5, "STREAMS", "s", ">"], 5],
  [["XREADGROUP", "BLOCK", 5, "GROUP", "g", "c", "STREAMS", "s", ">"], 5],
  [["TS.READ", "k", 0], undefined],
  [["TS.READ", "BLOCK", 0], undefined],
  [["TS.READ", "BLOCK", "$", "BLOCK", 5, 1, "MAX_COUNT", 2], 5],
  [["TS.READ", "k", 0, "MAX_COUNT", 2, "BLOCK", 5, 1], 5],
];

test("special: BLOCK is an option only where options stand, whatever keys, groups and consumers are called", () => {
  for (const [words, blockMs] of streams) {
    const expected = blockMs === undefined ? undefined : { kind: "blocking", blockMs };
    assert.deepEqual(
      specialOf(words),
      expected,
      words.map((word) => word instanceof Uint8Array ? "?" : word).join(" "),
    );
  }
});

test("special: the typed functions give the same for such names", () => {
  const names = ["BLOCK", "STREAMS", "COUNT", "GROUP", "NOACK", "CLAIM", "7"];
  for (const group of names) {
    for (const consumer of names) {
      const options = [{}, { count: 3 }, { noAck: true }, { claim: 4 }];
      for (const option of options) {
        for (const block of [undefined, 0, 7]) {
          const made = c.xreadgroup(group, consumer, [[group, ">"], [consumer, "0"]], { ...option, block });
          const expected = block === undefined ? undefined : { kind: "blocking", blockMs: block };
          assert.deepEqual(made.special, expected);
          assert.deepEqual(specialOf(made.words), expected);
        }
      }
    }
  }
});

test("special: what the typed functions say, and raw commands with the same words, is what the words say", () => {
  let count = 0;
  for (const { words: rows } of tables.values()) {
    for (const [row, make] of rows) {
      const { words, special } = make() as AnyCommand;
      if (special?.kind === "exclusive") {
        assert.equal(specialOf(words), undefined, row);
        continue;
      }
      assert.deepEqual(special, specialOf(words), row);
      assert.deepEqual(c.command(words, raw).special, special, row);
      const [name, ...args] = words as [string, ...Word[]];
      assert.deepEqual(c.call(name.toLowerCase(), ...args).special, special, row);
      if (special !== undefined) count++;
    }
  }
  assert.ok(count > 25, `${count}`);
});

test("special: what CLIENT sets of a connection stands, by what it sets", () => {
  const rows: [words: Word[], sets?: string, undone?: boolean][] = [
    [["CLIENT", "SETNAME", "n"], "SETNAME", false],
    [["client", "setname", "n"], "SETNAME", false],
    [["CLIENT", bytes("setname"), "off"], "SETNAME", false],
    [["CLIENT", "SETNAME", ""], "SETNAME", true],
    [["CLIENT", "NO-EVICT", "on"], "NO-EVICT", false],
    [["CLIENT", "NO-EVICT", "OFF"], "NO-EVICT", true],
    [["CLIENT", "NO-TOUCH", "off"], "NO-TOUCH", true],
    [["CLIENT", "TRACKING", "on"], "TRACKING", false],
    [["CLIENT", "TRACKING", bytes("off")], "TRACKING", true],
    [["CLIENT", "SETINFO", "lib-name", "x"], "SETINFO LIB-NAME", false],
    [["CLIENT", "SETINFO", "LIB-VER", "off"], "SETINFO LIB-VER", false],
    [["CLIENT", "TRACKINGINFO"]],
    [["CLIENT", "GETNAME"]],
    [["CLIENT", "KILL", "SETNAME"]],
    [["CLIENT"]],
    [["CONFIG", "SETNAME", "n"]],
  ];
  for (const [words, sets, undone = false] of rows) {
    const expected: SpecialWay | undefined = sets === undefined ? undefined : { kind: "standing", sets, undone };
    assert.deepEqual(specialOf(words), expected, String(words));
  }
});
