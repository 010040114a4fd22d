/**
 * Readers of what a search index tells of itself: its state, its settings, how long a query took where.
 *
 * @module
 */
import { type DecodeMode, PLAIN, type Value } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { camelCase, countPart, fields, fieldsPart, listPart, type Part, textPart, yesNoPart } from "./field_readers.ts";
import { type Double, doubleOf, pairsOf, reader, type Report, setField, type Status, textOf } from "./readers.ts";
import { type AggregateReply, partsOf, type SearchHit, type SearchParts, type SearchReply } from "./search_readers.ts";
import { partsAsked, toAggregateReply, toSearchReply } from "./search_readers.ts";

/** How a field is indexed; what its type knows beyond that has the server's name in camelCase. */
export interface IndexedField {
  /** The field's name in the hash, or its path. */
  identifier: Status;
  /** Its name in queries. */
  attribute: Status;
  /** Its type, such as `TEXT`. */
  type: Status;
  /** The options it was made with that have no value, such as `SORTABLE`. */
  flags: Status[];
  /** How much it counts in scores; for text. */
  weight?: Double;
  /** What is between tags; for tags. */
  separator?: Status;
  /** What else the server tells. */
  [name: string]: unknown;
}

/** What went wrong when documents were indexed. */
export interface IndexErrors {
  /** How many documents could not be indexed. */
  indexingFailures: number;
  /** The last reason, or `N/A`. */
  lastIndexingError: Report;
  /** The key of the last such document, or `N/A`. */
  lastIndexingErrorKey: Status;
}

/** Which keys an index is made of. */
export interface IndexDefinition {
  /** `HASH` or `JSON`. */
  keyType: Status;
  /** What the keys start with. */
  prefixes: Status[];
  /** The score of documents that have none. */
  defaultScore: Double;
  /** What else the server tells. */
  [name: string]: unknown;
}

/**
 * The state of a search index. Servers tell more or less of it: what is optional here some do not tell, and what is
 * not named here comes too, with the server's name in camelCase.
 */
export interface SearchIndexInfo {
  /** The index's name. */
  indexName: Status;
  /** The options of the index that have no value. */
  indexOptions?: Status[];
  /** Which keys it is made of. */
  indexDefinition?: IndexDefinition;
  /** The fields. */
  attributes?: IndexedField[];
  /** How many documents it has. */
  numDocs: number;
  /** The highest number given to a document. */
  maxDocId?: number;
  /** How many different terms it has. */
  numTerms?: number;
  /** How many entries it has. */
  numRecords?: number;
  /** Megabytes in all. */
  totalIndexMemorySzMb?: Double;
  /** Megabytes of vectors. */
  vectorIndexSzMb?: Double;
  /** How many documents could not be indexed. */
  hashIndexingFailures?: number;
  /** Milliseconds spent on indexing. */
  totalIndexingTime?: Double;
  /** Whether keys that were there before are still being indexed. */
  indexing?: boolean;
  /** How much of them is indexed, 0 to 1. */
  percentIndexed?: Double;
  /** How often the index was used. */
  numberOfUses?: number;
  /** Whether deleted documents are being cleared away. */
  cleaning?: boolean;
  /** What was cleared away and how long it took. */
  gcStats?: Record<Status, Double>;
  /** How many cursors there are. */
  cursorStats?: Record<Status, number>;
  /** Which dialects were used. */
  dialectStats?: Record<Status, number>;
  /** The words that are not indexed, where they are not the usual ones. */
  stopwordsList?: Status[];
  /** What went wrong. */
  indexErrors?: IndexErrors;
  /** What went wrong with each field. */
  fieldStatistics?: { identifier: Status; attribute: Status; indexErrors: IndexErrors; [name: string]: unknown }[];
  /** What else the server tells. */
  [name: string]: unknown;
}

/** A setting of the search module, with what it is for. */
export interface SearchSetting {
  /** What it is for. */
  description: Report;
  /** Its value, or null. */
  value: Status | null;
}

/** What a query did and for how long; names are the server's in camelCase, times are milliseconds. */
export interface ProfileNode {
  /** What the server calls it. */
  [name: string]: ProfileValue;
}

