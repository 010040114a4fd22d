/**
 * Says, by its exit code, whether a folder's node_modules holds what its package-lock.json asks for.
 *
 * `node scripts/locked.mjs FOLDER`: 0 when every package that the lock requires is there at that version, 1 when
 * not. Compares the lock with the copy of it that npm leaves in node_modules when it has finished, so an install that
 * was cut short counts as absent. Packages for other platforms are not looked at.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? ".";
const wanted = packagesOf(join(folder, "package-lock.json"));
const present = packagesOf(join(folder, "node_modules", ".package-lock.json"));

process.exitCode = Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.optional) return true;
    return present[path]?.version === entry.version && existsSync(join(folder, path, "package.json"));
  })
  ? 0
  : 1;

function packagesOf(lock) {
  return existsSync(lock) ? JSON.parse(readFileSync(lock, "utf8")).packages : {};
}
