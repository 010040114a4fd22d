/** The options of a cluster: what seeds, URLs and address maps come to, and what is wrong with them. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import type { ClusterSettings } from "../../src/cluster_options.ts";
import { OptionError } from "../../src/option_checks.ts";
import { clusterSettingsOf, type Settings, settingsOf } from "../../src/options.ts";
import type { NodeAddress } from "../../src/routing/topology.ts";
import { test } from "../support/harness.ts";
import { badRows, type Cluster, goodRows, mapRows } from "./cluster_options_rows.ts";

const DEFAULTS: Omit<ClusterSettings, "seeds" | "addressMap"> = {
  readFrom: "primary",
  selector: "roundRobin",
  maxReplicaLagBytes: undefined,
  topologyRefreshMs: 30_000,
  maxRedirects: 16,
  connectAllNodes: false,
};

/** A node in short: `[::1]:7000` for an IPv6 address. */
function nameOf({ host, port }: NodeAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function addressOf(name: string): NodeAddress {
  const [, host, port] = /^(.*):(\d+)$/.exec(name)!;
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/** What is not undefined: absent and undefined are the same here. */
function present(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function clusterOf(settings: Settings): Cluster {
  assert.ok(settings.cluster !== undefined, "it is no cluster");
  const { seeds, addressMap: _, ...rest } = settings.cluster;
  return { ...rest, seeds: seeds.map(nameOf) };
}

test("cluster options: seeds and URLs come to where to ask, and to the rest of the settings", () => {
  for (const [given, cluster, changes] of goodRows) {
    const settings = settingsOf(given);
    assert.deepEqual(clusterOf(settings), { ...DEFAULTS, ...cluster }, inspect(given));
    const { host, port } = addressOf(cluster.seeds[0]);
    const plain = { ...settingsOf({ ...changes, host, port }), cluster: settings.cluster };
    assert.deepEqual(present(settings), present(plain), inspect(given));
  }
});

test("cluster options: what is wrong is a TypeError that names the option and tells no secret", () => {
  for (const [option, given] of badRows) {
    const what = `${option}: ${inspect(given)}`;
    assert.throws(() => settingsOf(given as string), (error) => {
      assert.ok(error instanceof TypeError, `${what} gave ${error}`);
      assert.ok(error.message.startsWith(`Cannot use the option ${option}: `), `${what} gave ${error.message}`);
      assert.doesNotMatch(`${error.message} ${error.cause}`, /secret/, what);
      return true;
    }, what);
  }
});

test("cluster options: without seeds and +cluster, what is for a cluster says what is missing", () => {
  const message = (name: string) =>
    `Cannot use the option ${name}: it is for a cluster: give seeds too, or a URL such as redis+cluster://host:7000`;
  assert.throws(() => settingsOf({ readFrom: "primary" }), { message: message("readFrom") });
  assert.throws(() => settingsOf("redis://host?selector.zone=a"), { message: message("selector") });
  assert.equal(settingsOf({ readFrom: undefined, seeds: undefined }).cluster, undefined);
});

test("cluster options: a plain client has none of them among its settings", () => {
  assert.equal(settingsOf().cluster, undefined);
  assert.equal(settingsOf("redis://host:7000").cluster, undefined);
});

test("cluster options: a cluster has them apart from the settings of each node", () => {
  const settings = settingsOf("redis+cluster://a?readFrom=any&maxRedirects=3&connectAllNodes=true");
  for (const name of ["seeds", "readFrom", "maxRedirects", "connectAllNodes"]) assert.ok(!(name in settings), name);
});

test("cluster options: a client that is one of a cluster in any case may take its seed from host or URL", () => {
  const rows: [given: Parameters<typeof clusterSettingsOf>[0], seeds: string[]][] = [
    [undefined, ["127.0.0.1:6379"]],
    [{}, ["127.0.0.1:6379"]],
    [{ host: "a" }, ["a:6379"]],
    [{ port: 7000 }, ["127.0.0.1:7000"]],
    ["redis://a:7000", ["a:7000"]],
    [{ url: "redis://a:7000", seeds: ["b"] }, ["b:6379"]],
    [{ url: "redis://a:7000", host: "b" }, ["b:6379"]],
    [{ url: "redis://a:7000", port: 7001 }, ["a:7001"]],
    ["redis+cluster://a:7000,b", ["a:7000", "b:6379"]],
  ];
  for (const [given, seeds] of rows) {
    assert.deepEqual(clusterSettingsOf(given).cluster.seeds.map(nameOf), seeds, inspect(given));
  }
  assert.equal(clusterSettingsOf({ readFrom: "replica" }).cluster.readFrom, "replica");
  assert.throws(() => clusterSettingsOf({ path: "/run/redis.sock" }), { message: /the option path: / });
});

const anyPort = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const anyHost = fc.oneof(fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/), fc.constant("[2001:db8::7]"));
const anyHosts = fc.array(fc.tuple(anyHost, anyPort), { minLength: 1, maxLength: 5 });
const anyText = fc.string({ unit: "binary", minLength: 1 });

test("cluster options: a URL gives back whatever hosts, user and password were put into it", () => {
  fc.assert(fc.property(anyHosts, anyText, anyText, (hosts, username, password) => {
    const names = hosts.map(([host, port]) => host + (port === undefined ? "" : `:${port}`));
    const login = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
    const settings = settingsOf(`redis+cluster://${login}@${names.join(",")}/3`);
    assert.deepEqual(settings.cluster!.seeds.map(nameOf), hosts.map(([host, port = 6379]) => `${host}:${port}`));
    assert.deepEqual([settings.username, settings.password, settings.database], [username, password, 3]);
  }));
});

test("cluster options: any URL of a cluster is read, or refused with an error that does not repeat it", () => {
  const piece = fc.constantFrom(
    ..."a|b:7000|[::1]|:|,|@|%|%40|/|0|?|#|&|=|seeds|addressMap.a|tls|selector| |\n|[|]".split("|"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const url = `redis+cluster://:secret${pieces.join("")}`;
      try {
        assert.ok(settingsOf(url).cluster!.seeds.length > 0);
      } catch (error) {
        assert.ok(error instanceof OptionError, String(error));
        assert.doesNotMatch(`${error.message} ${error.cause}`, /secret/);
      }
    }),
    { numRuns: 2_000 },
  );
});

for (const [name, given, addresses] of mapRows) {
  test(`cluster options: an address map ${name}`, () => {
    const { addressMap } = settingsOf(given).cluster!;
    for (const [from, to] of addresses) assert.equal(nameOf(addressMap(addressOf(from))), to, from);
  });
}

test("cluster options: functions are asked as they are", () => {
  const selector = () => undefined;
  assert.equal(settingsOf({ seeds: ["a"], selector }).cluster!.selector, selector);
  const asked: NodeAddress[] = [];
  const { addressMap } = settingsOf({
    url: "redis+cluster://a?addressMap.a=z",
    addressMap: (address) => {
      asked.push(address);
      return address.host === "a" ? { host: "b", port: 1 } : undefined;
    },
  }).cluster!;
  assert.deepEqual(addressMap({ host: "a", port: 7000 }), { host: "b", port: 1 });
  assert.deepEqual(addressMap({ host: "c", port: 7001 }), { host: "c", port: 7001 });
  assert.deepEqual(asked, [{ host: "a", port: 7000 }, { host: "c", port: 7001 }]);
});

test("cluster options: what is given is not changed, and changing it later does nothing", () => {
  const seeds = ["a", "b"];
  const addressMap: Record<string, string> = { a: "z" };
  const options = { url: "redis+cluster://c?addressMap.b=y", seeds, addressMap };
  const settings = settingsOf(options).cluster!;
  assert.deepEqual(options, { url: "redis+cluster://c?addressMap.b=y", seeds: ["a", "b"], addressMap: { a: "z" } });
  seeds.push("c");
  delete addressMap.a;
  assert.equal(settings.seeds.length, 2);
  assert.equal(settings.addressMap({ host: "a", port: 1 }).host, "z");
});
