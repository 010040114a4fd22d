/**
 * A program that makes and ends clients over and over, in every way there is, and prints what it has open meanwhile.
 *
 * Run by cycles_test.ts with the count of clients, and the server's plain URL, the path of its unix socket and its URL
 * of TLS. It has to end by itself.
 *
 * @module
 */
import process from "node:process";
import { type Client, connect, type ConnectOptions, createClient } from "../../mod.ts";
import { Ledger, turns } from "./tallies.ts";

const [count, url, path, tlsUrl] = process.argv.slice(2);
const ledger = await Ledger.open(url);
const { clock, signal } = ledger;

/** Makes a client and ends it. */
type Cycle = (where: ConnectOptions) => Promise<void>;

/** A client that is closed after its use. */
function closed(use: (redis: Client) => Promise<unknown>, more: ConnectOptions = {}): Cycle {
  return async (where) => {
    const redis = await connect({ ...where, ...more });
    await use(redis);
    await redis.close();
  };
}

/** A client that is destroyed while it dials, so much after its first call. */
function destroyed(later: () => Promise<void>): Cycle {
  return async (where) => {
    const redis = createClient({ ...where, credentials: ledger.credentials() });
    const call = redis.ping().catch(ignore);
    await later();
    redis.destroy();
    await call;
  };
}

const secure = closed((redis) => redis.ping(), { tls: { insecureSkipVerify: true } });
const cycles: readonly Cycle[] = [
  closed((redis) => redis.ping()),
  closed((redis) => Promise.all([redis.ping(), redis.get("k")]), { connections: 2 }),
  closed((redis) => redis.ping(), { pool: { min: 1 } }),
  closed(
    (redis) => Promise.all([redis.get("k"), redis.with({ signal }).ping(), redis.with({ timeoutMs: 60_000 }).ping()]),
    { signal },
  ),
  async (where) => await closed((redis) => redis.ping(), { credentials: ledger.credentials() })(where),
  closed(async (redis) => {
    const lease = await redis.lease({ signal });
    await lease.watch("k");
    const popped = redis.with({ signal }).blpop("list", 0);
    await lease.rpush("list", "v");
    await popped;
    await lease.release();
  }),
  closed(async (redis) => {
    const off = redis.on("disconnect", ignore);
    for (const name of ["connect", "ready", "error", "reconnecting"] as const) redis.on(name, ignore);
    await redis.pipeline().set("k", "v").get("k").exec();
    off();
  }),
  async (where) => {
    const redis = await connect(where);
    const lease = await redis.lease();
    const calls = [redis.blpop("nothing", 0), lease.get("k"), redis.set("k", "v")].map((call) => call.catch(ignore));
    await turns(1);
    redis.destroy();
    await Promise.all(calls);
  },
  destroyed(() => Promise.resolve()),
  destroyed(async () => {
    // The dial is under way by then, and no further.
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }),
];

function ignore(): void {}

const WARM_UP = 500;
const rounds = Number(count);
const measured = [0, rounds / 4, rounds / 2, rounds];
for (let round = 1 - WARM_UP; round <= rounds; round++) {
  // Few over TLS, which takes longer; a third of the others over the unix socket.
  if (round % 50 === 0) await secure({ url: tlsUrl, clock });
  else await cycles[Math.abs(round) % cycles.length](round % 3 === 0 ? { path, clock } : { url, clock });
  if (measured.includes(round)) await ledger.measure(round);
}
await ledger.close();
