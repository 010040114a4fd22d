/**
 * Runs the scenarios of tests/workers in the real workerd against real servers; the last line is `N passed, N failed`.
 *
 *   node scripts/workerd.mjs
 *
 * The worker is bundled with the built package, as its users do it, into three services: one that trusts the tests'
 * authority, one that trusts another, and one whose bundler did not know the condition `workerd`, so that the main entry
 * picks its adapter when it runs. Each request is one test. Servers and workerd listen on free loopback ports and end with
 * this process. Expects `npm/package`, and a Node that strips types, since servers and certificates are those of
 * tests/support.
 */
import * as esbuild from "esbuild";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { makeCertificates } from "../tests/support/certificates.ts";
import { startServer } from "../tests/support/server.ts";
import { root, runtime } from "./processes.mjs";

const SCENARIO_MS = 10_000;
const START_MS = 10_000;
const AT_ONCE = 8;
// A worker of years ago has to run as one of today does. Before April 2026 workerd told of every read that failed as a rejection
// that nobody handled, so that the scenarios in which one does run under the newer date.
const OLD = 'compatibilityDate = "2024-09-23"';
const NEW = 'compatibilityDate = "2026-11-01"';

const folder = mkdtempSync(join(tmpdir(), "respwire-workerd-"));
const ends = [() => rmSync(folder, { recursive: true, force: true })];
let passed = 0;
let failed = 0;
try {
  await test("a bundle for Workers imports nothing of Node", async () => {
    await bundle("conditioned.js", ["workerd"]);
    const imported = /\bnode:\w+/.exec(readFileSync(join(folder, "conditioned.js"), "utf8"));
    if (imported) throw new Error(`Cannot run without Node's modules: the bundle holds ${imported[0]}`);
  });
  await bundle("picked.js", []);
  const services = await serve(await startPeers());
  for (const [service, url] of services) {
    const names = await (await fetch(url)).json();
    for (const name of names) await test(`${service}: ${name}`, () => request(url, name));
  }
  await test(`trusting: ${AT_ONCE} requests at once, each with a client of its own`, () =>
    Promise.all(
      Array.from({ length: AT_ONCE }, () => request(services.get("trusting"), "counts in a client of its own")),
    ));
} finally {
  for (const end of ends.reverse()) await end();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function test(name, body) {
  try {
    await body();
    passed++;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
}

async function request(url, name) {
  const signal = AbortSignal.timeout(SCENARIO_MS);
  const response = await fetch(`${url}/?name=${encodeURIComponent(name)}`, { signal });
  if (!response.ok) throw new Error(await response.text());
}

/** Bundles the worker with the package, found as in a project that has installed it. */
async function bundle(file, conditions) {
  const modules = join(folder, "node_modules", "@respwire");
  mkdirSync(modules, { recursive: true });
  rmSync(join(modules, "client"), { force: true });
  symlinkSync(join(root, "npm", "package"), join(modules, "client"));
  await esbuild.build({
    entryPoints: [join(root, "tests", "workers", "scenarios.ts")],
    outfile: join(folder, file),
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    conditions,
    nodePaths: [join(folder, "node_modules")],
    external: ["node:*", "cloudflare:*"],
    logLevel: "error",
  });
}

/** Starts the servers of the scenarios: their ports, and the certificates that they show. */
async function startPeers() {
  const certificates = makeCertificates();
  ends.push(() => certificates.remove());
  const tls = (name, authClients) => {
    const [cert, key, ca] = [`${name}.crt`, `${name}.key`, "ca.crt"].map((file) => join(certificates.folder, file));
    return { tls: { cert, key, ca, authClients } };
  };
  const start = async (options) => {
    const server = await startServer(options);
    ends.push(() => server.stop());
    return server;
  };
  const [plain, guarded, wrongHost, expired, notYetValid, strict] = await Promise.all([
    start(tls("server")),
    start({ password: "right" }),
    start(tls("wrongHost")),
    start(tls("expired")),
    start(tls("notYetValid")),
    start(tls("server", "yes")),
  ]);
  const silent = createServer((socket) => socket.resume().on("error", () => {}));
  const resetting = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()).on("error", () => {}));
  const refusing = createServer();
  for (const server of [silent, resetting, refusing]) await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const ports = {
    plain: plain.port,
    guarded: guarded.port,
    secure: plain.tlsPort,
    wrongHost: wrongHost.tlsPort,
    expired: expired.tlsPort,
    notYetValid: notYetValid.tlsPort,
    silent: silent.address().port,
    resetting: resetting.address().port,
    refusing: refusing.address().port,
  };
  await new Promise((done) => refusing.close(done));
  for (const name of ["ca.crt", "otherCa.crt", "client.crt", "client.key"]) {
    cpSync(join(certificates.folder, name), join(folder, name));
  }
  return { ports, strictPort: strict.tlsPort };
}

