/**
 * All connections to one server: those that callers share, and a pool of those that cannot be shared.
 *
 * Ordinary commands go over the shared ones; calls of one tick stay together, so that they keep their order and leave
 * in one write. A command that blocks goes over a connection of the pool, as do leases. What CLIENT sets of a
 * connection is set on every shared one, and again when one of them is made anew.
 *
 * @module
 */
import { ClosedError, RedisError } from "../errors.ts";
import { type AnyCommand, type Command, command as makeCommand, type Standing } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import type { Credentials } from "../connect_options.ts";
import { type ConnectionRole, Events } from "../events.ts";
import {
  type CallOptions,
  type ChannelKind,
  type ClientSender,
  type LeaseOptions,
  type MessageListener,
  PLAIN_CALL,
  type PoolStats,
} from "../sender.ts";
import type { PartOfList } from "../session/batch.ts";
import type { PendingCall } from "../session/call.ts";
import type { Login } from "../session/handshake.ts";
import { Aborts } from "./aborts.ts";
import { sendBlocking } from "./blocking.ts";
import { timeFor } from "./call_time.ts";
import { Connection } from "./connection.ts";
import type { ConnectionContext } from "./connection_settings.ts";
import { type CredentialsOwner, CredentialsReader } from "./credentials.ts";
import { Deadlines } from "./deadlines.ts";
import type { EndpointSettings } from "./endpoint_settings.ts";
import { exclusiveError, followingError } from "./failure.ts";
import type { Lease } from "./lease.ts";
import { Lender } from "./lender.ts";
import type { LinkOptions } from "./link.ts";
import { Subscriber } from "./subscriber.ts";
import { Subscriptions } from "./subscriptions.ts";

