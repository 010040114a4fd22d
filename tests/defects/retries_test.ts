/**
 * What is sent again, and what is not: defects of other clients, done right.
 *
 * Here the server refuses what it has not executed, and says so; lost replies, and refusals of real servers, are in
 * tests/faults.
 *
 * @module
 */
import assert from "node:assert/strict";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { commandText } from "../support/wire.ts";
import { connected } from "./scene.ts";

const INCR = commandText("INCR", "key");
/** A timer may ring so much later, in milliseconds, so that what is close together is done together. */
const GRAIN_MS = 5;

const refusals: readonly string[] = [
  "LOADING Redis is loading the dataset in memory",
  "CLUSTERDOWN The cluster is down",
  "TRYAGAIN Multiple keys request during rehashing of slot",
  "READONLY You can't write against a read only replica.",
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
];

for (const refusal of refusals) {
  const [code] = refusal.split(" ");
  // node-redis 6.3.1 gives the caller each of these errors; lettuce 7 too, fred 10.1 most of them.
  test(`${code} three times, then a reply: one INCR, one outcome, and delays that grow within their bounds`, async (t) => {
    const { redis, stream, clock } = await connected(t, { random: seededRandom(11) });
    const call = redis.incr("key");
    await turn();
    for (let tries = 1; tries <= 3; tries++) {
      assert.deepEqual(stream.writes.splice(0), [INCR]);
      stream.send(`-${refusal}\r\n`);
      await turn();
      assert.deepEqual(stream.writes, [], "it is not sent again at once");
      await clock.advance(50 * 2 ** (tries - 1) + GRAIN_MS);
    }
    assert.deepEqual(stream.writes.splice(0), [INCR]);
    stream.send(":1\r\n");
    assert.equal(await call, 1);
    await clock.advance(20_000);
    assert.deepEqual(stream.writes, []);
  });
}

// valkey-glide 2.5.2 waits 1,280 ms or more before such a call is sent again, and gives it up after 250.
test("with the defaults a refusal that lasts for two seconds is waited for", async (t) => {
  const { redis, stream, clock } = await connected(t);
  const call = redis.incr("key");
  for (let ms = 0; ms < 2_000; ms += 10) {
    await clock.advance(10);
    if (stream.writes.splice(0).length > 0) stream.send("-LOADING Redis is loading the dataset in memory\r\n");
  }
  await clock.advance(1_000);
  stream.send(":1\r\n");
  assert.equal(await call, 1);
});
