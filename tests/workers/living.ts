/**
 * Scenarios of connections that live: leases, commands that block, deadlines, signals, losses, and the end.
 *
 * In all of them a connection that ends is closed in order, so that they run under every compatibility date.
 */
import { type AbortError, connect, type ConnectionError, createClient, type TimeoutError } from "@respwire/client";
import { select } from "@respwire/client/commands";
import { countTimers, fails, same, until } from "./checks.ts";
import { connections, paused, plain, type Scenario, using, usingTwo } from "./environment.ts";

/** What a client does for its callers, and what becomes of its connections. */
export const living: Record<string, Scenario> = {
  "leases a connection, selects another database there, and gives it back as it came": (env) =>
    using({ url: plain(env), pool: { max: 1 } }, async (redis) => {
      const key = crypto.randomUUID();
      const lease = await redis.lease();
      await lease.send(select(1));
      await lease.set(key, "in database 1", { ex: 60 });
      same(await redis.get(key), null);
      await lease.release();
      await fails(lease.get(key), "PoolError", /the lease was returned/);
      const next = await redis.lease();
      same([await next.get(key), redis.poolStats().total], [null, 1]);
      await next.release();
    }),
  "answers ordinary calls while a pop blocks, and then the pop": (env) =>
    using(plain(env), async (redis) => {
      const key = crypto.randomUUID();
      const pop = redis.blpop(key, 5);
      await until(() => redis.poolStats().leased === 1);
      for (let i = 0; i < 100; i++) same(await redis.call("ECHO", `${i}`), `${i}`);
      await redis.rpush(key, "a job");
      same(await pop, { key, element: "a job" });
    }),
  "gives a command up in its time, and the next call its own reply": (env) =>
    usingTwo(env, async (redis, other) => {
      const key = crypto.randomUUID();
      await redis.set(key, 1, { ex: 60 });
      await paused(other, async () => {
        const began = performance.now();
        const error = await fails(redis.with({ timeoutMs: 50 }).incr(key), "TimeoutError", /Cannot finish INCR/);
        const took = performance.now() - began;
        if (took < 49 || took > 1000) throw new Error(`Cannot go on: 50 ms took ${took} ms`);
        same([(error as TimeoutError).waitedFor, (error as TimeoutError).maybeApplied], ["reply", true]);
      });
      same([await redis.call("ECHO", "mine"), await redis.get(key)], ["mine", "2"]);
    }),
  "meets the deadlines of 2,000 calls with a handful of timers": (env) =>
    usingTwo(env, async (redis, other) => {
      const timers = countTimers();
      try {
        await paused(other, async () => {
          const hurried = redis.with({ timeoutMs: 50 });
          const errors = Array.from({ length: 2000 }, () => fails(hurried.incr("counted"), "TimeoutError", /INCR/));
          const waitedFor = (await Promise.all(errors)).map((error) => (error as TimeoutError).waitedFor);
          same([...new Set(waitedFor)], ["reply"]);
        });
        if (timers.made > 10) throw new Error(`Cannot go on: there were ${timers.made} timers`);
      } finally {
        timers.restore();
      }
      same(await redis.call("ECHO", "mine"), "mine");
    }),
  "gives up what waits when a signal aborts": (env) =>
    using(plain(env), async (redis) => {
      const key = crypto.randomUUID();
      const controller = new AbortController();
      const cancellable = redis.with({ signal: controller.signal });
      const pop = fails(cancellable.blpop(key, 0), "AbortError", /BLPOP/);
      await until(() => redis.poolStats().leased === 1);
      controller.abort(new Error("enough"));
      const error = await pop as AbortError;
      same([(error.cause as Error).message, error.maybeApplied], ["enough", false]);
      await fails(cancellable.get(key), "AbortError", /GET/);
      await redis.rpush(key, "kept");
      same(await redis.lpop(key), "kept");
    }),
  "gives up what waits when the time of AbortSignal.timeout() is over": (env) =>
    usingTwo(env, async (redis, other) => {
      await paused(other, async () => {
        await fails(redis.with({ signal: AbortSignal.timeout(50) }).incr("timed"), "AbortError", /INCR/);
      });
      same(await redis.call("ECHO", "mine"), "mine");
    }),
  "watches a key, and begins anew when somebody was faster": (env) =>
    usingTwo(env, async (redis, other) => {
      const key = crypto.randomUUID();
      await redis.set(key, 1, { ex: 60 });
      let tries = 0;
      const [reply] = await redis.watch(key, async (lease) => {
        const now = Number(await lease.get(key));
        if (++tries === 1) await other.incr(key);
        return await lease.transaction().set(key, now * 10, { ex: 60 }).exec();
      });
      same([reply, tries, await redis.get(key)], ["OK", 2, "20"]);
    }),
  "hears what is published to a channel, until it leaves": (env) =>
    usingTwo(env, async (redis, other) => {
      const channel = crypto.randomUUID();
      const heard: unknown[] = [];
      const leave = await redis.subscribe(channel, (event) => void heard.push(event.message));
      same(await other.publish(channel, "hello"), 1);
      await until(() => heard.length > 0);
      await leave();
      same(await other.publish(channel, "to nobody"), 0);
      same(heard, ["hello"]);
    }),
  "leaves no timer and no connection behind after close()": (env) =>
    // The observer itself makes no timers.
    using({ url: plain(env), timeoutMs: 0, watchdogMs: 0, pingIntervalMs: 0 }, async (observer) => {
      const clientName = crypto.randomUUID();
      const timers = countTimers();
      try {
        const redis = await connect({ url: plain(env), clientName, connections: 2, pool: { min: 1 } });
        await redis.subscribe("news", () => {});
        await redis.blpop(clientName, 0.01);
        const lease = await redis.lease();
        await lease.get("greeting");
        await lease.release();
        await redis.get("greeting");
        same(await connections(observer, clientName), 3);
        if (timers.pending === 0) throw new Error("Cannot go on: the timers are not counted");
        const began = performance.now();
        await redis.close();
        const took = performance.now() - began;
        same(timers.pending, 0);
        if (took > 1000) throw new Error(`Cannot go on: close() took ${took} ms`);
      } finally {
        timers.restore();
      }
      await until(async () => await connections(observer, clientName) === 0);
    }),
  "sends a read again by itself when its connection was killed, and says that a write may have been applied": (env) =>
    usingTwo(env, async (redis, other) => {
      const key = crypto.randomUUID();
      const events: string[] = [];
      for (const name of ["disconnect", "reconnecting", "reconnect"] as const) redis.on(name, () => events.push(name));
      const id = await redis.clientId();
      await paused(other, async () => {
        const write = fails(redis.incr(key), "ConnectionError", /INCR/);
        // It waits behind the write, since both go over one connection.
        const read = redis.get(key);
        await until(async () => / flags=b /.test(String(await other.call("CLIENT", "LIST", "ID", id))));
        same(await other.call("CLIENT", "KILL", "ID", id), 1);
        same([(await write as ConnectionError).maybeApplied, await read], [true, null]);
      });
      if (await redis.clientId() === id) throw new Error("Cannot go on: it is the same connection");
      same(events, ["disconnect", "reconnecting", "reconnect"]);
    }),
  "subscribes again by itself when its connection was killed": (env) =>
    usingTwo(env, async (redis, other) => {
      const channel = crypto.randomUUID();
      const heard: string[] = [];
      await redis.subscribe(channel, (event) => void heard.push(String(event.message)));
      const id = await redis.clientId();
      const back = new Promise<unknown>((resolve) => redis.on("reconnect", resolve));
      same(await other.call("CLIENT", "KILL", "ID", id), 1);
      await back;
      same(await other.publish(channel, "again"), 1);
      await until(() => heard.length > 0);
      same(heard, ["again"]);
    }),
  "says which time was over when there is no server": async ({ PORTS }) => {
    const redis = createClient({ url: `redis://127.0.0.1:${PORTS.refusing}`, timeoutMs: 100 });
    const error = await fails(redis.get("greeting"), "TimeoutError", /GET/);
    same([(error as TimeoutError).waitedFor, (error as TimeoutError).maybeApplied], ["connection", false]);
    await redis.close();
  },
  "keeps a Durable Object's client connected between its requests": async (env) => {
    const room = env.ROOM.get(env.ROOM.idFromName("killed"));
    const ask = async (path: string): Promise<string> => await (await room.fetch(`http://room${path}`)).text();
    const id = await ask("/");
    await using(plain(env), async (other) => same(await other.call("CLIENT", "KILL", "ID", id), 1));
    await until(async () => await ask("/reconnects") === "1");
    if (await ask("/") === id) throw new Error("Cannot go on: it is the same connection");
    await ask("/close");
  },
};
