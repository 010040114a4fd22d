/**
 * What other clients do wrong, and where a test holds respwire to doing it right.
 *
 * Source: the features in which a client was found wanting, their users' complaints, and the openings, of the studies
 * "JavaScript clients" and "beyond JavaScript" (September 2026). Versions, where a row says none: node-redis 6.3.1,
 * ioredis 6.0.0, @db/redis 0.41.2, Bun 1.4.5, valkey-glide 2.5.2, redis-py 8.0.0, lettuce 7, fred 10.1, rueidis 256d25a,
 * StackExchange.Redis 3.1.31. A test of this folder tells the defect in a comment above it.
 *
 * Limits: what is about speed is measured in bench/, what is about size by scripts/sizes.ts and scripts/weight.mjs.
 *
 * @module
 */

/** A test, the defect that it is about, and who has that; `row` is the row of a table, where the test has one. */
export type IndexRow = readonly [test: string, defect: string, row?: string];

/** The tests of a file about defects. */
export interface IndexedFile {
  /** The file. */
  file: string;
  /** The tests, by their names as they stand in the source. */
  rows: readonly IndexRow[];
}

/** Whose reply it is, and what is in it. */
const replies: readonly IndexedFile[] = [
  {
    file: "tests/defects/replies_test.ts",
    rows: [
      ["attributes before and inside of replies are skipped", "node-redis: shift all later replies; ioredis: throws"],
      ["strings, lists and maps that come in parts are read", "node-redis, ioredis, @db/redis: cannot read them"],
      ["bytes of a reply hold no more memory than they are long", "node-redis: a reply pins the socket's whole chunk"],
      ["bytes are stored as they are, and what DUMP gives", "ioredis, glide: stored as 1,2,3; node-redis: refused"],
      ["one element that is not UTF-8 takes no other with it", "glide: the whole reply is rejected"],
    ],
  },
  {
    file: "tests/server/garbage_test.ts",
    rows: [
      [
        "garbage, ${name}, ${way}: whoever waits gets a ProtocolError, and nobody a later reply",
        "node-redis: a decoding error leaves the connection in use",
      ],
      ["garbage, ${name}, ${way}", "node-redis, ioredis: nesting is the engine's RangeError", "nesting without end"],
    ],
  },
  {
    file: "tests/server/loss_test.ts",
    rows: [
      [
        "${kind} ends the connection by CLIENT KILL: the next call is served on a new one, as whom it was",
        "Bun: may stop for good after a kill",
      ],
    ],
  },
  {
    file: "tests/server/transaction_test.ts",
    rows: [
      ["a command that fails is its own entry, the others are applied", "@db/redis: shifts replies after it"],
    ],
  },
  {
    file: "tests/server/values_test.ts",
    rows: [
      ["the ${typeof number} ", "node-redis: numbers refused as arguments of most commands"],
      ["the integer ${wanted} is exact or refused, never rounded", "all five for JavaScript: round beyond 2^53"],
      ["fields with the names of what every object has are fields", "node-redis: the field __proto__ is lost"],
      ["bytes that are no UTF-8 become U+FFFD in text", "glide: rejects; others: no choice by call"],
    ],
  },
  {
    file: "tests/server/arguments_test.ts",
    rows: [
      [
        "a value that is ${shown} (${got}) is refused by SET as argument 2",
        "node-redis #2591, #2449: which argument is not said",
      ],
      ["a wrong argument in the middle of one tick shifts nobody's reply", "node-redis: #2591, #2449, #2149"],
    ],
  },
  {
    file: "tests/server/pipeline_test.ts",
    rows: [
      ["a chain gives a typed tuple of replies, in order", "ioredis: entries are pairs of unknown (#1568, #1909)"],
      ["all calls and pipelines of one tick leave in one write", "@db/redis: one command in flight at a time"],
    ],
  },
  {
    file: "tests/pure/connection_test.ts",
    rows: [
      ["connection: an error of the server rejects its call, names it and its node", "node-redis #2482: names neither"],
    ],
  },
  {
    file: "tests/pure/session_test.ts",
    rows: [
      [
        "session: pushes are routed aside, between replies, inside of them",
        "Redis 6 sends them there: taken for elements",
      ],
    ],
  },
  {
    file: "tests/pure/decoder_growth_test.ts",
    rows: [
      ["growth: ${name}, announced and not sent, takes less than", "node-redis: a list's memory is set aside unseen"],
    ],
  },
];

