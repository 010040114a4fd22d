/** What the fault proxy reads of RESP: where frames end, what they are called, and which request each answers. */
import assert from "node:assert/strict";
import { FrameScanner, UNFINISHED } from "./frames.ts";
import { test } from "./harness.ts";
import { ReplyOrder } from "./reply_order.ts";
import { chunksOf, commandText, joined, utf8 } from "./wire.ts";

type Row = [wire: string, type: string, length: number, words: string[]];

const REPLIES: Row[] = [
  ["+OK\r\n", "+", 1, ["OK"]],
  ["-ERR no such\r\n", "-", 1, ["ERR no such"]],
  [":-5\r\n", ":", 1, ["-5"]],
  ["$0\r\n\r\n", "$", 1, [""]],
  ["$6\r\na\r\n+b\n\r\n", "$", 1, ["a\r\n+b\n"]],
  [`$300\r\n${"x".repeat(300)}\r\n`, "$", 1, ["x".repeat(128)]],
  ["$-1\r\n", "$", 1, []],
  ["*-1\r\n", "*", 0, []],
  ["*0\r\n", "*", 0, []],
  ["_\r\n", "_", 1, [""]],
  ["=7\r\ntxt:abc\r\n", "=", 1, ["txt:abc"]],
  ["!3\r\nERR\r\n", "!", 1, ["ERR"]],
  ["*3\r\n*2\r\n:1\r\n*0\r\n%1\r\n+k\r\n~2\r\n,1.5\r\n#t\r\n(12\r\n", "*", 3, ["1", "k", "1.5", "t", "12"]],
  [">2\r\n+message\r\n$2\r\nhi\r\n", ">", 2, ["message", "hi"]],
  ["|1\r\n+ttl\r\n*2\r\n:1\r\n:2\r\n*2\r\n|1\r\n+a\r\n:1\r\n:7\r\n:8\r\n", "*", 2, ["7", "8"]],
  ["|0\r\n+x\r\n", "+", 1, ["x"]],
  [`*9\r\n${":1\r\n".repeat(9)}`, "*", 9, Array(8).fill("1")],
];

const REQUESTS: Row[] = [
  [commandText("SET", "k", "größe"), "*", 3, ["SET", "k", "größe"]],
  ["*0\r\n", "*", 0, []],
  ["ping  hi\r\n", "*", 2, ["ping", "hi"]],
  ["\r\n", "*", 0, []],
  [commandText("GET", "*1\r\n"), "*", 2, ["GET", "*1\r\n"]],
];

for (const [what, rows] of [["replies", REPLIES], ["requests", REQUESTS]] as const) {
  test(`frames: the ends and first words of ${what} are found in chunks of any size`, () => {
    const wire = joined(...rows.map(([frame]) => frame));
    for (let size = 1; size <= wire.length; size++) {
      const scanner = new FrameScanner(what), found: Row[] = [];
      let before = 0, start = 0;
      for (const chunk of chunksOf(wire, size)) {
        for (let at = scanner.next(chunk, 0); at !== UNFINISHED; at = scanner.next(chunk, at)) {
          const { type, length, words } = scanner.frame;
          found.push([
            new TextDecoder().decode(wire.subarray(start, before + at)),
            String.fromCharCode(type),
            length,
            words,
          ]);
          start = before + at;
        }
        before += chunk.length;
      }
      assert.deepEqual(found, rows, `in chunks of ${size}`);
      assert.equal(scanner.lost, false);
    }
  });
}

test("frames: bytes that are no RESP leave the scanner lost, behind the frames that were", () => {
  const noSense = ["hello\r\n", "$x\r\n", "*-2\r\n", "x".repeat(70_000)];
  for (const wire of noSense) {
    const scanner = new FrameScanner("replies"), bytes = utf8(`+OK\r\n${wire}+OK\r\n`);
    assert.equal(scanner.next(bytes, 0), 5);
    assert.equal(scanner.next(bytes, 5), UNFINISHED, wire);
    assert.equal(scanner.lost, true, wire);
  }
  const scanner = new FrameScanner("requests");
  assert.equal(scanner.next(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 10), 0), UNFINISHED);
  assert.equal(scanner.lost, true);
});

