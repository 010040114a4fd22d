/**
 * A worker whose requests are tests: what a client has to do in the real workerd, against real servers.
 *
 * `scripts/workerd.mjs` bundles it, with the packed package, and runs it. The path `/` gives the names of the
 * scenarios, `/?name=…` runs one. The same file is bundled into several services; the binding `ROLE` says which one it
 * is, and so which scenarios it has.
 */
import { type Client, connect, createClient, type Value } from "@respwire/client";
import { workersPlatform } from "@respwire/client/workers";
import { fails, same, until } from "./checks.ts";
import { endedRequests } from "./ended_requests.ts";
import { type Context, type Environment, plain, type Scenario, using } from "./environment.ts";
import { living } from "./living.ts";

const unhandled: string[] = [];
addEventListener("unhandledrejection", (event) => {
  unhandled.push(String((event as unknown as { reason: unknown }).reason));
});

const everywhere: Record<string, Scenario> = {
  "connects, sets, gets and closes": (env) =>
    using(plain(env), async (redis) => {
      await redis.set("greeting", "grüß dich");
      same(await redis.get("greeting"), "grüß dich");
    }),
  "sends a pipeline of 1,000 commands": (env) =>
    using(plain(env), async (redis) => {
      const pipeline = redis.pipeline();
      for (let i = 0; i < 1000; i++) pipeline.call("ECHO", `${i}`);
      same(await pipeline.exec(), Array.from({ length: 1000 }, (_, i) => `${i}`));
    }),
  ...living,
};

const last: Record<string, Scenario> = {
  "leaves no rejection unhandled": () => {
    same(unhandled, []);
    return Promise.resolve();
  },
};

