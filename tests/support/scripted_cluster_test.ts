/** The scripted cluster says what real ones say, byte for byte: Redis 7.0, Valkey 8 and Valkey 9. */
import assert from "node:assert/strict";
import { detectPlatform } from "../../adapters/auto.ts";
import { Decoder } from "../../src/resp/decoder.ts";
import { COLLECTIONS } from "../../src/resp/value.ts";
import type { Platform } from "../../src/stream.ts";
import { test } from "./harness.ts";
import { RawTalk } from "./raw_talk.ts";
import { sharedCluster } from "./real_cluster.ts";
import { scriptedCluster, type ScriptedNode } from "./scripted_cluster.ts";
import { type ConversationRow, CONVERSATIONS } from "./scripted_cluster_rows.ts";
import { SLOTS } from "./crc16.ts";
import { startServer } from "./server.ts";
import { utf8 } from "./wire.ts";

/** A node of either cluster. */
interface Place {
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

type Places = Record<"A" | "B" | "R", Place>;

/** All that is heard, a line a command, with the nodes' letters in place of their addresses and ids. */
async function converse(row: ConversationRow, protocol: 2 | 3, platform: Platform, places: Places): Promise<string[]> {
  const talks = new Map<string, RawTalk>();
  const heard: string[] = [];
  for (const line of row.lines) {
    const [, name, count = "1", command] = /^(\w+)(?: (\d+)(?= |$))?(?: (.+))?$/.exec(line)!;
    let talk = talks.get(name);
    if (talk === undefined) {
      talk = await RawTalk.open(platform, places[name[0] as keyof Places]);
      talks.set(name, talk);
      if (protocol === 3) {
        talk.say("HELLO", "3");
        await talk.hear(1);
      }
    }
    const words = command?.replace(/\$([ABR])/g, (_, node: keyof Places) => places[node].id).split(" ") ?? [];
    talk.say(...words.map((word) => word.replaceAll("~", " ")));
    heard.push(`${line} => ${lettered(await talk.hear(Number(count)), places)}`);
  }
  for (const talk of talks.values()) talk.close();
  return heard;
}

function lettered(text: string, places: Places): string {
  for (const [letter, { host, port, id }] of Object.entries(places)) {
    text = text.replaceAll(`${host}:${port}`, letter).replaceAll(id, `id of ${letter}`);
  }
  // Arguments are cut out of the double's errors.
  return text.replace(/, with args beginning with: .*?\r\n/, "\r\n");
}

function scriptedPlaces([a, b, r]: ScriptedNode[]): Places {
  const place = ({ id, ip, port }: ScriptedNode): Place => ({ id, host: ip, port });
  return { A: place(a), B: place(b), R: place(r) };
}

/** A topology as A tells it, with the nodes' letters in place of their addresses and ids, in an order of its own. */
async function topology(command: string, platform: Platform, places: Places): Promise<unknown> {
  const talk = await RawTalk.open(platform, places.A);
  talk.say("HELLO", "3");
  await talk.hear(1);
  talk.say(...command.split(" "));
  const decoder = new Decoder();
  decoder.feed(utf8(await talk.hear(1)));
  talk.close();
  const letters = Object.entries(places) as [string, Place][];
  const named = (value: unknown): unknown => {
    if (value instanceof Map) {
      return [...value].map(([name, held]) => [name, name === "replication-offset" || named(held)]);
    }
    if (Array.isArray(value)) return value.map(named);
    if (letters.some(([, { host }]) => host === value)) return "host";
    const [letter] = letters.find(([, { id, port }]) => value === id || value === port) ?? [];
    return letter ?? (/^[\da-f]{40}$/.test(String(value)) ? "id of a shard" : value);
  };
  return named(decoder.next(COLLECTIONS));
}

function portless(line: string, { port }: { port: number }): string {
  return line.replace(`:${port}`, ":port");
}

/** Shards and their nodes come in no certain order. */
function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const all = value.map(sorted);
  return all.every(Array.isArray)
    ? all.sort((one, other) => JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)
    : all;
}

