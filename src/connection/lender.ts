/**
 * The pool of one server's connections, and who borrows from it: leases, and commands that block.
 *
 * A command that could not be sent, that the server refused before executing it, or that only reads, is tried again
 * over another connection, as long as there is time. A connection goes back to the pool as it came, or not at all.
 *
 * @module
 */
import { ConnectionError, RedisError, ReplyError } from "../errors.ts";
import { commandName } from "../command_name.ts";
import type { AnyCommand, Command } from "../commands/command.ts";
import { type CallOptions, type LeaseOptions, PLAIN_CALL, type PoolStats, type RetryCeiling } from "../sender.ts";
import { isRefusal } from "../session/refusals.ts";
import { delayBefore } from "./backoff.ts";
import type { ConnectionContext, ConnectionSettings } from "./connection_settings.ts";
import { closedError, isFinal } from "./failure.ts";
import { Lease } from "./lease.ts";
import { Pool } from "./pool.ts";
import type { PoolSettings } from "./pool_options.ts";
import { PooledLink } from "./pooled_link.ts";
import { mayRepeat } from "./retry.ts";

/** Lends the connections of a pool. */
export class Lender {
  readonly #settings: ConnectionSettings;
  readonly #acquireTimeoutMs: number;
  readonly #context: ConnectionContext;
  readonly #database: number;
  readonly #pool: Pool<PooledLink>;
  // Those that have not ended, as far as is known.
  readonly #links = new Set<PooledLink>();
  readonly #sleeping = new Set<() => void>();
  // How to log in as of last.
  #newest: { auth: AnyCommand; refused: (error: unknown) => void } | undefined;
  #closed = false;

