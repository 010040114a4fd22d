/**
 * What users write about clusters and what it comes to.
 *
 * @module
 */
import type { ClusterSettings } from "../../src/cluster_options.ts";
import type { ConnectOptions } from "../../src/connect_options.ts";

/** The settings of a cluster, each seed as `host:port`. */
export interface Cluster extends Partial<Omit<ClusterSettings, "seeds" | "addressMap">> {
  seeds: string[];
}

type Given = string | URL | ConnectOptions;

/** What is right, with the settings of the cluster that are not the default ones, and those of its connections. */
export const goodRows: readonly [given: Given, cluster: Cluster, changes?: ConnectOptions][] = [
  // One seed in each of its forms.
  [{ seeds: ["a"] }, { seeds: ["a:6379"] }],
  [{ seeds: ["a:7000"] }, { seeds: ["a:7000"] }],
  [{ seeds: ["db-1.Example.com:65535"] }, { seeds: ["db-1.Example.com:65535"] }],
  [{ seeds: ["10.0.0.1:7000"] }, { seeds: ["10.0.0.1:7000"] }],
  [{ seeds: ["[::1]"] }, { seeds: ["[::1]:6379"] }],
  [{ seeds: ["[2001:db8::7]:7000"] }, { seeds: ["[2001:db8::7]:7000"] }],
  [{ seeds: ["[fe80::1%eth0]:7000"] }, { seeds: ["[fe80::1%eth0]:7000"] }],
  [{ seeds: ["redis://a:7000"] }, { seeds: ["a:7000"] }],
  [{ seeds: ["valkey://a/"] }, { seeds: ["a:6379"] }],
  [{ seeds: ["redis+cluster://a:7000"] }, { seeds: ["a:7000"] }],
  [{ seeds: ["redis://[::1]:7000"] }, { seeds: ["[::1]:7000"] }],
  [{ seeds: [new URL("redis://a:7000")] }, { seeds: ["a:7000"] }],
  [{ seeds: [{ host: "::1", port: 7000 }] }, { seeds: ["[::1]:7000"] }],
  // Several, in their order; a seed that asks for TLS asks for all.
  [{ seeds: ["a", { host: "b", port: 1 }, "redis://c:2", new URL("valkey://d")] }, {
    seeds: ["a:6379", "b:1", "c:2", "d:6379"],
  }],
  [{ seeds: ["rediss://a:7000", "b"] }, { seeds: ["a:7000", "b:6379"] }, { tls: {} }],
  [{ seeds: ["a", "valkeys+cluster://b"] }, { seeds: ["a:6379", "b:6379"] }, { tls: {} }],
  [{ seeds: ["rediss://a"], tls: { serverName: "b" } }, { seeds: ["a:6379"] }, { tls: { serverName: "b" } }],
  [{ seeds: ["rediss://a"], tls: false }, { seeds: ["a:6379"] }],
  [{ url: "redis://x?tls=false", seeds: ["rediss://a"] }, { seeds: ["a:6379"] }, { tls: {} }],
  [{ seeds: ["redis://a"], tls: true }, { seeds: ["a:6379"] }, { tls: {} }],
  // Host and port are a seed before the others.
  [{ host: "a", seeds: ["b"] }, { seeds: ["a:6379", "b:6379"] }],
  [{ host: "a", port: 7000, seeds: ["b"] }, { seeds: ["a:7000", "b:6379"] }],
  // The rest.
  [{ seeds: ["a"], username: "ann", password: "secret", database: 3, clientName: "app", timeoutMs: 7 }, {
    seeds: ["a:6379"],
  }, { username: "ann", password: "secret", database: 3, clientName: "app", timeoutMs: 7 }],
  ...(["primary", "primaryPreferred", "replica", "replicaPreferred", "any"] as const).map((
    readFrom,
  ): [Given, Cluster] => [{ seeds: ["a"], readFrom }, { seeds: ["a:6379"], readFrom }]),
  ...(["random", "roundRobin", "lowestLatency", { zone: "eu-1a" }] as const).map((selector): [Given, Cluster] => [
    { seeds: ["a"], selector },
    { seeds: ["a:6379"], selector },
  ]),
  [{ seeds: ["a"], maxReplicaLagBytes: 0, topologyRefreshMs: 0, maxRedirects: 0, connectAllNodes: true }, {
    seeds: ["a:6379"],
    maxReplicaLagBytes: 0,
    topologyRefreshMs: 0,
    maxRedirects: 0,
    connectAllNodes: true,
  }],
  [{ seeds: ["a"], readFrom: undefined, selector: undefined, addressMap: undefined, followRedirects: false }, {
    seeds: ["a:6379"],
  }],
  // URLs.
  ["redis+cluster://", { seeds: ["127.0.0.1:6379"] }],
  ["redis+cluster://a", { seeds: ["a:6379"] }],
  ["valkey+cluster://a:7000", { seeds: ["a:7000"] }],
  ["REDIS+CLUSTER://a:7000,b", { seeds: ["a:7000", "b:6379"] }],
  ["rediss+cluster://a", { seeds: ["a:6379"] }, { tls: {} }],
  ["valkeys+cluster://a,b?serverName=c", { seeds: ["a:6379", "b:6379"] }, { tls: { serverName: "c" } }],
  ["redis+cluster://a,b,c", { seeds: ["a:6379", "b:6379", "c:6379"] }],
  ["redis+cluster://a,b,c/3", { seeds: ["a:6379", "b:6379", "c:6379"] }, { database: 3 }],
  ["redis+cluster://a:7000,b:7001,c/0", { seeds: ["a:7000", "b:7001", "c:6379"] }, { database: 0 }],
  ["redis+cluster://a,b:7001?timeoutMs=7", { seeds: ["a:6379", "b:7001"] }, { timeoutMs: 7 }],
  ["redis+cluster://[::1]:7000,[2001:db8::7],10.0.0.1:7", {
    seeds: ["[::1]:7000", "[2001:db8::7]:6379", "10.0.0.1:7"],
  }],
  ["redis+cluster://my%5fhost,b", { seeds: ["my_host:6379", "b:6379"] }],
  [" redis+cluster://a:1,b:2\n", { seeds: ["a:1", "b:2"] }],
  [new URL("redis+cluster://a:7000"), { seeds: ["a:7000"] }],
  [new URL("redis+cluster://:secret@a,b:7001/3"), { seeds: ["a:6379", "b:7001"] }, { password: "secret", database: 3 }],
  ["redis+cluster://ann:secret@a:7000,b:7001", { seeds: ["a:7000", "b:7001"] }, {
    username: "ann",
    password: "secret",
  }],
  ["redis+cluster://:a,b%40c:d@a:7000,b", { seeds: ["a:7000", "b:6379"] }, { password: "a,b@c:d" }],
  ["redis+cluster://user:pw@host:7000/0?readFrom=replica&seeds=host2:7001,host3", {
    seeds: ["host:7000", "host2:7001", "host3:6379"],
    readFrom: "replica",
  }, { username: "user", password: "pw", database: 0 }],
  ["redis://?seeds=a,[::1]:7000", { seeds: ["a:6379", "[::1]:7000"] }],
  ["redis+cluster://?seeds=a&seeds=b", { seeds: ["a:6379", "b:6379"] }],
  ["redis+cluster://?seeds=rediss://a,b", { seeds: ["a:6379", "b:6379"] }, { tls: {} }],
  ["redis://a:7000?seeds=b", { seeds: ["a:7000", "b:6379"] }],
  ["redis+cluster://?host=a&port=7000", { seeds: ["a:7000"] }],
  ["redis+cluster://a?selector=lowestLatency", { seeds: ["a:6379"], selector: "lowestLatency" }],
  ["redis+cluster://a?selector.zone=eu-1a", { seeds: ["a:6379"], selector: { zone: "eu-1a" } }],
  ["redis+cluster://a?selector.zone=1", { seeds: ["a:6379"], selector: { zone: "1" } }],
  ["redis+cluster://a?maxReplicaLagBytes=9&topologyRefreshMs=5&maxRedirects=3&connectAllNodes=true", {
    seeds: ["a:6379"],
    maxReplicaLagBytes: 9,
    topologyRefreshMs: 5,
    maxRedirects: 3,
    connectAllNodes: true,
  }],
  // What stands beside the URL decides where to ask; the rest of the URL holds.
  [{ url: "redis+cluster://:secret@a:7000,b?readFrom=any", seeds: ["c"] }, { seeds: ["c:6379"], readFrom: "any" }, {
    password: "secret",
  }],
  [{ url: "redis+cluster://a:7000,b", host: "c" }, { seeds: ["c:6379"] }],
  [{ url: "redis://:secret@a:7000", seeds: ["b"] }, { seeds: ["b:6379"] }, { password: "secret" }],
  [{ url: "redis+cluster://a:7000", host: "b", port: 7001 }, { seeds: ["b:7001"] }],
  [{ url: "redis+cluster://?host=a", port: 7001 }, { seeds: ["a:7001"] }],
  [{ url: "redis+cluster://", port: 7001 }, { seeds: ["127.0.0.1:7001"] }],
  [{ url: "rediss://a", seeds: ["b"] }, { seeds: ["b:6379"] }, { tls: {} }],
  [{ url: "redis+cluster://a?readFrom=any&selector=random", readFrom: "replica" }, {
    seeds: ["a:6379"],
    readFrom: "replica",
    selector: "random",
  }],
  [{ url: "redis+cluster://a", seeds: undefined, host: undefined }, { seeds: ["a:6379"] }],
];

