// A vendor on loopback for the benchmarks: the few documented routes of OpsKnight and of PagerDuty that the commands ask, answered
// at once.
import { createServer } from "node:http";

/** `eventAt` is when the last event with that dedup key arrived, by process.hrtime. */
export async function startVendor() {
  const incidents = Array.from({ length: 25 }, (_, index) => ({
    id: `inc_${index}`,
    title: `Latency of checkout above ${index} ms`,
    status: "OPEN",
    urgency: "HIGH",
    service: { id: "svc_1", name: "Checkout" },
    created_at: new Date(Date.UTC(2026, 0, 1, 0, 60 - index)).toISOString(),
  }));
  const reference = (id, summary) => ({ id, type: "reference", summary });
  const ofPagerduty = incidents.map(({ id, title, created_at }, index) => ({
    ...{ id, type: "incident", incident_number: index + 1, title, created_at, status: "triggered", urgency: "high" },
    ...{ service: reference("PSVC001", "Checkout"), assignments: [{ assignee: reference("PUSER01", "Ada") }] },
    ...{ acknowledgements: [], teams: [], incident_key: null, priority: null, alert_counts: { all: 1 } },
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
    "GET /incidents": { incidents: ofPagerduty, limit: 50, offset: 0, total: null, more: false },
    "GET /maintenance_windows": { maintenance_windows: [], limit: 100, offset: 0, total: null, more: false },
    "POST /v2/enqueue": { status: "success", message: "Event processed", dedup_key: "bench" },
    "POST /api/events": { data: { action: "deduplicated", incident: incidents[0] } },
  };
  const made = { url: "", eventAt: new Map(), close: () => server.close().closeAllConnections() };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const key = /"dedup_key":"([^"]+)"/.exec(text)?.[1];
    if (key !== undefined) made.eventAt.set(key, process.hrtime.bigint());
    const answer = answers[`${request.method} ${request.url.split("?")[0]}`];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { error: { code: "NOT_FOUND", message: "not here" } }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  made.url = `http://127.0.0.1:${server.address().port}`;
  return made;
}
