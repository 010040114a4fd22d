/** monitor(): what a server executes, line by line, over a connection of its own. */
import assert from "node:assert/strict";
import { type Client, ConnectionError, type LeasedClient } from "../../mod.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { test } from "../support/harness.ts";
import { client, gone, plainWay, serversOfEachKind, until, ways } from "./scene.ts";

const serverOf = serversOfEachKind();
const plain = () => serverOf(plainWay.kind);

for (const { kind, protocol, name } of ways) {
  test(`monitor: it gives the commands of others, with their database and words (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol, database: 1 });
    const other = await client(t, serverOf(kind), { protocol, database: 3 });
    const key = freshKey();
    const monitor = await redis.monitor();
    await other.set(key, 'say "hi"\n');
    await other.set("last", "word");
    const lines: string[] = [];
    for await (const line of monitor) {
      lines.push(line);
      if (line.includes('"last"')) break;
    }
    const ofOther = lines.filter((line) => line.includes(" [3 127.0.0.1:"));
    assert.match(ofOther[0], /^\d+\.\d{6} \[3 127\.0\.0\.1:\d+\] "SET" "key:\d+" "say \\"hi\\"\\n"$/i);
    assert.ok(lines.every((line) => /^\d+\.\d+ \[/.test(line)), JSON.stringify(lines));
    await monitor.close();
  });

  test(`monitor: when its connection is killed the loop ends with that error (${name})`, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol });
    const monitor = await redis.monitor();
    const list = await redis.clientList();
    const id = Number(list.find(({ flags }) => flags.includes("O"))?.id);
    const lines: string[] = [];
    const loop = failureOf((async () => {
      for await (const line of monitor) lines.push(line);
    })());
    await redis.echo("before");
    assert.equal(await redis.clientKill({ id }), 1);
    const error = await loop;
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.name, "ConnectionError");
    assert.match(error.message, /^Lost the connection to /);
    assert.ok(lines.some((line) => line.includes('"before"')));
    await monitor.close();
    assert.equal(redis.poolStats().leased, 0);
    assert.equal(await redis.ping(), "PONG");
  });
}

test("monitor: ordinary calls of its client go on, and are among the lines", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  const monitor = await redis.monitor();
  const counts = await Promise.all(Array.from({ length: 500 }, () => redis.incr(key)));
  assert.deepEqual(counts, Array.from({ length: 500 }, (_, index) => index + 1));
  let seen = 0;
  for await (const line of monitor) if (line.includes(`"${key}"`) && ++seen === 500) break;
  await monitor.close();
});

test("monitor: what nobody reads is kept up to maxBuffered, then the oldest is dropped and counted", async (t) => {
  const redis = await client(t, plain());
  const monitor = await redis.monitor({ maxBuffered: 5 });
  assert.equal(monitor.dropped, 0);
  for (let count = 1; count <= 20; count++) await redis.echo(`line ${count}`);
  await until(() => monitor.dropped === 15);
  await monitor.close();
  const lines: string[] = [];
  for await (const line of monitor) lines.push(/line \d+/.exec(line)![0]);
  assert.deepEqual(lines, ["line 16", "line 17", "line 18", "line 19", "line 20"]);
});

test("monitor: close() ends every loop over it, and the connection", async (t) => {
  const redis = await client(t, plain());
  const monitor = await redis.monitor();
  const list = await redis.clientList();
  const id = Number(list.find(({ flags }) => flags.includes("O"))?.id);
  const read = async (): Promise<string> => {
    for await (const _line of monitor) { /* nobody says anything */ }
    return "over";
  };
  const loops = [read(), read()];
  await Promise.all([monitor.close(), monitor[Symbol.asyncDispose]()]);
  assert.deepEqual(await Promise.all(loops), ["over", "over"]);
  await gone(redis, id);
  assert.equal(redis.poolStats().total, 0);
  await monitor.close();
});

test("monitor: a loop that is left does not end it", async (t) => {
  const redis = await client(t, plain());
  const monitor = await redis.monitor();
  for (const word of ["one", "two"]) {
    await redis.echo(word);
    for await (const line of monitor) {
      assert.match(line, new RegExp(`"${word}"`));
      break;
    }
  }
  await monitor.close();
});

test("monitor: destroy() of its client ends the loop", async (t) => {
  const redis = await client(t, plain());
  const monitor = await redis.monitor();
  const loop = failureOf((async () => {
    for await (const _line of monitor) { /* nobody says anything */ }
  })());
  redis.destroy();
  assert.equal((await loop).name, "ClosedError");
});

test("monitor: it is no lease that somebody forgot", async (t) => {
  const redis = await client(t, plain(), { pool: { leakAfterMs: 20 } });
  const stacks: (string | undefined)[] = [];
  redis.on("warning", ({ stack }) => stacks.push(stack));
  const monitor = await redis.monitor();
  const lease = await forgetfulBorrower(redis);
  await until(() => stacks.some((stack) => stack?.includes("forgetfulBorrower")));
  assert.equal(stacks.length, 1);
  await lease.release();
  await monitor.close();
});

/** Is named in the report. */
async function forgetfulBorrower(redis: Client): Promise<LeasedClient> {
  return await redis.lease();
}

test("monitor: a server that refuses it lends its connection to nobody else", async (t) => {
  const admin = await client(t, plain());
  await admin.aclSetuser("deaf", "on", ">secret", "+@all", "-monitor", "~*");
  const redis = await client(t, plain(), { username: "deaf", password: "secret" });
  const error = await failureOf(redis.monitor());
  assert.match(error.message, /^NOPERM /);
  assert.equal(redis.poolStats().leased, 0);
});
