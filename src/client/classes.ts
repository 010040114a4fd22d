/**
 * The classes behind a client, a lease and a chain.
 *
 * A class gets its method for every command when the first instance is wanted, and not when this is loaded. Views are
 * instances with other options that share the sender.
 *
 * @module
 */
import type { ClusterNode } from "../cluster_options.ts";
import { type AnyCommand, type Command, command as makeCommand, type Key } from "../commands/command.ts";
import type { HscanOptions } from "../commands/hashes.ts";
import { unwatch, watch } from "../commands/own_connection.ts";
import { status } from "../commands/readers.ts";
import { type ScanOptions, wantOne } from "../commands/words.ts";
import type { ClientEvents, Listener } from "../events.ts";
import { BIGINTS, BYTES } from "../resp/value.ts";
import type {
  CallOptions,
  ClientSender,
  ClusterSender,
  LeaseOptions,
  MessageListener,
  OwnSender,
  PoolStats,
  Sender,
} from "../sender.ts";
import { bindCommands } from "./bind.ts";
import { CommandChain, type SendChain, wantCommand } from "./chain.ts";
import { LeaseMonitor, type Monitor, type MonitorOptions } from "./monitor.ts";
import {
  scanFields,
  type ScanIteratorOptions,
  scanKeys,
  scanMembers,
  scanScored,
  type Send,
} from "./scan_iterators.ts";
import { sendTransaction } from "./transaction.ts";
import { watching, type WatchOptions } from "./watch.ts";
import { checkedWith, wantWhole, type WithOptions } from "./with.ts";

const HEALTHY_MS = 1_000;

/** What client and lease have in common. */
class SenderCaller<Through extends Sender = Sender> {
  protected readonly sender: Through;
  protected readonly options: CallOptions;
  #bytes: this | undefined;
  #bigints: this | undefined;

  constructor(sender: Through, options: CallOptions) {
    this.sender = sender;
    this.options = options;
  }

  get bytes(): this {
    return this.#bytes ??= this.#view({ ...this.options, mode: this.options.mode | BYTES });
  }

  get bigints(): this {
    return this.#bigints ??= this.#view({ ...this.options, mode: this.options.mode | BIGINTS });
  }

  with(options: WithOptions): this {
    return this.#view(checkedWith(this.options, options));
  }

  #view(options: CallOptions): this {
    const Same = this.constructor as new (sender: Through, options: CallOptions) => this;
    return new Same(this.sender, options);
  }

  pipeline(list?: readonly Command<unknown>[]): unknown {
    return this.#chain(list, (commands) => this.sender.sendAll(commands, this.options));
  }

  transaction(list?: readonly Command<unknown>[]): unknown {
    return this.#chain(list, (commands) => sendTransaction(this.sender, commands, this.options));
  }

  scanIterator(options?: ScanIteratorOptions): unknown {
    return scanKeys(this.#send, options);
  }

  hscanIterator(key: Key, options?: HscanOptions): unknown {
    return scanFields(this.#send, key, options);
  }

  sscanIterator(key: Key, options?: ScanOptions): unknown {
    return scanMembers(this.#send, key, options);
  }

  zscanIterator(key: Key, options?: ScanOptions): unknown {
    return scanScored(this.#send, key, options);
  }

  get #send(): Send {
    return (command) => this.sender.send(command, this.options);
  }

  #chain(list: readonly Command<unknown>[] | undefined, send: SendChain): unknown {
    return list === undefined ? new (boundChain())(this.options.mode, send) : sendList(list, send);
  }

  send(command: AnyCommand<unknown>): Promise<unknown> {
    try {
      wantCommand(command);
    } catch (error) {
      return Promise.reject(error);
    }
    // Its type says what it gives, so the view does not apply to it.
    const options = this.options.mode === 0 ? this.options : { ...this.options, mode: 0 };
    return this.sender.send(command as Command<unknown>, options);
  }

  close(): Promise<void> {
    return this.sender.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.sender.close();
  }

  /** Sends what a command's method built; static, so that it is no method of the client. */
  static take(self: object, command: Command<unknown>): Promise<unknown> {
    const caller = self as SenderCaller;
    return caller.sender.send(command, caller.options);
  }
}

class SenderClient extends SenderCaller<ClientSender> {
  async lease(options: LeaseOptions = {}): Promise<unknown> {
    wantWhole("timeoutMs", options.timeoutMs, 0);
    const lease = await underBoth(
      this.options.signal,
      options.signal,
      (signal) => this.sender.lease({ ...options, signal }),
    );
    return new (boundLease())(lease, this.options);
  }

  watch<Outcome>(
    keys: Key | readonly Key[],
    run: (lease: never) => Promise<Outcome> | Outcome,
    options: WatchOptions = {},
  ): Promise<Outcome> {
    const list = typeof keys === "string" || keys instanceof Uint8Array ? [keys] : keys;
    const borrower = (lease: OwnSender): Promise<Outcome> | Outcome =>
      run(new (boundLease())(lease, this.options) as never);
    return underBoth(
      this.options.signal,
      options.signal,
      (signal) => watching(this.sender, list, borrower, { ...options, signal }),
    );
  }

  subscribe(channels: string | readonly string[], listener: MessageListener): Promise<() => Promise<void>> {
    return this.sender.subscribe("channel", channelList("SUBSCRIBE", channels), listener, this.options);
  }

  psubscribe(patterns: string | readonly string[], listener: MessageListener): Promise<() => Promise<void>> {
    return this.sender.subscribe("pattern", channelList("PSUBSCRIBE", patterns), listener, this.options);
  }

  ssubscribe(channels: string | readonly string[], listener: MessageListener): Promise<() => Promise<void>> {
    return this.sender.subscribe("shard", channelList("SSUBSCRIBE", channels), listener, this.options);
  }

  async monitor(options?: MonitorOptions): Promise<Monitor> {
    return await LeaseMonitor.over(await this.sender.lease({ forLong: true, signal: this.options.signal }), options);
  }

  async healthy({ timeoutMs = HEALTHY_MS }: { timeoutMs?: number } = {}): Promise<boolean> {
    try {
      return await this.sender.send(makeCommand(["PING"], status), { ...this.options, mode: 0, timeoutMs }) === "PONG";
    } catch {
      return false;
    }
  }

  poolStats(): PoolStats {
    return this.sender.poolStats();
  }

  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): () => void {
    return this.sender.events.on(name, listener);
  }

  off<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): void {
    this.sender.events.off(name, listener);
  }

  destroy(): void {
    this.sender.destroy();
  }
}

