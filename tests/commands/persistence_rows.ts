/** Rows of the commands on persistence. */
import type { Client } from "../../mod.ts";
import * as c from "../../src/commands/mod.ts";
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["bgrewriteaof", () => c.bgrewriteaof(), ["BGREWRITEAOF"]],
  ["bgsave", () => c.bgsave(), ["BGSAVE"]],
  ["bgsave with no option", () => c.bgsave({ schedule: false }), ["BGSAVE"]],
  ["bgsave schedule", () => c.bgsave({ schedule: true }), ["BGSAVE", "SCHEDULE"]],
  ["bgsave cancel", () => c.bgsave({ cancel: true, schedule: false }), ["BGSAVE", "CANCEL"]],
  ["lastsave", () => c.lastsave(), ["LASTSAVE"]],
  ["save", () => c.save(), ["SAVE"]],
];

export const refusals: readonly RefusalRow[] = [
  [
    "bgsave schedule and cancel",
    () => c.bgsave({ schedule: true, cancel: true }),
    "Cannot send BGSAVE: the options schedule and cancel exclude each other",
  ],
];

// A second for each key, so that a save in the background is still under way when the next command comes.
const SLOW = { "rdb-key-save-delay": 1_000_000 };

/** Ends what still writes in the background, as it would write into a folder that is being removed. */
async function settled<T>(r: Client, answer: T): Promise<T> {
  await r.flushall();
  for (;;) {
    const { persistence } = await r.info({ sections: "persistence", parse: true });
    const { rdb_bgsave_in_progress: saving, aof_rewrite_in_progress: rewriting } = persistence!;
    if (saving === "0" && rewriting === "0") return answer;
    await new Promise((done) => setTimeout(done, 5));
  }
}

export const server: readonly ServerRow[] = [
  {
    name: "bgrewriteaof",
    on: "fresh",
    run: async (r) => settled(r, await r.bgrewriteaof()),
    expect: "Background append only file rewriting started",
  },
  {
    name: "bgsave",
    on: "fresh",
    run: async (r) => {
      await r.configSet(SLOW);
      await r.set("bgsave", 1);
      return settled(r, [await r.bgsave(), await r.bgsave().catch((error) => error.reply)]);
    },
    expect: ["Background saving started", "ERR Background save already in progress"],
  },
  {
    name: "bgsave schedule",
    on: "fresh",
    run: async (r) => settled(r, await r.bgsave({ schedule: true })),
    expect: "Background saving started",
  },
  {
    name: "bgsave cancel",
    since: { valkey: "8.1.0" },
    on: "fresh",
    run: async (r) => {
      await r.configSet(SLOW);
      await r.set("bgsave", 1);
      await r.bgsave();
      return settled(r, await r.bgsave({ cancel: true }));
    },
    expect: "Background saving cancelled",
  },
  {
    name: "lastsave",
    run: async (r) => [(await r.lastsave()) > 1_600_000_000, typeof await r.bigints.lastsave()],
    expect: [true, "bigint"],
  },
  {
    name: "save",
    on: "fresh",
    run: async (r) => {
      await r.set("save", 1);
      const saved = await r.save();
      const { persistence } = await r.info({ sections: "persistence", parse: true });
      return [saved, persistence!.rdb_changes_since_last_save];
    },
    expect: ["OK", "0"],
  },
];