/** A part of a {@linkcode ProfileNode}. */
export type ProfileValue = Report | Double | ProfileNode | ProfileValue[];

/** A reply to a query, with what the query did. */
export interface Profiled<Reply> {
  /** What the query gives. */
  results: Reply;
  /** What each shard did, and what the node did that put their replies together. */
  profile: { shards: ProfileNode[]; coordinator: ProfileNode };
}

// Averages of nothing are "nan" or "-nan" under RESP2.
const statPart: Part<number> = (value) => /^-?nan$/i.test(textOf(value)) ? NaN : doubleOf(value);

/** A record with the same part for every field. */
function allPart(part: Part): Part {
  return (value, mode) => {
    const record: Record<string, unknown> = {};
    for (const [name, item] of pairsOf(value)) setField(record, camelCase(textOf(name)), part(item, mode));
    return record;
  };
}

const FLAG = /^(SORTABLE|UNF|NOSTEM|NOINDEX|CASESENSITIVE|WITHSUFFIXTRIE|INDEXEMPTY|INDEXMISSING)$/;
const NUMBER = /^(weight|dim|m|efConstruction|efRuntime|epsilon|blockSize|initialCap)$/;

function lowerCamelCase(name: string): string {
  return camelCase(name === name.toUpperCase() ? name.toLowerCase() : name);
}

// Under RESP2 the flags of a field stand bare among its names and values, under RESP3 they have a list.
function toIndexedField(value: Value, mode: DecodeMode): IndexedField {
  const list = value as Value[];
  const field: Record<string, unknown> = { flags: [] };
  for (let at = 0; at < list.length; at++) {
    const word = textOf(list[at]!);
    if (FLAG.test(word)) (field.flags as string[]).push(word);
    else setField(field, lowerCamelCase(word), fieldPart(lowerCamelCase(word), list[++at] ?? null, mode));
  }
  return field as IndexedField;
}

function fieldPart(name: string, value: Value, mode: DecodeMode): unknown {
  if (name === "index" || name === "algorithm" && Array.isArray(value)) {
    return fieldsPart({ algorithm: (inner, innerMode) => fieldPart("algorithm", inner, innerMode) })(value, mode);
  }
  return value !== null && NUMBER.test(name) ? doubleOf(value) : value;
}

function infoReader(): ReplyReader<SearchIndexInfo> {
  const texts = listPart(textPart);
  const errors = fieldsPart({ indexingFailures: countPart });
  const names = "invertedSzMb vectorIndexSzMb offsetVectorsSzMb docTableSizeMb sortableValuesSizeMb keyTableSizeMb " +
    "tagOverheadSzMb textOverheadSzMb totalIndexMemorySzMb geoshapesSzMb recordsPerDocAvg bytesPerRecordAvg " +
    "offsetsPerTermAvg offsetBitsPerRecordAvg totalIndexingTime percentIndexed";
  const counts = "numDocs maxDocId numTerms numRecords totalInvertedIndexBlocks hashIndexingFailures numberOfUses";
  return fields<SearchIndexInfo>({
    ...Object.fromEntries(names.split(" ").map((name) => [name, statPart])),
    ...Object.fromEntries(counts.split(" ").map((name) => [name, countPart])),
    indexOptions: texts,
    indexDefinition: fieldsPart({ prefixes: texts, defaultScore: doubleOf, indexesAll: trueWordPart }),
    attributes: listPart(toIndexedField),
    indexing: yesNoPart,
    cleaning: yesNoPart,
    gcStats: allPart(statPart),
    cursorStats: allPart(countPart),
    dialectStats: allPart(countPart),
    stopwordsList: texts,
    indexErrors: errors,
    fieldStatistics: listPart(fieldsPart({ indexErrors: errors })),
  });
}

/** The state of an index. */
export const searchIndexInfo: ReplyReader<SearchIndexInfo> = /* @__PURE__ */ infoReader();

function trueWordPart(value: Value): boolean {
  return textOf(value) === "true";
}

/** Settings by their names. */
export const searchSettings: ReplyReader<Record<Status, Status | null>> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const settings: Record<string, string | null> = {};
  for (const [name, setting] of pairsOf(value)) {
    setField(settings, textOf(name), setting === null ? null : textOf(setting));
  }
  return settings;
});

