/**
 * The pure parts: RESP, the session, and what is known of each command, for those who bring their own sockets.
 *
 * Nothing here knows of a runtime, a socket, a timer or a promise.
 *
 * @module
 */
export { ProtocolError, RedisError, ReplyError } from "../src/errors.ts";
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
export { Batch, Call, PendingCall } from "../src/session/call.ts";
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
