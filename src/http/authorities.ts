import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../errors.ts";

/** Where to find certificate authorities to trust. */
export interface AuthorityFiles {
  /** PEM file of authorities besides those of Node. */
  caFile: string | undefined;
  /** The file in NODE_EXTRA_CA_CERTS. Node ignores it as soon as a program passes its own list. */
  extraCaFile: string | undefined;
  /** SSL_CERT_FILE and SSL_CERT_DIR, which OpenSSL and curl read, and Node does not. */
  sslCertFile?: string | undefined;
  sslCertDir?: string | undefined;
  /** Trusts those two and the system's own store as well. That costs time, so it is for a certificate that Node does not trust. */
  all?: boolean;
}

/** The files that the environment names. */
export type EnvironmentFiles = Omit<AuthorityFiles, "caFile" | "all">;

export function authorityFiles(env: Readonly<Record<string, string | undefined>>): EnvironmentFiles {
  const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, SSL_CERT_DIR } = env;
  return {
    extraCaFile: NODE_EXTRA_CA_CERTS || undefined,
    sslCertFile: SSL_CERT_FILE || undefined,
    sslCertDir: SSL_CERT_DIR || undefined,
  };
}

/**
 * The certificate authorities to trust; undefined for Node's default.
 *
 * @throws {CliError} `usage` when `caFile`, or with it `extraCaFile`, cannot be read, or `caFile` holds none
 */
export async function readAuthorities(files: AuthorityFiles): Promise<string[] | undefined> {
  const { caFile, extraCaFile } = files;
  const more = files.all === true ? await readMore(files) : [];
  if (caFile === undefined && more.length === 0) return undefined;
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      const why = whyUnread(error);
      const hint = file === caFile ? "onduty profiles show" : "is NODE_EXTRA_CA_CERTS right?";
      throw usageError(`cannot read the certificates in "${file}": ${why}`, hint);
    }
  };
  const own = caFile === undefined ? [] : [read(caFile)];
  if (own.some((text) => !isPem(text)))
    throw usageError(`"${caFile}" holds no PEM certificate`, "onduty profiles show");
  const { rootCertificates } = await import("node:tls");
  const extra = extraCaFile === undefined ? [] : files.all === true ? readable([extraCaFile]) : [read(extraCaFile)];
  return [...rootCertificates, ...own, ...extra, ...more];
}

/** What else this machine trusts. */
async function readMore({ sslCertFile, sslCertDir }: AuthorityFiles): Promise<string[]> {
  const files = [...(sslCertFile === undefined ? [] : [sslCertFile]), ...filesIn(sslCertDir)];
  return [...readable(files), ...(await systemAuthorities())];
}

/** The certificates in those files. What cannot be read is left out: Node's own authorities hold anyway. */
function readable(files: readonly string[]): string[] {
  const texts = files.flatMap((file) => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return [];
    }
  });
  return [...new Set(texts.filter(isPem))];
}

/** Variables of the environment that name no certificates, and why: `"/ca.pem": file not found`. */
export function unusedVariables({
  extraCaFile,
  sslCertFile,
  sslCertDir,
}: EnvironmentFiles): { variable: string; why: string }[] {
  const files = Object.entries({ NODE_EXTRA_CA_CERTS: extraCaFile, SSL_CERT_FILE: sslCertFile });
  const unused = files.flatMap(([variable, file]) => {
    const why = file === undefined ? undefined : whyUnused(file);
    return why === undefined ? [] : [{ variable, why: `"${file}": ${why}` }];
  });
  if (sslCertDir === undefined || filesIn(sslCertDir).length > 0) return unused;
  return [...unused, { variable: "SSL_CERT_DIR", why: `"${sslCertDir}": no files found` }];
}

/** The first of them in words: `SSL_CERT_FILE: "/ca.pem": file not found`. */
export function unusedVariable(files: EnvironmentFiles): string | undefined {
  const [first] = unusedVariables(files);
  return first && `${first.variable}: ${first.why}`;
}

function whyUnused(file: string): string | undefined {
  try {
    return isPem(readFileSync(file, "utf8")) ? undefined : "holds no PEM certificate";
  } catch (error) {
    return whyUnread(error);
  }
}

function whyUnread(error: unknown): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "file not found" : code;
}

/** SSL_CERT_DIR may be a list of folders, as PATH is. */
function filesIn(folders: string | undefined): string[] {
  return (folders ?? "").split(":").flatMap((folder) => {
    try {
      return folder === "" ? [] : readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
}

/** The system's store. Node has it since 22.15. */
async function systemAuthorities(): Promise<readonly string[]> {
  const tls = (await import("node:tls")) as object as { getCACertificates?(type: "system"): string[] };
  return tls.getCACertificates?.("system") ?? [];
}

function isPem(text: string): boolean {
  return text.includes("-----BEGIN CERTIFICATE-----");
}
