/** Which slots of a cluster are done after a pass over a node, by what nodes said before and after. */
import assert from "node:assert/strict";
import type { Command } from "../../src/commands/command.ts";
import { PLAIN } from "../../src/resp/value.ts";
import { ScanProgress } from "../../src/cluster/scan_progress.ts";
import { type ScanView, viewOf } from "../../src/cluster/scan_view.ts";
import { SlotSet } from "../../src/cluster/slot_set.ts";
import { test } from "../support/harness.ts";

type Changes = Partial<Omit<ScanView, "slots" | "leaving">> & { slots?: number[]; leaving?: Record<number, string> };

/** A primary of slots 1 and 2 in its first life, but for what is said. */
function view({ slots = [1, 2], leaving = {}, ...rest }: Changes = {}): ScanView {
  const targets = Object.entries(leaving).map(([slot, id]) => [Number(slot), { id, host: "h", port: 1 }] as const);
  return {
    id: "S",
    run: "first",
    primary: true,
    epoch: 1,
    slots: setOf(slots),
    leaving: new Map(targets),
    ...rest,
  };
}

function setOf(slots: number[]): SlotSet {
  return new SlotSet(slots.map((slot) => ({ start: slot, end: slot })));
}

/** What is left, and which of it waits for which node. */
function stateOf({ left, waiting }: ScanProgress): unknown {
  return [[...left], Object.fromEntries([...waiting].map(([slot, { target }]) => [slot, target.id]))];
}

/** The progress after a pass over S, which leaves slot 1 waiting for T. */
function waitingForT(): ScanProgress {
  const progress = new ScanProgress(setOf([1, 2]));
  const pass = progress.begin("s:1", view({ leaving: { 1: "T" } }));
  progress.end(pass, view({ leaving: { 1: "T" } }));
  assert.deepEqual(stateOf(progress), [[1], { 1: "T" }]);
  return progress;
}

test("scan progress: a pass completes the slots that its node had all the while", () => {
  const none = {};
  const rows: [what: string, before: Changes, after: Changes, left: number[], waiting: object, changed: boolean][] = [
    ["nothing changed", {}, {}, [], none, false],
    ["it has other slots too", { slots: [1, 2, 3] }, { slots: [1, 2, 3] }, [], none, false],
    ["it never had one", { slots: [1] }, { slots: [1] }, [2], none, false],
    ["one left", {}, { slots: [1] }, [2], none, true],
    ["one came", { slots: [1] }, {}, [2], none, false],
    ["it restarted", {}, { run: "second" }, [1, 2], none, true],
    ["its name is another's now", {}, { id: "X" }, [1, 2], none, true],
    ["it took something over", {}, { epoch: 2 }, [1, 2], none, true],
    ["it became a replica", {}, { primary: false }, [1, 2], none, true],
    ["it was a replica", { primary: false }, {}, [1, 2], none, false],
    ["one began to leave", {}, { leaving: { 1: "T" } }, [1], { 1: "T" }, true],
    ["one is leaving", { leaving: { 1: "T" } }, { leaving: { 1: "T" } }, [1], { 1: "T" }, true],
    ["one no longer leaves", { leaving: { 1: "T" } }, {}, [1], none, true],
    ["one leaves to another node", { leaving: { 1: "T" } }, { leaving: { 1: "U" } }, [1], none, true],
    ["one was leaving and has left", { leaving: { 1: "T" } }, { slots: [2] }, [1], none, true],
  ];
  for (const [what, before, after, left, waiting, changed] of rows) {
    const progress = new ScanProgress(setOf([1, 2]));
    const pass = progress.begin("s:1", view(before));
    assert.deepEqual(progress.end(pass, view(after)), { changed, unsure: new Set() }, what);
    assert.deepEqual(stateOf(progress), [left, waiting], what);
  }
});

test("scan progress: a slot that was leaving is done by a later pass over where it goes", () => {
  const rows: [what: string, before: Changes, after: Changes, unsure: string[], left: number[], waiting: object][] = [
    ["it has arrived before", { slots: [1] }, { slots: [1] }, [], [], {}],
    ["it arrived meanwhile", {}, { slots: [1] }, [], [], {}],
    ["it is still on its way", {}, {}, ["s:1"], [1], { 1: "T" }],
    ["the node restarted", {}, { slots: [1], run: "second" }, [], [1], { 1: "T" }],
    ["the node took something over", {}, { slots: [1], epoch: 2 }, [], [1], { 1: "T" }],
    ["the node is a replica", { primary: false }, { primary: false }, [], [1], { 1: "T" }],
    ["it is another node", { id: "U" }, { id: "U" }, [], [1], { 1: "T" }],
    ["it leaves that again", {}, { slots: [1], leaving: { 1: "U" } }, [], [1], { 1: "U" }],
  ];
  for (const [what, before, after, unsure, left, waiting] of rows) {
    const progress = waitingForT();
    const pass = progress.begin("t:1", view({ id: "T", slots: [], ...before }));
    assert.deepEqual([...progress.end(pass, view({ id: "T", slots: [], ...after })).unsure], unsure, what);
    assert.deepEqual(stateOf(progress), [left, waiting], what);
  }
});

