/**
 * Whether a node of a scripted cluster serves commands with these keys, or says who does.
 *
 * The rules and their order are those of `getNodeByQuery` in the servers: all keys in one slot that somebody serves, a
 * cluster that is up, a slot on its way, reads from a replica, and at last MOVED.
 *
 * @module
 */
import { ReplyError } from "../../src/errors.ts";
import { slotOfKey } from "./crc16.ts";
import type { ScriptedNode } from "./scripted_node.ts";
import { redirectTo } from "./scripted_topology.ts";

/** A command, or all that a transaction holds. */
export interface Keyed {
  /** The keys, or the channels of a shard. */
  readonly keys: readonly string[];
  /** Whether any of it writes. */
  readonly isWrite: boolean;
  /** Whether they are the channels of a shard. */
  readonly isShardChannel?: boolean;
  /** Whether it is to wait for EXEC. */
  readonly isQueued?: boolean;
}

/** The state of the connection that it came on. */
export interface Asker {
  readonly database: number;
  readonly tls: boolean;
  readonly asking: boolean;
  readonly readOnly: boolean;
}

/** What the node refuses with; undefined when it serves it. */
export function refusalOf(node: ScriptedNode, keyed: Keyed, asker: Asker): ReplyError | undefined {
  const { view, importing, store } = node;
  const { keys, isShardChannel = false } = keyed;
  if (keys.length === 0) return undefined;
  const slot = slotOfKey(keys[0]);
  const owner = view.ownerOf(slot);
  if (owner === undefined) return new ReplyError("CLUSTERDOWN Hash slot not served");
  if (keys.some((key) => slotOfKey(key) !== slot)) {
    return new ReplyError("CROSSSLOT Keys in request don't hash to the same slot");
  }
  if (!view.isUp && !isShardChannel) return new ReplyError("CLUSTERDOWN The cluster is down");
  // Since Valkey 8 replicas know what their primary is giving away, and say so to who may read from them.
  const knows = owner === node || (node.kind !== "redis7" && asker.readOnly && owner === view.primaryOf(node));
  const target = knows ? owner.migrating.get(slot) : undefined;
  const isImporting = importing.has(slot);
  // Since Valkey 9 keys that are missing matter to EXEC alone.
  const matters = !isShardChannel && !(keyed.isQueued && node.kind === "valkey9");
  const open = (target !== undefined || isImporting) && matters;
  const missing = open ? keys.filter((key) => !store.has(asker.database, key)).length : 0;
  if (target !== undefined && missing > 0) {
    return missing < keys.length ? tryAgain() : redirectTo("ASK", slot, target, asker.tls);
  }
  if (isImporting && asker.asking) return missing > 0 && new Set(keys).size > 1 ? tryAgain() : undefined;
  const reads = (asker.readOnly || isShardChannel) && !keyed.isWrite;
  if (reads && view.primaryOf(node) === owner) return undefined;
  return owner === node ? undefined : redirectTo("MOVED", slot, owner, asker.tls);
}

function tryAgain(): ReplyError {
  return new ReplyError("TRYAGAIN Multiple keys request during rehashing of slot");
}
