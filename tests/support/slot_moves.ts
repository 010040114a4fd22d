/**
 * Moves slots between the primaries of a real cluster, whole or half-way, as an operator would.
 *
 * Key by key: the target imports, the source migrates, keys are sent with MIGRATE until none is left, and the new owner
 * is told to the target first, then to the source, then to the other primaries; replicas learn it from those. Between
 * the steps clients meet ASK, TRYAGAIN and MOVED. At once: Valkey 9's MIGRATESLOTS, where they meet MOVED alone.
 *
 * @module
 */
import type { PlainClient, PlainReply } from "./plain_client.ts";
import type { RealCluster } from "./real_cluster.ts";
import type { RealNode, SlotRange } from "./real_node.ts";
import { until } from "./until.ts";

/** How slots are moved. */
export interface MoveOptions {
  /** How many keys one MIGRATE takes; 10 when absent. */
  keysPerMigrate?: number;
  /** How many slots are half-way at a time, which is faster where nodes are busy; 1 when absent. */
  sideBySide?: number;
  /** How many databases have keys; 1 when absent. */
  databases?: number;
  /** Done for each slot when its keys have gone and its owner is still the source. */
  beforeFinish?: (slot: number) => unknown;
}

const MIGRATE_MS = 5_000;
const ATOMIC_MS = 20_000;

/** The slots from the first to the last, both included. */
export function slotsOf(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The first slots that a node has. */
export async function firstSlotsOf(node: RealNode, count: number): Promise<number[]> {
  const slots = (await node.self()).slots.flatMap(([first, last]) => slotsOf(first, last));
  if (slots.length < count) throw new Error(`Cannot give ${count} slots of ${node.name}: it has ${slots.length}`);
  return slots.slice(0, count);
}

/** Moves slots with their keys, in order. */
export async function moveSlots(
  cluster: RealCluster,
  slots: readonly number[],
  from: RealNode,
  to: RealNode,
  options: MoveOptions = {},
): Promise<void> {
  const others = await othersThan(cluster, from, to);
  const left = slots.values();
  await Promise.all(
    Array.from(
      { length: options.sideBySide ?? 1 },
      () =>
        overConnections([from, to, ...others], async ([source, target, ...rest]) => {
          for (const slot of left) {
            await target.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
            await source.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
            await finish(source, target, slot, to, rest, options);
          }
        }),
    ),
  );
}

/** Has connections of its own to nodes: Valkey lets those wait that send SETSLOT, until replicas have it too. */
async function overConnections(
  nodes: readonly RealNode[],
  use: (clients: readonly PlainClient[]) => Promise<void>,
): Promise<void> {
  const clients = await Promise.all(nodes.map((node) => node.connect()));
  try {
    await use(clients);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** Leaves a slot half-way: what it has stays at the source, what it has not is asked of the target. */
export async function startMigrating(slot: number, from: RealNode, to: RealNode): Promise<void> {
  await to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.id);
  await from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.id);
}

/** Sends keys of a slot that is half-way, so that some are here and some are there. */
export async function migrateKeys(keys: readonly string[], from: RealNode, to: RealNode): Promise<void> {
  await from.command(...to.migration(0, MIGRATE_MS, keys));
}

/** Sends the keys that a slot that is half-way still has, and makes the target its owner. */
export async function finishMigrating(
  cluster: RealCluster,
  slot: number,
  from: RealNode,
  to: RealNode,
  options: MoveOptions = {},
): Promise<void> {
  const others = await othersThan(cluster, from, to);
  await overConnections(
    [from, to, ...others],
    ([source, target, ...rest]) => finish(source, target, slot, to, rest, options),
  );
}

/** Gives a slot that is half-way back to the source; keys that have gone are lost to it. */
export async function stopMigrating(slot: number, from: RealNode, to: RealNode): Promise<void> {
  await from.command("CLUSTER", "SETSLOT", slot, "STABLE");
  await to.command("CLUSTER", "SETSLOT", slot, "STABLE");
}

/** Has Valkey 9 move slots at once, and waits until the target has them. */
export async function moveSlotsAtomically(slots: readonly number[], from: RealNode, to: RealNode): Promise<void> {
  const before = await endedBadly(from);
  await from.command("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", ...rangesOf(slots).flat(), "NODE", to.id);
  await until(async () => {
    const now = await endedBadly(from);
    if (now.length > before.length) throw new Error(`Cannot move the slots to ${to.name}: ${now.join("; ")}`);
    const [own, left] = await Promise.all([to.self(), from.self()]);
    const there = slots.every((slot) => holds(own.slots, slot) && !holds(left.slots, slot));
    return there ? undefined : `${to.name} does not have the slots`;
  }, ATOMIC_MS);
}

/** The migrations from or to a node that came to nothing; it remembers those of some time. */
async function endedBadly(node: RealNode): Promise<string[]> {
  const migrations = await node.command("CLUSTER", "GETSLOTMIGRATIONS") as PlainReply[];
  return migrations.map(String).filter((migration) => /\b(failed|cancelled)\b/.test(migration));
}

/** Finishes over connections, of which that to the source may change its database. */
async function finish(
  source: PlainClient,
  target: PlainClient,
  slot: number,
  to: RealNode,
  others: readonly PlainClient[],
  options: MoveOptions,
): Promise<void> {
  for (let database = 0; database < (options.databases ?? 1); database++) {
    if (options.databases !== undefined) await source.command("SELECT", database);
    await emptySlot(source, slot, to, database, options);
  }
  await options.beforeFinish?.(slot);
  await target.command("CLUSTER", "SETSLOT", slot, "NODE", to.id);
  await source.command("CLUSTER", "SETSLOT", slot, "NODE", to.id);
  await Promise.all(others.map((other) => other.command("CLUSTER", "SETSLOT", slot, "NODE", to.id)));
}

/** The other primaries, who would else learn of the new owner by and by. */
async function othersThan(cluster: RealCluster, from: RealNode, to: RealNode): Promise<RealNode[]> {
  return (await cluster.primaries()).filter((node) => node !== from && node !== to);
}

async function emptySlot(
  source: PlainClient,
  slot: number,
  to: RealNode,
  database: number,
  { keysPerMigrate = 10 }: MoveOptions,
): Promise<void> {
  for (;;) {
    const keys = await source.command("CLUSTER", "GETKEYSINSLOT", slot, keysPerMigrate) as string[];
    if (keys.length === 0) return;
    await source.command(...to.migration(database, MIGRATE_MS, keys));
  }
}

function holds(ranges: readonly SlotRange[], slot: number): boolean {
  return ranges.some(([first, last]) => first <= slot && slot <= last);
}

function rangesOf(slots: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const slot of slots.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === slot - 1) last[1] = slot;
    else ranges.push([slot, slot]);
  }
  return ranges;
}
