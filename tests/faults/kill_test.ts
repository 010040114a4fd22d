/** A server that ends connections, holds them, or has no room for them: CLIENT KILL, CLIENT PAUSE, maxclients. */
import assert from "node:assert/strict";
import { type ClientEvents, connect, ConnectionError, ReplyError, TimeoutError } from "../../mod.ts";
import { test } from "../support/harness.ts";
import { serverKinds, startServer } from "../support/server.ts";
import { connected, failureOf } from "../server/opened.ts";
import { Callers } from "./callers.ts";
import { until } from "./conditions.ts";
import { beside, serverOf } from "./servers.ts";

const KILLS = 50;

for (const connections of [1, 3]) {
  const over = connections === 1 ? "one connection" : `${connections} connections`;
  test(`CLIENT KILL ${KILLS} times under 100 callers over ${over}: no read fails, writes in doubt are told so`, {
    timeoutMs: 40_000,
  }, async (t) => {
    const server = await serverOf(t);
    const redis = await connected(t, { url: server.url, connections, timeoutMs: 10_000 });
    const admin = await beside(t, server.port);
    let [disconnects, reconnects] = [0, 0];
    redis.on("disconnect", () => disconnects++);
    redis.on("reconnect", () => reconnects++);
    const callers = await Callers.start(redis);
    const startedAt = performance.now();
    let killed = 0;
    try {
      for (let i = 0; i < KILLS; i++) {
        await callers.more(200);
        killed += Number(await admin.say("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
      }
      await callers.more(200);
    } finally {
      await callers.stop();
    }
    console.log(
      `kill: ${killed} connections in ${
        Math.round(performance.now() - startedAt)
      } ms under 100 callers over ${over}; ` +
        `${callers.answered} calls answered, ${callers.lostWrites} writes in doubt`,
    );
    await callers.check();
    await until("each connection is back", () => reconnects === disconnects);
    // One that was killed in its handshake was not lost, it was not made.
    assert.ok(disconnects >= KILLS && disconnects <= killed, `${disconnects} lost, ${killed} killed`);
  });
}

test("CLIENT KILL of an idle client: it is back by itself, as whom and where it was, before anybody calls", async (t) => {
  const server = await startServer({ password: "secret" });
  t.defer(() => server.stop());
  const redis = await connected(t, { url: server.url, clientName: "kept", database: 2 });
  const admin = await connected(t, server.url);
  const told: string[] = [];
  redis.on("disconnect", ({ reconnects, reason, role, node }) => {
    told.push(`disconnect ${role} ${node === `127.0.0.1:${server.port}`} ${reconnects} ${reason.message}`);
  });
  redis.on("reconnecting", ({ attempt, delayMs }) => told.push(`reconnecting ${attempt} ${delayMs <= 50}`));
  redis.on("connect", ({ role }) => told.push(`connect ${role}`));
  redis.on("ready", ({ role }) => told.push(`ready ${role}`));
  const back = new Promise<ClientEvents["reconnect"]>((done) => redis.on("reconnect", done));
  const id = await redis.clientId();
  await admin.clientKill({ id });
  const { attempts, downMs } = await back;
  assert.equal(attempts, 1);
  assert.ok(downMs >= 0 && downMs < 1_000);
  assert.deepEqual(told, [
    `disconnect shared true true Lost the connection to "127.0.0.1:${server.port}": the other side closed it`,
    "reconnecting 1 true",
    "connect shared",
    "ready shared",
  ]);
  const { name, db } = await redis.clientInfo();
  assert.deepEqual({ name, db }, { name: "kept", db: "2" });
  assert.notEqual(await redis.clientId(), id);
});

test("CLIENT KILL of a client with tracking and subscriptions: both are there again when it is", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, server.url);
  const admin = await beside(t, server.port);
  const heard: string[] = [];
  await redis.subscribe("news", ({ channel, message }) => heard.push(`${channel} ${message}`));
  await redis.psubscribe("weather.*", ({ channel, message }) => heard.push(`${channel} ${message}`));
  await redis.clientTracking("on");
  const back = new Promise((done) => redis.on("reconnect", done));
  await admin.say("CLIENT", "KILL", "TYPE", "pubsub");
  await back;
  assert.deepEqual((await redis.clientTrackinginfo()).flags, ["on"]);
  assert.equal(await admin.say("PUBLISH", "news", "first"), 1);
  assert.equal(await admin.say("PUBLISH", "weather.rome", "sun"), 1);
  await until("both are heard", () => heard.length >= 2);
  assert.deepEqual(heard, ["news first", "weather.rome sun"]);
});

