/** What TLS accepts and refuses, over every adapter alike. */
import assert from "node:assert/strict";
import type { TlsOptions as ServerTlsOptions } from "node:tls";
import { afterAll, beforeAll, test } from "../support/harness.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import type { TlsOptions } from "../../src/stream.ts";
import { Recorder, roles, type Script, serveSockets, until } from "./links.ts";
import { runTrusting } from "./programs.ts";

let certificates: Certificates;
beforeAll(() => void (certificates = makeCertificates()));
afterAll(() => certificates.remove());

interface Row {
  what: string;
  works: boolean;
  server?: "server" | "wrongHost" | "expired" | "notYetValid";
  host?: string;
  unix?: true;
  tls(all: Certificates): TlsOptions;
  settings?(all: Certificates): ServerTlsOptions;
  /** The server name that the server must see; false for none. */
  sees?: string | false;
}

const own = ({ ca }: Certificates): TlsOptions => ({ ca });
const wantsClient = ({ ca }: Certificates): ServerTlsOptions => ({ requestCert: true, rejectUnauthorized: true, ca });

const rows: Row[] = [
  { what: "accepts a trusted authority's certificate for a name", works: true, tls: own, sees: "localhost" },
  { what: "accepts it for an address", works: true, host: "127.0.0.1", tls: own },
  { what: "accepts an authority in a list", works: true, tls: ({ ca, otherCa }) => ({ ca: [otherCa, ca] }) },
  { what: "refuses an authority that nobody named", works: false, tls: () => ({}) },
  { what: "refuses another authority's certificate", works: false, tls: ({ otherCa }) => ({ ca: otherCa }) },
  { what: "refuses a certificate for another host", works: false, server: "wrongHost", tls: own },
  { what: "refuses it for an address too", works: false, server: "wrongHost", host: "127.0.0.1", tls: own },
  { what: "refuses an expired certificate", works: false, server: "expired", tls: own },
  { what: "refuses a certificate that is not valid yet", works: false, server: "notYetValid", tls: own },
  {
    what: "asks for the server name and verifies it in place of the host",
    works: true,
    server: "wrongHost",
    host: "127.0.0.1",
    tls: ({ ca }) => ({ ca, serverName: "other.example" }),
    sees: "other.example",
  },
  {
    what: "refuses a server name that the certificate has not",
    works: false,
    tls: ({ ca }) => ({ ca, serverName: "other.example" }),
  },
  ...(["server", "wrongHost", "expired", "notYetValid"] as const).map((server): Row => ({
    what: `accepts the certificate "${server}" without its authority when verification is off`,
    works: true,
    server,
    tls: () => ({ insecureSkipVerify: true }),
  })),
  {
    what: "accepts a wrong name when verification is off, though an authority is named",
    works: true,
    server: "wrongHost",
    host: "127.0.0.1",
    tls: ({ otherCa }) => ({ ca: otherCa, insecureSkipVerify: true }),
  },
  {
    what: "refuses a server below the lowest version",
    works: false,
    tls: ({ ca }) => ({ ca, minVersion: "TLSv1.3" }),
    settings: () => ({ maxVersion: "TLSv1.2" }),
  },
  {
    what: "accepts a server at the lowest version",
    works: true,
    tls: ({ ca }) => ({ ca, minVersion: "TLSv1.2" }),
    settings: () => ({ maxVersion: "TLSv1.2" }),
  },
  {
    what: "is refused without a client certificate where one is wanted",
    works: false,
    tls: own,
    settings: wantsClient,
  },
  {
    what: "is accepted with a client certificate",
    works: true,
    tls: ({ ca, client }) => ({ ca, ...client }),
    settings: wantsClient,
  },
  {
    what: "is refused with another authority's client certificate",
    works: false,
    tls: ({ ca, otherClient }) => ({ ca, ...otherClient }),
    settings: wantsClient,
  },
  { what: "accepts a unix socket whose certificate has the host's name", works: true, unix: true, tls: own },
  { what: "refuses one that has another name", works: false, unix: true, server: "wrongHost", tls: own },
];

