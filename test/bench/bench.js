// `npm run bench`: what commands cost, as ratios to starting Node in the same run, and the bounds they have to keep.
// Runs are taken in turn, so that a noisy machine is noisy for all of them; figures are medians.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, median, run } from "./measure.js";
import { report } from "./report.js";

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
mkdirSync(join(home, "onduty"), { mode: 0o700 });
writeFileSync(join(home, "onduty/config.json"), JSON.stringify({ current: "bench", profiles: { bench: profile } }), {
  mode: 0o600,
});

const list = ["incidents", "list", "--json"];
const trigger = ["events", "trigger", "disk full", "--dedup-key", "bench"];
const rows = [
  { name: "onduty --version", args: ["--version"], bound: 1.1 },
  { name: "onduty --help", args: ["--help"], bound: 1.2 },
  { name: "a usage error", args: ["incidents", "lisst"], bound: 1.2, code: 2 },
  { name: "a completion request, of profiles", args: ["__complete", "profiles"], bound: 1.25 },
  { name: "a completion request, of incidents", args: ["__complete", "incidents"], bound: 1.25 },
  { name: "incidents list --json, 25 rows", args: list, bound: 1.6, mostMb: 58 },
  { name: "oncall --json", args: ["oncall", "--json"], bound: 1.7 },
  { name: "keys validate --json", args: ["keys", "validate", "--json"], bound: 1.7 },
  { name: "events trigger, delivered, with fsync", args: trigger, bound: 1.7 },
  { name: "  the same in CI, where no code is kept", args: trigger, env: { CI: "true" } },
];
// `npm run build:binary` makes it; the bounds are shares of starting Node here too.
if (existsSync(executable)) {
  rows.push(
    { name: "executable: --version", program: executable, args: ["--version"], bound: 0.2 },
    { name: "executable: incidents list --json", program: executable, args: list, bound: 0.45, mostMb: 60 },
    { name: "executable: events trigger, with fsync", program: executable, args: trigger, bound: 0.5 },
  );
}
// For comparison, where they are installed.
for (const [program, ...args] of [
  ["curl", "-s", `${vendor.url}/api/incidents`],
  ["gh", "--version"],
]) {
  const { error } = spawnSync(program, ["--version"], { stdio: "ignore" });
  if (error === undefined) rows.push({ name: `${program} ${args[0]}`, program, args });
}

// As at a user's terminal: in CI no compiled code is kept.
const { CI: _, ...outside } = environment(home);
const env = { ...outside, ONDUTY_CONFIG_DIR: join(home, "onduty"), ONDUTY_STATE_DIR: join(home, "state") };

try {
  await report(measure);
} finally {
  vendor.close();
  rmSync(home, { recursive: true, force: true });
}

async function measure() {
  const base = { program: process.execPath, args: ["-e", "0"] };
  const taken = new Map([base, ...rows].map((row) => [row, []]));
  for (let turn = 0; turn < pairs + 2; turn += 1) {
    // In another order each time: what comes after a long command does not always come after it.
    for (const row of shuffled([...taken.keys()])) {
      const args = row.program === undefined ? [bin, ...row.args] : row.args;
      const one = await run(args, { env: { ...env, ...row.env }, code: row.code, program: row.program });
      // The first two turns warm the page cache, and make the code that is kept.
      if (turn > 1) taken.get(row).push(one);
    }
  }
  const floor = median(taken.get(base).map(({ ms }) => ms));
  process.stdout.write(
    `node ${process.version}, ${pairs} runs each taken in turn, medians; node -e 0, with NODE_EXTRA_CA_CERTS: ${floor.toFixed(1)} ms\n\n`,
  );
  return rows.map((row) => ({
    ...row,
    ratio: median(taken.get(row).map(({ ms }) => ms)) / floor,
    mb: median(taken.get(row).map(({ mb }) => mb)),
  }));
}

function shuffled(list) {
  return list
    .map((one) => ({ one, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

/** The few documented OpsKnight routes these commands ask, answered at once. */
async function startVendor() {
  const incidents = Array.from({ length: 25 }, (_, index) => ({
    id: `inc_${index}`,
    title: `Latency of checkout above ${index} ms`,
    status: "OPEN",
    urgency: "HIGH",
    service: { id: "svc_1", name: "Checkout" },
    created_at: new Date(Date.UTC(2026, 0, 1, 0, 60 - index)).toISOString(),
  }));
  const list = (data) => ({ data, pagination: { total: data.length, limit: 100, offset: 0, has_more: false } });
  const answers = {
    "GET /api/incidents": list(incidents),
    "GET /api/services": list([{ id: "svc_1", name: "Checkout" }]),
    "GET /api/schedules": list([{ id: "sch_1", name: "Primary", time_zone: "UTC" }]),
    "GET /api/schedules/sch_1/on-call": {
      data: {
        schedule: { id: "sch_1", name: "Primary" },
        on_call: [{ user: { id: "usr_1", name: "Ada" }, start: null, end: null }],
        next: [],
      },
    },
    "GET /api/users": list([]),
    "GET /api/teams": list([]),
    "POST /api/events": { data: { action: "deduplicated", incident: incidents[0] } },
  };
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const answer = answers[`${request.method} ${request.url.split("?")[0]}`];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { error: { code: "NOT_FOUND", message: "not here" } }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close().closeAllConnections() };
}
