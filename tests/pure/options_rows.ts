/**
 * What users write and what it comes to: the tables of options and URLs.
 *
 * @module
 */
import type { ConnectOptions } from "../../src/connect_options.ts";
import type { Settings } from "../../src/options.ts";

/** What is given. */
export type Given = string | URL | ConnectOptions | undefined;

const ca = "-----BEGIN CERTIFICATE-----\nA+B/C=\n-----END CERTIFICATE-----\n";
const HOST = "db.example.com";

/** Settings that are not the default ones; of a group the fields alone that are not. */
export interface Changes extends Partial<Omit<Settings, "retry" | "reconnect" | "pool">> {
  retry?: ConnectOptions["retry"];
  reconnect?: ConnectOptions["reconnect"];
  pool?: ConnectOptions["pool"];
}

/** What is right, with the settings that it changes; `tls` and `limits` are absent unless named. */
export const goodRows: readonly [given: Given, settings: Changes][] = [
  [undefined, {}],
  [{}, {}],
  ["redis://", {}],
  ["redis://localhost", { host: "localhost" }],
  [`redis://${HOST}`, { host: HOST }],
  [`redis://${HOST}/`, { host: HOST }],
  [`redis://${HOST}:7000`, { host: HOST, port: 7000 }],
  [`redis://${HOST}:7000/3`, { host: HOST, port: 7000, database: 3 }],
  [`redis://${HOST}/0`, { host: HOST, database: 0 }],
  ["redis://127.0.0.1:6380", { port: 6380 }],
  ["redis://[::1]:7000", { host: "::1", port: 7000 }],
  ["redis://[2001:db8::7]/1", { host: "2001:db8::7", database: 1 }],
  [new URL(`redis://${HOST}:7000/3`), { host: HOST, port: 7000, database: 3 }],
  [`valkey://${HOST}`, { host: HOST }],
  [`REDIS://${HOST}`, { host: HOST }],
  [`rediss://${HOST}`, { host: HOST, tls: {} }],
  [`valkeys://${HOST}:7000`, { host: HOST, port: 7000, tls: {} }],
  [`redis://${HOST}?tls=true`, { host: HOST, tls: {} }],
  [`redis://${HOST}?tls=false`, { host: HOST }],
  ["redis://ann:secret@host", { host: "host", username: "ann", password: "secret" }],
  ["redis://:secret@host", { host: "host", password: "secret" }],
  ["redis://ann@host", { host: "host", username: "ann" }],
  ["redis://a%40n:s%2Fe%3Ac%23r%3Fe%25t%20%C3%A9@host", { host: "host", username: "a@n", password: "s/e:c#r?e%t é" }],
  ["redis://ann:se:cret@host", { host: "host", username: "ann", password: "se:cret" }],
  ["redis://host?username=ann&password=s%26t", { host: "host", username: "ann", password: "s&t" }],
  ["redis+unix:///run/redis.sock", { path: "/run/redis.sock" }],
  ["valkey+unix:///run/my%20redis.sock", { path: "/run/my redis.sock" }],
  ["redis+unix:///run/redis.sock?database=4&password=secret", {
    path: "/run/redis.sock",
    database: 4,
    password: "secret",
  }],
  ["redis://host?database=4&clientName=app&protocol=2", { host: "host", database: 4, clientName: "app", protocol: 2 }],
  ["redis://?host=other&port=7000", { host: "other", port: 7000 }],
  ["redis://?path=/run/redis.sock", { path: "/run/redis.sock" }],
  ["redis://host?connectTimeoutMs=5&closeTimeoutMs=6&keepAliveMs=0", {
    host: "host",
    connectTimeoutMs: 5,
    closeTimeoutMs: 6,
    keepAliveMs: 0,
  }],
  ["redis://host?insecureSkipVerify=true", { host: "host", tls: { insecureSkipVerify: true } }],
  ["rediss://host?insecureSkipVerify=false", { host: "host", tls: { insecureSkipVerify: false } }],
  ["rediss://10.0.0.1?serverName=db.example.com&minVersion=TLSv1.3", {
    host: "10.0.0.1",
    tls: { serverName: HOST, minVersion: "TLSv1.3" },
  }],
  [`rediss://host?ca=${encodeURIComponent(ca)}&cert=c&key=k`, { host: "host", tls: { ca, cert: "c", key: "k" } }],
  ["redis://host?depth=8&bulkLength=9&aggregateLength=10&lineLength=11&replyLength=12", {
    host: "host",
    limits: { depth: 8, bulkLength: 9, aggregateLength: 10, lineLength: 11, replyLength: 12 },
  }],
  [{ host: "host", port: 65_535, database: 2_147_483_647 }, { host: "host", port: 65_535, database: 2_147_483_647 }],
  [{ path: "/run/redis.sock" }, { path: "/run/redis.sock" }],
  [{ username: "", password: "" }, { username: "", password: "" }],
  [{ clientName: "a!~" }, { clientName: "a!~" }],
  [{ protocol: 2 }, { protocol: 2 }],
  [{ tls: true }, { tls: {} }],
  [{ tls: {} }, { tls: {} }],
  [{ tls: false }, {}],
  [{ tls: { ca: [ca, ca], cert: "c", key: "k", minVersion: "TLSv1.2" } }, {
    tls: { ca: [ca, ca], cert: "c", key: "k", minVersion: "TLSv1.2" },
  }],
  [{ limits: { depth: 10_000 } }, { limits: { depth: 10_000 } }],
  [{ connectTimeoutMs: 2_147_483_647 }, { connectTimeoutMs: 2_147_483_647 }],
  [{ host: undefined, port: undefined, password: undefined, tls: undefined, url: undefined }, {}],
  [{ url: "redis://ann:secret@host:7000/3" }, {
    host: "host",
    port: 7000,
    database: 3,
    username: "ann",
    password: "secret",
  }],
  [{ url: new URL("redis://host") }, { host: "host" }],
  [
    { url: "redis://ann:secret@host:7000/3?clientName=app", host: "other", port: 1, database: 0, password: "new" },
    { host: "other", port: 1, database: 0, username: "ann", password: "new", clientName: "app" },
  ],
  [{ url: "redis://host:7000", host: undefined, port: undefined }, { host: "host", port: 7000 }],
  [{ url: "rediss://host", tls: false }, { host: "host" }],
  [{ url: "redis://host?tls=true", tls: false }, { host: "host" }],
  [{ url: "rediss://host", tls: true }, { host: "host", tls: {} }],
  [{ url: "rediss://host?serverName=a", tls: true }, { host: "host", tls: { serverName: "a" } }],
  [{ url: "rediss://host?serverName=a&cert=c", tls: { serverName: "b" } }, {
    host: "host",
    tls: { serverName: "b", cert: "c" },
  }],
  [{ url: "rediss://host?serverName=a", tls: { serverName: undefined } }, { host: "host", tls: { serverName: "a" } }],
  [{ url: "redis://host", tls: { insecureSkipVerify: true } }, { host: "host", tls: { insecureSkipVerify: true } }],
  [{ url: "redis://host?depth=8&lineLength=9", limits: { depth: 7 } }, {
    host: "host",
    limits: { depth: 7, lineLength: 9 },
  }],
  [{ url: "redis://host?depth=8", limits: { depth: undefined } }, { host: "host", limits: { depth: 8 } }],
  ["redis://host?limits.depth=8&limits.lineLength=9&depth=7", { host: "host", limits: { depth: 7, lineLength: 9 } }],
  ["redis://host?tls.serverName=a&tls.insecureSkipVerify=true", {
    host: "host",
    tls: { serverName: "a", insecureSkipVerify: true },
  }],
  ["redis://?timeoutMs=0&watchdogMs=0&pingIntervalMs=0&connections=4", {
    timeoutMs: 0,
    watchdogMs: 0,
    pingIntervalMs: 0,
    connections: 4,
  }],
  ["redis://?enableOfflineQueue=false&maxQueued=0&maxQueuedBytes=0", {
    enableOfflineQueue: false,
    maxQueued: 0,
    maxQueuedBytes: 0,
  }],
  ["redis://?enableOfflineQueue=true", {}],
  ["redis://?reconnect=false", { reconnect: false }],
  ["redis://?reconnect=true", {}],
  ["redis://?reconnect=true&reconnect.capMs=5", { reconnect: { capMs: 5 } }],
  ["redis://?reconnect.baseMs=1&reconnect.factor=1.5&reconnect.capMs=3&reconnect.jitter=0.5&reconnect.attempts=4", {
    reconnect: { baseMs: 1, factor: 1.5, capMs: 3, jitter: 0.5, attempts: 4 },
  }],
  ["redis://?retry.attempts=3", { retry: { attempts: 3 } }],
  ["redis://?retry.baseMs=1&retry.factor=1&retry.capMs=3&retry.jitter=0&retry.attempts=1&retry.ceiling=idempotent", {
    retry: { baseMs: 1, factor: 1, capMs: 3, jitter: 0, attempts: 1, ceiling: "idempotent" },
  }],
  ["redis://?pool.min=2&pool.max=20&pool.acquireTimeoutMs=0&pool.idleTimeoutMs=1", {
    pool: { min: 2, max: 20, acquireTimeoutMs: 0, idleTimeoutMs: 1 },
  }],
  ["redis://?pool.maxLifetimeMs=0&pool.validateAfterMs=0&pool.leakAfterMs=0", {
    pool: { maxLifetimeMs: 0, validateAfterMs: 0, leakAfterMs: 0 },
  }],
  [{ timeoutMs: 0, watchdogMs: 2_147_483_647, pingIntervalMs: 1, connections: 1_000 }, {
    timeoutMs: 0,
    watchdogMs: 2_147_483_647,
    pingIntervalMs: 1,
    connections: 1_000,
  }],
  [{ enableOfflineQueue: false, maxQueued: 0, maxQueuedBytes: Number.MAX_SAFE_INTEGER }, {
    enableOfflineQueue: false,
    maxQueued: 0,
    maxQueuedBytes: Number.MAX_SAFE_INTEGER,
  }],
  [{ retry: {}, reconnect: {}, pool: {} }, {}],
  [{ retry: undefined, reconnect: undefined, pool: undefined }, {}],
  [{ reconnect: false }, { reconnect: false }],
  [{ reconnect: { attempts: Infinity, jitter: 0, factor: 1_000 } }, { reconnect: { jitter: 0, factor: 1_000 } }],
  ...(["none", "readOnly", "idempotent", "any"] as const).map((ceiling): [Given, Changes] => [{ retry: { ceiling } }, {
    retry: { ceiling },
  }]),
  // Who keeps more connections than there may be by default may have as many.
  [{ pool: { min: 25 } }, { pool: { min: 25, max: 25 } }],
  ["redis://?pool.min=25", { pool: { min: 25, max: 25 } }],
  [{ pool: { min: 5, max: 5 } }, { pool: { min: 5, max: 5 } }],
  // What stands beside the URL wins, field by field.
  [{ url: "redis://?retry.attempts=3&retry.capMs=7", retry: { attempts: 4 } }, { retry: { attempts: 4, capMs: 7 } }],
  [{ url: "redis://?reconnect.attempts=3&reconnect.capMs=7", reconnect: { attempts: 4 } }, {
    reconnect: { attempts: 4, capMs: 7 },
  }],
  [{ url: "redis://?pool.min=1&pool.max=3", pool: { max: 4, min: undefined } }, { pool: { min: 1, max: 4 } }],
  [{ url: "redis://?reconnect.attempts=3", reconnect: false }, { reconnect: false }],
  [{ url: "redis://?reconnect=false", reconnect: { attempts: 3 } }, { reconnect: { attempts: 3 } }],
  [{ url: "redis://?reconnect=false", reconnect: undefined }, { reconnect: false }],
  [{ url: "redis://?timeoutMs=1", timeoutMs: 2 }, { timeoutMs: 2 }],
];

