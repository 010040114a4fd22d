/**
 * What is to be done when a test file ends, however it ends: Deno tells that by an event, others with their process.
 *
 * @module
 */
import process from "node:process";

interface EventSource {
  addEventListener?(kind: string, listener: () => void): void;
}

/** Has something done at the end. It cannot wait for anything. */
export function atEnd(clean: () => void): void {
  process.on("exit", clean);
  (globalThis as EventSource).addEventListener?.("unload", clean);
}
