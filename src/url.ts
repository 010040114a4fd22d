/**
 * Connection URLs: `redis[s]://user:password@host:port/database?option=value`, the same with `valkey`;
 * `redis[s]+cluster:` with one host or several, `host:port,host:port`; and `redis+unix:///path/of/socket`.
 *
 * The query takes every option that can be written as text, by its name in the options; the fields of groups stand
 * there as `pool.max`, those of `tls` and `limits` by their own names too. What is read here is checked by the
 * options' table.
 *
 * @module
 */
import type { ConnectOptions } from "./connect_options.ts";
import { OptionError } from "./option_checks.ts";
import type { Limits } from "./resp/value.ts";
import type { NodeAddress } from "./routing/topology.ts";
import type { TlsOptions } from "./stream.ts";

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
  | "seeds"
  | "addressMap"
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
  followRedirects: asFlag,
  readFrom: asText,
  selector: asText,
  maxReplicaLagBytes: asNumber,
  topologyRefreshMs: asNumber,
  maxRedirects: asNumber,
  connectAllNodes: asFlag,
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

/** The options whose fields stand in the query behind their name and a dot. */
const GROUPS: readonly string[] = ["retry", "reconnect", "pool", "tls", "limits", "selector", "addressMap"];
const TEXT_GROUPS: readonly string[] = ["selector", "addressMap"];
// In the other groups all fields are numbers but for a few.
const TEXT_FIELDS: readonly string[] = ["ceiling", "ca", "cert", "key", "serverName", "minVersion"];

function readField(group: string, field: string, text: string): unknown {
  if (TEXT_GROUPS.includes(group) || TEXT_FIELDS.includes(field)) return text;
  return field === "insecureSkipVerify" ? asFlag(text) : asNumber(text);
}

/** What a URL holds. */
export interface ReadUrl {
  /** The options, unchecked but for the URL's own form. */
  options: ConnectOptions;
  /** Whether its scheme says that it leads to a cluster. */
  cluster: boolean;
}

/**
 * Reads a URL.
 *
 * @throws {OptionError} When it is not in the form of one.
 */
export function optionsOfUrl(given: string | URL): ReadUrl {
  const { url, others } = parse(given);
  const scheme = /^(?:redis|valkey)(?:(s?)(\+cluster)?|\+unix):$/.exec(url.protocol);
  if (scheme === null) {
    throw wrong(
      "its scheme must be redis, rediss, valkey, valkeys, one of these with +cluster, redis+unix or valkey+unix",
    );
  }
  const [, s, cluster] = scheme;
  // The rest of a password in which it was not percent-encoded: the host would be a part of that password.
  if (url.hash !== "") throw wrong("it holds a #, which is to be written as %23");
  const options: Record<string, unknown> = {};
  // Without a prototype, so that the check sees every name that was given.
  const tls: Record<string, unknown> = Object.create(null);
  const limits: Record<string, unknown> = Object.create(null);
  const groups: Record<string, Record<string, unknown>> = {};
  if (url.username !== "") options.username = decode(url.username, "username");
  if (url.password !== "") options.password = decode(url.password, "password");
  if (s === undefined) options.path = decode(url.pathname, "path");
  else {
    if (cluster !== undefined) {
      if (url.hostname !== "" || others.length > 0) options.seeds = [url, ...others].map(seedOf);
    } else {
      if (url.hostname !== "") options.host = hostOf(url);
      if (url.port !== "") options.port = Number(url.port);
    }
    const database = url.pathname.replace(/^\//, "");
    if (database !== "" && !/^\d+$/.test(database)) throw wrong("its path must be the number of a database");
    if (database !== "") options.database = Number(database);
  }
  for (const [name, value] of url.searchParams) {
    const [group, field] = name.split(/\.(.*)/s, 2);
    if (field !== undefined && GROUPS.includes(group)) {
      const fields = group === "tls"
        ? tls
        : group === "limits"
        ? limits
        : groups[group] ??= Object.create(null) as Record<string, unknown>;
      fields[field] = readField(group, field, value);
    } else if (name === "seeds") {
      // They come after the hosts of the URL.
      options.seeds = [...options.seeds as unknown[] ?? [], ...value.split(",")];
    } else if (Object.hasOwn(OPTION_QUERY, name)) {
      options[name] = OPTION_QUERY[name as keyof typeof OPTION_QUERY](value);
    } else if (Object.hasOwn(TLS_QUERY, name)) tls[name] = TLS_QUERY[name as keyof TlsOptions](value);
    else if (Object.hasOwn(LIMITS_QUERY, name)) limits[name] = LIMITS_QUERY[name as keyof Limits](value);
    else throw wrong("its query has a name that no option has");
  }
  const secure = s === "s" || options.tls === true;
  // What is neither true nor false stays, for the check to refuse.
  const readable = typeof (options.tls ?? false) === "boolean";
  if (readable && (secure || Object.keys(tls).length > 0)) options.tls = tls;
  if (Object.keys(limits).length > 0) options.limits = limits;
  // reconnect=true says no more than its absence does.
  if (options.reconnect === true) delete options.reconnect;
  Object.assign(options, groups);
  return { options: options as ConnectOptions, cluster: cluster !== undefined };
}

/** A URL, and those of the other hosts where it names several. */
interface ParsedUrl {
  url: URL;
  others: URL[];
}

function parse(given: string | URL): ParsedUrl {
  if (typeof given !== "string" && !(given instanceof URL)) throw wrong("it must be a string or a URL");
  // Several hosts with their ports are more than URL reads: it is given the first, and then the others by themselves.
  const found = /^(\s*\w+\+cluster:\/\/)([^/?#]*)(.*)$/is.exec(String(given));
  if (found === null) return { url: parsed(given), others: [] };
  const [, before, authority, after] = found;
  const hostsAt = authority.lastIndexOf("@") + 1;
  if (authority.indexOf("@") + 1 < hostsAt) {
    throw wrong("it holds several @: one that is part of a user or a password is to be written as %40");
  }
  const [first, ...others] = authority.slice(hostsAt).split(",");
  return {
    url: parsed(before + authority.slice(0, hostsAt) + first + after),
    others: others.map((host) => parsed(`redis://${host}`)),
  };
}

function parsed(text: string | URL): URL {
  try {
    return new URL(text);
  } catch {
    // The runtime's own error repeats the URL, and with it the password: it is not passed on as the cause.
    throw wrong("it is not a URL such as redis://host:6379");
  }
}

function seedOf(url: URL): NodeAddress {
  if (url.hostname === "") throw wrong("it has a comma without a host on both sides");
  return { host: hostOf(url), port: url.port === "" ? 6379 : Number(url.port) };
}

function hostOf(url: URL): string {
  return decode(url.hostname.replace(/^\[(.*)\]$/, "$1"), "host");
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(`its ${name} is not percent-encoded as URLs are`);
  }
}

function wrong(why: string): OptionError {
  return new OptionError("url", why);
}