/** Where to connect, as whom, and what a connection is for. */
const connecting: readonly IndexedFile[] = [
  {
    file: "tests/defects/addresses_test.ts",
    rows: [
      ["an IPv6 address is dialled as it is", "@db/redis: taken apart at its colons"],
      ["the query of a URL gives options", "node-redis: none; @db/redis: two"],
      ["TLS asks for the server name that is given", "@db/redis, glide: no name but the host's"],
    ],
  },
  {
    file: "tests/defects/credentials_test.ts",
    rows: [
      ["credentials are asked for at every connect", "ioredis, @db/redis, Bun: the password is fixed (ioredis #1738)"],
      ["a stream of credentials logs live connections in anew", "the same; a token's end is the connection's"],
    ],
  },
  {
    file: "tests/server/connect_test.ts",
    rows: [
      ["connect: by ${name}", "node-redis, ioredis: know no valkey: URL; glide: no URL", "a URL of valkey"],
      ["connect: by ${name}", "@db/redis, glide: no unix sockets", "a URL of a unix socket"],
      ["connect: ${name} lets in", "@db/redis: the URL's user becomes a name, undecoded", "an ACL user in a URL"],
      [
        "connect: ${kind} lists the connection with its name and library",
        "Redis 7.0 refuses CLIENT SETINFO, which is to harm nothing",
      ],
    ],
  },
  {
    file: "tests/server/fallback_test.ts",
    rows: [["fall-back: after ", "node-redis: HELLO 3 refused is a failure, without RESP2"]],
  },
  {
    file: "tests/server/tls_test.ts",
    rows: [
      [
        "TLS: ${name} is let in",
        "@db/redis: no client certificates; glide: none in 2.5",
        "a client certificate in a URL",
      ],
      ["TLS: ${name} is let in", "@db/redis: no way around the checks", "the certificate ${shown} without checks"],
    ],
  },
  {
    file: "tests/commands/own_connection_test.ts",
    rows: [
      [
        "a client sends none of them, and nothing of what was to go with one",
        "raw WATCH, SELECT and the like change it for all",
      ],
    ],
  },
  {
    file: "tests/connections/blocking_test.ts",
    rows: [
      ["blocking: ordinary calls go on as if nothing blocked", "all five for JavaScript: one BLPOP stops everybody"],
      [
        "blocking: 50 BLPOP on a pool of 10 are served in the order of the calls",
        "rueidis: wakes anyone (scenario 14)",
      ],
      ["blocking: close() lets it wait for closeTimeoutMs and then fails it", "node-redis: close() hangs (#3398)"],
    ],
  },
  {
    file: "tests/connections/blocking_abort_test.ts",
    rows: [
      [
        "abort: a command that blocks ends, surely not applied",
        "only fred sends CLIENT UNBLOCK; others cannot stop it",
      ],
    ],
  },
  {
    file: "tests/connections/lease_test.ts",
    rows: [
      ["lease: what it watched is not watched by who has it next", "ioredis, @db/redis, Bun, glide: WATCH is shared"],
    ],
  },
  {
    file: "tests/pure/pool_line_test.ts",
    rows: [
      ["pool line: callers are served in the order in which they came", "rueidis, redis-py: unfair"],
      ["pool line: a wait that takes too long says how many were lent and waited before", "lettuce: does not wait"],
    ],
  },
  {
    file: "tests/pure/pool_lend_test.ts",
    rows: [["pool: a lease that is held for too long is reported once", "all but glide: lost leases are not seen"]],
  },
  {
    file: "tests/pure/pool_life_test.ts",
    rows: [
      ["pool life: a lifetime is shortened by chance, by up to a tenth", "all but rueidis: no lifetime"],
      ["pool life: the ones that idled longest are ended, down to min", "@db/redis: idle ones are kept for ever"],
      ["pool life: one that idled for long is lent after a check", "@db/redis, node-redis: lent unchecked"],
    ],
  },
  {
    file: "tests/pure/pool_open_test.ts",
    rows: [["pool opening: a failure is tried again after the delay while somebody waits", "@db/redis: not replaced"]],
  },
  {
    file: "tests/pure/pool_stats_test.ts",
    rows: [[
      "wait times: they are the nearest ranks",
      "redis-py, rueidis, node-redis: no figures without OpenTelemetry",
    ]],
  },
];

