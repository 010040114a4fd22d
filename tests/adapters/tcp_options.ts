/**
 * What the kernel does for a stream: whether it asks after a peer that is silent, and whether it holds small writes
 * back.
 *
 * Keep-alive is read where Linux shows its timers. No-delay shows in time: without it a small write waits until the
 * one before it is acknowledged, and a peer that has nothing to say takes 40 ms for that.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import type { ByteStream } from "../../src/stream.ts";
import { type Recorder, type Script, turns, until } from "./links.ts";

/** Whether the system shows its timers. */
export const showsTimers: boolean = process.platform === "linux";

const KEEP_ALIVE = "02";
const ESTABLISHED = "01";
const TICK_MS = 10;

/** Milliseconds until the kernel asks after the peer at a port of 127.0.0.1; undefined when it will not. */
export function keepAliveDue(port: number): number | undefined {
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1)) {
    const [, , remote, state, , timer] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED || parseInt(remote.split(":")[1], 16) !== port) continue;
    const [kind, ticks] = timer.split(":");
    return kind === KEEP_ALIVE ? parseInt(ticks, 16) * TICK_MS : undefined;
  }
  throw new Error("Cannot find the connection");
}

/** Says a byte to every second one that it hears, and nothing to the others. */
export const pairs: Script = (peer) => {
  let heard = 0;
  return {
    received(bytes) {
      for (heard += bytes.length; heard >= 2; heard -= 2) peer.send(new Uint8Array(1));
    },
  };
};

const ROUNDS = 10;

/** The least milliseconds that two small writes, one soon after the other, took to a {@linkcode pairs} peer and back. */
export async function pairTime(stream: ByteStream, seen: Recorder): Promise<number> {
  const times: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const start = performance.now();
    stream.write(new Uint8Array(1));
    await turns(1);
    stream.write(new Uint8Array(1));
    await until(() => seen.count === round);
    times.push(performance.now() - start);
  }
  // The kernel acknowledges the first bytes of a connection at once.
  return Math.min(...times.slice(ROUNDS / 2));
}
