/** Every type that a real server can send, by `DEBUG PROTOCOL`, under RESP3 and RESP2. */
import assert from "node:assert/strict";
import type { Value } from "../../mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, failureOf } from "./opened.ts";

const BIG = "1234567999999999999999999999999999999";
const AFTER_ATTRIBUTE = "Some real reply following the attribute";
const AFTER_PUSH = "Some real reply following the push reply";

/** What it asks for, what that is under RESP3, and what it is under RESP2: a RegExp is that of an error. */
const rows: readonly (readonly [type: string, resp3: Value, resp2: Value | RegExp])[] = [
  ["string", "Hello World", "Hello World"],
  ["integer", 12345, 12345],
  ["double", 3.141, "3.141"],
  ["null", null, null],
  ["array", [0, 1, 2], [0, 1, 2]],
  ["set", new Set([0, 1, 2]), [0, 1, 2]],
  ["map", new Map([[0, false], [1, true], [2, false]]), [0, 0, 1, 1, 2, 0]],
  ["attrib", AFTER_ATTRIBUTE, AFTER_ATTRIBUTE],
  ["push", AFTER_PUSH, /^ERR RESP2 is not supported by this command/],
  ["verbatim", "This is a verbatim\nstring", "This is a verbatim\nstring"],
  ["true", true, 1],
  ["false", false, 0],
  ["bignum", BigInt(BIG), BIG],
];

const servers = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of serverKinds) {
    servers.set(kind, await startServer({ kind, args: ["--enable-debug-command", "yes"] }));
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

for (const kind of serverKinds) {
  for (const protocol of [3, 2] as const) {
    for (const [type, resp3, resp2] of rows) {
      const wanted = protocol === 3 ? resp3 : resp2;
      test(`protocol ${protocol} of ${kind}: ${type} is understood, and the next call gets its own reply`, async (t) => {
        const pushes: Value[][] = [];
        const onPush = (push: Value[]): void => void pushes.push(push);
        const redis = await connected(t, { url: servers.get(kind)!.url, protocol, onPush });
        const asked = redis.call("DEBUG", "PROTOCOL", type);
        const next = redis.echo(type);
        if (wanted instanceof RegExp) assert.match((await failureOf(asked)).message, wanted);
        else assert.deepEqual(await asked, wanted);
        assert.equal(await next, type);
        assert.equal(await redis.echo("last"), "last");
        assert.deepEqual(pushes, type === "push" && protocol === 3 ? [["server-cpu-usage", 42]] : []);
      });
    }

    test(`protocol ${protocol} of ${kind}: views change strings and integers at any depth`, async (t) => {
      const redis = await connected(t, { url: servers.get(kind)!.url, protocol });
      const text = new TextEncoder();
      assert.deepEqual(await redis.bytes.call("DEBUG", "PROTOCOL", "string"), text.encode("Hello World"));
      assert.deepEqual(
        await redis.bytes.call("DEBUG", "PROTOCOL", "verbatim"),
        text.encode("This is a verbatim\nstring"),
      );
      assert.deepEqual(await redis.bytes.call("DEBUG", "PROTOCOL", "attrib"), text.encode(AFTER_ATTRIBUTE));
      assert.deepEqual(await redis.bigints.call("DEBUG", "PROTOCOL", "array"), [0n, 1n, 2n]);
      const map = protocol === 3 ? new Map([[0n, false], [1n, true], [2n, false]]) : [0n, 0n, 1n, 1n, 2n, 0n];
      assert.deepEqual(await redis.bigints.call("DEBUG", "PROTOCOL", "map"), map);
      assert.deepEqual(await redis.bytes.bigints.call("DEBUG", "PROTOCOL", "integer"), 12345n);
    });

    test(`protocol ${protocol} of ${kind}: all types in one pipeline keep their places`, async (t) => {
      const redis = await connected(t, { url: servers.get(kind)!.url, protocol });
      const pipeline = redis.pipeline();
      for (const [type] of rows) pipeline.call("DEBUG", "PROTOCOL", type);
      const replies = await pipeline.exec();
      for (const [index, [, resp3, resp2]] of rows.entries()) {
        const wanted = protocol === 3 ? resp3 : resp2;
        if (wanted instanceof RegExp) assert.match((replies[index] as Error).message, wanted);
        else assert.deepEqual(replies[index], wanted);
      }
    });
  }
}
