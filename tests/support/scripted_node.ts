/**
 * One node of a scripted cluster: its connections, its opinion of the cluster, and what a test has it do.
 *
 * It serves its data as a server does until it is told otherwise: by hooks, which see each command before the node
 * does, or as a whole, by `down`, `freeze`, `vanish` and `up`.
 *
 * @module
 */
import type { MemoryStream } from "../../adapters/memory.ts";
import { ReplyError } from "../../src/errors.ts";
import type { Clock, Target } from "../../src/stream.ts";
import { dataCommand } from "./scripted_data.ts";
import { type Hooked, ScriptedLink } from "./scripted_link.ts";
import { dropChannel } from "./scripted_pubsub.ts";
import { refusalOf } from "./scripted_routing.ts";
import { ScriptedStore } from "./scripted_store.ts";
import type { ScriptedView } from "./scripted_view.ts";

/** Which server's words it uses, where they differ. */
export type ScriptedKind = "redis7" | "valkey8" | "valkey9";

/** How nodes speak of a node. */
export interface Announced {
  /** The preferred endpoint; null where it is unknown, `""` where the IP address is, `?` for want of a host name. */
  endpoint: string | null;
  /** The IP address; `""` where the node does not know it. */
  ip: string;
  /** The host name. */
  hostname: string | undefined;
  /** The plain port. */
  port: number;
  /** The TLS port. */
  tlsPort: number | undefined;
}

/** What all nodes of a cluster have in common. */
export interface ClusterSettings {
  readonly clock: Clock;
  readonly kind: ScriptedKind;
  /** How many databases there are. */
  readonly databases: number;
  /** The password of the default user. */
  readonly password: string | undefined;
}

/** A command as it came. */
export interface Heard {
  readonly words: readonly string[];
  /** The number of its connection. */
  readonly link: number;
  /** Which of that connection's chunks of bytes it came in, counted from 1. */
  readonly chunk: number;
  /** When it came, in the clock's milliseconds. */
  readonly at: number;
}

/** Sees a command before the node does. */
export type Hook = (words: readonly string[], link: ScriptedLink) => Hooked;

/** A node. */
export class ScriptedNode {
  /** What tests call it: `n1`, `n2` and so on, the primaries first. */
  readonly name: string;
  /** Its id in the cluster. */
  readonly id: string;
  /** The id of its shard, which Valkey 9 tells. */
  shardId: string;
  /** Its data; the same as that of its primary. */
  store: ScriptedStore = new ScriptedStore();
  /** Slots that it gives away, and to whom. */
  readonly migrating: Map<number, ScriptedNode> = new Map();
  /** Slots that it takes over, and from whom. */
  readonly importing: Map<number, ScriptedNode> = new Map();
  /** Its open connections. */
  readonly links: Set<ScriptedLink> = new Set();
  /** All commands that came. */
  readonly log: Heard[] = [];
  /** How many connections have been made to it. */
  connectionsMade = 0;
  /** Milliseconds that its replies take. */
  latencyMs = 0;
  /** What it believes. */
  view: ScriptedView;
  /** Where it listens. */
  ip: string;
  /** Where it listens. */
  port: number;
  readonly #settings: ClusterSettings;
  #announced: Partial<Announced> = {};
  #zone: string | undefined;
  #offset = 1_000;
  #state: "up" | "down" | "frozen" | "vanished" = "up";
  #hooks: Hook[] = [];

  constructor(name: string, id: string, ip: string, port: number, view: ScriptedView, settings: ClusterSettings) {
    this.name = name;
    this.id = id;
    this.shardId = `5${id.slice(1)}`;
    this.ip = ip;
    this.port = port;
    this.view = view;
    this.#settings = settings;
  }

  /** Time. */
  get clock(): Clock {
    return this.#settings.clock;
  }

  /** Which server it is. */
  get kind(): ScriptedKind {
    return this.#settings.kind;
  }

  /** How many databases it has. */
  get databases(): number {
    return this.#settings.databases;
  }

  /** The password of the default user. */
  get password(): string | undefined {
    return this.#settings.password;
  }

  /** Where it listens, as clients name it. */
  get address(): string {
    return this.ip.includes(":") ? `[${this.ip}]:${this.port}` : `${this.ip}:${this.port}`;
  }

