/**
 * A cluster as its subscriptions see it, in which nothing is true but what a test says.
 *
 * @module
 */
import type { Backoff } from "../../src/connection/backoff.ts";
import type { SubscriberNode, SubscriptionNodes } from "../../src/cluster/subscriber_nodes.ts";
import { ClusterSubscriptions } from "../../src/cluster/subscriptions.ts";
import { AbortError, ReplyError } from "../../src/errors.ts";
import { slotOf } from "../../src/routing/slots.ts";
import type { CallOptions, ChannelKind, Message, MessageListener } from "../../src/sender.ts";
import type { Random } from "../../src/stream.ts";
import { FakeClock } from "./fake_clock.ts";

/** A SUBSCRIBE that a node was given. */
export interface Asked {
  kind: ChannelKind;
  channel: string;
  listener: MessageListener;
  options: CallOptions;
  state: "asked" | "confirmed" | "refused" | "left";
  confirm(): void;
  refuse(error: Error): void;
}

/** A node that is given subscriptions, and answers each as its test says: at once with `answer`, or by hand. */
export class ScriptedNode implements SubscriberNode {
  readonly name: string;
  ready = true;
  readonly asked: Asked[] = [];
  /** What it says to a channel: undefined confirms it, `wait` leaves that to the test. */
  answer: (channel: string, kind: ChannelKind) => Error | "wait" | undefined = () => undefined;
  /** What becomes of leaving. */
  leaving: () => Promise<void> = () => Promise.resolve();

  constructor(name: string) {
    this.name = name;
  }

  subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options: CallOptions,
  ): Promise<() => Promise<void>> {
    const [channel] = channels;
    return new Promise((resolve, reject) => {
      const asked: Asked = {
        kind,
        channel,
        listener,
        options,
        state: "asked",
        confirm: () => {
          if (asked.state !== "asked") return;
          asked.state = "confirmed";
          resolve(() => {
            asked.state = "left";
            return this.leaving();
          });
        },
        refuse: (error) => {
          if (asked.state !== "asked") return;
          asked.state = "refused";
          reject(error);
        },
      };
      this.asked.push(asked);
      options.signal?.addEventListener("abort", () => asked.refuse(new AbortError("given up")));
      const answer = this.answer(channel, kind);
      if (answer === undefined) asked.confirm();
      else if (answer !== "wait") asked.refuse(answer);
    });
  }

  /** Those of a channel that have not been answered. */
  open(channel?: string): Asked[] {
    return this.asked.filter((asked) => asked.state === "asked" && (channel ?? asked.channel) === asked.channel);
  }

  /** The channels that are subscribed, each as often as it is. */
  get subscribed(): string[] {
    return this.asked.filter(({ state }) => state === "confirmed").map(({ channel }) => channel);
  }

  /** Tells a message to whoever is subscribed to its channel here, or to what is `subscribed` for it. */
  tell(channel: string, message: string, subscribed: string = channel): void {
    for (const asked of this.asked) {
      if (asked.state !== "confirmed" || asked.channel !== subscribed) continue;
      asked.listener({ channel, pattern: asked.kind === "pattern" ? subscribed : undefined, message });
    }
  }

  /** Ends a subscription by itself, as a node whose slot is handed over. */
  end(channel: string): void {
    for (const asked of this.asked) {
      if (asked.channel === channel && asked.state === "confirmed") asked.state = "left";
    }
  }
}

/** No chance, and delays of 100 ms, 200 ms and so on up to a second. */
export const BACKOFF: Backoff = { baseMs: 100, factor: 2, capMs: 1_000, jitter: 0 };

/** Milliseconds of a call that says no other. */
export const TIMEOUT_MS = 5_000;

/** A cluster of nodes `a`, `b` and `c`, of which `a` has all slots. */
export class SubscriberScene implements SubscriptionNodes {
  readonly clock: FakeClock = new FakeClock();
  readonly a: ScriptedNode = new ScriptedNode("a");
  readonly b: ScriptedNode = new ScriptedNode("b");
  readonly c: ScriptedNode = new ScriptedNode("c");
  /** The nodes of the cluster, in the order in which any() prefers those that are ready. */
  nodes: ScriptedNode[] = [this.a, this.b, this.c];
  /** The primaries, and who has a slot. */
  primariesNow: ScriptedNode[] = [this.a, this.b, this.c];
  owner: (slot: number) => ScriptedNode | undefined = () => this.a;
  /** Whether a MOVED changes who has a slot. */
  patches = true;
  wanted = 0;
  readonly failures: [message: string, node: string][] = [];
  readonly subscriptions: ClusterSubscriptions;

  constructor(random: Random = () => 0) {
    this.subscriptions = new ClusterSubscriptions(this, {
      timeoutMs: TIMEOUT_MS,
      backoff: BACKOFF,
      clock: this.clock,
      random,
      failed: (error, node) => void this.failures.push([error.message, node.name]),
    });
  }

  has(node: SubscriberNode): boolean {
    return this.nodes.includes(node as ScriptedNode);
  }

  primaryOf(slot: number): SubscriberNode | undefined {
    return this.owner(slot);
  }

  primaries(): readonly SubscriberNode[] {
    return this.primariesNow;
  }

  any(): SubscriberNode | undefined {
    return this.nodes.find(({ ready }) => ready) ?? this.nodes[0];
  }

  movedTo(error: ReplyError): SubscriberNode | undefined {
    const [, slot, name] = error.reply.split(" ");
    const node = this.nodes.find((each) => each.name === name);
    if (node === undefined || !this.patches) return node;
    const before = this.owner;
    this.owner = (each) => each === Number(slot) ? node : before(each);
    this.subscriptions.topologyChanged();
    return node;
  }

  wantTopology(): void {
    this.wanted++;
  }

  /** Loses a node's connection. */
  lose(node: ScriptedNode): void {
    node.ready = false;
    this.subscriptions.nodeLost(node.name);
  }

  /** Has all slots with this node from now on. */
  giveTo(node: ScriptedNode | undefined): void {
    this.owner = () => node;
    this.subscriptions.topologyChanged();
  }
}

/** The refusal of a node that does not have the channel's slot. */
export function moved(channel: string, to: ScriptedNode): ReplyError {
  return new ReplyError(`MOVED ${slotOf(channel)} ${to.name}`);
}

/** A listener and what it was told. */
export function listening(): { listener: MessageListener; told: string[] } {
  const told: string[] = [];
  return { listener: ({ message }: Message) => void told.push(message), told };
}
