/**
 * Commands that a cluster client does not send by itself, since it could only guess which node they are for.
 *
 * They change, or belong to, the node or the connection that they are sent to and name no other, or what nodes say
 * cannot be put together. The caller names the node, and they go.
 *
 * @module
 */
import { RedisError } from "../errors.ts";
import type { CommandFacts } from "./command_facts.ts";

const REASONS: ReadonlyMap<string, readonly string[]> = /* @__PURE__ */ new Map([
  ["it is for one node, use node(name)", [
    // Backups, saves and modules are those of one server.
    "BACKUP ABORT",
    "BACKUP CLEANUP",
    "BACKUP LIST",
    "BACKUP SEAL",
    "BACKUP START",
    "BACKUP STATUS",
    "BGREWRITEAOF",
    "BGSAVE",
    "SAVE",
    "MODULE LOAD",
    "MODULE LOADEX",
    "MODULE UNLOAD",
    "DEBUG",
    "SHUTDOWN",
    // An id or an address of a client means another one, or none, on each node.
    "CLIENT KILL",
    "CLIENT UNBLOCK",
    // What the node is in its cluster, and what it believes of the others.
    "CLUSTER ADDSLOTS",
    "CLUSTER ADDSLOTSRANGE",
    "CLUSTER BUMPEPOCH",
    "CLUSTER CANCELSLOTMIGRATIONS",
    "CLUSTER DELSLOTS",
    "CLUSTER DELSLOTSRANGE",
    "CLUSTER FAILOVER",
    "CLUSTER FLUSHSLOTS",
    "CLUSTER FORGET",
    "CLUSTER MEET",
    "CLUSTER MIGRATESLOTS",
    "CLUSTER MIGRATION",
    "CLUSTER REPLICATE",
    "CLUSTER RESET",
    "CLUSTER SAVECONFIG",
    "CLUSTER SET-CONFIG-EPOCH",
    "CLUSTER SETSLOT",
    "CLUSTER SYNCSLOTS",
    "FAILOVER",
    "PSYNC",
    "REPLCONF",
    "REPLICAOF",
    "SLAVEOF",
    "SYNC",
    "TRIMSLOTS",
    // The busiest keys are looked for on one node; another START on it is an error.
    "HOTKEYS GET",
    "HOTKEYS RESET",
    "HOTKEYS START",
    "HOTKEYS STOP",
  ]],
  ["a cursor belongs to one node, use scanIterator(), or node(name).scan()", ["SCAN"]],
  // The node that FT.AGGREGATE went to holds it.
  ["a cursor belongs to one node, use node(name) from FT.AGGREGATE on", [
    "FT.CURSOR DEL",
    "FT.CURSOR GC",
    "FT.CURSOR READ",
  ]],
  // The names of fields that they keep are kept with the connection, and are lost with it.
  ["what it keeps belongs to one connection, use lease({ key })", [
    "HIMPORT DISCARD",
    "HIMPORT DISCARDALL",
    "HIMPORT PREPARE",
  ]],
]);

let reasonByName: ReadonlyMap<string, string> | undefined;

/** Why a command is not sent to a cluster unless a node is named; undefined when it is. */
export function refusalOf({ name }: CommandFacts): RedisError | undefined {
  reasonByName ??= new Map([...REASONS].flatMap(([reason, names]) => names.map((name) => [name, reason])));
  const reason = reasonByName.get(name);
  return reason === undefined ? undefined : refusal(name, reason);
}

/** The refusal of a command that is for several nodes, such as MEMORY STATS, whose replies have no sensible whole. */
export function unmergedError(name: string): RedisError {
  return refusal(name, "the replies of several nodes cannot be put together, use node(name)");
}

function refusal(name: string, reason: string): RedisError {
  return new RedisError(`Cannot send ${name} to a cluster: ${reason}`);
}
