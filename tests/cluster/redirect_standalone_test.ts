/** `followRedirects`: a client of a lone server that turns out to be a replica, or becomes one, goes on at its primary. */
import assert from "node:assert/strict";
import { type Client, connect, type ConnectOptions, createClient, type Message, ReplyError } from "../../mod.ts";
import { get, incr, mget, readonly, set } from "../../src/commands/mod.ts";
import { type Context, test } from "../support/harness.ts";
import { PlainClient } from "../support/plain_client.ts";
import { type Server, type ServerKind, startServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { Load } from "./load.ts";

const TIME = { timeoutMs: 60_000 };
const LIMIT_MS = 15_000;
const REDIRECTING = ["valkey8", "valkey9"] as const;
const ARGUMENTS = ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"];

/** A server, and what the test asks of it behind the client's back. */
class Node {
  readonly server: Server;
  readonly plain: PlainClient;

  private constructor(server: Server, plain: PlainClient) {
    this.server = server;
    this.plain = plain;
  }

  static async start(t: Context, kind: ServerKind): Promise<Node> {
    const server = await startServer({ kind, args: ARGUMENTS, unixSocket: true });
    t.defer(() => server.stop());
    const plain = await PlainClient.open(server);
    t.defer(() => plain.close());
    return new Node(server, plain);
  }

  async copy({ server: { host, port } }: Node): Promise<void> {
    await this.plain.command("REPLICAOF", host, port);
    await until(async () => {
      const text = await this.plain.command("INFO", "replication") as string;
      return text.includes("master_link_status:up") ? undefined : "the replica does not copy";
    }, LIMIT_MS);
  }

  async isPrimary(): Promise<boolean> {
    return (await this.plain.command("ROLE") as unknown[])[0] === "master";
  }

  /** Has its replica take its place; waits until both say so. */
  async failOver(replica: Node): Promise<void> {
    await until(async () => {
      const text = await this.plain.command("INFO", "replication") as string;
      return text.includes("state=online") ? undefined : "the replica is not there yet";
    }, LIMIT_MS);
    await this.plain.command("FAILOVER");
    await until(async () => {
      if (!await replica.isPrimary()) return "the replica has not taken over";
      const text = await this.plain.command("INFO", "replication") as string;
      return text.includes("master_link_status:up") ? undefined : "the primary does not copy";
    }, LIMIT_MS);
  }

  /** What it says of the clients' connections to it. */
  async connections(): Promise<string[]> {
    const list = await this.plain.command("CLIENT", "LIST", "TYPE", "NORMAL") as string;
    return list.split("\n").filter((line) => line.includes("lib-name=respwire"));
  }
}

function eventually(so: () => boolean, otherwise: string): Promise<void> {
  return until(() => Promise.resolve(so() ? undefined : otherwise), LIMIT_MS);
}

/** A primary with its replica. */
async function pair(t: Context, kind: ServerKind): Promise<{ primary: Node; replica: Node }> {
  const [primary, replica] = await Promise.all([Node.start(t, kind), Node.start(t, kind)]);
  await replica.copy(primary);
  return { primary, replica };
}

async function clientOf(t: Context, { server: { url } }: Node, options: ConnectOptions = {}): Promise<Client> {
  const redis = await connect({ url, followRedirects: true, ...options });
  t.defer(() => redis.destroy());
  return redis;
}

/** What a client may do first. */
const FIRST: readonly (readonly [what: string, run: (redis: Client) => Promise<unknown>, gives: unknown])[] = [
  ["a write", (redis) => redis.set("k", "v"), "OK"],
  ["a read", (redis) => redis.get("there"), "here"],
  ["keys of all slots", (redis) => redis.mget("there", "k"), ["here", null]],
  ["calls side by side", (redis) => Promise.all([redis.incr("n"), redis.incr("n"), redis.incr("n")]), [1, 2, 3]],
  ["a pipeline", (redis) => redis.pipeline([set("k", "v"), incr("n"), mget("there", "k")]), ["OK", 1, ["here", "v"]]],
  ["a transaction", (redis) => redis.transaction([set("k", "v"), incr("n"), get("k")]), ["OK", 1, "v"]],
  ["a blocking pop", (redis) => redis.blpop("list", 1), { key: "list", element: "a" }],
  [
    "a change of what is watched",
    (redis) =>
      redis.watch("there", async (lease) => {
        const value = await lease.get("there");
        return await lease.transaction().set("there", `${value}!`).exec();
      }),
    ["OK"],
  ],
  [
    "a transaction alone, of what is watched",
    (redis) => redis.watch("there", (lease) => lease.transaction().set("there", "new").exec()),
    ["OK"],
  ],
  ["a script that reads", (redis) => redis.evalRo("return redis.call('GET', KEYS[1])", { keys: ["there"] }), "here"],
];

for (const kind of REDIRECTING) {
  test(`a client of a replica has done at its primary what it does first (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    for (const [what, run, gives] of FIRST) {
      await primary.plain.command("FLUSHALL");
      await primary.plain.command("SET", "there", "here");
      await primary.plain.command("RPUSH", "list", "a");
      const redis = await clientOf(t, replica);
      assert.deepEqual(await run(redis), gives, what);
      await redis.set("last", what);
      assert.equal(await primary.plain.command("GET", "last"), what);
      await until(async () => {
        const { length } = await replica.connections();
        return length === 0 ? undefined : `${length} connections to the replica are left after ${what}`;
      }, LIMIT_MS);
      await redis.close();
    }
  });

  test(`calls go on over fail-overs with no error and no increment too many (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    const redis = await clientOf(t, primary);
    const load = await Load.start(redis, { callers: 50, keys: 500, pauseMs: 1 });
    let [now, next] = [primary, replica];
    for (let count = 0; count < 4; count++) {
      const before = load.samples.count();
      await now.failOver(next);
      [now, next] = [next, now];
      await eventually(() => load.samples.count() > before + 1_000, "the callers wait");
    }
    const { errors, wrong, differences } = await load.stop();
    assert.deepEqual([errors.map(({ error }) => error.message), wrong, differences], [[], [], []]);
  });

  test(`a pop that blocks goes on at the new primary (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    const redis = await clientOf(t, primary);
    const popped = redis.blpop("list", 30);
    popped.catch(() => {});
    await until(async () => {
      const text = await primary.plain.command("INFO", "clients") as string;
      return text.includes("blocked_clients:1") ? undefined : "nobody blocks";
    }, LIMIT_MS);
    // The pooled connection has said too that it can follow, which Valkey 8.0 does not list.
    const connections = await primary.connections();
    assert.equal(connections.length, 2);
    if (kind !== "valkey8") assert.ok(connections.every((line) => line.includes(" capa=r ")), connections.join("\n"));
    await primary.failOver(replica);
    await replica.plain.command("RPUSH", "list", "a");
    assert.deepEqual(await popped, { key: "list", element: "a" });
  });

  test(`subscriptions go to the new primary (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    const redis = await clientOf(t, primary);
    const heard: Message[] = [];
    const listener = (message: Message): void => void heard.push(message);
    const ends = [
      await redis.subscribe("news", listener),
      await redis.psubscribe("n*s", listener),
      await redis.ssubscribe("shard", listener),
    ];
    await primary.failOver(replica);
    assert.equal(await redis.incr("n"), 1);
    await until(async () => {
      const [, channels] = await replica.plain.command("PUBSUB", "NUMSUB", "news") as unknown[];
      const [, shards] = await replica.plain.command("PUBSUB", "SHARDNUMSUB", "shard") as unknown[];
      return channels === 1 && shards === 1 && await replica.plain.command("PUBSUB", "NUMPAT") === 1
        ? undefined
        : "the new primary does not tell";
    }, LIMIT_MS);
    await redis.publish("news", "new");
    await redis.spublish("shard", "too");
    await eventually(() => heard.length >= 3, "no message came");
    assert.deepEqual(heard.map(({ message }) => message).sort(), ["new", "new", "too"]);
    for (const end of ends) await end();
    assert.equal(await replica.plain.command("PUBSUB", "NUMPAT"), 0);
  });

  test(`where the primary is gone, the replica is asked again until it has taken over (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    const redis = await clientOf(t, replica, { timeoutMs: 15_000 });
    await redis.set("k", "v");
    await until(async () => await replica.plain.command("DBSIZE") === 1 ? undefined : "it lags", LIMIT_MS);
    // What is sent before the loss is noticed may be lost with it.
    const lost = new Promise<void>((done) => redis.on("disconnect", () => done()));
    await primary.server.stop();
    await lost;
    const [read, written, popped] = [redis.get("k"), redis.incr("n"), redis.blpop("list", 10)];
    const listed = redis.pipeline([get("k"), incr("m")]);
    for (const call of [read, written, popped, listed]) call.catch(() => {});
    await new Promise<void>((done) => {
      const off = redis.on("connect", ({ node }) => {
        if (node === `${replica.server.host}:${replica.server.port}`) done(off());
      });
    });
    await replica.plain.command("REPLICAOF", "NO", "ONE");
    await replica.plain.command("RPUSH", "list", "a");
    assert.deepEqual(await Promise.all([read, written, listed, popped]), [
      "v",
      1,
      ["v", 1],
      { key: "list", element: "a" },
    ]);
  });

  test(
    `a client that connects at its first call, or over a socket of the file system, is sent on (${kind})`,
    TIME,
    async (t) => {
      const { primary, replica } = await pair(t, kind);
      const { url, path } = replica.server;
      const late = createClient(`${url}?followRedirects=true`);
      t.defer(() => late.destroy());
      assert.equal(await late.incr("n"), 1);
      const local = await connect({ path, followRedirects: true });
      t.defer(() => local.destroy());
      assert.deepEqual(await Promise.all([local.incr("n"), local.pipeline([incr("n")])]), [2, [3]]);
      // Both ways back: the primary becomes a replica, and sends them on to where they came from.
      await primary.failOver(replica);
      assert.deepEqual(await Promise.all([late.incr("n"), local.incr("m")]), [4, 1]);
      for (const redis of [late, local]) await redis.close();
      assert.deepEqual(await primary.connections(), []);
    },
  );

  test(`several connections, and a login, go to the primary as they are (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    for (const { plain } of [primary, replica]) {
      await plain.command("ACL", "SETUSER", "app", "on", ">word", "~*", "+@all");
    }
    const login = { username: "app", password: "word", database: 2, clientName: "me", connections: 3 };
    const redis = await clientOf(t, replica, login);
    const counts = await Promise.all(Array.from({ length: 30 }, () => redis.incr("n")));
    assert.deepEqual(counts.sort((a, b) => a - b), counts.map((_, index) => index + 1));
    await redis.clientNoEvict("on");
    await primary.failOver(replica);
    assert.equal(await redis.incr("n"), 31);
    const connections = await replica.connections();
    for (const line of connections) assert.match(line, / name=me .* flags=e .*\bdb=2 .* user=app /);
  });

  test(`a borrower that says READONLY reads at the replica (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    const redis = await clientOf(t, replica);
    await primary.plain.command("SET", "k", "v");
    await until(async () => await replica.plain.command("DBSIZE") === 1 ? undefined : "it lags", LIMIT_MS);
    const lease = await redis.lease();
    assert.equal(await lease.send(readonly()), "OK");
    assert.equal(await lease.get("k"), "v");
    await lease.release();
    assert.equal((await replica.connections()).length, 1);
  });

  test(`without the option a replica serves reads and refuses writes (${kind})`, TIME, async (t) => {
    const { replica } = await pair(t, kind);
    const redis = await connect({ url: replica.server.url, retry: { attempts: 1 } });
    t.defer(() => redis.close());
    assert.equal(await redis.get("k"), null);
    await assert.rejects(redis.set("k", "v"), { name: "ReplyError", code: "READONLY" });
    assert.equal((await replica.connections()).length, 1);
    assert.equal((await replica.connections()).some((line) => line.includes(" capa=r ")), false);
  });
}

for (const kind of ["redis7", "redis8"] as const) {
  test(`a server that does not know CLIENT CAPA is served as ever (${kind})`, TIME, async (t) => {
    const { primary, replica } = await pair(t, kind);
    const redis = await clientOf(t, primary);
    const told: Error[] = [];
    redis.on("error", ({ error }) => told.push(error));
    const heard: string[] = [];
    const end = await redis.subscribe("news", ({ message }) => heard.push(message));
    assert.deepEqual(await redis.pipeline([set("k", "v"), incr("n")]), ["OK", 1]);
    assert.deepEqual(await redis.transaction([set("k", "v"), incr("n")]), ["OK", 2]);
    await redis.rpush("list", "a");
    assert.deepEqual(await redis.blpop("list", 1), { key: "list", element: "a" });
    await redis.publish("news", "new");
    await eventually(() => heard.length >= 1, "no message came");
    await end();
    const other = await clientOf(t, replica, { retry: { attempts: 2 } });
    other.on("error", ({ error }) => told.push(error));
    assert.equal(await other.get("none"), null);
    await assert.rejects(other.set("k", "v"), (error) => error instanceof ReplyError && error.code === "READONLY");
    assert.deepEqual(told, []);
  });
}
