/**
 * Files of profiles and what they come to: options, or the message of an error.
 *
 * @module
 */
import type { ConnectOptions } from "../../src/connect_options.ts";

/** The variables that all rows have. */
export const variables = {
  PASSWORD: "se:c#r${e}t",
  DIGITS: "123456",
  PORT: "7000",
  EMPTY: "",
  YES: "true",
  NO: "false",
  WAIT: "5s",
  TARGET: "good",
  NOWHERE: "hunter2",
};

/** The options of the profile `p`. */
export type Good = readonly [name: string, text: string, options: ConnectOptions];

/** The options of one profile, by what stands in it. */
function of(...lines: string[]): string {
  return ["profiles:", "  p:", ...lines.map((line) => `    ${line}`)].join("\n");
}

export const goodRows: readonly Good[] = [
  [
    "texts, numbers, flags and groups",
    of("host: db", "port: 7000", "tls: { serverName: a.b, insecureSkipVerify: false }"),
    {
      host: "db",
      port: 7000,
      tls: { serverName: "a.b", insecureSkipVerify: false },
    },
  ],
  [
    "what keeps a connection alive",
    of(
      "timeoutMs: 3s",
      "retry: { attempts: 3, capMs: 1s, ceiling: readOnly }",
      "reconnect: { attempts: .inf, factor: 1.5 }",
      "enableOfflineQueue: ${NO}",
      "maxQueuedBytes: 64mb",
      "connections: 2",
      "pool:",
      "  min: 1",
      "  max: ${EMPTY:-8}",
      "  acquireTimeoutMs: ${WAIT}",
    ),
    {
      timeoutMs: 3_000,
      retry: { attempts: 3, capMs: 1_000, ceiling: "readOnly" },
      reconnect: { attempts: Infinity, factor: 1.5 },
      enableOfflineQueue: false,
      maxQueuedBytes: 67_108_864,
      connections: 2,
      pool: { min: 1, max: 8, acquireTimeoutMs: 5_000 },
    },
  ],
  [
    "a cluster",
    of(
      "seeds: [ 10.0.0.1:7000, '${TARGET}:${PORT}', '[::1]:7001', { host: db, port: 7002 } ]",
      "readFrom: replica",
      "selector: { zone: eu-1a }",
      "maxReplicaLagBytes: 1mb",
      "topologyRefreshMs: 1m",
      "connectAllNodes: ${YES}",
      "addressMap:",
      "  10.0.0.1:7000: 203.0.113.5:${PORT}",
      "  10.0.0.2: db.example.com",
      "tls: { insecureSkipVerify: true }",
    ),
    {
      seeds: ["10.0.0.1:7000", "good:7000", "[::1]:7001", { host: "db", port: 7002 }],
      readFrom: "replica",
      selector: { zone: "eu-1a" },
      maxReplicaLagBytes: 1_048_576,
      topologyRefreshMs: 60_000,
      connectAllNodes: true,
      addressMap: { "10.0.0.1:7000": "203.0.113.5:7000", "10.0.0.2": "db.example.com" },
      tls: { insecureSkipVerify: true },
    },
  ],
  [
    "a cluster in JSON",
    JSON.stringify({
      profiles: {
        p: {
          seeds: ["a:7000", "redis://b:7001"],
          readFrom: "any",
          selector: { zone: "${PORT}" },
          addressMap: { "a:7000": "b:7000" },
          tls: { insecureSkipVerify: true },
        },
      },
    }),
    {
      seeds: ["a:7000", "redis://b:7001"],
      readFrom: "any",
      selector: { zone: "7000" },
      addressMap: { "a:7000": "b:7000" },
      tls: { insecureSkipVerify: true },
    },
  ],
  ["a cluster's URL", of("url: redis+cluster://a:7000,b:${PORT}", "selector: random", "insecureSkipVerify: true"), {
    url: "redis+cluster://a:7000,b:7000",
    selector: "random",
    tls: { insecureSkipVerify: true },
  }],
  [
    "seeds of another profile, replaced, and its address map, merged",
    "profiles:\n  b: { seeds: [a, b], addressMap: { c: d } }\n  p: { extends: b, seeds: [z], addressMap: { e: f } }",
    { seeds: ["z"], addressMap: { c: "d", e: "f" } },
  ],
  ["reconnect: false from a variable", of("reconnect: ${NO}"), { reconnect: false }],
  ["an empty profile", of("{}"), {}],
  ["a URL", of("url: rediss://db:7000/2"), { url: "rediss://db:7000/2" }],
  [
    "JSON",
    '{"profiles": {"p": {"port": 7000, "clientName": "a\\u00e9"\n,\t"host": "\\/db"}}}'.replace("\\u00e9", "b"),
    {
      port: 7000,
      clientName: "ab",
      host: "/db",
    },
  ],
  ["JSON that tabs indent", '{\n\t"profiles": {\n\t\t"p": {\n\t\t\t"port": 1\n\t\t}\n\t}\n}\n', { port: 1 }],
  ["a byte order mark and CRLF", "\ufeffprofiles:\r\n  p:\r\n    port: 1\r\n", { port: 1 }],
  ["yes and on as text", of("username: yes", "password: on"), { username: "yes", password: "on" }],
  ["several lines", of("tls:", "  ca: |", "    A", "    B", "  key: k"), { tls: { ca: "A\nB\n", key: "k" } }],
  ["a list", of("tls:", "  ca:", "    - a", "    - ${PORT}"), { tls: { ca: ["a", "7000"] } }],
  ["anchors", "profiles:\n  o: { limits: &l { depth: 3 } }\n  p: { limits: *l }", { limits: { depth: 3 } }],

  ["milliseconds", of("connectTimeoutMs: 250ms"), { connectTimeoutMs: 250 }],
  ["seconds", of("connectTimeoutMs: 5s", "keepAliveMs: 0s"), { connectTimeoutMs: 5_000, keepAliveMs: 0 }],
  ["minutes and hours", of("connectTimeoutMs: 2m", "closeTimeoutMs: 1h"), {
    connectTimeoutMs: 120_000,
    closeTimeoutMs: 3_600_000,
  }],
  ["sizes", of("limits: { bulkLength: 64mb, replyLength: 2GB, lineLength: 64kb, depth: 9b }"), {
    limits: { bulkLength: 67_108_864, replyLength: 2_147_483_648, lineLength: 65_536, depth: 9 },
  }],
  ["units only where they belong", of("clientName: 5s", "password: 64mb"), { clientName: "5s", password: "64mb" }],

  ["a variable", of("password: ${PASSWORD}"), { password: "se:c#r${e}t" }],
  ["a variable of digits as a password", of("password: ${DIGITS}"), { password: "123456" }],
  ["a variable of true as a name", of("username: ${YES}"), { username: "true" }],
  ["a variable as a number", of("port: ${PORT}", 'database: "${PORT}"'), { port: 7000, database: 7000 }],
  ["a variable as true and false", of("tls:", "  insecureSkipVerify: ${YES}"), { tls: { insecureSkipVerify: true } }],
  ["a variable for a group that may be false", of("tls: ${NO}"), { tls: false }],
  ["a variable with a unit", of("connectTimeoutMs: ${WAIT}"), { connectTimeoutMs: 5_000 }],
  ["a variable before a unit", of("connectTimeoutMs: ${PORT}ms"), { connectTimeoutMs: 7_000 }],
  ["variables within a text", of("clientName: a-${PORT}-${DIGITS}"), { clientName: "a-7000-123456" }],
  ["a variable in a URL", of("url: redis://db:${PORT}"), { url: "redis://db:7000" }],
  ["a default of a variable", of("port: ${UNSET:-7001}", "host: ${EMPTY:-db}"), { port: 7001, host: "db" }],
  ["an empty default", of("password: ${UNSET:-}"), { password: "" }],
  ["an empty variable", of("password: ${EMPTY}"), { password: "" }],
  ["a default that is not wanted", of("port: ${PORT:-1}"), { port: 7000 }],
  ["the sign of a variable", of("password: a$${PORT}$b$", "username: $$${PORT}"), {
    password: "a${PORT}$b$",
    username: "$${PORT}",
  }],
  ["an unset variable of another profile", `${of("port: 1")}\n  q:\n    password: \${UNSET}`, { port: 1 }],

  [
    "what another profile says",
    "profiles:\n  b: { host: db, port: 1 }\n  p: { extends: b, port: 2 }",
    { host: "db", port: 2 },
  ],
  [
    "groups of another profile, merged",
    "profiles:\n  b: { limits: { depth: 3, lineLength: 4 } }\n  p: { extends: b, limits: { depth: 5 } }",
    { limits: { depth: 5, lineLength: 4 } },
  ],
  [
    "several profiles, the last over the first",
    "profiles:\n  a: { host: a, port: 1 }\n  b: { host: b }\n  p: { extends: [a, b] }",
    { host: "b", port: 1 },
  ],
  [
    "a profile twice over",
    "profiles:\n  a: { port: 1 }\n  b: { extends: a }\n  c: { extends: a, host: c }\n  p: { extends: [b, c] }",
    { host: "c", port: 1 },
  ],
  [
    "lists of another profile, replaced",
    "profiles:\n  b: { tls: { ca: [a, b] } }\n  p: { extends: b, tls: { ca: [c] } }",
    { tls: { ca: ["c"] } },
  ],
  ["a name from a variable", `profiles:\n  good: { port: 1 }\n  p: { extends: "\${TARGET}" }`, { port: 1 }],
  [
    "a variable that is not set, where another value stands over it",
    "profiles:\n  b: { password: '${UNSET}' }\n  p: { extends: b, password: a }",
    { password: "a" },
  ],
  [
    "tls: true over a group keeps it",
    "profiles:\n  b: { tls: { ca: a } }\n  p: { extends: b, tls: true }",
    { tls: { ca: "a" } },
  ],
  ["tls: false over a group", "profiles:\n  b: { tls: { ca: a } }\n  p: { extends: b, tls: false }", { tls: false }],

  ["insecureSkipVerify at the top", of("insecureSkipVerify: true"), { tls: { insecureSkipVerify: true } }],
  ["insecureSkipVerify beside tls: true", of("insecureSkipVerify: true", "tls: true"), {
    tls: { insecureSkipVerify: true },
  }],
  ["insecureSkipVerify beside a group", of("insecureSkipVerify: true", "tls: { ca: a }"), {
    tls: { ca: "a", insecureSkipVerify: true },
  }],
  ["insecureSkipVerify from a variable", of("insecureSkipVerify: ${YES}", "tls: ${YES}"), {
    tls: { insecureSkipVerify: true },
  }],
  ["insecureSkipVerify beside tls: false", of("insecureSkipVerify: true", "tls: ${NO}"), { tls: false }],
  [
    "insecureSkipVerify at the top over that of a group",
    "profiles:\n  b: { tls: { ca: a, insecureSkipVerify: true } }\n  p: { extends: b, insecureSkipVerify: false }",
    { tls: { ca: "a", insecureSkipVerify: false } },
  ],
  [
    "insecureSkipVerify of a group over that at the top",
    "profiles:\n  b: { insecureSkipVerify: true }\n  p: { extends: b, tls: { insecureSkipVerify: false } }",
    { tls: { insecureSkipVerify: false } },
  ],
];

