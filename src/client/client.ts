/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The friendly surface over any sender: a method for every command, views, pipelines, transactions.
 *
 * A view is the same client with another wish about replies; it shares the sender. Wrong arguments reject
 * as every other failure does, so that one `catch` sees them all.
 *
 * @module
 */
import type { Chain, Commands, Entries } from "../api/mod.ts";
import type { Command, Key } from "../commands/command.ts";
import { BIGINTS, BYTES } from "../resp/value.ts";
import { type CallOptions, PLAIN_CALL, type Sender } from "../sender.ts";
import type { HscanOptions } from "../commands/hashes.ts";
import type { KeyScanOptions } from "../commands/keys.ts";
import type { ScanOptions } from "../commands/words.ts";
import { bindCommands } from "./bind.ts";
import { CommandChain, type SendChain, wantCommand } from "./chain.ts";
import { scanFields, type ScanIterators, scanKeys, scanMembers, scanScored, type Send } from "./scan_iterators.ts";
import { sendTransaction } from "./transaction.ts";

/** The replies of a list of commands, as a tuple. */
export type Replies<List extends readonly Command<unknown>[]> = {
  -readonly [I in keyof List]: List[I] extends Command<infer Reply> ? Reply : never;
};

/** Commands as methods; string replies are `Text`, integer replies `Integer`. */
export interface View<Text = string, Integer = number> extends Commands<Text, Integer>, ScanIterators<Text> {
  /** The same with `Uint8Array` in place of strings that are data; words of the server stay text. */
  readonly bytes: View<Uint8Array, Integer>;
  /** The same with `bigint` in place of integers, so that none is out of range. */
  readonly bigints: View<Text, bigint>;
  /** Starts a chain of commands that leave in one write; the error of one is its entry. */
  pipeline(): Chain<[], Text, Integer>;
  /** Starts a chain of commands that the server executes together, by MULTI and EXEC. */
  transaction(): Chain<[], Text, Integer>;
}

/**
 * A Redis or Valkey client.
 *
 * The commands are documented by group: {@linkcode StringCommands}, {@linkcode StringComparisonCommands},
 * {@linkcode BitmapCommands}, {@linkcode HyperloglogCommands}, {@linkcode KeyCommands},
 * {@linkcode KeyTransferCommands}, {@linkcode SortCommands}, {@linkcode ExpiryCommands},
 * {@linkcode HashCommands}, {@linkcode HashExpiryCommands}, {@linkcode ListCommands},
 * {@linkcode BlockingCommands}, {@linkcode SetCommands}, {@linkcode SortedSetCommands},
 * {@linkcode SortedSetRangeCommands}, {@linkcode SortedSetAlgebraCommands}, {@linkcode GeoCommands},
 * {@linkcode GeoRadiusCommands}, {@linkcode StreamCommands}, {@linkcode StreamGroupCommands},
 * {@linkcode StreamConsumerCommands}, {@linkcode StreamInfoCommands}, {@linkcode ScriptingCommands},
 * {@linkcode FunctionCommands}, {@linkcode PubsubCommands}, {@linkcode VectorSetCommands},
 * {@linkcode VectorSearchCommands}, {@linkcode JsonCommands}, {@linkcode JsonArrayCommands},
 * {@linkcode JsonValueCommands}, {@linkcode SearchCommands}, {@linkcode SearchQueryCommands},
 * {@linkcode SearchAggregateCommands}, {@linkcode SearchHybridCommands}, {@linkcode SearchTermCommands},
 * {@linkcode TimeSeriesCommands}, {@linkcode TimeSeriesRangeCommands}, {@linkcode BloomCommands},
 * {@linkcode CuckooCommands}, {@linkcode CountMinSketchCommands}, {@linkcode TopKCommands},
 * {@linkcode TDigestCommands}, {@linkcode ServerCommands}, {@linkcode PersistenceCommands},
 * {@linkcode ReplicationCommands}, {@linkcode DebugCommands}, {@linkcode ClientCommands},
 * {@linkcode ConnectionCommands}, {@linkcode TrackingCommands}, {@linkcode AclCommands},
 * {@linkcode CommandInfoCommands}, {@linkcode LatencyCommands}, {@linkcode MemoryCommands},
 * {@linkcode ModuleCommands}, {@linkcode LogCommands}, {@linkcode ClusterCommands},
 * {@linkcode ClusterSlotCommands}, {@linkcode ClusterNodeCommands}, {@linkcode SentinelCommands},
 * {@linkcode SentinelAdminCommands} and {@linkcode RawCommands}.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect("redis://localhost:6379");
 * await redis.set("greeting", "hello");
 * console.log(await redis.get("greeting"));
 * await redis.close();
 * ```
 */
