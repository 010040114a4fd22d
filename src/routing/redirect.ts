/**
 * Where a server sends a call that it does not serve: `MOVED` and `ASK` of a cluster, `REDIRECT` of a lone replica.
 *
 * The host may be an IP address, also IPv6 without brackets, or a host name. None at all (`MOVED 1 :7000`) means the
 * host of the node that said so; `?` means that the node cannot name the other, which then must not be dialled.
 *
 * @module
 */
import { SLOT_COUNT } from "./slots.ts";
import type { NodeAddress } from "./topology.ts";

/** Where a node of a cluster sends a call. */
export interface Redirect {
  /** `"moved"`: the slot is there for good. `"ask"`: this call alone is to go there, behind ASKING. */
  readonly kind: "moved" | "ask";
  /** The slot, 0 to 16,383. */
  readonly slot: number;
  /** The host, IPv6 without brackets; `""` for that of the node that said so, and where it is unknown. */
  readonly host: string;
  /** The port, for TLS when the connection uses TLS; it may be told where the host is unknown. */
  readonly port: number;
  /** Whether the node could not say where, so that nothing is to be dialled. */
  readonly unknown: boolean;
}

// A host of IPv6 has colons of its own: the last one is before the port.
const REDIRECT = /^(MOVED|ASK) (\d{1,5}) (\S*):(\d{1,5})$/;
const ADDRESS = /^REDIRECT (\S+):(\d{1,5})$/;

/** What a server's refusal says of another node of the cluster; undefined when it is none, or is malformed. */
export function redirectOf(reply: string): Redirect | undefined {
  const match = REDIRECT.exec(reply);
  if (match === null) return undefined;
  const slot = Number(match[2]);
  const port = Number(match[4]);
  if (slot >= SLOT_COUNT || port > 65_535) return undefined;
  const unknown = match[3] === "?" || port === 0;
  const host = unknown ? "" : withoutBrackets(match[3]!);
  return { kind: match[1] === "MOVED" ? "moved" : "ask", slot, host, port, unknown };
}

/** The primary that a replica of Valkey sends a call to; undefined when the refusal is another, or is malformed. */
export function redirectAddressOf(reply: string): NodeAddress | undefined {
  const match = ADDRESS.exec(reply);
  if (match === null) return undefined;
  const port = Number(match[2]);
  if (match[1] === "?" || port === 0 || port > 65_535) return undefined;
  return { host: withoutBrackets(match[1]!), port };
}

function withoutBrackets(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}
