/** What CLIENT sets of a connection holds on every shared one, and is said again when one is made anew. */
import assert from "node:assert/strict";
import { type Client, type ConnectOptions, ReplyError } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import { freshKey, watchedPlatform } from "../server/opened.ts";
import { type Context, test } from "../support/harness.ts";
import { client, next, plainWay, serversOfEachKind, until, type Way, ways } from "./scene.ts";

const serverOf = serversOfEachKind();

const FAST: ConnectOptions = { reconnect: { baseMs: 1, capMs: 5 } };

/** A client of a name that is its own, and one that looks at it. */
interface Pair {
  redis: Client;
  admin: Client;
  /** What CLIENT LIST says of its connections. */
  connections(): Promise<Record<string, string>[]>;
  /** Kills them all, and waits until they are back. */
  killAll(): Promise<void>;
}

let names = 0;

async function pair(t: Context, { kind, protocol }: Way, options: ConnectOptions = {}): Promise<Pair> {
  const clientName = `standing-${++names}`;
  const redis = await client(t, serverOf(kind), { ...FAST, protocol, clientName, ...options });
  const admin = await client(t, serverOf(kind));
  const mine = new Set<string>();
  const connections = async () => {
    const list = await admin.clientList();
    return list.filter(({ id, name }) => name === clientName || mine.has(id));
  };
  const killAll = async (): Promise<void> => {
    const ids = (await connections()).map(({ id }) => id);
    let back = 0;
    const off = redis.on("reconnect", () => void back++);
    for (const id of ids) await admin.clientKill({ id: Number(id) });
    await until(() => back === ids.length);
    off();
  };
  return { redis, admin, connections, killAll };
}

for (const way of ways) {
  test(`standing: name, database, user and protocol are as they were after a reconnect (${way.name})`, async (t) => {
    const boot = await client(t, serverOf(way.kind));
    await boot.aclSetuser("stander", "on", ">secret", "+@all", "~*");
    const login = { username: "stander", password: "secret", database: 4 };
    const { redis, connections, killAll } = await pair(t, way, login);
    const look = async () => {
      const [{ name, db, user, resp }] = await connections();
      return { name, db, user, resp };
    };
    const before = await look();
    assert.deepEqual([before.db, before.user, before.resp], ["4", "stander", String(way.protocol)]);
    await killAll();
    assert.deepEqual(await look(), before);
    assert.equal(await redis.aclWhoami(), "stander");
  });

  test(`standing: NO-EVICT and SETNAME hold on every connection, after a reconnect too (${way.name})`, async (t) => {
    const { redis, admin, connections, killAll } = await pair(t, way, { connections: 3 });
    await redis.clientNoEvict("on");
    for (const after of ["when it is said", "after the first reconnect", "after the second"]) {
      const flags = (await connections()).map((one) => one.flags);
      assert.deepEqual(flags.map((each) => each.includes("e")), [true, true, true], after);
      await killAll();
    }
    const name = freshKey();
    await redis.clientSetname(name);
    const named = async () => (await admin.clientList()).filter((one) => one.name === name).length;
    assert.equal(await named(), 3);
    let back = 0;
    redis.on("reconnect", () => void back++);
    for (const one of await admin.clientList()) if (one.name === name) await admin.clientKill({ id: Number(one.id) });
    await until(() => back === 3);
    assert.equal(await named(), 3);
  });

  test(`standing: what is turned off is forgotten (${way.name})`, async (t) => {
    const { redis, connections, killAll } = await pair(t, way);
    await redis.clientNoEvict("on");
    await redis.call("client", "no-evict", "OFF");
    await killAll();
    assert.deepEqual((await connections()).map(({ flags }) => flags.includes("e")), [false]);
  });
}

for (const way of ways.filter(({ protocol }) => protocol === 3)) {
  test(`standing: tracking goes on after a reconnect, and its pushes come again (${way.name})`, async (t) => {
    const pushes: string[] = [];
    const onPush = (push: unknown[]): void => void pushes.push(JSON.stringify(push));
    const { redis, admin, killAll } = await pair(t, way, { onPush });
    const prefix = `tracked-${way.kind}:`;
    await redis.clientTracking("on", { bcast: true, prefix });
    for (const round of ["first", "second", "third"]) {
      await admin.set(prefix + round, "v");
      await until(() => pushes.some((push) => push.includes(`"invalidate"`) && push.includes(prefix + round)));
      await killAll();
      const { flags, prefixes } = await redis.clientTrackinginfo();
      assert.deepEqual([flags.includes("bcast"), prefixes], [true, [prefix]]);
    }
    await redis.clientTracking("off");
    await killAll();
    assert.deepEqual((await redis.clientTrackinginfo()).flags, ["off"]);
  });
}

