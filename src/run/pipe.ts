import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** A pipe as a shell makes them. */
export interface Pipe {
  /** The end that the child writes to. Our copy must be closed once the child runs. */
  fd: number;
  from: Readable;
}

/**
 * A real pipe, where the system has them: what Node makes of "pipe" is a socket, which a script cannot open as /dev/stderr.
 * Undefined where none can be made.
 */
export function makePipe(): Pipe | undefined {
  if (process.platform === "win32") return undefined;
  let folder: string | undefined;
  let reading: number | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "onduty-"));
    const name = join(folder, "stderr");
    if (spawnSync("mkfifo", ["-m", "600", name], { stdio: "ignore" }).status !== 0) return undefined;
    // In this order neither waits for the other.
    reading = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(name, constants.O_WRONLY);
    return { fd, from: new Socket({ fd: reading, readable: true, writable: false }) };
  } catch {
    if (reading !== undefined) closeSync(reading);
    return undefined;
  } finally {
    // It has no need of its name any more.
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
