/**
 * Ports for servers and proxies that tests start: no other test process takes one, also while nobody listens on it.
 *
 * Test files run side by side, and a server that was killed is to find its port free when it is started again. So each
 * file that wants ports claims a block of them: a file with the id of its process, which anyone may remove when that
 * process is gone. Within a block ports are given out in turn, so that one comes again only after all others.
 *
 * All are below the range that outgoing connections are given ports from: a client that dials a server which has just
 * been killed could otherwise be connected to itself.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { atEnd } from "./at_end.ts";

const HOST = "127.0.0.1";
const FIRST_PORT = 10_000;
const BLOCKS = 200;
const BLOCK_PORTS = 100;

let first: number | undefined;
let given = 0;

/** Ports that nobody listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  first ??= claimBlock();
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried++) {
    if (tried > BLOCK_PORTS) throw new Error(`Cannot find ${count} free ports from ${first} on`);
    const port = first + given++ % BLOCK_PORTS;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const listener = createServer();
  const free = await new Promise<boolean>((done) => {
    listener.once("error", () => done(false));
    listener.listen(port, HOST, () => done(true));
  });
  if (free) await new Promise<void>((done) => listener.close(() => done()));
  return free;
}

/** The first port of a block that no other process has. */
function claimBlock(): number {
  const folder = join(tmpdir(), `respwire-ports-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true });
  const start = Math.floor(Math.random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const block = (start + i) % BLOCKS;
    const file = join(folder, String(block));
    if (!claims(file)) continue;
    atEnd(() => rmSync(file, { force: true }));
    return FIRST_PORT + block * BLOCK_PORTS;
  }
  throw new Error(`Cannot claim ports: ${folder} says that other processes have all of them`);
}

function claims(file: string): boolean {
  if (isAlive(ownerOf(file))) return false;
  rmSync(file, { force: true });
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    // Another process was faster.
    return false;
  }
}

/** The process that has claimed a block; 0 when none has. */
function ownerOf(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