/** What becomes of calls when something fails. */
const failing: readonly IndexedFile[] = [
  {
    file: "tests/defects/reconnect_test.ts",
    rows: [
      ["a server that is away for 500 tries is found when it is back", "Bun: 20 tries; @db/redis, redis-py: 10"],
      [
        "a server that accepts and does not greet is tried again",
        "node-redis: gives up for ever at a socket's time-out",
      ],
      ["of 200 clients that lose their server at once", "lettuce, glide: no jitter; node-redis, ioredis: 200 ms of it"],
      ["the first try comes within 50 ms", "StackExchange.Redis: 2.5 s; fred: 1 s"],
      ["a call waits for a connection until its own deadline", "ioredis: MaxRetriesPerRequestError after 20 tries"],
      ["what waits for a connection is bounded", "ioredis, lettuce, StackExchange.Redis: without a bound"],
      ["without reconnects every call under way is settled", "ioredis: never settled (#2193)"],
      ["nothing happens to the process when a connection fails", "node-redis: it ends without a listener (#2302)"],
      ["a server 300 ms away is connected to and used", "glide: 250 ms for everything (#4959)"],
    ],
  },
  {
    file: "tests/defects/subscriptions_test.ts",
    rows: [
      ["what is subscribed is so again when a lost connection is back", "Bun: connected, and never subscribed anew"],
      ["a client that subscribes goes on with all other calls", "@db/redis, Bun: it can do nothing else"],
    ],
  },
  {
    file: "tests/defects/retries_test.ts",
    rows: [
      ["${code} three times, then a reply", "node-redis: gives the caller each of them (scenario 2)"],
      ["with the defaults a refusal that lasts for two seconds", "glide: waits 1,280 ms of the 250 that it has"],
    ],
  },
  {
    file: "tests/defects/aborts_test.ts",
    rows: [["1,000 calls that are given up at random", "redis-py: drops the connection; once shifted (scenario 11)"]],
  },
  {
    file: "tests/pure/redial_test.ts",
    rows: [["redial: one that is lost as soon as it is made is dialled ever more slowly", "rueidis: without a delay"]],
  },
  {
    file: "tests/faults/lost_reply_test.ts",
    rows: [
      [
        "lost reply: ${kind}, INCR was executed",
        "ioredis, redis-py: counts twice; lettuce, @db/redis too (scenario 1)",
      ],
      ["lost reply: ${kind}, GET, the link ends", "node-redis, Bun, glide: the GET fails (scenario 1)"],
      ["lost reply: what is sent again: ${name}", "no client for JavaScript decides by command"],
      [
        "lost reply: an element that a blocking pop was given is told of",
        "lettuce, ioredis: sent again, so that another is popped",
      ],
    ],
  },
  {
    file: "tests/faults/deadline_test.ts",
    rows: [
      ["deadline: a call that was written may have been applied", "node-redis: no time-out once written (#3008)"],
      ["deadline: one call's 50 ms are met among a thousand that have 5 s", "glide: one number for all (#3389)"],
      [
        "deadline: a call that waits to be connected says so",
        "only glide and StackExchange.Redis tell a time-out's cause",
      ],
      [
        "deadline: a process that was busy does not give up what has been answered",
        "a timer by itself counts what was not read as late",
      ],
    ],
  },
  {
    file: "tests/faults/abort_test.ts",
    rows: [
      ["abort: ${name} that was written may have been applied", "node-redis: signals end with the write; others: none"],
    ],
  },
  {
    file: "tests/faults/half_open_test.ts",
    rows: [
      ["half-open: ${kind}, nothing comes through", "Bun, node-redis: a GET hangs (node-redis #2175; scenario 10)"],
      ["half-open: a link that is idle and dead is found out", "ioredis, Bun: nothing looks after an idle connection"],
      [
        "half-open: with neither bound a silent link stays, and its calls end",
        "lettuce: waits for TCP, up to 15 minutes",
      ],
    ],
  },
  {
    file: "tests/faults/desync_test.ts",
    rows: [
      ["desync: an attribute of a real server goes before its reply", "node-redis: see the test of this folder"],
      ["desync: errors inside transactions are theirs", "@db/redis: replies shift behind them"],
    ],
  },
  {
    file: "tests/faults/cycles_test.ts",
    rows: [["a client is reconnected 1,000 times, and has no more open", "no other client's tests hold it to that"]],
  },
  {
    file: "tests/faults/frozen_test.ts",
    rows: [
      ["a frozen server, calls wait: the link is given up", "Bun: a GET of a frozen server hangs (#34374)"],
      [
        "a frozen server that nobody calls: the idle PING notices",
        "ioredis, Bun: nothing looks after an idle connection",
      ],
    ],
  },
];

/** Everything that a test holds respwire to. */
export const index: readonly IndexedFile[] = [...replies, ...connecting, ...failing];

/** The defects of what respwire does not have yet. */
export const later: readonly string[] = [
  "cluster: routing, redirects, refreshing, splitting, scanning, reading from replicas (scenarios 3 to 8, 13 and 15)",
  "Sentinel: finding the primary, failover (scenario 9)",
  "client-side caching: fills, invalidations, loss of the connection (scenario 12)",
  "publish and subscribe as async iterables: back-pressure, what was missed, payloads of bytes",
  "scripts by their digests, consumers of streams, locks",
  "traces, metrics and diagnostics channels",
  "circuit breakers, several data centres, hand-over at maintenance",
];
