// `npm run bench`, third part, a spool after an outage: the time until a new event arrives, against a spool where nothing waits, and
// the memory of listing and delivering all of it.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnvironment, median, run, shuffled } from "./measure.js";
import { report } from "./report.js";
import { startVendor } from "./vendor.js";

const bin = new URL("../../bin/onduty.cjs", import.meta.url).pathname;
const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
/** The memory that a long spool may take, which is listed and delivered while it is read. */
const mostMb = 150;
/** As many entries stand in the folder itself; see src/spool/pending.ts. */
const mostBeside = 256;
const most = Number(process.env.BENCH_PENDING ?? 100_000);

const home = mkdtempSync(join(tmpdir(), "onduty-bench-"));
const vendor = await startVendor();
const settings = {
  ...cleanEnvironment(home),
  ONDUTY_NO_UPDATE_NOTICE: "1",
  ONDUTY_PROVIDER: "opsknight",
  ONDUTY_BASE_URL: vendor.url,
  ONDUTY_API_KEY: "sk_test_fake_bench_0000",
  ONDUTY_SERVICE: "svc_1",
};

try {
  await report(measure);
  process.stdout.write("\n");
  await report(measureAll);
} finally {
  vendor.close();
  rmSync(home, { recursive: true, force: true });
}

async function measure() {
  const spools = [0, 1000, most].map((waiting) => ({ waiting, dir: fill(waiting), taken: [], memory: [] }));
  // The short ones differ by less than one run differs from the next.
  const turns = spools.flatMap((spool) => Array(spool.waiting <= 1000 ? 3 : 1).fill(spool));
  for (let round = 0; round < rounds + 1; round += 1) {
    for (const [turn, { waiting, dir, taken, memory }] of shuffled(turns).entries()) {
      const key = `new-${waiting}-${round}-${turn}`;
      const env = { ...settings, ONDUTY_STATE_DIR: dir };
      const args = [bin, "events", "trigger", "disk full", "--dedup-key", key, "--quiet", "--max-wait", "0"];
      const { startedAt, mb } = await run(args, { env });
      if (round > 0) taken.push(Number(vendor.eventAt.get(key) - startedAt) / 1e6);
      memory.push(mb);
    }
  }
  const [none, ...long] = spools;
  process.stdout.write(`a new event until it arrives, nothing waiting: ${median(none.taken).toFixed(0)} ms\n\n`);
  return long.map(({ waiting, taken, memory }) => ({
    name: `a new event until it arrives, ${waiting} waiting`,
    ratio: median(taken) / median(none.taken),
    bound: waiting <= 1000 ? 1.2 : 3,
    mb: median(memory),
    mostMb,
  }));
}

async function measureAll() {
  const dir = fill(most, { profile: "env", baseUrl: vendor.url });
  const figures = [];
  for (const name of ["spool list", "spool flush"]) {
    const { mb } = await run([bin, ...name.split(" "), "--json"], { env: { ...settings, ONDUTY_STATE_DIR: dir } });
    figures.push({
      name: `${name}, ${most} waiting, memory of ${mostMb} MB`,
      ratio: mb / mostMb,
      bound: 1,
      mb,
      mostMb,
    });
  }
  rmSync(dir, { recursive: true });
  return figures;
}

/** A state folder in which that many events wait; those of another profile stay there, for every round alike. */
function fill(count, { profile, baseUrl } = { profile: "other", baseUrl: "https://other.test" }) {
  const dir = join(home, `state-${profile}-${count}`);
  for (const folder of ["tmp", "pending", "dead", "locks"])
    mkdirSync(join(dir, "spool", folder), { recursive: true, mode: 0o700 });
  const createdAt = "2026-01-01T00:00:00.000Z";
  for (let index = 0; index < count; index += 1) {
    const stream = createHash("sha256").update(String(index)).digest("hex").slice(0, 16);
    const id = `001700000000000-${String(index).padStart(6, "0")}-${stream}-00000000`;
    const texts = { summary: `Disk full on host ${index}`, source: `host-${index}`, dedupKey: `k${index}` };
    const event = { action: "trigger", severity: "critical", ...texts, details: {}, links: [] };
    const where = { provider: "opsknight", profile, baseUrl };
    const entry = { version: 1, id, createdAt, ...where, event, attempts: 1, lastError: null };
    const folder = join(dir, "spool/pending", index < mostBeside ? "" : stream.slice(0, 2));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, `${id}.json`), JSON.stringify(entry), { mode: 0o600 });
  }
  return dir;
}
