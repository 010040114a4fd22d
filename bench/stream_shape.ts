/**
 * Why streams push to a sink: push against pull, and each runtime's own sockets against `node:net`.
 *
 * Run it on one CPU, since waking another one costs more than all that is measured here:
 *
 *     taskset -c 0 deno run -A bench/stream_shape.ts
 *     taskset -c 0 bun bench/stream_shape.ts
 *     taskset -c 0 node bench/stream_shape.ts          # Node 22.18 or newer
 *
 * Each row is the median of 5 runs, taken in turn, against an echo server in a process of its own: microseconds
 * for a round trip of 100 bytes (wall clock, CPU of the client), and MiB/s of a stream that arrives in 64 KiB
 * chunks, of which one byte each is looked at (with the CPU of the client, microseconds a MiB).
 *
 * @module
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { ByteStream, Dial } from "../src/stream.ts";

const RUNS = 5, ROUNDS = 20_000, STREAM_MIB = 512, MESSAGE = new Uint8Array(100);
const MIB = 1024 * 1024;

/** What was measured in one run. */
interface Measured {
  wallUs: number;
  cpuUs: number;
}

/** Answers bytes with as many, and a message of one byte with the whole stream. */
function serve(): void {
  const chunk = new Uint8Array(64 * 1024);
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      if (bytes.length > 1) return void socket.write(bytes);
      let left = STREAM_MIB * 16;
      const fill = (): void => {
        while (left > 0 && (left--, socket.write(chunk)));
        if (left > 0) socket.once("drain", fill);
      };
      fill();
    });
  });
  server.listen(0, "127.0.0.1", () => console.log((server.address() as { port: number }).port));
}

/** Wraps a stream in `read()`; chunks are copied, as the stream reuses its buffer. */
function pull(stream: ByteStream): () => Promise<Uint8Array | null> {
  const waiting: (Uint8Array | null)[] = [];
  let wanted: ((bytes: Uint8Array | null) => void) | undefined;
  function give(bytes: Uint8Array | null): void {
    if (!wanted) return void waiting.push(bytes);
    const resolve = wanted;
    wanted = undefined;
    resolve(bytes);
  }
  stream.open({ received: (bytes) => give(bytes.slice()), drained() {}, closed: () => give(null) });
  return () => waiting.length > 0 ? Promise.resolve(waiting.shift()!) : new Promise((resolve) => wanted = resolve);
}

/** Receives `count` bytes; after each `unit` of them writes again, when `message` is given. */
async function exchange(shape: string, stream: ByteStream, count: number, message?: Uint8Array): Promise<void> {
  let got = 0, answered = 0;
  function take(bytes: Uint8Array): boolean {
    got += bytes.length;
    answered += bytes[0];
    if (got < count && message && got % message.length === 0) stream.write(message);
    return got >= count;
  }
  if (shape === "pull") {
    const read = pull(stream);
    stream.write(message ?? new Uint8Array(1));
    for (let bytes = await read(); bytes !== null && !take(bytes);) bytes = await read();
  } else {
    await new Promise<void>((resolve) => {
      stream.open({ received: (bytes) => take(bytes) && resolve(), drained() {}, closed: () => resolve() });
      stream.write(message ?? new Uint8Array(1));
    });
  }
  if (got !== count || answered !== 0) throw new Error(`Cannot measure: ${got} of ${count} bytes came`);
}

async function measure(shape: string, dial: Dial, port: number, message?: Uint8Array): Promise<Measured> {
  const stream = await dial({ host: "127.0.0.1", port });
  const start = performance.now(), cpu = process.cpuUsage();
  await exchange(shape, stream, message ? ROUNDS * message.length : STREAM_MIB * MIB, message);
  const used = process.cpuUsage(cpu), wallUs = (performance.now() - start) * 1000;
  stream.close();
  return { wallUs, cpuUs: used.user + used.system };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

async function main(port: number): Promise<void> {
  const { dial } = await import("../adapters/node.ts");
  const rows: [name: string, shape: string, dial: Dial][] = [["node:net", "push", dial], ["node:net", "pull", dial]];
  if ("Deno" in globalThis) rows.push(["Deno.connect", "push", (await import("../adapters/deno.ts")).dial]);
  if ("Bun" in globalThis) rows.push(["Bun.connect", "push", (await import("../adapters/bun.ts")).dial]);
  const trips: Measured[][] = rows.map(() => []), streams: Measured[][] = rows.map(() => []);
  for (let run = -1; run < RUNS; run++) {
    for (const [i, [, shape, dial]] of rows.entries()) {
      const trip = await measure(shape, dial, port, MESSAGE), stream = await measure(shape, dial, port);
      // The first run warms up.
      if (run >= 0) trips[i].push(trip), streams[i].push(stream);
    }
  }
  for (const [i, [name, shape]] of rows.entries()) {
    const wall = (of: Measured[]): number => median(of.map(({ wallUs }) => wallUs));
    const cpu = (of: Measured[]): number => median(of.map(({ cpuUs }) => cpuUs));
    const trip = `${(wall(trips[i]) / ROUNDS).toFixed(2)} us a round trip (${(cpu(trips[i]) / ROUNDS).toFixed(2)} CPU)`;
    const rate = (STREAM_MIB * 1e6 / wall(streams[i])).toFixed(0), cost = (cpu(streams[i]) / STREAM_MIB).toFixed(0);
    console.log(`${name.padEnd(13)} ${shape}  ${trip}  ${rate} MiB/s (${cost} us CPU a MiB)`);
  }
}

if (process.argv[2] === "serve") serve();
else {
  const run = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const server = spawn(process.execPath, [...run, fileURLToPath(import.meta.url), "serve"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  server.stdout.once("data", (text) => main(Number(String(text))).finally(() => server.kill()));
}