const trusting: Record<string, Scenario> = {
  ...everywhere,
  "has values of 1 MiB and 8 MiB": (env) =>
    using(plain(env), async (redis) => {
      for (const mib of [1, 8]) {
        const text = "0123456789abcdef".repeat(mib * 65_536);
        await redis.set("large", text);
        if (await redis.get("large") !== text) throw new Error("Cannot go on: the value is another");
      }
    }),
  "has 500 calls in flight, each with its own reply": (env) =>
    using(plain(env), async (redis) => {
      const replies = await Promise.all(Array.from({ length: 500 }, (_, i) => redis.call("ECHO", `${i}`)));
      same(replies, Array.from({ length: 500 }, (_, i) => `${i}`));
    }),
  "counts in a client of its own": (env) =>
    using(plain(env), async (redis) => {
      const key = crypto.randomUUID();
      for (let i = 1; i <= 100; i++) same(await redis.incr(key), i);
    }),
  "hears of a changed key by a push of RESP3": async (env) => {
    const pushes: Value[][] = [];
    await using({ url: plain(env), onPush: (push) => void pushes.push(push) }, async (redis) => {
      await redis.call("CLIENT", "TRACKING", "ON");
      await redis.get("watched");
      await using(plain(env), async (other) => void await other.set("watched", "new"));
      await until(() => pushes.length > 0);
      same(pushes, [["invalidate", ["watched"]]]);
    });
  },
  "leaves no connection behind after close()": (env) =>
    using(plain(env), async (observer) => {
      const named = async () => String(await observer.call("CLIENT", "LIST")).includes("name=short-lived");
      const redis = await connect({ url: plain(env), clientName: "short-lived" });
      same(await named(), true);
      await redis.close();
      await until(async () => !await named());
      await fails(redis.get("greeting"), "ClosedError", /closed/);
    }),
  "leaves no connection behind after destroy()": (env) =>
    using(plain(env), async (observer) => {
      const named = async () => String(await observer.call("CLIENT", "LIST")).includes("name=destroyed");
      const redis = await connect({ url: plain(env), clientName: "destroyed" });
      const waits = fails(redis.call("BLPOP", "empty", "0"), "ClosedError", /closed/);
      redis.destroy();
      await waits;
      await until(async () => !await named());
    }),
  "connects with a password": (env) =>
    using({ host: "127.0.0.1", port: env.PORTS.guarded, password: "right" }, async (redis) => {
      same(await redis.ping(), "PONG");
    }),
  "is refused with a wrong password": async ({ PORTS }) => {
    const { message } = await fails(
      connect({ host: "127.0.0.1", port: PORTS.guarded, password: "wrong" }),
      "ConnectionError",
      /WRONGPASS/,
    );
    if (message.includes("wrong")) throw new Error("Cannot go on: the message holds the password");
  },
  "tells of a port where nobody listens": async ({ PORTS }) => {
    await fails(connect(`redis://127.0.0.1:${PORTS.refusing}`), "ConnectionError", /Cannot connect to "127.0.0.1:\d+"/);
  },
  "tells of a connection that was reset": async ({ PORTS }) => {
    await fails(
      connect(`redis://127.0.0.1:${PORTS.resetting}`),
      "ConnectionError",
      /Cannot connect to "127.0.0.1:\d+"/,
    );
  },
  "gives up a server that says nothing": async ({ PORTS }) => {
    for (const scheme of ["redis", "rediss"]) {
      const silent = `${scheme}://127.0.0.1:${PORTS.silent}`;
      await fails(connect({ url: silent, connectTimeoutMs: 100 }), "TimeoutError", /100 ms/);
    }
  },
  "speaks TLS to a host name and to an address": async ({ PORTS }) => {
    for (const host of ["localhost", "127.0.0.1"]) {
      await using(`rediss://${host}:${PORTS.secure}`, async (redis) => {
        const text = "secret".repeat(100_000);
        await redis.set("over TLS", text);
        if (await redis.get("over TLS") !== text) throw new Error("Cannot go on: the value is another");
      });
    }
  },
  "asks for the server name and verifies it in place of the host": async ({ PORTS }) => {
    const target = { host: "127.0.0.1", port: PORTS.wrongHost };
    await using({ ...target, tls: { serverName: "other.example" } }, async (redis) => same(await redis.ping(), "PONG"));
    await fails(connect({ ...target, tls: { serverName: "third.example" } }), "ConnectionError", /Cannot connect/);
  },
  ...Object.fromEntries((["wrongHost", "expired", "notYetValid"] as const).map((kind): [string, Scenario] => [
    `refuses the certificate "${kind}"`,
    async ({ PORTS }) =>
      void await fails(connect(`rediss://localhost:${PORTS[kind]}`), "ConnectionError", /Cannot connect/),
  ])),
  "says what TLS cannot do here": async ({ PORTS }) => {
    const target = { host: "localhost", port: PORTS.secure };
    const refused = connect({ ...target, tls: { insecureSkipVerify: true } });
    await fails(refused, "ConnectionError", /cannot turn off the checks of TLS/);
    await fails(connect({ ...target, tls: { ca: "PEM" } }), "ConnectionError", /cannot be given tls\.ca/);
  },
  "says that there are no unix sockets here": async () => {
    await fails(connect("redis+unix:///run/redis.sock"), "ConnectionError", /has no unix sockets/);
  },
  "goes through a service binding, with its authority and client certificate": (env) =>
    using({ platform: workersPlatform((address, options) => env.CACHE.connect(address, options)) }, async (redis) => {
      same(await redis.ping(), "PONG");
    }),
  "keeps a client over several requests in a Durable Object": async (env) => {
    const room = env.ROOM.get(env.ROOM.idFromName("one"));
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(await (await room.fetch("http://room/")).text());
    same(new Set(ids).size, 1);
    await room.fetch("http://room/close");
  },
  ...endedRequests,
  ...last,
};

const strange: Record<string, Scenario> = {
  "refuses a certificate whose authority it does not trust": async ({ PORTS }) => {
    await fails(connect(`rediss://localhost:${PORTS.secure}`), "ConnectionError", /Cannot connect/);
  },
  ...last,
};

const roles: Record<string, Record<string, Scenario>> = { trusting, strange, picked: { ...everywhere, ...last } };

/** A Durable Object: its sockets are its own, not those of the request that made them. */
export class Room {
  readonly #redis: Client;
  #reconnects = 0;

  constructor(_state: unknown, env: Environment) {
    this.#redis = createClient(plain(env));
    this.#redis.on("reconnect", () => this.#reconnects++);
  }

  async fetch(request: Request): Promise<Response> {
    if (request.url.endsWith("/close")) {
      await this.#redis.close();
      return new Response();
    }
    if (request.url.endsWith("/reconnects")) return new Response(String(this.#reconnects));
    return new Response(String(await this.#redis.call("CLIENT", "ID")));
  }
}

// A worker has to have its handlers in the default export.
export default {
  async fetch(request: Request, env: Environment, context: Context): Promise<Response> {
    const scenarios = roles[env.ROLE];
    const name = new URL(request.url).searchParams.get("name");
    if (name === null) return Response.json(Object.keys(scenarios));
    try {
      await scenarios[name](env, context);
      return new Response();
    } catch (error) {
      return new Response((error as Error).stack ?? String(error), { status: 500 });
    }
  },
};
