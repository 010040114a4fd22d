/**
 * The adapter that fits the runtime at hand.
 *
 * Strategy: adapters are imported when they are wanted, so that a bundle for one runtime can leave out the
 * others. Measured choice (`bench/stream_shape.ts`): Bun's own sockets on Bun; `node:net` on Node; on Deno
 * `node:net` for plain links and Deno's own sockets for TLS, which are faster and can hold the peer back.
 *
 * @module
 */
import type { Platform } from "../src/stream.ts";

async function denoPair(): Promise<Platform> {
  const [{ nodePlatform }, { denoPlatform }] = await Promise.all([import("./node.ts"), import("./deno.ts")]);
  return {
    name: "node:net, Deno.startTls",
    dial: (target, signal) => (target.tls ? denoPlatform : nodePlatform).dial(target, signal),
    text: nodePlatform.text,
  };
}

/** The platform of this runtime; rejects where there are no sockets that respwire knows. */
export async function detectPlatform(): Promise<Platform> {
  if ("Bun" in globalThis) return (await import("./bun.ts")).bunPlatform;
  if ("Deno" in globalThis) return await denoPair();
  const { navigator, process } = globalThis as {
    navigator?: { userAgent?: string };
    process?: { versions?: { node?: string } };
  };
  // Asked before Node, since a part of Node's process is there too.
  if (navigator?.userAgent === "Cloudflare-Workers") return (await import("./workers.ts")).workersPlatform();
  if (process?.versions?.node) return (await import("./node.ts")).nodePlatform;
  throw new Error("Cannot pick an adapter: this runtime is not Node, Deno, Bun or Workers");
}
