/**
 * Commands on words: suggestions while one types, corrections, dictionaries, synonyms, and the tags of an index.
 *
 * @module
 */
import { type Command, command, type Data, type Key, type Word } from "./command.ts";
import { integer, ok, type Status, strings } from "./readers.ts";
import { type ScoredSuggestion, scoredSuggestions, type ScoredSuggestionWithPayload } from "./search_readers.ts";
import { scoredSuggestionsWithPayloads, type SpellCorrection, spellCorrections } from "./search_readers.ts";
import { suggestionsWithPayloads, type SuggestionWithPayload, synonymGroups } from "./search_readers.ts";
import { flag, listOf, option, wantOne } from "./words.ts";

/** A dictionary for a {@linkcode ftSpellcheck}. */
export interface SpellcheckTerms {
  /** Whether its words are taken for right and suggested, or never suggested. */
  mode: "include" | "exclude";
  /** The dictionary, as {@linkcode ftDictadd} names it. */
  dictionary: Key;
  /** More words. */
  terms?: readonly Data[];
}

/** How a {@linkcode ftSpellcheck} looks for words. */
export interface FtSpellcheckOptions {
  /** How many letters a word may be away from what is suggested, 1 to 4; 1 when absent. */
  distance?: number;
  /** Dictionaries to use and not to use. */
  terms?: SpellcheckTerms | readonly SpellcheckTerms[];
  /** The version of the query language; the server's setting when absent. */
  dialect?: number;
}

/** How a {@linkcode ftSugadd} adds. */
export interface FtSugaddOptions {
  /** Adds the score to the one that the suggestion has. */
  incr?: boolean;
  /** What to keep with the suggestion. */
  payload?: Data;
}

/** What a {@linkcode ftSugget} finds and gives. */
export interface FtSuggetOptions {
  /** Finds also what starts with something one letter away from the prefix. */
  fuzzy?: boolean;
  /** Gives each suggestion with its score. */
  withScores?: boolean;
  /** Gives each suggestion with its payload. */
  withPayloads?: boolean;
  /** How many suggestions to give at most; 5 when absent. */
  max?: number;
}

/** How a {@linkcode ftSynupdate} treats what is there. */
export interface FtSynupdateOptions {
  /** Does not look at the documents that are there already. */
  skipInitialScan?: boolean;
}

/**
 * Adds words to a dictionary, and gives how many of them are new.
 *
 * Complexity: O(1) a word. Since Search 1.4.0.
 */
export function ftDictadd(dictionary: Key, ...terms: Data[]): Command<number> {
  wantOne("FT.DICTADD", "term", terms);
  return command(["FT.DICTADD", dictionary, ...terms], integer);
}

/**
 * Deletes words from a dictionary, and gives how many of them it had.
 *
 * Complexity: O(1) a word. Since Search 1.4.0.
 */
export function ftDictdel(dictionary: Key, ...terms: Data[]): Command<number> {
  wantOne("FT.DICTDEL", "term", terms);
  return command(["FT.DICTDEL", dictionary, ...terms], integer);
}

/**
 * Gives all words of a dictionary.
 *
 * Complexity: O(n) in the size of the dictionary. Since Search 1.4.0.
 */
export function ftDictdump(dictionary: Key): Command<string[]> {
  return command(["FT.DICTDUMP", dictionary], strings);
}

/**
 * Gives the words of a query that may be misspelt, each with what it may have been meant to be.
 *
 * Complexity: O(1) a word. Since Search 1.4.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", { title: "text" });
 * await redis.ftDictadd("names", "herbert");
 * const words = await redis.ftSpellcheck("books", "herbrt", { terms: { mode: "include", dictionary: "names" } });
 * for (const { term, suggestions } of words) console.log(term, suggestions[0]?.suggestion);
 * await redis.close();
 * ```
 */
export function ftSpellcheck(index: Key, query: string, options?: FtSpellcheckOptions): Command<SpellCorrection[]> {
  const words: Word[] = ["FT.SPELLCHECK", index, query];
  if (options !== undefined) {
    option(words, "DISTANCE", options.distance);
    const { terms = [] } = options;
    const dictionaries: readonly SpellcheckTerms[] = "mode" in terms ? [terms] : terms;
    for (const { mode, dictionary, terms: more = [] } of dictionaries) {
      words.push("TERMS", mode.toUpperCase(), dictionary, ...more);
    }
    option(words, "DIALECT", options.dialect);
  }
  return command(words, spellCorrections);
}

/**
 * Adds a suggestion with its score to a list of suggestions, and gives how many the list has then.
 *
 * Complexity: O(n) in the length of the suggestion. Since Search 1.0.0.
 */
