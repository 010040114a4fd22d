/**
 * Certificates for TLS tests, made afresh by `openssl` in a temporary folder.
 *
 * Strategy: EC keys, which take milliseconds; every leaf is signed with `openssl ca`, the one command that takes
 * both dates.
 *
 * Limits: needs `openssl` on the PATH.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate and its key, PEM. */
export interface KeyPair {
  /** The certificate. */
  cert: string;
  /** Its private key. */
  key: string;
}

/** All that the TLS tests need. */
export interface Certificates {
  /** The folder with every `<name>.crt` and `<name>.key`. */
  folder: string;
  /** The authority of all leaves but `otherClient`. */
  ca: string;
  /** An authority that signed none of the servers. */
  otherCa: string;
  /** For localhost, 127.0.0.1 and ::1. */
  server: KeyPair;
  /** For other.example alone. */
  wrongHost: KeyPair;
  /** Right host, ended in 2020. */
  expired: KeyPair;
  /** Right host, begins in 2090. */
  notYetValid: KeyPair;
  /** A client's. */
  client: KeyPair;
  /** A client's from the other authority. */
  otherClient: KeyPair;
  /** Removes the folder. */
  remove(): void;
}

interface Leaf {
  ca?: string;
  names: string;
  usage?: "serverAuth" | "clientAuth";
  from?: string;
  to?: string;
}

const LOCAL = "DNS:localhost,IP:127.0.0.1,IP:::1";
const LEAVES: Record<string, Leaf> = {
  server: { names: LOCAL },
  wrongHost: { names: "DNS:other.example" },
  expired: { names: LOCAL, from: "20200101000000Z", to: "20200201000000Z" },
  notYetValid: { names: LOCAL, from: "20900101000000Z", to: "20910101000000Z" },
  client: { names: "DNS:client", usage: "clientAuth" },
  otherClient: { ca: "otherCa", names: "DNS:client", usage: "clientAuth" },
};
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const CONFIG = `[ca]
default_ca=d
[d]
database=index
new_certs_dir=.
default_md=sha256
policy=p
rand_serial=yes
unique_subject=no
[p]
commonName=supplied
`;

/** Makes the authorities and all leaves. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "respwire-tls-"));
  function openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  }
  function pair(name: string): KeyPair {
    const [cert, key] = ["crt", "key"].map((kind) => readFileSync(join(folder, `${name}.${kind}`), "utf8"));
    return { cert, key };
  }
  writeFileSync(join(folder, "index"), "");
  writeFileSync(join(folder, "ca.cnf"), CONFIG);
  for (const name of ["ca", "otherCa"]) {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`, "-subj", `/CN=respwire test ${name}`];
    const rights = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"];
    openssl("req", "-x509", ...NEW_KEY, ...files, "-days", "2", ...rights);
  }
  for (const [name, { ca = "ca", names, usage = "serverAuth", from, to }] of Object.entries(LEAVES)) {
    openssl("req", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const rights = `basicConstraints=CA:FALSE\nsubjectAltName=${names}\nextendedKeyUsage=${usage}\n`;
    writeFileSync(join(folder, `${name}.ext`), rights);
    const dates = from && to ? ["-startdate", from, "-enddate", to] : ["-days", "2"];
    const signer = ["-cert", `${ca}.crt`, "-keyfile", `${ca}.key`, "-extfile", `${name}.ext`];
    openssl(
      "ca",
      "-batch",
      "-notext",
      "-config",
      "ca.cnf",
      ...signer,
      ...dates,
      "-in",
      `${name}.csr`,
      "-out",
      `${name}.crt`,
    );
  }
  return {
    folder,
    ca: pair("ca").cert,
    otherCa: pair("otherCa").cert,
    server: pair("server"),
    wrongHost: pair("wrongHost"),
    expired: pair("expired"),
    notYetValid: pair("notYetValid"),
    client: pair("client"),
    otherClient: pair("otherClient"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
