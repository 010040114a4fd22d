/** The entry `./profile`: files on disk, variables of the process, real servers, and what Deno must allow. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { connectProfile, ProfileError, readProfile, readProfiles } from "../../entries/profile.ts";
import { ConnectionError, createClient } from "../../mod.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Server, startServer } from "../support/server.ts";

const PASSWORD = "se:c#r${e}t 1";
const VARIABLE = "RESPWIRE_TEST_PASSWORD";

let folder: string;
let certificates: Certificates;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "respwire-profiles-"));
  certificates = makeCertificates();
  const [cert, key, ca] = ["server.crt", "server.key", "ca.crt"].map((name) => join(certificates.folder, name));
  server = await startServer({ kind: "valkey9", password: PASSWORD, tls: { cert, key, ca } });
});
afterAll(async () => {
  await server.stop();
  certificates.remove();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A file with a profile for each way to the server. */
function profilesFile(): string {
  return write(
    "redis.yaml",
    `default: plain
profiles:
  server:
    host: 127.0.0.1
    password: \${${VARIABLE}}
    connectTimeoutMs: 5s
  plain: { extends: server, port: ${server.port}, clientName: plain }
  verified: { extends: server, port: ${server.tlsPort}, tls: true }
  trusted:
    extends: verified
    tls:
      ca: |
${certificates.ca.replaceAll(/^/gm, "        ").trimEnd()}
  unverified: { extends: verified, insecureSkipVerify: true }
  unverifiedToo: { extends: verified, tls: { insecureSkipVerify: true } }
`,
  );
}

/** The name that the connection has of a profile's client, or why there is none. */
async function nameBy(profile: string | undefined, file: string | URL): Promise<string | null> {
  const redis = await connectProfile(profile, { file, env: { [VARIABLE]: PASSWORD } });
  try {
    return await redis.clientGetname();
  } finally {
    await redis.close();
  }
}

test("profile: a client connects by a profile, with the password of a variable", async () => {
  const file = profilesFile();
  assert.equal(await nameBy("plain", file), "plain");
  assert.equal(await nameBy(undefined, file), "plain");
  assert.equal(await nameBy("plain", pathToFileURL(file)), "plain");
});

test("profile: without variables of its own it reads those of the process", async (t) => {
  const file = profilesFile();
  delete process.env[VARIABLE];
  await assert.rejects(connectProfile({ file }), {
    name: "ProfileError",
    message: `Cannot use the profile "plain" (${file}:5, password): the environment variable ${VARIABLE} is not set`,
  });
  process.env[VARIABLE] = PASSWORD;
  t.defer(() => delete process.env[VARIABLE]);
  const redis = await connectProfile({ file });
  t.defer(() => redis.close());
  assert.equal(await redis.ping(), "PONG");
});

test("profile: TLS is verified, by the profile's authority where it has one", async () => {
  const file = profilesFile();
  assert.equal(await nameBy("trusted", file), null);
  await assert.rejects(nameBy("verified", file), ConnectionError);
});

for (const profile of ["unverified", "unverifiedToo"]) {
  test(`profile: insecureSkipVerify lets any certificate in (${profile})`, async () => {
    assert.equal(await nameBy(profile, profilesFile()), null);
  });
}

test("profile: readProfile() gives options for a client of any entry", async (t) => {
  const options = await readProfile("plain", { file: profilesFile(), env: { [VARIABLE]: PASSWORD } });
  assert.deepEqual(options, {
    host: "127.0.0.1",
    port: server.port,
    password: PASSWORD,
    connectTimeoutMs: 5_000,
    clientName: "plain",
  });
  const redis = createClient({ ...options, clientName: "own" });
  t.defer(() => redis.close());
  assert.equal(await redis.clientGetname(), "own");
});

test("profile: readProfiles() checks every profile of a JSON file", async () => {
  const good = write("good.json", JSON.stringify({ profiles: { a: { port: 1 }, b: { extends: "a", database: 2 } } }));
  assert.deepEqual(
    await readProfiles({ file: good }),
    new Map([["a", { port: 1 }], ["b", { port: 1, database: 2 }]]),
  );
  const bad = write("bad.json", JSON.stringify({ profiles: { a: { port: 1 }, b: { port: "1" } } }, null, 2));
  await assert.rejects(readProfiles({ file: bad }), {
    message: `Cannot use the profile "b" (${bad}:7, port): it must be a whole number from 1 to 65535`,
  });
});

test("profile: a file that cannot be read is an error that says so", async () => {
  const file = join(folder, "absent.yaml");
  await assert.rejects(readProfile("p", { file }), (error) => {
    assert.ok(error instanceof ProfileError);
    assert.equal(error.message, `Cannot use the profiles (${file}): the file cannot be read (ENOENT)`);
    assert.ok(error.cause instanceof Error);
    return true;
  });
});

test("profile: without a file it is a TypeError", async () => {
  // @ts-expect-error: the file is required.
  await assert.rejects(readProfile("p", {}), {
    name: "TypeError",
    message: "Cannot read a profile: file must be a path or a file: URL",
  });
  // @ts-expect-error: so is where it stands.
  await assert.rejects(connectProfile("p"), TypeError);
});

/** What a program on Deno prints that connects by a profile and may do what is allowed. */
function allowed(file: string, ...permissions: string[]): Promise<string> {
  const program = fileURLToPath(new URL("connect_program.ts", import.meta.url));
  const args = ["run", "--no-prompt", "--no-check", `--allow-net=127.0.0.1:${server.port}`, ...permissions];
  const child = spawn(process.execPath, [...args, program, file], {
    env: { ...process.env, [VARIABLE]: PASSWORD, NO_COLOR: "1" },
  });
  let output = "";
  child.stdout.on("data", (chunk) => output += chunk);
  child.stderr.on("data", (chunk) => output += chunk);
  return new Promise((done) => child.on("close", () => done(output.trim())));
}

const onDeno = { skip: "Deno" in globalThis ? false : "permissions are Deno's", timeoutMs: 30_000 } as const;

test("profile: on Deno it needs the file and the variables, and no more", onDeno, async () => {
  const file = profilesFile();
  const read = `--allow-read=${file}`;
  const where = `Cannot use the profiles (${file})`;
  assert.equal(await allowed(file, read, `--allow-env=LOG_TOKENS,LOG_STREAM,${VARIABLE}`), "plain");
  assert.equal(
    await allowed(file, read, "--allow-env=LOG_TOKENS,LOG_STREAM"),
    `Cannot use the profile "plain" (${file}:5, password): the environment variable ${VARIABLE} may not be read`,
  );
  assert.equal(
    await allowed(file, read),
    `${where}: the package yaml may not look at its variables; --allow-env=LOG_TOKENS,LOG_STREAM lets it`,
  );
  assert.equal(await allowed(file), `${where}: the file cannot be read`);
});
