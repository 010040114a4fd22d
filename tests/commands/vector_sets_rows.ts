/** Rows of the commands on vector sets. */
import type { RefusalRow, ServerRow, WordsRow } from "./rows.ts";

export const words: readonly WordsRow[] = [];

export const refusals: readonly RefusalRow[] = [];

export const server: readonly ServerRow[] = [];
