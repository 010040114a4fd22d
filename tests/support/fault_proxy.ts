/**
 * A TCP proxy in the test's own process that does to a link what networks do: cut, stall, drip, delay, lose a reply,
 * refuse. Everything is set at run time and holds for all links, those that are still to come too.
 *
 * It reads RESP in both directions, so it knows which reply is whose: `swallow({ command: "INCR" })` loses the reply to
 * a command that was executed, and `holdBefore({ command: "INCR" })` cuts before the server has seen it. Conditions are
 * awaited (`until`, `connected`), never slept for. Chance comes from a seed; say it when a test fails.
 *
 * ```ts
 * const proxy = await startFaultProxy({ port: server.port });
 * t.defer(() => proxy.stop());
 * proxy.swallow({ command: "INCR", thenCut: true });
 * ```
 *
 * Parts: frames.ts (where frames end), reply_order.ts (what a frame answers), fault_framer.ts (what becomes of it),
 * fault_pipe.ts (when bytes leave), fault_traps.ts (which requests), fault_link.ts (two sockets).
 *
 * Limits: over TLS there are no frames to read, so what goes by commands meets nothing and `requests` stays empty.
 *
 * @module
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { type Direction, FaultLink, type LinkOwner, type Traffic } from "./fault_link.ts";
import type { Chunks, Delay, Drip, EndHow, Pace } from "./fault_pipe.ts";
import { Trap, type TrapOptions } from "./fault_traps.ts";
import { freePort } from "./ports.ts";
import type { Request } from "./reply_order.ts";
import { seededRandom } from "./seeded_random.ts";
import { utf8 } from "./wire.ts";

/** How to start a proxy. */
export interface FaultProxyOptions {
  /** The server's port. */
  port: number;
  /** The server's address; that of the loopback when absent. */
  host?: string;
  /** Where chance starts; by chance when absent. */
  seed?: number;
}

/** Which direction a fault is for; both when absent. */
export interface Towards {
  direction?: Direction;
}

/** How a stall is done. */
export interface StallOptions extends Towards {
  /** Whether bytes are still read, into memory; when false, the sender's own buffers fill up. True when absent. */
  reads?: boolean;
}

/** Whose replies are lost; with nothing set, the next one. */
export interface SwallowOptions extends TrapOptions {
  /** Cuts the link where the reply would have come. */
  thenCut?: boolean;
}

/** How links are turned away; "closed" when absent: nobody listens, so connecting is refused. */
export interface RefuseOptions {
  /** `reset` accepts and breaks off at once; `silent` accepts, takes all and never answers. */
  how?: "closed" | "reset" | "silent";
}

interface Wait {
  holds: () => unknown;
  done: () => void;
  refuse: (error: unknown) => void;
}

const HOST = "127.0.0.1";
const DIRECTIONS: readonly Direction[] = ["toServer", "toClient"];

const ATTEMPTS = 20;

/** Starts a proxy before a server, which need not be there yet. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new FaultProxy(options);
  await proxy.accept();
  return proxy;
}

/** A proxy that listens, unless it is told to refuse. */
export class FaultProxy {
  /** The loopback address that it listens on. */
  readonly host: string = HOST;
  /** Where chance starts. */
  readonly seed: number;
  /** How many links were accepted so far, those turned away by reset or silence too. */
  accepted = 0;
  /** The bytes that have left each way. */
  readonly bytes: Traffic = { toServer: 0, toClient: 0 };
  /** The names of the requests that were forwarded, in order, handshakes' too. */
  readonly requests: string[] = [];

  readonly #target: { host: string; port: number };
  #port = 0;
  #listener: Server | undefined;
  #refusal: "reset" | "silent" | undefined;
  #stopped = false;
  #closing: Promise<void>[] = [];
  readonly #links = new Set<FaultLink>();
  readonly #counts = new Map<string, number>();
  readonly #waits = new Set<Wait>();
  #swallowing: Trap[] = [];
  #holding: Trap[] = [];
  readonly #paces: Record<Direction, Pace> = { toServer: freePace(), toClient: freePace() };
  readonly #owner: LinkOwner;

