/** `followRedirects` where servers name each other, themselves, nobody, or one that cannot be reached. */
import assert from "node:assert/strict";
import { memoryPlatform } from "../../adapters/memory.ts";
import { type Client, connect, ConnectionError, type ConnectOptions, type Platform, RedirectError } from "../../mod.ts";
import { get, incr } from "../../src/commands/mod.ts";
import { ReplyError } from "../../src/errors.ts";
import type { WireValue } from "../../src/resp/reply_encoder.ts";
import { failed, noticed, settled } from "../support/cluster_scene.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type Context, test } from "../support/harness.ts";
import { memoryServer } from "../support/memory_server.ts";

/** What a server says to commands on data: `REDIRECT` with the number of another, a reply, or nothing at all. */
type Says = string | number | "down";

/** Servers `s0:1`, `s1:1` and so on, what each says, and how often each was dialled. */
class Servers {
  readonly says: Says[];
  readonly dials: number[];
  readonly platform: Platform;
  readonly #servers;

  constructor(...says: Says[]) {
    this.says = says;
    this.dials = says.map(() => 0);
    this.#servers = says.map((_, index) => memoryServer((words) => this.#answer(index, words)));
    this.platform = {
      ...memoryPlatform(() => {}),
      dial: (target, signal) => {
        const index = Number(target.host.slice(1));
        this.dials[index]++;
        return this.says[index] === "down"
          ? Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))
          : this.#servers[index].platform.dial(target, signal);
      },
    };
  }

  /** How often a server has heard a command. */
  heard(index: number, name: string): number {
    return this.#servers[index].commands.filter(([word]) => word === name).length;
  }

  #answer(index: number, [name, word]: string[]): WireValue {
    if (name === "CLIENT" && word === "CAPA") return "OK";
    if (name === "MULTI") return "OK";
    if (name === "EXEC") return new ReplyError("EXECABORT Transaction discarded because of previous errors.");
    const said = this.says[index];
    return typeof said === "number"
      ? new ReplyError(`REDIRECT s${said}:1`)
      : said.startsWith("-")
      ? new ReplyError(said.slice(1))
      : said;
  }
}

async function clientOf(t: Context, servers: Servers, options: ConnectOptions = {}): Promise<[Client, FakeClock]> {
  const clock = new FakeClock();
  const [platform, dialled] = noticed(servers.platform);
  // Delays are as long as they may be.
  const random = (): number => 0;
  const wanted = { host: "s0", port: 1, followRedirects: true, timeoutMs: 60_000, platform, clock, random, ...options };
  const connecting = connect(wanted);
  await Promise.race([dialled, connecting]);
  const redis = await settled(clock, connecting);
  t.defer(() => redis.destroy());
  return [redis, clock];
}

/** What may be sent on too often. */
const CALLS: readonly (readonly [what: string, run: (redis: Client) => Promise<unknown>])[] = [
  ["a call", (redis) => redis.get("k")],
  ["a pipeline", async (redis) => Promise.reject((await redis.pipeline([get("k"), incr("n")]))[0])],
  ["a transaction", (redis) => redis.transaction([get("k"), incr("n")])],
  ["a blocking pop", (redis) => redis.blpop("k", 0)],
];

for (const [what, run] of CALLS) {
  test(`${what} that two servers send on to each other ends with their names`, async (t) => {
    const servers = new Servers(1, 0);
    const [redis, clock] = await clientOf(t, servers);
    const error = await failed(clock, run(redis), 60_000);
    assert.ok(error instanceof RedirectError, String(error));
    assert.equal(error.path.length, 17);
    assert.deepEqual(new Set(error.path), new Set(["s0:1", "s1:1"]));
    // Whoever is gone back to was left long enough ago.
    assert.ok(servers.dials[0] + servers.dials[1] <= 2 + clock.now() / 50, `${servers.dials} in ${clock.now()} ms`);
  });

  test(`${what} that a server sends on to itself ends with its name`, async (t) => {
    const servers = new Servers(0);
    const [redis, clock] = await clientOf(t, servers);
    const error = await failed(clock, run(redis), 60_000);
    assert.ok(error instanceof RedirectError, String(error));
    assert.deepEqual(new Set(error.path), new Set(["s0:1"]));
    // Once for what blocks, and again at most once a second.
    assert.ok(servers.dials[0] <= 4 + clock.now() / 500, `${servers.dials} in ${clock.now()} ms`);
  });
}

