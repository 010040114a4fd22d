/**
 * Readers of replies that have named parts: pages of scans, what was popped, a rank, a time, clients.
 *
 * The wire gives lists or text; each reader here gives a record. Those whose parts follow the caller's
 * view are generic, as `Text` or `Integer` is not known before the call.
 *
 * @module
 */
import { BIGINTS, BYTES, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { type Double, doubleOf, pairsOf, reader, type Scored, setField, type Status } from "./readers.ts";
import { integerOf, textOf, toInteger, toScored } from "./readers.ts";

/** Some of the keys of a database. */
export interface KeysPage<Text = string> {
  /** Where the next call goes on; `"0"` when the scan is complete. */
  cursor: Status;
  /** The keys, which may come more than once in a scan. */
  keys: Text[];
}

/** Some of the members of a set. */
export interface MembersPage<Text = string> {
  /** Where the next call goes on; `"0"` when the scan is complete. */
  cursor: Status;
  /** The members, which may come more than once in a scan. */
  members: Text[];
}

/** Some of the fields of a hash. */
export interface FieldsPage<Text = string> {
  /** Where the next call goes on; `"0"` when the scan is complete. */
  cursor: Status;
  /** The fields, which may come more than once in a scan. */
  fields: Text[];
}

/** Some of the fields of a hash with their values. */
export interface EntriesPage<Text = string> {
  /** Where the next call goes on; `"0"` when the scan is complete. */
  cursor: Status;
  /** The fields with their values, which may come more than once in a scan. */
  entries: [Text, Text][];
}

/** Some of the members of a sorted set with their scores. */
export interface ScoredPage<Text = string> {
  /** Where the next call goes on; `"0"` when the scan is complete. */
  cursor: Status;
  /** The members with their scores, which may come more than once in a scan. */
  members: Scored<Text>[];
}

/** Elements taken from the first list of several that had any. */
export interface PoppedElements<Text = string> {
  /** The key of the list they were taken from. */
  key: Text;
  /** The elements, in the order they were taken. */
  elements: Text[];
}

/** Members taken from the first sorted set of several that had any. */
export interface PoppedMembers<Text = string> {
  /** The key of the sorted set they were taken from. */
  key: Text;
  /** The members with the scores they had, in the order they were taken. */
  members: Scored<Text>[];
}

/** The place of a member in a sorted set. */
export interface Ranked<Integer = number> {
  /** How many members come before it. */
  rank: Integer;
  /** Its score. */
  score: Double;
}

/** A moment by the server's clock. */
export interface ServerTime<Integer = number> {
  /** Whole seconds since the Unix epoch. */
  seconds: Integer;
  /** Microseconds since that second. */
  microseconds: Integer;
}

/** A page of keys. */
export const keysPage: ReplyReader<KeysPage> = /* @__PURE__ */ reader(BYTES, (value) => {
  const [cursor, keys] = value as [Value, string[]];
  return { cursor: textOf(cursor), keys };
});

/** A page of members. */
export const membersPage: ReplyReader<MembersPage> = /* @__PURE__ */ reader(BYTES, (value) => {
  const [cursor, members] = value as [Value, string[]];
  return { cursor: textOf(cursor), members };
});

/** A page of fields. */
export const fieldsPage: ReplyReader<FieldsPage> = /* @__PURE__ */ reader(BYTES, (value) => {
  const [cursor, fields] = value as [Value, string[]];
  return { cursor: textOf(cursor), fields };
});

/** A page of fields with their values. */
export const entriesPage: ReplyReader<EntriesPage> = /* @__PURE__ */ reader(BYTES, (value) => {
  const [cursor, entries] = value as [Value, Value];
  return { cursor: textOf(cursor), entries: pairsOf(entries) as [string, string][] };
});

/** A page of members with their scores. */
export const scoredPage: ReplyReader<ScoredPage> = /* @__PURE__ */ reader(BYTES, (value) => {
  const [cursor, members] = value as [Value, Value];
  return { cursor: textOf(cursor), members: toScored(members) };
});

/** What was popped from a list, or null where every list was empty. */
export const poppedElements: ReplyReader<PoppedElements | null> = /* @__PURE__ */ reader(BYTES, (value) => {
  if (value === null) return null;
  const [key, elements] = value as [string, string[]];
  return { key, elements };
});

/** What was popped from a sorted set, or null where every one was empty. */
export const poppedMembers: ReplyReader<PoppedMembers | null> = /* @__PURE__ */ reader(BYTES, (value) => {
  if (value === null) return null;
  const [key, members] = value as [string, Value];
  return { key, members: toScored(members) };
});

/** A rank with its score, or null where there is no such member. */
export const rankedOrNull: ReplyReader<Ranked | null> = /* @__PURE__ */ reader(BIGINTS, (value, mode) => {
  if (value === null) return null;
  const [rank, score] = value as [Value, Value];
  return { rank: toInteger(rank, mode), score: doubleOf(score) };
});

/** A moment, from its seconds and microseconds. */
export const serverTime: ReplyReader<ServerTime> = /* @__PURE__ */ reader(BIGINTS, (value, mode) => {
  const [seconds, microseconds] = value as [Value, Value];
  return { seconds: integerOf(seconds, mode), microseconds: integerOf(microseconds, mode) };
});

/** A flat list of name, setting, … as a record; text under every view. */
export const settings: ReplyReader<Record<Status, Status>> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const record: Record<Status, Status> = {};
  for (const [name, setting] of pairsOf(value)) setField(record, textOf(name), textOf(setting));
  return record;
});

function toClient(line: string): Record<Status, Status> {
  const fields: Record<Status, Status> = {};
  let last = "";
  for (const part of line.split(" ")) {
    const at = part.indexOf("=");
    // The path of a unix socket is the one value that may hold spaces.
    if (at <= 0) setField(fields, last, `${fields[last] ?? ""} ${part}`);
    else setField(fields, last = part.slice(0, at), part.slice(at + 1));
  }
  return fields;
}

/** One client, from its line of `name=value` parts. */
export const clientRecord: ReplyReader<Record<Status, Status>> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => toClient(textOf(value).trimEnd()),
);

/** Clients, from a line each. */
export const clientRecords: ReplyReader<Record<Status, Status>[]> = /* @__PURE__ */ reader(
  PLAIN,
  (value) => textOf(value).split("\n").filter((line) => line !== "").map(toClient),
);