const wholes = ["", "5", -1, 1.5, NaN, Infinity, null, [], [5], {}, true, 5n];
const texts = [5, null, [], ["a"], {}, true, Symbol("s")];

/** What is wrong, by the option that the error has to name. */
export const badRows: readonly [option: string, given: unknown][] = [
  ...[null, 5, true, [], ["redis://secret@host"], Symbol("s"), () => "redis://host"].map((
    given,
  ): [string, unknown] => ["url", given]),
  ...[null, 5, {}, [], true].map((url): [string, unknown] => ["url", { url }]),
  ...[
    "",
    "host",
    "host:6379",
    "//host",
    "/run/redis.sock",
    "http://:secret@host",
    "redis+sentinel://:secret@host",
    "redisx://:secret@host",
    "xredis://:secret@host",
    "rediss+unix:///run/redis.sock",
    "redis://:secret@host:99999",
    "redis://:secret@host:port",
    "redis://:secret@ho st",
    "redis://:secret@[::1",
    "redis://:secret@host/name",
    "redis://:secret@host/1/2",
    "redis://:secret@host/-1",
    "redis://:secret@host/1.5",
    "redis://:secret@host/1%20",
    "redis://:sec%ret@host",
    "redis://sec%ret@host",
    "redis://:12#secret@host",
    "redis://host/1#secret",
    "redis+unix:///run/%ff",
    "redis://:secret@host?secret",
    "redis://:secret@host?nosuch=secret",
    "redis://:secret@host?Database=1",
    "redis://:secret@host?onPush=secret",
    "redis://:secret@host?platform=secret",
    "redis://:secret@host?clock=secret",
    "redis://:secret@host?url=redis://secret",
    "redis://:secret@host?__proto__=secret",
    "redis://:secret@host?constructor=secret",
    "redis://:secret@host?limits=secret",
  ].map((url): [string, unknown] => ["url", url]),
  ["port", "redis://:secret@host:0"],
  ["port", "redis://host?port=secret"],
  ["port", "redis://host?port=-1"],
  ["port", "redis://host?port="],
  ["host", "redis://host?host="],
  ["path", "redis+unix://"],
  ["path", "redis+unix://host"],
  ["database", "redis://:secret@host/2147483648"],
  ["database", "redis://host?database=1.5"],
  ["database", "redis://host?database=secret"],
  ["protocol", "redis://host?protocol=4"],
  ["clientName", "redis://host?clientName=a%20secret"],
  ["connectTimeoutMs", "redis://host?connectTimeoutMs=0"],
  ["connectTimeoutMs", "redis://host?connectTimeoutMs=2147483648"],
  ["keepAliveMs", "redis://host?keepAliveMs=1e3"],
  ["tls", "redis://host?tls=1"],
  ["tls", "rediss://host?tls=secret"],
  ["tls", "redis://host?tls=secret&serverName=a"],
  ["tls.insecureSkipVerify", "rediss://host?insecureSkipVerify=1"],
  ["tls.insecureSkipVerify", "rediss://host?insecureSkipVerify="],
  ["tls.minVersion", "rediss://host?minVersion=TLSv1"],
  ["tls.serverName", "rediss://host?serverName="],
  ["limits.depth", "redis://host?depth=0"],
  ["limits.depth", "redis://host?depth=10001"],
  ["limits.bulkLength", "redis://host?bulkLength=secret"],
  ["nosuch", { nosuch: "secret" }],
  ["hosts", { url: "redis://:secret@host", hosts: undefined }],
  ["__proto__", JSON.parse('{ "__proto__": "secret" }')],
  ["toString", { toString: "secret" }],
  ...["port", "database", "connectTimeoutMs", "closeTimeoutMs", "keepAliveMs"].flatMap((name) =>
    wholes.map((value): [string, unknown] => [name, { password: "secret", [name]: value }])
  ),
  ...["host", "path", "username", "password", "clientName"].flatMap((name) =>
    texts.map((value): [string, unknown] => [name, { [name]: value }])
  ),
  ...["host", "path", "clientName"].map((name): [string, unknown] => [name, { [name]: "" }]),
  ...["two words", "é", "a\nb"].map((clientName): [string, unknown] => ["clientName", { clientName }]),
  ["port", { port: 0 }],
  ["port", { port: 65_536 }],
  ["database", { database: 2_147_483_648 }],
  ["connectTimeoutMs", { connectTimeoutMs: 0 }],
  ["closeTimeoutMs", { closeTimeoutMs: 2_147_483_648 }],
  ...[1, 4, "3", null, NaN, []].map((protocol): [string, unknown] => ["protocol", { protocol }]),
  ...[1, "true", null, [], [true], Symbol("s")].map((tls): [string, unknown] => ["tls", { tls }]),
  ["tls.nosuch", { tls: { nosuch: "secret" } }],
  ...[5, null, {}, [5], [["a"]]].map((ca): [string, unknown] => ["tls.ca", { tls: { ca } }]),
  ...["cert", "key", "serverName"].flatMap((name) =>
    texts.map((value): [string, unknown] => [`tls.${name}`, { tls: { [name]: value } }])
  ),
  ["tls.serverName", { tls: { serverName: "" } }],
  ...["TLSv1.1", 1.2, null].map((minVersion): [string, unknown] => ["tls.minVersion", { tls: { minVersion } }]),
  ...["true", 1, null].map((
    skip,
  ): [string, unknown] => ["tls.insecureSkipVerify", { tls: { insecureSkipVerify: skip } }]),
  ...[1, "a", null, [], [1], true].map((limits): [string, unknown] => ["limits", { limits }]),
  ["limits.nosuch", { limits: { nosuch: 1 } }],
  ...["depth", "bulkLength", "aggregateLength", "lineLength", "replyLength"].flatMap((name) =>
    [0, ...wholes].map((value): [string, unknown] => [`limits.${name}`, { limits: { [name]: value } }])
  ),
  ...["onPush", "onConnect", "onDisconnect", "onReconnect", "random"].flatMap((name) =>
    ["a", 1, null, {}, []].map((value): [string, unknown] => [name, { [name]: value }])
  ),
  ...["signal", "credentials", "random", "onConnect", "onDisconnect", "onReconnect", "retry", "pool"].map((
    name,
  ): [string, unknown] => ["url", `redis://:secret@host?${name}=secret`]),
  ...["timeoutMs", "maxQueued", "maxQueuedBytes", "connections", "watchdogMs", "pingIntervalMs"].flatMap((name) =>
    wholes.map((value): [string, unknown] => [name, { password: "secret", [name]: value }])
  ),
  ["connections", { connections: 0 }],
  ["connections", { connections: 1_001 }],
  ["timeoutMs", { timeoutMs: 2_147_483_648 }],
  ["timeoutMs", "redis://host?timeoutMs=5s"],
  ...["true", 1, null, {}].map((value): [string, unknown] => ["enableOfflineQueue", { enableOfflineQueue: value }]),
  ["enableOfflineQueue", "redis://host?enableOfflineQueue=1"],
  ...["true", 1, null, {}].map((value): [string, unknown] => ["followRedirects", { followRedirects: value }]),
  ["followRedirects", "redis://host?followRedirects=1"],
  ...[1, "a", null, [], {}, new AbortController()].map((signal): [string, unknown] => ["signal", { signal }]),
  ...["secret", 1, null, [], { password: "secret" }].map((credentials): [string, unknown] => [
    "credentials",
    { credentials },
  ]),
  ...[1, "a", null, [], true].flatMap((value): [string, unknown][] => [
    ["retry", { retry: value }],
    ["reconnect", { reconnect: value }],
    ["pool", { pool: value }],
  ]),
  ["reconnect", "redis://host?reconnect=secret"],
  ["retry", { retry: false }],
  ...["retry", "reconnect"].flatMap((name): [string, unknown][] => [
    [`${name}.nosuch`, { [name]: { nosuch: 1 } }],
    [`${name}.nosuch`, `redis://host?${name}.nosuch=1`],
    ...["baseMs", "capMs", "attempts"].flatMap((field) =>
      [0, ...wholes.filter((value) => field !== "attempts" || value !== Infinity)].map((value): [string, unknown] => [
        `${name}.${field}`,
        { [name]: { [field]: value } },
      ])
    ),
    ...[0.5, 1_001, NaN, "2", null].map((factor): [string, unknown] => [`${name}.factor`, { [name]: { factor } }]),
    ...[-0.1, 1.1, NaN, "1", null].map((jitter): [string, unknown] => [`${name}.jitter`, { [name]: { jitter } }]),
    [`${name}.attempts`, `redis://host?${name}.attempts=secret`],
    [`${name}.baseMs`, `redis://host?${name}.baseMs=`],
  ]),
  ["retry.attempts", { retry: { attempts: Infinity } }],
  ["retry.delayMs", { retry: { delayMs: () => 1 } }],
  ...["all", "", 1, null, true].map((ceiling): [string, unknown] => ["retry.ceiling", { retry: { ceiling } }]),
  ["retry.ceiling", "redis://host?retry.ceiling=readonly"],
  ...[1, "a", null].map((delayMs): [string, unknown] => ["reconnect.delayMs", { reconnect: { delayMs } }]),
  ["reconnect.delayMs", "redis://host?reconnect.delayMs=5"],
  ["pool.nosuch", { pool: { nosuch: 1 } }],
  ["pool.nosuch", "redis://host?pool.nosuch=1"],
  ["pool.max.min", "redis://host?pool.max.min=1"],
  ["pool.__proto__", "redis://host?pool.__proto__=1"],
  ["pool.max", { pool: { max: 0 } }],
  ...["min", "max", "acquireTimeoutMs", "idleTimeoutMs", "maxLifetimeMs", "validateAfterMs", "leakAfterMs"].flatMap((
    name,
  ) => wholes.map((value): [string, unknown] => [`pool.${name}`, { pool: { [name]: value } }])),
  ["pool.min", { pool: { min: 4, max: 3 } }],
  ["pool.min", { url: "redis://host?pool.min=4", pool: { max: 3 } }],
  ["url", "redis://host?nosuch.max=1"],
  ...["a", 1, null, {}, [], () => 1].map((platform): [string, unknown] => ["platform", { platform }]),
  ...["a", 1, null, {}, [], () => 1].map((clock): [string, unknown] => ["clock", { clock }]),
];