/** Starts workerd and gives the URL of each service. */
async function serve({ ports, strictPort }) {
  writeFileSync(join(folder, "config.capnp"), configuration(ports, strictPort));
  const child = spawn(runtime("workerd"), ["serve", "--control-fd=3", "config.capnp"], {
    cwd: folder,
    env: { ...process.env, PWD: folder },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const exited = new Promise((done) => child.once("close", done).once("error", done));
  ends.push(() => {
    child.kill("SIGKILL");
    return exited;
  });
  // What it prints is part of the stage's log: the reasons of failed handshakes are nowhere else.
  for (const stream of [child.stdout, child.stderr]) stream.pipe(process.stdout);
  const urls = new Map();
  let events = "";
  await new Promise((done, refuse) => {
    setTimeout(() => refuse(new Error(`Cannot start workerd: it did not listen in ${START_MS} ms`)), START_MS).unref();
    exited.then(() => refuse(new Error("Cannot start workerd: it ended at once")));
    child.stdio[3].setEncoding("utf8").on("data", (text) => {
      const lines = (events += text).split("\n");
      events = lines.pop();
      for (const { event, socket, port } of lines.map((line) => JSON.parse(line))) {
        if (event === "listen") urls.set(socket, `http://127.0.0.1:${port}`);
      }
      if (urls.size === 3) done();
    });
  });
  return urls;
}

function configuration(ports, strictPort) {
  const worker = (role, file, outbound, compatibility) =>
    `(name = "${role}", worker = (
      ${compatibility},
      modules = [(name = "worker.js", esModule = embed "${file}")],
      globalOutbound = "${outbound}",
      bindings = [
        (name = "ROLE", text = "${role}"),
        (name = "PORTS", json = ${JSON.stringify(JSON.stringify(ports))}),
        (name = "CACHE", service = "cache"),
        (name = "ROOM", durableObjectNamespace = "Room")
      ],
      durableObjectNamespaces = [(className = "Room", uniqueKey = "${role}")],
      durableObjectStorage = (inMemory = void)
    ))`;
  const network = (name, file) =>
    `(name = "${name}", network = (allow = ["local"], tlsOptions = (trustedCertificates = [embed "${file}"])))`;
  const socket = (role) => `(name = "${role}", address = "127.0.0.1:0", http = (), service = "${role}")`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${worker("trusting", "conditioned.js", "here", NEW)},
    ${worker("strange", "conditioned.js", "elsewhere", OLD)},
    ${worker("picked", "picked.js", "here", `${OLD}, compatibilityFlags = ["nodejs_compat"]`)},
    ${network("here", "ca.crt")},
    ${network("elsewhere", "otherCa.crt")},
    (name = "cache", external = (address = "127.0.0.1:${strictPort}", tcp = (
      certificateHost = "localhost",
      tlsOptions = (
        trustedCertificates = [embed "ca.crt"],
        keypair = (privateKey = embed "client.key", certificateChain = embed "client.crt")
      )
    )))
  ],
  sockets = [${["trusting", "strange", "picked"].map(socket).join(", ")}]
);
`;
}