/** What is wrong, and all of the message after `Cannot use the `. */
export type Bad = readonly [text: string, message: string];

const P = 'profile "p"';
const READ_FROM = "primary, primaryPreferred, replica, replicaPreferred or any";
const ADDRESS = '"host:port", "host", "[IPv6]:port" or "[IPv6]"';

export const badRows: readonly Bad[] = [
  ["", 'profiles (f.yaml:1): it must be a map with "profiles"'],
  ["- a", 'profiles (f.yaml:1): it must be a map with "profiles"'],
  ["default: p", "profiles (f.yaml:1, profiles): it must be a map of profiles by name"],
  ["default: p\nprofiles: a", "profiles (f.yaml:2, profiles): it must be a map of profiles by name"],
  ["profiles: {}\np: {}", 'profiles (f.yaml:2, p): a file of profiles has "profiles" and "default" alone'],
  ["profiles: {}", `${P} (f.yaml): there is no profile of that name`],
  ["profiles:\n  q: {}\n  r: {}", `${P} (f.yaml): there is no profile of that name, but "q", "r"`],
  ["profiles:\n  p:", `${P} (f.yaml:2): it must be a map of options`],
  ["profiles:\n  q: [a]\n  p: { extends: q }", 'profile "q" (f.yaml:2): it must be a map of options'],

  [of("host: db", "prot: 1"), `${P} (f.yaml:4, prot): there is none of that name`],
  [of("tls:", "  servername: a"), `${P} (f.yaml:4, tls.servername): there is none of that name`],
  [of('".": a'), `${P} (f.yaml:3, .): there is none of that name`],
  [of("tls.ca: a"), `${P} (f.yaml:3, tls.ca): there is none of that name`],
  [of("<<: { port: 1 }"), `${P} (f.yaml:3, <<): there is none of that name`],
  [of("__proto__: { port: 1 }"), `${P} (f.yaml:3, __proto__): there is none of that name`],
  [of("host: db", "port: 70000"), `${P} (f.yaml:4, port): it must be a whole number from 1 to 65535`],
  [of('port: "7000"'), `${P} (f.yaml:3, port): it must be a whole number from 1 to 65535`],
  [of("password: 123456"), `${P} (f.yaml:3, password): it must be a string`],
  [of("password:"), `${P} (f.yaml:3, password): it must be a string`],
  [of("tls:", "  insecureSkipVerify: yes"), `${P} (f.yaml:4, tls.insecureSkipVerify): it must be true or false`],
  [of("insecureSkipVerify: 1"), `${P} (f.yaml:3, tls.insecureSkipVerify): it must be true or false`],
  [
    of("tls: false", "insecureSkipVerify: 1"),
    `${P} (f.yaml:4, tls.insecureSkipVerify): it must be true or false`,
  ],
  [of("tls:", "insecureSkipVerify: true"), `${P} (f.yaml:3, tls): it must be an object`],
  [
    of("insecureSkipVerify: true", "tls:", "  insecureSkipVerify: true"),
    `${P} (f.yaml:5, tls.insecureSkipVerify): it stands at the top of the profile too`,
  ],
  [
    of("connectTimeoutMs: 5 s"),
    `${P} (f.yaml:3, connectTimeoutMs): it must be a whole number from 1 to 2147483647, or text such as 5s`,
  ],
  [
    of("connectTimeoutMs: 5M"),
    `${P} (f.yaml:3, connectTimeoutMs): it must be a whole number from 1 to 2147483647, or text such as 5s`,
  ],
  [
    of("connectTimeoutMs: 999999h"),
    `${P} (f.yaml:3, connectTimeoutMs): it must be a whole number from 1 to 2147483647, or text such as 5s`,
  ],
  [
    of("limits:", "  lineLength: 1tb"),
    `${P} (f.yaml:4, limits.lineLength): it must be a whole number from 1 to 9007199254740991, or text such as 64mb`,
  ],
  [
    of("onPush: log"),
    `${P} (f.yaml:3, onPush): it cannot be written in a file: give it in code, beside what the profile says`,
  ],
  ...["platform", "clock", "signal", "credentials", "onConnect", "random"].map((name): Bad => [
    of(`${name}: {}`),
    `${P} (f.yaml:3, ${name}): it cannot be written in a file: give it in code, beside what the profile says`,
  ]),
  [
    of("reconnect:", "  delayMs: 5s"),
    `${P} (f.yaml:4, reconnect.delayMs): it cannot be written in a file: give it in code, beside what the profile says`,
  ],
  [of("pool:", "  max: 0"), `${P} (f.yaml:4, pool.max): it must be a whole number from 1 to 9007199254740991`],
  [
    of("url: http://db"),
    `${P} (f.yaml:3, url): its scheme must be redis, rediss, valkey, valkeys, one of these with +cluster, redis+unix or valkey+unix`,
  ],
  [
    of("port: 1", "url: redis://db?port=0"),
    `${P} (f.yaml:4, url): its option port: it must be a whole number from 1 to 65535`,
  ],
  [
    of("url: redis://db?pool.max=3", "pool:", "  min: 4"),
    `${P} (f.yaml:5, pool.min): it must not be more than pool.max`,
  ],
  [
    of("url: redis://db?pool.min=4", "pool: { max: 3 }"),
    `${P} (f.yaml:3, url): its option pool.min: it must not be more than pool.max`,
  ],

  [
    of("seeds:", "  - a:7000", "  - redis://:hunter2@b"),
    `${P} (f.yaml:5, seeds[1]): its URL must be a scheme, a host and a port alone: the rest is said once for all nodes, ` +
    "by options",
  ],
  [
    of("seeds:", "  - a", "  - host: b", "    port: ${YES}"),
    `${P} (f.yaml:6, seeds[1].port): it must be a whole number from 1 to 65535`,
  ],
  [of("seeds: [a]", "readFrom: secondary"), `${P} (f.yaml:4, readFrom): it must be ${READ_FROM}`],
  [of("seeds: [a]", "selector:", "  zone: 1"), `${P} (f.yaml:5, selector.zone): it must be a string that is not empty`],
  [
    of("seeds: [a]", "addressMap:", "  10.0.0.1: b", "  10.0.0.1:7000: 7001"),
    `${P} (f.yaml:6, addressMap.10.0.0.1:7000): it must be ${ADDRESS}`,
  ],
  [
    of("seeds: [a]", "addressMap:", "  '[::1]:7000': '${NOWHERE}:x'"),
    `${P} (f.yaml:5, addressMap.[::1]:7000): it must be ${ADDRESS}`,
  ],
  [
    of("seeds: [a]", "addressMap:", "  a: b", "  ::1: b"),
    `${P} (f.yaml:6, addressMap.::1): its name must be ${ADDRESS}`,
  ],
  [of("seeds: [a]", "path: /run/redis.sock"), `${P} (f.yaml:4, path): a cluster cannot be reached over a unix socket`],
  [
    of("host: a", "readFrom: replica"),
    `${P} (f.yaml:4, readFrom): it is for a cluster: give seeds too, or a URL such as redis+cluster://host:7000`,
  ],
  [
    of("url: redis+cluster://:hunter2@a:7000,,b"),
    `${P} (f.yaml:3, url): it has a comma without a host on both sides`,
  ],
  [
    of("url: redis+cluster://:hunter2@a?selector=nearest"),
    `${P} (f.yaml:3, url): its option selector: it must be random, roundRobin, lowestLatency, an object with zone, or a ` +
    "function",
  ],

  [
    of("url: redis+cluster://a?maxRedirects=many", "readFrom: any"),
    `${P} (f.yaml:3, url): its option maxRedirects: it must be a whole number from 0 to 1000`,
  ],
  [
    of("url: redis+cluster://a", "path: /run/redis.sock"),
    `${P} (f.yaml:4, path): a cluster cannot be reached over a unix socket`,
  ],

  [of("password: ${UNSET}"), `${P} (f.yaml:3, password): the environment variable UNSET is not set`],
  [
    of("tls:", "  ca:", "    - a", "    - ${UNSET}"),
    `${P} (f.yaml:6, tls.ca.1): the environment variable UNSET is not set`,
  ],
  [of("password: ${constructor}"), `${P} (f.yaml:3, password): the environment variable constructor is not set`],
  ...["${", "${}", "${1}", "${A", "${A:+b}", "${A-b}"].map((text): Bad => [
    of(`password: '${text}'`),
    `${P} (f.yaml:3, password): it holds \${ without a name and }, which is to be written as $\${`,
  ]),
  [of("port: ${PASSWORD}"), `${P} (f.yaml:3, port): it must be a whole number from 1 to 65535`],
  [of("port: ${DIGITS}"), `${P} (f.yaml:3, port): it must be a whole number from 1 to 65535`],

  [of("extends: q"), `${P} (f.yaml:3, extends): there is no profile of that name, but "p"`],
  [of("extends: ${NOWHERE}"), `${P} (f.yaml:3, extends): there is no profile of that name, but "p"`],
  [of("extends:", "  - p: 1"), `${P} (f.yaml:4, extends): it must be the name of a profile`],
  [of("extends: p"), `${P} (f.yaml:3, extends): it goes round: "p" extends "p"`],
  [
    "profiles:\n  p: { extends: a }\n  a: { extends: b }\n  b:\n    extends: a",
    `${P} (f.yaml:5, extends): it goes round: "p" extends "a" extends "b" extends "a"`,
  ],
  [
    "profiles:\n  base:\n    port: 0\n  p: { extends: base }",
    `${P} (f.yaml:3, port): it must be a whole number from 1 to 65535`,
  ],
];

