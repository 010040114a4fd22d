/**
 * What a client tells of its connections: the events, their payloads, and who listens.
 *
 * A listener's failure is its own: what it throws, or a promise of it that is rejected, reaches nobody else. Nothing
 * happens when nobody listens, `error` included. Only a warning is kept then, since the first of them comes before
 * anybody can listen: the first listener is given it.
 *
 * @module
 */
import type { RedisError } from "./errors.ts";

/** Which of a client's connections an event is about: one that callers share, or one of the pool. */
export type ConnectionRole = "shared" | "pooled";

/** Where something happened. */
export interface NodeEvent {
  /** The node, as `host:port` or as the path of its socket. */
  node: string;
  /** Which connection it is about. */
  role: ConnectionRole;
}

/** A connection has been made, the socket alone. */
export type ConnectEvent = NodeEvent;

/** A connection can be used: the server has taken the login and all else that the handshake says. */
export type ReadyEvent = NodeEvent;

/** A connection that could be used has ended. */
export interface DisconnectEvent extends NodeEvent {
  /** Why; a `ClosedError` when its owner ended it. */
  reason: RedisError;
  /** Whether it will be made again. */
  reconnects: boolean;
}

/** A connection is going to be tried again. */
export interface ReconnectingEvent extends NodeEvent {
  /** The count of tries since it was lost, from 1. */
  attempt: number;
  /** Milliseconds until then. */
  delayMs: number;
  /** What ended the last one. */
  reason: RedisError;
}

/** A connection that was lost can be used again. */
export interface ReconnectEvent extends NodeEvent {
  /** How many tries it took. */
  attempts: number;
  /** Milliseconds without it. */
  downMs: number;
}

/** Something failed that no caller waits for. */
export interface ErrorEvent extends NodeEvent {
  /** What failed. */
  error: Error;
}

/** Somebody waits for a connection of the pool, and all are leased. */
export interface PoolExhaustedEvent {
  /** The node of the pool. */
  node: string;
  /** How many connections the pool has. */
  total: number;
  /** How many wait. */
  waiting: number;
}

/** The nodes of a cluster, or who has which slots, have changed; or they are known for the first time. */
export interface TopologyEvent {
  /** The nodes that are new, as `host:port`. */
  added: readonly string[];
  /** The nodes that are gone. */
  removed: readonly string[];
  /** The nodes that were replicas and are primaries. */
  promoted: readonly string[];
  /** How many slots have another primary than before. */
  movedSlots: number;
  /** How many slots have a primary, 0 to 16,384. */
  covered: number;
}

/** Something works, and is not as it should be. */
export interface WarningEvent {
  /** Which: `insecureTls`, the checks of certificates are off; `leakedLease`, a lease has not been returned for long. */
  code: "insecureTls" | "leakedLease";
  /** The node. */
  node: string;
  /** What is wrong and what to do. */
  message: string;
  /** Where it was done, as a stack trace, where that is known. */
  stack?: string;
}

/** The events of a client, by name. */
export interface ClientEvents {
  /** A socket is connected. */
  connect: ConnectEvent;
  /** A connection can be used. */
  ready: ReadyEvent;
  /** A connection has ended. */
  disconnect: DisconnectEvent;
  /** A connection is going to be tried again. */
  reconnecting: ReconnectingEvent;
  /** A lost connection is back. */
  reconnect: ReconnectEvent;
  /** Something failed that no caller waits for. */
  error: ErrorEvent;
  /** All connections of the pool are leased and somebody waits. */
  poolexhausted: PoolExhaustedEvent;
  /** The nodes of a cluster, or who has which slots, have changed. */
  topology: TopologyEvent;
  /** Something works, and is not as it should be. */
  warning: WarningEvent;
}

/** The names of all events. */
export const EVENT_NAMES: readonly (keyof ClientEvents)[] = [
  "connect",
  "ready",
  "disconnect",
  "reconnecting",
  "reconnect",
  "error",
  "poolexhausted",
  "topology",
  "warning",
];

/** Takes an event. What it gives is not looked at, but that a rejected promise is no unhandled one. */
export type Listener<Event> = (event: Event) => unknown;

/** How many warnings are kept that nobody has heard; later ones are dropped, since the first tell what began it. */
const MOST_UNHEARD = 16;

/** Who listens to what. */
export class Events {
  readonly #listeners = new Map<keyof ClientEvents, Set<Listener<never>>>();
  readonly #unheard: WarningEvent[] = [];
  // Warnings that found no listener but in the meantime are kept again.
  readonly #tellUnheard = (): void => {
    for (const warning of this.#unheard.splice(0)) this.emit("warning", warning);
  };

  /**
   * Adds a listener; the same one once. Gives the function that removes it. Warnings that nobody has heard come to the
   * first one in a microtask.
   */
  on<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): () => void {
    if (!EVENT_NAMES.includes(name)) throw new TypeError("Cannot listen: there is no event of that name");
    if (typeof listener !== "function") throw new TypeError(`Cannot listen to ${name}: the listener is no function`);
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) this.#listeners.set(name, listeners = new Set());
    listeners.add(listener);
    if (name === "warning" && this.#unheard.length > 0) queueMicrotask(this.#tellUnheard);
    return () => this.off(name, listener);
  }

  /** Removes a listener, if it is there. */
  off<Name extends keyof ClientEvents>(name: Name, listener: Listener<ClientEvents[Name]>): void {
    this.#listeners.get(name)?.delete(listener);
  }

  /** Tells all that listen. */
  emit<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined || listeners.size === 0) {
      if (name === "warning" && this.#unheard.length < MOST_UNHEARD) this.#unheard.push(event as WarningEvent);
      return;
    }
    // A copy: listeners that are added or removed meanwhile count from the next event on.
    for (const listener of [...listeners] as Listener<ClientEvents[Name]>[]) {
      tell(listener, event);
    }
  }
}

/** Tells somebody something. What that throws, or a promise of it that is rejected, is its own. */
export function tell<Told>(listener: (told: Told) => unknown, told: Told): void {
  try {
    const outcome = listener(told);
    if (outcome instanceof Promise) outcome.catch(ignore);
  } catch {
    // Its own.
  }
}

function ignore(): void {}
