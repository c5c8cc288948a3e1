// `npm run bench`: what commands cost, as ratios to starting Node in the same run, and the bounds they have to keep. `-- --all`
// measures under every supported line of Node, else those that were fetched before.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchNode, installedNode } from "../../bin/build/runtimes.js";
import { makeFloors } from "./floors.js";
import { cleanEnvironment, median, run, shuffled } from "./measure.js";
import { report } from "./report.js";
import { startVendor } from "./vendor.js";

const root = new URL("../..", import.meta.url).pathname;
const bin = join(root, "bin/onduty.cjs");
const executable = join(root, "dist/onduty");
const pairs = Number(process.env.BENCH_PAIRS ?? 25);

const home = mkdtempSync(join(tmpdir(), "onduty-bench-"));
const vendor = await startVendor();
const profile = {
  provider: "opsknight",
  baseUrl: vendor.url,
  apiKey: { text: "sk_test_fake_bench_0000" },
  service: "svc_1",
};
const pagerduty = {
  provider: "pagerduty",
  baseUrl: vendor.url,
  apiKey: { text: "u+fakeKEYnotreal0001" },
  integrationKey: { text: "0123fake89abcdef0123456789abcdef" },
};
mkdirSync(join(home, ".config/onduty"), { recursive: true, mode: 0o700 });
const config = JSON.stringify({
  current: "bench",
  profiles: { bench: profile, second: profile, third: profile, pagerduty },
});
writeFileSync(join(home, ".config/onduty/config.json"), config, { mode: 0o600 });
const env = cleanEnvironment(home);
// The update notice starts a process once a day, which would be measured as well.
env.ONDUTY_NO_UPDATE_NOTICE = "1";

const list = ["incidents", "list", "--json"];
const several = ["--profile", "bench,second,third"];
const showVersion = ["--version"];
const trigger = ["events", "trigger", "disk full", "--dedup-key", "bench"];
const floors = await makeFloors(join(home, "floors"), vendor.url);

try {
  for (const node of nodes()) {
    await report(() => measure(node));
    process.stdout.write("\n");
  }
} finally {
  vendor.close();
  rmSync(home, { recursive: true, force: true });
}

/** This Node first, and then the newest of each other line. */
function nodes() {
  const own = process.versions.node.split(".")[0];
  const others = ["20", "22", "24", "26"].filter((line) => line !== own);
  const find = process.argv.includes("--all") ? fetchNode : installedNode;
  return [process.execPath, ...others.flatMap((line) => find(line) ?? [])];
}

/** What is measured, with the most that it may cost under that version. */
function rowsFor(version, program) {
  const isOld = version.startsWith("v20.");
  const inCi = { CI: "true" };
  return [
    { name: "onduty --version", args: showVersion, bound: 1.08 },
    { name: "onduty --help", args: ["--help"], bound: 1.38 },
    { name: "a completion request, of profiles", args: ["__complete", "profiles"], bound: 1.42 },
    { name: "a usage error", args: ["incidents", "lisst"], bound: 1.5, code: 2 },
    { name: "incidents list --json, 25 rows", args: list, bound: isOld ? 2.35 : 2.1, mostMb: isOld ? 52 : 57 },
    { name: "events trigger, delivered, with fsync", args: trigger, bound: isOld ? 2.6 : 2.25 },
    {
      name: "PagerDuty: incidents list --json, 25 rows",
      args: [...list, "-p", "pagerduty"],
      bound: isOld ? 2.35 : 2.1,
    },
    { name: "PagerDuty: events trigger", args: [...trigger, "-p", "pagerduty"], bound: isOld ? 2.6 : 2.25 },
    { name: "status of three profiles, to a list of one", args: ["status", ...several], of: list, bound: 1.25 },
    { name: "prompt, to --version", args: ["prompt"], of: showVersion, bound: 1.3 },
    { name: "in CI, no code kept: incidents list --json", args: list, env: inCi, bound: 3.2 },
    { name: "in CI, no code kept: events trigger", args: trigger, env: inCi, bound: 4.0 },
    { name: "for comparison: one GET with node:http", floor: floors.http },
    { name: "for comparison: one GET with undici, bundled", floor: floors.undici },
    ...(program === process.execPath ? otherPrograms() : []),
  ];
}

/** The executable (`npm run build:binary`), and other programs where they are installed. */
function otherPrograms() {
  const ours = [
    { name: "executable: --version", program: executable, args: ["--version"], bound: 0.33 },
    { name: "executable: incidents list --json", program: executable, args: list, bound: 1.2 },
    { name: "executable: events trigger, with fsync", program: executable, args: trigger, bound: 1.3 },
  ];
  const others = [
    { name: "for comparison: curl -s", program: "curl", args: ["-s", `${vendor.url}/api/incidents`] },
    { name: "for comparison: gh --version", program: "gh", args: ["--version"] },
  ];
  const isInstalled = ({ program }) => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
  return [...(existsSync(executable) ? ours : []), ...others.filter(isInstalled)];
}

async function measure(node) {
  const version = execFileSync(node, ["--version"]).toString().trim();
  const rows = rowsFor(version, node);
  const base = { floor: ["-e", "0"] };
  const taken = new Map([base, ...rows].map((row) => [row, []]));
  for (let turn = 0; turn < pairs + 2; turn += 1) {
    // In another order each time: what comes after a long command does not always come after it.
    for (const row of shuffled([...taken.keys()])) {
      const args = row.floor ?? (row.program === undefined ? [bin, ...row.args] : row.args);
      const one = await run(args, { env: { ...env, ...row.env }, code: row.code, program: row.program ?? node });
      // The first two turns warm the page cache, and make the code that is kept.
      if (turn > 1) taken.get(row).push(one);
    }
  }
  const floor = median(taken.get(base).map(({ ms }) => ms));
  process.stdout.write(`node ${version}, ${pairs} turns, medians; node -e 0: ${floor.toFixed(1)} ms\n\n`);
  const medianOf = (row) => median(taken.get(row).map(({ ms }) => ms));
  return rows.map((row) => ({
    ...row,
    ratio: medianOf(row) / (row.of === undefined ? floor : medianOf(rows.find(({ args }) => args === row.of))),
    mb: median(taken.get(row).map(({ mb }) => mb)),
  }));
}
