/**
 * Commands that are not built by a function of respwire: their names are checked first.
 *
 * What changes the connection it goes over is refused, as others share that connection: one SELECT here
 * would send the next write of another caller to the wrong database. So is what a server answers with
 * nothing, or with more than one reply: the replies that follow would go to the wrong callers.
 *
 * @module
 */
import { type Command, type ReplyReader, specialCommand, type Word } from "./command.ts";
import { textOf } from "./readers.ts";
import { specialOf } from "./special.ts";

const TRANSACTION = ", use transaction()";
const CONNECT = ", use the options of connect()";
const LEASE = ", use lease()";
const WATCH = ", use watch()";

// The names of all commands of own_connection.ts, with what to use instead where there is something.
const REFUSED: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["ASKING", LEASE],
  ["AUTH", CONNECT],
  ["CLIENT CACHING", LEASE],
  ["CLIENT CAPA", LEASE],
  ["CLIENT IMPORT-SOURCE", LEASE],
  ["CLIENT REPLY", ""],
  ["CLUSTER SYNCSLOTS", ""],
  ["DISCARD", TRANSACTION],
  ["EXEC", TRANSACTION],
  ["HELLO", CONNECT],
  ["MONITOR", ", use monitor()"],
  ["MULTI", TRANSACTION],
  ["PSUBSCRIBE", ", use psubscribe()"],
  ["PSYNC", ""],
  ["PUNSUBSCRIBE", ""],
  ["QUIT", ", use close()"],
  ["READONLY", LEASE],
  ["READWRITE", LEASE],
  ["REPLCONF", ""],
  ["RESET", ""],
  ["SCRIPT DEBUG", ""],
  ["SELECT", ", use the option database, or lease()"],
  ["SSUBSCRIBE", ", use ssubscribe()"],
  ["SUBSCRIBE", ", use subscribe()"],
  ["SUNSUBSCRIBE", ""],
  ["SYNC", ""],
  ["UNSUBSCRIBE", ""],
  ["UNWATCH", WATCH],
  ["WATCH", WATCH],
]);

// Commands whose second word is part of their name, where some of these are refused.
const CONTAINERS: ReadonlySet<string> = /* @__PURE__ */ new Set(["CLIENT", "CLUSTER", "SCRIPT"]);

/**
 * Makes a command from its words, the name first, and the reader of its reply.
 *
 * @throws {TypeError} When the name is no text, or the command would change a connection that callers share.
 */
export function command<Reply>(words: readonly Word[], reader: ReplyReader<Reply>): Command<Reply> {
  const name: unknown = words[0];
  if (typeof name !== "string" || name === "") {
    throw new TypeError("Cannot send a command: its name is to be text that is not empty");
  }
  const first = name.toUpperCase();
  const second = CONTAINERS.has(first) ? ` ${textOf(words[1] ?? null).toUpperCase()}` : "";
  const instead = REFUSED.get(first) ?? REFUSED.get(first + second);
  if (instead !== undefined) {
    throw new TypeError(
      `Cannot send ${first + second} as a raw command: it would change a connection that all callers share${instead}`,
    );
  }
  return specialCommand(words, reader, specialOf(words));
}
