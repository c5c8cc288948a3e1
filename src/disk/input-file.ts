import { readFile } from "node:fs/promises";
import { type CliError, usageError } from "../errors.ts";

/** The content of a file that a command line names. @throws {CliError} `usage` when it cannot be read */
export async function readInputFile(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw cannotRead(file, error);
  });
}

/** The error of a file that a command line names and that cannot be read. */
export function cannotRead(file: string, { code }: { code?: unknown }, hint?: string): CliError {
  return usageError(`cannot read "${file}": ${code === "ENOENT" ? "file not found" : code}`, hint);
}
