/** The scan of a whole cluster: what is asked of whom, in which order, and what becomes of it when nodes fail. */
import assert from "node:assert/strict";
import { type ClusterScanOptions, FRUITLESS_ROUNDS, scanCluster, type ScanNodes } from "../../src/cluster/scan.ts";
import type { Command } from "../../src/commands/command.ts";
import { AbortError, ClosedError, ConnectionError, RedisError, ReplyError, TimeoutError } from "../../src/errors.ts";
import { BYTES } from "../../src/resp/value.ts";
import { slotOf } from "../../src/routing/slots.ts";
import { turn } from "../support/fake_clock.ts";
import { test } from "../support/harness.ts";
import { ScanModel } from "../support/scan_model.ts";

const keys = Array.from({ length: 60 }, (_, at) => `key${at}`);

function modelWithKeys(): ScanModel {
  const model = new ScanModel();
  model.store(...keys);
  return model;
}

async function given(nodes: ScanNodes, options?: ClusterScanOptions): Promise<string[]> {
  const all: string[] = [];
  for await (const key of scanCluster(nodes, options)) all.push(key);
  return all;
}

/** The nodes that were asked to SCAN from the beginning, in order. */
function passesOf(model: ScanModel): string[] {
  return model.sentOf("SCAN").filter(([, , cursor]) => cursor === "0").map(([node]) => node.slice(0, 2));
}

test("cluster scan: a cluster that is left alone is gone through once, and gives each key once", async () => {
  for (const parallel of [undefined, 1, 2, 3, 9]) {
    const model = modelWithKeys();
    assert.deepEqual((await given(model, { parallel, count: 3 })).sort(), [...keys].sort());
    assert.deepEqual(passesOf(model).sort(), ["a0", "b0", "c0"]);
    assert.equal(model.sentOf("CLUSTER").length, 6);
    assert.equal(model.refreshes, 0);
    // A view is two commands in one write.
    assert.equal(model.most, 2 * Math.min(parallel ?? 1, 3));
  }
});

test("cluster scan: match, count and type go along with every page", async () => {
  const model = modelWithKeys();
  await given(model, { match: "key*", count: 3, type: "string" });
  assert.ok(model.sentOf("SCAN").length > 3);
  for (const [, , , ...words] of model.sentOf("SCAN")) {
    assert.deepEqual(words, ["MATCH", "key*", "COUNT", "3", "TYPE", "string"]);
  }
});

test("cluster scan: a pattern that begins with a whole hash tag is looked for in the slot of that tag alone", async () => {
  const rows: [match: string | Uint8Array | undefined, nodes: number][] = [
    ["{user:7}:*", 1],
    ["user:{7}", 1],
    ["}{7}*", 1],
    ["{7}{*}", 1],
    ["*{7}", 3],
    ["{7*}", 3],
    ["{7?}", 3],
    ["{[78]}", 3],
    ["\\{7}", 3],
    ["{7\\}}", 3],
    ["{}7", 3],
    ["{{7}", 1],
    ["{7", 3],
    ["7", 3],
    [new Uint8Array([0x7b, 0x37, 0x7d]), 3],
    [undefined, 3],
  ];
  for (const [match, nodes] of rows) {
    const model = new ScanModel();
    await given(model, { match });
    assert.equal(passesOf(model).length, nodes, String(match));
  }
  const model = new ScanModel();
  await given(model, { match: "user:{7}:*" });
  assert.deepEqual(model.sentOf("SCAN").map(([node]) => node), [model.ownerOf(slotOf("7"))]);
});

test("cluster scan: nothing is sent before the first key is asked for, and a page only when the one before is used up", async () => {
  const model = modelWithKeys();
  const scan = scanCluster(model, { count: 5 });
  await turn();
  assert.equal(model.sent.length, 0);
  for (let key = 0; key < 5; key++) {
    await scan.next();
    await turn();
    assert.equal(model.sentOf("SCAN").length, 1);
  }
  await scan.next();
  await turn();
  assert.equal(model.sentOf("SCAN").length, 2);
  await scan.return?.();
});

test("cluster scan: side by side, each node has one page waiting at most", async () => {
  const model = modelWithKeys();
  const scan = scanCluster(model, { count: 5, parallel: 3 });
  for (let key = 0; key < 5; key++) {
    await scan.next();
    await turn();
    assert.deepEqual(model.sentOf("SCAN").map(([node]) => node).sort(), ["a0:1", "b0:1", "c0:1"]);
  }
  await scan.next();
  await turn();
  assert.equal(model.sentOf("SCAN").length, 4);
  await scan.return?.();
});

