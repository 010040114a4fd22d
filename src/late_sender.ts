/**
 * A sender whose code is loaded when it is first used.
 *
 * Most clients are of one server, and need not load what a cluster takes. Those of a cluster that are made at once, and
 * connect at their first call, are this until then. Calls are handed on in their order.
 *
 * Limits: the time that loading takes is not part of a call's own; before it is over no nodes are known, and no pool.
 *
 * @module
 */
import type { ClusterNode } from "./cluster_options.ts";
import type { Command, Key } from "./commands/command.ts";
import { ClosedError } from "./errors.ts";
import { type ClientEvents, EVENT_NAMES, Events } from "./events.ts";
import { slotOf } from "./routing/slots.ts";
import type {
  CallOptions,
  ChannelKind,
  ClientSender,
  ClusterScanOptions,
  ClusterSender,
  LeaseOptions,
  MessageListener,
  OwnSender,
  PoolStats,
} from "./sender.ts";

const NO_POOL: PoolStats = {
  total: 0,
  idle: 0,
  leased: 0,
  opening: 0,
  waiting: 0,
  created: 0,
  closed: 0,
  timeouts: 0,
  waitMs: { p50: 0, p90: 0, p99: 0, max: 0 },
};

/** Hands everything on to a sender that is loaded at the first call. */
export class LateSender<Inner extends ClientSender & Partial<ClusterSender>> implements ClusterSender {
  /** What is told of the connections. */
  readonly events: Events = new Events();
  readonly #load: () => Promise<Inner>;
  // Those who wait until it is loaded, in their order.
  readonly #line: { run: (inner: Inner) => void; fail: (error: unknown) => void }[] = [];
  #loading = false;
  #inner: Inner | undefined;
  #ended = false;

  /** Takes who loads it. */
  constructor(load: () => Promise<Inner>) {
    this.#load = load;
  }

  /** Does something with it, after all that was asked for before. */
  #with<Outcome>(run: (inner: Inner) => Outcome | Promise<Outcome>): Promise<Outcome> {
    if (this.#inner !== undefined) return Promise.resolve(run(this.#inner));
    return new Promise<Outcome>((resolve, reject) => {
      const call = (inner: Inner): void => {
        Promise.resolve(run(inner)).then(resolve, reject);
      };
      this.#line.push({ run: call, fail: reject });
      if (!this.#loading) void this.#first();
    });
  }

  async #first(): Promise<void> {
    this.#loading = true;
    try {
      if (this.#ended) throw new ClosedError("Cannot connect: the client is closed");
      const inner = await this.#load();
      for (const name of EVENT_NAMES) {
        inner.events.on(name, (event: ClientEvents[typeof name]) => this.events.emit(name, event));
      }
      if (this.#ended) inner.destroy();
      for (let next = this.#line.shift(); next !== undefined; next = this.#line.shift()) next.run(inner);
      this.#inner = inner;
    } catch (error) {
      // The next call tries again.
      for (const { fail } of this.#line.splice(0)) fail(error);
    }
    this.#loading = false;
  }

  #cluster(inner: Inner): ClusterSender {
    return inner as unknown as ClusterSender;
  }

  /** Sends a command and gives its reply. */
  send<Reply>(command: Command<Reply>, options?: CallOptions): Promise<Reply> {
    if (this.#inner !== undefined) return this.#inner.send(command, options);
    return this.#with((inner) => inner.send(command, options));
  }

  /** Sends several commands and gives their replies in order. */
  sendAll(commands: readonly Command<unknown>[], options?: CallOptions): Promise<unknown[]> {
    if (this.#inner !== undefined) return this.#inner.sendAll(commands, options);
    return this.#with((inner) => inner.sendAll(commands, options));
  }

  /** Lends a connection. */
  lease(options?: LeaseOptions): Promise<OwnSender> {
    return this.#with((inner) => inner.lease(options));
  }

  /** Waits before a try. */
  backoff(attempt: number): Promise<void> {
    return this.#with((inner) => inner.backoff(attempt));
  }

  /** Whether a lease of another node may succeed. */
  elsewhere(error: unknown): boolean {
    return this.#inner?.elsewhere(error) ?? false;
  }

  /** Has a listener told what is published. */
  subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options?: CallOptions,
  ): Promise<() => Promise<void>> {
    return this.#with((inner) => inner.subscribe(kind, channels, listener, options));
  }

  /** What the pools have and have done. */
  poolStats(): PoolStats {
    return this.#inner?.poolStats() ?? NO_POOL;
  }

  /** The slot of a key. */
  slotOf(key: Key): number {
    return slotOf(key);
  }

  /** The nodes as they are known now. */
  nodes(): ClusterNode[] {
    return this.#inner === undefined ? [] : this.#cluster(this.#inner).nodes();
  }

  /** The node that takes writes to a key. */
  nodeOf(key: Key): ClusterNode | undefined {
    return this.#inner && this.#cluster(this.#inner).nodeOf(key);
  }

  /** Sends to one node. */
  nodeSender(name: string): ClientSender {
    if (this.#inner !== undefined) return this.#cluster(this.#inner).nodeSender(name);
    return new LateSender(() => this.#with((inner) => this.#cluster(inner).nodeSender(name)));
  }

  /** Asks the nodes anew. */
  refreshTopology(): Promise<void> {
    return this.#with((inner) => this.#cluster(inner).refreshTopology());
  }

  /** Gives the keys of all nodes, or of one. */
  async *scan(options: ClusterScanOptions | undefined, call: CallOptions): AsyncIterableIterator<string> {
    yield* await this.#with((inner) => this.#cluster(inner).scan(options, call));
  }

  /** Takes no more calls, waits for the replies that are due, and ends all connections. */
  async close(): Promise<void> {
    if (this.#inner === undefined && !this.#loading) return this.destroy();
    await this.#with((inner) => inner.close()).catch(ignore);
    this.#ended = true;
  }

  /** Ends all connections at once. */
  destroy(): void {
    this.#ended = true;
    this.#inner?.destroy();
  }
}

function ignore(): void {}
