import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-11-29T08:00:00Z");

/** An alert as `GET /api/v2/alerts` of Alertmanager lists it. */
function listed(fingerprint: string, more: { state?: string; receiver?: string; endsAt?: string } = {}): object {
  const { state = "active", receiver = "onduty", endsAt = "2026-11-29T08:04:00.000Z" } = more;
  return {
    annotations: { summary: `problem ${fingerprint}` },
    endsAt,
    fingerprint,
    receivers: [{ name: receiver }],
    startsAt: "2026-11-29T07:00:00.000Z",
    status: { inhibitedBy: [], silencedBy: state === "suppressed" ? ["s1"] : [], state },
    updatedAt: "2026-11-29T07:59:00.000Z",
    generatorURL: "http://prometheus.test/graph",
    labels: { alertname: "Down", instance: fingerprint, severity: "critical" },
  };
}

interface Row {
  id: string;
  dedupKey: string | null;
  status?: string;
  service?: object;
  createdAt?: string;
}

/** A vendor with these incidents, which takes events. */
async function vendorWith(rows: Row[], total = rows.length): Promise<FakeVendor> {
  const service = { id: "svc_1", name: "Checkout" };
  const data = rows.map((row) => ({
    title: row.id,
    status: "OPEN",
    urgency: "HIGH",
    service,
    createdAt: "2026-11-29T07:00:00.000Z",
    ...row,
  }));
  const vendor = await fakeVendor();
  vendor.reply("GET /api/incidents", 200, { data, pagination: { total, limit: 100, offset: 0 } });
  return vendor.handle("POST /api/events", ({ body }, response) => {
    const { event_action: action } = body as { event_action: string };
    response.writeHead(202, { "content-type": "application/json" });
    response.end(JSON.stringify({ status: "success", result: { action: `${action.replace(/e?r?$/, "")}ed` } }));
  });
}

/** What was sent to the vendor, in any order. */
const sent = (vendor: FakeVendor): string[] =>
  vendor.requests
    .filter(({ method }) => method === "POST")
    .map(({ body }) => body as { event_action: string; dedup_key: string })
    .map(({ event_action: action, dedup_key: key }) => `${action} ${key}`)
    .sort();

async function alertmanager(alerts: object[], uptime = "2026-11-29T07:00:00.000Z"): Promise<FakeVendor> {
  const server = await fakeVendor();
  server.reply("GET /api/v2/status", 200, { uptime, cluster: { status: "ready" } });
  return server.reply("GET /api/v2/alerts", 200, alerts);
}

function reconcile(vendor: FakeVendor, words: string, stdin?: string) {
  return run(`events reconcile --from alertmanager --max-wait 0 ${words}`, {
    profiles: profilesAt(vendor.url),
    now,
    ...(stdin !== undefined && { stdin }),
  });
}

