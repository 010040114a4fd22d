/** Rows of the commands on bitmaps. */
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [];

export const refusals: readonly RefusalRow[] = [];

export const server: readonly ServerRow[] = [];
