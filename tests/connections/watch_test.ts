/** watch(): what was read is only written over when nobody else has changed it, tried again when somebody has. */
import assert from "node:assert/strict";
import { type LeasedClient, PoolError, ReplyError, WatchError } from "../../mod.ts";
import { failureOf, freshKey } from "../server/opened.ts";
import { test } from "../support/harness.ts";
import { client, plainWay, serversOfEachKind, ways } from "./scene.ts";

const serverOf = serversOfEachKind();
const plain = () => serverOf(plainWay.kind);

const FAST = { baseMs: 1, capMs: 20 };

for (const { kind, protocol, name } of ways) {
  test(`watch: 20 concurrent incrementers of 10 each count to 200 (${name})`, { timeoutMs: 30_000 }, async (t) => {
    const redis = await client(t, serverOf(kind), { protocol, retry: FAST });
    const key = freshKey();
    const increment = async (): Promise<void> => {
      for (let count = 0; count < 10; count++) {
        await redis.watch(key, async (lease) => {
          const now = Number(await lease.get(key) ?? 0);
          return await lease.transaction().set(key, now + 1).exec();
        }, { attempts: 1_000 });
      }
    };
    await Promise.all(Array.from({ length: 20 }, increment));
    assert.equal(await redis.get(key), "200");
    const { created, leased, idle } = redis.poolStats();
    assert.deepEqual({ created, leased, idle }, { created: 10, leased: 0, idle: 10 });
  });
}

test("watch: it gives what the callback gives, and watches one key or several", async (t) => {
  const redis = await client(t, plain());
  const [one, two] = [freshKey(), freshKey()];
  assert.equal(await redis.watch(one, () => "at once"), "at once");
  const ofSeveral = redis.watch([one, new TextEncoder().encode(two)], async (lease) => {
    await redis.set(two, "theirs");
    return await lease.transaction().set(one, "mine").exec();
  }, { attempts: 1 });
  assert.ok(await failureOf(ofSeveral) instanceof WatchError);
  assert.equal(await redis.get(one), null);
});

test("watch: it fails with a WatchError when the key was changed at every try", async (t) => {
  const redis = await client(t, plain(), { retry: FAST });
  const key = freshKey();
  for (const attempts of [1, 3, undefined]) {
    let tries = 0;
    const outcome = redis.watch(key, async (lease) => {
      tries++;
      await redis.incr(key);
      return await lease.transaction().set(key, "mine").exec();
    }, { attempts });
    const error = await failureOf(outcome);
    assert.ok(error instanceof WatchError);
    assert.equal(tries, attempts ?? 10);
  }
  assert.equal(await redis.get(key), "14");
  assert.equal(redis.poolStats().idle, 1);
});

test("watch: what was watched at a try that came to no transaction is not watched at the next", async (t) => {
  const redis = await client(t, plain(), { retry: FAST });
  const [key, other] = [freshKey(), freshKey()];
  let tries = 0;
  await redis.watch(key, async (lease) => {
    if (++tries === 1) {
      await lease.watch(other);
      throw new WatchError("as a transaction of another would");
    }
    await redis.set(other, "changed");
    return await lease.transaction().set(key, "mine").exec();
  });
  assert.deepEqual([tries, await redis.get(key)], [2, "mine"]);
});

test("watch: what the callback throws is thrown, after one try, and the connection goes back", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  const thrown = new Error("mine");
  const failing: ((lease: LeasedClient) => Promise<unknown>)[] = [
    () => Promise.reject(thrown),
    () => {
      throw thrown;
    },
  ];
  for (const run of failing) assert.equal(await failureOf(redis.watch(key, run)), thrown);
  const refused = failureOf(redis.watch(key, (lease) => lease.transaction().call("NOSUCH").exec()));
  assert.ok(await refused instanceof ReplyError);
  assert.deepEqual([redis.poolStats().created, redis.poolStats().idle], [1, 1]);
  await redis.set(key, "changed");
  assert.deepEqual(await redis.watch(key, (lease) => lease.transaction().get(key).exec()), ["changed"]);
});

test("watch: its lease cannot be used once it is over", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  let kept: LeasedClient | undefined;
  await redis.watch(key, (lease) => void (kept = lease));
  const error = await failureOf(kept!.set(key, "late"));
  assert.ok(error instanceof PoolError);
  assert.equal(await redis.get(key), null);
});

test("watch: one that ends without a transaction leaves nothing watched", async (t) => {
  const redis = await client(t, plain());
  const key = freshKey();
  await redis.watch(key, (lease) => lease.get(key));
  await redis.set(key, "changed");
  const lease = await redis.lease();
  assert.deepEqual(await lease.transaction().get(key).exec(), ["changed"]);
  await lease.release();
  assert.equal(redis.poolStats().created, 1);
});

test("watch: a signal ends the wait for a connection", async (t) => {
  const redis = await client(t, plain(), { pool: { max: 1 } });
  const lease = await redis.lease();
  const controller = new AbortController();
  const waiting = failureOf(redis.watch(freshKey(), () => "never", { signal: controller.signal }));
  controller.abort("enough");
  const error = await waiting;
  assert.deepEqual([error.name, error.cause], ["AbortError", "enough"]);
  await lease.release();
});
