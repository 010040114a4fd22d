/**
 * All connections to one server: those that callers share, and a pool of those that cannot be shared.
 *
 * Ordinary commands go over the shared ones; calls of one tick stay together, so that they keep their order and leave
 * in one write. A command that blocks goes over a connection of the pool, as do leases. What CLIENT sets of a
 * connection is set on every shared one, and again when one of them is made anew.
 *
 * @module
 */
import { ConnectionError, ReplyError, TimeoutError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import { type AnyCommand, type Command, command as makeCommand } from "../commands/command.ts";
import { status } from "../commands/readers.ts";
import type { Credentials, CredentialsSource } from "../connect_options.ts";
import { Events } from "../events.ts";
import { type CallOptions, type ClientSender, type LeaseOptions, PLAIN_CALL, type PoolStats } from "../sender.ts";
import type { Login } from "../session/handshake.ts";
import { isRefusal } from "../session/refusals.ts";
import { Aborts } from "./aborts.ts";
import { delayBefore } from "./backoff.ts";
import { sendBlocking } from "./blocking.ts";
import { timeFor } from "./call_time.ts";
import { Connection } from "./connection.ts";
import type { ConnectionContext, ConnectionSettings } from "./connection_settings.ts";
import { CredentialsReader } from "./credentials.ts";
import { Deadlines } from "./deadlines.ts";
import { closedError, exclusiveError, followingError } from "./failure.ts";
import { Lease } from "./lease.ts";
import type { LinkOptions } from "./link.ts";
import { Pool } from "./pool.ts";
import type { PoolSettings } from "./pool_options.ts";
import { PooledLink } from "./pooled_link.ts";

/** What an {@linkcode Endpoint} is made from. */
export interface EndpointSettings extends Omit<ConnectionSettings, "link"> {
  /** How each connection is made. */
  link: Omit<LinkOptions, "login">;
  /** Who to be and where to start. */
  login: Login;
  /** Where user and password come from in place of those. */
  credentials: CredentialsSource | undefined;
  /** How many connections are shared. */
  connections: number;
  /** The bounds of the pool. */
  pool: PoolSettings;
}

/** The connections to one server. */
export class Endpoint implements ClientSender {
  /** What is told of the connections. */
  readonly events: Events = new Events();
  readonly #settings: EndpointSettings;
  readonly #node: string;
  readonly #deadlines: Deadlines;
  readonly #pooled: ConnectionSettings;
  readonly #context: ConnectionContext;
  readonly #connections: Connection[] = [];
  readonly #pool: Pool<PooledLink>;
  readonly #credentials: CredentialsReader | undefined;
  readonly #standing = new Map<string, AnyCommand>();
  // Pooled links that have not ended.
  readonly #links = new Set<PooledLink>();
  readonly #sleeping = new Set<() => void>();
  #current: Connection;
  #turn = 0;
  #closed = false;

  /** Takes how to behave; nothing is dialled before the first call. */
  constructor(settings: EndpointSettings) {
    const { clock, random, reconnect, pool } = settings;
    this.#settings = settings;
    this.#node = settings.link.node;
    this.#deadlines = new Deadlines(clock);
    this.#context = { deadlines: this.#deadlines, aborts: new Aborts(this.#node), events: this.events };
    this.#credentials = settings.credentials && new CredentialsReader(settings.credentials, {
      renewed: (credentials) => this.#logInAnew(credentials),
      failed: (error) => this.#report(error),
    });
    const shared = { ...settings, link: { ...settings.link, login: () => this.#login([...this.#standing.values()]) } };
    for (let i = 0; i < settings.connections; i++) this.#connections.push(new Connection(shared, this.#context));
    this.#current = this.#connections[0];
    this.#pooled = { ...settings, link: { ...settings.link, login: () => this.#login([]) } };
    this.#pool = new Pool<PooledLink>({
      node: this.#node,
      open: (signal) => this.#openPooled(signal),
      settings: pool,
      clock,
      random,
      delayMs: (failures) =>
        reconnect === false || failures > reconnect.attempts
          ? undefined
          : Math.max(1, delayBefore(reconnect, failures, random)),
      events: {
        exhausted: (event) => this.events.emit("poolexhausted", { node: this.#node, ...event }),
        leaked: ({ takenAt, heldMs }) => this.events.emit("warning", this.#leakWarning(takenAt, heldMs)),
        failed: (error) => this.#report(error),
      },
    });
  }

  /** Connects all that callers share, and what the pool keeps open, and waits until they can be used. */
  async connect(): Promise<void> {
    const warm = this.#settings.pool.min > 0 ? [this.#pool.warmUp()] : [];
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
    for (const { words, special } of commands as readonly AnyCommand[]) {
      if (special === undefined) continue;
      if (special.kind === "exclusive") return Promise.reject(exclusiveError(words));
      blocks ||= special.kind === "blocking";
      follows ||= special.kind === "following";
    }
    if (blocks) return this.#overLease(commands[0], options, (link, left) => link.sendAll(commands, left));
    const timed = follows ? { ...options, timeoutMs: timeFor(commands, options, this.#settings.timeoutMs) } : options;
    return this.#shared().sendAll(commands, timed);
  }

  /** The shared connection of this tick: the next tick's is the one on which fewest wait. */
  #shared(): Connection {
    if (this.#connections.length === 1 || this.#current.gathering) return this.#current;
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
        return this.#overLease(
          command as Command<Reply>,
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
    const { words, special } = command;
    const replies = await Promise.all(this.#connections.map((connection) => connection.send(command, options)));
    const sets = special?.kind === "standing" ? special.sets : "";
    if (String(words[2]).toUpperCase() === "OFF") this.#standing.delete(sets);
    else this.#standing.set(sets, command);
    return replies[0];
  }

  #unblock(id: number): boolean {
    const connection = this.#shared();
    if (!connection.ready) return false;
    connection.send(makeCommand(["CLIENT", "UNBLOCK", id], status)).catch(ignore);
    return true;
  }

  /** Does something over a connection of the pool, again as long as the server did none of it and there is time. */
  async #overLease<Reply>(
    command: Command<unknown>,
    options: CallOptions,
    run: (link: PooledLink, left: CallOptions) => Promise<Reply>,
  ): Promise<Reply> {
    const { clock, retry, random } = this.#settings;
    const { attempts = retry.attempts, timeoutMs } = options;
    const end = timeoutMs ? clock.now() + timeoutMs : undefined;
    for (let attempt = 1;; attempt++) {
      if (this.#closed) throw closedError(commandName(command.words));
      const left = end === undefined ? options : { ...options, timeoutMs: Math.max(1, end - clock.now()) };
      const link = await this.#acquire(left);
      let error: unknown;
      try {
        return await run(link, left);
      } catch (thrown) {
        error = thrown;
      } finally {
        this.#pool.release(link, link.clean);
      }
      const delayMs = delayBefore(retry, attempt, random);
      const late = end !== undefined && clock.now() + delayMs >= end;
      if (attempt >= attempts || late || !wasNotApplied(command, error)) throw error;
      await this.#sleep(delayMs);
    }
  }

  #acquire({ signal, timeoutMs }: CallOptions, takenAt?: string): Promise<PooledLink> {
    const { acquireTimeoutMs } = this.#settings.pool;
    const limit = timeoutMs ? Math.min(timeoutMs, acquireTimeoutMs || timeoutMs) : acquireTimeoutMs;
    return this.#pool.acquire({ signal, timeoutMs: limit, takenAt });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#sleeping.delete(wake);
        resolve();
      };
      const cancel = this.#settings.clock.after(ms, wake);
      this.#sleeping.add(wake);
    });
  }

  /** Lends a connection for as long as its borrower wants. */
  async lease({ signal, timeoutMs }: LeaseOptions = {}): Promise<Lease> {
    const takenAt = new Error("Taken").stack ?? "an unknown place";
    const link = await this.#acquire({ ...PLAIN_CALL, signal, timeoutMs }, takenAt);
    return new Lease(link, this.#settings.login.database ?? 0, (fit) => this.#pool.release(link, fit));
  }

  /** Waits before try `attempt`, from 1, of something that others got in the way of. */
  backoff(attempt: number): Promise<void> {
    const { retry, random } = this.#settings;
    return this.#sleep(delayBefore(retry, attempt, random));
  }

  /** What the pool has and has done. */
  poolStats(): PoolStats {
    return this.#pool.stats();
  }

  // ---- who to be

  async #login(standing: readonly AnyCommand[]): Promise<Login> {
    const { login } = this.#settings;
    const who = this.#credentials === undefined ? {} : await this.#credentials.read();
    return { ...login, ...who, standing: standing.map(({ words }) => words) };
  }

  #logInAnew({ username, password }: Credentials): void {
    const words = username ? ["AUTH", username, password] : ["AUTH", password];
    const auth = makeCommand(words, status);
    for (const connection of this.#connections) {
      connection.say(auth, ignore, (error) => this.#report(error));
    }
    for (const link of this.#links) link.logIn(auth);
  }

  async #openPooled(signal: AbortSignal): Promise<PooledLink> {
    const link = await PooledLink.open(this.#pooled, this.#context, signal);
    for (const old of this.#links) if (!old.usable) this.#links.delete(old);
    this.#links.add(link);
    return link;
  }

  // ---- what is told

  #report(error: unknown): void {
    if (error instanceof Error) this.events.emit("error", { node: this.#node, role: "pooled", error });
  }

  #leakWarning(stack: string, heldMs: number) {
    const message = `A connection leased from "${this.#node}" has not been returned for ${Math.round(heldMs)} ms`;
    return { code: "leakedLease" as const, node: this.#node, message, stack };
  }

  // ---- the end

  /** Takes no more calls, waits for those that wait, at most `closeTimeoutMs`, and ends all connections. */
  async close(): Promise<void> {
    this.#end();
    const { closeTimeoutMs } = this.#settings;
    await Promise.all([
      ...this.#connections.map((connection) => connection.close()),
      this.#pool.close(closeTimeoutMs),
    ]);
  }

  /** Ends all connections at once; every call that waits fails with a `ClosedError`. */
  destroy(): void {
    this.#end();
    for (const connection of this.#connections) connection.destroy();
    this.#pool.destroy();
  }

  #end(): void {
    this.#closed = true;
    this.#credentials?.stop();
    for (const wake of [...this.#sleeping]) wake();
  }
}

/** Whether the command surely was not executed, for a reason that passes. */
function wasNotApplied(command: Command<unknown>, error: unknown): boolean {
  if (error instanceof ReplyError) return isRefusal(command, error);
  return error instanceof ConnectionError && error.name === "ConnectionError" && !error.maybeApplied &&
    !(error instanceof TimeoutError);
}

function ignore(): void {}
