/** A process of its own for `tcp_options_test.ts`: says what the kernel does for TLS under the system's authorities. */
import { readFileSync } from "node:fs";
import process from "node:process";
import { open, roles, serveSockets } from "./links.ts";
import { keepAliveDue, pairs, pairTime, showsTimers } from "./tcp_options.ts";

const [role, folder] = process.argv.slice(2);
const read = (name: string): string => readFileSync(`${folder}/${name}`, "utf8");

const place = await serveSockets(pairs, { cert: read("server.crt"), key: read("server.key") });
const platform = await roles.find(([name]) => name === role)![1]();
const target = { ...place.target, tls: {}, keepAliveMs: 30_000 };
const { stream, seen } = await open({ ...place, platform, target });
const pairMs = await pairTime(stream, seen);
console.log(JSON.stringify({ pairMs, dueMs: showsTimers ? keepAliveDue(target.port) : undefined }));
stream.close();
await place.close();
