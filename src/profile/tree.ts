/**
 * A file of profiles as it was written: values with the lines on which they stand.
 *
 * Whoever reads the text (YAML, of which JSON is a part) makes this tree of it, with anchors already followed. What a
 * value may be is no concern of the tree.
 *
 * @module
 */

/** One value of the file. */
export type ProfileNode = ScalarNode | MapNode | ListNode;

/** Text, a number, true, false or nothing. */
export interface ScalarNode {
  kind: "scalar";
  /** The line, from 1: that of its key where it has one. */
  line: number;
  value: string | number | boolean | null;
}

/** Values by key, in the order of the file. */
export interface MapNode {
  kind: "map";
  /** The line, from 1: that of its key where it has one. */
  line: number;
  entries: ReadonlyMap<string, ProfileNode>;
}

/** Values in a row. */
export interface ListNode {
  kind: "list";
  /** The line, from 1: that of its key where it has one. */
  line: number;
  items: readonly ProfileNode[];
}

/** The value at the top of a text, or where and why the text cannot be read. */
export type Parsed = { root: ProfileNode } | { line: number; why: string };
