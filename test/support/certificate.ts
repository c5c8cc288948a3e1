import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.ts";

export interface Certified {
  key: string;
  cert: string;
  /** The certificate's file, which is its own authority. */
  file: string;
}

/** A new self-signed certificate for localhost, valid until so many days ago. */
export function expiredCertificate(days: number): Promise<Certified> {
  return certificate([], 90, days);
}

/** A new self-signed certificate for localhost and `names`, valid for so many days; made by openssl. */
export async function certificate(names: string[] = [], days = 90, ago?: number): Promise<Certified> {
  const folder = await tempDir();
  const [keyFile, file] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const alternatives = ["DNS:localhost", "IP:127.0.0.1", ...names.map((name) => `DNS:${name}`)].join(",");
  const subject = ["-subj", "/CN=localhost/O=Fake Authority", "-addext", `subjectAltName=${alternatives}`];
  const made = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    String(days),
    "-keyout",
    keyFile,
    "-out",
    file,
  ];
  execFileSync("openssl", [...made, ...subject], { stdio: "ignore" });
  if (ago !== undefined) signAnew(folder, { keyFile, file, ago });
  return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(file, "utf8"), file };
}

/** Only openssl's own authority signs for a time that has gone by. */
function signAnew(folder: string, { keyFile, file, ago }: { keyFile: string; file: string; ago: number }): void {
  const day = (before: number): string =>
    `${new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`;
  const [config, request] = [join(folder, "ca.conf"), join(folder, "request.pem")];
  writeFileSync(join(folder, "index"), "");
  writeFileSync(
    config,
    `[ca]\ndefault_ca = own\n[own]\ndatabase = ${folder}/index\nnew_certs_dir = ${folder}\nrand_serial = yes
default_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\norganizationName = optional\n`,
  );
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  openssl("x509", "-x509toreq", "-copy_extensions", "copyall", "-in", file, "-signkey", keyFile, "-out", request);
  const times = ["-startdate", day(ago + 30), "-enddate", day(ago)];
  const signing = ["-config", config, "-selfsign", "-keyfile", keyFile, "-in", request, "-out", file];
  openssl("ca", "-batch", "-notext", ...signing, ...times);
}
