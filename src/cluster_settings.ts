/**
 * The cluster's part of the options: how each is checked, and what they come to.
 *
 * A cluster is meant where the options name seeds or the scheme of the URL ends in `+cluster`. What stands beside the
 * URL decides by itself where to ask: a client that was given other nodes never turns to those of the URL.
 *
 * @module
 */
import type { AddressMap, ClusterOptions, ClusterSettings, Seed } from "./cluster_options.ts";
import type { ConnectOptions } from "./connect_options.ts";
import {
  type Check,
  checkFields,
  count,
  durationOrNone,
  filled,
  flag,
  group,
  isRecord,
  oneOf,
  OptionError,
  whole,
} from "./option_checks.ts";
import type { NodeAddress } from "./routing/topology.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 6379;

const ADDRESS_FIELDS: Readonly<Record<keyof NodeAddress, Check>> = {
  host: filled,
  port: /* @__PURE__ */ whole(1, 65_535),
};

const SELECTORS: readonly unknown[] = ["random", "roundRobin", "lowestLatency"];
const SELECTOR_FIELDS: Readonly<Record<string, Check>> = { zone: filled };

/** How each option of a cluster is checked. */
export const CLUSTER_FIELDS: Readonly<Record<keyof ClusterOptions, Check>> = {
  seeds: (value) => {
    if (!Array.isArray(value) || value.length === 0) return "a list of one node or more";
    for (const [index, seed] of value.entries()) readSeed(seed, `seeds[${index}]`);
    return undefined;
  },
  readFrom: /* @__PURE__ */ oneOf(["primary", "primaryPreferred", "replica", "replicaPreferred", "any"]),
  selector: (value) => {
    if (typeof value === "function" || SELECTORS.includes(value)) return undefined;
    if (!isRecord(value)) return "random, roundRobin, lowestLatency, an object with zone, or a function";
    return group("selector", { ...value, zone: (value as { zone?: unknown }).zone ?? "" }, SELECTOR_FIELDS);
  },
  maxReplicaLagBytes: count,
  topologyRefreshMs: durationOrNone,
  addressMap: (value) => {
    if (typeof value === "function") return undefined;
    if (!isRecord(value)) return "an object of addresses by address, or a function";
    for (const [from, to] of Object.entries(value)) {
      // A name with an @ may be a URL with a password.
      const name = from.includes("@") ? "addressMap" : `addressMap.${from}`;
      if (partsOf(from) === undefined) throw new OptionError(name, `its name must be ${ADDRESS_FORM}`);
      if (to !== undefined && partsOf(to) === undefined) throw new OptionError(name, `it must be ${ADDRESS_FORM}`);
    }
    return undefined;
  },
  maxRedirects: /* @__PURE__ */ whole(0, 1_000),
  connectAllNodes: flag,
};

const ADDRESS_FORM = '"host:port", "host", "[IPv6]:port" or "[IPv6]"';
const SEED_FORM = `it must be ${ADDRESS_FORM}, a URL such as redis://host:7000, or an object with host and port`;
const SEED_ALONE = "its URL must be a scheme, a host and a port alone: the rest is said once for all nodes, by options";

/** An address as it is written; the port may be missing. */
interface AddressParts {
  host: string;
  port: number | undefined;
}

