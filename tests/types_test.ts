/**
 * What the generated interfaces promise to the type checker: `deno check` judges the assignments of
 * `true`, and at run time there is nothing left to fail.
 */
import assert from "node:assert/strict";
import type { Chain, Commands, HashCommands, ListCommands, SortedSetCommands, StringCommands } from "../src/api/mod.ts";
import type { RedisError } from "../src/errors.ts";
import { command } from "../src/commands/command.ts";
import { integer } from "../src/commands/readers.ts";
import { test } from "./support/harness.ts";

/** True where both types are the same, in what may be assigned either way and in what is optional. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Fails to compile unless given the type argument `true`. */
function holds<_ extends true>(): void {}

declare const client: Commands;
declare const chain: Chain;
declare const bytesChain: Chain<[], Uint8Array, bigint>;

// Never called: its body is for the type checker.
async function promises(): Promise<void> {
  const value = await client.get("k");
  holds<Same<typeof value, string | null>>();

  const typed = chain.set("a", "1").incr("n").get("a");
  holds<Same<typeof typed, Chain<["OK", number, string | null]>>>();
  const [set, sum, text] = await typed.exec();
  holds<Same<typeof set, "OK" | RedisError>>();
  holds<Same<typeof sum, number | RedisError>>();
  holds<Same<typeof text, string | null | RedisError>>();
  const [first, second] = await client.mget("a", "b");
  holds<Same<[typeof first, typeof second], [string | null, string | null]>>();
  const thrown = await typed.exec({ throwErrors: true });
  holds<Same<typeof thrown, ["OK", number, string | null]>>();
  const added = chain.add(command(["X"], integer));
  holds<Same<typeof added, Chain<[number]>>>();

  const looped = chain;
  for (const key of ["a", "b"]) looped.get(key);
  const replies = await looped.exec();
  holds<Same<typeof replies, unknown[]>>();
  const thrownReplies = await looped.exec({ throwErrors: true });
  holds<Same<typeof thrownReplies, unknown[]>>();

  const overloads = chain
    .set("a", 1, { get: true })
    .set("a", 1, { nx: true })
    .set("a", 1);
  holds<Same<typeof overloads, Chain<[string | null, "OK" | null, "OK"]>>>();
  const viewed = bytesChain.get("a").incr("n").lrange("l", 0, -1).set("a", 1, { get: true });
  holds<
    Same<
      typeof viewed,
      Chain<[Uint8Array | null, bigint, Uint8Array[], Uint8Array | null], Uint8Array, bigint>
    >
  >();

  // @ts-expect-error: a key is no number
  client.get(1);
  // @ts-expect-error: the tuple has three entries
  typed.exec().then(([, , , fourth]) => fourth);
}

holds<Same<ReturnType<StringCommands["get"]>, Promise<string | null>>>();
holds<Same<ReturnType<StringCommands<Uint8Array>["get"]>, Promise<Uint8Array | null>>>();
holds<Same<ReturnType<StringCommands<string, bigint>["incr"]>, Promise<bigint>>>();
holds<Same<ReturnType<ListCommands<Uint8Array, bigint>["lrange"]>, Promise<Uint8Array[]>>>();
holds<Same<Parameters<StringCommands<Uint8Array>["get"]>, Parameters<StringCommands["get"]>>>();
holds<Same<ReturnType<HashCommands<Uint8Array>["hlen"]>, Promise<number>>>();
holds<Same<ReturnType<SortedSetCommands<Uint8Array>["zcard"]>, Promise<number>>>();
holds<Commands<Uint8Array, bigint> extends StringCommands<Uint8Array, bigint> ? true : false>();

test("the types hold, which is the type checker's to say", () => {
  assert.equal(typeof promises, "function");
});
