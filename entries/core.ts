/**
 * The pure parts: RESP, the session, what is known of each command, and how a cluster is routed, for those who bring
 * their own sockets.
 *
 * Nothing here knows of a runtime, a socket, a timer or a promise.
 *
 * @module
 */
export { CrossSlotError, ProtocolError, RedisError, ReplyError } from "../src/errors.ts";
export type { ConnectionErrorOptions, ReplyErrorContext } from "../src/errors.ts";
export { Decoder, INCOMPLETE, PUSH } from "../src/resp/decoder.ts";
export type { DecoderOptions } from "../src/resp/decoder.ts";
export { Encoder } from "../src/resp/encoder.ts";
export type { EncodableWord } from "../src/resp/encoder.ts";
export { encodeReply, Special, wire } from "../src/resp/reply_encoder.ts";
export type { WireValue } from "../src/resp/reply_encoder.ts";
export { webText } from "../src/resp/text.ts";
export { BIGINTS, BYTES, COLLECTIONS, defaultLimits, PLAIN } from "../src/resp/value.ts";
export type { DecodeMode, Limits, Value } from "../src/resp/value.ts";
export { Session } from "../src/session/session.ts";
export type { SessionOptions } from "../src/session/session.ts";
export { Batch } from "../src/session/batch.ts";
export { Call, PendingCall } from "../src/session/call.ts";
export type { Attachment, CallKeeper, Due, Rare, Reject, Resolve } from "../src/session/call.ts";
export type { Waiter } from "../src/session/in_flight.ts";
export type { Login } from "../src/session/handshake.ts";
export type { TextCodec } from "../src/stream.ts";
export type {
  AnyCommand,
  Blocking,
  Command,
  Exclusive,
  ExclusiveCommand,
  Following,
  ReplyReader,
  SpecialWay,
  Standing,
  Word,
} from "../src/commands/command.ts";
export { allFacts, factsOf } from "../src/routing/command_facts.ts";
export type { CommandFacts, RequestPolicy, ResponsePolicy } from "../src/routing/command_facts.ts";
export { firstSlotPosition, keysOf, slotPositions } from "../src/routing/keys.ts";
export type { KeyWord } from "../src/routing/keys.ts";
export type { BeginSearch, FindKeys, KeyAccess, KeyCount, KeyRange, KeySpec } from "../src/routing/key_specs.ts";
export { redirectAddressOf, redirectOf } from "../src/routing/redirect.ts";
export type { Redirect } from "../src/routing/redirect.ts";
export { routeOf, singleSlotOf, slotOfAll } from "../src/routing/route.ts";
export type { AnyRoute, EverywhereRoute, Route, SlotRoute, SplitRoute } from "../src/routing/route.ts";
export type { FanOut, FanOutNodes, NodeReply } from "../src/routing/fan_out.ts";
export type { Split, SplitPart } from "../src/routing/split.ts";
export { SLOT_COUNT, slotOf } from "../src/routing/slots.ts";
export { SlotMap } from "../src/routing/slot_map.ts";
export type { MapShard, Move } from "../src/routing/slot_map.ts";
export { nodeNameOf } from "../src/routing/topology.ts";
export type {
  NodeAddress,
  NodeHealth,
  NodeRole,
  Topology,
  TopologyNode,
  TopologyShard,
} from "../src/routing/topology.ts";
export { topologyOfShards, topologyOfSlots } from "../src/routing/topology_reply.ts";
export type { ReadingContext } from "../src/routing/topology_reply.ts";
export { changesOf, chooseView, sameView } from "../src/routing/views.ts";
export type { TopologyChanges } from "../src/routing/views.ts";
export type { Shard, ShardNode, SlotNode, SlotsOwners } from "../src/commands/cluster_readers.ts";
export type { SlotRange } from "../src/commands/cluster_slot_readers.ts";
