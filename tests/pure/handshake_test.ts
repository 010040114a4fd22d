/** The handshake, byte for byte: what is said, what is said instead, and what ends it. */
import assert from "node:assert/strict";
import { RedisError, ReplyError } from "../../src/errors.ts";
import type { Login } from "../../src/session/handshake.ts";
import { test } from "../support/harness.ts";
import { Conversation, HELLO, LIBRARY, RESP2_HELLO, WELCOME } from "../support/conversation.ts";
import { commandText } from "../support/wire.ts";

const OK = "+OK\r\n";
const PING = commandText("PING");
const PONG = "+PONG\r\n";
const NO_PING = /^its answer to PING is not that of a Redis or Valkey server$/;
const UNKNOWN = "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n";
const UNKNOWN_CLIENT = "-ERR Unknown subcommand or wrong number of arguments for 'SETINFO'. Try CLIENT HELP.\r\n";

const SUBSCRIBING: Login = { protocol: 3, subscriptions: [["SUBSCRIBE", "a", "b"], ["SSUBSCRIBE", "c"]] };
const SUBSCRIBES = HELLO + commandText("SUBSCRIBE", "a", "b") + commandText("SSUBSCRIBE", "c");
const CONFIRMED_A = ">3\r\n+subscribe\r\n+a\r\n:1\r\n>3\r\n+subscribe\r\n+b\r\n:2\r\n";
const CONFIRMED_B = ">3\r\n+ssubscribe\r\n+c\r\n:1\r\n";
const MESSAGE = ">3\r\n+message\r\n+a\r\n+subscribe\r\n";

interface Row {
  name: string;
  login: Login;
  /** What the session gives out, and the server's answer to it, in turn. */
  turns: [gives: string, receives: string][];
  /** The error that ends it; absent where the session becomes ready. */
  error?: { type: typeof RedisError | typeof ReplyError; message: RegExp };
}

