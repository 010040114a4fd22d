/** The reader of the runners' reports: names and outcomes as each runner writes them. */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "./harness.ts";

interface Case {
  name: string;
  outcome: string;
  detail: string;
}

interface JUnit {
  testCases(xml: string): Case[];
  differences(some: string[], others: string[]): { name: string; count: number }[];
}

// By the checkout's path, since the compiled tests have no scripts in JavaScript beside them.
const { testCases, differences } = (await import(pathToFileURL(resolve("scripts/junit.mjs")).href)) as JUnit;

const reports: { runner: string; xml: string; cases: Case[] }[] = [
  {
    runner: "Deno",
    xml: `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="3" failures="1" errors="0" time="0.017">
    <testsuite name="./harness.ts" tests="3" disabled="1" errors="0" failures="1">
        <testcase name="a &lt;&quot;&amp;&apos;&gt; é" classname="./harness.ts" time="0.012" line="64" col="18">
        </testcase>
        <testcase name="left out" classname="./harness.ts" time="0.000" line="64" col="18">
            <skipped/>
        </testcase>
        <testcase name="fails" classname="./harness.ts" time="0.001" line="64" col="18">
            <failure message="Uncaught Error: &lt;x&gt;">Error: &lt;x&gt; &amp;amp;</failure>
        </testcase>
    </testsuite>
</testsuites>`,
    cases: [
      { name: `a <"&'> é`, outcome: "passed", detail: "" },
      { name: "left out", outcome: "skipped", detail: "" },
      { name: "fails", outcome: "failed", detail: "Error: <x> &amp;" },
    ],
  },
  {
    runner: "Bun",
    xml: `<testsuites name="bun test" tests="4" assertions="0" failures="2" skipped="1" time="0.02">
  <testsuite name="t/b_test.ts" file="t/b_test.ts" tests="4" assertions="0" failures="2" skipped="1" hostname="vm">
    <testcase name="a &lt;/testcase&gt; > b" classname="" time="0.001" file="t/b_test.ts" line="65" assertions="0" />
    <testcase name="left out" classname="" time="0" file="t/b_test.ts" line="65" assertions="0">
      <skipped />
    </testcase>
    <testcase name="fails" classname="" time="0.0003" file="t/b_test.ts" line="65" assertions="0">
      <failure type="Error" message="x">Error: x&#10;      at &#x74;/b_test.ts:5:35</failure>
    </testcase>
    <testcase name="is late" classname="" time="0.0003" file="t/b_test.ts" line="65" assertions="0">
      <failure type="TimeoutError" />
    </testcase>
  </testsuite>
</testsuites>`,
    cases: [
      { name: "a </testcase> > b", outcome: "passed", detail: "" },
      { name: "left out", outcome: "skipped", detail: "" },
      { name: "fails", outcome: "failed", detail: "Error: x\n      at t/b_test.ts:5:35" },
      { name: "is late", outcome: "failed", detail: ' type="TimeoutError" ' },
    ],
  },
  { runner: "a runner that wrote nothing", xml: "", cases: [] },
];

for (const { runner, xml, cases } of reports) {
  test(`testCases: reads the report of ${runner}`, () => assert.deepEqual(testCases(xml), cases));
}

test("differences: a name counts as often as it comes", () => {
  assert.deepEqual(differences(["a", "b"], ["b", "a"]), []);
  assert.deepEqual(differences(["a", "a", "b"], ["a", "c"]), [
    { name: "a", count: 1 },
    { name: "b", count: 1 },
    { name: "c", count: -1 },
  ]);
});
