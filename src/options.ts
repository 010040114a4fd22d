/**
 * From what a user writes (a URL, options, or both) to one checked record.
 *
 * One table says of every option how it is checked, whether it stood in the options or in a URL. What is
 * wrong is a `TypeError` that names the option; it never repeats a URL or a text, which may hold a password.
 *
 * @module
 */
import type { ConnectOptions, PoolOptions, ReconnectOptions, RetryOptions } from "./connect_options.ts";
import type { Limits } from "./resp/value.ts";
import type { TlsOptions } from "./stream.ts";
import { optionsOfUrl } from "./url.ts";

/** {@linkcode ConnectOptions}, checked and whole. */
export interface Settings extends Omit<ConnectOptions, "url" | "tls" | "reconnect" | "retry" | "pool"> {
  host: string;
  port: number;
  protocol: 2 | 3;
  tls?: TlsOptions;
  connectTimeoutMs: number;
  closeTimeoutMs: number;
  keepAliveMs: number;
  timeoutMs: number;
  retry: Required<RetryOptions>;
  reconnect: false | (Required<Omit<ReconnectOptions, "delayMs">> & Pick<ReconnectOptions, "delayMs">);
  enableOfflineQueue: boolean;
  maxQueued: number;
  maxQueuedBytes: number;
  connections: number;
  pool: Required<PoolOptions>;
  watchdogMs: number;
  pingIntervalMs: number;
}

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => typeof value === "string" ? undefined : "a string";
const filled: Check = (value) => typeof value === "string" && value !== "" ? undefined : "a string that is not empty";
const flag: Check = (value) => typeof value === "boolean" ? undefined : "true or false";
const callback: Check = (value) => typeof value === "function" ? undefined : "a function";

function whole(least: number, most: number): Check {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;
}

function between(least: number, most: number): Check {
  return (value) =>
    typeof value === "number" && value >= least && value <= most ? undefined : `a number from ${least} to ${most}`;
}

function withMethod(method: string): Check {
  return (value) =>
    typeof (value as Record<string, unknown> | null)?.[method] === "function"
      ? undefined
      : `an object with ${method}()`;
}

/** The longest delay that every runtime's timers keep: beyond it they fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;
const duration = /* @__PURE__ */ whole(1, LONGEST_DELAY_MS);
const durationOrNone = /* @__PURE__ */ whole(0, LONGEST_DELAY_MS);
const length = /* @__PURE__ */ whole(1, Number.MAX_SAFE_INTEGER);
const count = /* @__PURE__ */ whole(0, Number.MAX_SAFE_INTEGER);

const TLS_FIELDS: Readonly<Record<keyof TlsOptions, Check>> = {
  ca: (value) => [value].flat().every((pem) => typeof pem === "string") ? undefined : "a string or a list of strings",
  cert: text,
  key: text,
  serverName: filled,
  minVersion: (value) => value === "TLSv1.2" || value === "TLSv1.3" ? undefined : "TLSv1.2 or TLSv1.3",
  insecureSkipVerify: flag,
};

const LIMIT_FIELDS: Readonly<Record<keyof Limits, Check>> = {
  depth: /* @__PURE__ */ whole(1, 10_000),
  bulkLength: length,
  aggregateLength: length,
  lineLength: length,
  replyLength: length,
};

const BACKOFF_FIELDS = {
  baseMs: duration,
  factor: /* @__PURE__ */ between(1, 1_000),
  capMs: duration,
  jitter: /* @__PURE__ */ between(0, 1),
};

const RECONNECT_FIELDS: Readonly<Record<keyof ReconnectOptions, Check>> = {
  ...BACKOFF_FIELDS,
  attempts: (value) => value === Infinity ? undefined : length(value),
  delayMs: callback,
};

const CEILINGS: readonly unknown[] = ["none", "readOnly", "idempotent", "any"];

const RETRY_FIELDS: Readonly<Record<keyof RetryOptions, Check>> = {
  ...BACKOFF_FIELDS,
  attempts: length,
  ceiling: (value) => CEILINGS.includes(value) ? undefined : "none, readOnly, idempotent or any",
};

const POOL_FIELDS: Readonly<Record<keyof PoolOptions, Check>> = {
  min: count,
  max: length,
  acquireTimeoutMs: durationOrNone,
  idleTimeoutMs: durationOrNone,
  maxLifetimeMs: durationOrNone,
  validateAfterMs: durationOrNone,
  leakAfterMs: durationOrNone,
};