const CONVERSATIONS: [name: string, requests: string[][], replies: string, answers: string][] = [
  [
    "replies go by order, and pushes are none",
    [["GET", "k"], ["PING"]],
    ">1\r\n+invalidate\r\n$-1\r\n+PONG\r\n",
    "-, GET, PING",
  ],
  ["a reply with no request is nobody's", [["PING"]], "+PONG\r\n+PONG\r\n", "PING, -"],
  [
    "a confirmation a channel, and messages, as pushes",
    [["SUBSCRIBE", "a", "b"], ["PING"]],
    ">3\r\n+subscribe\r\n+a\r\n:1\r\n>3\r\n+message\r\n+a\r\n+m\r\n>3\r\n+subscribe\r\n+b\r\n:2\r\n+PONG\r\n",
    "SUBSCRIBE…, -, SUBSCRIBE, PING",
  ],
  [
    "the same as arrays, and a list that begins like a message before there is a subscription",
    [["LRANGE", "k", "0", "-1"], ["SUBSCRIBE", "a"], ["PING"]],
    "*1\r\n+message\r\n*3\r\n+subscribe\r\n+a\r\n:1\r\n*3\r\n+message\r\n+a\r\n+m\r\n*2\r\n+pong\r\n+\r\n",
    "LRANGE, SUBSCRIBE, -, PING",
  ],
  [
    "unsubscribing from all is confirmed for each there is, or once",
    [["PSUBSCRIBE", "p"], ["SUBSCRIBE", "a", "b"], ["UNSUBSCRIBE"], ["UNSUBSCRIBE"], ["PING"]],
    ["psubscribe\r\n+p\r\n:1", "subscribe\r\n+a\r\n:2", "subscribe\r\n+b\r\n:3", "unsubscribe\r\n+a\r\n:2"]
      .concat(["unsubscribe\r\n+b\r\n:1", "unsubscribe\r\n_\r\n:1"]).map((words) => `>3\r\n+${words}\r\n`).join("") +
    "+PONG\r\n",
    "PSUBSCRIBE, SUBSCRIBE…, SUBSCRIBE, UNSUBSCRIBE…, UNSUBSCRIBE, UNSUBSCRIBE, PING",
  ],
  ["a refused SUBSCRIBE has one reply", [["SUBSCRIBE", "a", "b"], ["PING"]], "-NOPERM\r\n+PONG\r\n", "SUBSCRIBE, PING"],
  [
    "CLIENT REPLY leaves commands without a reply",
    [["CLIENT", "REPLY", "SKIP"], ["GET", "a"], ["GET", "b"]]
      .concat([["CLIENT", "REPLY", "OFF"], ["PING"], ["client", "reply", "on"], ["ECHO", "x"]]),
    "+b\r\n+OK\r\n+x\r\n",
    "GET b, CLIENT reply, ECHO x",
  ],
];

for (const [name, requests, replies, answers] of CONVERSATIONS) {
  test(`reply order: ${name}`, () => {
    const order = new ReplyOrder(), scanner = new FrameScanner("replies"), wire = utf8(replies);
    for (const words of requests) {
      order.sent({ name: words[0].toUpperCase(), words, length: words.length, link: 1 });
    }
    const found: string[] = [];
    for (let at = scanner.next(wire, 0); at !== UNFINISHED; at = scanner.next(wire, at)) {
      const answer = order.answered(scanner.frame);
      const named = answers.includes(" b") ? answer?.request.words[1] ?? "" : "";
      found.push(answer === undefined ? "-" : `${answer.request.name} ${named}`.trim() + (answer.last ? "" : "…"));
    }
    assert.equal(found.join(", "), answers);
  });
}
