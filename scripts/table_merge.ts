/**
 * The table of src/routing/table.ts from what several servers say of their commands, as a pure function.
 *
 * Strategy: the newest server that knows a command gives its key specs and policies. A flag that lets a client do
 * more (read from a replica, send while the server loads) holds when every server says so; any other mark holds when
 * one does. Commands with the same facts share a line, so that the text is short and packs well.
 *
 * @module
 */
import type { CommandEntry } from "../tests/support/command_entries.ts";

/** What a command is to the table. */
interface Row {
  marks: readonly string[];
  specs: readonly string[];
}

/** The merged table and what the servers do not agree on. */
export interface Merged {
  readonly table: string;
  readonly differences: readonly string[];
}

/** Marks that only hold when every server has them. */
const PERMISSIONS = ["readonly", "loading", "stale"];
/** Marks that hold when one server has them. */
const CAUTIONS = [
  ...["write", "denyoom", "blocking", "admin", "pubsub", "no_multi", "movablekeys", "may_replicate"],
  ...["nondeterministic_output", "dont_cache"],
];
const POLICY = /^(?:request|response)_policy:/;
const ORDER = [
  ...["readonly", "write", "may_replicate", "denyoom", "blocking", "admin", "pubsub", "no_multi", "loading", "stale"],
  ...["movablekeys", "nondeterministic_output", "dont_cache"],
];
const MAX_WIDTH = 120;

/**
 * Merges what servers say, the newest first, with rows written by hand.
 *
 * @throws {Error} When a row is by hand and a server knows its command, or further marks are of no command.
 */
export function merge(
  servers: readonly (readonly CommandEntry[])[],
  byHand: readonly string[],
  furtherMarks: ReadonlyMap<string, string>,
): Merged {
  const said = new Map<string, CommandEntry[]>();
  for (const entry of servers.flat()) {
    if (!entry.container) said.set(entry.name, [...said.get(entry.name) ?? [], entry]);
  }
  const rows = new Map<string, Row>();
  const differences: string[] = [];
  for (const [name, entries] of said) {
    rows.set(name, rowOf(entries));
    differences.push(...differencesOf(name, entries));
  }
  for (const [name, row] of byHand.flatMap(rowsByHand)) {
    if (rows.has(name)) throw new Error(`Cannot merge ${name}: it is by hand and known already`);
    rows.set(name, row);
  }
  for (const [name, mark] of furtherMarks) {
    const row = rows.get(name);
    if (row === undefined) throw new Error(`Cannot add ${mark} to ${name}: there is no such command`);
    if (row.marks.includes(mark)) throw new Error(`Cannot add ${mark} to ${name}: it has that mark already`);
    rows.set(name, { ...row, marks: [...row.marks, mark] });
  }
  return { table: textOf(rows), differences };
}

function rowOf(entries: readonly CommandEntry[]): Row {
  const [newest] = entries;
  const marks = [
    ...PERMISSIONS.filter((mark) => entries.every((entry) => entry.marks.includes(mark))),
    ...CAUTIONS.filter((mark) => entries.some((entry) => entry.marks.includes(mark))),
    ...newest!.marks.filter((mark) => POLICY.test(mark)),
  ];
  return { marks, specs: newest!.specs };
}

/** What matters to a client and is not the same on all servers. */
function differencesOf(name: string, entries: readonly CommandEntry[]): string[] {
  const aspects: [string, (entry: CommandEntry) => readonly string[]][] = [
    ["flags and tips", ({ marks }) => [...PERMISSIONS, ...CAUTIONS].filter((mark) => marks.includes(mark))],
    ["policies", ({ marks }) => marks.filter((mark) => POLICY.test(mark)).sort()],
    ["key specs", ({ specs }) => specs],
  ];
  return aspects.flatMap(([what, of]) => {
    const variants = new Set(entries.map((entry) => of(entry).join(" ") || "none"));
    return variants.size < 2 ? [] : [`${name}: ${what}: ${[...variants].join(" | ")}`];
  });
}

function rowsByHand(text: string): [string, Row][] {
  return text.trim().split(/\n(?! )/).flatMap((line) => {
    const [marks, specs, names] = line.split(";").map((part) => part.split(/\s+/).filter(Boolean));
    return names!.map((name): [string, Row] => [name.replace("|", " "), { marks: marks!, specs: specs! }]);
  });
}

function textOf(rows: ReadonlyMap<string, Row>): string {
  const lines = new Map<string, string[]>();
  for (const name of [...rows.keys()].sort()) {
    const { marks, specs } = rows.get(name)!;
    const facts = `${inOrder(marks).join(" ")}; ${specs.join(" ")};`;
    lines.set(facts, [...lines.get(facts) ?? [], name.replace(" ", "|")]);
  }
  return [...lines].map(([facts, names]) => wrapped(facts, names)).join("\n");
}

/** The marks in one order, policies last, so that the same marks are the same text. */
function inOrder(marks: readonly string[]): string[] {
  const known = ORDER.filter((mark) => marks.includes(mark));
  const policies = marks.filter((mark) => POLICY.test(mark)).sort();
  if (known.length + policies.length < marks.length) throw new Error(`Cannot order the marks ${marks.join(" ")}`);
  return [...known, ...policies];
}

function wrapped(facts: string, names: readonly string[]): string {
  const lines = [facts];
  for (const name of names) {
    const line = `${lines.at(-1)} ${name}`;
    if (line.length > MAX_WIDTH) lines.push(`  ${name}`);
    else lines[lines.length - 1] = line;
  }
  return lines.join("\n");
}
