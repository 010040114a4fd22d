/**
 * How a node of a cluster sees itself at one moment: the facts by which a scan judges what it has seen.
 *
 * @module
 */
import { clusterNodes } from "../commands/cluster.ts";
import type { ClusterNode } from "../commands/cluster_readers.ts";
import type { Command } from "../commands/command.ts";
import { info } from "../commands/server.ts";
import { SlotSet } from "./slot_set.ts";

/** A node that slots go to, as the one they leave says. */
export interface ScanTarget {
  /** Its id. */
  readonly id: string;
  /** Its host, as the other has it; `""` where it does not know the node any more. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
}

/** How a node sees itself. */
export interface ScanView {
  /** Its id; `""` when it does not say. */
  readonly id: string;
  /** The id of its process, which a restart changes. */
  readonly run: string | undefined;
  /** Whether it takes writes. */
  readonly primary: boolean;
  /** The epoch of its configuration: it grows whenever the node takes over slots. */
  readonly epoch: number;
  /** The slots that it serves. */
  readonly slots: SlotSet;
  /** Where those of its slots go that are leaving, key by key. */
  readonly leaving: ReadonlyMap<number, ScanTarget>;
}

/** Asks a node how it sees itself. */
export async function viewOf(send: <Reply>(command: Command<Reply>) => Promise<Reply>): Promise<ScanView> {
  const [nodes, { server }] = await Promise.all([
    send(clusterNodes()),
    send(info({ sections: "server", parse: true })),
  ]);
  const own = nodes.find(({ flags }) => flags.includes("myself"));
  const leaving = own?.migrating.map(({ slot, node }) => [slot, targetOf(nodes, node)] as const);
  return {
    id: own?.id ?? "",
    run: server?.run_id,
    primary: own?.flags.includes("master") ?? false,
    epoch: own?.configEpoch ?? 0,
    slots: new SlotSet(own?.slots),
    leaving: new Map(leaving),
  };
}

/** Whether a node went on as it was: the same life, a primary, and it took nothing over in between. */
export function isSame(before: ScanView, after: ScanView): boolean {
  return before.id === after.id && before.run === after.run && before.epoch === after.epoch && after.primary;
}

/** The node with an id, or its primary where it has become a replica. */
function targetOf(nodes: readonly ClusterNode[], id: string): ScanTarget {
  const node = nodes.find((node) => node.id === id);
  const primary = node?.primary ? nodes.find((other) => other.id === node.primary) : undefined;
  const { host, port } = primary ?? node ?? { host: "", port: 0 };
  return { id: primary?.id ?? id, host, port };
}