  /** Takes how connections behave, how many there may be, and the database that they go back with. */
  constructor(settings: ConnectionSettings, pool: PoolSettings, context: ConnectionContext, database: number) {
    const { clock, random, reconnect, link: { node } } = settings;
    const { events } = context;
    this.#settings = settings;
    this.#acquireTimeoutMs = pool.acquireTimeoutMs;
    this.#context = context;
    this.#database = database;
    this.#pool = new Pool<PooledLink>({
      node,
      open: (signal) => this.#open(signal),
      settings: pool,
      clock,
      random,
      delayMs: (failures, error) =>
        !settings.enableOfflineQueue || reconnect === false || failures > reconnect.attempts ||
          (error instanceof RedisError && isFinal(error))
          ? undefined
          : Math.max(1, delayBefore(reconnect, failures, random)),
      events: {
        exhausted: (event) => events.emit("poolexhausted", { node, ...event }),
        leaked: ({ takenAt, heldMs }) => {
          const message = `A connection leased from "${node}" has not been returned for ${Math.round(heldMs)} ms`;
          events.emit("warning", { code: "leakedLease", node, message, stack: takenAt });
        },
        failed: (error) => {
          if (error instanceof Error) events.emit("error", { node, role: "pooled", error });
        },
      },
    });
  }

  /** Opens what the pool keeps open, and waits for that. */
  warmUp(): Promise<void> {
    return this.#pool.warmUp();
  }

  /** Does something over a connection of the pool, again as long as the server did none of it and there is time. */
  async run<Reply>(
    commands: readonly Command<unknown>[],
    options: CallOptions,
    run: (link: PooledLink, left: CallOptions) => Promise<Reply>,
  ): Promise<Reply> {
    const { clock, retry, random } = this.#settings;
    const { attempts = retry.attempts, ceiling = retry.ceiling, timeoutMs } = options;
    const end = timeoutMs ? clock.now() + timeoutMs : undefined;
    for (let attempt = 1;; attempt++) {
      if (this.#closed) throw closedError(commandName(commands[0].words));
      const left = (): CallOptions =>
        end === undefined ? options : { ...options, timeoutMs: Math.max(1, end - clock.now()) };
      const link = await this.#acquire(left());
      let error: unknown;
      try {
        return await run(link, left());
      } catch (thrown) {
        error = thrown;
      } finally {
        this.#release(link, link.clean);
      }
      const delayMs = delayBefore(retry, attempt, random);
      const late = end !== undefined && clock.now() + delayMs >= end;
      if (attempt >= attempts || late || !mayGoAgain(commands, ceiling, error)) throw error;
      await this.#sleep(delayMs, options.signal);
    }
  }

  async #acquire({ signal, timeoutMs }: CallOptions, takenAt?: string): Promise<PooledLink> {
    const acquireTimeoutMs = this.#acquireTimeoutMs;
    const limit = timeoutMs ? Math.min(timeoutMs, acquireTimeoutMs || timeoutMs) : acquireTimeoutMs;
    const link = await this.#pool.acquire({ signal, timeoutMs: limit, takenAt });
    link.lent = true;
    return link;
  }

  #release(link: PooledLink, fit: boolean): void {
    link.lent = false;
    if (!fit) link.discard();
    this.#pool.release(link, fit);
  }

  /** Waits; no longer than until the end, or until the signal aborts. */
  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#closed || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        signal?.removeEventListener("abort", wake);
        this.#sleeping.delete(wake);
        resolve();
      };
      const cancel = this.#settings.clock.after(ms, wake);
      signal?.addEventListener("abort", wake);
      this.#sleeping.add(wake);
    });
  }

  /** Lends a connection for as long as its borrower wants. */
  async lease({ signal, timeoutMs, forLong }: LeaseOptions = {}): Promise<Lease> {
    const takenAt = forLong ? undefined : new Error("Taken").stack ?? "an unknown place";
    const link = await this.#acquire({ ...PLAIN_CALL, signal, timeoutMs }, takenAt);
    return new Lease(link, this.#database, (fit) => this.#release(link, fit));
  }

  /** Waits before try `attempt`, from 1. */
  async backoff(attempt: number): Promise<void> {
    const { retry, random } = this.#settings;
    await this.#sleep(delayBefore(retry, attempt, random));
    if (this.#closed) throw closedError("WATCH");
  }

  /** Ends the connections over which replies are waited for: the server is known to have failed. */
  endWaiting(): void {
    for (const link of this.#links) link.endWaiting();
  }

  /** Refuses all who wait for a connection. */
  refuseWaiting(error: Error): void {
    this.#pool.refuseWaiting(error);
  }

  /** Logs all connections in anew. */
  logIn(auth: AnyCommand, refused: (error: unknown) => void): void {
    this.#newest = { auth, refused };
    for (const link of this.#links) link.logIn(auth, refused);
  }

  /** What the pool has and has done. */
  stats(): PoolStats {
    return this.#pool.stats();
  }

  /** Lends no more, and waits until what is lent has been returned, at most so many milliseconds. */
  close(drainMs: number): Promise<void> {
    this.#end();
    return this.#pool.close(drainMs);
  }

  /** Ends all connections at once. */
  destroy(): void {
    this.#end();
    this.#pool.destroy();
  }

  #end(): void {
    this.#closed = true;
    for (const wake of [...this.#sleeping]) wake();
  }

  async #open(signal: AbortSignal): Promise<PooledLink> {
    const before = this.#newest;
    const link = await PooledLink.open(this.#settings, this.#context, signal);
    // It may have asked for its credentials before there were newer ones.
    if (this.#newest !== undefined && this.#newest !== before) link.logIn(this.#newest.auth, this.#newest.refused);
    for (const old of this.#links) if (!old.usable) this.#links.delete(old);
    this.#links.add(link);
    return link;
  }
}

/** Whether the commands surely were not executed, for a reason that passes, or do no harm when they are once more. */
function mayGoAgain(commands: readonly Command<unknown>[], ceiling: RetryCeiling, error: unknown): boolean {
  if (error instanceof ReplyError) return isRefusal(commands[0], error);
  const lost = error instanceof ConnectionError && error.name === "ConnectionError";
  return lost && (!error.maybeApplied || mayRepeat(commands, ceiling));
}
