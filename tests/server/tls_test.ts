/** TLS: verified by default, with own authorities, names and client certificates; what is wrong is refused. */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type ClientEvents,
  connect,
  type ConnectOptions,
  TimeoutError,
  type TlsOptions,
  type WarningEvent,
} from "../../mod.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { connected, created, freshKey } from "./opened.ts";
import { refusals, refusalsAtOnce, showsNone } from "./refusals.ts";

/** The servers, by the certificate that they show. */
const SHOWN = ["server", "wrongHost", "expired", "notYetValid"] as const;
type Shown = typeof SHOWN[number] | "mutual";

let files: Certificates;
const servers = new Map<Shown, Server>();

beforeAll(async () => {
  files = makeCertificates();
  const ca = join(files.folder, "ca.crt");
  for (const shown of [...SHOWN, "mutual"] as const) {
    const name = join(files.folder, shown === "mutual" ? "server" : shown);
    const authClients = shown === "mutual" ? "yes" : "no";
    const tls = { cert: `${name}.crt`, key: `${name}.key`, ca, authClients } as const;
    servers.set(shown, await startServer({ kind: shown === "mutual" ? "valkey8" : "redis7", tls }));
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  files.remove();
});

function options(shown: Shown, tls: TlsOptions | boolean): ConnectOptions {
  return { host: "127.0.0.1", port: servers.get(shown)!.tlsPort, tls };
}

function url(shown: Shown, query: Record<string, string>, scheme = "rediss"): ConnectOptions {
  return { url: `${scheme}://127.0.0.1:${servers.get(shown)!.tlsPort}?${new URLSearchParams(query)}` };
}

/** What is let in. */
const accepted: readonly (readonly [string, () => ConnectOptions])[] = [
  ["an own authority in options", () => options("server", { ca: files.ca })],
  ["one of several authorities", () => options("server", { ca: [files.otherCa, files.ca] })],
  ["an own authority in a URL", () => url("server", { ca: files.ca })],
  ["a URL of valkeys", () => url("server", { ca: files.ca }, "valkeys")],
  ["a URL, with the authority in options", () => ({ ...url("server", {}), tls: { ca: files.ca } })],
  ["a URL with tls=true in its query", () => url("server", { tls: "true", ca: files.ca }, "redis")],
  ["a host name", () => ({ ...options("server", { ca: files.ca }), host: "localhost" })],
  ["another server name", () => options("wrongHost", { ca: files.ca, serverName: "other.example" })],
  ["TLS 1.3 at least", () => options("server", { ca: files.ca, minVersion: "TLSv1.3" })],
  ["a client certificate", () => options("mutual", { ca: files.ca, ...files.client })],
  ["a client certificate in a URL", () => url("mutual", { ca: files.ca, ...files.client })],
  [
    "a client certificate with no check of the server's",
    () => options("mutual", { insecureSkipVerify: true, ...files.client }),
  ],
  ...SHOWN.map((shown): [string, () => ConnectOptions] => [
    `the certificate ${shown} without checks`,
    () => options(shown, { insecureSkipVerify: true }),
  ]),
  ...SHOWN.map((shown): [string, () => ConnectOptions] => [
    `the certificate ${shown} without checks, in a URL`,
    () => url(shown, { insecureSkipVerify: "true" }),
  ]),
];

for (const [name, where] of accepted) {
  test(`TLS: ${name} is let in`, async (t) => {
    const redis = await connected(t, where());
    const key = freshKey();
    const value = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const replies = await Promise.all([redis.set(key, value), redis.bytes.get(key), redis.echo("e")]);
    assert.deepEqual(replies, ["OK", value, "e"]);
  });
}

/** What is refused, and what the message says of it: each runtime in its own words, some of them vague. */
const NAME = /host|name|altname|certificate/i;
const AUTHORITY = /issuer|self.signed|certificate/i;
const refused: readonly (readonly [string, () => ConnectOptions, RegExp])[] = [
  ["an authority that the system does not know", () => options("server", true), AUTHORITY],
  ["an authority that the system does not know, by URL", () => url("server", {}), AUTHORITY],
  ["another authority than the one that is trusted", () => options("server", { ca: files.otherCa }), AUTHORITY],
  ["a certificate of another host", () => options("wrongHost", { ca: files.ca }), NAME],
  [
    "a certificate of another host than the server name",
    () => options("server", { ca: files.ca, serverName: "other.example" }),
    NAME,
  ],
  ["a certificate that has ended", () => options("expired", { ca: files.ca }), /expired|certificate/i],
  ["a certificate that has not begun", () => options("notYetValid", { ca: files.ca }), /not yet valid|certificate/i],
  ["insecureSkipVerify=false in a URL", () => url("server", { insecureSkipVerify: "false" }), AUTHORITY],
  ["tls.insecureSkipVerify=false in a URL", () => url("server", { "tls.insecureSkipVerify": "false" }), AUTHORITY],
];

for (const [name, where, why] of refused) {
  test(`TLS: ${name} is refused`, async (t) => {
    // A certificate may be renewed meanwhile, so that a call that can wait does.
    for (const error of await refusals(t, where())) {
      assert.equal(error instanceof TimeoutError, false);
      assert.match(error.message.replace(/^[^:]*:\d+": /, ""), why);
    }
  });
}

/** What the server refuses: which of both sides hangs up first, and how, is the runtime's. */
const unwanted: readonly (readonly [string, () => ConnectOptions])[] = [
  ["no client certificate where one is wanted", () => options("mutual", { ca: files.ca })],
  ["a client certificate of another authority", () => options("mutual", { ca: files.ca, ...files.otherClient })],
  ["plain words on a TLS port", () => ({ ...options("server", false), connectTimeoutMs: 150 })],
  [
    "TLS on a plain port",
    () => ({ host: "127.0.0.1", port: servers.get("server")!.port, tls: true, connectTimeoutMs: 150 }),
  ],
];

for (const [name, where] of unwanted) {
  test(`TLS: ${name} is one clear error`, async (t) => {
    for (const error of await refusals(t, where())) assert.match(error.message, /^Cannot connect to "[^"]+": ./);
  });
}

/** What is no key and no certificate: some runtimes say so before they dial, and then waiting would not help. */
const unusable: readonly (readonly [string, () => ConnectOptions])[] = [
  ["a client key that is none", () => options("mutual", { ca: files.ca, cert: files.client.cert, key: "no key" })],
  [
    "an authority that is none",
    () => options("server", { ca: "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----" }),
  ],
];

for (const [name, where] of unusable) {
  test(`TLS: ${name} is one clear error`, async (t) => {
    for (const error of await refusalsAtOnce(t, where())) {
      assert.match(error.message, /^Cannot connect to "[^"]+": ./);
      showsNone(error, ["no key"]);
    }
  });
}

/** The ways to turn the checks off. */
const insecure: readonly (readonly [string, () => ConnectOptions])[] = [
  ["tls.insecureSkipVerify in options", () => options("wrongHost", { insecureSkipVerify: true })],
  ["insecureSkipVerify in a URL", () => url("wrongHost", { insecureSkipVerify: "true" })],
  ["tls.insecureSkipVerify in a URL", () => url("wrongHost", { "tls.insecureSkipVerify": "true" })],
  ["a URL, with the option beside it", () => ({ ...url("wrongHost", {}), tls: { insecureSkipVerify: true } })],
];

for (const [name, where] of insecure) {
  test(`TLS: ${name}: one warning for each client, and others verify as before`, async (t) => {
    const redis = await connected(t, where());
    const warnings: WarningEvent[] = [];
    redis.on("warning", (warning) => warnings.push(warning));
    for (const error of await refusalsAtOnce(t, options("wrongHost", true))) assert.match(error.message, AUTHORITY);
    for (const error of await refusalsAtOnce(t, options("wrongHost", { ca: files.ca }))) {
      assert.match(error.message, NAME);
    }

    // Neither the connections of the pool nor one that is made anew are worth another.
    const lease = await redis.lease();
    await lease.release();
    const admin = await connected(t, servers.get("wrongHost")!.url);
    const reconnected = new Promise((done) => redis.on("reconnect", done));
    await admin.clientKill({ id: await redis.clientId() });
    await reconnected;
    assert.equal(await redis.ping(), "PONG");

    assert.equal(warnings.length, 1);
    const [{ code, node, message }] = warnings;
    assert.deepEqual({ code, node }, { code: "insecureTls", node: `127.0.0.1:${servers.get("wrongHost")!.tlsPort}` });
    assert.match(message, /^The certificate of "127\.0\.0\.1:\d+" is not checked \(insecureSkipVerify\): /);
  });
}

test("TLS: createClient() without checks warns before it has connected, and nobody need listen", async (t) => {
  const deaf = created(t, options("expired", { insecureSkipVerify: true }));
  assert.equal(await deaf.ping(), "PONG");
  const redis = created(t, options("expired", { insecureSkipVerify: true }));
  const told: string[] = [];
  const warned = new Promise<void>((done) => {
    redis.on("warning", ({ code }) => {
      told.push(code);
      done();
    });
  });
  redis.on("connect", () => told.push("connect"));
  await warned;
  assert.equal(await redis.ping(), "PONG");
  assert.deepEqual(told, ["insecureTls", "connect"]);
});

test("TLS: a client that verifies warns of nothing", async (t) => {
  const redis = await connected(t, options("server", { ca: files.ca, insecureSkipVerify: false }));
  const warnings: WarningEvent[] = [];
  redis.on("warning", (warning) => warnings.push(warning));
  await redis.ping();
  assert.deepEqual(warnings, []);
});

test("TLS: a client that was refused is let in once the server shows another certificate", async (t) => {
  const admin = await connected(t, servers.get("server")!.url);
  const file = (name: string): string => join(files.folder, name);
  const show = (name: string) =>
    admin.configSet({ "tls-cert-file": file(`${name}.crt`), "tls-key-file": file(`${name}.key`) });
  await show("expired");
  t.defer(() => show("server"));
  const redis = created(t, options("server", { ca: files.ca }));
  const call = redis.ping();
  const { reason } = await new Promise<ClientEvents["reconnecting"]>((done) => redis.on("reconnecting", done));
  assert.match(reason.message, /expired|certificate/i);
  await show("server");
  assert.equal(await call, "PONG");
});

test("TLS: a login and a database go through, and close() ends the connection", async (t) => {
  const server = servers.get("server")!;
  const admin = await connected(t, server.url);
  await admin.call("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all");
  const redis = await connect({
    ...options("server", { ca: files.ca }),
    username: "app",
    password: "secret",
    database: 3,
  });
  const { user, db } = await redis.clientInfo();
  assert.deepEqual({ user, db }, { user: "app", db: "3" });
  const calls = Array.from({ length: 1_000 }, (_, index) => redis.echo(index));
  await redis.close();
  assert.deepEqual(await Promise.all(calls), Array.from({ length: 1_000 }, (_, index) => String(index)));
});