test("cluster scan: a loop that is left early sends nothing more, whatever its nodes then say", async () => {
  const model = modelWithKeys();
  for await (const _key of scanCluster(model, { count: 2, parallel: 3 })) {
    model.refuses = (node) => new Error(`not to be seen, ${node}`);
    break;
  }
  const { length } = model.sent;
  await turn();
  assert.equal(model.sent.length, length);
});

test("cluster scan: a loop that is left early ends also passes that find nothing to give", async () => {
  const model = new ScanModel();
  const [first, second] = model.shards;
  const own = keys.filter((key) => model.shardOf(slotOf(key)) === first);
  // The second has only keys that it does not serve: its pages hold nothing, so it waits for nobody.
  for (const shard of [first!, second!]) own.forEach((key) => shard.keys.add(key));
  for await (const _key of scanCluster(model, { count: 1, parallel: 2 })) break;
  await turn();
  assert.ok(model.sentOf("SCAN").filter(([node]) => node === "b0:1").length < 4);
});

test("cluster scan: a node that is no primary of what is left is not gone through", async () => {
  const model = modelWithKeys();
  model.failOver(model.shards[0]!);
  assert.deepEqual((await given(model)).sort(), [...keys].sort());
  assert.deepEqual(passesOf(model), ["b0", "c0", "a1"]);
});

test("cluster scan: a slot whose keys are on their way is looked for where they come from, then where they go", async () => {
  const slot = slotOf("{tag}");
  const tagged = Array.from({ length: 10 }, (_, at) => `{tag}${at}`);
  for (const to of [0, 1, 2, 3]) {
    const model = modelWithKeys();
    model.store(...tagged);
    const source = model.shardOf(slot)!, target = model.shards[to]!;
    if (source === target) continue;
    model.leave(slot, target);
    model.carry(slot, 5);
    assert.deepEqual((await given(model)).sort(), [...keys, ...tagged].sort(), `to ${target.primary.name}`);
    const nodes = passesOf(model);
    assert.ok(nodes.lastIndexOf(target.primary.name.slice(0, 2)) > nodes.indexOf(source.primary.name.slice(0, 2)));
  }
});

test("cluster scan: a slot that leaves and comes back during a pass makes it count for nothing", async () => {
  const slot = slotOf("{tag}");
  const tagged = Array.from({ length: 10 }, (_, at) => `{tag}${at}`);
  const model = new ScanModel();
  model.store(...tagged);
  const [source, away] = [model.shardOf(slot)!, model.shards[3]!];
  // Its slot alone is looked for: a view, then the first page, before the second of which the keys go.
  model.plan.set(4, () => {
    model.leave(slot, away);
    model.arrive(slot, true);
  });
  model.plan.set(5, () => {
    model.leave(slot, source);
    model.arrive(slot, true);
  });
  const all = await given(model, { match: "{tag}*", count: 9 });
  assert.deepEqual([...new Set(all)].sort(), tagged);
  assert.equal(passesOf(model).length, 2);
  assert.deepEqual(model.waits, [1]);
});

test("cluster scan: keys that a node does not serve are not given", async () => {
  const model = modelWithKeys();
  model.shards[0]!.keys.add([..."abcdefgh"].find((key) => model.shardOf(slotOf(key)) === model.shards[1])!);
  assert.deepEqual((await given(model)).sort(), [...keys].sort());
});

test("cluster scan: a node that fails is left, the others go on, and it is asked again in the next round", async () => {
  const errors = [
    new ConnectionError("lost"),
    new TimeoutError("late"),
    new ClosedError("the node left"),
    new ReplyError("LOADING it reads"),
    new ReplyError("CLUSTERDOWN it is"),
    new ReplyError("MASTERDOWN it is"),
  ];
  for (const error of errors) {
    const model = modelWithKeys();
    model.refuses = (node) => node === "a0:1" && model.refreshes < 1 ? error : undefined;
    assert.deepEqual((await given(model)).sort(), [...keys].sort(), String(error));
    assert.deepEqual(passesOf(model), ["b0", "c0", "a0"]);
    assert.equal(model.refreshes, 1);
    // There was progress, so there was no need to wait.
    assert.deepEqual(model.waits, []);
  }
});

test("cluster scan: slots that stay out of reach fail it after ten rounds in vain, with their numbers", async () => {
  const model = modelWithKeys();
  const down = new ConnectionError("Cannot reach b0:1");
  model.refuses = (node) => node === "b0:1" ? down : undefined;
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const key of scanCluster(model)) seen.push(key);
  }, (error) => {
    assert.ok(error instanceof RedisError && !(error instanceof ConnectionError));
    assert.equal(
      error.message,
      "Cannot scan the whole cluster: slots 5462-10922 could not be completed, 5461 in all, 0 of them without a node",
    );
    assert.equal(error.cause, down);
    return true;
  });
  assert.deepEqual(seen.sort(), keys.filter((key) => model.shardOf(slotOf(key)) !== model.shards[1]).sort());
  assert.deepEqual(model.waits, Array.from({ length: FRUITLESS_ROUNDS - 1 }, (_, at) => at + 1));
});

