/**
 * Where the addresses that a cluster tells are dialled, whatever the user's function does.
 *
 * @module
 */
import type { Events } from "../events.ts";
import { type NodeAddress, nodeNameOf } from "../routing/topology.ts";

/** The same, but that an address is kept where the function fails, which is told as an error. */
export function guarded(
  map: (address: NodeAddress) => NodeAddress,
  events: Events,
): (address: NodeAddress) => NodeAddress {
  return (address) => {
    try {
      const mapped = map(address);
      if (typeof mapped.host === "string" && Number.isInteger(mapped.port)) return mapped;
      throw new TypeError("Cannot map the address: addressMap is to give an object with a host and a port");
    } catch (error) {
      if (error instanceof Error) events.emit("error", { node: nodeNameOf(address), role: "shared", error });
      return address;
    }
  };
}
