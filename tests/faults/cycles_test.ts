/**
 * Ten thousand clients made and ended, a thousand losses of one that stays: heap, sockets and timers are flat.
 *
 * Strategy: each in a program of its own, which measures itself; see tallies.ts. A warm-up comes before the first
 * measurement, and the heap is compared between the half and the end, when engines have compiled what they will. One
 * closed client in a hundred that somebody keeps makes that grow by 5.8 MB: one in a thousand shows.
 *
 * Limits: measured on all runtimes, 5,000 clients leave 80 to 340 kB of the engine's own, and 500 losses up to 200 kB.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { runProgram } from "./programs.ts";
import type { Figures } from "./tallies.ts";

const CYCLES = 10_000;
const LOSSES = 1_000;
/** Bytes that may come on between the half and the end. */
const GROWTH = 512 * 1024;
/** Deno opens a pair of sockets for itself at a time of its own. */
const OWN_SOCKETS = "Deno" in globalThis ? 2 : 0;
const LIMIT_MS = 120_000;

let certificates: Certificates;
let server: Server;

beforeAll(async () => {
  certificates = makeCertificates();
  const { folder } = certificates;
  const tls = { cert: `${folder}/server.crt`, key: `${folder}/server.key`, ca: `${folder}/ca.crt` };
  server = await startServer({ tls, unixSocket: true });
});
afterAll(async () => {
  await server.stop();
  certificates.remove();
});

/** Runs a program that measures itself, and gives its figures when it has ended by itself. */
async function figuresOf(program: string, ...args: string[]): Promise<Figures> {
  const start = performance.now();
  const { code, signal, output } = await runProgram(program, args, { limitMs: LIMIT_MS });
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, output);
  const seconds = (performance.now() - start) / 1_000;
  console.log(`${program}: ${output.trim()} in ${seconds.toFixed(1)} s`);
  return JSON.parse(output);
}

function assertFlat({ bytes, sockets, listeners, unhandled }: Figures): void {
  assert.deepEqual(unhandled, []);
  assert.deepEqual(listeners, [0, 0, 0, 0]);
  for (const count of sockets) assert.ok(Math.abs(count - sockets[0]) <= OWN_SOCKETS, `${sockets} sockets`);
  const [, , half, end] = bytes;
  assert.ok(end - half < GROWTH, `the heap grew from ${half} bytes to ${end}`);
}

test("10,000 clients are made and ended, and leave nothing behind", { timeoutMs: LIMIT_MS }, async () => {
  const args = [String(CYCLES), server.url, server.path!, `rediss://${server.host}:${server.tlsPort}`];
  const figures = await figuresOf("cycles_program", ...args);
  assert.deepEqual(figures.rounds, [0, CYCLES / 4, CYCLES / 2, CYCLES]);
  assertFlat(figures);
  assert.deepEqual(figures.timers, [0, 0, 0, 0]);
  assert.deepEqual(figures.streams, [0, 0, 0, 0]);
  assert.deepEqual(figures.clients, [0, 0, 0, 0]);
});

test("a client is reconnected 1,000 times, and has no more open than at first", { timeoutMs: LIMIT_MS }, async () => {
  const figures = await figuresOf("reconnects_program", String(LOSSES), server.url);
  assert.deepEqual(figures.rounds, [0, LOSSES / 4, LOSSES / 2, LOSSES]);
  assertFlat(figures);
  // One for the calls and one for the pool.
  for (const count of figures.timers) assert.ok(count <= 2, `${figures.timers} timers`);
  assert.deepEqual(figures.streams, [1, 1, 1, 1]);
  assert.deepEqual(figures.clients, [2, 2, 2, 2]);
});