  /** How nodes speak of it: as where it listens, unless it announces something else. */
  get announced(): Announced {
    const ip = this.#announced.ip ?? this.ip;
    return { endpoint: ip, hostname: undefined, port: this.port, tlsPort: undefined, ...this.#announced, ip };
  }

  /** Has nodes speak of it in another way. */
  announce(announced: Partial<Announced>): void {
    this.#announced = { ...this.#announced, ...announced };
    this.#changed();
  }

  /** Has it listen elsewhere, as after a restart. */
  listen(address: { ip?: string; port?: number }): void {
    this.ip = address.ip ?? this.ip;
    this.port = address.port ?? this.port;
    this.#changed();
  }

  /** Its availability zone. */
  get zone(): string | undefined {
    return this.#zone;
  }

  set zone(zone: string | undefined) {
    this.#zone = zone;
    this.#changed();
  }

  /** Its replication offset. */
  get offset(): number {
    return this.#offset;
  }

  set offset(offset: number) {
    this.#offset = offset;
    this.#changed();
  }

  /** Cuts a replica off from its primary: it keeps what it has. */
  stopReplication(): void {
    this.store = this.store.copy();
  }

  /** Adds a hook, which is asked after those that are there. Gives what takes it away. */
  on(hook: Hook): () => void {
    this.#hooks.push(hook);
    return () => void (this.#hooks = this.#hooks.filter((other) => other !== hook));
  }

  /** The commands that came with names among these, each as one text. */
  heardOf(...names: string[]): string[] {
    return this.log.filter(({ words }) => names.includes(words[0].toUpperCase())).map(({ words }) => words.join(" "));
  }

  /** Answers commands that begin with these words, such as `CLUSTER SHARDS`, and so many of them. */
  reply(beginning: string, reply: Hooked | Hook, times: number = Infinity): () => void {
    const wanted = beginning.toUpperCase().split(" ");
    return this.#answer((words) => wanted.every((word, at) => words[at]?.toUpperCase() === word), reply, times);
  }

  /** Refuses the next so many commands that have keys. */
  refuse(error: string, times: number = 1): () => void {
    const hasKeys = (words: readonly string[]): boolean =>
      (dataCommand(words[0].toUpperCase())?.keysOf(words).length ?? 0) > 0;
    return this.#answer(hasKeys, new ReplyError(error), times);
  }

  #answer(fits: (words: readonly string[]) => boolean, reply: Hooked | Hook, times: number): () => void {
    let left = times;
    return this.on((words, link) => {
      if (left === 0 || !fits(words)) return undefined;
      left--;
      return typeof reply === "function" ? reply(words, link) : reply;
    });
  }

  /** Lets go of all replies that are held. */
  release(): void {
    for (const link of this.links) link.release();
  }

  /** It is gone: its connections end, with an error where one is given, and dials to it are refused. */
  down(error?: Error): void {
    this.#state = "down";
    this.disconnect(error);
  }

  /** Ends its connections. */
  disconnect(error?: Error): void {
    for (const link of [...this.links]) {
      if (error === undefined) link.close();
      else link.fail(error);
    }
  }

  /** It still accepts connections, and neither reads nor says anything. */
  freeze(): void {
    this.#state = "frozen";
    for (const link of this.links) link.pause();
  }

  /** It goes on with what has come meanwhile. */
  thaw(): void {
    this.up();
  }

  /** Nothing reaches it, as when its cable is cut: dials wait, and nobody is told. */
  vanish(): void {
    this.freeze();
    this.#state = "vanished";
  }

  /** It is there again. */
  up(): void {
    this.#state = "up";
    for (const link of this.links) link.resume();
  }

  /** Whether dials reach it. */
  get isUp(): boolean {
    return this.#state !== "down";
  }

  /** Whether dials to it wait for ever. */
  get isVanished(): boolean {
    return this.#state === "vanished";
  }

  /** Takes a connection. */
  accept(id: number, stream: MemoryStream, target: Target): void {
    this.connectionsMade++;
    const link = new ScriptedLink(id, this, stream, target);
    this.links.add(link);
    if (this.#state === "frozen") link.pause();
  }

  /** A connection of it has ended. */
  lost(link: ScriptedLink): void {
    this.links.delete(link);
  }

  /** Notes a command and asks the hooks. */
  heard(words: readonly string[], link: ScriptedLink): Hooked {
    this.log.push({ words, link: link.id, chunk: link.chunks, at: this.clock.now() });
    for (const hook of this.#hooks) {
      const hooked = hook(words, link);
      if (hooked !== undefined) return hooked;
    }
    return undefined;
  }

  /** Ends subscriptions to channels of shards that it does not serve any more, and says so. */
  dropForeignChannels(): void {
    for (const link of this.links) {
      for (const channel of link.subscribed.SSUBSCRIBE) {
        const keyed = { keys: [channel], isWrite: false, isShardChannel: true };
        if (refusalOf(this, keyed, link) !== undefined) dropChannel(link, "SSUBSCRIBE", channel);
      }
    }
  }

  /** All views may tell of it. */
  #changed(): void {
    for (const member of [this, ...this.view.members]) member.view.changed();
  }
}