test("two servers that send everything on to each other are left alone once one of them serves", async (t) => {
  const servers = new Servers(1, 0);
  const [redis, clock] = await clientOf(t, servers);
  const replies = Promise.all([redis.get("k"), redis.pipeline([get("k")]), redis.get("k")]);
  clock.after(300, () => servers.says[1] = "served");
  assert.deepEqual(await settled(clock, replies), ["served", ["served"], "served"]);
});

test("what is sent on side by side is sent on once, over one connection", async (t) => {
  const servers = new Servers(1, "served");
  const [redis, clock] = await clientOf(t, servers);
  const replies = await settled(clock, Promise.all(Array.from({ length: 10 }, () => redis.get("k"))));
  assert.deepEqual(new Set(replies), new Set(["served"]));
  assert.deepEqual([servers.heard(0, "GET"), servers.heard(1, "GET"), servers.dials], [10, 10, [1, 1]]);
  await settled(clock, redis.get("k"));
  assert.deepEqual([servers.heard(0, "GET"), servers.heard(1, "GET")], [10, 11]);
  assert.equal(servers.heard(1, "CLIENT"), 1, "it is told that it may send on too");
});

test("a redirect that names nobody is told to who called, at the latest when it came too often", async (t) => {
  for (const said of ["-REDIRECT ?:1", "-REDIRECT s1:0", "-REDIRECT"]) {
    const [redis, clock] = await clientOf(t, new Servers(said));
    const error = await failed(clock, redis.get("k"));
    assert.ok(error instanceof ReplyError && error.code === "REDIRECT", `${said}: ${error}`);
    const { cause } = await failed(clock, redis.blpop("k", 0));
    assert.ok(cause instanceof ReplyError && cause.code === "REDIRECT", `${said}: ${cause}`);
  }
});

test("a primary that cannot be reached is tried with patience, and its replica asked again each time", async (t) => {
  const servers = new Servers(1, "down");
  const [redis, clock] = await clientOf(t, servers);
  const told: string[] = [];
  redis.on("error", ({ node }) => told.push(node));
  const reply = redis.get("k");
  reply.catch(() => {});
  await clock.advance(2_000);
  assert.ok(servers.dials[1] >= 3 && servers.dials[1] <= 20, `it was dialled ${servers.dials[1]} times`);
  assert.equal(told.length, servers.dials[1]);
  assert.deepEqual(new Set(told), new Set(["s1:1"]));
  servers.says[0] = "promoted";
  assert.equal(await settled(clock, reply), "promoted");
});

test("a call whose tries are over names the primary that cannot be reached", async (t) => {
  const servers = new Servers(1, "down");
  const [redis, clock] = await clientOf(t, servers, { retry: { attempts: 3 } });
  const error = await failed(clock, redis.get("k"));
  assert.ok(error instanceof ConnectionError && !error.maybeApplied, String(error));
  assert.equal(error.message, 'Cannot finish GET at "s1:1", which it was redirected to: it cannot be reached');
  assert.match(String(error.cause), /Cannot connect to "s1:1": nobody listens there \(ECONNREFUSED\)/);
  assert.equal(servers.heard(0, "GET"), 3);
});

test("a call whose time is over says so, and a closed client sends nothing on", async (t) => {
  const servers = new Servers(1, "down");
  const [redis, clock] = await clientOf(t, servers);
  const late = await failed(clock, redis.with({ timeoutMs: 1_000 }).get("k"));
  assert.ok(clock.now() <= 1_200, `it took ${clock.now()} ms`);
  assert.ok(late instanceof ConnectionError && !late.maybeApplied, String(late));
  const reply = redis.get("k");
  reply.catch(() => {});
  await clock.advance(500);
  redis.destroy();
  assert.equal((await failed(clock, reply)).name, "ClosedError");
  const dials = [...servers.dials];
  await clock.advance(5_000);
  assert.deepEqual(servers.dials, dials);
  assert.equal(clock.pending, 0);
});
