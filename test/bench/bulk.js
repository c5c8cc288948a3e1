// `npm run bench`, second part: many events at once, as a share of the speed of a bare loop in the same run, and memory.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnvironment, median, run } from "./measure.js";
import { report } from "./report.js";

const bin = new URL("../../bin/onduty.cjs", import.meta.url).pathname;
const bare = new URL("bare.js", import.meta.url).pathname;
const bareList = new URL("bare-list.js", import.meta.url).pathname;
const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
const count = Number(process.env.BENCH_EVENTS ?? 20_000);
const longList = Number(process.env.BENCH_LIST ?? 100_000);

const home = mkdtempSync(join(tmpdir(), "onduty-bench-"));
const vendor = await startVendor();
const events = join(home, "events.ndjson");
const bodies = join(home, "bodies.ndjson");
const numbers = Array.from({ length: count }, (_, index) => index);
writeFileSync(events, numbers.map((index) => `${JSON.stringify(toEvent(index))}\n`).join(""));
writeFileSync(bodies, numbers.map((index) => `${JSON.stringify(toBody(toEvent(index)))}\n`).join(""));
const env = {
  ...cleanEnvironment(home),
  ONDUTY_NO_UPDATE_NOTICE: "1",
  ONDUTY_CONFIG_DIR: join(home, "config"),
  ONDUTY_STATE_DIR: join(home, "state"),
  ONDUTY_PROVIDER: "opsknight",
  ONDUTY_BASE_URL: vendor.url,
  ONDUTY_API_KEY: "sk_test_fake_bench_0000",
  ONDUTY_SERVICE: "svc_1",
};

const send = [bin, "events", "send", events, "-o", "ndjson"];
const list = [bin, "incidents", "list", "--all", "-o", "ndjson"];

try {
  await report(measureSending);
  process.stdout.write("\n");
  await report(measureLists);
} finally {
  vendor.close();
  rmSync(home, { recursive: true, force: true });
}

/** Speeds are shares of that of undici alone, which posts the same bodies, 32 at once. */
async function measureSending() {
  const taken = { bare: [], spooled: [], direct: [] };
  for (let round = 0; round < rounds; round += 1) {
    taken.bare.push(await run([bare, bodies, vendor.url], { env }));
    taken.spooled.push(await run(send, { env }));
    taken.direct.push(await run([...send, "--no-spool"], { env }));
  }
  const base = time(taken.bare);
  process.stdout.write(
    `\nundici alone, ${count} events, 32 at once: ${Math.round((count / base) * 1000)} a second\n\n`,
  );
  const name = `events send, ${count} events`;
  const limits = { least: true, mostMb: 120 };
  const [spooled, direct] = [taken.spooled, taken.direct];
  return [
    { name: `${name}, speed`, ratio: base / time(spooled), bound: 0.75, mb: memory(spooled), ...limits },
    {
      name: `${name}, --no-spool`,
      ratio: base / time(direct),
      bound: 0.85,
      mb: memory(direct),
      ...limits,
    },
  ];
}

/** Lists of any length take the same memory, and a bare loop that fetches and parses the same pages is not much faster. */
async function measureLists() {
  const taken = { small: [], large: [], bare: [] };
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    vendor.incidents = longList / 10;
    taken.small.push(await run(list, { env }));
    vendor.incidents = longList;
    taken.large.push(await run(list, { env }));
    taken.bare.push(await run([bareList, vendor.url], { env }));
  }
  const [small, large] = [memory(taken.small), memory(taken.large)];
  const name = `incidents list --all, ${longList} rows`;
  return [
    { name: `${name}, speed`, ratio: time(taken.bare) / time(taken.large), bound: 0.8, least: true },
    { name: `${name}, memory of a tenth`, ratio: large / small, bound: 1.2, mb: large, mostMb: 80 },
  ];
}

function time(runs) {
  return median(runs.map(({ ms }) => ms));
}

function memory(runs) {
  return median(runs.map(({ mb }) => mb));
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
