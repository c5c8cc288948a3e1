import { readFileSync } from "node:fs";
import { usageError } from "../errors.ts";

/** Where to find certificate authorities to trust. */
export interface AuthorityFiles {
  /** PEM file of authorities besides those of Node. */
  caFile: string | undefined;
  /** The file in NODE_EXTRA_CA_CERTS. Node ignores it as soon as a program passes its own list. */
  extraCaFile: string | undefined;
}

/**
 * The certificate authorities to trust; undefined for Node's default.
 *
 * @throws {CliError} `usage` when a file cannot be read or holds none
 */
export async function readAuthorities({ caFile, extraCaFile }: AuthorityFiles): Promise<string[] | undefined> {
  if (caFile === undefined) return undefined;
  const read = (file: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === "ENOENT" ? "file not found" : code;
      const hint = file === caFile ? "onduty profiles show" : "is NODE_EXTRA_CA_CERTS right?";
      throw usageError(`cannot read the certificates in "${file}": ${why}`, hint);
    }
  };
  const own = read(caFile);
  if (!own.includes("-----BEGIN CERTIFICATE-----"))
    throw usageError(`"${caFile}" holds no PEM certificate`, "onduty profiles show");
  const { rootCertificates } = await import("node:tls");
  return [...rootCertificates, own, ...(extraCaFile === undefined ? [] : [read(extraCaFile)])];
}