/** What a client of a cluster has beyond that of one server. */
class SenderClusterClient extends SenderClient {
  get #cluster(): ClusterSender {
    return this.sender as ClusterSender;
  }

  override scanIterator(options?: ScanIteratorOptions): unknown {
    return this.#cluster.scan(options, this.options);
  }

  slotOf(key: Key): number {
    return this.#cluster.slotOf(key);
  }

  nodeOf(key: Key): ClusterNode | undefined {
    return this.#cluster.nodeOf(key);
  }

  nodes(): ClusterNode[] {
    return this.#cluster.nodes();
  }

  node(name: string): unknown {
    return new (boundClient())(this.#cluster.nodeSender(name), this.options);
  }

  refreshTopology(): Promise<void> {
    return this.#cluster.refreshTopology();
  }
}

class SenderLease extends SenderCaller<OwnSender> {
  async watch(...keys: Key[]): Promise<"OK"> {
    return await this.sender.send(watch(...keys), this.options);
  }

  unwatch(): Promise<"OK"> {
    return this.sender.send(unwatch(), this.options);
  }

  release(): Promise<void> {
    return this.sender.close();
  }
}

/** Runs something under a signal that aborts when one of two does, and leaves nothing with either of them. */
async function underBoth<Outcome>(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
  run: (signal: AbortSignal | undefined) => Promise<Outcome>,
): Promise<Outcome> {
  if (one === undefined || other === undefined) return await run(one ?? other);
  const both = new AbortController();
  const abort = (): void => both.abort(one.aborted ? one.reason : other.reason);
  if (one.aborted || other.aborted) abort();
  one.addEventListener("abort", abort);
  other.addEventListener("abort", abort);
  try {
    return await run(both.signal);
  } finally {
    one.removeEventListener("abort", abort);
    other.removeEventListener("abort", abort);
  }
}

function channelList(name: string, given: string | readonly string[]): string[] {
  const channels = typeof given === "string" ? [given] : [...given];
  wantOne(name, "channel", channels);
  return channels;
}

/** Sends a copy of a list, which may be changed as soon as the call has returned. */
async function sendList(list: readonly Command<unknown>[], send: SendChain): Promise<unknown[]> {
  const commands = [...list];
  commands.forEach(wantCommand);
  return await send(commands);
}

type ChainClass = new (mode: number, send: SendChain) => CommandChain;

let BoundClient: typeof SenderClient | undefined;
let BoundClusterClient: typeof SenderClusterClient | undefined;
let BoundLease: typeof SenderLease | undefined;
let BoundChain: ChainClass | undefined;

const reject = (error: unknown): Promise<never> => Promise.reject(error);

/** The class of clients, made when the first is wanted. */
export function boundClient(): typeof SenderClient {
  if (BoundClient === undefined) {
    BoundClient = class Client extends SenderClient {};
    bindCommands(BoundClient.prototype, SenderCaller.take, reject);
  }
  return BoundClient;
}

/** The class of clients of clusters, made when the first is wanted. */
export function boundClusterClient(): typeof SenderClusterClient {
  if (BoundClusterClient === undefined) {
    BoundClusterClient = class ClusterClient extends SenderClusterClient {};
    bindCommands(BoundClusterClient.prototype, SenderCaller.take, reject);
  }
  return BoundClusterClient;
}

/** The class of leases, made when the first is wanted. */
function boundLease(): typeof SenderLease {
  if (BoundLease === undefined) {
    BoundLease = class LeasedClient extends SenderLease {};
    bindCommands(BoundLease.prototype, SenderCaller.take, reject);
  }
  return BoundLease;
}

/** The class of chains, made when the first is wanted. */
function boundChain(): ChainClass {
  if (BoundChain === undefined) {
    BoundChain = class Chain extends CommandChain {};
    bindCommands(
      BoundChain.prototype,
      (self, command) => (self as CommandChain).gather(command),
      (error) => {
        throw error;
      },
    );
  }
  return BoundChain;
}
