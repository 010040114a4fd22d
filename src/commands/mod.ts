/**
 * Every command as a function that gives its words and the reader of its reply.
 *
 * @module
 */
export type { RedisError, ReplyError } from "../errors.ts";
export type { DecodeMode, Value } from "../resp/value.ts";
export { command } from "./custom.ts";
export type { Command, Data, Key, ReplyReader, Word } from "./command.ts";
export type { Double, Raw, Report, Scored, Status } from "./readers.ts";
export type { EntriesPage, KeysPage, MembersPage, PoppedElements, PoppedMembers } from "./record_readers.ts";
export type { Ranked, ScoredPage, ServerTime } from "./record_readers.ts";
export type { ScanOptions } from "./words.ts";

export {
  append,
  decr,
  decrby,
  get,
  getdel,
  getex,
  getrange,
  getset,
  incr,
  incrby,
  incrbyfloat,
  mget,
  mset,
  msetnx,
  psetex,
  set,
  setex,
  setnx,
  setrange,
  strlen,
} from "./strings.ts";
export type { GetexOptions, SetOptions } from "./strings.ts";
export {
  copy,
  del,
  dump,
  exists,
  keys,
  move,
  objectEncoding,
  objectFreq,
  objectIdletime,
  objectRefcount,
  randomkey,
  rename,
  renamenx,
  restore,
  scan,
  touch,
  type,
  unlink,
} from "./keys.ts";
export type { CopyOptions, KeyScanOptions, RestoreOptions } from "./keys.ts";
export { expire, expireat, expiretime, persist, pexpire, pexpireat, pexpiretime, pttl, ttl } from "./expiry.ts";
export type { ExpireOptions } from "./expiry.ts";
export {
  hdel,
  hexists,
  hget,
  hgetall,
  hincrby,
  hincrbyfloat,
  hkeys,
  hlen,
  hmget,
  hrandfield,
  hscan,
  hset,
  hsetnx,
  hstrlen,
  hvals,
} from "./hashes.ts";
export type { HrandfieldOptions } from "./hashes.ts";
export {
  lindex,
  linsert,
  llen,
  lmove,
  lmpop,
  lpop,
  lpos,
  lpush,
  lpushx,
  lrange,
  lrem,
  lset,
  ltrim,
  rpop,
  rpush,
  rpushx,
} from "./lists.ts";
export type { LmpopOptions, LposOptions, Side } from "./lists.ts";
export {
  sadd,
  scard,
  sdiff,
  sdiffstore,
  sinter,
  sintercard,
  sinterstore,
  sismember,
  smembers,
  smismember,
  smove,
  spop,
  srandmember,
  srem,
  sscan,
  sunion,
  sunionstore,
} from "./sets.ts";
export type { SintercardOptions } from "./sets.ts";
export {
  zadd,
  zcard,
  zincrby,
  zmpop,
  zmscore,
  zpopmax,
  zpopmin,
  zrandmember,
  zrank,
  zrem,
  zrevrank,
  zscan,
  zscore,
} from "./sorted_sets.ts";
export type { Members, ZaddOptions, ZmpopOptions, ZrandmemberOptions, ZrankOptions } from "./sorted_sets.ts";
export {
  zcount,
  zlexcount,
  zrange,
  zrangestore,
  zremrangebylex,
  zremrangebyrank,
  zremrangebyscore,
} from "./sorted_set_ranges.ts";
export type { ZrangeOptions, ZrangestoreOptions } from "./sorted_set_ranges.ts";
export { zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore } from "./sorted_set_algebra.ts";
export type { ZcombineOptions, ZcombineStoreOptions, ZdiffOptions, ZintercardOptions } from "./sorted_set_algebra.ts";
export {
  configGet,
  configResetstat,
  configRewrite,
  configSet,
  dbsize,
  flushall,
  flushdb,
  info,
  lastsave,
  memoryUsage,
  time,
} from "./server.ts";
export type { FlushOptions, MemoryUsageOptions } from "./server.ts";
export {
  clientGetname,
  clientId,
  clientInfo,
  clientKill,
  clientList,
  clientNoEvict,
  clientNoTouch,
  clientSetname,
  echo,
  ping,
} from "./connection.ts";
export type { ClientKillOptions, ClientListOptions, ClientType } from "./connection.ts";
export { call } from "./raw.ts";
