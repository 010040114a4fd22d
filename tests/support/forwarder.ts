/**
 * A fixed address before servers that come and go, as a load balancer is: each new connection is passed on to whoever is
 * behind it at that moment. Nothing is looked at.
 *
 * @module
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Where connections are passed on to. */
export interface Behind {
  readonly host: string;
  readonly port: number;
}

const HOST = "127.0.0.1";

/** Listens, and passes connections on. */
export class Forwarder {
  /** Gives who is behind it; connections are ended at once while nobody is. */
  readonly #behind: () => Behind | undefined;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(behind: () => Behind | undefined) {
    this.#behind = behind;
    this.#listener = createServer((socket) => this.#accept(socket));
  }

  /** Starts one on a free loopback port. */
  static async start(behind: () => Behind | undefined): Promise<Forwarder> {
    const forwarder = new Forwarder(behind);
    await new Promise<void>((done) => forwarder.#listener.listen(0, HOST, done));
    return forwarder;
  }

  /** Its address as `host:port`. */
  get address(): string {
    return `${HOST}:${(this.#listener.address() as AddressInfo).port}`;
  }

  /** Ends all connections and listens no more. */
  async stop(): Promise<void> {
    const closed = new Promise((done) => this.#listener.close(done));
    const ended = [...this.#sockets].map((socket) => new Promise((done) => socket.once("close", done)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([closed, ...ended]);
  }

  #accept(socket: Socket): void {
    this.#keep(socket);
    const behind = this.#behind();
    if (behind === undefined) return void socket.destroy();
    const other = connect(behind);
    this.#keep(other);
    for (const [from, to] of [[socket, other], [other, socket]]) {
      from.pipe(to);
      from.once("close", () => to.destroy());
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // What ends one end ends the other.
    socket.on("error", () => {});
    socket.once("close", () => this.#sockets.delete(socket));
  }
}