describe("events reconcile --from alertmanager", () => {
  it("triggers what fires and is not open, and resolves what is open and fires no more", async () => {
    const vendor = await vendorWith([
      { id: "inc_1", dedupKey: "alertmanager:a1" },
      { id: "inc_2", dedupKey: "alertmanager:b2", status: "ACKNOWLEDGED" },
      { id: "inc_3", dedupKey: "alertmanager:c3", status: "SNOOZED" },
      { id: "inc_4", dedupKey: "disk" },
      { id: "inc_5", dedupKey: null },
    ]);
    const server = await alertmanager([listed("a1"), listed("d4")]);
    const { code, stdout, stderr } = await reconcile(vendor, `--url ${server.url}`);

    expect(code).toBe(ExitCode.ok);
    expect(sent(vendor)).toEqual(["resolve alertmanager:b2", "resolve alertmanager:c3", "trigger alertmanager:d4"]);
    expect(stdout.split("\n").filter(Boolean)).toHaveLength(3);
    expect(stderr).toBe("2 alerts firing: 1 open already, 1 to trigger\n2 open and firing no more: to resolve\n");
  });

  it("sends the same event as the webhook does", async () => {
    const vendor = await vendorWith([]);
    const server = await alertmanager([listed("a1")]);
    await reconcile(vendor, `--url ${server.url}`);
    const { state: _, ...alert } = { ...listed("a1"), state: 0 };
    await run("events send --from alertmanager --max-wait 0", {
      profiles: profilesAt(vendor.url),
      now,
      stdin: JSON.stringify({ alerts: [{ ...alert, status: "firing" }] }),
    });
    const [first, second] = vendor.requests.filter(({ method }) => method === "POST").map(({ body }) => body);
    expect(first).toEqual(second);
  });

  it("sends nothing and ends well when both are the same", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const server = await alertmanager([listed("a1")]);
    const { code, stderr } = await reconcile(vendor, `--url ${server.url}/`);
    expect({ code, stderr }).toEqual({
      code: ExitCode.ok,
      stderr: "1 alert firing: 1 open already, 0 to trigger\n0 open and firing no more: to resolve\n",
    });
    expect(sent(vendor)).toEqual([]);
  });

  it("leaves unchanged what is silenced, inhibited or not processed yet", async () => {
    const vendor = await vendorWith([
      { id: "inc_1", dedupKey: "alertmanager:a1" },
      { id: "inc_2", dedupKey: "alertmanager:b2" },
    ]);
    const states = [
      listed("a1", { state: "suppressed" }),
      listed("b2", { state: "unprocessed" }),
      listed("c3", { state: "suppressed" }),
    ];
    const { code, stderr } = await reconcile(vendor, "-", JSON.stringify(states));
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("2 silenced or inhibited: left unchanged\n");
    expect(sent(vendor)).toEqual([]);
  });

  it("prints the requests with --dry-run, and sends none", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const server = await alertmanager([listed("b2")]);
    const { code, stdout, stderr } = await reconcile(vendor, `--url ${server.url} --dry-run --json`);
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([
      { route: "/api/events", body: { event_action: "trigger", dedup_key: "alertmanager:b2" } },
      { route: "/api/events", body: { event_action: "resolve", dedup_key: "alertmanager:a1" } },
    ]);
    expect(stderr).toContain("1 to trigger");
    expect(sent(vendor)).toEqual([]);
  });

  it.each([
    ["an empty list", "[]", "Alertmanager lists no alerts: that nothing fires is not certain"],
    ["no input", "", "the input is empty: nothing is known of the alerts"],
    ["a page of a proxy", "<html>", "the input is not JSON"],
    ["an error as JSON", '{"error": "down"}', "it is not what Alertmanager lists"],
    ["null", "null", "it is not what Alertmanager lists"],
  ])("sends nothing on %s", async (_, stdin, message) => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const { code, stderr } = await reconcile(vendor, "-", stdin);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(`error: ${message}`);
    expect(sent(vendor)).toEqual([]);
  });

  it("believes an empty list with --allow-empty", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const { code } = await reconcile(vendor, "--allow-empty -", "[]");
    expect(code).toBe(ExitCode.ok);
    expect(sent(vendor)).toEqual(["resolve alertmanager:a1"]);
  });

  it.each([
    [503, ExitCode.failure],
    [404, ExitCode.failure],
    [401, ExitCode.failure],
  ])("sends nothing when Alertmanager fails with %d", async (status, exitCode) => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const server = (await fakeVendor()).reply("GET /api/v2/alerts", status, "no");
    const { code, stderr } = await reconcile(vendor, `--url ${server.url} --min-uptime 0s`);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(/^error: Alertmanager: GET \/api\/v2\/alerts/m);
    expect(sent(vendor)).toEqual([]);
  });

  it("sends nothing when Alertmanager cannot be reached", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const { code } = await reconcile(vendor, "--url http://127.0.0.1:9");
    expect(code).toBe(ExitCode.network);
    expect(sent(vendor)).toEqual([]);
  });

  it("sends nothing while Alertmanager has just started, and may not know all alerts yet", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const server = await fakeVendor();
    server.reply("GET /api/v2/status", 200, { uptime: "2026-11-29T07:59:20.000Z" });
    const { code, stderr } = await reconcile(vendor, `--url ${server.url}`);
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain("Alertmanager: it has been up for 40 s only");
    expect(sent(vendor)).toEqual([]);
  });

  it("resolves nothing when the list of open incidents is not complete, and exits 7", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }], 3);
    const server = await alertmanager([listed("b2")]);
    const { code, stderr } = await reconcile(vendor, `--url ${server.url}`);
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toMatch(/the list of open incidents is not complete: .*; nothing is resolved\n/);
    expect(stderr).toContain('"alertmanager:a1" stays open: the list of open incidents is not complete\n');
    expect(sent(vendor)).toEqual(["trigger alertmanager:b2"]);
  });

  it("resolves nothing when an alert in the list cannot be read: it may be the one that is open", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const { code, stderr } = await reconcile(
      vendor,
      "-",
      JSON.stringify([listed("b2"), { status: { state: "active" } }]),
    );
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("alert 2 cannot be read; nothing is resolved\n");
    expect(sent(vendor)).toEqual(["trigger alertmanager:b2"]);
  });

  it("does not resolve what was opened after the alerts were listed", async () => {
    const late = { id: "inc_2", dedupKey: "alertmanager:b2", createdAt: "2026-11-29T08:00:01.000Z" };
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }, late]);
    const { code, stderr } = await reconcile(vendor, "-", JSON.stringify([listed("c3")]));
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain('"alertmanager:b2" stays open: it was opened after the alerts were listed\n');
    expect(sent(vendor)).toEqual(["resolve alertmanager:a1", "trigger alertmanager:c3"]);
  });

  it("does not resolve by an old file what was opened since, and triggers nothing that has ended", async () => {
    const file = join(await tempDir(), "alerts.json");
    await writeFile(file, JSON.stringify([listed("c3", { endsAt: "2026-11-29T06:30:00.000Z" })]));
    await utimes(file, now, new Date("2026-11-29T06:25:00Z"));
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:a1" }]);
    const { code, stderr } = await reconcile(vendor, file);
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("1 alert ended before now, so the list is old: left unchanged\n");
    expect(sent(vendor)).toEqual([]);
  });

  it("is about the service of the profile: another one's incidents are neither open nor over here", async () => {
    const other = { id: "svc_9", name: "Search" };
    const vendor = await vendorWith([
      { id: "inc_1", dedupKey: "alertmanager:a1", service: other },
      { id: "inc_2", dedupKey: "alertmanager:b2", service: other },
    ]);
    const server = await alertmanager([listed("a1")]);
    await reconcile(vendor, `--url ${server.url}`);
    expect(sent(vendor)).toEqual(["trigger alertmanager:a1"]);
  });

  it("has the keys of events that are sent with a prefix, and touches no other", async () => {
    const vendor = await vendorWith([
      { id: "inc_1", dedupKey: "alertmanager:a1" },
      { id: "inc_2", dedupKey: "eu:alertmanager:b2" },
      { id: "inc_3", dedupKey: "eu:alertmanager:c3" },
    ]);
    const server = await alertmanager([listed("c3"), listed("d4")]);
    await reconcile(vendor, `--url ${server.url} --key-prefix eu:`);
    expect(sent(vendor)).toEqual(["resolve eu:alertmanager:b2", "trigger eu:alertmanager:d4"]);
  });

  it("asks for the receiver when there are several, and triggers only what goes there", async () => {
    const vendor = await vendorWith([{ id: "inc_1", dedupKey: "alertmanager:b2" }]);
    const server = await alertmanager([
      listed("a1"),
      listed("b2", { receiver: "null" }),
      listed("c3", { receiver: "null" }),
    ]);
    const unnamed = await reconcile(vendor, `--url ${server.url}`);
    expect(unnamed.code).toBe(ExitCode.usage);
    expect(unnamed.stderr).toBe(
      "error: the alerts go to several receivers: null, onduty\nhint: --receiver NAME names the one that sends to onduty\n",
    );
    expect((await reconcile(vendor, `--url ${server.url} --receiver onduty`)).code).toBe(ExitCode.ok);
    // What still fires is not over, wherever it is sent now.
    expect(sent(vendor)).toEqual(["trigger alertmanager:a1"]);
    const typo = await reconcile(vendor, `--url ${server.url} --receiver ondutty`);
    expect(typo.stderr).toContain('no alert that fires goes to the receiver "ondutty"\n');
  });

  it("refuses an address that holds a password", async () => {
    const vendor = await vendorWith([]);
    const { code, stderr } = await reconcile(vendor, "--url http://ada:fake@127.0.0.1:9093");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("error: --url must not hold a user or password");
    expect(stderr).not.toContain("fake");
  });

  it("needs a key that may read incidents", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 403, { error: "Forbidden" });
    const server = await alertmanager([listed("a1")]);
    const { code } = await reconcile(vendor, `--url ${server.url}`);
    expect(code).toBe(ExitCode.auth);
    expect(sent(vendor)).toEqual([]);
  });
});