test("scan progress: a slot that waits is confirmed by the node it leaves, or starts anew", () => {
  const leaving = { 1: "T" };
  const rows: [what: string, now: Changes | undefined, kept: boolean][] = [
    ["it still leaves", { leaving }, true],
    ["the node restarted", { leaving, run: "second" }, true],
    ["the node does not answer", undefined, false],
    ["it does not leave any more", {}, false],
    ["it leaves to another node", { leaving: { 1: "U" } }, false],
    ["it has left", { slots: [2] }, false],
    ["the node took something over", { leaving, epoch: 2 }, false],
    ["the node is a replica", { leaving, primary: false }, false],
  ];
  for (const [what, changes, kept] of rows) {
    const now = changes && view(changes);
    const before = waitingForT();
    before.confirm("s:1", now);
    assert.deepEqual(stateOf(before), [[1], kept ? leaving : {}], `${what}, before a pass`);
    const after = waitingForT();
    const pass = after.begin("t:1", view({ id: "T", slots: [] }));
    after.end(pass, view({ id: "T", slots: [] }));
    after.confirm("s:1", now, pass.awaited);
    assert.deepEqual(stateOf(after), [kept ? [] : [1], {}], `${what}, after a pass`);
  }
});

test("scan progress: what one node says does not concern slots that wait for another", () => {
  const progress = waitingForT();
  progress.confirm("u:1", undefined);
  assert.deepEqual(stateOf(progress), [[1], { 1: "T" }]);
});

test("scan progress: a pass that began before a slot waited does not complete it", () => {
  const progress = new ScanProgress(setOf([1, 2]));
  const early = progress.begin("t:1", view({ id: "T", slots: [2] }));
  const source = progress.begin("s:1", view({ slots: [1], leaving: { 1: "T" } }));
  progress.end(source, view({ slots: [1], leaving: { 1: "T" } }));
  assert.deepEqual(progress.end(early, view({ id: "T", slots: [1, 2] })), { changed: false, unsure: new Set() });
  assert.deepEqual(stateOf(progress), [[1], { 1: "T" }]);
});

test("scan progress: a pass does not complete a slot that came to wait for another node meanwhile", () => {
  const progress = new ScanProgress(setOf([1]));
  const pass = progress.begin("s:1", view());
  const other = progress.begin("r:1", view({ id: "R", leaving: { 1: "T" } }));
  progress.end(other, view({ id: "R", leaving: { 1: "T" } }));
  progress.end(pass, view());
  assert.deepEqual(stateOf(progress), [[1], { 1: "T" }]);
});

test("scan progress: a slot that another pass has completed does not come to wait", () => {
  const progress = new ScanProgress(setOf([1]));
  const [first, second] = [progress.begin("s:1", view()), progress.begin("s:1", view())];
  progress.end(first, view());
  progress.end(second, view({ leaving: { 1: "T" } }));
  assert.deepEqual(stateOf(progress), [[], {}]);
});

test("scan progress: a pass gives keys only of slots that it may complete", () => {
  const rows: [what: string, progress: ScanProgress, before: Changes, slots: number[]][] = [
    ["all that are left", new ScanProgress(setOf([1, 2])), { slots: [1, 2, 3] }, [1, 2]],
    ["not what is done, nor what waits for another", waitingForT(), {}, []],
    ["what waits for this one", waitingForT(), { id: "T", slots: [2, 3] }, [1]],
    ["nothing on a replica", waitingForT(), { id: "T", slots: [], primary: false }, []],
  ];
  for (const [what, progress, before, slots] of rows) {
    assert.deepEqual([...progress.begin("x:1", view(before)).slots], slots, what);
  }
});

test("scan progress: a node's view is read from what it says of itself, and of who its slots go to", async () => {
  const lines = [
    "S 10.0.0.1:7000@17000 myself,master - 0 0 5 connected 0-2 7 [1->-T] [2->-R] [7->-gone] [9-<-T]",
    "T 10.0.0.2:7000@17000,host master - 0 0 6 connected 8",
    "R 10.0.0.3:7000@17000 slave P 0 0 7 connected",
    "P ::1:7001@17001 master - 0 0 7 connected",
  ];
  const replies: Record<string, string> = {
    "CLUSTER NODES": lines.join("\n"),
    "INFO server": "# Server\r\nredis_version:7.0.15\r\nrun_id:first\r\n",
  };
  const send = <Reply>({ words, reader }: Command<Reply>) =>
    Promise.resolve(reader.read(replies[words.join(" ")]!, PLAIN));
  const { slots, leaving, ...rest } = await viewOf(send);
  assert.deepEqual(rest, { id: "S", run: "first", primary: true, epoch: 5 });
  assert.deepEqual([...slots], [0, 1, 2, 7]);
  assert.deepEqual(Object.fromEntries(leaving), {
    1: { id: "T", host: "10.0.0.2", port: 7000 },
    2: { id: "P", host: "::1", port: 7001 },
    7: { id: "gone", host: "", port: 0 },
  });
  replies["CLUSTER NODES"] = lines[1]!;
  assert.equal((await viewOf(send)).primary, false);
});

test("scan progress: slots come back as the ranges they were put in as, joined where they touch", () => {
  const set = new SlotSet([{ start: 0, end: 2 }, { start: 3, end: 3 }, { start: 16_383, end: 16_383 }]);
  assert.deepEqual(set.ranges(), [{ start: 0, end: 3 }, { start: 16_383, end: 16_383 }]);
  set.add(3);
  set.delete(1);
  set.delete(1);
  assert.deepEqual([[...set], set.size], [[0, 2, 3, 16_383], 4]);
});