const wholes = ["", "5", -1, 1.5, NaN, Infinity, null, [], {}, true, 5n];
const forCluster = (options: object): object => ({ seeds: ["a"], ...options });

/** What is wrong, by the option that the error has to name. */
export const badRows: readonly [option: string, given: unknown][] = [
  ...["a", "a,b", 1, null, {}, true, [], new Set(["a"])].map((seeds): [string, unknown] => ["seeds", { seeds }]),
  ...[
    "",
    " a",
    "a b",
    "a,b",
    "a:",
    ":7000",
    "a:0",
    "a:65536",
    "a:port",
    "a:7000:1",
    "::1",
    "[]",
    "[a]",
    "[::1",
    "[::1]7000",
    "secret@a",
    "user:secret@a:7000",
    "a/0",
    "/run/redis.sock",
    "http://a",
    "://a",
    "redis://",
    "redis://a:0",
    "redis://a,b",
    "redis://a:secret",
    "redis+unix:///run/redis.sock",
    "redis://secret@a",
    "redis://:secret@a",
    "redis://a/0",
    "redis://a?password=secret",
    "redis://a#secret",
    new URL("redis://:secret@a"),
    1,
    null,
    ["a"],
  ].map((seed): [string, unknown] => ["seeds[1]", { seeds: ["a", seed] }]),
  ["seeds[0].port", { seeds: [{ host: "a" }] }],
  ["seeds[0].port", { seeds: [{ host: "a", port: "7000" }] }],
  ["seeds[0].host", { seeds: [{ port: 7000 }] }],
  ["seeds[0].host", { seeds: [{ host: undefined, port: 7000 }] }],
  ["seeds[0].password", { seeds: [{ host: "a", port: 7000, password: "secret" }] }],
  ["port", { port: 7000, seeds: ["a"] }],
  ["port", { url: "redis+cluster://?port=7000&seeds=a" }],
  ["port", { url: "redis+cluster://a:7000", port: 7001 }],
  ["path", { seeds: ["a"], path: "/run/redis.sock" }],
  ["path", "redis+cluster://a?path=/run/redis.sock"],
  ["path", { url: "redis+unix:///run/redis.sock", seeds: ["a"] }],
  ["followRedirects", { seeds: ["a"], followRedirects: true }],
  ...["Primary", "master", "", 1, null, true, []].map((
    readFrom,
  ): [string, unknown] => ["readFrom", forCluster({ readFrom })]),
  ...["Random", "zone", "", 1, null, true, ["random"]].map((
    selector,
  ): [string, unknown] => ["selector", forCluster({ selector })]),
  ...[{}, { zone: "" }, { zone: 1 }, { zone: undefined }].map((
    selector,
  ): [string, unknown] => ["selector.zone", forCluster({ selector })]),
  ["selector.nosuch", forCluster({ selector: { nosuch: 1 } })],
  ...["maxReplicaLagBytes", "topologyRefreshMs", "maxRedirects"].flatMap((name) =>
    wholes.map((value): [string, unknown] => [name, forCluster({ [name]: value })])
  ),
  ["topologyRefreshMs", forCluster({ topologyRefreshMs: 2_147_483_648 })],
  ["maxRedirects", forCluster({ maxRedirects: 1_001 })],
  ...["true", 1, null].map((value): [string, unknown] => ["connectAllNodes", forCluster({ connectAllNodes: value })]),
  ...["a", 1, null, true, ["a"]].map((addressMap): [string, unknown] => ["addressMap", forCluster({ addressMap })]),
  ...["::1", "a:0", "a:7000:1", "", "redis://a"].map((from): [string, unknown] => [
    `addressMap.${from}`,
    forCluster({ addressMap: { [from]: "b" } }),
  ]),
  ["addressMap", forCluster({ addressMap: { "redis://:secret@a": "b" } })],
  ...["", ":7000", "secret@b", "redis://b", 7000, null, { host: "b" }].map((to): [string, unknown] => [
    "addressMap.10.0.0.1:7000",
    forCluster({ addressMap: { "10.0.0.1:7000": to } }),
  ]),
  // URLs.
  ...[
    "redis+cluster:///a",
    "redis+cluster://:secret@",
    "redis+cluster://:secret@:7000",
    "redis+cluster://:secret@,b",
    "redis+cluster://:secret@a,",
    "redis+cluster://:secret@a,,b",
    "redis+cluster://:secret@a:1,:2",
    "redis+cluster://:secret@a:99999,b",
    "redis+cluster://:secret@a,b:port",
    "redis+cluster://:secret@a,b c",
    "redis+cluster://:secret@::1,b",
    "redis+cluster://:secret@a,[::1",
    "redis+cluster://:12#secret@a,b",
    "redis+cluster://:1/secret@a,b",
    "redis+cluster://:sec@ret@a,b",
    "redis+cluster://ann:secret@a,bob:secret@b",
    "redis+cluster://:secret@a,b%ff",
    "redis+cluster://:secret@a,b/name",
    "redis+cluster://:secret@a?addressMap=secret",
    "redis+cluster://:secret@a?nosuch=secret",
    "redis+unix+cluster:///run/redis.sock",
    "redis+clusters://a,b",
    "rediss+unix:///run/redis.sock",
    "http+cluster://a,b",
  ].map((url): [string, unknown] => ["url", url]),
  ["seeds[1].port", "redis+cluster://:secret@a,b:0"],
  ["seeds[1]", "redis+cluster://:secret@a?seeds="],
  ["seeds[2]", "redis+cluster://:secret@a?seeds=b,:secret@c"],
  ["readFrom", "redis+cluster://:secret@a?readFrom=secret"],
  ["selector", "redis+cluster://:secret@a?selector=secret"],
  ["selector.nosuch", "redis+cluster://a?selector.nosuch=1"],
  ["addressMap.a:7000", "redis+cluster://a?addressMap.a:7000=:secret@b"],
  ["maxRedirects", "redis+cluster://a?maxRedirects=many"],
  ["connectAllNodes", "redis+cluster://a?connectAllNodes=1"],
  // What is for a cluster, where there is none.
  ...Object.entries({
    readFrom: "replica",
    selector: "random",
    maxReplicaLagBytes: 5,
    topologyRefreshMs: 0,
    addressMap: { a: "b" },
    maxRedirects: 16,
    connectAllNodes: false,
  }).map(([name, value]): [string, unknown] => [name, { url: "redis://:secret@a", [name]: value }]),
  ["readFrom", "redis://:secret@a?readFrom=primary"],
];

