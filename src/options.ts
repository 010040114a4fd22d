/**
 * From what a user writes (a URL, options, or both) to one checked record.
 *
 * One table says of every option how it is checked, whether it stood in the options or in a URL. What is
 * wrong is a `TypeError` that names the option; it never repeats a URL or a text, which may hold a password.
 *
 * @module
 */
import type { ClusterOptions, ClusterSettings } from "./cluster_options.ts";
import { CLUSTER_FIELDS, readCluster, wantNoCluster, withoutCluster } from "./cluster_settings.ts";
import type { ConnectOptions, PoolOptions, ReconnectOptions, RetryOptions } from "./connect_options.ts";
import {
  between,
  callback,
  type Check,
  checkFields,
  count,
  duration,
  durationOrNone,
  filled,
  flag,
  group,
  isRecord,
  length,
  oneOf,
  OptionError,
  present,
  text,
  whole,
  withMethod,
} from "./option_checks.ts";
import type { Limits } from "./resp/value.ts";
import type { TlsOptions } from "./stream.ts";
import { optionsOfUrl } from "./url.ts";

/** {@linkcode ConnectOptions}, checked and whole. */
export interface Settings
  extends Omit<ConnectOptions, "url" | "tls" | "reconnect" | "retry" | "pool" | keyof ClusterOptions> {
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
  followRedirects: boolean;
  /** What is said of a cluster; undefined where the client is one of a single server. */
  cluster?: ClusterSettings;
}

const TLS_FIELDS: Readonly<Record<keyof TlsOptions, Check>> = {
  ca: (value) => [value].flat().every((pem) => typeof pem === "string") ? undefined : "a string or a list of strings",
  cert: text,
  key: text,
  serverName: filled,
  minVersion: /* @__PURE__ */ oneOf(["TLSv1.2", "TLSv1.3"]),
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

const RETRY_FIELDS: Readonly<Record<keyof RetryOptions, Check>> = {
  ...BACKOFF_FIELDS,
  attempts: length,
  ceiling: /* @__PURE__ */ oneOf(["none", "readOnly", "idempotent", "any"]),
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
  ...CLUSTER_FIELDS,
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
  followRedirects: flag,
  onConnect: callback,
  onDisconnect: callback,
  onReconnect: callback,
  random: callback,
  limits: (value) => group("limits", value, LIMIT_FIELDS),
  onPush: callback,
  platform: /* @__PURE__ */ withMethod("dial"),
  clock: /* @__PURE__ */ withMethod("after"),
};

/** What a user may give. */
type Given = string | URL | ConnectOptions;

/**
 * Reads and checks what a user gave.
 *
 * @throws {TypeError} When a URL or an option is wrong; the message names the option.
 */
export function settingsOf(given: Given = {}): Settings {
  return read(given, false);
}

/**
 * The same for a client that is one of a cluster in any case: its one seed may also be the host of the options or the
 * URL, of whatever scheme.
 *
 * @throws {TypeError} When a URL or an option is wrong; the message names the option.
 */
export function clusterSettingsOf(given: Given = {}): Settings & { cluster: ClusterSettings } {
  return read(given, true) as Settings & { cluster: ClusterSettings };
}

function read(given: Given, always: boolean): Settings {
  if (typeof given !== "string" && !isRecord(given)) {
    throw new OptionError("url", "it must be a URL or an object of options");
  }
  const { url, ...beside } = typeof given === "string" || given instanceof URL ? { url: given } : given;
  checkFields("", beside, FIELDS);
  const { options: fromUrl, cluster: byScheme } = url === undefined
    ? { options: {}, cluster: false }
    : optionsOfUrl(url);
  checkFields("", fromUrl, FIELDS);
  const both: ConnectOptions = { ...fromUrl, ...present(beside) };
  const isCluster = always || byScheme || both.seeds !== undefined;
  const cluster = isCluster ? readCluster(fromUrl, beside, both) : undefined;
  if (cluster === undefined) wantNoCluster(both);
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
    followRedirects: false,
    ...(cluster === undefined ? both : { ...withoutCluster(both), ...cluster.settings.seeds[0] }),
    retry: { ...BACKOFF, capMs: 1_000, attempts: 20, ceiling: "readOnly", ...together("retry") },
    reconnect: both.reconnect === false ? false : { ...BACKOFF, attempts: Infinity, ...together("reconnect") },
    pool: poolOf(together("pool")),
    limits: both.limits && { ...fromUrl.limits, ...present(beside.limits ?? {}) },
    tls: tlsOf(cluster?.secure ? fromUrl.tls || true : fromUrl.tls, beside.tls),
    cluster: cluster?.settings,
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
  if (pool.min > pool.max) throw new OptionError("pool.min", "it must not be more than pool.max");
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
