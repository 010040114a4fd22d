/** How servers tell their cluster: what a lone node says of itself, by each setting that changes how it is named. */
import assert from "node:assert/strict";
import { type Client, connect } from "../../mod.ts";
import type { Topology } from "../../src/routing/topology.ts";
import { type ReadingContext, topologyOfShards, topologyOfSlots } from "../../src/routing/topology_reply.ts";
import { makeCertificates } from "../support/certificates.ts";
import { test } from "../support/harness.ts";
import { serverKinds, startServer } from "../support/server.ts";

interface Announced {
  ip: string;
  hostname: string;
  /** What the node is to be dialled by. */
  preferred: "ip" | "hostname" | "unknown-endpoint";
}

/** What a node announces, and the host that it is then dialled as, with the hosts that it has beside. */
const ROWS: readonly (readonly [announced: Announced, host: string | undefined, others: string[]])[] = [
  [{ ip: "", hostname: "", preferred: "ip" }, "dialled", []],
  [{ ip: "10.1.2.3", hostname: "", preferred: "ip" }, "10.1.2.3", []],
  [{ ip: "10.1.2.3", hostname: "a.example", preferred: "ip" }, "10.1.2.3", ["a.example"]],
  [{ ip: "2001:db8::5", hostname: "", preferred: "ip" }, "2001:db8::5", []],
  [{ ip: "10.1.2.3", hostname: "a.example", preferred: "hostname" }, "a.example", ["10.1.2.3"]],
  [{ ip: "10.1.2.3", hostname: "", preferred: "hostname" }, "10.1.2.3", []],
  [{ ip: "", hostname: "a.example", preferred: "hostname" }, "a.example", []],
  [{ ip: "", hostname: "", preferred: "hostname" }, undefined, []],
  [{ ip: "10.1.2.3", hostname: "a.example", preferred: "unknown-endpoint" }, "dialled", ["10.1.2.3", "a.example"]],
];

function contextOf(port: number, tls = false): ReadingContext {
  return { dialled: { host: "dialled", port }, tls, map: (address) => address };
}

async function bothReplies(redis: Client, context: ReadingContext): Promise<[string, Topology][]> {
  return [
    ["CLUSTER SHARDS", topologyOfShards(await redis.clusterShards(), context)],
    ["CLUSTER SLOTS", topologyOfSlots(await redis.clusterSlots(), context)],
  ];
}

function named(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

for (const kind of serverKinds) {
  test(`a node of ${kind} is dialled as it wants to be, in both replies and protocols`, async (t) => {
    const zone = kind === "valkey9" ? "zone-1" : undefined;
    const server = await startServer({ kind, cluster: true, args: zone ? ["--availability-zone", zone] : [] });
    t.defer(() => server.stop());
    const { host, port } = server;
    const clients = await Promise.all(([2, 3] as const).map((protocol) => connect({ host, port, protocol })));
    for (const redis of clients) t.defer(() => redis.close());
    const [admin] = clients as [Client, Client];
    await admin.clusterAddslotsrange([0, 99], [16_000, 16_383]);
    const id = await admin.clusterMyid();
    for (const [{ ip, hostname, preferred }, expected, others] of ROWS) {
      await admin.configSet({
        "cluster-announce-ip": ip,
        "cluster-announce-hostname": hostname,
        "cluster-preferred-endpoint-type": preferred,
      });
      // Valkey 8.0 keeps its reply to CLUSTER SLOTS, with the old address in it, until slots change.
      await admin.clusterAddslots(100);
      await admin.clusterDelslots(100);
      for (const redis of clients) {
        for (const [reply, { shards, covered }] of await bothReplies(redis, contextOf(port))) {
          const why = `${reply} ${JSON.stringify([ip, hostname, preferred])}`;
          assert.deepEqual(shards.map(({ slots }) => slots), [[{ start: 0, end: 99 }, { start: 16_000, end: 16_383 }]]);
          assert.deepEqual(shards[0]!.replicas, [], why);
          const node = shards[0]!.primary;
          assert.equal(covered, expected === undefined ? 0 : 484, why);
          assert.equal(node?.host, expected, why);
          if (node === undefined) continue;
          assert.deepEqual([node.id, node.port, node.name], [id, port, named(node.host, port)], why);
          assert.deepEqual(node.aliases, others.map((other) => named(other, port)), why);
          assert.deepEqual([node.role, node.health, node.zone], ["primary", "online", zone], why);
          assert.equal(node.offset, reply === "CLUSTER SHARDS" ? 0 : undefined, why);
        }
      }
    }
  });

  test(`a node of ${kind} is dialled over TLS at its TLS port`, async (t) => {
    const certificates = makeCertificates();
    t.defer(() => certificates.remove());
    const { folder } = certificates;
    const tls = { cert: `${folder}/server.crt`, key: `${folder}/server.key`, ca: `${folder}/ca.crt` };
    // Redis 7.0 tells its TLS port only where nodes speak TLS to each other.
    const server = await startServer({ kind, cluster: true, tls, args: ["--tls-cluster", "yes"] });
    t.defer(() => server.stop());
    const { host, port } = server;
    const tlsPort = server.tlsPort!;
    const plain = await connect({ host, port });
    t.defer(() => plain.close());
    const secure = await connect({ host, port: tlsPort, tls: { ca: certificates.ca } });
    t.defer(() => secure.close());
    await plain.clusterAddslotsrange([0, 16_383]);
    for (const [reply, { shards }] of await bothReplies(plain, contextOf(port))) {
      assert.equal(shards[0]?.primary?.name, `dialled:${port}`, reply);
    }
    for (const [reply, { shards }] of await bothReplies(secure, contextOf(tlsPort, true))) {
      assert.equal(shards[0]?.primary?.name, `dialled:${tlsPort}`, reply);
    }
  });
}

test("a node without slots is told by CLUSTER SHARDS alone", async (t) => {
  const server = await startServer({ cluster: true });
  t.defer(() => server.stop());
  const redis = await connect({ host: server.host, port: server.port });
  t.defer(() => redis.close());
  for (const [reply, { shards, covered }] of await bothReplies(redis, contextOf(server.port))) {
    const expected = reply === "CLUSTER SHARDS" ? [`dialled:${server.port}`] : [];
    assert.deepEqual([shards.map(({ primary }) => primary?.name), covered], [expected, 0], reply);
  }
});
