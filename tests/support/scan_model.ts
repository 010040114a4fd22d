/**
 * A cluster that a scan goes through, in memory: shards of two nodes each, whose slots and keys move under it.
 *
 * SCAN here goes by a hash of the key that is another in each life of a process, so that it gives every key which is
 * there all the while, and a cursor means nothing after a restart: no more and no less than what servers promise. Time
 * is the count of what the scan did: before each of its steps, whatever was planned for that step happens.
 *
 * @module
 */
import type { AnyCommand, Command } from "../../src/commands/command.ts";
import { ConnectionError, ReplyError } from "../../src/errors.ts";
import { PLAIN, type Value } from "../../src/resp/value.ts";
import { slotOf } from "../../src/routing/slots.ts";
import type { ScanNodes } from "../../src/cluster/scan.ts";
import type { ScanTarget } from "../../src/cluster/scan_view.ts";
import { SlotSet } from "../../src/cluster/slot_set.ts";

/** A primary and its replica, which has all that the primary has. */
export interface ModelShard {
  /** The two nodes; a node's id is its name. */
  readonly nodes: readonly [ModelNode, ModelNode];
  /** Which of them is the primary. */
  primary: ModelNode;
  readonly keys: Set<string>;
  readonly slots: SlotSet;
  epoch: number;
  /** The slots that leave, with where they go and the id which that node had when this began. */
  readonly leaving: Map<number, { readonly to: ModelShard; readonly id: string }>;
}

/** A node. */
export interface ModelNode {
  readonly name: string;
  /** Which life of its process this is. */
  life: number;
  /** Until which step it does not answer, and whether it then refuses in place of that. */
  awayUntil: number;
  loading: boolean;
}

/** A command that was sent, and where. */
export type Sent = readonly [node: string, ...words: string[]];

/** A cluster whose nodes a scan can ask. */
export class ScanModel implements ScanNodes {
  readonly shards: readonly ModelShard[];
  /** What happens before the steps of the scan. */
  readonly plan: Map<number, () => void> = new Map();
  /** What was sent. */
  readonly sent: Sent[] = [];
  /** How long was waited before which rounds. */
  readonly waits: number[] = [];
  refreshes = 0;
  steps = 0;
  /** How many commands are being answered, and how many were at most. */
  underWay = 0;
  most = 0;
  /** Whether a slot that leaves is said to go to who is primary now, as Valkey 8 does, or to who was, as Redis 7. */
  renames = true;
  /** What a node says in place of a reply to a command. */
  refuses: ((node: string, command: AnyCommand) => Error | undefined) | undefined;
  #owners: (string | undefined)[] = [];

  /** Takes how many shards have slots, as alike as can be; one more has none. */
  constructor(count = 3) {
    this.shards = Array.from({ length: count + 1 }, (_, at) => {
      const nodes = [0, 1].map((which): ModelNode => {
        return { name: `${"abcdefgh"[at]}${which}:1`, life: 1, awayUntil: 0, loading: false };
      });
      const start = Math.ceil(at * 16_384 / count), end = Math.ceil((at + 1) * 16_384 / count) - 1;
      return {
        nodes: nodes as [ModelNode, ModelNode],
        primary: nodes[0]!,
        keys: new Set(),
        slots: new SlotSet(at < count ? [{ start, end }] : []),
        epoch: at + 1,
        leaving: new Map(),
      };
    });
    this.learn();
  }

  /** The shard that serves a slot; of two that both say so, the newer. */
  shardOf(slot: number): ModelShard | undefined {
    let owner: ModelShard | undefined;
    for (const shard of this.shards) if (shard.slots.has(slot) && shard.epoch > (owner?.epoch ?? 0)) owner = shard;
    return owner;
  }

  /** Stores keys where they belong. */
  store(...keys: string[]): void {
    for (const key of keys) {
      const shard = this.shardOf(slotOf(key))!;
      // A new key of a slot that is leaving is stored where that goes.
      (shard.leaving.get(slotOf(key))?.to ?? shard).keys.add(key);
    }
  }

  remove(key: string): void {
    for (const { keys } of this.shards) keys.delete(key);
  }

  /** A slot begins to leave its shard. */
  leave(slot: number, to: ModelShard): void {
    const from = this.shardOf(slot);
    if (from === undefined || from === to || from.leaving.has(slot)) return;
    // One that did not hear yet that it lost the slot has to, before it can take it back.
    if (to.slots.has(slot)) to.slots.delete(slot), to.leaving.delete(slot);
    from.leaving.set(slot, { to, id: to.primary.name });
  }

  /** Some of the keys of a slot that is leaving go. */
  carry(slot: number, count: number): void {
    const from = this.shardOf(slot), { to } = from?.leaving.get(slot) ?? {};
    if (to === undefined) return;
    for (const key of [...from!.keys].filter((key) => slotOf(key) === slot).slice(0, count)) {
      from!.keys.delete(key);
      to.keys.add(key);
    }
  }

