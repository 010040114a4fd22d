/** The scan of one server's keys: what of a cluster's options it takes. */
import assert from "node:assert/strict";
import { type ScanIteratorOptions, scanKeys, type Send } from "../../src/client/scan_iterators.ts";
import type { Command } from "../../src/commands/command.ts";
import { test } from "../support/harness.ts";

/** Has two pages of keys, and notes what was asked for. */
function pages(): { send: Send; asked: string[] } {
  const asked: string[] = [];
  const send = (command: Command<unknown>): Promise<unknown> => {
    asked.push(command.words.join(" "));
    const isFirst = command.words[1] === "0";
    return Promise.resolve(isFirst ? { cursor: "7", keys: ["a"] } : { cursor: "0", keys: ["b"] });
  };
  return { send: send as Send, asked };
}

async function scanned(send: Send, options?: ScanIteratorOptions): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of scanKeys(send, options)) keys.push(key);
  return keys;
}

test("scanKeys: one server is scanned from beginning to end, whatever parallel says", async () => {
  const rows: [options: ScanIteratorOptions | undefined, words: string][] = [
    [undefined, ""],
    [{ parallel: undefined, node: undefined }, ""],
    [{ parallel: 1 }, ""],
    [{ parallel: 8, match: "a*" }, " MATCH a*"],
  ];
  for (const [options, words] of rows) {
    const { send, asked } = pages();
    assert.deepEqual(await scanned(send, options), ["a", "b"]);
    assert.deepEqual(asked, [`SCAN 0${words}`, `SCAN 7${words}`]);
  }
});

test("scanKeys: what is wrong is a TypeError at the first step, and nothing is sent", async () => {
  const rows: [options: object, message: string][] = [
    [{ node: "127.0.0.1:7000" }, "node: the client is of one server, not of a cluster"],
    [{ parallel: 0 }, "parallel: it must be a whole number from 1"],
    [{ parallel: 1.5 }, "parallel: it must be a whole number from 1"],
    [{ parallel: "2" }, "parallel: it must be a whole number from 1"],
  ];
  for (const [options, message] of rows) {
    const { send, asked } = pages();
    await assert.rejects(scanned(send, options), { name: "TypeError", message: `Cannot use the option ${message}` });
    assert.deepEqual(asked, []);
  }
});
