/**
 * A program whose one client loses all of its connections over and over, and prints what it has open meanwhile.
 *
 * Run by cycles_test.ts with the count of losses and the server's URL. It has to end by itself.
 *
 * @module
 */
import process from "node:process";
import { type Client, connect, ConnectionError } from "../../mod.ts";
import { until } from "./conditions.ts";
import { Ledger } from "./tallies.ts";

const [count, url] = process.argv.slice(2);
const ledger = await Ledger.open(url);
const { admin, clock, signal } = ledger;
const redis = await connect({
  url,
  clock,
  signal,
  credentials: ledger.credentials(),
  pool: { min: 1 },
  reconnect: { baseMs: 1, capMs: 1 },
});

/** Waits until a lost connection is back. */
function reconnected(client: Client): Promise<void> {
  return new Promise((done) => {
    const off = client.on("reconnect", () => {
      off();
      done();
    });
  });
}

/** Has a call wait at the server over a connection of the pool, until that is lost. */
async function lostPop(): Promise<() => Promise<void>> {
  const popped = redis.blpop("nothing", 0).then(() => undefined, (error) => error);
  await until("the pop waits", async () => /blocked_clients:1\r/.test(await admin.info("clients")));
  return async () => {
    const error = await popped;
    if (!(error instanceof ConnectionError && error.maybeApplied)) throw error;
  };
}

const WARM_UP = 500;
const rounds = Number(count);
const measured = [0, rounds / 4, rounds / 2, rounds];
for (let round = 1 - WARM_UP; round <= rounds; round++) {
  const popLost = round % 10 === 0 ? await lostPop() : undefined;
  const back = reconnected(redis);
  // Answered before the loss or after it, whichever is first.
  const read = redis.get("k");
  await admin.clientKill({ type: "normal" });
  await Promise.all([read, back, popLost?.()]);
  await redis.ping();
  // The shared connection, and that of the pool.
  if (measured.includes(round)) await ledger.measure(round, 2);
}
await redis.close();
await ledger.close();
