/**
 * What scripts/table.ts cannot learn from a running server here: commands that none of them knows, and facts that
 * they do not tell.
 *
 * The texts have the form of src/routing/table.ts: marks; key specs; names, where a name that follows on in the next
 * line is indented. A command stays here until a server of the tests knows it; the script refuses one that does.
 *
 * @module
 */

/** Commands of servers that came after those of the tests: Redis 8.2 to 8.10. */
export const NEWER = `
write; RW:1; ARDEL ARDELRANGE ARSEEK DELEX XACKDEL XCFGSET XDELEX XNACK
write denyoom; RW:1; ARINSERT ARMSET ARRING ARSET INCREX XIDMPRECORD
write denyoom; RW:1 RW:2; LMOVEM
write denyoom blocking; RW:1 RW:2; BLMOVEM
write denyoom; RW:2; HIMPORT|SET
denyoom request_policy:all_shards; ; HIMPORT|PREPARE
request_policy:all_shards; ; HIMPORT|DISCARD HIMPORT|DISCARDALL
readonly; RO:1; ARCOUNT ARGET ARGETRANGE ARGREP ARINFO ARLASTITEMS ARLEN ARMGET ARNEXT AROP ARSCAN DIGEST VRANGE
readonly movablekeys; RO:1#0+1; SDIFFCARD SUNIONCARD
admin stale; ; BACKUP|LIST BACKUP|STATUS CLUSTER|MIGRATION
admin; ; BACKUP|ABORT BACKUP|CLEANUP BACKUP|SEAL BACKUP|START
admin request_policy:special; ; HOTKEYS|RESET HOTKEYS|START HOTKEYS|STOP
admin nondeterministic_output request_policy:special response_policy:special; ; HOTKEYS|GET
loading stale; ; BACKUP|HELP HOTKEYS|HELP
write; ; TRIMSLOTS
`;

/**
 * Commands of modules. Names of indexes are no keys: FT.SEARCH goes to any node, which asks the others. Only the
 * node that made a cursor knows it. JSON.MGET is no multi_shard command to its module, which then leaves out what
 * is elsewhere; as it only reads, it can be split like MGET. JSON.MSET promises to set all or nothing.
 */
export const MODULES = `
readonly; RO:1; JSON.ARRINDEX JSON.ARRLEN JSON.GET JSON.OBJKEYS JSON.OBJLEN JSON.RESP JSON.STRLEN JSON.TYPE
readonly request_policy:multi_shard; RO:1..-2; JSON.MGET
readonly dont_cache; RO:2; JSON.DEBUG|MEMORY JSON.DEBUG|DEPTH JSON.DEBUG|FIELDS
readonly dont_cache; ; JSON.DEBUG|HELP
write; RW:1; JSON.ARRPOP JSON.ARRTRIM JSON.CLEAR JSON.DEL JSON.FORGET JSON.NUMINCRBY JSON.NUMMULTBY JSON.NUMPOWBY
  JSON.TOGGLE
write denyoom; RW:1; JSON.ARRAPPEND JSON.ARRINSERT JSON.MERGE JSON.SET JSON.STRAPPEND
write denyoom; OW:1..-1/3; JSON.MSET
readonly dont_cache; ; FT.AGGREGATE FT.ALIASLIST FT.CONFIG|GET FT.CONFIG|HELP FT.CURSOR|GC FT.DICTDUMP FT.EXPLAIN
  FT.EXPLAINCLI FT.HYBRID FT.INFO FT.PROFILE FT.SEARCH FT.SPELLCHECK FT.SYNDUMP FT.TAGVALS FT._LIST
readonly dont_cache request_policy:special; ; FT.CURSOR|DEL FT.CURSOR|READ
write denyoom dont_cache; ; FT.ALIASADD FT.ALIASUPDATE FT.ALTER FT.CREATE FT.DICTADD FT.SYNUPDATE FT._ALIASADDIFNX
  FT._ALTERIFNX FT._CREATEIFNX
write dont_cache; ; FT.ALIASDEL FT.CONFIG|SET FT.DICTDEL FT.DROPINDEX FT._ALIASDELIFX FT._DROPINDEXIFX
readonly; RO:1; FT.SUGGET FT.SUGLEN
write denyoom; RW:1; FT.SUGADD
write; RW:1; FT.SUGDEL
readonly; RO:1; TS.GET TS.RANGE TS.REVRANGE
readonly dont_cache; RO:1; TS.INFO TS.READ
readonly movablekeys; RO:1#0+1; TS.NRANGE TS.NREVRANGE
readonly dont_cache; ; TS.MGET TS.MRANGE TS.MREVRANGE TS.QUERYINDEX TS.QUERYLABELS
write denyoom; RW:1; TS.ADD TS.ALTER TS.CREATE TS.DECRBY TS.INCRBY
write denyoom; RW:1..-1/3; TS.MADD
write; RW:1; TS.DEL
write; RW:1 RW:2; TS.CREATERULE TS.DELETERULE
readonly; RO:1; BF.CARD BF.EXISTS BF.MEXISTS CF.COMPACT CF.COUNT CF.EXISTS CF.MEXISTS CMS.QUERY TDIGEST.BYRANK
  TDIGEST.BYREVRANK TDIGEST.CDF TDIGEST.MAX TDIGEST.MIN TDIGEST.QUANTILE TDIGEST.RANK TDIGEST.REVRANK
  TDIGEST.TRIMMED_MEAN TOPK.COUNT TOPK.INFO TOPK.LIST TOPK.QUERY
readonly dont_cache; RO:1; BF.DEBUG BF.INFO BF.SCANDUMP CF.DEBUG CF.INFO CF.SCANDUMP CMS.INFO TDIGEST.INFO
write denyoom; RW:1; BF.ADD BF.INSERT BF.LOAD BF.LOADCHUNK BF.MADD BF.RESERVE CF.ADD CF.ADDNX CF.INSERT CF.INSERTNX
  CF.LOADCHUNK CF.RESERVE CMS.INCRBY CMS.INITBYDIM CMS.INITBYPROB TDIGEST.ADD TDIGEST.CREATE TDIGEST.RESET TOPK.ADD
  TOPK.INCRBY TOPK.RESERVE
write; RW:1; CF.DEL
write denyoom movablekeys; RW:1 RO:2#0+1; CMS.MERGE TDIGEST.MERGE
`;

/**
 * Marks that commands of the servers have beside those that they tell. Servers do not tell which commands may
 * change what replicas get without being writes. TOUCH is sent for its effect; SORT_RO reads keys that its patterns
 * name; a random member is never twice the same, which vector sets do not say.
 */
export const FURTHER_MARKS: ReadonlyMap<string, string> = new Map([
  ["EVAL", "may_replicate"],
  ["EVALSHA", "may_replicate"],
  ["FCALL", "may_replicate"],
  ["PFCOUNT", "may_replicate"],
  ["PUBLISH", "may_replicate"],
  ["SPUBLISH", "may_replicate"],
  ["SORT_RO", "dont_cache"],
  ["TOUCH", "dont_cache"],
  ["VRANDMEMBER", "nondeterministic_output"],
]);