const rows: Row[] = [
  {
    name: "without a wish",
    login: { protocol: 3 },
    turns: [[commandText("HELLO", "3") + LIBRARY, WELCOME + OK + OK]],
  },
  {
    name: "with every wish, in one write",
    login: { protocol: 3, username: "ann", password: "s é", clientName: "app", database: 2 },
    turns: [[
      commandText("HELLO", "3", "AUTH", "ann", "s é", "SETNAME", "app") + LIBRARY + commandText("SELECT", "2"),
      WELCOME + OK + OK + OK,
    ]],
  },
  {
    name: "with what the client can do",
    login: { protocol: 3, capability: "redirect", database: 2 },
    turns: [[
      commandText("HELLO", "3") + LIBRARY + commandText("CLIENT", "CAPA", "redirect") + commandText("SELECT", "2"),
      WELCOME + OK + OK + OK + OK,
    ]],
  },
  {
    name: "with what the client can do, at a server that does not know that",
    login: { protocol: 3, capability: "redirect" },
    turns: [[
      commandText("HELLO", "3") + LIBRARY + commandText("CLIENT", "CAPA", "redirect"),
      WELCOME + OK + OK + "-ERR unknown subcommand 'CAPA'. Try CLIENT HELP.\r\n",
    ]],
  },
  {
    name: "with a password alone",
    login: { protocol: 3, password: "secret" },
    turns: [[commandText("HELLO", "3", "AUTH", "default", "secret") + LIBRARY, WELCOME + OK + OK]],
  },
  {
    name: "with an empty user name",
    login: { protocol: 3, username: "", password: "secret" },
    turns: [[commandText("HELLO", "3", "AUTH", "default", "secret") + LIBRARY, WELCOME + OK + OK]],
  },
  {
    name: "with a user who needs no password",
    login: { protocol: 3, username: "ann" },
    turns: [[commandText("HELLO", "3", "AUTH", "ann", "") + LIBRARY, WELCOME + OK + OK]],
  },
  {
    name: "with a name",
    login: { protocol: 3, clientName: "app" },
    turns: [[commandText("HELLO", "3", "SETNAME", "app") + LIBRARY, WELCOME + OK + OK]],
  },
  {
    name: "with database 0",
    login: { protocol: 3, database: 0 },
    turns: [[commandText("HELLO", "3") + LIBRARY, WELCOME + OK + OK]],
  },
  {
    name: "with a server that does not know SETINFO",
    login: { protocol: 3, database: 1 },
    turns: [[
      commandText("HELLO", "3") + LIBRARY + commandText("SELECT", "1"),
      WELCOME + UNKNOWN_CLIENT + UNKNOWN_CLIENT + OK,
    ]],
  },
  {
    name: "with a server whose answer comes with an attribute and among pushes",
    login: { protocol: 3 },
    turns: [[commandText("HELLO", "3") + LIBRARY, `>1\r\n+a\r\n|1\r\n+a\r\n+b\r\n${WELCOME}>1\r\n+a\r\n${OK}${OK}`]],
  },
  { name: "in RESP2 without a wish", login: { protocol: 2 }, turns: [[RESP2_HELLO, OK + OK + PONG]] },
  {
    name: "in RESP2 with every wish, in one write",
    login: { protocol: 2, username: "ann", password: "secret", clientName: "app", database: 2 },
    turns: [[
      commandText("AUTH", "ann", "secret") + commandText("CLIENT", "SETNAME", "app") + LIBRARY +
      commandText("SELECT", "2") + PING,
      OK.repeat(5) + PONG,
    ]],
  },
  {
    name: "in RESP2 with a password alone, as servers before ACLs want it",
    login: { protocol: 2, password: "secret" },
    turns: [[commandText("AUTH", "secret") + RESP2_HELLO, OK + OK + OK + PONG]],
  },
  {
    name: "in RESP2 with a server that refuses the name and SETINFO",
    login: { protocol: 2, clientName: "app" },
    turns: [[commandText("CLIENT", "SETNAME", "app") + RESP2_HELLO, "-ERR no\r\n-ERR no\r\n-ERR no\r\n" + PONG]],
  },
  ...[
    "-NOPERM this user has no permissions to run the 'ping' command\r\n",
    "-LOADING Redis is loading the dataset in memory\r\n",
    "-ERR unknown command 'PING', with args beginning with: \r\n",
  ].flatMap((answer): Row[] => [
    {
      name: `in RESP2 with a server that refuses PING: ${answer.slice(0, 14)}`,
      login: { protocol: 2 },
      turns: [[RESP2_HELLO, OK + OK + answer]],
    },
    {
      name: `after falling back, with a server that refuses PING: ${answer.slice(0, 14)}`,
      login: { protocol: 3 },
      turns: [[commandText("HELLO", "3") + LIBRARY, UNKNOWN + OK + OK], [RESP2_HELLO, OK + OK + answer]],
    },
  ]),
  ...[
    { what: "does not know HELLO", answer: UNKNOWN },
    { what: "does not know HELLO and quotes it", answer: "-ERR unknown command 'HELLO'\r\n" },
    { what: "does not speak RESP3", answer: "-NOPROTO unsupported protocol version\r\n" },
    {
      what: "says NOAUTH of a HELLO with a login, as Valkey 9 does where it does not know it",
      answer: "-NOAUTH Authentication required.\r\n",
    },
    { what: "does not permit HELLO", answer: "-NOPERM this user has no permissions to run the 'hello' command\r\n" },
  ].map(({ what, answer }): Row => ({
    name: `with a server that ${what}: all is said once more, in one write`,
    login: { protocol: 3, username: "ann", password: "secret", clientName: "app", database: 2 },
    turns: [
      [
        commandText("HELLO", "3", "AUTH", "ann", "secret", "SETNAME", "app") + LIBRARY + commandText("SELECT", "2"),
        `${answer}-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n`,
      ],
      [
        commandText("AUTH", "ann", "secret") + commandText("CLIENT", "SETNAME", "app") + LIBRARY +
        commandText("SELECT", "2") + PING,
        OK.repeat(5) + PONG,
      ],
    ],
  })),
  {
    name: "with an old server and no wish",
    login: { protocol: 3 },
    turns: [[commandText("HELLO", "3") + LIBRARY, UNKNOWN + UNKNOWN_CLIENT + UNKNOWN_CLIENT], [
      RESP2_HELLO,
      UNKNOWN_CLIENT + UNKNOWN_CLIENT + PONG,
    ]],
  },
  ...[
    {
      what: "a wrong password",
      answer: "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
      message: /^WRONGPASS/,
    },
    {
      what: "a password that is wanted",
      answer: "-NOAUTH HELLO must be called with the client already authenticated\r\n",
      message: /^NOAUTH/,
    },
    {
      what: "too many clients",
      answer: "-ERR max number of clients reached\r\n",
      message: /^ERR max number of clients/,
    },
    { what: "protected mode", answer: "-DENIED Redis is running in protected mode\r\n", message: /^DENIED/ },
    { what: "a server that loads", answer: "-LOADING Redis is loading the dataset in memory\r\n", message: /^LOADING/ },
  ].map(({ what, answer, message }): Row => ({
    name: `which ends at once over ${what}`,
    login: { protocol: 3 },
    turns: [[commandText("HELLO", "3") + LIBRARY, answer]],
    error: { type: ReplyError, message },
  })),
  {
    name: "in RESP2 which ends over a wrong password",
    login: { protocol: 2, password: "secret" },
    turns: [[commandText("AUTH", "secret") + RESP2_HELLO, "-WRONGPASS invalid username-password pair\r\n"]],
    error: { type: ReplyError, message: /^WRONGPASS/ },
  },
  {
    name: "in RESP2 which ends over a password that is wanted, at the first refusal",
    login: { protocol: 2 },
    turns: [[RESP2_HELLO, "-NOAUTH Authentication required.\r\n"]],
    error: { type: ReplyError, message: /^NOAUTH/ },
  },
  {
    name: "in RESP2 which ends over a password that is wanted, where PING alone is refused for it",
    login: { protocol: 2 },
    turns: [[RESP2_HELLO, UNKNOWN_CLIENT + UNKNOWN_CLIENT + "-NOAUTH Authentication required.\r\n"]],
    error: { type: ReplyError, message: /^NOAUTH/ },
  },
  {
    name: "after falling back, which ends over a password that is wanted",
    login: { protocol: 3 },
    turns: [
      [commandText("HELLO", "3") + LIBRARY, UNKNOWN + "-NOAUTH no\r\n-NOAUTH no\r\n"],
      [RESP2_HELLO, "-NOAUTH Authentication required.\r\n"],
    ],
    error: { type: ReplyError, message: /^NOAUTH/ },
  },
  {
    name: "after falling back, which ends over a password that is wanted, where PING alone is refused for it",
    login: { protocol: 3 },
    turns: [
      [commandText("HELLO", "3") + LIBRARY, UNKNOWN + UNKNOWN_CLIENT + UNKNOWN_CLIENT],
      [RESP2_HELLO, UNKNOWN_CLIENT + UNKNOWN_CLIENT + "-NOAUTH Authentication required.\r\n"],
    ],
    error: { type: ReplyError, message: /^NOAUTH/ },
  },
  {
    name: "which ends over a database that is refused",
    login: { protocol: 3, database: 99 },
    turns: [[
      commandText("HELLO", "3") + LIBRARY + commandText("SELECT", "99"),
      `${WELCOME}${OK}${OK}-ERR DB index is out of range\r\n`,
    ]],
    error: { type: ReplyError, message: /^ERR DB index/ },
  },
  ...["+OK\r\n", "$2\r\nhi\r\n", ":1\r\n", "_\r\n", "*0\r\n", "%1\r\n+server\r\n+other\r\n"].map((answer): Row => ({
    name: `which ends over an answer to HELLO that is no server's: ${JSON.stringify(answer)}`,
    login: { protocol: 3 },
    turns: [[commandText("HELLO", "3") + LIBRARY, answer]],
    error: { type: RedisError, message: /^its answer to HELLO is not that of a Redis or Valkey server$/ },
  })),
  ...["+OK\r\n", "+PONG!\r\n", "$2\r\nhi\r\n", ":1\r\n", "_\r\n", "*2\r\n+PONG\r\n+\r\n"].flatMap((answer): Row[] => [
    {
      name: `in RESP2 which ends over an answer to PING that is no server's: ${JSON.stringify(answer)}`,
      login: { protocol: 2 },
      turns: [[RESP2_HELLO, OK + OK + answer]],
      error: { type: RedisError, message: NO_PING },
    },
    {
      name: `after falling back, which ends over an answer to PING that is no server's: ${JSON.stringify(answer)}`,
      login: { protocol: 3 },
      turns: [[commandText("HELLO", "3") + LIBRARY, UNKNOWN + OK + OK], [RESP2_HELLO, OK + OK + answer]],
      error: { type: RedisError, message: NO_PING },
    },
  ]),
  ...[
    { what: "each channel is confirmed", answer: CONFIRMED_A + CONFIRMED_B },
    { what: "messages come in between", answer: `${MESSAGE}${CONFIRMED_A}${MESSAGE}${CONFIRMED_B}` },
    { what: "one is refused", answer: `-NOPERM no\r\n${CONFIRMED_B}` },
    { what: "all are refused", answer: "-NOPERM no\r\n-NOPERM no\r\n" },
  ].map(({ what, answer }): Row => ({
    name: `with subscriptions, done when ${what}`,
    login: SUBSCRIBING,
    turns: [[SUBSCRIBES, WELCOME + OK + OK + answer]],
  })),
  ...[
    { what: "a script that keeps the server busy", answer: `${WELCOME}${OK}${OK}-BUSY a script\r\n`, message: /^BUSY/ },
    { what: "a server that no longer speaks RESP3", answer: UNKNOWN, message: /^ERR unknown command/ },
  ].map(({ what, answer, message }): Row => ({
    name: `with subscriptions, which ends over ${what}`,
    login: SUBSCRIBING,
    turns: [[SUBSCRIBES, answer]],
    error: { type: ReplyError, message },
  })),
  {
    name: "with subscriptions, which ends over a reply that is none of theirs",
    login: SUBSCRIBING,
    turns: [[SUBSCRIBES, WELCOME + OK + OK + OK]],
    error: { type: RedisError, message: /^its answer to SUBSCRIBE is not that/ },
  },
  {
    name: "in RESP2 which ends over one who greets and says yes to everything",
    login: { protocol: 2, password: "secret", database: 1 },
    turns: [[
      commandText("AUTH", "secret") + LIBRARY + commandText("SELECT", "1") + PING,
      "+OK POP3 ready\r\n" + OK.repeat(4),
    ]],
    error: { type: RedisError, message: NO_PING },
  },
];