/** Texts that are no YAML for a file of profiles; a secret is near the fault of each. */
export const unreadableRows: readonly Bad[] = [
  [
    of("password: hunter2: 1"),
    "3): there is a map where a key or a value must be, or a text with a colon wants quotes",
  ],
  [of("password: 'hunter2"), "3): a quote, a bracket, a comma or a colon is missing"],
  [of("tls: { key: hunter2"), "3): the indentation does not fit, or a bracket is not closed"],
  [of('password: "\\hunter2"'), "3): there is no such escape after \\"],
  [of("password: @hunter2"), "3): a text begins with a character that wants quotes"],
  [of("password: !hunter2 a"), "3): there is a tag, such as !name, that is not read here"],
  [of("password: !!binary aHVudGVyMg=="), "3): there is a tag, such as !name, that is not read here"],
  [of("password: *hunter2"), "3): an alias names an anchor that is not before it"],
  [of("password: hunter2", "password: hunter2"), "4): the key is there twice"],
  [of("1: hunter2", '"1": hunter2'), "4): the key is there twice"],
  [of("? [hunter2]", ": 1"), "3): a key must be a name"],
  [of("'': hunter2"), "3): a key must be a name"],
  [of("? ", ": hunter2"), "3): a key must be a name"],
  [of("\tpassword: hunter2"), "3): a tab cannot indent"],
  [of("tls: &hunter2 [*hunter2]"), "3): an anchor is within what it names"],
  [`${of("password: hunter2")}\n---\nhunter2`, "4): there is more than one document"],
  ["profiles: [hunter2\n", "2): the indentation does not fit, or a bracket is not closed"],
  [
    of("tls: { key: ${hunter2} }"),
    "3): nothing may stand here; within brackets, a text that has brackets wants quotes",
  ],
  ["%YAML 1.1 hunter2\n---\n", "1): it is not YAML"],
];
