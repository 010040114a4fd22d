/**
 * One server that may be a replica, as Valkey from 8.0 on has it: where it says REDIRECT, its primary is used instead.
 *
 * Every connection says that it can follow (CLIENT CAPA), without which such a server would serve reads itself and
 * refuse writes. All goes to the current node (`current_node.ts`); subscriptions go with it.
 *
 * Limits: of a script only that it writes is refused, and with READONLY, which is no word of another node. The address
 * is dialled as it is told, which is that of the primary for its replicas. What a lease has done is the borrower's to
 * repeat. What is published while subscriptions go over is not told. Where calls do not wait for connections
 * (`enableOfflineQueue`), those fail that are sent on before the primary is connected to.
 *
 * @module
 */
import type { AnyCommand, Command } from "../commands/command.ts";
import { timeFor } from "../connection/call_time.ts";
import { CredentialsReader } from "../connection/credentials.ts";
import { closedError, connectClosedError, exclusiveError } from "../connection/failure.ts";
import { Events } from "../events.ts";
import {
  type CallOptions,
  type ChannelKind,
  type ClientSender,
  type LeaseOptions,
  type MessageListener,
  type OwnSender,
  PLAIN_CALL,
  type PoolStats,
} from "../sender.ts";
import { isRedirect, passes } from "../session/refusals.ts";
import { Budget } from "./budget.ts";
import { CurrentNode, type CurrentNodeSettings } from "./current_node.ts";
import { Exchange } from "./exchange.ts";
import { statsOfAll } from "./pool_sum.ts";
import { ClusterSubscriptions } from "./subscriptions.ts";
import { TellingLease } from "./telling_lease.ts";
import { sendTransaction } from "./transaction.ts";

/** A server, or its primary. */
export class Redirecting implements ClientSender {
  /** What is told of the connections to all nodes. */
  readonly events: Events = new Events();
  readonly #nodes: CurrentNode;
  readonly #subscriptions: ClusterSubscriptions;
  readonly #credentials: CredentialsReader | undefined;
  readonly #timeoutMs: number;

  /** Takes how to behave; nothing is dialled before the first call. */
  constructor(settings: CurrentNodeSettings) {
    const { clock, random, retry, timeoutMs, login } = settings;
    this.#timeoutMs = timeoutMs;
    this.#credentials = settings.credentials && new CredentialsReader(settings.credentials);
    // Its own place among those who are told, so that it goes on while no node has any.
    this.#credentials?.add({ renewed: ignore, failed: ignore });
    const credentials = this.#credentials;
    const shared = { events: this.events, since: clock.now(), standing: new Map(), credentials };
    const nodes = this.#nodes = new CurrentNode({ ...settings, login: { ...login, capability: "redirect" } }, shared, {
      moved: () => this.#subscriptions.topologyChanged(),
      unsubscribed: (kind, channels, { name }) => this.#subscriptions.unsubscribed(name, kind, channels),
    });
    this.#subscriptions = new ClusterSubscriptions({
      has: (node) => nodes.any().subscriber === node,
      primaryOf: () => nodes.any().subscriber,
      primaries: () => [nodes.any().subscriber],
      any: () => nodes.any().subscriber,
      movedTo: () => undefined,
      wantTopology: ignore,
    }, {
      timeoutMs,
      backoff: retry,
      clock,
      random,
      failed: (error, { name }) => this.events.emit("error", { node: name, role: "shared", error }),
    });
    this.events.on("disconnect", ({ node, role }) => {
      if (role === "shared") this.#subscriptions.nodeLost(node);
    });
  }

  /** Connects to the server that was asked for. */
  async connect(): Promise<void> {
    if (this.#nodes.closed) throw connectClosedError(this.#nodes.name);
    await this.#nodes.any().endpoint.connect();
  }

  /** Sends a command and gives its reply. */
  send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    if (this.#nodes.closed) return Promise.reject(closedError(String(command.words[0])));
    if (command.special?.kind !== "blocking") return this.#nodes.any().endpoint.send(command, options);
    return this.#one(command, options);
  }

  async #one<Reply>(command: Command<Reply>, options: CallOptions): Promise<Reply> {
    const { cells: [reply] } = await this.#exchanged([command], options);
    if (reply instanceof Error) throw reply;
    return reply as Reply;
  }

  /** Sends several commands in one write and gives their replies in order. */
  async sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    if (commands.length === 0) return [];
    if (this.#nodes.closed) throw closedError(String(commands[0].words[0]));
    for (const { special, words } of commands as readonly AnyCommand[]) {
      if (special?.kind === "exclusive") throw exclusiveError(words);
    }
    if (commands[0].words[0] === "MULTI") {
      return await sendTransaction(this.#nodes, this.#budget(commands, options), commands, undefined, options);
    }
    const { cells, answered } = await this.#exchanged(commands, options);
    if (!answered) throw cells[0];
    return cells;
  }

  async #exchanged(
    commands: readonly AnyCommand[],
    options: CallOptions,
  ): Promise<{ cells: unknown[]; answered: boolean }> {
    const cells: unknown[] = new Array(commands.length);
    const budget = this.#budget(commands, options);
    const exchange = new Exchange(this.#nodes, options, budget, commands.slice(), cells);
    const groups = exchange.groups();
    for (const [cell, command] of commands.entries()) groups.add(this.#nodes.any(), cell, command);
    await exchange.sendAll(groups);
    return { cells, answered: exchange.answered };
  }

  #budget(commands: readonly AnyCommand[], options: CallOptions): Budget {
    return new Budget(this.#nodes, options, timeFor(commands, options, this.#timeoutMs));
  }

  /** Lends a connection, which goes back when it is closed. */
  async lease(options?: LeaseOptions): Promise<OwnSender> {
    for (;;) {
      const member = this.#nodes.any();
      try {
        const lease = await member.endpoint.lease(options);
        return new TellingLease(lease, (reply) => isRedirect(reply) && this.#nodes.redirected(reply, member));
      } catch (error) {
        const wasLeft = member !== this.#nodes.any();
        if (!wasLeft || this.#nodes.closed || options?.signal?.aborted) throw error;
      }
    }
  }

  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  async backoff(attempt: number): Promise<void> {
    await this.#nodes.changed(this.#nodes.delayMs(attempt), undefined);
    if (this.#nodes.closed) throw closedError("WATCH");
  }

  /** Whether the error says that another node is to do it, or this one later. */
  elsewhere(error: unknown): boolean {
    const cause = (error as Partial<Error> | undefined)?.cause;
    return isRedirect(error) || passes(error) || isRedirect(cause) || passes(cause);
  }

  /** Has a listener told what is published; gives the function that ends that. */
  subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options: CallOptions = PLAIN_CALL,
  ): Promise<() => Promise<void>> {
    return this.#subscriptions.subscribe(kind, channels, listener, options);
  }

  /** What the pools have and have done, also those that were left and have not ended. */
  poolStats(): PoolStats {
    return statsOfAll(this.#nodes.all().map(({ endpoint }) => endpoint.poolStats()));
  }

  /** Takes no more calls, waits for those that wait, at most `closeTimeoutMs`, and ends all connections. */
  async close(): Promise<void> {
    this.#subscriptions.close();
    await this.#nodes.close();
    // Not before: calls that wait may still have to log in.
    this.#credentials?.stop();
  }

  /** Ends all connections at once; every call that waits fails with a `ClosedError`. */
  destroy(): void {
    this.#subscriptions.close();
    this.#nodes.destroy();
    this.#credentials?.stop();
  }
}

function ignore(): void {}
