/** Refusals that pass (BUSY, READONLY, MASTERDOWN) are waited for, also by writes, never by scripts; others are told at once. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, ReplyError } from "../../mod.ts";
import { type Context, test } from "../support/harness.ts";
import { type ServerKind, serverKinds } from "../support/server.ts";
import { connected, failureOf } from "../server/opened.ts";
import { until } from "./conditions.ts";
import { type Beside, beside, serverOf } from "./servers.ts";

const RETRY = { capMs: 100 };
const COUNT_UP = "return redis.call('incr', KEYS[1])";

/** The server's refusal that a call ends with. */
async function refusalOf(call: Promise<unknown>): Promise<ReplyError> {
  const error = await failureOf(call);
  assert.ok(error instanceof ReplyError, String(error));
  return error;
}

/** Waits until a command was refused so many times. */
function refused(admin: Beside, name: string, times: number): Promise<void> {
  return until(`${name} was refused ${times} times`, async () => {
    const { refused, failed } = await admin.calls(name);
    return refused + failed >= times;
  });
}

async function busyServer(
  t: Context,
  kind?: ServerKind,
): Promise<{ redis: Client; admin: Beside; stopScript: () => Promise<unknown> }> {
  const server = await serverOf(t, ["--busy-reply-threshold", "20"], kind);
  const redis = await connected(t, { url: server.url, retry: RETRY });
  const admin = await beside(t, server.port);
  const script = await beside(t, server.port);
  script.write("EVAL", "while true do end", 0);
  await until("the script is busy", () => admin.say("PING").then(() => false, (error) => error.code === "BUSY"));
  return { redis, admin, stopScript: () => admin.say("SCRIPT", "KILL") };
}

for (const kind of serverKinds) {
  test(`${kind}, a script that does not end: calls are refused by BUSY, wait for its end, and happen once`, async (t) => {
    const { redis, admin, stopScript } = await busyServer(t, kind);
    const incr = redis.incr("n");
    const read = redis.get("n");
    const pipeline = redis.pipeline().incr("m").get("m").exec();
    const transaction = redis.transaction().incr("t").get("t").exec();
    await until("healthy() is false", async () => !(await redis.healthy({ timeoutMs: 100 })));
    assert.equal((await refusalOf(redis.with({ retry: { attempts: 1 } }).incr("n"))).code, "BUSY");
    await stopScript();
    assert.equal(await incr, 1);
    assert.ok(["1", null].includes(await read));
    assert.deepEqual(await pipeline, [1, "1"]);
    assert.deepEqual(await transaction, [1, "1"]);
    assert.equal(await redis.healthy(), true);
    assert.equal((await admin.calls("incr")).executed, 3);
    assert.ok((await admin.calls("incr")).refused >= 3);
  });
}

test("a script that does not end: another script is refused by BUSY and not sent again, though there is time", async (t) => {
  const { redis, admin, stopScript } = await busyServer(t);
  const error = await refusalOf(redis.eval(COUNT_UP, { keys: ["n"] }));
  assert.equal(error.code, "BUSY");
  const pipeline = redis.pipeline().eval(COUNT_UP, { keys: ["n"] }).get("n").exec();
  // Answered behind the pipeline, so that this one was refused before the script's end.
  assert.equal((await refusalOf(redis.with({ retry: { attempts: 1 } }).get("n"))).code, "BUSY");
  await stopScript();
  const [evaluated, other] = await pipeline;
  assert.ok(evaluated instanceof ReplyError && evaluated.code === "BUSY");
  assert.equal(other, null);
  assert.equal(await redis.get("n"), null);
  assert.equal((await admin.calls("eval")).refused, 2);
  assert.equal(await redis.eval(COUNT_UP, { keys: ["n"] }), 1);
});

test("a script that does not end in a call's time: the call is told BUSY or its deadline, and was not applied", async (t) => {
  const { redis, stopScript } = await busyServer(t);
  const error = await failureOf(redis.with({ timeoutMs: 300 }).incr("n"));
  assert.ok(error instanceof ReplyError ? error.code === "BUSY" : error.name === "TimeoutError", String(error));
  await stopScript();
  assert.equal(await redis.get("n"), null);
});

