// Time and memory of a process.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The environment of all that is measured: that of a user who has set nothing. NODE_EXTRA_CA_CERTS alone makes starting Node
 * take more than twice as long, and every ratio to it look half as large.
 */
export function cleanEnvironment(home) {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: home };
}

/** Runs a program with these arguments; gives its time in milliseconds, and its peak resident memory in MB. */
export function run(args, { env, code: expected = 0, program = process.execPath }) {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let peak = 0;
    let said = "";
    child.stdout.resume();
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    // VmHWM is the peak itself, so that reading it now and then is enough.
    const watch = setInterval(() => {
      peak = Math.max(peak, peakMemory(child.pid));
    }, 5);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watch);
      if (code !== expected) reject(new Error(`${args.join(" ")} ended with ${code}: ${said}`));
      else resolve({ ms: Number(process.hrtime.bigint() - started) / 1e6, mb: peak, startedAt: started });
    });
  });
}

/** Peak resident memory of a process in MB; 0 where the system does not show it. */
function peakMemory(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function shuffled(list) {
  return list
    .map((one) => ({ one, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
