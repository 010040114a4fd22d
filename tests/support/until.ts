/**
 * Waiting for what others do: asked again and again until it is so, with a reason when it never is.
 *
 * @module
 */

const AGAIN_MS = 10;

/** Waits until nothing is missing any more; `missing` says what is. Fails with the last reason after `limitMs`. */
export async function until(missing: () => Promise<string | undefined>, limitMs: number): Promise<void> {
  for (const deadline = Date.now() + limitMs;;) {
    const reason = await missing();
    if (reason === undefined) return;
    if (Date.now() > deadline) throw new Error(`Cannot wait any longer than ${limitMs} ms: ${reason}`);
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}
