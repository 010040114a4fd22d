/**
 * Waiting for what happens outside of the test: in a server, in a client's loops.
 *
 * @module
 */

const POLL_MS = 2;

/** Waits until something holds; asked again and again, since nobody outside tells. */
export async function until(what: string, holds: () => unknown, limitMs = 20_000): Promise<void> {
  const limit = Date.now() + limitMs;
  while (!await holds()) {
    if (Date.now() > limit) throw new Error(`Cannot wait any longer: in ${limitMs} ms it did not come that ${what}`);
    await new Promise<void>((done) => setTimeout(done, POLL_MS));
  }
}