for (const { name, login, turns, error } of rows) {
  test(`handshake: ${name}`, () => {
    for (const size of [Infinity, 1]) {
      const talk = new Conversation({ login });
      let thrown: unknown;
      for (const [gives, receives] of turns) {
        assert.equal(talk.session.ready, false);
        talk.gives(gives);
        talk.gives("");
        try {
          talk.receives(receives, size);
        } catch (caught) {
          thrown = caught;
        }
      }
      assert.equal(talk.session.ready, error === undefined);
      if (error === undefined) assert.equal(thrown, undefined);
      else {
        assert.ok(thrown instanceof error.type, String(thrown));
        assert.match(thrown.message, error.message);
        assert.doesNotMatch(thrown.message, /secret/);
      }
      assert.deepEqual(talk.settled, []);
    }
  });
}

test("handshake: what is not RESP ends it with a ProtocolError", () => {
  for (const banner of ["HTTP/1.1 400 Bad Request\r\n", "220 mail.example.com ESMTP\r\n", "SSH-2.0-OpenSSH_9.2\r\n"]) {
    for (const protocol of [2, 3] as const) {
      assert.equal(new Conversation({ login: { protocol } }).refuses(banner).name, "ProtocolError");
    }
  }
});

test("handshake: one who greets, and then refuses every line of it, ends it in RESP2 too", () => {
  const lines = RESP2_HELLO.split("\r\n").length - 1;
  for (const size of [Infinity, 1]) {
    const talk = new Conversation({ login: { protocol: 2 } });
    talk.calls("GET a");
    talk.gives(RESP2_HELLO);
    assert.throws(() => talk.receives(`+OK ready\r\n${"-ERR what\r\n".repeat(lines)}`, size), {
      name: "ProtocolError",
      message: "Cannot understand what the server sent: nobody waits for a reply",
    });
    talk.ends();
    assert.deepEqual(talk.settled, [["GET a", { error: false }]]);
  }
});