describe("events reconcile with Flashduty", () => {
  it("compares with its active alerts, window by window", async () => {
    const vendor = await fakeVendor();
    const windows: number[] = [];
    vendor.handle("POST /alert/list", ({ body }, response) => {
      const { start_time: start, is_active: active } = body as { start_time: number; is_active: boolean };
      windows.push(start);
      const items =
        windows.length === 2
          ? [
              { alert_key: "alertmanager:a1", alert_status: "Critical", title: "old", start_time: start + 5 },
              { alert_key: "alertmanager:b2", alert_status: "Ok", title: "over", start_time: start + 5 },
            ]
          : [];
      expect(active).toBe(true);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ request_id: "r", data: { items, total: items.length, has_next_page: false } }));
    });
    vendor.reply("POST /event/push/alert/standard", 200, { request_id: "r", data: {} });
    const { code } = await run("events reconcile --from alertmanager -p flashduty --max-wait 0 -", {
      profiles: profilesAt(vendor.url),
      now,
      stdin: JSON.stringify([listed("c3")]),
    });
    expect(code).toBe(ExitCode.ok);
    expect(windows).toHaveLength(12);
    const pushed = vendor.requests
      .filter(({ path }) => path === "/event/push/alert/standard")
      .map(({ body }) => body as { alert_key: string; event_status: string });
    expect(pushed.map(({ alert_key: key, event_status: status }) => `${status} ${key}`).sort()).toEqual([
      "Critical alertmanager:c3",
      "Ok alertmanager:a1",
    ]);
  });
});
