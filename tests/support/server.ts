/**
 * Real servers for tests: Redis 7.0, Redis 8, Valkey 8 and Valkey 9, one process each.
 *
 * A server listens on a free loopback port (and, on request, on a TLS port and a unix socket), keeps nothing on
 * disk, and is ready when it has answered `INFO` with the process id that was started, so that another server which
 * took the port in between is not mistaken for it. Its output goes to a file and is part of the error when it does
 * not start. `stop` ends it by its process id, waits for its exit and removes its folder, unless it was given one to
 * be started in again.
 *
 * Executables are those of `scripts/servers` in `.tools/servers/bin`, or in the folder that `RESPWIRE_SERVERS` names;
 * Redis 7.0 may also be the `redis-server` of the PATH. Under Deno's sanitizers a server that a test stops must have
 * been started in that test.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { atEnd } from "./at_end.ts";
import { freePorts } from "./ports.ts";

/** Which server and which major version. */
export type ServerKind = "redis7" | "redis8" | "valkey8" | "valkey9";

/** Every kind there is, for tests that run on each. */
export const serverKinds: readonly ServerKind[] = ["redis7", "valkey8", "redis8", "valkey9"];

/** What a server presents and trusts on its TLS port: paths of PEM files. */
export interface ServerTls {
  /** The server's certificate. */
  cert: string;
  /** The private key of `cert`. */
  key: string;
  /** The authorities of client certificates. */
  ca: string;
  /** Whether clients must show a certificate; "no" when absent. */
  authClients?: "yes" | "no" | "optional";
}

/** How to start a server. */
export interface ServerOptions {
  /** Which server; Redis 7.0 when absent. */
  kind?: ServerKind;
  /** More arguments, as on the command line; they come last, so they win. */
  args?: readonly string[];
  /** Opens a TLS port beside the plain one. */
  tls?: ServerTls;
  /** The password of the default user. */
  password?: string;
  /** Listens on a unix socket too. */
  unixSocket?: boolean;
  /** Starts a node of a cluster, without slots. */
  cluster?: boolean;
  /** Starts a sentinel that watches nobody. */
  sentinel?: boolean;
  /** The plain port, such as that of a server that has ended; a free one when absent. */
  port?: number;
  /** The port for other nodes of its cluster, when it has any; a free one when absent. */
  busPort?: number;
  /** The port for TLS, when that was asked for; a free one when absent. */
  tlsPort?: number;
  /** The folder that it runs in and leaves as it is, of {@linkcode makeFolder}; one of its own when absent. */
  folder?: string;
}

/** A running server. */
export interface Server {
  /** Which server it is. */
  readonly kind: ServerKind;
  /** The loopback address it listens on. */
  readonly host: string;
  /** Its plain port. */
  readonly port: number;
  /** The port for other nodes of its cluster; undefined when it is in none. */
  readonly busPort: number | undefined;
  /** Its TLS port, when TLS was asked for. */
  readonly tlsPort: number | undefined;
  /** The path of its unix socket, when one was asked for. */
  readonly path: string | undefined;
  /** The URL of its plain port, with the password if it has one. */
  readonly url: string;
  /** Its process id. */
  readonly pid: number;
  /** Its process. */
  readonly process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Ends it, waits for its exit and removes its folder, if that is its own; safe to call twice. */
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const ATTEMPTS = 5;
const START_MS = 15_000;
const RETRY_MS = 10;
const PROCESS_ID = /process_id:(\d+)\r/;

const running = new Set<ChildProcess>();
const folders = new Set<string>();

// A runner that ends early (a failed hook, open handles) must not leave servers behind.
atEnd(() => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder for a server that is to be started in it again; it is gone at the latest when the runner ends. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "respwire-"));
  folders.add(folder);
  return folder;
}