test("handshake: calls made before it is over are given out after it, together", () => {
  const talk = new Conversation();
  talk.calls("GET a");
  talk.gives(commandText("HELLO", "3") + LIBRARY);
  talk.calls("GET b");
  talk.gives("");
  talk.receives(WELCOME);
  talk.gives("");
  talk.receives("+OK\r\n+OK\r\n");
  talk.gives(commandText("GET", "a") + commandText("GET", "b"));
  talk.receives(":1\r\n:2\r\n");
  assert.deepEqual(talk.settled, [["GET a", { reply: 1 }], ["GET b", { reply: 2 }]]);
});

test("handshake: calls made before it falls back wait until the second part is over", () => {
  const talk = new Conversation();
  talk.calls("GET a");
  talk.gives(commandText("HELLO", "3") + LIBRARY);
  talk.receives(UNKNOWN + "-ERR no\r\n-ERR no\r\n");
  talk.gives(RESP2_HELLO);
  talk.gives("");
  talk.receives("-ERR no\r\n-ERR no\r\n");
  talk.gives("");
  talk.receives(PONG);
  talk.gives(commandText("GET", "a"));
});

test("handshake: more answers than were asked for end the session", () => {
  const talk = new Conversation();
  talk.calls("GET a");
  talk.gives(commandText("HELLO", "3") + LIBRARY);
  assert.equal(talk.refuses(`${WELCOME}+OK\r\n+OK\r\n$1\r\nx\r\n`).name, "ProtocolError");
  talk.ends();
  assert.deepEqual(talk.settled, [["GET a", { error: false }]]);
});

test("handshake: an error names the node and neither command nor password", () => {
  const talk = new Conversation({ login: { protocol: 3, password: "secret" } });
  talk.gives(commandText("HELLO", "3", "AUTH", "default", "secret") + LIBRARY);
  const error = talk.refuses("-ERR syntax error, with args beginning with: 'secret' \r\n") as ReplyError;
  assert.equal(error.message, "ERR syntax error");
  assert.equal(error.node, "host:6379");
});