/** The connections to one server. */
export class Endpoint implements ClientSender {
  /** What is told of the connections. */
  readonly events: Events;
  readonly #settings: EndpointSettings;
  readonly #node: string;
  readonly #context: ConnectionContext;
  readonly #connections: Connection[] = [];
  readonly #lender: Lender;
  // How it sends what is for this server and no other of its cluster.
  readonly #own: CallOptions;
  readonly #credentials: CredentialsReader | undefined;
  readonly #subscriptions: Subscriptions;
  readonly #subscriber: Subscriber;
  #offReady: () => void = ignore;
  #offWarmUp: () => void = ignore;
  readonly #standing: Map<string, AnyCommand>;
  #current: Connection;
  #turn = 0;
  // Whether the connection of this turn has been chosen.
  #chosen = false;
  readonly #endTurn = (): void => {
    this.#chosen = false;
  };

  /** Takes how to behave; nothing is dialled before the first call. */
  constructor(settings: EndpointSettings) {
    this.#settings = settings;
    this.#node = settings.link.node;
    this.#own = { ...PLAIN_CALL, node: this.#node };
    this.#subscriptions = new Subscriptions(settings.onUnsubscribed);
    const { shared } = settings;
    this.events = shared?.events ?? new Events();
    this.#standing = shared?.standing ?? new Map();
    const deadlines = new Deadlines(settings.clock, shared?.since);
    // Whoever holds calls looks then whether it is done with them, as a connection that is being closed may be.
    const aborts = new Aborts(this.#node, () => deadlines.want(deadlines.read()));
    this.#context = { deadlines, aborts, events: this.events };
    this.#credentials = shared?.credentials ?? (settings.credentials && new CredentialsReader(settings.credentials));
    this.#credentials?.add(this.#credentialsOwner);
    for (let i = 0; i < settings.connections; i++) {
      const link = i === 0 ? this.#subscribingLink() : this.#sharedLink();
      this.#connections.push(new Connection({ ...settings, link }, this.#context));
    }
    this.#current = this.#connections[0];
    this.#subscriber = new Subscriber(this.#node, this.#connections[0], this.#subscriptions);
    if (settings.onUnsubscribed !== undefined) this.#offReady = this.#subscriber.noteRefused(this.events);
    this.#lender = new Lender(
      { ...settings, link: { ...settings.link, login: () => this.#login([]) } },
      settings.pool,
      this.#context,
      settings.login.database ?? 0,
    );
    if (settings.pool.min > 0) this.#warmUpLater();
  }

  /** Opens what the pool keeps open as soon as there is a server, also where nobody waits for that. */
  #warmUpLater(): void {
    const off = this.#offWarmUp = this.events.on("ready", ({ node, role }) => {
      if (role !== "shared" || node !== this.#node) return;
      off();
      // What fails is told by an event, and tried again.
      this.#lender.warmUp().catch(ignore);
    });
  }

  #sharedLink(): LinkOptions {
    return { ...this.#settings.link, login: () => this.#login([...this.#standing.values()]) };
  }

  /** The link of the connection that subscriptions go over too. */
  #subscribingLink(): LinkOptions {
    const { link } = this.#settings;
    const { onPush } = link.session;
    return {
      ...link,
      session: {
        ...link.session,
        onPush: (push) => {
          this.#subscriptions.told(push);
          onPush?.(push);
        },
      },
      login: async () => ({
        ...await this.#login([...this.#standing.values()]),
        subscriptions: this.#subscriptions.words(),
      }),
    };
  }

  /** Whether calls can be sent now. */
  get ready(): boolean {
    return this.#connections.some(({ ready }) => ready);
  }

  /** Whether a connection that callers share is being made. */
  get dialling(): boolean {
    return this.#connections.some(({ dialling }) => dialling);
  }

  /** Whether all connections that callers share were lost, or could not be made. */
  get failed(): boolean {
    return !this.ready && this.#connections.some(({ failed }) => failed);
  }

  /** Ends connections on which nothing has been heard for a while, though replies are due. */
  endSilent(): void {
    for (const connection of this.#connections) connection.endSilent();
  }

  /** Ends the connections of the pool that wait for a reply. */
  endBlocked(): void {
    this.#lender.endWaiting();
  }

  /** Whether calls wait that nobody has given up. */
  get busy(): boolean {
    return this.#connections.some(({ busy }) => busy);
  }

  /** How many calls wait, for replies or to be written. */
  get waiting(): number {
    return this.#connections.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** Takes a call that was made elsewhere, with the time that it has left. */
  resend(call: PendingCall): void {
    this.#shared().resend(call);
  }

  /** Refuses all who wait for a connection of the pool: another node is to serve them. */
  refuseWaiting(): void {
    this.#lender.refuseWaiting(
      new ClosedError(`Cannot lend a connection to "${this.#node}": it is to be another node's`),
    );
  }

  /** Gives the calls that wait for a connection, for another node to take. */
  takeWaiting(): PendingCall[] {
    return this.#connections.flatMap((connection) => connection.takeWaiting());
  }

  /** Connects all that callers share, and what the pool keeps open, and waits until they can be used. */
  async connect(): Promise<void> {
    const warm = this.#settings.pool.min > 0 ? [this.#lender.warmUp()] : [];
    await Promise.all([...this.#connections.map((connection) => connection.connect()), ...warm]);
  }

  /** Sends a command and gives its reply. */
  send<Reply>(command: Command<Reply>, options: CallOptions = PLAIN_CALL): Promise<Reply> {
    if (command.special !== undefined) return this.#sendSpecial(command, options);
    return this.#shared().send(command, options);
  }

  /** Sends several commands in one write and gives their replies in order. */
  sendAll(commands: readonly Command<unknown>[], options: CallOptions = PLAIN_CALL): Promise<unknown[]> {
    if (commands.length === 0) return Promise.resolve([]);
    let blocks = false;
    let follows = false;
    let stands = false;
    for (const { words, special } of commands as readonly AnyCommand[]) {
      if (special === undefined) continue;
      if (special.kind === "exclusive") return Promise.reject(exclusiveError(words));
      blocks ||= special.kind === "blocking";
      follows ||= special.kind === "following";
      stands ||= special.kind === "standing";
    }
    if (blocks) return this.#lender.run(commands, options, (link, left) => link.sendAll(commands, left));
    const timed = follows ? { ...options, timeoutMs: timeFor(commands, options, this.#settings.timeoutMs) } : options;
    if (stands) return this.#sendAllStanding(commands, timed);
    return this.#shared().sendAll(commands, timed);
  }

  /** Sends some of a list of commands, none of which is special, in one write; gives whether any was refused. */
  sendPart(part: PartOfList, options: CallOptions): Promise<boolean> {
    return this.#shared().sendPart(part, options);
  }

  /** Sends a list in which something is to hold on every shared connection, and has that hold on the others too. */
  async #sendAllStanding(commands: readonly AnyCommand[], options: CallOptions): Promise<unknown[]> {
    const connection = this.#shared();
    const replies = await connection.sendAll(commands, options);
    const together = commands[0].words[0] === "MULTI";
    for (const [index, command] of commands.entries()) {
      const reply = replies[together ? replies.length - 1 : index];
      if (command.special?.kind !== "standing" || reply instanceof RedisError) continue;
      this.#keep(command);
      for (const other of this.#connections) {
        if (other !== connection) other.send(command, this.#own).catch((error) => this.#report(error, "shared"));
      }
    }
    return replies;
  }

  /** The shared connection of this tick: the next tick's is the one on which fewest wait. */
  #shared(): Connection {
    if (this.#connections.length === 1 || this.#chosen) return this.#current;
    this.#chosen = true;
    queueMicrotask(this.#endTurn);
    const first = ++this.#turn;
    let best = this.#connections[first % this.#connections.length];
    for (const connection of this.#connections) {
      if (connection.ready === best.ready ? connection.waiting < best.waiting : connection.ready) best = connection;
    }
    return this.#current = best;
  }

  #sendSpecial<Reply>(command: AnyCommand<Reply>, options: CallOptions): Promise<Reply> {
    const { words, special } = command;
    switch (special!.kind) {
      case "exclusive":
        return Promise.reject(exclusiveError(words));
      case "standing":
        return this.#sendStanding(command, options);
      case "following": {
        if (this.#connections.length > 1) return Promise.reject(followingError(words));
        const timeoutMs = timeFor([command], options, this.#settings.timeoutMs);
        return this.#shared().send(command, { ...options, timeoutMs });
      }
      case "blocking":
        return this.#lender.run(
          [command as Command<Reply>],
          options,
          (link, left) =>
            sendBlocking(link, command as Command<Reply>, left, {
              node: this.#node,
              clock: this.#settings.clock,
              unblock: (id) => this.#unblock(id),
            }),
        );
    }
  }

  /** Sends what is to hold on every shared connection, and keeps it for those that are made anew. */
  async #sendStanding<Reply>(command: AnyCommand<Reply>, options: CallOptions): Promise<Reply> {
    const replies = await Promise.all(this.#connections.map((connection) => connection.send(command, options)));
    this.#keep(command);
    return replies[0];
  }

  /** Keeps what is to be said to every connection that is made from now on. */
  #keep(command: AnyCommand): void {
    const { sets, undone } = command.special as Standing;
    if (undone) this.#standing.delete(sets);
    else this.#standing.set(sets, command);
  }

  #unblock(id: number): Promise<unknown> | undefined {
    const connection = this.#connections.find(({ ready }) => ready);
    return connection?.send(makeCommand(["CLIENT", "UNBLOCK", id], status), { ...this.#own, attempts: 1 });
  }

  /** Lends a connection for as long as its borrower wants. */
  lease(options?: LeaseOptions): Promise<Lease> {
    return this.#lender.lease(options);
  }

  /** Has a listener told what is published; gives the function that ends that. */
  subscribe(
    kind: ChannelKind,
    channels: readonly string[],
    listener: MessageListener,
    options?: CallOptions,
  ): Promise<() => Promise<void>> {
    return this.#subscriber.subscribe(kind, channels, listener, options);
  }

  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  backoff(attempt: number): Promise<void> {
    return this.#lender.backoff(attempt);
  }

  /** Whether a lease of another node may succeed: there is no other. */
  elsewhere(): boolean {
    return false;
  }

  /** What the pool has and has done. */
  poolStats(): PoolStats {
    return this.#lender.stats();
  }

  // ---- who to be

  readonly #credentialsOwner: CredentialsOwner = {
    renewed: (credentials) => this.#logInAnew(credentials),
    failed: (error) => this.#report(error, "shared"),
  };

  async #login(standing: readonly AnyCommand[]): Promise<Login> {
    const { login } = this.#settings;
    const who = this.#credentials === undefined ? {} : await this.#credentials.read();
    return { ...login, ...who, standing: standing.map(({ words }) => words) };
  }

  #logInAnew({ username, password }: Credentials): void {
    const words = username ? ["AUTH", username, password] : ["AUTH", password];
    const auth = makeCommand(words, status);
    // One that is not there logs in with them when it is made; one that is being made may have asked before.
    for (const connection of this.#connections) {
      if (connection.ready || connection.dialling) {
        connection.send(auth, this.#own).catch((error) => this.#report(error, "shared"));
      }
    }
    this.#lender.logIn(auth, (error) => this.#report(error, "pooled"));
  }

  // ---- what is told

  #report(error: unknown, role: ConnectionRole): void {
    if (error instanceof Error) this.events.emit("error", { node: this.#node, role, error });
  }

  // ---- the end

  #endCredentials(): void {
    this.#offWarmUp();
    this.#credentials?.remove(this.#credentialsOwner);
  }

  /** Takes no more calls, waits for those that wait, at most `closeTimeoutMs`, and ends all connections. */
  async close(): Promise<void> {
    const { closeTimeoutMs } = this.#settings;
    await Promise.all([
      ...this.#connections.map((connection) => connection.close()),
      this.#lender.close(closeTimeoutMs),
    ]);
    this.#offReady();
    // Not before: calls that wait may still have to log in.
    this.#endCredentials();
  }

  /** Ends all connections at once; every call that waits fails with a `ClosedError`. */
  destroy(): void {
    this.#offReady();
    this.#endCredentials();
    for (const connection of this.#connections) connection.destroy();
    this.#lender.destroy();
  }
}

function ignore(): void {}
