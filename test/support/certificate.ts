import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "./temp-dir.ts";

export interface Certified {
  key: string;
  cert: string;
  /** The certificate's file, which is its own authority. */
  file: string;
}

/** A new self-signed certificate for localhost and `names`, valid for so many days; made by openssl. */
export async function certificate(names: string[] = [], days = 90): Promise<Certified> {
  const folder = await tempDir();
  const [keyFile, file] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const alternatives = ["DNS:localhost", "IP:127.0.0.1", ...names.map((name) => `DNS:${name}`)].join(",");
  const subject = ["-subj", "/CN=localhost/O=Fake Authority", "-addext", `subjectAltName=${alternatives}`];
  const made = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    String(days),
    "-keyout",
    keyFile,
    "-out",
    file,
  ];
  execFileSync("openssl", [...made, ...subject], { stdio: "ignore" });
  return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(file, "utf8"), file };
}