  constructor({ port, host = HOST, seed = Math.floor(Math.random() * 2 ** 31) }: FaultProxyOptions) {
    this.#target = { host, port };
    this.seed = seed;
    this.#owner = {
      paces: this.#paces,
      swallowing: () => this.#swallowing,
      holding: () => this.#holding,
      moved: (direction, count) => {
        this.bytes[direction] += count;
        this.#changed();
      },
      forwarded: (request) => {
        this.requests.push(request.name);
        this.#counts.set(request.name, this.seen(request.name) + 1);
        this.#changed();
      },
      changed: () => this.#changed(),
    };
  }

  /** The port that it listens on, the same also after it was closed. */
  get port(): number {
    return this.#port;
  }

  /** Where clients connect to. */
  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  /** The links whose clients are still there, the oldest first. */
  get links(): FaultLink[] {
    return [...this.#links].filter((link) => link.live);
  }

  /** How many of them there are. */
  get connections(): number {
    return this.links.length;
  }

  /** How many requests of a name were forwarded. */
  seen(command: string): number {
    return this.#counts.get(command.toUpperCase()) ?? 0;
  }

  /** Waits until something holds; it is asked now, and whenever something happens here. Rejects at `stop()`. */
  until(holds: () => unknown): Promise<void> {
    const held = new Promise<void>((done, refuse) => {
      this.#waits.add({ holds, done, refuse });
      this.#changed();
    });
    // A test that failed no longer awaits it, and is not to take others with it.
    held.catch(() => {});
    return held;
  }

  /** Waits until so many links were accepted in all. */
  connected(count: number): Promise<void> {
    return this.until(() => this.accepted >= count);
  }

  /**
   * Cuts all links; those that come later live. What was forwarded is executed.
   *
   * A client on Node 20 takes a reset right behind bytes that it has not read for an end.
   */
  cut({ how = "reset" }: { how?: EndHow } = {}): void {
    for (const link of this.links) link.cut(how);
  }

  /** Keeps bytes, and ends too, while connections stay open: links are half-open, new ones too, until `flow()`. */
  stall({ direction, reads = true }: StallOptions = {}): void {
    this.#repace(direction, { stalled: true, reads });
  }

  /** Ends a stall: what was kept goes on. */
  flow({ direction }: Towards = {}): void {
    this.#repace(direction, { stalled: false });
  }

  /** Writes so many bytes at a time. */
  drip(drip: Drip | "off", { direction }: Towards = {}): void {
    this.#repace(direction, { drip: drip === "off" ? undefined : drip });
  }

  /** Delays each chunk by a random time; order is kept within a direction of a link, and only there. */
  delay(delay: Delay | "off", { direction }: Towards = {}): void {
    this.#repace(direction, { delay: delay === "off" ? undefined : delay });
  }

  /** Writes pieces of random sizes. A `drip` goes before. */
  chunks(chunks: Chunks | "off", { direction }: Towards = {}): void {
    this.#repace(direction, { chunks: chunks === "off" ? undefined : chunks });
  }

  /**
   * Loses replies on their way to the client: so many of the next ones, all to requests that a function picks, or those
   * that options say. The commands were executed. A reply whose start the client has got is not lost.
   */
  swallow(which: number | ((request: Request) => boolean) | SwallowOptions = {}): Trap {
    const options: SwallowOptions = typeof which === "number"
      ? { times: which }
      : typeof which === "function"
      ? { when: which, times: Infinity }
      : which;
    const trap = new Trap(options, options.thenCut ?? false);
    this.#swallowing = [...this.#swallowing.filter((other) => other.set), trap];
    return trap;
  }

  /** Cuts the link of a request before the server gets any of it, behind the requests that came before it. */
  holdBefore(options: TrapOptions): Trap {
    const trap = new Trap(options, true);
    this.#holding = [...this.#holding.filter((other) => other.set), trap];
    return trap;
  }

  /** Sends bytes to every client as if the server had, between two of its frames. */
  inject(bytes: string | Uint8Array): void {
    for (const link of this.links) link.inject(utf8(bytes));
  }

  /** Turns new links away until `accept()`; those that there are live on. */
  async refuse({ how = "closed" }: RefuseOptions = {}): Promise<void> {
    if (how !== "closed") {
      await this.accept();
      this.#refusal = how;
    } else this.#close();
  }

  /** Takes new links again, on the same port. */
  async accept(): Promise<void> {
    this.#refusal = undefined;
    this.#listener ??= await this.#listen();
  }

  /** Ends every fault: all flows at once and is accepted. */
  async heal(): Promise<void> {
    for (const trap of [...this.#swallowing, ...this.#holding]) trap.off();
    this.#repace(undefined, freePace());
    await this.accept();
  }

  /** Ends all, and waits until every socket is gone; safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#close();
    await Promise.all([...this.#closing, ...[...this.#links].map((link) => link.destroy())]);
    this.#changed();
  }

  #repace(direction: Direction | undefined, change: Partial<Pace>): void {
    for (const each of DIRECTIONS) {
      if (direction === undefined || direction === each) Object.assign(this.#paces[each], change);
    }
    for (const link of this.#links) link.repace();
  }

  async #listen(): Promise<Server> {
    for (let attempt = 1;; attempt++) {
      const port = this.#port || await freePort();
      const listener = createServer({ allowHalfOpen: true }, (socket) => this.#connected(socket));
      try {
        await new Promise<void>((done, refuse) => {
          listener.once("error", refuse);
          listener.listen(port, HOST, done);
        });
        this.#port = port;
        return listener;
      } catch (error) {
        if (this.#port || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Closes the port at once; the rest of closing waits for links that live on. */
  #close(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener !== undefined) this.#closing.push(new Promise((done) => listener.close(() => done())));
  }

  #connected(client: Socket): void {
    const id = ++this.accepted;
    const server = this.#refusal ? undefined : connect({ ...this.#target, allowHalfOpen: true });
    const random = { toServer: seededRandom(this.seed + 2 * id), toClient: seededRandom(this.seed + 2 * id + 1) };
    const link = new FaultLink({ id, client, server, owner: this.#owner, random });
    this.#links.add(link);
    void link.gone.then(() => {
      this.#links.delete(link);
      this.#changed();
    });
    if (this.#refusal === "reset") link.cut("reset");
    if (this.#stopped) void link.destroy();
    this.#changed();
  }

  #changed(): void {
    for (const wait of this.#waits) {
      try {
        if (this.#stopped) throw new Error("Cannot wait for it: the fault proxy was stopped");
        if (!wait.holds()) continue;
        wait.done();
      } catch (error) {
        wait.refuse(error);
      }
      this.#waits.delete(wait);
    }
  }
}

function freePace(): Pace {
  return { stalled: false, reads: true, drip: undefined, delay: undefined, chunks: undefined };
}
