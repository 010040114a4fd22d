/** What a user asks of single calls: what is right, what is wrong and how it is said, and what is put over what. */
import assert from "node:assert/strict";
import { checkedWith } from "../../src/client/with.ts";
import { type CallOptions, PLAIN_CALL } from "../../src/sender.ts";
import { test } from "../support/harness.ts";

const { signal } = new AbortController();
const LONGEST = 2_147_483_647;

const BEFORE: CallOptions = {
  mode: 3,
  timeoutMs: 10,
  signal,
  attempts: 2,
  ceiling: "idempotent",
  node: "a:7000",
  readFrom: "any",
  whilePrimary: true,
};

const right: [given: unknown, changed: Partial<CallOptions>][] = [
  [{}, {}],
  [{ timeoutMs: undefined, signal: undefined, retry: undefined, idempotent: undefined, readFrom: undefined }, {}],
  [{ timeoutMs: 0 }, { timeoutMs: 0 }],
  [{ timeoutMs: LONGEST }, { timeoutMs: LONGEST }],
  [{ signal: AbortSignal.abort("done") }, {}],
  [{ retry: {} }, {}],
  [{ retry: { attempts: undefined, ceiling: undefined } }, {}],
  [{ retry: { attempts: 1 } }, { attempts: 1 }],
  [{ retry: { ceiling: "none" } }, { ceiling: "none" }],
  [{ retry: { ceiling: "readOnly" } }, { ceiling: "readOnly" }],
  [{ retry: { ceiling: "idempotent" } }, { ceiling: "idempotent" }],
  [{ retry: { ceiling: "any" } }, { ceiling: "any" }],
  [{ idempotent: true }, { ceiling: "any" }],
  [{ idempotent: true, retry: { ceiling: "none", attempts: 7 } }, { ceiling: "any", attempts: 7 }],
  [{ idempotent: false }, {}],
  [{ idempotent: false, retry: { ceiling: "any" } }, { ceiling: "any" }],
  ...(["primary", "primaryPreferred", "replica", "replicaPreferred", "any"] as const).map((
    readFrom,
  ): [unknown, Partial<CallOptions>] => [{ readFrom }, { readFrom }]),
];

test("with: what is given is put over what held before, what is absent stays", () => {
  for (const [given, changed] of right) {
    const options = given as { signal?: AbortSignal };
    const expected = { ...BEFORE, ...changed, signal: options.signal ?? BEFORE.signal };
    assert.deepEqual(checkedWith(BEFORE, options), expected, JSON.stringify(given));
    assert.deepEqual(checkedWith(PLAIN_CALL, options), { ...PLAIN_CALL, ...changed, signal: options.signal });
  }
});

test("with: views of views add up, and the mode of replies and the node stay", () => {
  let options = checkedWith({ ...PLAIN_CALL, mode: 1, node: "a:7000" }, { timeoutMs: 5 });
  options = checkedWith(options, { retry: { attempts: 3 } });
  options = checkedWith(options, { signal });
  options = checkedWith(options, { idempotent: true });
  options = checkedWith(options, { readFrom: "replica" });
  options = checkedWith(options, { timeoutMs: 6 });
  assert.deepEqual(options, {
    mode: 1,
    timeoutMs: 6,
    signal,
    attempts: 3,
    ceiling: "any",
    node: "a:7000",
    readFrom: "replica",
    whilePrimary: false,
  });
});

test("with: what was marked as idempotent can be marked as not", () => {
  const marked = checkedWith(PLAIN_CALL, { idempotent: true });
  assert.equal(checkedWith(marked, { timeoutMs: 5 }).ceiling, "any");
  assert.equal(checkedWith(marked, { idempotent: false }).ceiling, undefined);
  assert.equal(checkedWith(marked, { idempotent: false, retry: { ceiling: "none" } }).ceiling, "none");
});

test("with: nothing that was given is changed or kept", () => {
  const given = Object.freeze({ timeoutMs: 5, retry: Object.freeze({ attempts: 2 }) });
  const before = Object.freeze({ ...BEFORE });
  assert.notEqual(checkedWith(before, given), before);
  assert.notEqual(checkedWith(before, {}), before);
});

const MS = `a whole number from 0 to ${LONGEST}`;
const CEILING = "none, readOnly, idempotent or any";

const wrong: [given: unknown, message: string][] = [
  [undefined, "with: it must be an object"],
  [null, "with: it must be an object"],
  [5, "with: it must be an object"],
  ["5s", "with: it must be an object"],
  [[], "with: it must be an object"],
  [{ timeout: 5 }, "timeout: there is none of that name"],
  [{ attempts: 5 }, "attempts: there is none of that name"],
  [{ mode: 1 }, "mode: there is none of that name"],
  ...[-1, 1.5, NaN, Infinity, LONGEST + 1, "5", null, 5n].map((timeoutMs): [unknown, string] => [
    { timeoutMs },
    `timeoutMs: it must be ${MS}`,
  ]),
  ...[null, {}, "abort", new AbortController()].map((wrongSignal): [unknown, string] => [
    { signal: wrongSignal },
    "signal: it must be an AbortSignal",
  ]),
  ...[null, 3, "any", [], false].map((retry): [unknown, string] => [{ retry }, "retry: it must be an object"]),
  [{ retry: { attempt: 3 } }, "retry.attempt: there is none of that name"],
  [{ retry: { baseMs: 3 } }, "retry.baseMs: there is none of that name"],
  ...[0, -1, 1.5, NaN, Infinity, "3", null].map((attempts): [unknown, string] => [
    { retry: { attempts } },
    "retry.attempts: it must be a whole number from 1",
  ]),
  ...["readonly", "all", "", null, true].map((ceiling): [unknown, string] => [
    { retry: { ceiling } },
    `retry.ceiling: it must be ${CEILING}`,
  ]),
  ...[1, "true", null, {}].map((idempotent): [unknown, string] => [
    { idempotent },
    "idempotent: it must be true or false",
  ]),
  ...["Primary", "master", "", null, true].map((readFrom): [unknown, string] => [
    { readFrom },
    "readFrom: it must be primary, primaryPreferred, replica, replicaPreferred or any",
  ]),
];

test("with: what is wrong is a TypeError that names the option", () => {
  for (const [given, message] of wrong) {
    assert.throws(() => checkedWith(PLAIN_CALL, given as object), {
      name: "TypeError",
      message: `Cannot use the option ${message}`,
    }, message);
  }
});