  /** A slot has left: all its keys go, the target takes it over, and its old shard hears of it now or not yet. */
  arrive(slot: number, isHeard: boolean): void {
    const from = this.shardOf(slot), { to } = from?.leaving.get(slot) ?? {};
    if (to === undefined) return;
    this.carry(slot, Infinity);
    to.slots.add(slot);
    this.#takesOver(to);
    if (isHeard) this.hear(slot);
  }

  /** Shards hear that others have taken a slot over. */
  hear(slot: number): void {
    const owner = this.shardOf(slot);
    for (const shard of this.shards) {
      if (shard === owner) continue;
      shard.slots.delete(slot);
      shard.leaving.delete(slot);
    }
  }

  /** The replica takes the place of the primary. */
  failOver(shard: ModelShard): void {
    const [first, second] = shard.nodes;
    shard.primary = shard.primary === first ? second : first;
    shard.epoch = this.#newestEpoch() + 1;
  }

  restart(node: ModelNode): void {
    node.life++;
  }

  /** Has the client know who has which slots now. */
  learn(): void {
    this.#owners = Array.from({ length: 16_384 }, (_, slot) => this.shardOf(slot)?.primary.name);
  }

  ownerOf(slot: number): string | undefined {
    return this.#owners[slot];
  }

  nameOf({ id }: ScanTarget): string {
    return id;
  }

  async send<Reply>(name: string, command: Command<Reply>): Promise<Reply> {
    this.sent.push([name, ...command.words.map(String)]);
    this.most = Math.max(this.most, ++this.underWay);
    try {
      await this.#step();
      const refusal = this.refuses?.(name, command);
      if (refusal) throw refusal;
      const shard = this.shards.find(({ nodes }) => nodes.some((node) => node.name === name))!;
      const node = shard.nodes.find((node) => node.name === name)!;
      if (node.awayUntil > this.steps) {
        throw node.loading ? new ReplyError("LOADING it reads") : new ConnectionError(`Cannot reach ${name}`);
      }
      return command.reader.read(this.#answer(shard, node, command.words.map(String)), PLAIN);
    } finally {
      this.underWay--;
    }
  }

  async refresh(): Promise<void> {
    await this.#step();
    this.refreshes++;
    this.learn();
  }

  async backoff(attempt: number): Promise<void> {
    this.waits.push(attempt);
    await this.#step();
  }

  /** The commands of a name that were sent. */
  sentOf(name: string): Sent[] {
    return this.sent.filter(([, word]) => word === name);
  }

  async #step(): Promise<void> {
    await Promise.resolve();
    if (++this.steps > 20_000) throw new Error("The scan does not end");
    this.plan.get(this.steps)?.();
  }

  #answer(shard: ModelShard, node: ModelNode, words: string[]): Value {
    if (words[0] === "INFO") return `# Server\r\nrun_id:${node.name}${node.life}\r\n`;
    if (words[0] === "CLUSTER") return this.#nodesAsSeenBy(node);
    const count = words.includes("COUNT") ? Number(words[words.indexOf("COUNT") + 1]) : 10;
    const order = [...shard.keys].map((key) => [hash(`${node.name}${node.life}${key}`), key] as const)
      .filter(([at]) => at >= Number(words[1])).sort(([a], [b]) => a - b);
    const page = order.slice(0, count);
    return [String(order[count] === undefined ? 0 : page.at(-1)![0] + 1), page.map(([, key]) => key)];
  }

  #nodesAsSeenBy(asked: ModelNode): string {
    return this.shards.flatMap(({ nodes, primary, epoch, slots, leaving }) =>
      nodes.map((node) => {
        const role = node === primary ? "master -" : `slave ${primary.name}`;
        const words = node === primary ? slots.ranges().map(({ start, end }) => `${start}-${end}`) : [];
        if (node === asked) {
          for (const [slot, { to, id }] of node === primary ? leaving : []) {
            words.push(`[${slot}->-${this.renames ? to.primary.name : id}]`);
          }
        }
        const flags = node === asked ? `myself,${role}` : role;
        return `${node.name} 127.0.0.1:1@2 ${flags} 0 0 ${epoch} connected ${words.join(" ")}\n`;
      })
    ).join("");
  }

  #takesOver(shard: ModelShard): void {
    // Who has the newest epoch already keeps it.
    if (this.shards.some((other) => other !== shard && other.epoch >= shard.epoch)) {
      shard.epoch = this.#newestEpoch() + 1;
    }
  }

  #newestEpoch(): number {
    return Math.max(...this.shards.map(({ epoch }) => epoch));
  }
}

/** A whole number from 1 that differs for different texts, as good as always. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d);
  return ((sum ^ (sum >>> 13)) >>> 0) + 1;
}