for (const kind of serverKinds) {
  test(`${kind}, a replica that is made primary while writes wait: each happens once`, async (t) => {
    const server = await serverOf(t, [], kind);
    const admin = await beside(t, server.port);
    await admin.say("REPLICAOF", "127.0.0.1", 1);
    const redis = await connected(t, { url: server.url, retry: RETRY });
    const incr = redis.incr("n");
    const pipeline = redis.pipeline().get("n").incr("m").exec();
    const transaction = redis.transaction().incr("t").incr("t").exec();
    await refused(admin, "incr", 6);
    // In a script the refusal may come from a command in its midst.
    assert.equal((await refusalOf(redis.eval(COUNT_UP, { keys: ["s"] }))).code, "READONLY");
    assert.equal((await refusalOf(redis.with({ retry: { attempts: 2 } }).incr("n"))).code, "READONLY");
    assert.equal(await redis.get("n"), null);
    await admin.say("REPLICAOF", "NO", "ONE");
    assert.equal(await incr, 1);
    assert.deepEqual(await pipeline, [null, 1]);
    assert.deepEqual(await transaction, [1, 2]);
    const evaluated = await admin.calls("eval");
    assert.equal(evaluated.executed + evaluated.refused, 1);
    assert.equal((await admin.calls("incr")).executed, 4);
    assert.equal(await redis.get("s"), null);
  });
}

test("a replica whose primary is killed and that gives nothing stale: reads wait until it may", async (t) => {
  const primary = await serverOf(t, ["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"]);
  const replica = await serverOf(t, [
    ...["--replicaof", primary.host, String(primary.port)],
    ...["--replica-serve-stale-data", "no", "--replica-read-only", "no"],
  ]);
  const admin = await beside(t, replica.port);
  const first = await beside(t, primary.port);
  await first.say("SET", "k", "v");
  await until("the replica has it", async () => await admin.say("GET", "k").catch(() => undefined) === "v");
  const redis = await connected(t, { url: replica.url, retry: RETRY });
  assert.equal(await redis.get("k"), "v");
  const before = (await admin.calls("get")).refused;
  await primary.stop();
  await until("the replica knows", async () => await admin.info("master_link_status") === "down");

  const read = redis.get("k");
  const write = redis.incr("n");
  await until("both were refused", async () => {
    return (await admin.calls("get")).refused >= before + 3 && (await admin.calls("incr")).refused >= 3;
  });
  assert.equal((await refusalOf(redis.with({ retry: { attempts: 1 } }).get("k"))).code, "MASTERDOWN");
  assert.equal((await refusalOf(redis.eval("return 1", { keys: [] }))).code, "MASTERDOWN");
  await admin.say("REPLICAOF", "NO", "ONE");
  assert.equal(await read, "v");
  assert.equal(await write, 1);
  assert.equal(await redis.get("n"), "1");
});

test("a server out of memory: the write is told OOM at once, and sent once", async (t) => {
  const server = await serverOf(t, ["--maxmemory", "1", "--maxmemory-policy", "noeviction"]);
  const redis = await connected(t, server.url);
  const admin = await beside(t, server.port);
  const error = await refusalOf(redis.set("k", "v"));
  assert.equal(error.code, "OOM");
  assert.equal(error.command, "SET");
  assert.deepEqual(await admin.calls("set"), { executed: 0, refused: 1, failed: 0 });
  assert.equal(await redis.get("k"), null);
});

test("a server that cannot save: the write is told MISCONF at once, and sent once", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "respwire-gone-"));
  const server = await serverOf(t, ["--dir", folder, "--save", "3600", "1"]);
  rmSync(folder, { recursive: true });
  const redis = await connected(t, server.url);
  const admin = await beside(t, server.port);
  await admin.say("BGSAVE");
  await until("saving has failed", async () => await admin.info("rdb_last_bgsave_status") === "err");
  const error = await refusalOf(redis.set("k", "v"));
  assert.equal(error.code, "MISCONF");
  assert.deepEqual(await admin.calls("set"), { executed: 0, refused: 1, failed: 0 });
  assert.equal(await redis.get("k"), null);
});
