/**
 * Reads the JUnit reports of Deno, Bun and Node: the name and the outcome of every test.
 *
 * Not a general XML reader: it takes elements as these three runners write them, which is with every attribute quoted and
 * all text escaped.
 */

/** Gives every test case of a report as `{ name, outcome, detail }`, the outcome "passed", "failed" or "skipped". */
export function testCases(xml) {
  return [...xml.matchAll(/<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([^]*?)<\/testcase>)/g)].map(
    ([, attributes, content = ""]) => {
      const name = unescape(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "");
      const failure = /<(failure|error)\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([^]*?)<\/\1>)/.exec(content);
      if (failure) return { name, outcome: "failed", detail: unescape(failure[3] || failure[2]) };
      return { name, outcome: /<skipped\b/.test(content) ? "skipped" : "passed", detail: "" };
    },
  );
}

/** The names that do not come equally often in two lists, each with what it lacks. */
export function differences(some, others) {
  const counts = new Map();
  for (const name of some) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const name of others) counts.set(name, (counts.get(name) ?? 0) - 1);
  return [...counts].filter(([, count]) => count !== 0).map(([name, count]) => ({ name, count }));
}

function unescape(text) {
  const named = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|quot|apos|amp));/gi,
    (_, decimal, hex, name) =>
      name ? named[name.toLowerCase()] : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16)),
  );
}
