/**
 * What those who send commands need of the cluster.
 *
 * @module
 */
import type { AnyCommand } from "../commands/command.ts";
import type { ReplyError } from "../errors.ts";
import type { FanOut } from "../routing/fan_out.ts";
import type { CallOptions } from "../sender.ts";
import type { Member } from "./member.ts";

/** The nodes, as those see them who send commands. */
export interface DispatchNodes {
  /** The node that a command of a slot goes to; undefined while nobody is known to serve the slot. */
  nodeFor(slot: number, command: AnyCommand, options: CallOptions): Member | undefined;
  /** Any node that takes writes; undefined while none is known. */
  any(): Member | undefined;
  /** A node by its name; undefined when it is not, or no longer, there. */
  named(name: string): Member | undefined;
  /** All nodes, or all that take writes. */
  everywhere(to: FanOut["to"]): Member[];
  /** The first of the slots that a node takes the writes of; undefined when it has none. */
  firstSlotOf(member: Member): number | undefined;
  /** Those that are connected. */
  connected(): Member[];
  /** The node that a MOVED or ASK names, with the map patched; undefined where that cannot be told. */
  redirected(error: ReplyError, from: Member): Member | undefined;
  /** A node said that it cannot serve a command now. */
  unserved(error: ReplyError, from: Member): void;
  /** Calls wait for a node, or may soon. */
  troubled(): void;
  /** Waits until the topology has changed, or so many milliseconds, or until the signal aborts. */
  changed(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** The delay before try `attempt`, from 1. */
  delayMs(attempt: number): number;
  /** Milliseconds now. */
  now(): number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Whether calls are no longer taken. */
  readonly closed: boolean;
  /** What the cluster is called in messages. */
  readonly name: string;
  /** Why no node could be asked the last time. */
  readonly lastFailure: Error | undefined;
  /** Why no node can be asked, where nothing changes that by itself. */
  readonly hopeless: Error | undefined;
  /** Whether the nodes are known. */
  readonly known: boolean;
  /** How the client's calls are made. */
  readonly defaults: {
    readonly timeoutMs: number;
    readonly attempts: number;
    readonly maxRedirects: number;
    readonly enableOfflineQueue: boolean;
  };
}
