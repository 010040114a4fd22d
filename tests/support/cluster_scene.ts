/**
 * A client of a scripted cluster, and time that passes while it is waited for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { type ClusterClient, connectCluster, type ConnectOptions } from "../../mod.ts";
import type { Platform } from "../../src/stream.ts";
import type { FakeClock } from "./fake_clock.ts";
import type { Context } from "./harness.ts";
import { type ScriptedCluster, scriptedCluster, type ScriptedClusterOptions } from "./scripted_cluster.ts";
import { seededRandom } from "./seeded_random.ts";

/** A cluster and its client. */
export interface ClusterScene {
  readonly cluster: ScriptedCluster;
  readonly clock: FakeClock;
  readonly redis: ClusterClient;
}

const STEP_MS = 5;

/** Lets time pass until a promise is settled, and gives what came of it. */
export async function settled<T>(clock: FakeClock, promise: Promise<T>, limitMs: number = 30_000): Promise<T> {
  let open = true;
  const close = (): void => void (open = false);
  promise.then(close, close);
  await clock.advance(0);
  for (const end = clock.now() + limitMs; open; await clock.advance(STEP_MS)) {
    assert.ok(clock.now() < end, `Cannot wait any longer than ${limitMs} ms for a promise`);
  }
  return await promise;
}

/** The error of a promise, for which time passes. */
export async function failed(clock: FakeClock, promise: Promise<unknown>, limitMs?: number): Promise<Error> {
  const outcome = await settled(clock, promise.then((value) => ({ value }), (error: Error) => error), limitMs);
  assert.ok(outcome instanceof Error, `Cannot find an error: ${JSON.stringify(outcome)} came`);
  return outcome;
}

/**
 * The same platform, and what resolves with its first dial. No time may pass before that: what is for several servers
 * is imported when it is wanted, which takes as long as the runtime likes.
 */
export function noticed(platform: Platform): [Platform, Promise<void>] {
  let tell = (): void => {};
  const dialled = new Promise<void>((resolve) => (tell = resolve));
  const dial: Platform["dial"] = (target, signal) => {
    tell();
    return platform.dial(target, signal);
  };
  return [{ ...platform, dial }, dialled];
}

/** Waits until a client's first call has come to a dial, or to its end; no time passes meanwhile. */
export async function begun(
  { cluster, clock }: Pick<ClusterScene, "cluster" | "clock">,
  call: Promise<unknown>,
): Promise<void> {
  let open = true;
  const close = (): void => void (open = false);
  call.then(close, close);
  while (open && cluster.dials.length === 0) {
    await setImmediate();
    await clock.advance(0);
  }
}

/** A client of a cluster that is there already; it asks for the topology when there is need alone. */
export async function clientOf(
  t: Context,
  { cluster, clock }: { cluster: ScriptedCluster; clock: FakeClock },
  options: ConnectOptions = {},
): Promise<ClusterScene> {
  const { seeds } = cluster;
  const [platform, dialled] = noticed(cluster.platform);
  const random = seededRandom(1);
  const connecting = connectCluster({ seeds, platform, clock, random, topologyRefreshMs: 0, ...options });
  await Promise.race([dialled, connecting]);
  const redis = await settled(clock, connecting);
  t.defer(() => redis.destroy());
  return { cluster, clock, redis };
}

/** A cluster and a client of it. */
export async function clusterScene(
  t: Context,
  nodes: ScriptedClusterOptions = {},
  options: ConnectOptions = {},
): Promise<ClusterScene> {
  return await clientOf(t, scriptedCluster(t, nodes), options);
}
