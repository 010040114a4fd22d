/** Keep-alive and no-delay: every adapter sets them, and the kernel does what they say. */
import assert from "node:assert/strict";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { open, roles, runtime, serveSockets } from "./links.ts";
import { runTrusting } from "./programs.ts";
import { keepAliveDue, pairs, pairTime, showsTimers } from "./tcp_options.ts";

let certificates: Certificates;
beforeAll(() => void (certificates = makeCertificates()));
afterAll(() => certificates.remove());

/** An acknowledgement that waits comes after 40 ms; a pair of writes on loopback takes 1 to 3. */
const HELD_BACK_MS = 30;
const KEEP_ALIVE_MS = 30_000;
const NO_TIMERS = "the system does not show its timers";

/** The kernel asks within the time that was given, or after the system's where the runtime takes none. */
function isDue(dueMs: number | undefined, takesDelay: boolean): void {
  assert.ok(dueMs !== undefined, "there is no keep-alive");
  if (takesDelay) assert.ok(dueMs > KEEP_ALIVE_MS - 10_000 && dueMs <= KEEP_ALIVE_MS, `it comes after ${dueMs} ms`);
}

for (const [role, platform] of roles) {
  for (const kind of ["TCP", "TLS"] as const) {
    // Deno's own sockets turn keep-alive on, after the system's delay. With an authority named it is node:tls.
    const takesDelay = runtime !== "deno" || role !== "own socket" || kind === "TLS";

    for (const keepAliveMs of [undefined, 0, KEEP_ALIVE_MS]) {
      const what = keepAliveMs ? "asks after a peer that is silent" : `asks after nobody with ${keepAliveMs}`;
      test(`adapters: ${role} over ${kind}: ${what}`, { skip: !showsTimers && NO_TIMERS }, async (t) => {
        const place = await serveSockets(pairs, kind === "TLS" ? certificates.server : undefined);
        t.defer(place.close);
        const tls = kind === "TLS" ? { ca: certificates.ca } : undefined;
        const target = { ...place.target, tls, keepAliveMs };
        const { stream, seen } = await open({ ...place, platform: await platform(), target });
        t.defer(() => stream.close());
        // After this nothing waits to be acknowledged, which would be the timer that is shown.
        await pairTime(stream, seen);
        const dueMs = keepAliveDue(target.port);
        if (keepAliveMs) isDue(dueMs, takesDelay);
        else assert.equal(dueMs, undefined);
      });
    }

    test(`adapters: ${role} over ${kind}: holds no small write back`, async (t) => {
      const place = await serveSockets(pairs, kind === "TLS" ? certificates.server : undefined);
      t.defer(place.close);
      const tls = kind === "TLS" ? { ca: certificates.ca } : undefined;
      const { stream, seen } = await open({ ...place, platform: await platform(), target: { ...place.target, tls } });
      t.defer(() => stream.close());
      const took = await pairTime(stream, seen);
      assert.ok(took < HELD_BACK_MS, `it took ${took} ms`);
    });
  }

  test(`adapters: ${role} over TLS, with the system's authorities: does both`, { timeoutMs: 20_000 }, async () => {
    const said = await runTrusting(`${certificates.folder}/ca.crt`, "trusted_options", [role, certificates.folder]);
    const { pairMs, dueMs } = JSON.parse(said) as { pairMs: number; dueMs?: number };
    assert.ok(pairMs < HELD_BACK_MS, `it took ${pairMs} ms`);
    if (showsTimers) isDue(dueMs, runtime !== "deno" || role === "node:net");
  });
}
