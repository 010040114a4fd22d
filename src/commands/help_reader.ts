/**
 * The reader of what the HELP subcommands give.
 *
 * @module
 */
import { PLAIN } from "../resp/value.ts";
import type { ReplyReader } from "./command.ts";
import { reader, type Report } from "./readers.ts";

/** Lines of text for people. */
export const help: ReplyReader<Report[]> = /* @__PURE__ */ reader(PLAIN, (value) => value as Report[]);
