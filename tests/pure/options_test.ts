/** From URLs and options to settings: what is right comes to these, what is wrong is named. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { memoryPlatform } from "../../adapters/memory.ts";
import type { ConnectOptions } from "../../src/connect_options.ts";
import { type Settings, settingsOf } from "../../src/options.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { badRows, type Changes, goodRows } from "./options_rows.ts";

const DEFAULTS: Settings = {
  host: "127.0.0.1",
  port: 6379,
  protocol: 3,
  connectTimeoutMs: 10_000,
  closeTimeoutMs: 5_000,
  keepAliveMs: 30_000,
  timeoutMs: 5_000,
  retry: { baseMs: 50, factor: 2, capMs: 1_000, jitter: 1, attempts: 20, ceiling: "readOnly" },
  reconnect: { baseMs: 50, factor: 2, capMs: 2_000, jitter: 1, attempts: Infinity },
  enableOfflineQueue: true,
  maxQueued: 100_000,
  maxQueuedBytes: 134_217_728,
  connections: 1,
  pool: {
    min: 0,
    max: 10,
    acquireTimeoutMs: 5_000,
    idleTimeoutMs: 60_000,
    maxLifetimeMs: 1_800_000,
    validateAfterMs: 10_000,
    leakAfterMs: 60_000,
  },
  watchdogMs: 20_000,
  pingIntervalMs: 30_000,
  followRedirects: false,
};

/** The defaults with these in their place; of a group only the fields that are named. */
function withDefaults({ retry, reconnect, pool, ...settings }: Changes): object {
  return {
    ...DEFAULTS,
    ...settings,
    retry: { ...DEFAULTS.retry, ...retry },
    reconnect: reconnect === false ? false : { ...DEFAULTS.reconnect, ...reconnect },
    pool: { ...DEFAULTS.pool, ...pool },
  };
}

/** What is not undefined: absent and undefined are the same here. */
function present(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

test("options: what is right comes to its settings", () => {
  for (const [given, settings] of goodRows) {
    const found = settingsOf(given);
    assert.deepEqual(present(found), withDefaults(settings), inspect(given));
  }
});

test("options: what is wrong is a TypeError that names the option and tells no secret", () => {
  for (const [option, given] of badRows) {
    const what = `${option}: ${inspect(given)}`;
    assert.throws(() => settingsOf(given as string), (error) => {
      assert.ok(error instanceof TypeError, `${what} gave ${error}`);
      assert.ok(error.message.startsWith(`Cannot use the option ${option}: `), `${what} gave ${error.message}`);
      for (const text of [error.message, error.stack ?? "", String(error.cause ?? "")]) {
        assert.doesNotMatch(text.split("\n    at ")[0], /secret|sec%ret/, what);
      }
      return true;
    }, what);
  }
});

test("options: functions, a platform and a clock are taken as they are", () => {
  const options: ConnectOptions = {
    platform: memoryPlatform(() => {}),
    clock: new FakeClock(),
    onPush: () => {},
    onConnect: () => {},
    onDisconnect: () => {},
    onReconnect: () => {},
    random: () => 0,
    signal: new AbortController().signal,
    credentials: () => ({ password: "secret" }),
  };
  const settings = settingsOf({ url: "redis://host", ...options });
  for (const name of Object.keys(options) as (keyof ConnectOptions & keyof Settings)[]) {
    assert.equal(settings[name], options[name], name);
  }
  const delayMs = () => 5;
  const { reconnect } = settingsOf({ reconnect: { delayMs } });
  assert.equal(reconnect && reconnect.delayMs, delayMs);
  async function* credentials(): AsyncGenerator<{ password: string }> {
    yield { password: "secret" };
  }
  const stream = credentials();
  assert.equal(settingsOf({ credentials: stream }).credentials, stream);
});

test("options: what is given is not changed", () => {
  const tls = Object.freeze({ serverName: "a" });
  const limits = Object.freeze({ depth: 7 });
  const groups = { retry: { attempts: 3 }, reconnect: { capMs: 5 }, pool: { max: 3 } };
  for (const group of Object.values(groups)) Object.freeze(group);
  const url = "rediss://host?cert=c&lineLength=9&retry.baseMs=1&reconnect.baseMs=1&pool.min=1";
  const options = Object.freeze({ url, tls, limits, ...groups });
  settingsOf(options);
  assert.deepEqual(options, {
    url,
    tls: { serverName: "a" },
    limits: { depth: 7 },
    retry: { attempts: 3 },
    reconnect: { capMs: 5 },
    pool: { max: 3 },
  });
});

test("options: every option that is text, a number or a flag can be given in a URL", () => {
  const rows: [query: string, value: unknown][] = [
    ["host", "a"],
    ["port", 1],
    ["path", "/a"],
    ["username", "a"],
    ["password", "a"],
    ["database", 1],
    ["clientName", "a"],
    ["protocol", 2],
    ["connectTimeoutMs", 1],
    ["closeTimeoutMs", 1],
    ["keepAliveMs", 1],
    ["timeoutMs", 1],
    ["enableOfflineQueue", false],
    ["maxQueued", 1],
    ["maxQueuedBytes", 1],
    ["connections", 2],
    ["watchdogMs", 1],
    ["pingIntervalMs", 1],
    ["reconnect", false],
    ["followRedirects", true],
  ];
  for (const [name, value] of rows) {
    assert.equal(settingsOf(`redis://?${name}=${value}`)[name as keyof Settings], value);
  }
});
