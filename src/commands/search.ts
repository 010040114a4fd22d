/**
 * Commands on search indexes: how they are made, changed, named, looked into and deleted.
 *
 * An index follows the hashes or JSON documents whose keys start with its prefixes. What asks an index is in
 * `search_query.ts`, `search_aggregate.ts` and `search_hybrid.ts`; what concerns words is in `search_terms.ts`.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { ok, type Status } from "./readers.ts";
import { type SearchIndexInfo, searchIndexInfo, type SearchSetting } from "./search_info_readers.ts";
import { searchSettings, searchSettingsHelp } from "./search_info_readers.ts";
import { schemaWords, type SearchSchema } from "./search_schema.ts";
import { searchNames } from "./search_readers.ts";
import { counted, countedList } from "./search_words.ts";
import { exclude, flag, option } from "./words.ts";

/** What a {@linkcode ftCreate} makes an index of, and how. */
export interface FtCreateOptions {
  /** The type of the keys; `"hash"` when absent. */
  on?: "hash" | "json";
  /** What the keys start with; every key when absent. */
  prefix?: Key | readonly Key[];
  /** An expression that documents must meet, such as `"@age > 16"`. */
  filter?: string;
  /** The language of documents that have none; English when absent. */
  language?: string;
  /** The field that has a document's language. */
  languageField?: string;
  /** The score of documents that have none, 0 to 1; 1 when absent. */
  score?: number;
  /** The field that has a document's score. */
  scoreField?: string;
  /** The field that has a document's payload. */
  payloadField?: string;
  /** Makes room for more than 32 fields of text, to be added later. */
  maxTextFields?: boolean;
  /** Seconds without use after which the index is deleted; for ever when absent. */
  temporary?: number;
  /** Keeps no places of words, so that there are no exact phrases and no highlights. */
  noOffsets?: boolean;
  /** Keeps the places of words; Valkey only, where this is the default. */
  withOffsets?: boolean;
  /** Keeps nothing for highlights. */
  noHl?: boolean;
  /** Keeps no fields of words, so that queries cannot be for one field of text. */
  noFields?: boolean;
  /** Keeps no counts of words, so that scores cannot use them. */
  noFreqs?: boolean;
  /** The words not to index; none when the list is empty, the language's usual ones when absent. */
  stopwords?: readonly string[];
  /** Indexes every word; Valkey only, elsewhere an empty list of `stopwords` does it. */
  noStopwords?: boolean;
  /** The shortest word that is taken back to its stem; Valkey only. */
  minStemSize?: number;
  /** The characters between words; Valkey only. */
  punctuation?: string;
  /** Does not index the keys that are there already. */
  skipInitialScan?: boolean;
  /** Whether to keep a list of all documents, which makes `*` fast. */
  indexAll?: "enable" | "disable";
}

/** How a {@linkcode ftAlter} treats what is there. */
export interface FtAlterOptions {
  /** Does not index the new fields of the documents that are there already. */
  skipInitialScan?: boolean;
}

/** What a {@linkcode ftDropindex} deletes. */
export interface FtDropindexOptions {
  /** Deletes the documents too. */
  dd?: boolean;
}

/** Which nodes a {@linkcode ftInfo} asks; Valkey only. */
export interface FtInfoOptions {
  /** This node, all primaries, or all nodes; `"local"` when absent. */
  scope?: "local" | "primary" | "cluster";
  /** Whether all shards have to answer; `"all"` when absent. */
  shards?: "all" | "some";
  /** Whether the nodes have to agree; `"consistent"` when absent. */
  consistency?: "consistent" | "inconsistent";
}

/** Which indexes a {@linkcode ftList} names. */
export interface FtListOptions {
  /** Gives only names that match this regular expression; Valkey only. */
  regex?: string;
}

/**
 * Gives an index another name.
 *
 * Complexity: O(1). Since Search 1.0.0.
 */
export function ftAliasadd(alias: Key, index: Key): Command<"OK"> {
  return command(["FT.ALIASADD", alias, index], ok);
}

/**
 * Takes another name of an index away.
 *
 * Complexity: O(1). Since Search 1.0.0.
 */
export function ftAliasdel(alias: Key): Command<"OK"> {
  return command(["FT.ALIASDEL", alias], ok);
}

/**
 * Gives an index another name, which is taken from the index that had it.
 *
 * Complexity: O(1). Since Search 1.0.0.
 */
export function ftAliasupdate(alias: Key, index: Key): Command<"OK"> {
  return command(["FT.ALIASUPDATE", alias, index], ok);
}

/**
 * Adds fields to an index, and indexes them in the documents that are there.
 *
 * Complexity: O(n) in the keys of the database. Since Search 1.0.0.
 *
 * @param schema The new fields, as for {@linkcode ftCreate}.
 */
export function ftAlter(index: Key, schema: SearchSchema, options?: FtAlterOptions): Command<"OK"> {
  const words: Word[] = ["FT.ALTER", index];
  flag(words, "SKIPINITIALSCAN", options?.skipInitialScan);
  return command([...words, "SCHEMA", "ADD", ...schemaWords("FT.ALTER", schema)], ok);
}