test("CLIENT KILL of a client as soon as it is back, again and again: the tries count on, until it has been of use", async (t) => {
  const server = await serverOf(t);
  // Tries come fast, and no connection here lasts so long that it would count as stable.
  const reconnect = { baseMs: 60_000, capMs: 60_000, delayMs: () => 1 };
  const redis = await connected(t, { url: server.url, reconnect });
  const admin = await beside(t, server.port);
  const attempts: number[] = [];
  redis.on("reconnecting", ({ attempt }) => attempts.push(attempt));
  const kill = (): Promise<unknown> => admin.say("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  const off = redis.on("ready", () => attempts.length < 5 && void kill());
  const reconnects: number[] = [];
  redis.on("reconnect", (event) => reconnects.push(event.attempts));
  await kill();
  await until("it is back for the 5th time", () => reconnects.length === 5);
  off();
  assert.deepEqual([attempts, reconnects], [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]);
  assert.equal(await redis.ping(), "PONG");
  await kill();
  await until("it is back once more", () => reconnects.length === 6);
  assert.deepEqual([attempts[5], reconnects[5]], [1, 1]);
});

test("CLIENT KILL of a call that blocks: it says that it may be applied, and the next one is served", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, server.url);
  const admin = await beside(t, server.port);
  const error = failureOf(redis.blpop("list", 30));
  await until("it blocks", async () => await admin.info("blocked_clients") === "1");
  const list = String(await admin.say("CLIENT", "LIST", "TYPE", "normal"));
  await admin.say("CLIENT", "KILL", "ID", /^id=(\d+) .* cmd=blpop /m.exec(list)![1]);
  const lost = await error;
  assert.ok(lost instanceof ConnectionError && lost.maybeApplied, String(lost));
  await redis.rpush("list", "a");
  assert.deepEqual(await redis.blpop("list", 5), { key: "list", element: "a" });
});

test("CLIENT PAUSE of everything for less than a call may take: all calls are answered, over the same connection", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, server.url);
  const admin = await beside(t, server.port);
  const id = await redis.clientId();
  await admin.say("CLIENT", "PAUSE", 300, "ALL");
  const startedAt = performance.now();
  const counts = Promise.all(Array.from({ length: 100 }, () => redis.incr("n")));
  const meanwhile = connect(server.url); // its handshake waits too
  assert.equal(await redis.healthy({ timeoutMs: 50 }), false);
  assert.deepEqual(await counts, Array.from({ length: 100 }, (_, index) => index + 1));
  assert.ok(performance.now() - startedAt >= 200);
  assert.equal(await redis.clientId(), id);
  assert.equal(await redis.healthy(), true);
  await (await meanwhile).close();
});

test("CLIENT PAUSE for longer than a call may take: it is told so, happens later all the same, and its reply is nobody's", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, server.url);
  const admin = await beside(t, server.port);
  await admin.say("CLIENT", "PAUSE", 800, "ALL");
  const late = failureOf(connect({ url: server.url, connectTimeoutMs: 50 }));
  const errors = await Promise.all(
    Array.from({ length: 100 }, () => failureOf(redis.with({ timeoutMs: 100 }).incr("n"))),
  );
  for (const error of errors) {
    assert.ok(error instanceof TimeoutError && error.maybeApplied, String(error));
    assert.equal(error.waitedFor, "reply");
  }
  const handshake = await late;
  assert.ok(handshake instanceof TimeoutError && !handshake.maybeApplied);
  assert.match(handshake.message, /^Cannot connect to ".*": no answer within 50 ms$/);
  assert.deepEqual(await Promise.all([redis.incr("n"), redis.get("n")]), [101, "101"]);
});

