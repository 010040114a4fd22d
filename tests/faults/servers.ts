/**
 * Real servers that are made to fail: killed and started again on the same port, frozen, and asked from beside the
 * client under test.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Word } from "../../src/commands/command.ts";
import { command } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import type { Value } from "../../src/resp/value.ts";
import type { Context } from "../support/harness.ts";
import { Link } from "../support/link.ts";
import { freePort } from "../support/ports.ts";
import { type Server, type ServerKind, startServer } from "../support/server.ts";
import { until } from "./conditions.ts";

const HOST = "127.0.0.1";

/** A server that keeps its port and its data over its restarts. */
export class DurableServer {
  /** Its port. */
  readonly port: number;
  /** The folder of its data. */
  readonly folder: string;
  readonly #options: { kind?: ServerKind; args?: readonly string[] };
  #server: Server | undefined;

  private constructor(port: number, folder: string, options: { kind?: ServerKind; args?: readonly string[] }) {
    this.port = port;
    this.folder = folder;
    this.#options = options;
  }

  /** Starts one, which ends with the test. */
  static async start(
    t: Context,
    options: { kind?: ServerKind; args?: readonly string[] } = {},
  ): Promise<DurableServer> {
    const folder = mkdtempSync(join(tmpdir(), "respwire-data-"));
    t.defer(() => rmSync(folder, { recursive: true, force: true }));
    const server = new DurableServer(await freePort(), folder, options);
    t.defer(() => server.kill());
    await server.start();
    return server;
  }

  /** Where clients connect to. */
  get url(): string {
    return `redis://${HOST}:${this.port}`;
  }

  /** Starts it again; more arguments hold for this time. */
  async start(args: readonly string[] = []): Promise<void> {
    const { kind, args: always = [] } = this.#options;
    this.#server = await startServer({ kind, port: this.port, args: ["--dir", this.folder, ...always, ...args] });
  }

  /** Kills it by SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }
}

/** A server that ends with the test. */
export async function serverOf(t: Context, args: readonly string[] = [], kind?: ServerKind): Promise<Server> {
  const server = await startServer({ kind, args });
  t.defer(() => server.stop());
  return server;
}

/** Stops a server's process where it is; connections stay, the system still accepts new ones. */
export function freeze({ pid }: Server): void {
  process.kill(pid, "SIGSTOP");
}

/** Has a frozen server go on. */
export function thaw({ pid }: Server): void {
  process.kill(pid, "SIGCONT");
}

/** Speaks to a server over a connection that is not the client's. */
export interface Beside {
  /** Sends a command and gives its reply; an error of the server is thrown. */
  say(...words: Word[]): Promise<Value>;
  /** Sends a command and does not wait for its reply. */
  write(...words: Word[]): void;
  /** One field of INFO; empty when there is none of that name. */
  info(field: string): Promise<string>;
  /** How often the server has executed a command, refused it before that, and told that its execution failed. */
  calls(name: string): Promise<{ executed: number; refused: number; failed: number }>;
}

/** Opens a connection beside the client's, which ends with the test. */
export async function beside(t: Context, port: number): Promise<Beside> {
  const link = await Link.open({ host: HOST, port }, 2);
  t.defer(() => link.close());
  const say = (...words: Word[]): Promise<Value> =>
    link.send(command(words as [Word, ...Word[]], raw)) as Promise<Value>;
  async function info(field: string): Promise<string> {
    const text = String(await say("INFO", "everything"));
    return new RegExp(`^${field}:(.*)\r$`, "m").exec(text)?.[1] ?? "";
  }
  return {
    say,
    info,
    write: (...words) => link.write(command(words as [Word, ...Word[]], raw)),
    async calls(name) {
      const text = await info(`cmdstat_${name}`);
      const count = (part: string): number => Number(new RegExp(`\\b${part}=(\\d+)`).exec(text)?.[1] ?? 0);
      return { executed: count("calls"), refused: count("rejected_calls"), failed: count("failed_calls") };
    },
  };
}

/** Waits until a port accepts connections and answers PING, and gives the moment. */
export async function answersPing(port: number): Promise<number> {
  let at = 0;
  await until(`port ${port} answers PING`, async () => {
    try {
      const link = await Link.open({ host: HOST, port }, 2);
      try {
        await link.send(command(["PING"], raw));
        at = performance.now();
      } finally {
        await link.close();
      }
    } catch {
      // Nobody listens there yet, or it is still loading.
    }
    return at !== 0;
  });
  return at;
}
