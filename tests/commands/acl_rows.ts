/** Rows of the commands on acl. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../mod.ts";
import { command } from "../../src/commands/command.ts";
import * as c from "../../src/commands/mod.ts";
import { status } from "../../src/commands/readers.ts";
import { Link } from "../support/link.ts";
import { type Server, startServer } from "../support/server.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["aclCat", () => c.aclCat(), ["ACL", "CAT"]],
  ["aclCat of a category", () => c.aclCat("read"), ["ACL", "CAT", "read"]],
  ["aclDeluser", () => c.aclDeluser("u", ""), ["ACL", "DELUSER", "u", ""]],
  ["aclDryrun", () => c.aclDryrun("u", "PING"), ["ACL", "DRYRUN", "u", "PING"]],
  [
    "aclDryrun of arguments",
    () => c.aclDryrun("u", "SET", bytes("k"), 0),
    ["ACL", "DRYRUN", "u", "SET", bytes("k"), 0],
  ],
  ["aclGenpass", () => c.aclGenpass(), ["ACL", "GENPASS"]],
  ["aclGenpass bits", () => c.aclGenpass(5), ["ACL", "GENPASS", 5]],
  ["aclGenpass bits 0", () => c.aclGenpass(0), ["ACL", "GENPASS", 0]],
  ["aclGetuser", () => c.aclGetuser(""), ["ACL", "GETUSER", ""]],
  ["aclHelp", () => c.aclHelp(), ["ACL", "HELP"]],
  ["aclList", () => c.aclList(), ["ACL", "LIST"]],
  ["aclLoad", () => c.aclLoad(), ["ACL", "LOAD"]],
  ["aclLog", () => c.aclLog(), ["ACL", "LOG"]],
  ["aclLog count 0", () => c.aclLog(0), ["ACL", "LOG", 0]],
  ["aclLog reset", () => c.aclLog("reset"), ["ACL", "LOG", "reset"]],
  ["aclSave", () => c.aclSave(), ["ACL", "SAVE"]],
  ["aclSetuser", () => c.aclSetuser("u"), ["ACL", "SETUSER", "u"]],
  [
    "aclSetuser rules",
    () => c.aclSetuser("u", "on", ">p", bytes("~k*")),
    ["ACL", "SETUSER", "u", "on", ">p", bytes("~k*")],
  ],
  ["aclUsers", () => c.aclUsers(), ["ACL", "USERS"]],
  ["aclWhoami", () => c.aclWhoami(), ["ACL", "WHOAMI"]],
];

export const refusals: readonly RefusalRow[] = [
  ["aclDeluser of nobody", () => c.aclDeluser(), "Cannot send ACL DELUSER: at least one user is wanted"],
];

// The SHA-256 of `pw`.
const HASH = "30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4";

/** Fails to log in, so that the log of the server has an entry. */
async function failToLogIn(server: Server, username: string): Promise<void> {
  const link = await Link.open(server, 3);
  try {
    await link.send(command(["AUTH", username, "wrong"], status)).catch(() => {});
  } finally {
    await link.close();
  }
}