const FIELDS: Readonly<Record<Exclude<keyof ConnectOptions, "url">, Check>> = {
  host: filled,
  port: /* @__PURE__ */ whole(1, 65_535),
  path: filled,
  username: text,
  password: text,
  database: /* @__PURE__ */ whole(0, 2_147_483_647),
  clientName: (value) =>
    typeof value === "string" && /^[!-~]+$/.test(value) ? undefined : "printable ASCII without spaces",
  protocol: (value) => value === 2 || value === 3 ? undefined : "2 or 3",
  tls: (value) => typeof value === "boolean" ? undefined : group("tls", value, TLS_FIELDS),
  connectTimeoutMs: duration,
  closeTimeoutMs: duration,
  keepAliveMs: durationOrNone,
  credentials: (value) =>
    typeof value === "function" || (typeof value === "object" && value !== null && Symbol.asyncIterator in value)
      ? undefined
      : "a function or an async iterable",
  timeoutMs: durationOrNone,
  signal: (value) => value instanceof AbortSignal ? undefined : "an AbortSignal",
  retry: (value) => group("retry", value, RETRY_FIELDS),
  reconnect: (value) => value === false ? undefined : group("reconnect", value, RECONNECT_FIELDS),
  enableOfflineQueue: flag,
  maxQueued: count,
  maxQueuedBytes: count,
  connections: /* @__PURE__ */ whole(1, 1_000),
  pool: (value) => group("pool", value, POOL_FIELDS),
  watchdogMs: durationOrNone,
  pingIntervalMs: durationOrNone,
  onConnect: callback,
  onDisconnect: callback,
  onReconnect: callback,
  random: callback,
  limits: (value) => group("limits", value, LIMIT_FIELDS),
  onPush: callback,
  platform: /* @__PURE__ */ withMethod("dial"),
  clock: /* @__PURE__ */ withMethod("after"),
};

/** Checks the fields of an object by a table of checks; undefined counts as absent. */
function checkFields(prefix: string, given: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, name)) throw wrong(prefix + name, "there is none of that name");
    if (value === undefined) continue;
    const wanted = checks[name](value);
    if (wanted !== undefined) throw wrong(prefix + name, `it must be ${wanted}`);
  }
}

function group(name: string, value: unknown, checks: Readonly<Record<string, Check>>): string | undefined {
  if (!isRecord(value)) return "an object";
  checkFields(`${name}.`, value, checks);
  return undefined;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An option is wrong. */
export class OptionError extends TypeError {
  /** The option, as `pool.max`. */
  readonly option: string;
  /** What is wrong with it, without what was given. */
  readonly why: string;

  /** Takes the option and what is wrong with it. */
  constructor(option: string, why: string) {
    super(`Cannot use the option ${option}: ${why}`);
    this.option = option;
    this.why = why;
  }
}

function wrong(name: string, why: string): OptionError {
  return new OptionError(name, why);
}

function present<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/**
 * Reads and checks what a user gave.
 *
 * @throws {TypeError} When a URL or an option is wrong; the message names the option.
 */
export function settingsOf(given: string | URL | ConnectOptions = {}): Settings {
  if (typeof given !== "string" && !isRecord(given)) {
    throw wrong("url", "it must be a URL or an object of options");
  }
  const { url, ...beside } = typeof given === "string" || given instanceof URL ? { url: given } : given;
  checkFields("", beside, FIELDS);
  const fromUrl = url === undefined ? {} : optionsOfUrl(url, wrong);
  checkFields("", fromUrl, FIELDS);
  const options: ConnectOptions = { ...fromUrl, ...present(beside) };
  // What stands beside the URL wins field by field.
  const together = <Name extends "retry" | "reconnect" | "pool">(name: Name): object => ({
    ...fromUrl[name] || {},
    ...present(beside[name] || {}),
  });
  return {
    host: "127.0.0.1",
    port: 6379,
    protocol: 3,
    connectTimeoutMs: 10_000,
    closeTimeoutMs: 5_000,
    keepAliveMs: 30_000,
    timeoutMs: 5_000,
    enableOfflineQueue: true,
    maxQueued: 100_000,
    maxQueuedBytes: 134_217_728,
    connections: 1,
    watchdogMs: 20_000,
    pingIntervalMs: 30_000,
    ...options,
    retry: { ...BACKOFF, capMs: 1_000, attempts: 20, ceiling: "readOnly", ...together("retry") },
    reconnect: options.reconnect === false ? false : { ...BACKOFF, attempts: Infinity, ...together("reconnect") },
    pool: poolOf(together("pool")),
    limits: options.limits && { ...fromUrl.limits, ...present(beside.limits ?? {}) },
    tls: tlsOf(fromUrl.tls, beside.tls),
  };
}

const BACKOFF = { baseMs: 50, factor: 2, capMs: 2_000, jitter: 1 };

function poolOf(given: PoolOptions): Required<PoolOptions> {
  const pool = {
    min: 0,
    max: Math.max(10, given.min ?? 0),
    acquireTimeoutMs: 5_000,
    idleTimeoutMs: 60_000,
    maxLifetimeMs: 1_800_000,
    validateAfterMs: 10_000,
    leakAfterMs: 60_000,
    ...given,
  };
  if (pool.min > pool.max) throw wrong("pool.min", "it must not be more than pool.max");
  return pool;
}

function tlsOf(
  fromUrl: boolean | TlsOptions | undefined,
  beside: boolean | TlsOptions | undefined,
): TlsOptions | undefined {
  if (beside === false) return undefined;
  if (!fromUrl && !beside) return undefined;
  return { ...(typeof fromUrl === "object" ? fromUrl : {}), ...(typeof beside === "object" ? present(beside) : {}) };
}