function partsOf(text: unknown): AddressParts | undefined {
  const found = typeof text === "string" &&
    /^(?:\[([\w:.%-]*:[\w:.%-]*)\]|([^\s:,;%/\\?#@[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (!found) return undefined;
  const port = found[3] === undefined ? undefined : Number(found[3]);
  return port === undefined || ADDRESS_FIELDS.port(port) === undefined
    ? { host: found[1] ?? found[2]!, port }
    : undefined;
}

/** A seed, and whether it is to be reached by TLS. */
interface ReadSeed {
  address: NodeAddress;
  secure: boolean;
}

function readSeed(seed: unknown, name: string): ReadSeed {
  if (seed instanceof URL || (typeof seed === "string" && seed.includes("://"))) return readSeedUrl(seed, name);
  if (isRecord(seed)) {
    const { host, port } = seed as NodeAddress;
    // Both are needed: what is absent is as wrong as what is empty.
    checkFields(`${name}.`, { ...seed, host: host ?? "", port: port ?? 0 }, ADDRESS_FIELDS);
    return { address: { host, port }, secure: false };
  }
  const parts = partsOf(seed);
  if (parts === undefined) throw new OptionError(name, SEED_FORM);
  return { address: addressOf(parts), secure: false };
}

function readSeedUrl(seed: string | URL, name: string): ReadSeed {
  const url = parsed(seed);
  const scheme = /^(?:redis|valkey)(s?)(?:\+cluster)?:$/.exec(url?.protocol ?? "");
  if (url === undefined || scheme === null) throw new OptionError(name, SEED_FORM);
  const { username, password, pathname, search, hash } = url;
  if (username + password + search + hash !== "" || !/^\/?$/.test(pathname)) throw new OptionError(name, SEED_ALONE);
  const parts = partsOf(url.host);
  if (parts === undefined) throw new OptionError(name, SEED_FORM);
  return { address: addressOf(parts), secure: scheme[1] === "s" };
}

function parsed(text: string | URL): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // The runtime's own error repeats the text, which may hold a password.
    return undefined;
  }
}

function addressOf({ host, port }: AddressParts): NodeAddress {
  return { host, port: port ?? DEFAULT_PORT };
}

/** Host and port, where one is said or there are no seeds, and the seeds after it. */
function seedsOf({ host, port, seeds = [] }: Pick<ConnectOptions, "host" | "port" | "seeds">): ReadSeed[] {
  const read = seeds.map((seed: Seed, index) => readSeed(seed, `seeds[${index}]`));
  if (host === undefined && read.length > 0) {
    if (port !== undefined) throw new OptionError("port", "it goes with host: give each of the seeds its own");
    return read;
  }
  return [{ address: { host: host ?? DEFAULT_HOST, port: port ?? DEFAULT_PORT }, secure: false }, ...read];
}

/** What the options of a cluster come to, and whether one of its seeds asks for TLS. */
export interface ReadCluster {
  settings: ClusterSettings;
  secure: boolean;
}

/**
 * Reads the options of a cluster, which have been checked one by one: those of the URL, those beside it, and both
 * together.
 *
 * @throws {OptionError} When they do not go together.
 */
export function readCluster(fromUrl: ConnectOptions, beside: ConnectOptions, both: ConnectOptions): ReadCluster {
  if (both.path !== undefined) throw new OptionError("path", "a cluster cannot be reached over a unix socket");
  if (both.followRedirects === true) {
    throw new OptionError("followRedirects", "it is for one server: those of a cluster are followed without it");
  }
  const isBeside = beside.host !== undefined || beside.seeds !== undefined;
  const seeds = seedsOf(isBeside ? beside : both);
  return {
    settings: {
      seeds: seeds.map(({ address }) => address),
      readFrom: both.readFrom ?? "primary",
      selector: typeof both.selector === "object" ? { ...both.selector } : both.selector ?? "roundRobin",
      maxReplicaLagBytes: both.maxReplicaLagBytes,
      topologyRefreshMs: both.topologyRefreshMs ?? 30_000,
      addressMap: mapOf(fromUrl.addressMap, beside.addressMap),
      maxRedirects: both.maxRedirects ?? 16,
      connectAllNodes: both.connectAllNodes ?? false,
    },
    secure: seeds.some(({ secure }) => secure),
  };
}

/** Refuses the options of a cluster where there is none. */
export function wantNoCluster(options: ConnectOptions): void {
  const found = Object.keys(CLUSTER_FIELDS).find((name) => options[name as keyof ClusterOptions] !== undefined);
  if (found !== undefined) {
    throw new OptionError(found, "it is for a cluster: give seeds too, or a URL such as redis+cluster://host:7000");
  }
}

/** The options without those of a cluster. */
export function withoutCluster(options: ConnectOptions): Omit<ConnectOptions, keyof ClusterOptions> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(CLUSTER_FIELDS, name)));
}

function mapOf(
  fromUrl: AddressMap | undefined,
  beside: AddressMap | undefined,
): (address: NodeAddress) => NodeAddress {
  if (typeof beside === "function") return (address) => beside(address) ?? address;
  // A URL can hold no function.
  const map = new Map<string, AddressParts>();
  for (const [from, to] of Object.entries({ ...fromUrl, ...beside })) {
    // What is undefined beside the URL takes back what the URL says.
    if (to !== undefined) map.set(keyOf(partsOf(from)!), partsOf(to)!);
  }
  if (map.size === 0) return (address) => address;
  return (address) => {
    const to = map.get(keyOf(address)) ?? map.get(keyOf({ host: address.host, port: undefined }));
    return to === undefined ? address : { host: to.host, port: to.port ?? address.port };
  };
}

/** A key for an address, or for all ports of a host. The case of host names does not matter. */
function keyOf({ host, port }: AddressParts): string {
  return `${port ?? "any"} ${host.toLowerCase()}`;
}
