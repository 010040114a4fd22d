/** A process of its own for `tls_test.ts`: says "works" or "refused" of a TLS echo under the store it was given. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { Recorder, roles, runtime, serveSockets, turns, until } from "./links.ts";

const [role, folder, mode] = process.argv.slice(2);
const read = (name: string): string => readFileSync(`${folder}/${name}`, "utf8");
const TOTAL = 32 * 1024 * 1024, BLOCK = new Uint8Array(64 * 1024);

let sent = 0;
const place = await serveSockets((peer) => {
  const fill = (): void => {
    for (let more = true; more && sent < TOTAL; sent += BLOCK.length) more = peer.send(BLOCK);
  };
  return { received: fill, drained: fill };
}, {
  cert: read("server.crt"),
  key: read("server.key"),
  ...(mode === "client" ? { requestCert: true, rejectUnauthorized: true, ca: read("ca.crt") } : {}),
});
const { dial } = await roles.find(([name]) => name === role)![1]();
const tls = mode === "client"
  ? { cert: read("client.crt"), key: read("client.key") }
  : mode === "named"
  ? { ca: read("otherCa.crt") }
  : {};
try {
  const stream = await dial({ ...place.target, tls }), seen = new Recorder();
  seen.onBytes = () => {};
  stream.open(seen);
  stream.pause();
  stream.write(new Uint8Array(1));
  await turns(200);
  // Deno's node:tls reads on while paused; its own sockets leave client certificates to that.
  const bounded = sent < TOTAL || (runtime === "deno" && (role === "node:net" || mode === "client"));
  if (!bounded || seen.count > 64 * 1024) throw new Error(`Cannot hold back: ${sent} sent, ${seen.count} came`);
  stream.resume();
  await until(() => seen.count === TOTAL || seen.ends.length > 0);
  stream.close();
  await until(() => seen.ends.length > 0);
  if (seen.ends[0]) throw seen.ends[0];
  console.log("works");
} catch (error) {
  if (/Cannot hold/.test(String(error))) throw error;
  console.log("refused");
}
await place.close();