for (const kind of ["redis7", "valkey8", "valkey9"] as const) {
  const zones = kind === "valkey9" ? ["here"] : [];
  const args = zones.flatMap((zone) => ["--availability-zone", zone]);
  const real = sharedCluster(kind, { primaries: 2, replicas: 1, args });

  test(`a scripted cluster tells of its topology as ${kind} does`, async (t) => {
    const { cluster, platform } = scriptedCluster(t, { kind, primaries: 2, replicas: 1, zones });
    const [A, B, R] = real().nodes;
    t.defer(() => A.command("CONFIG", "SET", "cluster-preferred-endpoint-type", "ip", "cluster-announce-hostname", ""));
    const [a] = cluster.nodes;
    const endpoints: [config: string, announced: { endpoint?: string | null; hostname?: string }][] = [
      ["ip", {}],
      ["unknown-endpoint", { endpoint: null }],
      ["hostname", { endpoint: "?" }],
    ];
    for (const [config, announced] of endpoints) {
      await A.command("CONFIG", "SET", "cluster-preferred-endpoint-type", config);
      for (const node of cluster.nodes) node.announce(announced);
      for (const command of ["CLUSTER SLOTS", "CLUSTER SHARDS"]) {
        const [expected, told] = await Promise.all([
          topology(command, await detectPlatform(), { A, B, R }),
          topology(command, platform, scriptedPlaces(cluster.nodes)),
        ]);
        assert.deepEqual(sorted(told), sorted(expected), `${command} with ${config}`);
      }
      const row = { name: config, lines: ["A GET foo"] };
      const heard = await converse(row, 3, await detectPlatform(), { A, B, R });
      assert.deepEqual(
        (await converse(row, 3, platform, scriptedPlaces(cluster.nodes))).map((line) =>
          portless(line, cluster.nodes[1])
        ),
        heard.map((line) => portless(line, B)),
      );
    }
    await A.command("CONFIG", "SET", "cluster-announce-hostname", "a.example");
    await A.command("CONFIG", "SET", "cluster-preferred-endpoint-type", "ip");
    for (const node of cluster.nodes) node.announce({ endpoint: node.ip });
    a.announce({ hostname: "a.example" });
    for (const command of ["CLUSTER SLOTS", "CLUSTER SHARDS"]) {
      assert.deepEqual(
        sorted(await topology(command, platform, scriptedPlaces(cluster.nodes))),
        sorted(await topology(command, await detectPlatform(), { A, B, R })),
      );
    }
  });

  for (const row of CONVERSATIONS) {
    for (const protocol of [2, 3] as const) {
      if (row.protocol !== undefined && row.protocol !== protocol) continue;
      test(`a scripted node answers as ${kind} does under RESP${protocol}: ${row.name}`, async (t) => {
        const [A, B, R] = real().nodes;
        t.defer(async () => {
          for (const node of [A, B]) {
            await node.command("FLUSHALL");
            await node.command("CLUSTER", "SETSLOT", 5061, "STABLE");
          }
          await A.command("WAIT", 1, 1_000);
        });
        const { cluster, platform } = scriptedCluster(t, { kind, primaries: 2, replicas: 1 });
        const expected = await converse(row, protocol, await detectPlatform(), { A, B, R });
        assert.deepEqual(await converse(row, protocol, platform, scriptedPlaces(cluster.nodes)), expected);
      });
    }
  }
}

for (const kind of ["redis7", "valkey8"] as const) {
  test(`a scripted cluster with a hole is down as one of ${kind} is`, async (t) => {
    const server = await startServer({ kind, cluster: true });
    t.defer(() => server.stop());
    const { cluster, platform } = scriptedCluster(t, { kind, primaries: 1, replicas: 0 });
    cluster.view.assign(0, SLOTS - 1, undefined).assign(0, 8191, cluster.nodes[0]);
    const one = { id: "?", host: server.host, port: server.port };
    const two = { id: "?", host: cluster.nodes[0].ip, port: cluster.nodes[0].port };
    const lines = [
      "A GET bar",
      "A SET bar 1",
      "A GET foo",
      "A MGET bar b",
      "A MGET foo bar",
      "A PING",
      "A DBSIZE",
      "A SSUBSCRIBE bar",
      "A MULTI",
      "A GET bar",
      "A PING",
      "A EXEC",
    ];
    const real = await detectPlatform();
    await converse({ name: "", lines: ["A CLUSTER ADDSLOTSRANGE 0 8191"] }, 2, real, { A: one, B: one, R: one });
    assert.deepEqual(
      await converse({ name: "", lines }, 3, platform, { A: two, B: two, R: two }),
      await converse({ name: "", lines }, 3, real, { A: one, B: one, R: one }),
    );
  });
}
