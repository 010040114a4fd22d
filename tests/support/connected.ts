/**
 * A connection over a scripted platform and a clock that stands still.
 *
 * Where a test does not say otherwise nothing happens by itself: it does not dial again, gives no call up, and looks
 * after no silence. Delays have no chance in them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Aborts } from "../../src/connection/aborts.ts";
import { Connection } from "../../src/connection/connection.ts";
import type { ConnectionSettings, RetrySettings } from "../../src/connection/connection_settings.ts";
import { Deadlines } from "../../src/connection/deadlines.ts";
import { Endpoint } from "../../src/connection/endpoint.ts";
import type { ReconnectSettings } from "../../src/connection/redial.ts";
import { type ClientEvents, Events } from "../../src/events.ts";
import { type CallOptions, PLAIN_CALL } from "../../src/sender.ts";
import type { Platform } from "../../src/stream.ts";
import { HELLO, WELCOMED, words } from "./conversation.ts";
import { FakeClock, turn } from "./fake_clock.ts";
import { SETTINGS as POOL } from "./pool_scene.ts";
import { ScriptedPlatform, type ScriptedStream } from "./scripted_platform.ts";
import { commandText } from "./wire.ts";

/** Milliseconds of the connections here. */
export const CONNECT_MS = 1_000;
/** Milliseconds of the connections here. */
export const CLOSE_MS = 500;
/** The node of the connections here. */
export const NODE = "host:6379";

const BACKOFF = { baseMs: 50, factor: 2, jitter: 0 };
const RECONNECT: ReconnectSettings = { ...BACKOFF, capMs: 2_000, attempts: Infinity, delayMs: undefined };
const RETRY: RetrySettings = { ...BACKOFF, capMs: 1_000, attempts: 20, ceiling: "readOnly" };

/** How a connection differs from those that do nothing by themselves. */
export interface SceneOptions extends Partial<Omit<ConnectionSettings, "link" | "clock" | "reconnect" | "retry">> {
  /** How it dials again: after 50 ms, 100 ms and so on up to 2 s where it says no other. */
  reconnect?: Partial<ReconnectSettings> | false;
  /** How calls are sent again: as often as 20 times, after 50 ms, 100 ms and so on up to 1 s where it says no other. */
  retry?: Partial<RetrySettings>;
  /** Gives another platform than the scripted one. */
  load?: () => Promise<Platform>;
}

/** What a connection told: the name of the event and what it says, where that is not the node and the role. */
export type Told = [name: keyof ClientEvents, event: object];

/** A connection and all that is around it. */
export interface Scene {
  connection: Connection;
  platform: ScriptedPlatform;
  clock: FakeClock;
  /** Who listens to what it tells. */
  events: Events;
  /** What it told so far. */
  told: Told[];
}

const NAMES = ["connect", "ready", "disconnect", "reconnecting", "reconnect", "error"] as const;

/** A connection that has not dialled. */
export function scene(options: SceneOptions = {}): Scene {
  const platform = new ScriptedPlatform();
  const clock = new FakeClock();
  const events = new Events();
  const told: Told[] = [];
  for (const name of NAMES) {
    events.on(name, ({ node, role, ...rest }) => {
      assert.deepEqual([node, role], [NODE, "shared"]);
      told.push([name, rest]);
    });
  }
  const deadlines = new Deadlines(clock);
  const context = { deadlines, aborts: new Aborts(NODE, () => deadlines.want(deadlines.read())), events };
  return { connection: new Connection(settingsOf(options, platform, clock), context), platform, clock, events, told };
}

/** All connections to one server, none of which has been dialled. */
export function endpointScene(
  { connections = 1, ...options }: SceneOptions & { connections?: number } = {},
): { endpoint: Endpoint; platform: ScriptedPlatform; clock: FakeClock } {
  const platform = new ScriptedPlatform();
  const clock = new FakeClock();
  const settings = settingsOf(options, platform, clock);
  const endpoint = new Endpoint({
    ...settings,
    login: { protocol: 3 },
    credentials: undefined,
    connections,
    pool: POOL,
  });
  return { endpoint, platform, clock };
}

function settingsOf(
  { reconnect = false, retry, load, ...options }: SceneOptions,
  platform: Platform,
  clock: FakeClock,
): ConnectionSettings {
  return {
    link: {
      target: { host: "host", port: 6379 },
      node: NODE,
      login: () => ({ protocol: 3 }),
      session: {},
      platform: load ?? (() => Promise.resolve(platform)),
      connectTimeoutMs: CONNECT_MS,
      clock,
    },
    timeoutMs: 0,
    retry: { ...RETRY, ...retry },
    reconnect: reconnect && { ...RECONNECT, ...reconnect },
    enableOfflineQueue: true,
    maxQueued: 100_000,
    maxQueuedBytes: 1_000_000,
    watchdogMs: 0,
    pingIntervalMs: 0,
    closeTimeoutMs: CLOSE_MS,
    clock,
    random: () => 0.5,
    ...options,
  };
}

/** Answers the newest dial and its handshake, and forgets the writes of that. */
export async function welcome({ platform }: Pick<Scene, "platform">): Promise<ScriptedStream> {
  await turn();
  const { stream, accept } = platform.last;
  accept();
  await turn();
  assert.deepEqual(stream.writes.splice(0, 1), [HELLO]);
  stream.send(WELCOMED);
  await turn();
  return stream;
}

/** A connection that is ready, and its stream. */
export async function connected(options: SceneOptions = {}): Promise<Scene & { stream: ScriptedStream }> {
  const all = scene(options);
  const ready = all.connection.connect();
  const stream = await welcome(all);
  await ready;
  return { ...all, stream };
}

/** The commands on the wire. */
export function wire(...commands: string[]): string {
  return commands.map((command) => commandText(...command.split(" "))).join("");
}

/** Sends a command that is written in one text. */
export function send({ connection }: Scene, command: string, options: Partial<CallOptions> = {}): Promise<unknown> {
  return connection.send(words(...command.split(" ")), { ...PLAIN_CALL, ...options });
}

/** Sends commands that are written in one text each, in one write. */
export function sendAll(
  { connection }: Scene,
  commands: string[],
  options: Partial<CallOptions> = {},
): Promise<unknown[]> {
  return connection.sendAll(commands.map((command) => words(...command.split(" "))), { ...PLAIN_CALL, ...options });
}