for (const way of ways.filter(({ kind, protocol }) => kind !== "redis7" && protocol === 3)) {
  test(`standing: NO-TOUCH and the library's name hold after a reconnect (${way.name})`, async (t) => {
    const { redis, connections, killAll } = await pair(t, way, { connections: 2 });
    await redis.clientNoTouch("on");
    await redis.clientSetinfo("lib-name", "framework");
    await killAll();
    for (const one of await connections()) {
      assert.ok(one.flags.includes("T"), one.flags);
      assert.equal(one["lib-name"] ?? one.libName, "framework");
    }
  });
}

test("standing: all that a connection is comes back in one write", async (t) => {
  const { platform, writes } = await watchedPlatform();
  const { redis, admin, killAll } = await pair(t, plainWay, { platform, database: 2, password: undefined });
  await redis.clientNoEvict("on");
  await redis.clientTracking("on");
  const before = writes.length;
  await killAll();
  assert.equal(writes.length, before + 1);
  assert.equal((await redis.clientInfo()).db, "2");
  assert.equal(await admin.ping(), "PONG");
});

test("standing: what is refused when it is said is refused to the caller, and not said again", async (t) => {
  const { redis, killAll } = await pair(t, plainWay);
  const errors: Error[] = [];
  redis.on("error", ({ error }) => errors.push(error));
  await assert.rejects(redis.clientTracking("on", { redirect: 999_999 }), { name: "ReplyError" });
  await killAll();
  assert.deepEqual(errors, []);
});

test("standing: what is refused after a reconnect is an error event, and the connection is used all the same", async (t) => {
  const { redis, admin, killAll } = await pair(t, plainWay);
  const target = await client(t, serverOf(plainWay.kind));
  await redis.clientTracking("on", { redirect: await target.clientId() });
  await target.close();
  const told = next(redis, "error");
  await killAll();
  const { error, role, node } = await told;
  assert.ok(error instanceof ReplyError);
  assert.match(error.message, /redirect/i);
  assert.deepEqual([role, node], ["shared", `127.0.0.1:${serverOf(plainWay.kind).port}`]);
  assert.equal(await redis.ping(), "PONG");
  assert.equal(await admin.ping(), "PONG");
});

test("standing: a later word takes the place of the one before, and leases have none of it", async (t) => {
  const { redis, killAll } = await pair(t, plainWay);
  await redis.clientTracking("on", { bcast: true, prefix: "one:" });
  await redis.clientTracking("off");
  await redis.clientTracking("on", { bcast: true, prefix: "two:" });
  await redis.clientNoEvict("on");
  await killAll();
  assert.deepEqual((await redis.clientTrackinginfo()).prefixes, ["two:"]);
  const lease = await redis.lease();
  assert.deepEqual((await lease.clientTrackinginfo()).flags, ["off"]);
  assert.equal((await lease.clientInfo()).flags.includes("e"), false);
  await lease.release();
});

test("standing: what is said in a pipeline or a transaction holds as well", async (t) => {
  const { redis, connections, killAll } = await pair(t, plainWay, { connections: 2 });
  await redis.pipeline().clientNoEvict("on").exec();
  const held = async () => (await connections()).map(({ flags }) => flags.includes("e"));
  assert.deepEqual(await held(), [true, true]);
  await killAll();
  assert.deepEqual(await held(), [true, true]);
  await redis.transaction([c.clientNoEvict("off")]);
  await killAll();
  assert.deepEqual(await held(), [false, false]);
});

test("standing: a connection that is not there yet when it is said has it when it is made", async (t) => {
  const { redis, admin, connections } = await pair(t, plainWay, { reconnect: { baseMs: 50, jitter: 0 } });
  const [{ id }] = await connections();
  const lost = next(redis, "disconnect");
  await admin.clientKill({ id: Number(id) });
  await lost;
  assert.equal(await redis.clientNoEvict("on"), "OK");
  assert.deepEqual((await connections()).map(({ flags }) => flags.includes("e")), [true]);
});
