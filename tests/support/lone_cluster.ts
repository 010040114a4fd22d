/**
 * A cluster of one node, which serves all slots.
 *
 * @module
 */
import { connect } from "../../mod.ts";

/** Gives a node all slots and waits until it serves them, which takes two seconds. */
export async function serveAllSlots({ host, port }: { host: string; port: number }): Promise<void> {
  const redis = await connect({ host, port });
  try {
    await redis.clusterAddslotsrange([0, 16383]);
    while ((await redis.clusterInfo()).clusterState !== "ok") await new Promise((done) => setTimeout(done, 5));
  } finally {
    await redis.close();
  }
}
