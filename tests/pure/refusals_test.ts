/** Which errors say that a command was not executed, for a reason that passes. */
import assert from "node:assert/strict";
import { command } from "../../src/commands/command.ts";
import * as c from "../../src/commands/mod.ts";
import { raw } from "../../src/commands/readers.ts";
import { ConnectionError, ReplyError } from "../../src/errors.ts";
import { isAborted, isRefusal, passes } from "../../src/session/refusals.ts";
import { test } from "../support/harness.ts";

/** What servers say, and whether that passes. */
const REPLIES: [reply: string, passes: boolean][] = [
  ["LOADING Redis is loading the dataset in memory", true],
  ["BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", true],
  ["CLUSTERDOWN Hash slot not served", true],
  ["CLUSTERDOWN The cluster is down", true],
  ["TRYAGAIN Multiple keys request during rehashing of slot", true],
  ["READONLY You can't write against a read only replica.", true],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", true],
  ["LOADING", true],
  ["BUSYKEY Target key name already exists.", false],
  ["BUSYGROUP Consumer Group name already exists", false],
  ["NOTBUSY No scripts in execution right now.", false],
  ["UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)", false],
  ["MOVED 3999 127.0.0.1:6381", false],
  ["ASK 3999 127.0.0.1:6381", false],
  ["OOM command not allowed when used memory > 'maxmemory'.", false],
  ["MISCONF Errors writing to the AOF file: disk full", false],
  ["NOREPLICAS Not enough good replicas to write.", false],
  ["NOAUTH Authentication required.", false],
  ["NOPERM User u has no permissions", false],
  ["NOSCRIPT No matching script.", false],
  ["WRONGTYPE Operation against a key holding the wrong kind of value", false],
  ["EXECABORT Transaction discarded because of previous errors.", false],
  ["ERR LOADING is no command", false],
  ["loading", false],
  ["", false],
];

/** What only the keys that a script names can bring, before it is run. */
const OF_NAMED_KEYS = [
  "CLUSTERDOWN Hash slot not served",
  "CLUSTERDOWN The cluster is down",
  "TRYAGAIN Multiple keys request during rehashing of slot",
];

const COMMANDS = [
  c.get("k"),
  c.set("k", "v"),
  c.incr("k"),
  c.del("k"),
  c.blpop("k", 0),
  c.publish("c", "m"),
  c.call("get", "k"),
  c.call("NOSUCH.COMMAND"),
  command(["MULTI"], raw),
  command(["EXEC"], raw),
  // These cannot write, so that nothing was done before they failed.
  c.call("EVAL_RO", "s", 0),
  c.call("EVALSHA_RO", "s", 0),
  c.call("FCALL_RO", "f", 0),
];

const SCRIPTS = [
  c.eval("s"),
  c.evalsha("s"),
  c.fcall("f"),
  c.call("eval", "s", 0),
  c.call("EvalSha", "s", 0),
  c.call("fcall", "f", 0),
];

test("refusals: what passes is known by the code of the reply alone", () => {
  for (const [reply, expected] of REPLIES) assert.equal(passes(new ReplyError(reply)), expected, reply);
});

test("refusals: a command was refused by such a reply, a script surely by none but of the keys it names", () => {
  for (const [reply, expected] of REPLIES) {
    const error = new ReplyError(reply);
    for (const { words } of COMMANDS) {
      assert.equal(isRefusal({ words, reader: raw }, error), expected, `${words}: ${reply}`);
    }
    for (const { words } of SCRIPTS) {
      const expected = OF_NAMED_KEYS.includes(reply);
      assert.equal(isRefusal({ words, reader: raw }, error), expected, `${words}: ${reply}`);
    }
  }
});

test("refusals: what is no reply of a server is none", () => {
  for (
    const error of [undefined, null, "LOADING", new Error("LOADING"), new ConnectionError("LOADING"), { code: "BUSY" }]
  ) {
    assert.equal(passes(error), false);
    assert.equal(isRefusal(c.get("k"), error), false);
  }
});

test("refusals: a transaction was refused when EXEC says that, or why, or what was to be queued does", () => {
  const ABORT = "EXECABORT Transaction discarded because of previous errors.";
  const because = (why: string) => `EXECABORT Transaction discarded because of: ${why}`;
  const rows: [first: string, exec: string, aborted: boolean][] = [
    ["LOADING Redis is loading the dataset in memory", ABORT, true],
    ["READONLY You can't write against a read only replica.", ABORT, true],
    ["ERR unknown command", ABORT, false],
    ["OOM command not allowed", ABORT, false],
    [because("LOADING Redis is loading"), because("LOADING Redis is loading"), true],
    [because("READONLY You can't write"), because("READONLY You can't write"), true],
    [because("OOM command not allowed"), because("OOM command not allowed"), false],
    [because("BUSYKEY it is there"), because("BUSYKEY it is there"), false],
    [because("ERR LOADING"), because("ERR LOADING"), false],
    // EXEC itself was executed, so that its commands were.
    ["LOADING Redis is loading the dataset in memory", "ERR EXEC without MULTI", false],
    ["LOADING Redis is loading", "LOADING Redis is loading", false],
  ];
  for (const [first, exec, aborted] of rows) {
    assert.equal(isAborted(new ReplyError(first), new ReplyError(exec)), aborted, `${first} / ${exec}`);
  }
  assert.equal(isAborted(new ReplyError("LOADING x"), new ConnectionError("lost")), false);
});
