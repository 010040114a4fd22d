/**
 * Measures on one runtime what deadlines cost: two clients in one process, one with deadlines and one without, take turns.
 *
 *   node scripts/deadline_cost_program.mjs ENTRY URL ROUNDS
 *
 * ENTRY is the main entry of the package, URL a server's. Prints a JSON list, for each workload its name, the throughput
 * without deadlines in calls a second, and the median of how much of it is left with them, round by round.
 */
import process from "node:process";

const [entry, url, rounds] = process.argv.slice(2);
// Short, so that what else the machine does meets both alike.
const ROUND_MS = 15;
const WARM_UPS = 12;
const KEY = "deadline-cost";
const PIPELINE = 100;

const { connect } = await import(entry);
const { get } = await import(entry.replace("mod.js", "src/commands/mod.js"));
const off = await connect({ url, timeoutMs: 0 });
const on = await connect({ url, timeoutMs: 5_000 });
await off.set(KEY, "value");
const commands = Array.from({ length: PIPELINE }, () => get(KEY));

/** By name: how many calls it makes at a time, and how a client makes so many times as many. */
const workloads = {
  "100 callers, GET": [100, (redis, times) => callers(100, times, () => redis.get(KEY))],
  "1,000 GET at once": [1_000, async (redis, times) => {
    for (let time = 0; time < times; time++) await Promise.all(Array.from({ length: 1_000 }, () => redis.get(KEY)));
  }],
  "4 callers, pipelines of 100 GET": [
    4 * PIPELINE,
    (redis, times) => callers(4, times, () => redis.pipeline(commands)),
  ],
};

const results = [];
for (const [name, [size, run]] of Object.entries(workloads)) {
  let times = 1;
  let tookMs = 0;
  // Both get warm, and the last of it tells how long a round is to be.
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) {
    for (const redis of [on, off]) tookMs = await measure(run, redis, times);
    times = Math.max(1, Math.round(times * ROUND_MS / Math.max(1, tookMs)));
  }
  const ratios = [];
  const offs = [];
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, since whoever is second may have to clear away after the first.
    const order = round % 2 ? [on, off] : [off, on];
    const took = new Map();
    for (const redis of order) took.set(redis, await measure(run, redis, times));
    ratios.push(took.get(off) / took.get(on));
    offs.push(took.get(off));
  }
  results.push({ name, perSecond: Math.round(1_000 * size * times / median(offs)), ratio: median(ratios) });
}
await Promise.all([off.close(), on.close()]);
console.log(JSON.stringify(results));

function callers(count, times, call) {
  return Promise.all(Array.from({ length: count }, async () => {
    for (let time = 0; time < times; time++) await call();
  }));
}

async function measure(run, redis, times) {
  const start = performance.now();
  await run(redis, times);
  return performance.now() - start;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
