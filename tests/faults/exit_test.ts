/** Programs end by themselves when they have ended their clients, and nothing that was under way crashes them. */
import assert from "node:assert/strict";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, type ServerTls, startServer } from "../support/server.ts";
import { startPeer } from "../server/peers.ts";
import { ways } from "./exit_ways.ts";
import { runProgram } from "./programs.ts";

/** Milliseconds that a program may go on after it has ended its client; every time of a client is longer. */
const LASTS_MS = 1_000;

const WORKER = ["--user", "worker", "on", ">secret", "~*", "+@all"];

let certificates: Certificates;
let tls: ServerTls;
let server: Server;

beforeAll(async () => {
  certificates = makeCertificates();
  const { folder } = certificates;
  tls = { cert: `${folder}/server.crt`, key: `${folder}/server.key`, ca: `${folder}/ca.crt` };
  server = await startServer({ tls, unixSocket: true, args: WORKER });
});
afterAll(async () => {
  await server.stop();
  certificates.remove();
});

for (const [name, { own }] of Object.entries(ways)) {
  test(`a program ends by itself when ${name}`, { timeoutMs: 20_000 }, async (t) => {
    const its = own ? await startServer() : server;
    if (own) t.defer(() => its.stop());
    const peer = await startPeer(t, () => {});
    const { host, url, path = "", tlsPort, pid } = its;
    const places = { url, path, tlsUrl: `rediss://${host}:${tlsPort}`, pid, silent: `${peer.host}:${peer.port}` };
    const env = { DENO_CERT: tls.ca, NODE_EXTRA_CA_CERTS: tls.ca };
    const { code, signal, output, lastedMs } = await runProgram("exit_program", [name, JSON.stringify(places)], {
      env,
    });
    assert.deepEqual({ code, signal, output }, { code: 0, signal: null, output: "done\n" });
    assert.ok(lastedMs < LASTS_MS, `it went on for ${Math.round(lastedMs)} ms`);
  });
}
