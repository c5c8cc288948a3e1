import { chmodSync, statSync } from "node:fs";
import { CliError, usageError } from "../errors.ts";
import { FormatError } from "./format.ts";

/* Modes of the files of the configuration, and in words why they cannot be read or written. */

const reasons: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "its folder is a file",
  EEXIST: "its folder is a file",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
};

const otherFolder = "export ONDUTY_CONFIG_DIR=DIR names another folder";

/** The error for a file that could not be read; any other error unchanged. */
export async function readFailure(error: unknown, file: string): Promise<unknown> {
  if (error instanceof FormatError) {
    const { line, column } = await error.position();
    return usageError(`${file}:${line}:${column}: ${error.message}`, "fix the file, or move it away");
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return usageError(
    `cannot read ${file}: ${reasons[code] ?? code}`,
    code === "EISDIR" ? "move the folder away" : otherFolder,
  );
}

/** The error for a file that could not be written; any other error unchanged. */
export function writeFailure(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  // A CliError has a code as well, the vendor's.
  if (error instanceof CliError || code === undefined) return error;
  return usageError(`cannot write ${file}: ${reasons[code] ?? code}`, otherFolder);
}

/** Removes other users' access to a file, with a notice. Does nothing when the file's mode cannot be read. */
export function tightenFile(file: string, notice: (text: string) => void): void {
  if (process.platform === "win32") return;
  const mode = modeOf(file);
  if (mode === undefined || (mode & 0o077) === 0) return;
  const was = octal(mode);
  try {
    chmodSync(file, 0o600);
    notice(`notice: ${file} could be read by others (${was}); its mode is 0600 now`);
  } catch {
    notice(`warning: ${file} can be read by others (${was}), and its mode cannot be changed`);
  }
}

function modeOf(file: string): number | undefined {
  try {
    return statSync(file).mode;
  } catch {
    return undefined;
  }
}

/** A mode as `chmod` takes it: `0644`. */
export function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
