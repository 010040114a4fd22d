/** From URLs and options to settings: what is right comes to these, what is wrong is named. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { memoryPlatform } from "../../adapters/memory.ts";
import type { ConnectOptions } from "../../src/connect_options.ts";
import { type Settings, settingsOf } from "../../src/options.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { badRows, goodRows } from "./options_rows.ts";

const DEFAULTS: Settings = {
  host: "127.0.0.1",
  port: 6379,
  protocol: 3,
  connectTimeoutMs: 10_000,
  closeTimeoutMs: 5_000,
  keepAliveMs: 30_000,
};

/** What is not undefined: absent and undefined are the same here. */
function present(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

test("options: what is right comes to its settings", () => {
  for (const [given, settings] of goodRows) {
    const found = settingsOf(given);
    assert.deepEqual(present(found), { ...DEFAULTS, ...settings }, inspect(given));
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
  };
  const settings = settingsOf({ url: "redis://host", ...options });
  assert.equal(settings.platform, options.platform);
  assert.equal(settings.clock, options.clock);
  assert.equal(settings.onPush, options.onPush);
});

test("options: what is given is not changed", () => {
  const tls = Object.freeze({ serverName: "a" });
  const limits = Object.freeze({ depth: 7 });
  const options = Object.freeze({ url: "rediss://host?cert=c&lineLength=9", tls, limits });
  settingsOf(options);
  assert.deepEqual(options, {
    url: "rediss://host?cert=c&lineLength=9",
    tls: { serverName: "a" },
    limits: { depth: 7 },
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
  ];
  for (const [name, value] of rows) {
    assert.equal(settingsOf(`redis://?${name}=${value}`)[name as keyof Settings], value);
  }
});
