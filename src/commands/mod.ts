/**
 * Every command as a function that gives its words and the reader of its reply.
 *
 * @module
 */
export type { RedisError, ReplyError } from "../errors.ts";
export type { DecodeMode, Value } from "../resp/value.ts";
export { command } from "./custom.ts";
export type {
  AnyCommand,
  Blocking,
  Command,
  Data,
  Exclusive,
  ExclusiveCommand,
  Following,
  Key,
  ReplyReader,
  SpecialWay,
  Standing,
  Word,
} from "./command.ts";
export * from "./methods.ts";
export * from "./own_connection.ts";

export type {
  BumpedEpoch,
  ClusterInfo,
  ClusterLink,
  ClusterNode,
  Shard,
  ShardNode,
  SlotMove,
  SlotNode,
  SlotsOwners,
} from "./cluster_readers.ts";
export type { ClusterMigrationTask, ClusterSlotMigration, SlotRange, SlotStats } from "./cluster_slot_readers.ts";
export type {
  Coordinates,
  GeoArea,
  GeoAsked,
  GeoBox,
  GeoDetails,
  GeoFound,
  GeoFoundWith,
  GeoMember,
  GeoMembersOnly,
  GeoOrderOptions,
  GeoPolygon,
  GeoRadius,
  GeoradiusTargets,
  GeosearchOptions,
  GeoUnit,
  GeoWithDetails,
} from "./geo_readers.ts";
export type { PerField } from "./hash_fields.ts";
export type { ByPath, Json } from "./json_readers.ts";
export type { Double, Raw, Report, Scored, Status } from "./readers.ts";
export type {
  EntriesPage,
  FieldsPage,
  KeysPage,
  MembersPage,
  PoppedElements,
  PoppedMembers,
  Ranked,
  ScoredPage,
  ServerTime,
} from "./record_readers.ts";
export type {
  IndexDefinition,
  IndexedField,
  IndexErrors,
  Profiled,
  ProfileNode,
  ProfileValue,
  SearchIndexInfo,
  SearchSetting,
} from "./search_info_readers.ts";
export type {
  AggregatePage,
  AggregateReply,
  HybridCursors,
  HybridReply,
  ScoredSuggestion,
  ScoredSuggestionWithPayload,
  ScoreExplanation,
  SearchDocument,
  SearchHit,
  SearchReply,
  SearchRow,
  SearchValue,
  SpellCorrection,
  SuggestionWithPayload,
} from "./search_readers.ts";
export type {
  SearchField,
  SearchFieldOptions,
  SearchFieldType,
  SearchPlainField,
  SearchSchema,
  SearchShapeField,
  SearchTagField,
  SearchTextField,
  SearchVectorField,
} from "./search_schema.ts";
export type {
  AggregateOptions,
  FtAggregateOptions,
  SearchApplyStep,
  SearchCursorOptions,
  SearchFilterStep,
  SearchGroupStep,
  SearchLimit,
  SearchLimitStep,
  SearchLoadStep,
  SearchOrder,
  SearchParams,
  SearchReducer,
  SearchReturn,
  SearchSortStep,
  SearchStep,
} from "./search_words.ts";
export type {
  CachedInfo,
  PendingScript,
  SentinelInstance,
  SentinelPeer,
  SentinelPrimary,
  SentinelReplica,
  SentinelServer,
  SentinelVote,
  ServerAddress,
} from "./sentinel_readers.ts";
export type { FilterChunk } from "./sketch_readers.ts";
export type {
  AutoclaimIdsPage,
  AutoclaimPage,
  ClaimedEntries,
  ClaimedEntry,
  DeliveredEntries,
  DeliveredEntry,
  PendingConsumer,
  PendingEntry,
  PendingSummary,
  StreamEntries,
  StreamEntry,
} from "./stream_readers.ts";
export type { DeletionOptions, DeletionPolicy, StreamIds, StreamTrimOptions } from "./stream_words.ts";
export type { TsChunk, TsInfo, TsLatest, TsRule, TsSample, TsSeries } from "./time_series_readers.ts";
export type {
  TsAggregation,
  TsAggregator,
  TsAlterOptions,
  TsCreateOptions,
  TsDuplicatePolicy,
  TsIgnore,
  TsLabelOptions,
  TsRangeOptions,
  TsTimestamp,
} from "./time_series_words.ts";
export type { Attributed, RawEmbedding, ScoredAttributed, Vector, VectorAttributes, VectorSetInfo } from "./vectors.ts";
export type { RecordOrEntries, ScanOptions } from "./words.ts";
