/**
 * One link of the fault proxy: a client's socket, the one to the server, and the two directions between them.
 *
 * Ends go on as bytes do, in their order: what one side ends is ended on the other, and what one side breaks off is
 * broken off, once all before it has left. A link that the proxy cuts is cut on the client's side alone: the server's is
 * ended in order behind what was forwarded, so that what counts as forwarded is executed.
 *
 * @module
 */
import type { Socket } from "node:net";
import { Framer, type Verdict } from "./fault_framer.ts";
import { type EndHow, type Pace, Pipe, reset } from "./fault_pipe.ts";
import type { Trap } from "./fault_traps.ts";
import type { Frame } from "./frames.ts";
import { ReplyOrder, type Request } from "./reply_order.ts";

/** Where bytes go. */
export type Direction = "toServer" | "toClient";

/** Bytes that have gone each way. */
export type Traffic = Record<Direction, number>;

/** What all links of a proxy share. */
export interface LinkOwner {
  readonly paces: Readonly<Record<Direction, Pace>>;
  /** Traps for replies. */
  swallowing(): readonly Trap[];
  /** Traps for requests. */
  holding(): readonly Trap[];
  moved(direction: Direction, count: number): void;
  forwarded(request: Request): void;
  changed(): void;
}

/** What a {@linkcode FaultLink} is made of. */
export interface LinkParts {
  /** Its number, counted from 1. */
  id: number;
  client: Socket;
  /** The socket to the server, which may still be connecting; absent when there is none behind this link. */
  server: Socket | undefined;
  owner: LinkOwner;
  random: Record<Direction, () => number>;
}

/** A client's link through the proxy. */
export class FaultLink {
  /** Its number: how many were accepted, this one too. */
  readonly id: number;
  /** The names of the requests that it has forwarded, in order. */
  readonly requests: string[] = [];
  /** The bytes that it has carried. */
  readonly bytes: Traffic = { toServer: 0, toClient: 0 };
  /** Whether the client has neither ended it nor been cut off. */
  live = true;
  /** Fulfilled when its sockets are gone. */
  readonly gone: Promise<void>;

  readonly #client: Socket;
  readonly #server: Socket | undefined;
  readonly #owner: LinkOwner;
  readonly #order = new ReplyOrder();
  // A request some of whose frames are swallowed, while more are to come.
  #losing: { request: Request; trap: Trap } | undefined;
  readonly #toClient: Pipe;
  readonly #toServer: Pipe | undefined;
  readonly #replies: Framer;

  constructor({ id, client, server, owner, random }: LinkParts) {
    this.id = id;
    this.#client = client;
    this.#server = server;
    this.#owner = owner;
    const pipe = (direction: Direction, source: Socket | undefined, target: Socket): Pipe =>
      new Pipe({
        source,
        target,
        pace: owner.paces[direction],
        random: random[direction],
        moved: (count) => {
          this.bytes[direction] += count;
          owner.moved(direction, count);
        },
      });
    this.#toClient = pipe("toClient", server, client);
    this.#replies = new Framer("replies", this.#toClient, {
      watches: () => this.#losing !== undefined || owner.swallowing().some((trap) => trap.set),
      decide: (frame, free) => this.#decideReply(frame, free),
    });
    this.#toServer = server && pipe("toServer", client, server);
    const requests = this.#toServer && new Framer("requests", this.#toServer, {
      watches: () => owner.holding().some((trap) => trap.set),
      decide: (frame, free) => this.#decideRequest(frame, free),
    });

    const sockets = server === undefined ? [client] : [client, server];
    this.gone = Promise.all(sockets.map((socket) => new Promise((done) => socket.once("close", done)))).then(() => {});
    for (const socket of sockets) socket.setNoDelay(true).on("error", () => {});
    client.on("data", (chunk: Uint8Array) => requests?.receive(chunk));
    client.on("end", () => this.#clientEnded()).on("close", () => this.#clientEnded());
    server?.on("data", (chunk: Uint8Array) => this.#replies.receive(chunk));
    server?.on("end", () => this.#toClient.finish("end"));
    server?.on("close", (failed) => this.#toClient.finish(failed ? "reset" : "end"));
    // A pace that does not read holds from the start.
    this.#toClient.pump();
    this.#toServer?.pump();
  }

  /** Cuts it: what has not left for the client is lost. */
  cut(how: EndHow): void {
    this.#leave();
    this.#toClient.discard();
    this.#toServer?.discard();
    this.#server?.end();
    if (how === "reset") reset(this.#client);
    else this.#client.end();
  }

  /** Sends bytes to the client between two frames of the server. */
  inject(bytes: Uint8Array): void {
    this.#replies.insert(bytes);
  }

  /** Goes by the paces as they are now. */
  repace(): void {
    this.#toClient.repace();
    this.#toServer?.repace();
  }

  /** Gives up both sockets at once, and waits until they are gone. */
  destroy(): Promise<void> {
    this.#toClient.discard();
    this.#toServer?.discard();
    this.#client.destroy();
    this.#server?.destroy();
    return this.gone;
  }

  #clientEnded(): void {
    if (this.#toServer !== undefined) this.#toServer.finish("end");
    else this.#client.end();
    this.#leave();
  }

  #leave(): void {
    if (!this.live) return;
    this.live = false;
    this.#owner.changed();
  }

  #decideRequest({ words, length }: Frame, free: boolean): Verdict {
    // Servers pass over a request of no words.
    if (words.length === 0) return { passes: true };
    const request: Request = { name: words[0].toUpperCase(), words, length, link: this.id };
    const trap = free ? this.#owner.holding().find((each) => each.meets(request)) : undefined;
    if (trap !== undefined) {
      this.#owner.changed();
      return { passes: false, last: true, left: () => this.cut(trap.how) };
    }
    return {
      passes: true,
      left: () => {
        this.#order.sent(request);
        this.requests.push(request.name);
        this.#owner.forwarded(request);
      },
    };
  }

  #decideReply(frame: Frame, free: boolean): Verdict {
    const answer = this.#order.answered(frame);
    if (answer === undefined || !free) return { passes: true };
    const { request, last } = answer;
    const lost = this.#losing?.request === request ? this.#losing.trap : undefined;
    const trap = lost ?? this.#owner.swallowing().find((each) => each.meets(request));
    this.#losing = last || trap === undefined ? undefined : { request, trap };
    if (trap === undefined) return { passes: true };
    this.#owner.changed();
    return trap.cuts && last ? { passes: false, last, left: () => this.cut(trap.how) } : { passes: false };
  }
}
