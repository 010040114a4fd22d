/**
 * A program that uses a client as its first argument says, and then has nothing more to do: it must end by itself.
 *
 * Run by closing_test.ts with the way to end and a URL. It never calls `process.exit()`.
 *
 * @module
 */
import process from "node:process";
import { connect, createClient } from "../../mod.ts";
import { echo } from "../../src/commands/mod.ts";

const [way, url] = process.argv.slice(2);

const ways: Record<string, () => Promise<void>> = {
  async close() {
    const redis = await connect({ url, database: 1, clientName: "program" });
    await redis.set("program", "v");
    await redis.pipeline([echo("a"), echo("b")]);
    await redis.close();
  },
  async "close while calls wait"() {
    const redis = createClient(url);
    const calls = Array.from({ length: 1_000 }, (_, index) => redis.echo(index));
    await redis.close();
    await Promise.all(calls);
  },
  async destroy() {
    const redis = await connect(url);
    await redis.ping();
    redis.destroy();
  },
  async "destroy while it connects"() {
    const redis = createClient(url);
    const call = redis.ping().catch(() => {});
    redis.destroy();
    await call;
  },
  "create without use": () => Promise.resolve(void createClient(url)),
  async "a refused login"() {
    await connect({ url, username: "nobody", password: "wrong" }).catch(() => {});
  },
  async "an unreachable server"() {
    await connect({ host: "127.0.0.1", port: 1 }).catch(() => {});
  },
  async "a killed connection"() {
    const redis = await connect(url);
    await redis.clientKill({ id: await redis.clientId(), skipMe: "no" });
    await redis.ping().catch(() => redis.ping());
    await redis.close();
  },
};

await ways[way]();
console.log(`ended: ${way}`);
