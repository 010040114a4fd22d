/**
 * The links between README.md and docs/ lead to pages and headings that are there, and every page is linked.
 *
 * Anchors are what GitHub makes of headings. Links to other sites are not followed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "../support/harness.ts";

const pages = readdirSync("docs").filter((name) => name.endsWith(".md")).sort().map((name) => `docs/${name}`);

/** The text of a page without its code, in which a # begins no heading and brackets are no link. */
function proseOf(page: string): string {
  return readFileSync(page, "utf8").replace(/^```.*?^```$/gms, "").replace(/`[^`\n]*`/g, (code) => code.slice(1, -1));
}

function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map((found) =>
    found[1].toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}

/** The links of a page that stay here, as paths from the root with the anchor, if any. */
function linksOf(page: string): [path: string, anchor: string | undefined][] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => found[1])
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor] = link.split("#", 2);
      return [path === "" ? page : join(dirname(page), path).replaceAll("\\", "/"), anchor];
    });
}

for (const page of ["README.md", ...pages]) {
  test(`the links of ${page} lead somewhere`, () => {
    const broken = linksOf(page)
      .filter(([path, anchor]) => !existsSync(path) || (anchor !== undefined && !anchorsOf(path).includes(anchor)))
      .map(([path, anchor]) => anchor === undefined ? path : `${path}#${anchor}`);
    assert.deepEqual(broken, []);
  });
}

test("README.md has every page of docs/ in its table of guides", () => {
  const text = readFileSync("README.md", "utf8");
  const guides = text.slice(text.indexOf("## Guides"), text.indexOf("## Status"));
  const linked = [...guides.matchAll(/\]\((docs\/[\w-]+\.md)\)/g)].map((found) => found[1]);
  assert.deepEqual(linked.sort(), pages);
});
