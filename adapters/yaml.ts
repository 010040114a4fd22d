/**
 * Reads YAML, and with it JSON, into the tree of `src/profile/`, by the package `yaml`. Nothing else knows of that
 * package.
 *
 * Its messages repeat the text around a fault, which may be a password: they are replaced by words of our own.
 * Scalars are read by the core schema of YAML 1.2, so `yes` and `on` are text.
 *
 * Limits: no tags, no merge keys (`<<` is a key like others), no anchor within what it names.
 *
 * @module
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { MapNode, Parsed, ProfileNode, ScalarNode } from "../src/profile/tree.ts";

/** More values than any file of profiles has: anchors within anchors can make billions of a short text. */
const MAX_VALUES = 10_000;

const FAULTS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "an alias is not written as YAML wants it",
  BAD_DQ_ESCAPE: "there is no such escape after \\",
  BAD_INDENT: "the indentation does not fit, or a bracket is not closed",
  BAD_SCALAR_START: "a text begins with a character that wants quotes",
  BLOCK_AS_IMPLICIT_KEY: "there is a map where a key or a value must be, or a text with a colon wants quotes",
  DUPLICATE_KEY: "the key is there twice",
  MISSING_CHAR: "a quote, a bracket, a comma or a colon is missing",
  MULTIPLE_DOCS: "there is more than one document",
  TAB_AS_INDENT: "a tab cannot indent",
  TAG_RESOLVE_FAILED: "there is a tag, such as !name, that is not read here",
  UNEXPECTED_TOKEN: "nothing may stand here; within brackets, a text that has brackets wants quotes",
};

/** Ends the reading of a text at an offset; never leaves this file. */
class Fault {
  readonly offset: number;
  readonly why: string;

  constructor(offset: number, why: string) {
    this.offset = offset;
    this.why = why;
  }
}

/** Reads a text. */
export function readYaml(text: string): Parsed {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: "1.2", schema: "core" });
    // A tag that is not known is a mere warning there.
    const [first] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
    if (first !== undefined) throw new Fault(first.pos[0], FAULTS[first.code] ?? "it is not YAML");
    return { root: new Reader(document, lines).read(document.contents, 0, 1) };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { line: Math.max(1, lines.linePos(fault.offset).line), why: fault.why };
  }
}

class Reader {
  #document: Document;
  #lines: LineCounter;
  /** What is being read: from the top of the text to where the reader is. */
  #open = new Set<unknown>();
  #values = 0;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** The value of a node that begins at `offset`, to be found at `line`. */
  read(given: unknown, offset: number, line: number): ProfileNode {
    const node = isAlias(given) ? given.resolve(this.#document) : given;
    if (isAlias(given) && node === undefined) throw new Fault(offset, "an alias names an anchor that is not before it");
    if (this.#open.has(node)) throw new Fault(offset, "an anchor is within what it names");
    if (++this.#values > MAX_VALUES) throw new Fault(offset, `there are more than ${MAX_VALUES} values`);
    if (!isMap(node) && !isSeq(node)) return { kind: "scalar", line, value: this.#scalar(node, offset) };
    this.#open.add(node);
    const read: ProfileNode = isMap(node) ? this.#map(node.items, line) : {
      kind: "list",
      line,
      items: node.items.map((item) => this.#readAt(item, offset)),
    };
    this.#open.delete(node);
    return read;
  }

  #map(pairs: readonly { key: unknown; value: unknown }[], line: number): MapNode {
    const entries = new Map<string, ProfileNode>();
    for (const { key, value } of pairs) {
      const offset = offsetOf(key) ?? 0;
      if (!isScalar(key) || key.value === null || key.value === "") throw new Fault(offset, "a key must be a name");
      const name = String(key.value);
      // Such as 1 and "1", which are two keys to YAML.
      if (entries.has(name)) throw new Fault(offset, FAULTS.DUPLICATE_KEY!);
      entries.set(name, this.read(value, offset, this.#lines.linePos(offset).line));
    }
    return { kind: "map", line, entries };
  }

  #readAt(item: unknown, around: number): ProfileNode {
    const offset = offsetOf(item) ?? around;
    return this.read(item, offset, this.#lines.linePos(offset).line);
  }

  #scalar(node: unknown, offset: number): ScalarNode["value"] {
    const value: unknown = isScalar(node) ? node.value : null;
    if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as ScalarNode["value"];
    throw new Fault(offset, FAULTS.TAG_RESOLVE_FAILED!);
  }
}

function offsetOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