test("CLIENT PAUSE of writes: reads are answered meanwhile, those behind a write too when it is over", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, { url: server.url, connections: 2 });
  const admin = await beside(t, server.port);
  await admin.say("CLIENT", "PAUSE", 10_000, "WRITE");
  let written = false;
  const write = redis.incr("n").then((value) => {
    written = true;
    return value;
  });
  await until("it waits in the server", async () => await admin.info("blocked_clients") === "1");
  assert.equal(await redis.get("n"), null); // over the connection on which nobody waits
  assert.equal(await redis.healthy(), true);
  const late = await failureOf(redis.with({ timeoutMs: 50 }).set("k", "v"));
  assert.ok(late instanceof TimeoutError && late.waitedFor === "reply" && late.maybeApplied);
  assert.equal(written, false);
  await admin.say("CLIENT", "UNPAUSE");
  assert.equal(await write, 1);
  await until("the one that was given up is applied as well", async () => await redis.get("k") === "v");
});

test("CLIENT PAUSE for longer than the watchdog allows: the link is given up, reads are answered, writes in doubt", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, { url: server.url, watchdogMs: 200, timeoutMs: 8_000 });
  const admin = await beside(t, server.port);
  const disconnect = new Promise<ClientEvents["disconnect"]>((done) => redis.on("disconnect", done));
  await admin.say("CLIENT", "PAUSE", 900, "ALL");
  const write = failureOf(redis.incr("n"));
  const read = redis.get("k");
  assert.match((await disconnect).reason.message, /no byte came for \d+ ms while replies were due/);
  const error = await write;
  assert.ok(error instanceof ConnectionError && error.maybeApplied);
  assert.equal(await read, null);
  assert.ok(["1", null].includes(await redis.get("n")));
});

for (const kind of serverKinds) {
  test(`${kind}, maxclients is reached: connect() says so at once`, async (t) => {
    const server = await serverOf(t, ["--maxclients", "1"], kind);
    const first = await connected(t, server.url);
    const error = await failureOf(connect(server.url));
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.name, "ConnectionError");
    assert.equal(error.maybeApplied, false);
    assert.match(error.message, /^Cannot connect to ".*": the server refused: ERR max number of clients reached/);
    assert.ok(error.cause instanceof ReplyError);
    assert.equal(await first.ping(), "PONG");
  });
}

test("maxclients is reached at a reconnect: it is tried again until there is room, and calls wait", async (t) => {
  const server = await serverOf(t);
  const redis = await connected(t, { url: server.url, reconnect: { capMs: 100 } });
  const admin = await beside(t, server.port);
  const id = await redis.clientId();
  const errors: Error[] = [];
  redis.on("error", ({ error }) => errors.push(error));
  let attempt = 0;
  redis.on("reconnecting", (event) => attempt = event.attempt);
  const back = new Promise<ClientEvents["reconnect"]>((done) => redis.on("reconnect", done));
  const lost = new Promise<void>((done) => redis.on("disconnect", () => done()));
  await admin.say("CONFIG", "SET", "maxclients", 1);
  await admin.say("CLIENT", "KILL", "ID", id);
  await lost;
  const write = redis.incr("n");
  const read = redis.get("n");
  await until("it was refused 3 times", () => errors.length >= 3);
  assert.equal(await redis.healthy({ timeoutMs: 50 }), false);
  const late = await failureOf(redis.with({ timeoutMs: 50 }).incr("n"));
  assert.ok(late instanceof TimeoutError && late.waitedFor === "connection" && !late.maybeApplied);
  assert.match(String((late.cause as Error).message), /max number of clients reached/);
  await admin.say("CONFIG", "SET", "maxclients", 100);
  const { attempts } = await back;
  assert.ok(attempts >= 4 && attempts === attempt, `${attempts} of ${attempt}`);
  assert.equal(await write, 1);
  assert.equal(await read, "1");
  for (const error of errors) {
    assert.match(error.message, /^Cannot connect to ".*": the server refused: ERR max number/);
  }
});

test("maxclients is reached by the pool: a lease waits for its time, and says why it came to nothing", async (t) => {
  const server = await serverOf(t, ["--maxclients", "2"]);
  const redis = await connected(t, { url: server.url, reconnect: { capMs: 50 }, pool: { acquireTimeoutMs: 300 } });
  const other = await connect(server.url);
  const error = await failureOf(redis.lease());
  assert.ok(error instanceof TimeoutError && error.waitedFor === "lease", String(error));
  const told: unknown[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) told.push(cause.message);
  assert.match(told.join("; "), /max number of clients reached/);
  await other.close();
  const lease = await redis.lease();
  assert.equal(await lease.ping(), "PONG");
  await lease.release();
});
