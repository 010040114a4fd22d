/**
 * What a server says of its commands (`COMMAND`), in the words of the table of `src/routing/`.
 *
 * @module
 */
import { command } from "../../src/commands/command.ts";
import { raw } from "../../src/commands/readers.ts";
import { Link } from "./link.ts";

/** What a server says of one command or subcommand. */
export interface CommandEntry {
  /** The name in upper case, with the subcommand: `CLIENT LIST`. */
  readonly name: string;
  /** Whether all it does is in its subcommands. */
  readonly container: boolean;
  /** Its flags and tips as the server spells them. */
  readonly marks: readonly string[];
  /** Its key specs in the short form of `src/routing/key_specs.ts`. */
  readonly specs: readonly string[];
}

type Reply = readonly Reply[] | string | number | null;

// The fields of an entry by their place.
const [NAME, FLAGS, TIPS, SPECS, SUBCOMMANDS] = [0, 2, 7, 8, 9] as const;
const ACCESS = ["RO", "RW", "OW", "RM"];

/** Asks a server for all its commands and subcommands. */
export async function commandEntries(server: { host: string; port: number }): Promise<CommandEntry[]> {
  const link = await Link.open(server, 2);
  try {
    const reply = await link.send(command(["COMMAND"], raw)) as Reply;
    return list(reply).flatMap((entry) => entriesOf(list(entry)));
  } finally {
    await link.close();
  }
}

function entriesOf(entry: readonly Reply[]): CommandEntry[] {
  const subcommands = list(entry[SUBCOMMANDS]!);
  const name = String(entry[NAME]).toUpperCase().replace("|", " ");
  const marks = [...list(entry[FLAGS]!), ...list(entry[TIPS]!)].map(String);
  const specs = list(entry[SPECS]!).map((spec) => notationOf(record(spec)));
  // COMMAND has subcommands and is a command too.
  const container = subcommands.length > 0 && name !== "COMMAND";
  return [{ name, container, marks, specs }, ...subcommands.flatMap((subcommand) => entriesOf(list(subcommand)))];
}

/** The short form of a key spec. */
function notationOf(spec: ReadonlyMap<string, Reply>): string {
  const flags = list(spec.get("flags")!);
  const access = ACCESS.find((flag) => flags.includes(flag)) ?? "";
  const marks = (flags.includes("not_key") ? "!" : "") + (flags.includes("incomplete") ? "~" : "");
  return `${access}${marks}:${placesOf(record(spec.get("begin_search")!), record(spec.get("find_keys")!))}`;
}

function placesOf(begin: ReadonlyMap<string, Reply>, find: ReadonlyMap<string, Reply>): string {
  const types = `${begin.get("type")} ${find.get("type")}`;
  if (types === "unknown unknown") return "?";
  const start = record(begin.get("spec")!), extent = record(find.get("spec")!);
  const keyword = start.get("keyword");
  const first = keyword === undefined ? `${start.get("index")}` : `${keyword}@${start.get("startfrom")}`;
  const step = extent.get("keystep") === 1 ? "" : `/${extent.get("keystep")}`;
  if (find.get("type") === "keynum") return `${first}#${extent.get("keynumidx")}+${extent.get("firstkey")}${step}`;
  if (find.get("type") !== "range") throw new Error(`Cannot write a key spec with ${types}`);
  const last = Number(extent.get("lastkey")), limit = Number(extent.get("limit"));
  // A limit of 0 and of 1 both say that keys may go to the end.
  return first + (last === 0 ? "" : `..${last}`) + (limit > 1 ? `%${limit}` : "") + step;
}

function list(reply: Reply): readonly Reply[] {
  if (!Array.isArray(reply)) throw new Error("Cannot read the reply of COMMAND: a list is wanted");
  return reply;
}

function record(reply: Reply): ReadonlyMap<string, Reply> {
  const flat = list(reply), map = new Map<string, Reply>();
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(String(flat[i]), flat[i + 1]!);
  return map;
}