/**
 * Gives settings of the search module by their names; `*` asks for all.
 *
 * Complexity: O(1). Since Search 1.0.0; from Redis 8.0 on CONFIG GET does the same.
 */
export function ftConfigGet(name: string): Command<Record<Status, Status | null>> {
  return command(["FT.CONFIG", "GET", name], searchSettings);
}

/**
 * Gives settings of the search module with what they are for; `*` asks for all.
 *
 * Complexity: O(1). Since Search 1.0.0.
 */
export function ftConfigHelp(name: string): Command<Record<Status, SearchSetting>> {
  return command(["FT.CONFIG", "HELP", name], searchSettingsHelp);
}

/**
 * Changes a setting of the search module while it runs.
 *
 * Complexity: O(1). Since Search 1.0.0; from Redis 8.0 on CONFIG SET does the same.
 */
export function ftConfigSet(name: string, value: Data): Command<"OK"> {
  return command(["FT.CONFIG", "SET", name, value], ok);
}

/**
 * Makes an index, and indexes the documents that are there in the background.
 *
 * Complexity: O(n) in the keys of the database, in the background. Since Search 1.0.0.
 *
 * @param schema The fields by their names, or by their paths in JSON documents.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", {
 *   title: { type: "text", weight: 2, sortable: true },
 *   genre: "tag",
 *   meaning: { type: "vector", algorithm: "hnsw", dataType: "float32", dim: 384, distanceMetric: "cosine" },
 * }, { prefix: "book:" });
 * await redis.ftCreate("users", { "$.name": { type: "text", as: "name" } }, { on: "json", prefix: "user:" });
 * await redis.close();
 * ```
 */
export function ftCreate(index: Key, schema: SearchSchema, options?: FtCreateOptions): Command<"OK"> {
  const words: Word[] = ["FT.CREATE", index];
  if (options !== undefined) {
    exclude("FT.CREATE", options, ["noOffsets", "withOffsets"]);
    exclude("FT.CREATE", options, ["stopwords", "noStopwords"]);
    option(words, "ON", options.on?.toUpperCase());
    countedList("FT.CREATE", words, "PREFIX", "prefix", options.prefix);
    option(words, "FILTER", options.filter);
    option(words, "LANGUAGE", options.language);
    option(words, "LANGUAGE_FIELD", options.languageField);
    option(words, "SCORE", options.score);
    option(words, "SCORE_FIELD", options.scoreField);
    option(words, "PAYLOAD_FIELD", options.payloadField);
    flag(words, "MAXTEXTFIELDS", options.maxTextFields);
    option(words, "TEMPORARY", options.temporary);
    flag(words, "NOOFFSETS", options.noOffsets);
    flag(words, "WITHOFFSETS", options.withOffsets);
    flag(words, "NOHL", options.noHl);
    flag(words, "NOFIELDS", options.noFields);
    flag(words, "NOFREQS", options.noFreqs);
    if (options.stopwords !== undefined) counted(words, "STOPWORDS", options.stopwords);
    flag(words, "NOSTOPWORDS", options.noStopwords);
    option(words, "MINSTEMSIZE", options.minStemSize);
    option(words, "PUNCTUATION", options.punctuation);
    flag(words, "SKIPINITIALSCAN", options.skipInitialScan);
    option(words, "INDEXALL", options.indexAll?.toUpperCase());
  }
  return command([...words, "SCHEMA", ...schemaWords("FT.CREATE", schema)], ok);
}

/**
 * Deletes an index, and its documents only when asked to.
 *
 * Complexity: O(1), with `dd` O(n) in the keys of the index. Since Search 2.0.0.
 */
export function ftDropindex(index: Key, options?: FtDropindexOptions): Command<"OK"> {
  const words: Word[] = ["FT.DROPINDEX", index];
  flag(words, "DD", options?.dd);
  return command(words, ok);
}

/**
 * Gives the state of an index: its fields, how much is indexed, what it takes.
 *
 * Complexity: O(1). Since Search 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", { title: "text" }, { prefix: "book:" });
 * const { numDocs, percentIndexed, attributes } = await redis.ftInfo("books");
 * console.log(numDocs, percentIndexed, attributes?.map((field) => field.attribute));
 * await redis.close();
 * ```
 */
export function ftInfo(index: Key, options?: FtInfoOptions): Command<SearchIndexInfo> {
  const words: Word[] = ["FT.INFO", index];
  if (options?.scope !== undefined) words.push(options.scope.toUpperCase());
  if (options?.shards !== undefined) words.push(`${options.shards.toUpperCase()}SHARDS`);
  if (options?.consistency !== undefined) words.push(options.consistency.toUpperCase());
  return command(words, searchIndexInfo);
}

/**
 * Gives the names of all indexes.
 *
 * Complexity: O(n) in the count of indexes. Since Search 2.0.0.
 */
export function ftList(options?: FtListOptions): Command<Status[]> {
  const words: Word[] = ["FT._LIST"];
  option(words, "REGEX", options?.regex);
  return command(words, searchNames);
}