/** Address maps, with what some addresses come to by each. */
export const mapRows: readonly [name: string, given: Given, addresses: [from: string, to: string][]][] = [
  ["that is absent changes nothing", { seeds: ["a"] }, [["a:7000", "a:7000"], ["[::1]:7000", "[::1]:7000"]]],
  ["gives one address for another", { seeds: ["a"], addressMap: { "10.0.0.1:7000": "203.0.113.5:17000" } }, [
    ["10.0.0.1:7000", "203.0.113.5:17000"],
    ["10.0.0.1:7001", "10.0.0.1:7001"],
    ["10.0.0.11:7000", "10.0.0.11:7000"],
  ]],
  ["of hosts keeps the ports", { seeds: ["a"], addressMap: { "10.0.0.1": "db.example.com" } }, [
    ["10.0.0.1:7000", "db.example.com:7000"],
    ["10.0.0.1:7001", "db.example.com:7001"],
  ]],
  ["of a host to an address gives its port", { seeds: ["a"], addressMap: { "10.0.0.1": "b:1" } }, [
    ["10.0.0.1:7000", "b:1"],
  ]],
  ["of an address to a host keeps the port", { seeds: ["a"], addressMap: { "10.0.0.1:7000": "b" } }, [
    ["10.0.0.1:7000", "b:7000"],
  ]],
  ["asks for the address before the host", { seeds: ["a"], addressMap: { a: "b", "a:7000": "c:1" } }, [
    ["a:7000", "c:1"],
    ["a:7001", "b:7001"],
  ]],
  ["does not go on from what it gave", { seeds: ["a"], addressMap: { a: "b", b: "a" } }, [
    ["a:1", "b:1"],
    ["b:1", "a:1"],
  ]],
  ["takes IPv6 in brackets", { seeds: ["a"], addressMap: { "[fd00::1]:7000": "[::1]:1", "[fd00::2]": "b" } }, [
    ["[fd00::1]:7000", "[::1]:1"],
    ["[fd00::2]:7000", "b:7000"],
  ]],
  ["does not mind the case of host names", { seeds: ["a"], addressMap: { "DB.example.com": "b" } }, [
    ["db.Example.com:7000", "b:7000"],
  ]],
  ["has no names but those that were given", { seeds: ["a"], addressMap: {} }, [
    ["constructor:1", "constructor:1"],
    ["__proto__:1", "__proto__:1"],
  ]],
  [
    "can stand in a URL",
    "redis+cluster://a?addressMap.10.0.0.1:7000=203.0.113.5:7000&addressMap.[::1]=b",
    [["10.0.0.1:7000", "203.0.113.5:7000"], ["[::1]:7", "b:7"]],
  ],
  [
    "beside a URL wins, name by name",
    { url: "redis+cluster://a?addressMap.a=b&addressMap.c=d&addressMap.e=f", addressMap: { a: "z", e: undefined! } },
    [["a:1", "z:1"], ["c:1", "d:1"], ["e:1", "e:1"]],
  ],
];
