/**
 * One failing test, picked by the environment: what `harness_test.ts` runs to see that a runner notices it.
 *
 * Not a `_test.ts` file, so no runner picks it up by itself.
 *
 * @module
 */
import { createServer } from "node:net";
import process from "node:process";
import { afterAll, beforeAll, test } from "./harness.ts";

const cases: Record<string, () => void> = {
  none: () => test("passes", () => {}),
  throws: () => test("throws", () => fail()),
  rejects: () => test("rejects", () => Promise.reject(new Error("planted"))),
  "throws outside": () => {
    test("passes", () => {});
    fail();
  },
  "throws in a timer": () =>
    test("passes later", () =>
      new Promise((done) => {
        setTimeout(fail, 1);
        setTimeout(done, 50);
      })),
  "throws in a clean-up": () => test("passes", (t) => t.defer(fail)),
  "throws in beforeAll": () => {
    beforeAll(fail);
    test("passes", () => {});
  },
  "throws in afterAll": () => {
    afterAll(fail);
    test("passes", () => {});
  },
  "never ends": () =>
    test("never ends", { timeoutMs: 50 }, (t) => {
      // Held open, so that no runner ends for want of work.
      const listener = createServer().listen(0, "127.0.0.1");
      t.defer(() => listener.close());
      return new Promise(() => {});
    }),
  "leaves a listener open": () => test("leaks", () => void createServer().listen(0, "127.0.0.1")),
  "leaks a timer": () => test("leaks", () => void setTimeout(() => {}, 60_000)),
};

function fail(): never {
  throw new Error("planted");
}

cases[process.env.FAILING_CASE ?? "none"]();