test("cluster scan: the message names slots that nobody has, and not too many ranges", async () => {
  const model = modelWithKeys();
  for (let slot = 0; slot < 40; slot += 2) model.shards[0]!.slots.delete(slot);
  model.learn();
  await assert.rejects(given(model), {
    name: "RedisError",
    message: "Cannot scan the whole cluster: slots 0, 2, 4, 6, 8, 10, 12, 14, … could not be completed, 20 in all, " +
      "20 of them without a node",
  });
});

test("cluster scan: rounds under a cluster that changes do not count, and progress begins the count anew", async () => {
  const model = modelWithKeys();
  // A restart in each of 30 passes, and then none.
  let restarts = 0;
  model.refuses = (node, { words }) => {
    if (node === "a0:1" && words[0] === "SCAN" && restarts < 30) restarts++, model.restart(model.shards[0]!.nodes[0]);
    return undefined;
  };
  assert.deepEqual([...new Set(await given(model, { count: 100 }))].sort(), [...keys].sort());
  assert.equal(passesOf(model).filter((node) => node === "a0").length, 31);
  assert.deepEqual(new Set(model.waits), new Set([1]));
});

test("cluster scan: a change in one round does not excuse the next", async () => {
  const model = modelWithKeys();
  model.refuses = (node, { words }) => {
    if (node !== "a0:1") return undefined;
    if (words[0] === "SCAN") model.restart(model.shards[0]!.nodes[0]);
    return model.refreshes > 0 ? new ConnectionError("lost") : undefined;
  };
  await assert.rejects(given(model), /slots 0-5461 could not/);
  assert.deepEqual(model.waits, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("cluster scan: what does not pass by itself fails it at once, also from a node beside", async () => {
  for (const parallel of [1, 3]) {
    for (const name of ["CLUSTER", "INFO", "SCAN"]) {
      const model = modelWithKeys();
      for (const error of [new ReplyError(`NOPERM no ${name}`), new AbortError("The caller gave it up")]) {
        model.refreshes = 0;
        model.refuses = (node, { words }) => node === "c0:1" && words[0] === name ? error : undefined;
        await assert.rejects(given(model, { parallel }), error);
        assert.equal(model.refreshes, 0);
      }
    }
  }
});

test("cluster scan: a refresh that fails is a try in vain, unless the client is closed", async () => {
  for (const error of [new ConnectionError("no node answers"), new ClosedError("closed")]) {
    const model = modelWithKeys();
    model.refuses = (node) => node === "a0:1" ? new ConnectionError("lost") : undefined;
    model.refresh = () => Promise.reject(error);
    await assert.rejects(given(model), error instanceof ClosedError ? error : /^RedisError: Cannot scan the whole/);
  }
});

test("cluster scan: one node alone is gone through whatever slots it has", async () => {
  const model = modelWithKeys();
  model.shards[0]!.keys.add("foreign");
  assert.deepEqual((await given(model, { node: "a0:1", count: 3 })).sort(), [...model.shards[0]!.keys].sort());
  assert.deepEqual([...new Set(model.sent.map(([node, name]) => `${node} ${name}`))], ["a0:1 SCAN"]);
  model.refuses = () => new ConnectionError("lost");
  await assert.rejects(given(model, { node: "a0:1" }), ConnectionError);
});

test("cluster scan: keys come as bytes where they are asked for so", async () => {
  const model = modelWithKeys();
  const send = model.send.bind(model);
  model.send = async <Reply>(node: string, command: Command<Reply>): Promise<Reply> => {
    const reply = await send(node, command);
    if (command.words[0] !== "SCAN") return reply;
    assert.equal(command.reader.allowed & BYTES, BYTES);
    const page = reply as { cursor: string; keys: unknown[] };
    return { ...page, keys: page.keys.map((key) => new TextEncoder().encode(key as string)) } as Reply;
  };
  const all = await given(model) as unknown as Uint8Array[];
  assert.deepEqual(all.map((key) => new TextDecoder().decode(key)).sort(), [...keys].sort());
});

test("cluster scan: a count of nodes side by side that is none is refused when it is called", () => {
  for (const parallel of [0, -1, 1.5, NaN, Infinity, "2" as unknown as number]) {
    assert.throws(() => scanCluster(new ScanModel(), { parallel }), {
      name: "TypeError",
      message: "Cannot scan the cluster: parallel is to be a whole number from 1",
    });
  }
});
