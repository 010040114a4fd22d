/**
 * A peer that answers a client's calls when the test does, and a client of it.
 *
 * @module
 */
import type { Socket } from "node:net";
import type { Client, ConnectOptions } from "../../mod.ts";
import type { Context } from "../support/harness.ts";
import { connected } from "./opened.ts";
import { type Scripted, startScripted } from "./peers.ts";

/** A client that sends nothing again, and is connected only by its calls. */
export const PLAIN: ConnectOptions = { reconnect: false, retry: { ceiling: "none" } };

/** Waits until what was just written has left: a turn of timers, and of sockets. */
export function turn(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}

/** A server that answers nothing but the handshake, and gives the socket when so many more commands have come. */
export interface Waiting extends Scripted {
  all(count: number): Promise<Socket>;
}

/** A client, connected to such a server. */
export async function openEcho(t: Context, options: ConnectOptions = {}): Promise<{ server: Waiting; redis: Client }> {
  let seen = 0;
  let wanted = Infinity;
  let last: Socket | undefined;
  let tell: (socket: Socket) => void = () => {};
  const server = await startScripted(t, ([name], socket) => {
    if (name !== "ECHO") return undefined;
    last = socket;
    if (++seen >= wanted) tell(socket);
    return undefined;
  });
  function all(count: number): Promise<Socket> {
    return new Promise((done) => {
      tell = (socket) => {
        seen -= count;
        wanted = Infinity;
        done(socket);
      };
      wanted = count;
      if (seen >= wanted) tell(last!);
    });
  }
  return { server: { ...server, all }, redis: await connected(t, { url: server.url, ...options }) };
}
