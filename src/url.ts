/**
 * Connection URLs: `redis[s]://user:password@host:port/database?option=value`, the same with `valkey`,
 * and `redis+unix:///path/of/socket`.
 *
 * The query takes every option that can be written as text, by its name in the options; the fields of groups stand
 * there as `pool.max`, those of `tls` and `limits` by their own names too. What is read here is checked by the
 * options' table.
 *
 * @module
 */
import type { ConnectOptions } from "./connect_options.ts";
import type { Limits } from "./resp/value.ts";
import type { TlsOptions } from "./stream.ts";

type Wrong = (name: string, why: string) => TypeError;

const asText = (text: string): unknown => text;
// What is no number stays text, so that the check refuses it and says what is wanted.
const asNumber = (text: string): unknown => /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
const asFlag = (text: string): unknown => text === "true" ? true : text === "false" ? false : text;

/** The options that no text can be, or whose fields stand in the query by their own names. */
type NotInQuery =
  | "url"
  | "limits"
  | "pool"
  | "retry"
  | "credentials"
  | "signal"
  | "random"
  | "platform"
  | "clock"
  | "onPush"
  | "onConnect"
  | "onDisconnect"
  | "onReconnect";

const OPTION_QUERY: Readonly<Record<Exclude<keyof ConnectOptions, NotInQuery>, (text: string) => unknown>> = {
  host: asText,
  port: asNumber,
  path: asText,
  username: asText,
  password: asText,
  database: asNumber,
  clientName: asText,
  protocol: asNumber,
  tls: asFlag,
  connectTimeoutMs: asNumber,
  closeTimeoutMs: asNumber,
  keepAliveMs: asNumber,
  timeoutMs: asNumber,
  reconnect: asFlag,
  enableOfflineQueue: asFlag,
  maxQueued: asNumber,
  maxQueuedBytes: asNumber,
  connections: asNumber,
  watchdogMs: asNumber,
  pingIntervalMs: asNumber,
};

const TLS_QUERY: Readonly<Record<keyof TlsOptions, (text: string) => unknown>> = {
  ca: asText,
  cert: asText,
  key: asText,
  serverName: asText,
  minVersion: asText,
  insecureSkipVerify: asFlag,
};

const LIMITS_QUERY: Readonly<Record<keyof Limits, (text: string) => unknown>> = {
  depth: asNumber,
  bulkLength: asNumber,
  aggregateLength: asNumber,
  lineLength: asNumber,
  replyLength: asNumber,
};

/** The options whose fields stand in the query behind their name and a dot; all are numbers but for a few. */
const GROUPS: readonly string[] = ["retry", "reconnect", "pool", "tls", "limits"];
const TEXT_FIELDS: readonly string[] = ["ceiling", "ca", "cert", "key", "serverName", "minVersion"];

/** The options that a URL holds, unchecked but for the URL's own form. */
export function optionsOfUrl(given: string | URL, wrong: Wrong): ConnectOptions {
  const url = parse(given, wrong);
  const scheme = url.protocol.slice(0, -1);
  if (!/^(?:redis|valkey)(?:s|\+unix)?$/.test(scheme)) {
    throw wrong("url", "its scheme must be redis, rediss, valkey, valkeys, redis+unix or valkey+unix");
  }
  // The rest of a password in which it was not percent-encoded: the host would be a part of that password.
  if (url.hash !== "") throw wrong("url", "it holds a #, which is to be written as %23");
  const options: Record<string, unknown> = {};
  // Without a prototype, so that the check sees every name that was given.
  const tls: Record<string, unknown> = Object.create(null);
  const limits: Record<string, unknown> = Object.create(null);
  const groups: Record<string, Record<string, unknown>> = {};
  if (url.username !== "") options.username = decode(url.username, "username", wrong);
  if (url.password !== "") options.password = decode(url.password, "password", wrong);
  if (scheme.endsWith("+unix")) options.path = decode(url.pathname, "path", wrong);
  else {
    if (url.hostname !== "") options.host = decode(url.hostname.replace(/^\[(.*)\]$/, "$1"), "host", wrong);
    if (url.port !== "") options.port = Number(url.port);
    const database = url.pathname.replace(/^\//, "");
    if (database !== "" && !/^\d+$/.test(database)) throw wrong("url", "its path must be the number of a database");
    if (database !== "") options.database = Number(database);
  }
  for (const [name, value] of url.searchParams) {
    const [group, field] = name.split(/\.(.*)/s, 2);
    if (field !== undefined && GROUPS.includes(group)) {
      const read = field === "insecureSkipVerify" ? asFlag : TEXT_FIELDS.includes(field) ? asText : asNumber;
      const fields = group === "tls"
        ? tls
        : group === "limits"
        ? limits
        : groups[group] ??= Object.create(null) as Record<string, unknown>;
      fields[field] = read(value);
    } else if (Object.hasOwn(OPTION_QUERY, name)) {
      options[name] = OPTION_QUERY[name as keyof typeof OPTION_QUERY](value);
    } else if (Object.hasOwn(TLS_QUERY, name)) tls[name] = TLS_QUERY[name as keyof TlsOptions](value);
    else if (Object.hasOwn(LIMITS_QUERY, name)) limits[name] = LIMITS_QUERY[name as keyof Limits](value);
    else throw wrong("url", "its query has a name that no option has");
  }
  const secure = scheme === "rediss" || scheme === "valkeys" || options.tls === true;
  // What is neither true nor false stays, for the check to refuse.
  const readable = typeof (options.tls ?? false) === "boolean";
  if (readable && (secure || Object.keys(tls).length > 0)) options.tls = tls;
  if (Object.keys(limits).length > 0) options.limits = limits;
  // reconnect=true says no more than its absence does.
  if (options.reconnect === true) delete options.reconnect;
  Object.assign(options, groups);
  return options as ConnectOptions;
}

function parse(given: string | URL, wrong: Wrong): URL {
  if (given instanceof URL) return given;
  if (typeof given !== "string") throw wrong("url", "it must be a string or a URL");
  try {
    return new URL(given);
  } catch {
    // The runtime's own error repeats the URL, and with it the password: it is not passed on as the cause.
    throw wrong("url", "it is not a URL such as redis://host:6379");
  }
}

function decode(text: string, name: string, wrong: Wrong): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("url", `its ${name} is not percent-encoded as URLs are`);
  }
}
