/** A server that is killed and started again: what its callers see, what is in the data afterwards, what events tell. */
import assert from "node:assert/strict";
import type { ClientEvents } from "../../mod.ts";
import { test } from "../support/harness.ts";
import { connected } from "../server/opened.ts";
import { Callers } from "./callers.ts";
import { until } from "./conditions.ts";
import { answersPing, DurableServer } from "./servers.ts";

const RESTARTS = 50;
const RECOVERY_MS = 1_000;
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"];

test("a server restarted 50 times under 100 callers: no read fails, no acknowledged write is lost, none is repeated", {
  timeoutMs: 90_000,
}, async (t) => {
  const server = await DurableServer.start(t, { args: DURABLE });
  const redis = await connected(t, { url: server.url, timeoutMs: 10_000 });
  const reconnects: ClientEvents["reconnect"][] = [];
  redis.on("reconnect", (event) => reconnects.push(event));
  const callers = await Callers.start(redis);
  const recoveries: number[] = [];
  try {
    for (let i = 0; i < RESTARTS; i++) {
      await callers.more(300);
      await server.kill();
      const recovered = answersPing(server.port).then(async (at) => {
        await callers.more(1);
        return performance.now() - at;
      });
      const [took] = await Promise.all([recovered, server.start()]);
      recoveries.push(took);
    }
  } finally {
    await callers.stop();
  }

  recoveries.sort((one, other) => one - other);
  const [median, max] = [recoveries[RESTARTS / 2], recoveries[RESTARTS - 1]].map(Math.round);
  console.log(
    `restart: ${RESTARTS} times under 100 callers, recovery median ${median} ms, max ${max} ms; ` +
      `${callers.answered} calls answered, ${callers.lostWrites} writes in doubt`,
  );
  await callers.check();
  assert.ok(max < RECOVERY_MS, `recovery took up to ${max} ms`);
  assert.equal(reconnects.length, RESTARTS);
  for (const { attempts, downMs } of reconnects) assert.ok(attempts >= 1 && downMs > 0, `${attempts}, ${downMs}`);
});

test("a server that is away: events tell each try, calls wait, healthy() is false; when it is back, all is well", async (t) => {
  const server = await DurableServer.start(t, { args: DURABLE });
  const redis = await connected(t, { url: server.url, reconnect: { capMs: 100 } });
  const told: string[] = [];
  let tries = 0;
  let lostAt = 0;
  redis.on("disconnect", ({ reconnects, reason }) => {
    lostAt = performance.now();
    told.push(`disconnect ${reconnects} ${reason.name}`);
  });
  // What a listener throws is nobody's, so what they hear is held against what it should be outside.
  const attempts: number[] = [];
  const refusals: string[] = [];
  redis.on("reconnecting", ({ attempt }) => {
    attempts.push(attempt);
    if (++tries === 1) told.push("reconnecting");
  });
  redis.on("error", ({ error }) => refusals.push(error.message));
  redis.on("ready", () => told.push("ready"));
  let back: ClientEvents["reconnect"] | undefined;
  redis.on("reconnect", (event) => {
    told.push("reconnect");
    back = event;
  });
  assert.equal(await redis.healthy(), true);

  await server.kill();
  assert.equal(await redis.healthy({ timeoutMs: 50 }), false);
  const write = redis.incr("n"); // never written: it waits
  const read = redis.get("n");
  await until("it has tried 5 times", () => tries >= 5);
  assert.equal(await redis.healthy({ timeoutMs: 50 }), false);
  const triesBefore = tries;
  await server.start();

  assert.equal(await write, 1);
  assert.equal(await read, "1");
  assert.equal(await redis.healthy(), true);
  assert.deepEqual(told, ["disconnect true ConnectionError", "reconnecting", "ready", "reconnect"]);
  const measured = performance.now() - lostAt;
  assert.deepEqual(attempts, attempts.map((_, index) => index + 1));
  for (const refusal of refusals) assert.match(refusal, /ECONNREFUSED/);
  assert.equal(back!.attempts, tries);
  assert.ok(tries >= triesBefore);
  assert.ok(back!.downMs > 50 && back!.downMs <= measured, `${back!.downMs} of ${measured} ms`);
  assert.equal(back!.node, `127.0.0.1:${server.port}`);
});

test("a server that is away for longer than a call may take: the error says what the call waited for, and why", async (t) => {
  const server = await DurableServer.start(t, { args: DURABLE });
  const redis = await connected(t, { url: server.url });
  const lost = new Promise<void>((done) => redis.on("disconnect", () => done()));
  await server.kill();
  await lost;
  // The last one is given up first: what was before it waits still then, on however slow a machine.
  const outcomes = await Promise.all(
    [400, 300, 200].map((timeoutMs) => redis.with({ timeoutMs }).incr("n").catch((error: unknown) => error)),
  );
  for (const [index, error] of outcomes.entries()) {
    const { name, waitedFor, ahead, maybeApplied, cause, message } = error as Error & Record<string, unknown>;
    assert.deepEqual({ name, waitedFor, ahead, maybeApplied }, {
      name: "TimeoutError",
      waitedFor: "connection",
      ahead: index,
      maybeApplied: false,
    });
    assert.match(message, /Cannot finish INCR at "127\.0\.0\.1:\d+" in its time: it waited to be connected/);
    assert.match((cause as Error).message, /Cannot connect to .*ECONNREFUSED/);
  }
  await server.start();
  assert.equal(await redis.with({ timeoutMs: 5_000 }).incr("n"), 1);
});

test("a client that is not to reconnect by itself: what waits fails at the loss, the next call dials", async (t) => {
  const server = await DurableServer.start(t, { args: DURABLE });
  const redis = await connected(t, { url: server.url, reconnect: false });
  const disconnect = new Promise<ClientEvents["disconnect"]>((done) => redis.on("disconnect", done));
  await server.kill();
  assert.equal((await disconnect).reconnects, false);
  const error = await redis.get("k").catch((error: unknown) => error) as Error & { maybeApplied: boolean };
  assert.equal(error.name, "ConnectionError");
  assert.equal(error.maybeApplied, false);
  assert.match(error.message, /ECONNREFUSED/);
  await server.start();
  assert.equal(await redis.set("k", "v"), "OK");
});

test("a client that gives up after 3 tries: what waits fails, and the next call begins anew", async (t) => {
  const server = await DurableServer.start(t, { args: DURABLE });
  const redis = await connected(t, { url: server.url, reconnect: { attempts: 3, capMs: 20 } });
  let tries = 0;
  redis.on("reconnecting", () => tries++);
  const lost = new Promise<void>((done) => redis.on("disconnect", () => done()));
  await server.kill();
  await lost;
  const error = await redis.incr("n").catch((error: unknown) => error) as Error & { maybeApplied: boolean };
  assert.equal(error.name, "ConnectionError");
  assert.equal(error.maybeApplied, false);
  assert.match(error.message, /ECONNREFUSED/);
  assert.equal(tries, 3);
  await server.start();
  assert.equal(await redis.incr("n"), 1);
});
