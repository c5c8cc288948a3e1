// Time and memory of a process.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/**
 * The environment of all that is measured. With NODE_EXTRA_CA_CERTS, which many machines in companies and in CI have set,
 * Node reads certificates before anything else, and takes more than twice as long to start. The bounds are ratios to that
 * start, so where it is not set, it is here: to Node's own certificates, in a file in `folder`.
 */
export function environment(folder) {
  if (process.env.NODE_EXTRA_CA_CERTS !== undefined) return { ...process.env };
  const file = join(folder, "certificates.pem");
  writeFileSync(file, `${rootCertificates.join("\n")}\n`);
  return { ...process.env, NODE_EXTRA_CA_CERTS: file };
}

/** Runs node, or another program, with these arguments; gives its time in milliseconds and its peak resident memory in MB. */
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
      else resolve({ ms: Number(process.hrtime.bigint() - started) / 1e6, mb: peak });
    });
  });
}

/** Peak resident memory of a process in MB; 0 where the system does not tell. */
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
