/**
 * A node of a real cluster: its process, which can be killed, frozen and started again in its folder, and what it says
 * of itself.
 *
 * What it says is asked over a connection of the tests' own, which is made anew when the process has ended.
 *
 * @module
 */
import process from "node:process";
import { PlainClient, type PlainReply } from "./plain_client.ts";
import { makeFolder, removeFolder, type Server, type ServerOptions, startServer } from "./server.ts";
import { until } from "./until.ts";

const LOAD_MS = 20_000;

/** Slots from the first to the last, both included. */
export type SlotRange = readonly [first: number, last: number];

/** What a node says of one that it knows: a line of CLUSTER NODES. */
export interface NodeLine {
  readonly id: string;
  /** The flags, such as `myself`, `master`, `slave`, `fail?`, `fail` and `handshake`. */
  readonly flags: readonly string[];
  /** The id of the primary of a replica. */
  readonly primaryId: string | undefined;
  /** The configuration epoch: of two who claim a slot the one with the greater has it. */
  readonly epoch: number;
  /** Whether the bus to it is connected. */
  readonly linked: boolean;
  readonly slots: readonly SlotRange[];
}

/** Whether a process can answer. */
export type ProcessState = "running" | "frozen" | "dead";

/** A node of a cluster. */
export class RealNode {
  readonly #options: ServerOptions;
  readonly #busTls: boolean;
  #server: Server;
  #client: PlainClient | undefined;
  #state: ProcessState = "running";

  /** Its id, which it keeps when it is started again. */
  readonly id: string;

  private constructor(options: ServerOptions, busTls: boolean, server: Server, client: PlainClient, id: string) {
    this.#options = options;
    this.#busTls = busTls;
    this.#server = server;
    this.#client = client;
    this.id = id;
  }

  /** Starts a node that is in no cluster yet, and whose words with other nodes are over TLS or not. */
  static async start(given: ServerOptions, busTls: boolean): Promise<RealNode> {
    const options = { ...given, cluster: true, folder: makeFolder() };
    let server: Server | undefined;
    try {
      server = await startServer(options);
      const client = await PlainClient.open(server, options);
      return new RealNode(options, busTls, server, client, await client.command("CLUSTER", "MYID") as string);
    } catch (error) {
      await server?.stop();
      await removeFolder(options.folder);
      throw error;
    }
  }

  /** Its process as it is now. */
  get server(): Server {
    return this.#server;
  }

  /** Its loopback address. */
  get host(): string {
    return this.#server.host;
  }

  /** Its plain port. */
  get port(): number {
    return this.#server.port;
  }

  /** The words of a MIGRATE that sends it keys of a database. */
  migration(database: number, timeoutMs: number, keys: readonly string[]): (string | number)[] {
    const { password } = this.#options;
    const port = this.#busTls ? this.#server.tlsPort! : this.port;
    const login = password === undefined ? [] : ["AUTH", password];
    return ["MIGRATE", this.host, port, "", database, timeoutMs, ...login, "KEYS", ...keys];
  }

  /** What it is known as: `host:port`. */
  get name(): string {
    return `${this.host}:${this.port}`;
  }

  /** Whether its process can answer. */
  get state(): ProcessState {
    return this.#state;
  }

  /** Sends it a command and gives the reply; an error reply is thrown. */
  async command(...words: (string | number)[]): Promise<PlainReply> {
    if (this.#client === undefined || this.#client.ended) this.#client = await this.connect();
    return this.#client.command(...words);
  }

  /** Makes a connection of its own to it, over TLS when an authority is given. */
  connect(ca?: string): Promise<PlainClient> {
    const { host, port, tlsPort } = this.#server;
    const where = ca === undefined ? { host, port } : { host, port: tlsPort! };
    return PlainClient.open(where, { password: this.#options.password, ca });
  }

  /** All nodes that it knows of, itself included. */
  async knows(): Promise<NodeLine[]> {
    return (await this.command("CLUSTER", "NODES") as string).trimEnd().split("\n").map(nodeLine);
  }

  /** What it says of itself. */
  async self(): Promise<NodeLine> {
    return (await this.knows()).find(({ flags }) => flags.includes("myself"))!;
  }

  /** What it takes itself for. */
  async role(): Promise<"primary" | "replica"> {
    return (await this.self()).flags.includes("master") ? "primary" : "replica";
  }

  /** A field of an INFO or CLUSTER INFO text. */
  async field(name: string, ...words: string[]): Promise<string | undefined> {
    return new RegExp(`^${name}:(.*?)\r?$`, "m").exec(await this.command(...words) as string)?.[1];
  }

  /** Kills its process (SIGKILL) and waits for its exit. */
  async kill(): Promise<void> {
    this.#state = "dead";
    await this.#server.stop();
  }

  /** Stops its process where it is (SIGSTOP): its connections stay, and nothing is answered. */
  freeze(): void {
    this.#state = "frozen";
    // By its id: Deno's ChildProcess takes any signal for its end, and sends no other after it.
    process.kill(this.#server.pid, "SIGSTOP");
  }

  /** Lets its process go on (SIGCONT). */
  thaw(): void {
    process.kill(this.#server.pid, "SIGCONT");
    this.#state = "running";
  }

  /** Kills its process if it runs, and starts it again as the same node, with what it had saved. */
  async restart({ newPorts = false }: { newPorts?: boolean } = {}): Promise<void> {
    await this.kill();
    const { port, busPort, tlsPort } = this.#server;
    this.#server = await startServer(newPorts ? this.#options : { ...this.#options, port, busPort, tlsPort });
    this.#state = "running";
    const loads = async (): Promise<string | undefined> =>
      await this.field("loading", "INFO", "persistence") === "0" ? undefined : `${this.name} loads its data`;
    await until(loads, LOAD_MS);
  }

  /** Ends it for good and removes its folder; safe to call twice. */
  async stop(): Promise<void> {
    await this.kill();
    await this.#client?.close();
    await removeFolder(this.#options.folder!);
  }
}

function nodeLine(line: string): NodeLine {
  const [id, , flags, primary, , , epoch, link, ...slots] = line.split(" ");
  return {
    id,
    flags: flags.split(","),
    primaryId: primary === "-" ? undefined : primary,
    epoch: Number(epoch),
    linked: link === "connected",
    // What is in brackets is being moved, and its owner lists it too.
    slots: slots.filter((range) => !range.startsWith("[")).map((range) => {
      const [first, last = first] = range.split("-").map(Number);
      return [first, last] as const;
    }),
  };
}