export function ftSugadd(key: Key, suggestion: Data, score: number, options?: FtSugaddOptions): Command<number> {
  const words: Word[] = ["FT.SUGADD", key, suggestion, score];
  flag(words, "INCR", options?.incr);
  option(words, "PAYLOAD", options?.payload);
  return command(words, integer);
}

/**
 * Deletes a suggestion and gives 1, or gives 0 when there is none.
 *
 * Complexity: O(n) in the length of the suggestion. Since Search 1.0.0.
 */
export function ftSugdel(key: Key, suggestion: Data): Command<number> {
  return command(["FT.SUGDEL", key, suggestion], integer);
}

/**
 * Gives the suggestions that start with a prefix, the best first.
 *
 * Complexity: O(n) in the suggestions that start so. Since Search 1.0.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftSugadd("titles", "dune messiah", 1);
 * await redis.ftSugget("titles", "du"); // ["dune messiah"]
 * const [best] = await redis.ftSugget("titles", "du", { withScores: true, max: 1 });
 * console.log(best?.suggestion, best?.score);
 * await redis.close();
 * ```
 */
export function ftSugget(
  key: Key,
  prefix: Data,
  options: FtSuggetOptions & { withScores: true; withPayloads: true },
): Command<ScoredSuggestionWithPayload<string>[]>;
/** Gives suggestions with their scores. */
export function ftSugget(
  key: Key,
  prefix: Data,
  options: FtSuggetOptions & { withScores: true; withPayloads?: false },
): Command<ScoredSuggestion<string>[]>;
/** Gives suggestions with their payloads. */
export function ftSugget(
  key: Key,
  prefix: Data,
  options: FtSuggetOptions & { withScores?: false; withPayloads: true },
): Command<SuggestionWithPayload<string>[]>;
/** Gives the suggestions alone. */
export function ftSugget(
  key: Key,
  prefix: Data,
  options?: FtSuggetOptions & { withScores?: false; withPayloads?: false },
): Command<string[]>;
/** Gives what the options, known only when it runs, ask for. */
export function ftSugget(
  key: Key,
  prefix: Data,
  options?: FtSuggetOptions,
): Command<string[] | (ScoredSuggestion<string> | SuggestionWithPayload<string>)[]>;
export function ftSugget(key: Key, prefix: Data, options: FtSuggetOptions = {}): Command<unknown> {
  const { withScores, withPayloads } = options;
  const words: Word[] = ["FT.SUGGET", key, prefix];
  flag(words, "FUZZY", options.fuzzy);
  flag(words, "WITHSCORES", withScores);
  flag(words, "WITHPAYLOADS", withPayloads);
  option(words, "MAX", options.max);
  if (withScores) return command<unknown>(words, withPayloads ? scoredSuggestionsWithPayloads : scoredSuggestions);
  return command<unknown>(words, withPayloads ? suggestionsWithPayloads : strings);
}

/**
 * Gives how many suggestions a list has.
 *
 * Complexity: O(1). Since Search 1.0.0.
 */
export function ftSuglen(key: Key): Command<number> {
  return command(["FT.SUGLEN", key], integer);
}

/**
 * Gives the words that have synonyms, each with the ids of its groups.
 *
 * Complexity: O(n) in the count of words. Since Search 1.2.0.
 */
export function ftSyndump(index: Key): Command<Record<Status, Status[]>> {
  return command(["FT.SYNDUMP", index], synonymGroups);
}

/**
 * Adds words to a group of synonyms, which is made where it does not exist.
 *
 * Complexity: O(1) a word. Since Search 1.2.0.
 *
 * @example
 * ```ts
 * import { connect } from "@respwire/client";
 *
 * const redis = await connect();
 * await redis.ftCreate("books", { title: "text" });
 * await redis.ftSynupdate("books", "child", ["boy", "girl"]);
 * await redis.ftSyndump("books"); // { boy: ["child"], girl: ["child"] }
 * await redis.close();
 * ```
 */
export function ftSynupdate(
  index: Key,
  group: Data,
  terms: Data | readonly Data[],
  options?: FtSynupdateOptions,
): Command<"OK"> {
  const list = listOf(terms);
  wantOne("FT.SYNUPDATE", "term", list);
  const words: Word[] = ["FT.SYNUPDATE", index, group];
  flag(words, "SKIPINITIALSCAN", options?.skipInitialScan);
  return command([...words, ...list], ok);
}

/**
 * Gives the different tags that a field of an index has.
 *
 * Complexity: O(n) in the count of tags. Since Search 1.0.0.
 */
export function ftTagvals(index: Key, field: string): Command<string[]> {
  return command(["FT.TAGVALS", index, field], strings);
}
