/** Rows of the commands on debug. */
import * as c from "../../src/commands/mod.ts";
import { bytes, type RefusalRow, type ServerRow, type WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [
  ["debug", () => c.debug("JMAP"), ["DEBUG", "JMAP"]],
  ["debug of arguments", () => c.debug("SLEEP", 0, 1n, "", bytes("x")), ["DEBUG", "SLEEP", 0, 1n, "", bytes("x")]],
];

export const refusals: readonly RefusalRow[] = [];

export const server: readonly ServerRow[] = [
  {
    name: "debug",
    run: async (r) => {
      await r.set("debug", "value");
      return [
        await r.debug("SLEEP", 0),
        /encoding:embstr/.test(String(await r.debug("OBJECT", "debug"))),
        await r.debug("PROTOCOL", "integer"),
        await r.bigints.debug("PROTOCOL", "integer"),
        await r.bytes.debug("PROTOCOL", "string"),
        await r.debug("NONE").catch((error) => error.name),
      ];
    },
    expect: ["OK", true, 12345, 12345n, bytes("Hello World"), "ReplyError"],
  },
];