export const server: readonly ServerRow[] = [
  {
    name: "aclCat",
    run: async (r) => {
      const [all, some, text] = await Promise.all([r.aclCat(), r.aclCat("bitmap"), r.bytes.aclCat("bitmap")]);
      return [all.includes("read"), some.includes("getbit"), some.includes("get"), text.includes("getbit")];
    },
    expect: [true, true, false, true],
  },
  {
    name: "aclDeluser, aclSetuser, aclUsers",
    run: async (r) => {
      const made = [await r.aclSetuser("acl:a"), await r.aclSetuser("acl:b", "on", ">pw")];
      const users = (await r.aclUsers()).sort();
      return [made, users, await r.aclDeluser("acl:a", "acl:b", "acl:c"), await r.bytes.aclUsers()];
    },
    expect: [["OK", "OK"], ["acl:a", "acl:b", "default"], 2, ["default"]],
  },
  {
    name: "aclDryrun",
    run: async (r) => {
      await r.aclSetuser("acl:dry", "~a*", "+get");
      const allowed = await r.aclDryrun("acl:dry", "GET", "a");
      const refused = [await r.aclDryrun("acl:dry", "GET", "b"), await r.bytes.aclDryrun("acl:dry", "SET", "a", 0)];
      await r.aclDeluser("acl:dry");
      return [allowed, refused.map((reason) => / has no permissions to /.test(reason))];
    },
    expect: ["OK", [true, true]],
  },
  {
    name: "aclGenpass",
    run: async (r) =>
      [await r.aclGenpass(), await r.aclGenpass(5)].map((word) => [word.length, /^[0-9a-f]+$/.test(word)]),
    expect: [[64, true], [2, true]],
  },
  {
    name: "aclGetuser",
    run: async (r) => {
      const selector = "(%W~c* &x +set)";
      await r.aclSetuser("acl:get", "on", ">pw", "~a*", "%R~b*", "&ch*", "+@read", "-get", selector);
      const users = [
        await r.aclGetuser("acl:get"),
        await r.bytes.aclGetuser("acl:get"),
        await r.aclGetuser("acl:none"),
      ];
      await r.aclDeluser("acl:get");
      return users.map((user) => {
        if (user === null) return null;
        const { flags, databases: _ours, selectors, ...rules } = user;
        const on = flags.filter((flag) => flag !== "sanitize-payload");
        return { ...rules, flags: on, selectors: selectors.map(({ databases: _theirs, ...selector }) => selector) };
      });
    },
    expect: [
      ...[1, 2].map(() => ({
        flags: ["on"],
        passwords: [HASH],
        commands: "-@all +@read -get",
        keys: "~a* %R~b*",
        channels: "&ch*",
        selectors: [{ commands: "-@all +set", keys: "%W~c*", channels: "&x" }],
      })),
      null,
    ],
  },
  {
    name: "aclGetuser databases",
    since: { valkey: "9.1.0" },
    run: async (r) => {
      await r.aclSetuser("acl:get", "db=0,1", "(+get)");
      const user = await r.aclGetuser("acl:get");
      await r.aclDeluser("acl:get");
      return [user?.databases, user?.selectors[0]?.databases];
    },
    expect: ["db=0,1", "alldbs"],
  },
  {
    name: "aclHelp",
    run: async (r) => [(await r.aclHelp())[0], typeof (await r.bytes.aclHelp())[0]],
    expect: ["ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", "string"],
  },
  {
    name: "aclList",
    run: async (r) => (await r.aclList()).map((line) => line.split(" ").slice(0, 3)),
    expect: [["user", "default", "on"]],
  },
  {
    name: "aclLoad, aclSave",
    run: async (r, { kind }) => {
      // Only a server that is started with a file of users has these commands; `r` says how the others answer.
      const without = await Promise.all([r.aclLoad(), r.aclSave()].map((reply) => reply.catch((error) => error.reply)));
      const folder = mkdtempSync(join(tmpdir(), "respwire-acl-"));
      const file = join(folder, "users.acl");
      writeFileSync(file, "user filed on nopass +ping\n");
      const other = await startServer({ kind, args: ["--aclfile", file] });
      const redis = await connect({ host: other.host, port: other.port });
      try {
        await redis.aclSetuser("saved");
        const saved = await redis.aclSave();
        const names = readFileSync(file, "utf8").match(/(?<=^user )\S+/gm)?.sort();
        writeFileSync(file, "user loaded off\n");
        return [
          without.map((text) => /not configured to use an ACL file/.test(text)),
          saved,
          names,
          await redis.aclLoad(),
          (await redis.aclUsers()).sort(),
        ];
      } finally {
        redis.destroy();
        await other.stop();
        rmSync(folder, { recursive: true });
      }
    },
    expect: [[true, true], "OK", ["default", "filed", "saved"], "OK", ["default", "loaded"]],
  },
  {
    name: "aclLog",
    run: async (r, server) => {
      await r.aclLog("reset");
      await failToLogIn(server, "acl:log:1");
      await failToLogIn(server, "acl:log:2");
      const all = await r.aclLog();
      const [latest] = await r.bytes.aclLog(1);
      const { count, reason, context, object, username, ageSeconds, clientInfo } = latest!;
      return [
        all.map((entry) => entry.username),
        (await r.aclLog(1)).length,
        { count, reason, context, object, username, age: ageSeconds >= 0 && ageSeconds < 60, cmd: clientInfo.cmd },
        await r.aclLog("reset"),
        await r.aclLog(),
      ];
    },
    expect: [
      ["acl:log:2", "acl:log:1"],
      1,
      { count: 1, reason: "auth", context: "toplevel", object: "AUTH", username: "acl:log:2", age: true, cmd: "auth" },
      "OK",
      [],
    ],
  },
  {
    name: "aclLog, with the times and the number of an entry",
    since: { redis: "7.2.0", valkey: "7.2.0" },
    run: async (r, server) => {
      await r.aclLog("reset");
      await failToLogIn(server, "acl:log");
      const [entry] = await r.aclLog();
      await r.aclLog("reset");
      return [
        typeof entry!.entryId,
        entry!.timestampCreated === entry!.timestampLastUpdated,
        typeof entry!.timestampCreated,
      ];
    },
    expect: ["number", true, "number"],
  },
  {
    name: "aclSetuser of a rule that there is not",
    run: (r) => r.aclSetuser("acl:bad", "none").catch((error) => [error.name, error.code]),
    expect: ["ReplyError", "ERR"],
  },
  {
    name: "aclWhoami",
    run: async (r) => [await r.aclWhoami(), await r.bytes.aclWhoami()],
    expect: ["default", "default"],
  },
];
