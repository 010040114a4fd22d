/**
 * The server's end of one connection to a node of a scripted cluster.
 *
 * It takes commands in the order of the servers' `processCommand`: is it known, has it enough words, is the connection
 * logged in, does this node serve its keys, may it be written here, and only then is it queued or executed. Replies
 * leave in one write a chunk, later where the node has a latency, or not before a test releases them.
 *
 * @module
 */
import type { MemoryStream } from "../../adapters/memory.ts";
import { ReplyError } from "../../src/errors.ts";
import { Decoder, INCOMPLETE } from "../../src/resp/decoder.ts";
import { encodeReply, wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { PLAIN } from "../../src/resp/value.ts";
import type { Target } from "../../src/stream.ts";
import { dataCommand } from "./scripted_data.ts";
import { Encoded } from "./scripted_encoded.ts";
import type { ScriptedNode } from "./scripted_node.ts";
import { type Asker, refusalOf } from "./scripted_routing.ts";
import { serverCommand } from "./scripted_server_commands.ts";
import { ScriptedTransaction } from "./scripted_transaction.ts";
import { joined } from "./wire.ts";

/** What a hook can say besides a reply: execute and keep the reply, and all later ones, until they are released. */
export const HOLD: unique symbol = Symbol("hold");
/** Execute nothing and say nothing. */
export const DROP: unique symbol = Symbol("drop");
/** Close the connection and execute nothing. */
export const CLOSE: unique symbol = Symbol("close");
/** Execute, and close the connection in place of a reply. */
export const CLOSE_AFTER: unique symbol = Symbol("close after");

/** What a hook says; undefined leaves the command to the next hook, and at last to the node. */
export type Hooked = WireValue | typeof HOLD | typeof DROP | typeof CLOSE | typeof CLOSE_AFTER | undefined;

/** The channels that a connection is subscribed to, by the command that subscribes. */
export interface Subscribed {
  readonly SUBSCRIBE: Set<string>;
  readonly PSUBSCRIBE: Set<string>;
  readonly SSUBSCRIBE: Set<string>;
}

const SHARDED = ["SSUBSCRIBE", "SUNSUBSCRIBE", "SPUBLISH"];
const IN_RESP2 = ["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE", "PING"];

/** One connection. */
export class ScriptedLink implements Asker {
  /** Its number among all connections of the cluster, counted from 1. */
  readonly id: number;
  readonly node: ScriptedNode;
  readonly tls: boolean;
  readonly transaction: ScriptedTransaction = new ScriptedTransaction();
  readonly subscribed: Subscribed = { SUBSCRIBE: new Set(), PSUBSCRIBE: new Set(), SSUBSCRIBE: new Set() };
  protocol: 2 | 3 = 2;
  loggedIn: boolean;
  readOnly = false;
  asking = false;
  database = 0;
  clientName = "";
  /** How many chunks of bytes have come. */
  chunks = 0;
  #stream: MemoryStream;
  #decoder = new Decoder();
  #out: Uint8Array[] = [];
  #receiving = false;
  #held = false;
  #closed = false;

  constructor(id: number, node: ScriptedNode, stream: MemoryStream, { tls }: Target) {
    this.id = id;
    this.node = node;
    this.tls = tls !== undefined;
    this.loggedIn = node.password === undefined;
    this.#stream = stream;
    stream.open({
      received: (bytes) => this.#received(bytes),
      drained() {},
      closed: () => this.#ended(),
    });
  }

  /** How many channels and patterns it is subscribed to. */
  get subscriptions(): number {
    const { SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE } = this.subscribed;
    return SUBSCRIBE.size + PSUBSCRIBE.size + SSUBSCRIBE.size;
  }

  /** Says something that nobody asked for, such as a message. */
  push(...items: WireValue[]): void {
    this.#say(this.protocol === 3 ? wire.push(items) : items);
  }

  /** Lets go of replies that were held. */
  release(): void {
    this.#held = false;
    this.#flush();
  }

  /** Takes nothing in for now. */
  pause(): void {
    this.#stream.pause();
  }

  /** Takes in what has come meanwhile, and more. */
  resume(): void {
    this.#stream.resume();
  }

  /** Ends it: what was said still arrives. */
  close(): void {
    if (this.#closed) return;
    this.#stream.close();
    this.#ended();
  }

  /** Breaks it: both ends are told at once. */
  fail(error: Error): void {
    this.#stream.fail(error);
    this.#ended();
  }

  /** Executes a command of a transaction, or one that needs no more checks. */
  execute(words: readonly string[]): WireValue | Encoded | undefined {
    const name = words[0].toUpperCase();
    try {
      const data = dataCommand(name);
      if (data !== undefined) return data.run({ store: this.node.store, database: this.database }, words);
      return serverCommand(name)!.run(this, words);
    } catch (error) {
      if (error instanceof ReplyError) return error;
      throw error;
    }
  }

  #received(bytes: Uint8Array): void {
    this.#receiving = true;
    this.chunks++;
    this.#decoder.feed(bytes);
    while (!this.#closed) {
      const words = this.#decoder.next(PLAIN);
      if (words === INCOMPLETE) break;
      this.#take(words as string[]);
    }
    this.#receiving = false;
    this.#flush();
  }

  #take(words: string[]): void {
    const hooked = this.node.heard(words, this);
    if (hooked === CLOSE) {
      this.#flush();
      return this.close();
    }
    if (hooked === DROP) return;
    let reply: WireValue | Encoded | undefined;
    if (typeof hooked === "symbol" || hooked === undefined) reply = this.#process(words);
    else {
      reply = hooked;
      if (hooked instanceof ReplyError) this.transaction.refused(words[0].toUpperCase());
    }
    // A transaction keeps it, and ASKING is for what comes next.
    if (!this.transaction.isOpen && words[0].toUpperCase() !== "ASKING") this.asking = false;
    if (hooked === CLOSE_AFTER) {
      this.#flush();
      return this.close();
    }
    if (hooked === HOLD) {
      this.#flush();
      this.#held = true;
    }
    if (reply !== undefined) this.#say(reply);
  }

  #process(words: readonly string[]): WireValue | Encoded | undefined {
    const name = words[0].toUpperCase();
    const refusal = this.#refusal(name, words);
    if (refusal !== undefined) {
      this.transaction.refused(name);
      return refusal;
    }
    if (!this.transaction.queues(name)) return this.execute(words);
    this.transaction.queue(words);
    return wire.simple("QUEUED");
  }

  #refusal(name: string, words: readonly string[]): ReplyError | undefined {
    const { node, transaction } = this;
    const data = dataCommand(name);
    const known = data ?? serverCommand(name);
    if (known === undefined) return new ReplyError(`ERR unknown command '${words[0]}'`);
    if (known.arity < 0 ? words.length < -known.arity : words.length !== known.arity) {
      return new ReplyError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
    }
    if (!this.loggedIn && !["HELLO", "AUTH", "QUIT"].includes(name)) {
      return new ReplyError("NOAUTH Authentication required.");
    }
    if (transaction.isOpen && node.kind !== "redis7" && ["MULTI", "WATCH"].includes(name)) {
      const which = node.kind === "valkey8" ? "Command" : `Command '${name.toLowerCase()}'`;
      return new ReplyError(`ERR ${which} not allowed inside a transaction`);
    }
    const isWrite = data?.isWrite ?? false;
    const keyed = name === "EXEC" ? transaction.keyed() : {
      keys: known.keysOf(words),
      isWrite,
      isShardChannel: SHARDED.includes(name),
      isQueued: transaction.queues(name),
    };
    const refusal = refusalOf(node, keyed, this);
    if (refusal !== undefined) return refusal;
    if (isWrite && node.view.primaryOf(node) !== undefined) {
      return new ReplyError("READONLY You can't write against a read only replica.");
    }
    if (this.protocol === 2 && this.subscriptions > 0 && !IN_RESP2.includes(name)) {
      return new ReplyError(
        `ERR Can't execute '${name.toLowerCase()}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are ` +
          "allowed in this context",
      );
    }
    return undefined;
  }

  #say(reply: WireValue | Encoded): void {
    this.#out.push(reply instanceof Encoded ? reply.bytes : encodeReply(reply, this.protocol));
    if (!this.#receiving) this.#flush();
  }

  #flush(): void {
    if (this.#held || this.#closed || this.#out.length === 0) return;
    const bytes = this.#out.length === 1 ? this.#out[0] : joined(...this.#out);
    this.#out = [];
    const { latencyMs } = this.node;
    if (latencyMs > 0) this.node.clock.after(latencyMs, () => void this.#stream.write(bytes));
    else this.#stream.write(bytes);
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.node.lost(this);
  }
}
