/**
 * Calls that are given up: defects of other clients, done right.
 *
 * @module
 */
import assert from "node:assert/strict";
import { AbortError, TimeoutError } from "../../mod.ts";
import { behindProxy } from "../faults/behind_proxy.ts";
import { SEED } from "../support/fault_fixture.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { type Server, startServer } from "../support/server.ts";

let server: Server;

beforeAll(async () => {
  server = await startServer({ kind: "valkey9" });
});
afterAll(() => server.stop());

// redis-py 8.0.0 drops the connection of a call that timed out, and with a cancelled call of older versions the next
// one got its reply. valkey-glide 2.5.2 has one time-out for all calls (#3389).
test("1,000 calls that are given up at random leave each of the others its own reply, over one connection", {
  timeoutMs: 30_000,
}, async (t) => {
  const { redis, proxy, straight } = await behindProxy(t, server);
  await straight.mset(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, `v${index}`] as const));
  proxy.delay({ minMs: 0, maxMs: 20 });
  proxy.chunks({ min: 1, max: 300 });
  const random = seededRandom(SEED);
  const counts = { free: 0, answered: 0, aborted: 0, late: 0 };

  async function call(index: number): Promise<void> {
    const chance = random();
    const controller = new AbortController();
    const timer = chance < 0.3 ? setTimeout(() => controller.abort(), random() * 30) : undefined;
    const options = timer !== undefined ? { signal: controller.signal } : chance < 0.6 ? { timeoutMs: 15 } : {};
    if (chance >= 0.6) counts.free++;
    try {
      assert.equal(await redis.with(options).get(`k${index}`), `v${index}`);
      counts.answered++;
    } catch (error) {
      if (error instanceof AbortError) counts.aborted++;
      else if (error instanceof TimeoutError) counts.late++;
      else throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  for (let first = 0; first < 1_000; first += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, offset) => call(first + offset)));
  }
  const { free, answered, aborted, late } = counts;
  assert.ok(answered >= free && aborted > 0 && late > 0, `${JSON.stringify(counts)}, seed ${SEED}`);
  assert.equal(proxy.accepted, 1);
});