let paths = 0;

for (const [role, platform] of roles) {
  for (const row of rows) {
    test(`adapters: ${role} over TLS: ${row.what}`, async (t) => {
      let heard = 0;
      const names: (string | false)[] = [];
      const script: Script = (peer) => ({
        received(bytes) {
          heard += bytes.length;
          peer.send(bytes);
        },
      });
      const path = row.unix ? `${certificates.folder}/t${paths++}` : undefined;
      const SNICallback: ServerTlsOptions["SNICallback"] = (name, done) => {
        names.push(name);
        done(null);
      };
      const settings = { ...certificates[row.server ?? "server"], ...row.settings?.(certificates) };
      const place = await serveSockets(script, row.sees === undefined ? settings : { ...settings, SNICallback }, path);
      t.defer(place.close);
      const { dial } = await platform(), seen = new Recorder();
      const target = { ...place.target, host: row.host ?? "localhost", tls: row.tls(certificates) };
      const dialled = dial(target).then((stream) => {
        t.defer(() => stream.close());
        stream.open(seen);
        stream.write(new TextEncoder().encode("ping"));
      });
      if (row.works) {
        await dialled;
        await until(() => seen.count === 4);
        assert.deepEqual(seen.ends, []);
        if (row.sees) assert.deepEqual(names, [row.sees]);
        return;
      }
      // Under TLS 1.3 a server judges the client's certificate after the client's handshake is done.
      const error = await dialled.then(
        () => until(() => seen.ends.length > 0).then(() => seen.ends[0]),
        (error) => error,
      );
      assert.ok(error instanceof Error || row.settings === wantsClient, "ended without an error");
      assert.deepEqual([seen.count, heard], [0, 0]);
    });
  }

  test(`adapters: ${role} over TLS: rejects when the peer speaks no TLS`, async (t) => {
    const place = await serveSockets((peer) => ({
      received() {
        peer.send(new TextEncoder().encode("-ERR what is this\r\n"));
        peer.finish();
      },
    }));
    t.defer(place.close);
    const { dial } = await platform();
    await assert.rejects(dial({ ...place.target, tls: { ca: certificates.ca } }), Error);
  });

  test(`adapters: ${role} over TLS: rejects when the peer closes during the handshake`, async (t) => {
    const place = await serveSockets((peer) => ({ received: () => peer.finish() }));
    t.defer(place.close);
    const { dial } = await platform();
    await assert.rejects(dial({ ...place.target, tls: { ca: certificates.ca } }), Error);
  });

  test(`adapters: ${role} over TLS: rejects with a key that is none`, async (t) => {
    const place = await serveSockets(() => {}, certificates.server);
    t.defer(place.close);
    const { dial } = await platform();
    const tls = { ca: certificates.ca, cert: certificates.client.cert, key: "not a key" };
    await assert.rejects(dial({ ...place.target, tls }), Error);
  });

  // The system's authorities can only be chosen before a process starts.
  const trusted: [what: string, store: "ca" | "otherCa", more: string[], expected: string][] = [
    ["trusts the system's authorities when none is named, and holds its peer back", "ca", [], "works"],
    ["presents a client certificate to a server that the system trusts", "ca", ["client"], "works"],
    ["refuses what the system's authorities did not sign", "otherCa", [], "refused"],
    ["does not trust the system's authorities when others are named", "ca", ["named"], "refused"],
  ];
  for (const [what, store, more, expected] of trusted) {
    test(`adapters: ${role} over TLS: ${what}`, { timeoutMs: 20_000 }, async () => {
      const file = `${certificates.folder}/${store}.crt`;
      const output = await runTrusting(file, "system_trust", [role, certificates.folder, ...more]);
      assert.equal(output, expected);
    });
  }
}