/** Removes a server's folder, in which a fork of a server that was killed may still be writing its snapshot. */
export async function removeFolder(folder: string): Promise<void> {
  for (const deadline = Date.now() + START_MS;;) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return void folders.delete(folder);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

/** Starts a server and waits until it answers. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  for (let attempt = 1;; attempt++) {
    const server = await launch(options);
    const failure = await ready(server, options.password).catch((error: Error) => error);
    if (!failure) return server;
    const output = server.output();
    await server.stop();
    const portTaken = /already in use|server process is another/i.test(output + failure.message);
    if (!portTaken || attempt === ATTEMPTS) {
      throw new Error(`Cannot start ${server.kind}: ${failure.message}\n${output}`);
    }
  }
}

async function launch(options: ServerOptions): Promise<Launched> {
  const { kind = "redis7", args = [], tls, password } = options;
  const free = await freePorts(3);
  const { port = free[0], tlsPort = free[1], busPort = free[2] } = options;
  const folder = options.folder ?? makeFolder();
  const path = options.unixSocket ? join(folder, "server.sock") : undefined;
  const words = ["--bind", HOST, "--port", String(port), "--dir", folder];
  // A sentinel keeps what it knows in a file that is there at the start, and knows nothing of saving.
  if (options.sentinel) writeFileSync(join(folder, "sentinel.conf"), "");
  else words.push("--save", "", "--appendonly", "no");
  // By default the bus has the port 10,000 above the plain one, which may be beyond the last.
  if (options.cluster) words.push("--cluster-enabled", "yes", "--cluster-port", String(busPort));
  if (password !== undefined) words.push("--requirepass", password);
  if (path !== undefined) words.push("--unixsocket", path);
  if (tls) {
    words.push("--tls-port", String(tlsPort), "--tls-cert-file", tls.cert, "--tls-key-file", tls.key);
    words.push("--tls-ca-cert-file", tls.ca, "--tls-auth-clients", tls.authClients ?? "no");
  }

  const configuration = options.sentinel ? [join(folder, "sentinel.conf"), "--sentinel"] : [];
  const logFile = join(folder, "server.log");
  const log = openSync(logFile, "w");
  // Output goes to a file and not to a pipe: reading a pipe would be an operation that spans tests.
  const child = spawn(executable(kind), [...configuration, ...words, ...args], { stdio: ["ignore", log, log] });
  closeSync(log);
  running.add(child);
  const exited = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done());
  }).then(() => void running.delete(child));
  // For whoever cleans up after a runner that was killed.
  if (child.pid !== undefined) writeFileSync(join(folder, "server.pid"), String(child.pid));

  const login = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  return {
    kind,
    host: HOST,
    port,
    busPort: options.cluster ? busPort : undefined,
    tlsPort: tls ? tlsPort : undefined,
    path,
    url: `redis://${login}${HOST}:${port}`,
    pid: child.pid ?? 0,
    process: child,
    exited,
    output: () => existsSync(logFile) ? readFileSync(logFile, "utf8") : "",
    async stop(): Promise<void> {
      if (running.has(child)) child.kill("SIGKILL");
      await exited;
      if (options.folder === undefined) await removeFolder(folder);
    },
  };
}

interface Launched extends Server {
  readonly exited: Promise<void>;
}

function executable(kind: ServerKind): string {
  const file = resolve(process.env.RESPWIRE_SERVERS ?? ".tools/servers/bin", `${kind}-server`);
  if (existsSync(file)) return file;
  if (kind === "redis7") return "redis-server";
  throw new Error(`Cannot start ${kind}: there is no ${file}, run scripts/setup test`);
}

/** Waits until this process, and not another on its port, answers; rejects when it exits or takes too long. */
async function ready(server: Launched, password: string | undefined): Promise<void> {
  let gone = false;
  void server.exited.then(() => gone = true);
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (gone) throw new Error("it ended at once");
    const said = await ask(server.port, password);
    const pid = PROCESS_ID.exec(said)?.[1];
    if (pid === String(server.pid)) return;
    if (pid !== undefined) throw new Error("the server process is another on that port");
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
  throw new Error(`it did not answer in ${START_MS} ms`);
}

/** Sends INFO and gives all that came back; nothing when there is no connection yet. */
function ask(port: number, password: string | undefined): Promise<string> {
  return new Promise((done) => {
    let said = "";
    const socket: Socket = connect({ host: HOST, port });
    socket.setTimeout(START_MS, () => socket.destroy());
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      said += text;
      // A sentinel does not know QUIT.
      if (PROCESS_ID.test(said)) socket.end();
    });
    socket.on("error", () => {});
    socket.once("close", () => done(said));
    const login = password === undefined ? "" : request("AUTH", password);
    socket.write(login + request("INFO", "server") + request("QUIT"));
  });
}

function request(...words: string[]): string {
  return `*${words.length}\r\n` +
    words.map((word) => `$${new TextEncoder().encode(word).length}\r\n${word}\r\n`).join("");
}
