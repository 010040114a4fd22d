/**
 * Runs the examples of the docblocks by `deno test --doc`, against servers that it starts in place of localhost:6379.
 *
 * A configuration of its own maps the package's name to a module whose `connect` goes there. The files are shared out
 * by what their examples want: Valkey 9 for the few with commands of Valkey alone, a cluster of one node, Redis 8 for
 * all others. Those of modules are type-checked by `deno task ok`; `tests/docs/examples_test.ts` runs the same examples
 * on every runtime, each on an empty server.
 *
 * Usage: `deno task doc-tests`; exits 1 where an example fails.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Server, startServer } from "../tests/support/server.ts";

const MODULES = /^(json|search|time_series|bloom|cuckoo|count_min|top_k|t_digest|sketch)/;
const OF_CLUSTER = /^(cluster|sentinel)/;
const OF_VALKEY = /^(logs|string_comparison|strings)\.ts$/;

const root = join(import.meta.dirname!, "..");
const files = readdirSync(join(root, "src/commands")).filter((name) => !MODULES.test(name));

/** What stands for the package: the same, but that it connects to a server of ours. */
function standIn(server: Server): string {
  return `export * from ${JSON.stringify(join(root, "mod.ts"))};
import { connect as connectTo } from ${JSON.stringify(join(root, "mod.ts"))};
const url = ${JSON.stringify(server.url)};
export const connect = (where) => connectTo(typeof where === "object" && !(where instanceof URL) ? { ...where, url } : url);
`;
}

function run(server: Server, names: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), "respwire-doc-tests-"));
  try {
    writeFileSync(join(folder, "client.js"), standIn(server));
    const imports = {
      "@respwire/client": join(folder, "client.js"),
      "@respwire/client/commands": join(root, "src/commands/mod.ts"),
    };
    writeFileSync(join(folder, "deno.json"), JSON.stringify({ imports }));
    const paths = names.map((name) => join(root, "src/commands", name));
    // Type checks are those of deno task ok, by the settings of the project.
    const args = ["test", "--doc", "-A", "--no-check", "--quiet", "--config", join(folder, "deno.json"), ...paths];
    execFileSync(process.execPath, args, { stdio: "inherit" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const servers: Server[] = [];
try {
  const redis = await startServer({ kind: "redis8" });
  const valkey = await startServer({ kind: "valkey9" });
  const node = await startServer({ kind: "redis8", cluster: true });
  servers.push(redis, valkey, node);
  run(valkey, files.filter((name) => OF_VALKEY.test(name)));
  run(redis, files.filter((name) => !OF_VALKEY.test(name) && !OF_CLUSTER.test(name)));
  run(node, files.filter((name) => OF_CLUSTER.test(name)));
} finally {
  for (const server of servers) await server.stop();
}
