/** Redirects: each form in which a server names another node, and what is none. */
import assert from "node:assert/strict";
import { type Redirect, redirectAddressOf, redirectOf } from "../../src/routing/redirect.ts";
import { test } from "../support/harness.ts";

test("a redirect names the slot and the node, whatever form its address has", () => {
  const rows: [reply: string, expected: Redirect][] = [
    ["MOVED 3999 127.0.0.1:6381", { kind: "moved", slot: 3999, host: "127.0.0.1", port: 6381, unknown: false }],
    ["ASK 3999 127.0.0.1:6381", { kind: "ask", slot: 3999, host: "127.0.0.1", port: 6381, unknown: false }],
    ["MOVED 0 a.example:7000", { kind: "moved", slot: 0, host: "a.example", port: 7000, unknown: false }],
    // IPv6 comes without brackets; some put them.
    ["MOVED 16383 ::1:7000", { kind: "moved", slot: 16_383, host: "::1", port: 7000, unknown: false }],
    ["ASK 1 fe80::1%eth0:7000", { kind: "ask", slot: 1, host: "fe80::1%eth0", port: 7000, unknown: false }],
    ["MOVED 1 [2001:db8::5]:7000", { kind: "moved", slot: 1, host: "2001:db8::5", port: 7000, unknown: false }],
    // The host of the node that said so.
    ["MOVED 1 :7000", { kind: "moved", slot: 1, host: "", port: 7000, unknown: false }],
    // A host name that is not set, and an address that is not known.
    ["MOVED 1 ?:7000", { kind: "moved", slot: 1, host: "", port: 7000, unknown: true }],
    ["ASK 1 ?:7000", { kind: "ask", slot: 1, host: "", port: 7000, unknown: true }],
    ["MOVED 1 :0", { kind: "moved", slot: 1, host: "", port: 0, unknown: true }],
    ["MOVED 1 10.0.0.1:0", { kind: "moved", slot: 1, host: "", port: 0, unknown: true }],
  ];
  for (const [reply, expected] of rows) assert.deepEqual(redirectOf(reply), expected, reply);
});

test("what is no redirect, or a malformed one, is none", () => {
  const rows = [
    "",
    "ERR unknown command",
    "MOVED",
    "MOVED 1",
    "MOVED 1 ",
    "MOVED 1 host",
    "MOVED 1 host:",
    "MOVED 1 host:x",
    "MOVED x host:1",
    "MOVED -1 host:1",
    "MOVED 1.5 host:1",
    "MOVED 16384 host:1",
    "MOVED 99999999999 host:1",
    "MOVED 1 host:65536",
    "MOVED 1 host:1 more",
    "MOVED  1 host:1",
    "MOVED 1 ho st:1",
    "moved 1 host:1",
    " MOVED 1 host:1",
    "MOVED 1 host:1\n",
    "MOVEDASK 1 host:1",
    "REDIRECT host:1",
    "TRYAGAIN Multiple keys request during rehashing of slot",
  ];
  for (const reply of rows) assert.equal(redirectOf(reply), undefined, JSON.stringify(reply));
});

test("a replica of Valkey names its primary", () => {
  const rows: [reply: string, expected: object | undefined][] = [
    ["REDIRECT 127.0.0.1:6380", { host: "127.0.0.1", port: 6380 }],
    ["REDIRECT a.example:6380", { host: "a.example", port: 6380 }],
    ["REDIRECT ::1:6380", { host: "::1", port: 6380 }],
    ["REDIRECT [::1]:6380", { host: "::1", port: 6380 }],
    ["REDIRECT ?:6380", undefined],
    ["REDIRECT :6380", undefined],
    ["REDIRECT host:0", undefined],
    ["REDIRECT host:65536", undefined],
    ["REDIRECT host", undefined],
    ["REDIRECT", undefined],
    ["MOVED 1 127.0.0.1:6380", undefined],
  ];
  for (const [reply, expected] of rows) assert.deepEqual(redirectAddressOf(reply), expected, reply);
});
