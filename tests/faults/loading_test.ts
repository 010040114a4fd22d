/** A server that loads its data and refuses by LOADING: calls wait for it within their deadlines, and happen once. */
import assert from "node:assert/strict";
import { ReplyError, TimeoutError } from "../../mod.ts";
import { command } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { type Context, test } from "../support/harness.ts";
import { connected, failureOf } from "../server/opened.ts";
import { until } from "./conditions.ts";
import { type Beside, beside, DurableServer } from "./servers.ts";

const KEYS = 2_000;
// It answers between two parts of so many bytes, less than a key here has, and takes its time for every key.
const SLOWLY = ["--loading-process-events-interval-bytes", "1024", "--key-load-delay", "5000"];
// In this time it has surely not loaded all its keys.
const LOADING_MS = KEYS * 5;

/** A server with data in its folder, which loads them slowly when it is started by `SLOWLY`. */
async function withData(t: Context): Promise<{ server: DurableServer; admin: Beside }> {
  const server = await DurableServer.start(t, { args: ["--enable-debug-command", "yes"] });
  const admin = await beside(t, server.port);
  await admin.say("DEBUG", "POPULATE", KEYS, "key", 2_048);
  await admin.say("SAVE");
  return { server, admin };
}

/** Has the rest of the data be loaded at once, and waits for that. */
async function finishLoading(admin: Beside): Promise<void> {
  assert.equal(await admin.info("loading"), "1");
  await admin.say("CONFIG", "SET", "key-load-delay", 0);
  await until("all is loaded", async () => await admin.info("loading") === "0");
}

test("a server that is started anew and loads: a counter goes up once, reads wait, healthy() is false", async (t) => {
  const { server } = await withData(t);
  await server.kill();
  await server.start(SLOWLY);
  const admin = await beside(t, server.port);
  // Without chance, so that tries can be counted: after 50 ms, and then every 100.
  const retry = { baseMs: 50, capMs: 100, jitter: 0 };
  const redis = await connected(t, { url: server.url, timeoutMs: LOADING_MS, retry });
  const startedAt = performance.now();
  const incr = redis.incr("n");
  const read = redis.get("key:7");
  const pipeline = redis.pipeline().incr("m").strlen("key:7").exec();
  const transaction = redis.transaction().incr("t").incr("t").exec();
  await until("each INCR was refused 3 times", async () => (await admin.calls("incr")).refused >= 12);
  assert.equal(await redis.healthy({ timeoutMs: 100 }), false);
  await finishLoading(admin);
  const loadedAt = performance.now();
  assert.equal(await incr, 1);
  assert.ok((await read)?.startsWith("value:7"));
  assert.deepEqual(await pipeline, [1, 2_048]);
  assert.deepEqual(await transaction, [1, 2]);
  assert.ok(performance.now() - loadedAt < 1_000, "each waits at most for the next of its tries");
  assert.equal(await redis.healthy(), true);
  const tries = 2 + (loadedAt - startedAt) / 100;
  const { refused } = await admin.calls("incr");
  assert.ok(refused <= 4 * tries, `${refused} refusals of 4 INCRs in ${loadedAt - startedAt} ms`);
  for (const [counter, value] of [["n", "1"], ["m", "1"], ["t", "2"]]) assert.equal(await redis.get(counter), value);
});

test("a server that loads anew under a connected client: nobody is told, nothing happens twice", async (t) => {
  const { server, admin } = await withData(t);
  const redis = await connected(t, { url: server.url, timeoutMs: LOADING_MS, retry: { capMs: 100 } });
  for (const [name, value] of [["loading-process-events-interval-bytes", 1024], ["key-load-delay", 5_000]]) {
    await admin.say("CONFIG", "SET", name, value);
  }
  const loader = await beside(t, server.port);
  loader.write("DEBUG", "RELOAD");
  await until("it loads", async () => await admin.info("loading") === "1");
  const counts = Array.from({ length: 100 }, () => redis.incr("n"));
  const many = redis.pipeline().incr("m").incr("m").incr("m").exec();
  await until("INCR was refused", async () => (await admin.calls("incr")).refused >= 103);
  await finishLoading(admin);
  // In the order in which they were called, though they were refused more than once.
  assert.deepEqual(await Promise.all(counts), Array.from({ length: 100 }, (_, index) => index + 1));
  assert.deepEqual(await many, [1, 2, 3]);
  assert.equal((await admin.calls("incr")).executed, 103);
});

test("a server that loads for longer than a call may take, or more often than it may be sent: never applied", async (t) => {
  const { server } = await withData(t);
  await server.kill();
  await server.start(SLOWLY);
  const admin = await beside(t, server.port);
  const redis = await connected(t, { url: server.url, timeoutMs: LOADING_MS });

  // As long as there is time for a try it is made; the error is the refusal, or that the time is over in between.
  const late = await failureOf(redis.with({ timeoutMs: 300 }).incr("n"));
  if (late instanceof TimeoutError) {
    assert.ok(late.waitedFor === "retry" || late.waitedFor === "reply", late.message);
    assert.equal(late.maybeApplied, late.waitedFor === "reply");
  } else assert.ok(late instanceof ReplyError && late.code === "LOADING", String(late));

  const before = (await admin.calls("incr")).refused;
  const once = await failureOf(redis.with({ retry: { attempts: 1 } }).incr("n"));
  assert.ok(once instanceof ReplyError && once.code === "LOADING");
  assert.match(once.message, /\(INCR at 127\.0\.0\.1:\d+\)$/);
  assert.equal((await admin.calls("incr")).refused, before + 1);
  const thrice = await failureOf(redis.with({ retry: { attempts: 3 } }).incr("n"));
  assert.ok(thrice instanceof ReplyError && thrice.code === "LOADING");
  assert.equal((await admin.calls("incr")).refused, before + 4);

  await finishLoading(admin);
  assert.equal(await redis.get("n"), null);
});

test("a server that loads: a script is not sent again by itself", async (t) => {
  const { server } = await withData(t);
  await server.kill();
  await server.start(SLOWLY);
  const admin = await beside(t, server.port);
  const redis = await connected(t, { url: server.url, timeoutMs: LOADING_MS });
  const error = await failureOf(redis.eval("return redis.call('incr', KEYS[1])", { keys: ["n"] }));
  assert.ok(error instanceof ReplyError && error.code === "LOADING");
  assert.deepEqual(await admin.calls("eval"), { executed: 0, refused: 1, failed: 0 });
  await finishLoading(admin);
});

test("a server that loads: a call that blocks, and a lease, wait for it too", async (t) => {
  const { server } = await withData(t);
  await server.kill();
  await server.start(SLOWLY);
  const admin = await beside(t, server.port);
  const redis = await connected(t, { url: server.url, timeoutMs: LOADING_MS, retry: { capMs: 100 } });
  const popped = redis.blpop("list", 5);
  await until("BLPOP was refused twice", async () => (await admin.calls("blpop")).refused >= 2);
  const lease = await redis.lease();
  t.defer(() => lease.release());
  // Calls over a lease are not sent again by themselves: what came before them may have to be done anew.
  const refused = await failureOf(lease.send(command(["INCR", "n"], raw)));
  assert.ok(refused instanceof ReplyError && refused.code === "LOADING");
  await finishLoading(admin);
  assert.equal(await redis.rpush("list", "a"), 1);
  assert.deepEqual(await popped, { key: "list", element: "a" });
  assert.equal(await lease.incr("n"), 1);
});