/** Settings with what they are for, by their names. */
export const searchSettingsHelp: ReplyReader<Record<Status, SearchSetting>> = /* @__PURE__ */ reader(PLAIN, (value) => {
  const list = value as Value[];
  const settings: Record<string, SearchSetting> = {};
  // RESP2 has a list for each setting that its name starts, RESP3 a map of maps.
  const entries = Array.isArray(list[0])
    ? (list as Value[][]).map(([name, ...parts]): [Value, Value] => [name!, parts])
    : pairsOf(value);
  for (const [name, help] of entries) {
    const parts = partsOf(help);
    const setting = parts.get("Value") ?? null;
    setField(settings, textOf(name), {
      description: textOf(parts.get("Description")!),
      value: setting === null ? null : textOf(setting),
    });
  }
  return settings;
});

// Lists of records, which RESP2 may leave without the brackets around them.
const LISTS = /^(Child iterators|Result processors profile|Shards)$/i;

function toProfileNode(list: readonly Value[]): ProfileNode {
  const node: ProfileNode = {};
  for (let at = 0; at < list.length;) {
    const name = textOf(list[at++]!);
    const first = list[at++] ?? null;
    const more: Value[] = [first];
    while (Array.isArray(list[at])) more.push(list[at++]!);
    setField(node, camelCase(name), toProfileValue(name, more));
  }
  return node;
}

function toProfileValue(name: string, given: readonly Value[]): ProfileValue {
  const first = given[0]!;
  if (!Array.isArray(first)) return profileWord(name, first);
  if (!LISTS.test(name)) {
    return isRecord(first) && !/warning/i.test(name)
      ? toProfileNode(first)
      : first.map((item) => profileItem(name, item));
  }
  const items = given.length > 1 || isRecord(first) ? given : first;
  return items.map((item) => profileItem(name, item));
}

function profileItem(name: string, item: Value): ProfileValue {
  return Array.isArray(item) ? toProfileNode(item) : profileWord(name, item);
}

function isRecord(list: readonly Value[]): boolean {
  return list.length > 1 && !Array.isArray(list[0]);
}

function profileWord(name: string, value: Value): Report | Double {
  if (typeof value === "number") return value;
  return /time$/i.test(name) ? statPart(value, PLAIN) : textOf(value);
}

function toProfile(value: Value): Profiled<unknown>["profile"] {
  const list = value as Value[];
  // Servers before Redis 8 have no shards, and under RESP2 a list around each name with its value.
  const node = toProfileNode(Array.isArray(list[0]) ? (list as Value[][]).flat() : list);
  const { shards, coordinator } = node;
  if (shards === undefined) return { shards: [node], coordinator: {} };
  // An empty map is an empty list here.
  const done = coordinator === undefined || Array.isArray(coordinator) ? {} : coordinator as ProfileNode;
  return { shards: shards as ProfileNode[], coordinator: done };
}

function toProfiled<Reply>(value: Value, read: (value: Value) => Reply): Profiled<Reply> {
  const list = value as Value[];
  if (Array.isArray(list[0])) return { results: read(list[0]), profile: toProfile(list[1]!) };
  const named = partsOf(value);
  // Servers before Redis 8 put the profile among the parts of the reply.
  return {
    results: read(named.get("Results") ?? value),
    profile: toProfile((named.get("Profile") ?? named.get("profile"))!),
  };
}

// One for each sum of parts, made when it is first asked for.
const profiledSearches: ReplyReader<Profiled<SearchReply<SearchHit>>>[] = [];

/** The reader for documents with the parts that the options ask for, and a profile. */
export function profiledSearch(options: SearchParts = {}): ReplyReader<Profiled<SearchReply<SearchHit>>> {
  const parts = partsAsked(options);
  return profiledSearches[parts] ??= reader(
    3,
    (value, mode) => toProfiled(value, (results) => toSearchReply(results, mode, parts)),
  );
}

/** Rows and a profile. */
export const profiledAggregate: ReplyReader<Profiled<AggregateReply>> = /* @__PURE__ */ reader(
  3,
  (value, mode) => toProfiled(value, (results) => toAggregateReply(results, mode)),
);
