// `npm run bench`, second part: many events at once, as a share of the speed of a bare loop in the same run, and memory.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, run } from "./measure.js";

const bin = new URL("../../bin/onduty.cjs", import.meta.url).pathname;
const bare = new URL("bare.js", import.meta.url).pathname;
const bareList = new URL("bare-list.js", import.meta.url).pathname;
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const count = Number(process.env.BENCH_EVENTS ?? 20_000);

const home = mkdtempSync(join(tmpdir(), "onduty-bench-"));
const vendor = await startVendor();
const events = join(home, "events.ndjson");
const bodies = join(home, "bodies.ndjson");
const numbers = Array.from({ length: count }, (_, index) => index);
writeFileSync(events, numbers.map((index) => `${JSON.stringify(toEvent(index))}\n`).join(""));
writeFileSync(bodies, numbers.map((index) => `${JSON.stringify(toBody(toEvent(index)))}\n`).join(""));
const env = {
  ...process.env,
  ONDUTY_CONFIG_DIR: join(home, "config"),
  ONDUTY_STATE_DIR: join(home, "state"),
  ONDUTY_PROVIDER: "opsknight",
  ONDUTY_BASE_URL: vendor.url,
  ONDUTY_API_KEY: "sk_test_fake_bench_0000",
  ONDUTY_SERVICE: "svc_1",
};

const send = [bin, "events", "send", events, "-o", "ndjson"];
const rows = [
  { name: `events send, ${count} events, with the spool`, args: send, bound: 0.6, memory: 120 },
  { name: `events send, ${count} events, --no-spool`, args: [...send, "--no-spool"], bound: 0.8, memory: 120 },
];

try {
  const floor = [];
  const taken = new Map(rows.map((row) => [row, []]));
  for (let round = 0; round < rounds; round += 1) {
    floor.push((await run([bare, bodies, vendor.url], { env })).ms);
    for (const row of rows) taken.get(row).push(await run(row.args, { env }));
  }
  const base = median(floor);
  process.stdout.write(
    `\nundici alone, ${count} events, 32 at once: ${Math.round((count / base) * 1000)} events a second\n\n`,
  );
  process.stdout.write(
    `${"what".padEnd(44)}${"speed".padStart(8)}${"at least".padStart(10)}${"MB".padStart(8)}${"bound".padStart(8)}\n`,
  );
  for (const row of rows) {
    const speed = base / median(taken.get(row).map(({ ms }) => ms));
    const memory = median(taken.get(row).map(({ mb }) => mb));
    const late = speed < row.bound || memory > row.memory ? "  over" : "";
    const cells = `${speed.toFixed(2).padStart(8)}${row.bound.toFixed(2).padStart(10)}${memory.toFixed(0).padStart(8)}${String(row.memory).padStart(8)}`;
    process.stdout.write(`${row.name.padEnd(44)}${cells}${late}\n`);
  }
  await benchLists();
} finally {
  vendor.close();
  rmSync(home, { recursive: true, force: true });
}

/** Lists of any length take the same memory, and a bare loop that fetches and parses the same pages is not much faster. */
async function benchLists() {
  const list = [bin, "incidents", "list", "--all", "-o", "ndjson"];
  const taken = { small: [], large: [], bare: [] };
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    vendor.incidents = 10_000;
    taken.small.push(await run(list, { env }));
    vendor.incidents = 100_000;
    taken.large.push(await run(list, { env }));
    taken.bare.push(await run([bareList, vendor.url], { env }));
  }
  const memory = (runs) => median(runs.map(({ mb }) => mb));
  const time = (runs) => median(runs.map(({ ms }) => ms));
  const [small, large] = [memory(taken.small), memory(taken.large)];
  const rows = [
    ["incidents list --all, 100,000, MB", large, 120, large <= 120],
    ["  of that of 10,000", large / small, 1.3, large / small <= 1.3],
    [
      "  speed of a bare loop over the same pages",
      time(taken.bare) / time(taken.large),
      0.5,
      time(taken.bare) / time(taken.large) >= 0.5,
    ],
  ];
  process.stdout.write("\n");
  for (const [name, figure, bound, good] of rows)
    process.stdout.write(
      `${name.padEnd(44)}${figure.toFixed(2).padStart(8)}${String(bound).padStart(10)}${good ? "" : "  over"}\n`,
    );
}

function toEvent(index) {
  const details = { disk: "/var", used: 97, number: index };
  return {
    summary: `Disk full on host ${index}`,
    severity: "critical",
    source: `host-${index}`,
    dedupKey: `k${index}`,
    details,
  };
}

/** The same event as the vendor wants it. */
function toBody({ summary, severity, source, dedupKey, details }) {
  const payload = { summary, severity, source, custom_details: details };
  return { event_action: "trigger", dedup_key: dedupKey, service_id: "svc_1", serviceId: "svc_1", payload };
}

async function startVendor() {
  const incident = { id: "inc_1", title: "Disk full", status: "OPEN", created_at: "2026-01-01T00:00:00Z" };
  const answer = JSON.stringify({ status: "success", result: { action: "triggered", incident } });
  const made = { url: "", incidents: 0, close: () => server.close().closeAllConnections() };
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === "GET")
      return answerPage(new URL(request.url, "http://vendor.test").searchParams, response, made.incidents);
    request.on("end", () => response.writeHead(202, { "content-type": "application/json" }).end(answer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  made.url = `http://127.0.0.1:${server.address().port}`;
  return made;
}

/** A page of the documented API. */
function answerPage(query, response, total) {
  const [limit, offset] = [Number(query.get("limit") ?? 25), Number(query.get("offset") ?? 0)];
  const length = Math.max(0, Math.min(limit, total - offset));
  const data = Array.from({ length }, (_, index) => ({
    id: `inc_${offset + index}`,
    title: `Latency of checkout above ${offset + index} ms`,
    status: "OPEN",
    urgency: "HIGH",
    service: { id: "svc_1", name: "Checkout" },
    created_at: new Date(Date.UTC(2026, 0, 1) - (offset + index) * 1000).toISOString(),
  }));
  const pagination = { total, limit, offset, has_more: offset + length < total };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data, pagination }));
}
