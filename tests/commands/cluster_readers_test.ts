/** The readers of clusters and sentinels: what a lone node and an idle sentinel never say. */
import assert from "node:assert/strict";
import * as cluster from "../../src/commands/cluster_readers.ts";
import * as slots from "../../src/commands/cluster_slot_readers.ts";
import type { ReplyReader } from "../../src/commands/command.ts";
import * as sentinel from "../../src/commands/sentinel_readers.ts";
import { PLAIN, type Value } from "../../src/resp/value.ts";
import { test } from "../support/harness.ts";

function read<Reply>(reader: ReplyReader<Reply>, value: Value): Reply {
  return reader.read(value, PLAIN);
}

const NODE = {
  id: "a1",
  host: "127.0.0.1",
  port: 7000,
  busPort: 17000,
  hostname: null,
  extra: {},
  flags: ["master"],
  primary: null,
  pingSent: 0,
  pongReceived: 1795262125168,
  configEpoch: 2,
  linkState: "connected",
  slots: [],
  migrating: [],
  importing: [],
};

test("a node is read from every form of its line", () => {
  const rows: [address: string, flags: string, primary: string, more: string, expected: object][] = [
    ["127.0.0.1:7000@17000", "master", "-", "", {}],
    ["127.0.0.1:7000", "master", "-", "", { busPort: null }],
    ["::1:7000@17000", "master", "-", "", { host: "::1" }],
    [":0@0", "master,noaddr", "-", "", { host: "", port: 0, busPort: 0, flags: ["master", "noaddr"] }],
    ["127.0.0.1:7000@17000,a.example", "master", "-", "", { hostname: "a.example" }],
    ["127.0.0.1:7000@17000,", "noflags", "-", "", { flags: [] }],
    ["127.0.0.1:7000@17000,,shard-id=f0,tls-port=0", "handshake", "-", "", {
      flags: ["handshake"],
      extra: { "shard-id": "f0", "tls-port": "0" },
    }],
    ["127.0.0.1:7000@17000", "slave,fail?", "b2", "", { flags: ["slave", "fail?"], primary: "b2" }],
    ["127.0.0.1:7000@17000", "myself,master", "-", " 0-5 7 [9->-b2] [10-<-c3]", {
      flags: ["myself", "master"],
      slots: [{ start: 0, end: 5 }, { start: 7, end: 7 }],
      migrating: [{ slot: 9, node: "b2" }],
      importing: [{ slot: 10, node: "c3" }],
    }],
  ];
  for (const [address, flags, primary, more, expected] of rows) {
    const line = `a1 ${address} ${flags} ${primary} 0 1795262125168 2 connected${more}`;
    assert.deepEqual(read(cluster.clusterNodesReader, `${line}\n`), [{ ...NODE, ...expected }], line);
    assert.deepEqual(read(cluster.replicasReader, [line]), [{ ...NODE, ...expected }], line);
  }
  assert.deepEqual(read(cluster.clusterNodesReader, ""), []);
});

test("a number in a line is never rounded", () => {
  const line = "a1 h:1@2 master - 0 0 9007199254740993 connected";
  assert.throws(() => read(cluster.clusterNodesReader, line), { name: "IntegerRangeError", value: 9007199254740993n });
  assert.throws(() => read(cluster.clusterNodesReader, "a1 h:1@2 master"), { name: "RedisError" });
});

test("what a node says of the cluster keeps names that are not known", () => {
  assert.deepEqual(read(cluster.clusterInfoReader, "cluster_state:fail\r\ncluster_new_count:7\r\nsome_word:a:b\r\n"), {
    clusterState: "fail",
    clusterNewCount: 7,
    someWord: "a:b",
  });
});

test("slots are read with and without what servers say of a node beside its address", () => {
  const nodes: Value[] = [[null, 7000, "a1", ["ip", "h", "availability-zone", "z"]], ["?", 7001, "b2"], ["h", 7002]];
  assert.deepEqual(read(cluster.slotsReader, [[0, 5, ...nodes]]), [{
    start: 0,
    end: 5,
    primary: { host: null, port: 7000, id: "a1", metadata: { ip: "h", "availability-zone": "z" } },
    replicas: [{ host: "?", port: 7001, id: "b2", metadata: {} }, { host: "h", port: 7002, id: "", metadata: {} }],
  }]);
});

test("a shard may have no slots, and a node a TLS port and fields that are not known", () => {
  const node = ["id", "a1", "tls-port", 7001, "ip", "h", "endpoint", null, "availability-zone", "z", "new-field", 1];
  assert.deepEqual(read(cluster.shardsReader, [["slots", [], "nodes", [node], "id", "f0"]]), [{
    slots: [],
    nodes: [{ id: "a1", tlsPort: 7001, ip: "h", endpoint: null, availabilityZone: "z", newField: 1 }],
    id: "f0",
  }]);
});

test("a migration of Redis has ranges of slots", () => {
  const value: Value = [["id", "t", "slots", "0-5 7-7", "last_error", "", "retries", 0, "write_pause_ms", 3]];
  assert.deepEqual(read(slots.migrationTasksReader, value), [{
    id: "t",
    slots: [{ start: 0, end: 5 }, { start: 7, end: 7 }],
    lastError: "",
    retries: 0,
    writePauseMs: 3,
  }]);
});

test("a primary that is down says since when, and a script that waits says for how long", () => {
  const flat = ["flags", "s_down,o_down,master", "s-down-time", "1328", "o-down-time", "1256", "new-field", "x"];
  assert.deepEqual(read(sentinel.primaryReader, flat), {
    flags: ["s_down", "o_down", "master"],
    sDownTime: 1328,
    oDownTime: 1256,
    newField: "x",
  });
  assert.deepEqual(read(sentinel.primaryReader, ["flags", ""]), { flags: [] });
  const script = ["argv", ["/a", "b"], "flags", "scheduled", "pid", "0", "run-delay", "20", "retry-num", "1"];
  assert.deepEqual(read(sentinel.pendingScriptsReader, [script]), [
    { argv: ["/a", "b"], flags: "scheduled", pid: 0, runDelay: 20, retryNum: 1 },
  ]);
  assert.deepEqual(read(sentinel.infoCacheReader, ["__proto__", [[0, null]]]), {
    ["__proto__"]: [{ age: 0, info: null }],
  });
});

test("a sentinel that holds a primary to be down says so", () => {
  assert.deepEqual(read(sentinel.voteReader, [1, "a1", 3]), { down: true, leader: "a1", leaderEpoch: 3 });
});
