/** Pushes: they arrive at `onPush` and shift nobody's reply. */
import assert from "node:assert/strict";
import { connect, type Value } from "../../mod.ts";
import { echo } from "../../src/commands/mod.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerKind, serverKinds, startServer } from "../support/server.ts";
import { connected, freshKey } from "./opened.ts";
import { startScripted } from "./peers.ts";

const servers = new Map<ServerKind, Server>();

beforeAll(async () => {
  for (const kind of serverKinds) servers.set(kind, await startServer({ kind }));
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

/** Collects pushes, and tells when there are so many. */
function collector(): { pushes: Value[][]; onPush: (push: Value[]) => void; count: (wanted: number) => Promise<void> } {
  const pushes: Value[][] = [];
  let check: () => void = () => {};
  return {
    pushes,
    onPush(push) {
      pushes.push(push);
      check();
    },
    count: (wanted) =>
      new Promise((done) => {
        check = () => void (pushes.length >= wanted && done());
        check();
      }),
  };
}

for (const kind of serverKinds) {
  test(`${kind}: the invalidation of a tracked key is a push`, async (t) => {
    const { url } = servers.get(kind)!;
    const { pushes, onPush, count } = collector();
    const redis = await connected(t, { url, onPush });
    const other = await connected(t, url);
    const key = freshKey();
    assert.equal(await redis.call("CLIENT", "TRACKING", "ON"), "OK");
    assert.equal(await redis.get(key), null);
    await other.set(key, "v");
    await count(1);
    assert.deepEqual(pushes, [["invalidate", [key]]]);
    assert.equal(await redis.get(key), "v");
  });

  test(`${kind}: hundreds of pushes among calls shift no reply`, async (t) => {
    const { url } = servers.get(kind)!;
    const { pushes, onPush, count } = collector();
    const redis = await connected(t, { url, onPush });
    const other = await connected(t, url);
    const prefix = freshKey();
    await redis.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", prefix);
    const keys = Array.from({ length: 500 }, (_, index) => `${prefix}:${index}`);
    const replies = await Promise.all(keys.flatMap((key) => [
      redis.echo(key),
      other.set(key, key),
      redis.pipeline([echo(key), echo(`${key}!`)]),
      redis.set(key, "mine"),
    ]));
    for (const [index, key] of keys.entries()) {
      assert.deepEqual(replies.slice(4 * index, 4 * index + 4), [key, "OK", [key, `${key}!`], "OK"]);
    }
    const named = (): Set<Value> => new Set(pushes.flatMap(([, names]) => names as Value[]));
    for (let wanted = 1; named().size < keys.length; wanted = pushes.length + 1) await count(wanted);
    assert.deepEqual([...named()].sort(), [...keys].sort());
    assert.ok(pushes.every(([type]) => type === "invalidate"));
  });

  test(`${kind}: what onPush throws harms nobody`, async (t) => {
    const { url } = servers.get(kind)!;
    const { onPush, count } = collector();
    let told = 0;
    const redis = await connected(t, {
      url,
      onPush(push) {
        onPush(push);
        const planted = new Error("planted");
        if (++told % 2 === 0) throw planted;
        return Promise.reject(planted);
      },
    });
    const other = await connected(t, url);
    const key = freshKey();
    await redis.call("CLIENT", "TRACKING", "ON");
    const id = await redis.clientId();
    for (let round = 1; round <= 3; round++) {
      await redis.get(key);
      await other.incr(key);
      await count(round);
      assert.equal(await redis.echo(round), String(round));
    }
    assert.equal(await redis.clientId(), id);
  });

  test(`${kind}: without onPush pushes are dropped`, async (t) => {
    const { url } = servers.get(kind)!;
    const redis = await connected(t, url);
    const other = await connected(t, url);
    const key = freshKey();
    await redis.call("CLIENT", "TRACKING", "ON");
    await redis.get(key);
    await other.set(key, "v");
    assert.deepEqual(await Promise.all([redis.get(key), redis.echo("e")]), ["v", "e"]);
  });
}

test("FLUSHALL is told as an invalidation of null", async (t) => {
  const server = await startServer({ kind: "valkey9" });
  t.defer(() => server.stop());
  const { pushes, onPush, count } = collector();
  const redis = await connected(t, { url: server.url, onPush });
  await redis.call("CLIENT", "TRACKING", "ON");
  await redis.get(freshKey());
  await (await connected(t, server.url)).flushall();
  await count(1);
  assert.deepEqual(pushes, [["invalidate", null]]);
});

const PUSH = ">2\r\n+note\r\n:7\r\n";

/** Places in the answer to one call, where each ^ stands for a push. */
const places = [
  "^+a\r\n",
  "+a\r\n^",
  "^^^+a\r\n^^",
  "^$1\r\na\r\n",
  "^|1\r\n+k\r\n+v\r\n+a\r\n",
];

for (const place of places) {
  test(`a push at ^ in ${JSON.stringify(place)} is no reply`, async (t) => {
    const text = place.replaceAll("^", PUSH);
    let calls = 0;
    const server = await startScripted(t, ([name]) => name === "ECHO" ? calls++ === 0 ? text : "+b\r\n" : undefined);
    const { pushes, onPush, count } = collector();
    const redis = await connected(t, { url: server.url, onPush });
    assert.deepEqual(await Promise.all([redis.echo("a"), redis.echo("b")]), ["a", "b"]);
    const expected = place.split("^").length - 1;
    await count(expected);
    assert.deepEqual(pushes, new Array(expected).fill(["note", 7]));
  });
}

test("pushes during the handshake are pushes", async (t) => {
  const server = await startScripted(t, ([name, text]) => {
    if (name === "HELLO") return `${PUSH}%1\r\n+proto\r\n:3\r\n${PUSH}`;
    return name === "ECHO" ? `+${text}\r\n` : undefined;
  });
  const { pushes, onPush } = collector();
  const redis = await connect({ url: server.url, onPush });
  t.defer(() => redis.close());
  assert.equal(await redis.echo("a"), "a");
  assert.deepEqual(pushes, [["note", 7], ["note", 7]]);
});