export interface Client extends View, AsyncDisposable {
  /** Starts a chain of commands that leave in one write; the error of one is its entry. */
  pipeline(): Chain<[]>;
  /** Sends commands in one write and gives an entry for each, its reply or its error. */
  pipeline<const List extends readonly Command<unknown>[]>(commands: List): Promise<Entries<Replies<List>>>;
  /** Starts a chain of commands that the server executes together, by MULTI and EXEC. */
  transaction(): Chain<[]>;
  /**
   * Has the server execute commands together, and gives an entry for each, its reply or its error.
   *
   * @throws {ReplyError} With the code `EXECABORT` when the server refused to queue one of them, which is
   * the error's cause; none was executed then.
   */
  transaction<const List extends readonly Command<unknown>[]>(commands: List): Promise<Entries<Replies<List>>>;
  /** Sends a command value and gives its reply. */
  send<Reply>(command: Command<Reply>): Promise<Reply>;
  /** Takes no more calls, waits for the replies that are due, and ends the connection. */
  close(): Promise<void>;
  /** Ends the connection at once; every call that waits fails with a `ClosedError`. */
  destroy(): void;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

type ChainClass = new (mode: number, send: SendChain) => CommandChain;

class SenderClient {
  #sender: Sender;
  #options: CallOptions;
  #bytes: SenderClient | undefined;
  #bigints: SenderClient | undefined;

  constructor(sender: Sender, options: CallOptions) {
    this.#sender = sender;
    this.#options = options;
  }

  get bytes(): SenderClient {
    return this.#bytes ??= this.#view(BYTES);
  }

  get bigints(): SenderClient {
    return this.#bigints ??= this.#view(BIGINTS);
  }

  #view(mode: number): SenderClient {
    const Same = this.constructor as typeof SenderClient;
    return new Same(this.#sender, { ...this.#options, mode: this.#options.mode | mode });
  }

  pipeline(list?: readonly Command<unknown>[]): unknown {
    return this.#chain(list, (commands) => this.#sender.sendAll(commands, this.#options));
  }

  transaction(list?: readonly Command<unknown>[]): unknown {
    return this.#chain(list, (commands) => sendTransaction(this.#sender, commands, this.#options));
  }

  scanIterator(options?: KeyScanOptions): unknown {
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
    return (command) => this.#sender.send(command, this.#options);
  }

  #chain(list: readonly Command<unknown>[] | undefined, send: SendChain): unknown {
    return list === undefined ? new (boundChain())(this.#options.mode, send) : sendList(list, send);
  }

  send(command: Command<unknown>): Promise<unknown> {
    try {
      wantCommand(command);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#sender.send(command);
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  destroy(): void {
    this.#sender.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sender.close();
  }

  /** Sends what a command's method built; static, so that it is no method of the client. */
  static take(self: object, command: Command<unknown>): Promise<unknown> {
    const client = self as SenderClient;
    return client.#sender.send(command, client.#options);
  }
}

/** Sends a copy of a list, which may be changed as soon as the call has returned. */
async function sendList(list: readonly Command<unknown>[], send: SendChain): Promise<unknown[]> {
  const commands = [...list];
  commands.forEach(wantCommand);
  return await send(commands);
}

let BoundClient: typeof SenderClient | undefined;
let BoundChain: ChainClass | undefined;

/** The class of clients, made when the first is wanted. */
function boundClient(): typeof SenderClient {
  if (BoundClient === undefined) {
    BoundClient = class Client extends SenderClient {};
    bindCommands(BoundClient.prototype, SenderClient.take, (error) => Promise.reject(error));
  }
  return BoundClient;
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

/** Makes a client of whatever can send. */
export function clientOf(sender: Sender): Client {
  return new (boundClient())(sender, PLAIN_CALL) as unknown as Client;
}
