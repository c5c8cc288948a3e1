import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { fingerprint } from "../model/fingerprint.ts";

/** It is unknown whether a process of another machine or container still runs; after this long it is considered gone. */
const foreignLifeMs = 10 * 60_000;

let own: string | undefined;

/** Names this process on a shared disk: host, process id and start, e.g. `3f2a9c1e-4711-902233`. */
export function ownerTag(): string {
  own ??= `${hostTag()}-${process.pid}-${statusOf(process.pid)?.start ?? 0}`;
  return own;
}

/** Whether the process behind a tag has ended; `ageMs` is how long ago it left the tag. */
export function isGone(tag: string, ageMs: number, otherHostMs = foreignLifeMs): boolean {
  const [, host, pidText, started] = /^([0-9a-f]{8})-(\d+)-(\d+)$/.exec(tag) ?? [];
  if (host === undefined || pidText === undefined || host !== hostTag()) return ageMs > otherHostMs;
  const pid = Number(pidText);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
  // Only Linux shows more. A killed process stays as a zombie until its parent asks, which in some containers is never.
  const status = statusOf(pid);
  if (status === null) return false;
  // Process ids are reused; the start time distinguishes them.
  return status.state === "Z" || status.state === "X" || (started !== "0" && status.start !== started);
}

function hostTag(): string {
  return fingerprint(hostname()).slice(0, 8);
}

/** Fields 3 and 22 of `/proc/PID/stat`, counted behind the command name, which may hold blanks and parentheses. */
function statusOf(pid: number): { state: string; start: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "0" };
  } catch {
    return null;
  }
}
