/**
 * The commands on connections and on the server that the nodes of a scripted cluster know.
 *
 * Limits: a handful of CLIENT and of INFO's fields; what subscribes cannot stand in a transaction.
 *
 * @module
 */
import { ReplyError } from "../../src/errors.ts";
import { wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { clusterCommand } from "./scripted_cluster_commands.ts";
import { Encoded } from "./scripted_encoded.ts";
import type { ScriptedLink } from "./scripted_link.ts";
import { publish, subscribe, unsubscribe } from "./scripted_pubsub.ts";

/** What is known of a command that is not about data. */
export interface ServerCommand {
  /** How many words it has, the name too; at least so many where it is negative. */
  readonly arity: number;
  /** Its keys, or channels of a shard. */
  keysOf(words: readonly string[]): readonly string[];
  /** Executes it; throws what it refuses with. Undefined when it has said all itself. */
  run(link: ScriptedLink, words: readonly string[]): WireValue | Encoded | undefined;
}

const OK = /* @__PURE__ */ wire.simple("OK");

function row(arity: number, run: ServerCommand["run"], keysOf: ServerCommand["keysOf"] = () => []): ServerCommand {
  return { arity, run, keysOf };
}

function logIn(link: ScriptedLink, user: string, password: string): void {
  if (link.node.password === undefined && user === "default") return;
  if (user !== "default" || password !== link.node.password) {
    throw new ReplyError("WRONGPASS invalid username-password pair or user is disabled.");
  }
  link.loggedIn = true;
}

const VERSIONS = { redis7: "7.0.15", valkey8: "8.0.1", valkey9: "9.1.2" };

function hello(link: ScriptedLink, words: readonly string[]): WireValue {
  const { node } = link;
  const version = words[1];
  if (version !== undefined && version !== "2" && version !== "3") {
    throw new ReplyError("NOPROTO unsupported protocol version");
  }
  for (let at = 2; at < words.length; at++) {
    const option = words[at].toUpperCase();
    if (option === "AUTH") logIn(link, words[++at], words[++at]);
    else if (option === "SETNAME") link.clientName = words[++at];
    else throw new ReplyError(`ERR Syntax error in HELLO option '${words[at]}'`);
  }
  if (!link.loggedIn) {
    throw new ReplyError(
      "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> " +
        "<pass> option can be used to authenticate the client and select the RESP protocol version at the same time",
    );
  }
  if (version !== undefined) link.protocol = version === "3" ? 3 : 2;
  const told = new Map<WireValue, WireValue>([
    ["server", node.kind === "redis7" ? "redis" : "valkey"],
    ["version", VERSIONS[node.kind]],
    ["proto", link.protocol],
    ["id", link.id],
    ["mode", "cluster"],
    ["role", node.view.primaryOf(node) === undefined ? "master" : "replica"],
    ["modules", []],
  ]);
  if (node.zone !== undefined) told.set("availability_zone", node.zone);
  return told;
}

function client(link: ScriptedLink, words: readonly string[]): WireValue {
  switch (words[1].toUpperCase()) {
    case "ID":
      return link.id;
    case "GETNAME":
      return link.clientName === "" ? null : link.clientName;
    case "SETNAME":
      link.clientName = words[2];
      return OK;
    case "SETINFO":
    case "CAPA":
      if (link.node.kind !== "redis7") return OK;
  }
  throw new ReplyError(`ERR unknown subcommand '${words[1]}'. Try CLIENT HELP.`);
}

function select(link: ScriptedLink, [, number]: readonly string[]): WireValue {
  const { databases, kind } = link.node;
  if (!/^\d+$/.test(number)) throw new ReplyError("ERR invalid DB index");
  if (kind !== "valkey9" && number !== "0") throw new ReplyError("ERR SELECT is not allowed in cluster mode");
  if (Number(number) >= databases) throw new ReplyError("ERR DB index is out of range");
  link.database = Number(number);
  return OK;
}

function info({ node }: ScriptedLink): WireValue {
  const { view, kind } = node;
  const primary = view.primaryOf(node);
  const lines = ["# Server", `redis_version:${kind === "redis7" ? VERSIONS.redis7 : "7.2.4"}`];
  if (kind !== "redis7") lines.push("server_name:valkey", `valkey_version:${VERSIONS[kind]}`);
  lines.push("redis_mode:cluster", `availability_zone:${node.zone ?? ""}`, "# Replication");
  if (primary === undefined) {
    lines.push("role:master", `connected_slaves:${view.replicasOf(node).length}`, `master_repl_offset:${node.offset}`);
  } else {
    lines.push("role:slave", `master_host:${primary.announced.ip}`, `master_port:${primary.announced.port}`);
    lines.push("master_link_status:up", `slave_repl_offset:${node.offset}`, `master_repl_offset:${node.offset}`);
  }
  lines.push("# Cluster", "cluster_enabled:1");
  return wire.verbatim(lines.map((line) => `${line}\r\n`).join(""));
}

function multi({ transaction }: ScriptedLink): WireValue {
  if (transaction.isOpen) throw new ReplyError("ERR MULTI calls can not be nested");
  transaction.isOpen = true;
  return OK;
}

function exec(link: ScriptedLink): WireValue {
  const { transaction } = link;
  if (!transaction.isOpen) throw new ReplyError("ERR EXEC without MULTI");
  const { queued, isSpoilt, isStale } = transaction;
  transaction.end();
  if (isSpoilt) throw new ReplyError("EXECABORT Transaction discarded because of previous errors.");
  if (isStale) return link.protocol === 3 ? null : wire.nullArray();
  return queued.map((words) => {
    const reply = link.execute(words);
    if (reply === undefined) throw new Error(`Cannot execute ${words[0]} in a transaction: it has no one reply`);
    return reply instanceof Encoded ? reply.value : reply;
  });
}

function discard({ transaction }: ScriptedLink): WireValue {
  if (!transaction.isOpen) throw new ReplyError("ERR DISCARD without MULTI");
  transaction.end();
  return OK;
}

function watch({ transaction, node, database }: ScriptedLink, [, ...keys]: readonly string[]): WireValue {
  if (transaction.isOpen) throw new ReplyError("ERR WATCH inside MULTI is not allowed");
  for (const key of keys) transaction.watch(node.store, database, key);
  return OK;
}

function ping(link: ScriptedLink, [, text]: readonly string[]): WireValue {
  if (link.protocol === 2 && link.subscriptions > 0) return ["pong", text ?? ""];
  return text ?? wire.simple("PONG");
}

function reset(link: ScriptedLink): WireValue {
  link.transaction.end();
  for (const channels of Object.values(link.subscribed)) channels.clear();
  link.readOnly = false;
  link.database = 0;
  link.clientName = "";
  link.protocol = 2;
  link.loggedIn = link.node.password === undefined;
  return wire.simple("RESET");
}

/** Sets something of a connection. */
function setting(set: (link: ScriptedLink) => unknown): ServerCommand["run"] {
  return (link) => {
    set(link);
    return OK;
  };
}

const afterName = (words: readonly string[]): readonly string[] => words.slice(1);

const NAMES: ReadonlyMap<string, ServerCommand> = new Map([
  ["HELLO", row(-1, hello)],
  ["AUTH", row(-2, (link, words) => (logIn(link, words.length > 2 ? words[1] : "default", words.at(-1)!), OK))],
  ["CLIENT", row(-2, client)],
  ["SELECT", row(2, select)],
  ["PING", row(-1, ping)],
  ["ECHO", row(2, (_link, words) => words[1])],
  ["INFO", row(-1, info)],
  ["RESET", row(1, reset)],
  ["READONLY", row(1, setting((link) => link.readOnly = true))],
  ["READWRITE", row(1, setting((link) => link.readOnly = false))],
  ["ASKING", row(1, setting((link) => link.asking = true))],
  ["MULTI", row(1, multi)],
  ["EXEC", row(1, exec)],
  ["DISCARD", row(1, discard)],
  ["WATCH", row(-2, watch, afterName)],
  ["UNWATCH", row(1, setting((link) => link.transaction.unwatch()))],
  ["WAIT", row(3, ({ node }) => node.view.replicasOf(node).length)],
  ["CLUSTER", row(-2, clusterCommand)],
  ["SUBSCRIBE", row(-2, subscribe)],
  ["PSUBSCRIBE", row(-2, subscribe)],
  ["SSUBSCRIBE", row(-2, subscribe, afterName)],
  ["UNSUBSCRIBE", row(-1, unsubscribe)],
  ["PUNSUBSCRIBE", row(-1, unsubscribe)],
  ["SUNSUBSCRIBE", row(-1, unsubscribe, afterName)],
  ["PUBLISH", row(3, publish)],
  ["SPUBLISH", row(3, publish, (words) => words.slice(1, 2))],
]);

/** What is known of the command of this name, which is in upper case. */
export function serverCommand(name: string): ServerCommand | undefined {
  return NAMES.get(name);
}
