/**
 * Every command as a function that gives its words and the reader of its reply.
 *
 * @module
 */
export type { RedisError, ReplyError } from "../errors.ts";
export type { DecodeMode, Value } from "../resp/value.ts";
export { command } from "./custom.ts";
export type { AnyCommand, Command, Data, ExclusiveCommand, Key, ReplyReader, Word } from "./command.ts";
export type { Double, Raw, Report, Scored, Status } from "./readers.ts";
export type { EntriesPage, KeysPage, MembersPage, PoppedElements, PoppedMembers } from "./record_readers.ts";
export type { Ranked, ScoredPage, ServerTime } from "./record_readers.ts";
export type { ScanOptions } from "./words.ts";
export * from "./methods.ts";
export * from "./own_connection.ts";
