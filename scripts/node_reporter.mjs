/**
 * A reporter for `node --test` that writes one JSON line a test: its name, outcome and failure.
 *
 * In place of Node's own JUnit reporter, which on Node 20 changes names that hold quotes or line ends.
 */
import { inspect } from "node:util";

/** Turns the runner's events into lines. */
export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    // A file that ended before it reported a test counts as a passed test of Node's, by the file's name.
    const silent = type === "test:pass" && data.name.endsWith("_test.js");
    const failed = type === "test:fail" || silent;
    const outcome = failed ? "failed" : data.skip === undefined ? "passed" : "skipped";
    const error = data.details?.error;
    const detail = silent
      ? "the file ended without a test"
      : failed
      ? inspect(error?.cause ?? error, { depth: 5 })
      : "";
    yield `${JSON.stringify({ name: data.name, outcome, detail })}\n`;
  }
}
