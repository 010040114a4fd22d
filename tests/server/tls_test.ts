/** TLS: verified by default, with own authorities, names and client certificates; what is wrong is refused. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { connect, ConnectionError, type ConnectOptions, TimeoutError, type TlsOptions } from "../../mod.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";
import { connected, created, failureOf, freshKey } from "./opened.ts";

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

function url(shown: Shown, query: Record<string, string>, scheme = "rediss"): string {
  return `${scheme}://127.0.0.1:${servers.get(shown)!.tlsPort}?${new URLSearchParams(query)}`;
}

/** What is let in. */
const accepted: readonly (readonly [string, () => string | ConnectOptions])[] = [
  ["an own authority in options", () => options("server", { ca: files.ca })],
  ["one of several authorities", () => options("server", { ca: [files.otherCa, files.ca] })],
  ["an own authority in a URL", () => url("server", { ca: files.ca })],
  ["a URL of valkeys", () => url("server", { ca: files.ca }, "valkeys")],
  ["a URL, with the authority in options", () => ({ url: url("server", {}), tls: { ca: files.ca } })],
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
  ...SHOWN.flatMap((shown): [string, () => string | ConnectOptions][] => [
    [`the certificate ${shown} without checks`, () => options(shown, { insecureSkipVerify: true })],
    [`the certificate ${shown} without checks, in a URL`, () => url(shown, { insecureSkipVerify: "true" })],
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
const refused: readonly (readonly [string, () => string | ConnectOptions, RegExp])[] = [
  ["an authority that the system does not know", () => options("server", true), /issuer|self.signed|certificate/i],
  ["an authority that the system does not know, by URL", () => url("server", {}), /issuer|self.signed|certificate/i],
  [
    "another authority than the one that is trusted",
    () => options("server", { ca: files.otherCa }),
    /certificate|issuer/i,
  ],
  ["a certificate of another host", () => options("wrongHost", { ca: files.ca }), /host|name|altname|certificate/i],
  [
    "a certificate of another host than the server name",
    () => options("server", { ca: files.ca, serverName: "other.example" }),
    /host|name|altname|certificate/i,
  ],
  ["a certificate that has ended", () => options("expired", { ca: files.ca }), /expired|certificate/i],
  ["a certificate that has not begun", () => options("notYetValid", { ca: files.ca }), /not yet valid|certificate/i],
  [
    "insecureSkipVerify=false in a URL",
    () => url("server", { insecureSkipVerify: "false" }),
    /issuer|self.signed|certificate/i,
  ],
];

for (const [name, where, why] of refused) {
  test(`TLS: ${name} is refused`, async (t) => {
    const start = performance.now();
    const errors = await Promise.all([failureOf(connect(where())), failureOf(created(t, where()).ping())]);
    assert.ok(performance.now() - start < 3_000);
    for (const error of errors) {
      assert.ok(error instanceof ConnectionError);
      assert.equal(error instanceof TimeoutError, false);
      assert.match(error.message, /^Cannot connect to "127\.0\.0\.1:\d+": /);
      assert.match(error.message.replace(/^[^:]*:\d+": /, ""), why);
      assert.equal(error.maybeApplied, false);
    }
  });
}

/** What the server refuses: which of both sides hangs up first, and how, is the runtime's. */
const unwanted: readonly (readonly [string, () => ConnectOptions])[] = [
  ["no client certificate where one is wanted", () => options("mutual", { ca: files.ca })],
  ["a client certificate of another authority", () => options("mutual", { ca: files.ca, ...files.otherClient })],
  ["plain words on a TLS port", () => ({ ...options("server", false), connectTimeoutMs: 1_000 })],
  [
    "TLS on a plain port",
    () => ({ host: "127.0.0.1", port: servers.get("server")!.port, tls: true, connectTimeoutMs: 500 }),
  ],
  ["a client key that is none", () => options("mutual", { ca: files.ca, cert: files.client.cert, key: "no key" })],
  [
    "an authority that is none",
    () => options("server", { ca: "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----" }),
  ],
];

for (const [name, where] of unwanted) {
  test(`TLS: ${name} is one clear error`, async (t) => {
    const errors = await Promise.all([failureOf(connect(where())), failureOf(created(t, where()).ping())]);
    for (const error of errors) {
      assert.ok(error instanceof ConnectionError);
      assert.match(error.message, /^Cannot connect to "127\.0\.0\.1:\d+": ./);
      assert.doesNotMatch(error.message, /no key/);
      assert.equal(error.maybeApplied, false);
    }
  });
}

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
