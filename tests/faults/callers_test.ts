/** The callers of the fault suites see what they are there to see. */
import assert from "node:assert/strict";
import type { Context } from "../support/harness.ts";
import { test } from "../support/harness.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault_proxy.ts";
import type { Server } from "../support/server.ts";
import { connected } from "../server/opened.ts";
import { Callers } from "./callers.ts";
import { beside, serverOf } from "./servers.ts";

async function behindProxy(t: Context): Promise<{ server: Server; proxy: FaultProxy }> {
  const server = await serverOf(t);
  const proxy = await startFaultProxy({ port: server.port });
  t.defer(() => proxy.stop());
  return { server, proxy };
}

test("callers whose calls all succeed, and whose data is there: nothing is wrong", async (t) => {
  const { server } = await behindProxy(t);
  const callers = await Callers.start(await connected(t, server.url), 10);
  await callers.more(1_000);
  await callers.stop();
  await callers.check();
  assert.equal(callers.lostWrites, 0);
});

test("callers see a counter that was counted twice for one call", async (t) => {
  const { proxy } = await behindProxy(t);
  // With this ceiling the client repeats what it was told to repeat.
  const redis = await connected(t, { url: proxy.url, retry: { ceiling: "any" } });
  const callers = await Callers.start(redis, 10);
  await callers.more(100);
  proxy.swallow({ command: "INCR", thenCut: true });
  await callers.more(200);
  await callers.stop();
  await assert.rejects(callers.check(), /a wrong reply/);
});

test("callers see an acknowledged write that is not there, and a counter that is too high", async (t) => {
  const { server } = await behindProxy(t);
  const redis = await connected(t, server.url);
  const admin = await beside(t, server.port);
  const callers = await Callers.start(redis, 10);
  await callers.more(100);
  await callers.stop();
  await admin.say("INCR", "counter:3");
  await assert.rejects(callers.check(), /counter:3 is \d+: \d+ acknowledged, 0 in doubt/);
  await admin.say("DEL", "set:7:0");
  await assert.rejects(callers.check(), /acknowledged and not there/);
});

test("callers see a read that fails, and one that gives something else", async (t) => {
  const { server } = await behindProxy(t);
  const admin = await beside(t, server.port);
  const callers = await Callers.start(await connected(t, server.url), 10);
  await callers.more(100);
  await admin.say("SET", "fixed", "other");
  await callers.more(100);
  await callers.stop();
  await assert.rejects(callers.check(), /reads failed/);
});
