/** Who to log in as: asked at every connect, or followed as it changes, over every connection there is. */
import assert from "node:assert/strict";
import { type Client, ConnectionError, type Credentials, ReplyError, TimeoutError } from "../../mod.ts";
import * as own from "../../src/commands/own_connection.ts";
import { connected, created, failureOf, freshKey } from "../server/opened.ts";
import { type Context, test } from "../support/harness.ts";
import type { Server } from "../support/server.ts";
import { blocked, client, gone, next, plainWay, serversOfEachKind, until, type Way, ways } from "./scene.ts";

const serverOf = serversOfEachKind();
const plain = () => serverOf(plainWay.kind);

const FAST = { baseMs: 1, capMs: 5 };

/** Credentials that a test hands out one by one. */
class Stream implements AsyncIterable<Credentials> {
  #waiting: { resolve: (result: IteratorResult<Credentials>) => void; reject: (error: unknown) => void }[] = [];
  #given: Credentials[] = [];
  /** Whether nobody wants any more. */
  returned = false;

  constructor(...given: Credentials[]) {
    this.#given = given;
  }

  [Symbol.asyncIterator](): AsyncIterator<Credentials> {
    return {
      next: () =>
        new Promise((resolve, reject) => {
          const value = this.#given.shift();
          if (value !== undefined) resolve({ done: false, value });
          else this.#waiting.push({ resolve, reject });
        }),
      return: () => {
        this.returned = true;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  give(value: Credentials): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#given.push(value);
    else waiting.resolve({ done: false, value });
  }

  fail(error: unknown): void {
    this.#waiting.shift()!.reject(error);
  }

  end(): void {
    this.#waiting.shift()!.resolve({ done: true, value: undefined });
  }
}

let users = 0;

/** A user that is this test's own, whose password can be changed. */
async function newUser(t: Context, server: Server): Promise<{ admin: Client; name: string }> {
  const admin = await client(t, server);
  const name = `user-${++users}`;
  await admin.aclSetuser(name, "on", ">first", "+@all", "~*", "&*");
  return { admin, name };
}

/** The ids of the connections that are logged in as a user. */
async function idsOf(admin: Client, name: string): Promise<number[]> {
  return (await admin.clientList()).filter(({ user }) => user === name).map(({ id }) => Number(id));
}

for (const { kind, protocol, name: wayName } of ways) {
  test(`credentials: a function is asked at every connect, so that a changed password is known (${wayName})`, async (t) => {
    const { admin, name } = await newUser(t, serverOf(kind));
    let password = "first";
    let asked = 0;
    const credentials = async (): Promise<Credentials> => {
      asked++;
      await Promise.resolve();
      return { username: name, password };
    };
    const redis = await client(t, serverOf(kind), { protocol, credentials, reconnect: FAST });
    assert.deepEqual([await redis.aclWhoami(), asked], [name, 1]);
    await admin.aclSetuser(name, "resetpass", ">second");
    password = "second";
    const lease = await redis.lease();
    assert.deepEqual([await lease.aclWhoami(), asked], [name, 2]);
    await lease.release();
    const back = next(redis, "reconnect");
    await admin.clientKill({ id: await redis.clientId() });
    await back;
    assert.deepEqual([await redis.aclWhoami(), asked], [name, 3]);
  });

  test(`credentials: a new value of a stream logs in every live connection (${wayName})`, async (t) => {
    const way: Way = { kind, protocol, name: wayName };
    const { admin, name: before } = await newUser(t, serverOf(way.kind));
    const { name: after } = await newUser(t, serverOf(way.kind));
    const stream = new Stream({ username: before, password: "first" });
    const redis = await client(t, serverOf(way.kind), { protocol, credentials: stream, connections: 2 });
    const [lease, other, idle] = await Promise.all([redis.lease(), redis.lease(), redis.lease()]);
    await idle.release();
    assert.equal((await idsOf(admin, before)).length, 5);
    stream.give({ username: after, password: "first" });
    await until(async () => (await idsOf(admin, after)).length === 5);
    assert.deepEqual(await idsOf(admin, before), []);
    assert.deepEqual([await redis.aclWhoami(), await lease.aclWhoami()], [after, after]);
    await Promise.all([lease.release(), other.release()]);
    assert.deepEqual([redis.poolStats().created, redis.poolStats().idle], [3, 3]);
    // The old ones may end now: what is made from now on knows the new ones.
    await admin.aclDeluser(before);
    const fourth = await Promise.all(Array.from({ length: 4 }, () => redis.lease()));
    assert.equal(await fourth[3].aclWhoami(), after);
    await Promise.all(fourth.map((each) => each.release()));
  });
}

test("credentials: a function that throws is the cause of the failure, and is asked again", async (t) => {
  const { name } = await newUser(t, plain());
  // A refused fetch() is a TypeError.
  for (const thrown of [new Error("no token"), new TypeError("fetch failed")]) {
    let asked = 0;
    const credentials = (): Credentials => {
      if (++asked <= 2) throw thrown;
      return { username: name, password: "first" };
    };
    const error = await failureOf(connected(t, { url: plain().url, credentials }));
    assert.ok(error instanceof ConnectionError && (error.cause as Error).cause === thrown);
    assert.equal(asked, 1);
    const redis = created(t, { url: plain().url, credentials, reconnect: FAST });
    const told = next(redis, "error");
    assert.equal(await redis.aclWhoami(), name, String(thrown));
    assert.equal(asked, 3);
    assert.equal(((await told).error.cause as Error).cause, thrown);
  }
});

test("credentials: a function that throws after a loss is asked until it gives some, and calls wait", async (t) => {
  const { admin, name } = await newUser(t, plain());
  let fails = 0;
  const credentials = (): Promise<Credentials> =>
    fails-- > 0 ? Promise.reject(new Error("no token")) : Promise.resolve({ username: name, password: "first" });
  const redis = await client(t, plain(), { credentials, reconnect: FAST });
  let errors = 0;
  redis.on("error", () => void errors++);
  fails = 3;
  const lost = next(redis, "disconnect");
  await admin.clientKill({ id: await redis.clientId() });
  await lost;
  assert.equal(await redis.aclWhoami(), name);
  assert.equal(errors, 3);
});

test("credentials: what is none is told so, and no value of it is repeated", async (t) => {
  const wrong: unknown[] = [
    undefined,
    null,
    {},
    { password: 5 },
    { username: 1, password: "hidden-word" },
    "hidden-word",
  ];
  for (const value of wrong) {
    const credentials = (): Credentials => value as Credentials;
    const error = await failureOf(connected(t, { url: plain().url, credentials }));
    assert.match(
      error.message,
      /^Cannot connect to .+: Cannot log in: credentials are to be an object with a password/,
    );
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /hidden-word/);
  }
});

test("credentials: a password that the server refuses fails the calls that wait at once", async (t) => {
  const { name } = await newUser(t, plain());
  const credentials = () => ({ username: name, password: "wrong-word" });
  const redis = created(t, { url: plain().url, credentials });
  const start = performance.now();
  const calls = [redis.ping(), redis.lease(), redis.blpop("k", 0)].map(failureOf);
  for (const error of await Promise.all(calls)) {
    const reply = error instanceof TimeoutError ? (error.cause as Error).cause : error.cause;
    assert.ok(reply instanceof ReplyError && reply.code === "WRONGPASS");
    assert.doesNotMatch(String(error), /wrong-word/);
  }
  const took = performance.now() - start;
  assert.ok(took < 2_000, `it took ${took} ms`);
});

test("credentials: a lease in the midst of MULTI is not disturbed, and not lent again", async (t) => {
  const { admin, name: before } = await newUser(t, plain());
  const { name: after } = await newUser(t, plain());
  const stream = new Stream({ username: before, password: "first" });
  const redis = await client(t, plain(), { credentials: stream });
  const key = freshKey();
  const lease = await redis.lease();
  const id = await lease.clientId();
  await lease.send(own.multi());
  await lease.call("INCR", key);
  const popped = redis.blpop(freshKey(), 0).catch((error) => error);
  const [blockedId] = await blocked(admin, 1);
  stream.give({ username: after, password: "first" });
  await until(async () => (await idsOf(admin, after)).length === 1);
  assert.deepEqual((await idsOf(admin, before)).sort(), [id, blockedId].sort());
  assert.deepEqual(await lease.send(own.exec()), [1]);
  await lease.release();
  await admin.clientUnblock(blockedId);
  assert.equal(await popped, null);
  await Promise.all([gone(admin, id), gone(admin, blockedId)]);
  const again = await redis.lease();
  assert.equal(await again.aclWhoami(), after);
  await again.release();
});

test("credentials: what monitors hear is not mixed with a login", async (t) => {
  const { admin, name } = await newUser(t, plain());
  const stream = new Stream({ username: name, password: "first" });
  const redis = await client(t, plain(), { credentials: stream });
  const monitor = await redis.monitor();
  await admin.aclSetuser(name, ">second");
  const told = failureOf(next(redis, "error").then(({ error }) => Promise.reject(error)));
  stream.give({ username: name, password: "second" });
  const lines: string[] = [];
  for (let count = 0; count < 20; count++) await redis.echo(`line-${count}`);
  for await (const line of monitor) {
    lines.push(line);
    if (line.includes('"line-19"')) break;
  }
  await monitor.close();
  assert.ok(lines.every((line) => /^\d+\.\d+ \[/.test(line)), JSON.stringify(lines));
  assert.equal(lines.filter((line) => line.includes('"line-')).length, 20);
  stream.fail(new Error("for the end of the test"));
  assert.equal((await told).message, "for the end of the test");
});

test("credentials: a stream that fails or ends leaves its last value, with which calls and new connections go on", async (t) => {
  const { admin, name } = await newUser(t, plain());
  for (const end of ["fail", "end"] as const) {
    const stream = new Stream({ username: name, password: "first" });
    const redis = await client(t, plain(), { credentials: stream, reconnect: FAST });
    const errors: Error[] = [];
    redis.on("error", ({ error }) => errors.push(error));
    const thrown = new Error("the source is gone");
    if (end === "fail") stream.fail(thrown);
    else stream.end();
    assert.equal(await redis.aclWhoami(), name);
    const back = next(redis, "reconnect");
    await admin.clientKill({ id: await redis.clientId() });
    await back;
    const lease = await redis.lease();
    assert.deepEqual([await redis.aclWhoami(), await lease.aclWhoami()], [name, name]);
    await lease.release();
    assert.deepEqual(errors, end === "fail" ? [thrown] : []);
  }
});

test("credentials: new ones that the server refuses are an error event, who has a connection keeps it as it is", async (t) => {
  const { admin, name } = await newUser(t, plain());
  const stream = new Stream({ username: name, password: "first" });
  const redis = await client(t, plain(), { credentials: stream });
  const [lease, idle] = await Promise.all([redis.lease(), redis.lease()]);
  await idle.release();
  const told = next(redis, "error");
  stream.give({ username: name, password: "wrong-word" });
  const { error } = await told;
  assert.ok(error instanceof ReplyError && error.code === "WRONGPASS");
  assert.doesNotMatch(String(error), /wrong-word/);
  assert.deepEqual([await redis.aclWhoami(), await lease.aclWhoami()], [name, name]);
  // What new ones cannot be had for is lent no more.
  await until(() => redis.poolStats().closed === 1);
  await lease.release();
  assert.deepEqual([redis.poolStats().closed, redis.poolStats().total], [2, 0]);
  // Right ones that come then are taken.
  await admin.aclSetuser(name, ">second");
  stream.give({ username: name, password: "second" });
  await until(async () => {
    const again = await redis.lease().catch(() => undefined);
    await again?.release();
    return again !== undefined;
  });
});

test("credentials: the end of the client ends the stream", async (t) => {
  const { name } = await newUser(t, plain());
  for (const end of ["close", "destroy"] as const) {
    const stream = new Stream({ username: name, password: "first" });
    const redis = await client(t, plain(), { credentials: stream });
    assert.equal(stream.returned, false);
    await redis[end]();
    assert.equal(stream.returned, true);
  }
});

test("credentials: a stream that ends before it gave any is the cause of the failure", async (t) => {
  // deno-lint-ignore require-yield
  async function* nothing(): AsyncGenerator<Credentials> {
    await Promise.resolve();
  }
  const error = await failureOf(connected(t, { url: plain().url, credentials: nothing() }));
  assert.match(error.message, /the stream of credentials ended before it gave any/);
});
