/**
 * The subcommands of CLUSTER that the nodes of a scripted cluster know.
 *
 * Replies about the topology are encoded once for each view, as many connections ask for them.
 *
 * @module
 */
import { ReplyError } from "../../src/errors.ts";
import { encodeReply, wire, type WireValue } from "../../src/resp/reply_encoder.ts";
import { slotOfKey } from "./crc16.ts";
import { Encoded } from "./scripted_encoded.ts";
import type { ScriptedLink } from "./scripted_link.ts";
import { clusterInfoReply, nodesReply, shardsReply, slotsReply } from "./scripted_topology.ts";

/** Executes one of them. */
export function clusterCommand(link: ScriptedLink, words: readonly string[]): WireValue | Encoded {
  const { node, tls } = link;
  const { view } = node;
  switch (words[1].toUpperCase()) {
    case "SLOTS":
      return encoded(link, `slots${tls}`, () => slotsReply(view, tls));
    case "SHARDS":
      return encoded(link, "shards", () => shardsReply(view));
    case "NODES":
      return nodesReply(view, node);
    case "INFO":
      return clusterInfoReply(view);
    case "MYID":
      return node.id;
    case "KEYSLOT":
      return slotOfKey(words[2]);
    case "COUNTKEYSINSLOT":
      return keysIn(link, words[2]).length;
    case "GETKEYSINSLOT":
      return keysIn(link, words[2]).slice(0, Number(words[3]));
    case "SETSLOT":
      return setSlot(link, words);
  }
  throw new ReplyError(`ERR unknown subcommand '${words[1]}'. Try CLUSTER HELP.`);
}

function encoded({ node, protocol }: ScriptedLink, name: string, make: () => WireValue): Encoded {
  const { encoded } = node.view;
  const key = `${name} ${protocol}`;
  let reply = encoded.get(key);
  if (reply === undefined) {
    const value = make();
    encoded.set(key, reply = new Encoded(value, encodeReply(value, protocol)));
  }
  return reply;
}

function keysIn({ node, database }: ScriptedLink, slot: string): string[] {
  return node.store.keys(database).filter((key) => slotOfKey(key) === Number(slot));
}

function setSlot({ node }: ScriptedLink, [, , number, verb, id]: readonly string[]): WireValue {
  const slot = Number(number);
  const isOwner = node.view.ownerOf(slot) === node;
  if (verb.toUpperCase() === "STABLE") {
    node.migrating.delete(slot);
    node.importing.delete(slot);
    return wire.simple("OK");
  }
  const other = node.view.members.find((member) => member.id === id);
  if (other === undefined) throw new ReplyError(`ERR I don't know about node ${id}`);
  switch (verb.toUpperCase()) {
    case "MIGRATING":
      if (!isOwner) throw new ReplyError(`ERR I'm not the owner of hash slot ${slot}`);
      node.migrating.set(slot, other);
      break;
    case "IMPORTING":
      if (isOwner) throw new ReplyError(`ERR I'm already the owner of hash slot ${slot}`);
      node.importing.set(slot, other);
      break;
    case "NODE":
      node.view.assign(slot, slot, other);
      node.migrating.delete(slot);
      if (other === node) node.importing.delete(slot);
      for (const member of node.view.members) member.dropForeignChannels();
  }
  return wire.simple("OK");
}
