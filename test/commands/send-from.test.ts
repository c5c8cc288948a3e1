import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import {
  alertmanagerGroup,
  cloudwatchMessage,
  datadogDefault,
  prometheusAlert,
  snsEnvelope,
} from "../support/alerts.ts";
import { runAndRead as run } from "../support/harness.ts";
import { homeWith, profilesAt } from "../support/profiles.ts";
import { rounds } from "../support/rounds.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const route = "POST /api/events";

interface Sent {
  event_action: string;
  dedup_key: string;
  payload: { summary: string; source: string; severity: string; custom_details: Record<string, unknown> };
}

async function takingVendor(): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  return vendor.reply(route, 202, { status: "success", result: { action: "triggered", incident: null } });
}

const bodies = (vendor: FakeVendor): Sent[] => vendor.requests.map(({ body }) => body as Sent);

async function send(vendor: FakeVendor, format: string, stdin: string, env: Record<string, string> = {}) {
  const result = await run(`events send --from ${format} -o ndjson --max-wait 0`, {
    profiles: profilesAt(vendor.url),
    stdin,
    env,
  });
  const rows = result.stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { line: number; dedupKey: string | null; delivery: string; message: string });
  return { ...result, rows };
}

describe("events send --from", () => {
  it("sends an event for each alert, in documents over many lines, with the line where each starts", async () => {
    const vendor = await takingVendor();
    const group = alertmanagerGroup([prometheusAlert(), prometheusAlert({ status: "resolved", fingerprint: "b2" })]);
    const other = alertmanagerGroup([prometheusAlert({ fingerprint: "c3" })]);
    const text = `${JSON.stringify(group, null, 2)}\n${JSON.stringify(other)}\n`;
    const { code, rows, stderr } = await send(vendor, "alertmanager", text);

    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "3 alerts: 3 delivered\n" });
    const second = JSON.stringify(group, null, 2).split("\n").length + 1;
    expect(rows.map(({ line, dedupKey }) => [line, dedupKey]).sort()).toEqual([
      [1, "alertmanager:5b2f0d8c1a9e7c34"],
      [1, "alertmanager:b2"],
      [second, "alertmanager:c3"],
    ]);
    expect(
      bodies(vendor)
        .map(({ event_action: action, dedup_key: key }) => `${action} ${key}`)
        .sort(),
    ).toEqual(["resolve alertmanager:b2", "trigger alertmanager:5b2f0d8c1a9e7c34", "trigger alertmanager:c3"]);
  });

  it("reports bad documents by their line, and sends the others", async () => {
    const vendor = await takingVendor();
    const text = [
      '{"alerts": [',
      JSON.stringify(alertmanagerGroup([prometheusAlert({ fingerprint: "a" }), {}])),
      '{"title": "of Datadog"}',
      "",
      "[1]",
      "nothing",
      `{"alerts": [{"status": "firing", "labels": {"blob": "${"b".repeat(11_000_000)}"}}]}`,
      JSON.stringify(alertmanagerGroup([prometheusAlert({ fingerprint: "b" })])),
    ].join("\n");
    const { code, rows, stderr } = await send(vendor, "alertmanager", text);

    expect(code).toBe(ExitCode.partial);
    expect(stderr.split("\n").slice(0, -1)).toEqual([
      "line 1: it is not JSON",
      'line 2: alert 2: "status" is missing',
      'line 3: it is not what Alertmanager posts: the list "alerts" is missing',
      // Lines in a row that are no documents are one mistake.
      "line 5: it is not a JSON object",
      "line 7: it is longer than 10 MiB",
      "7 alerts: 2 delivered, 5 bad",
    ]);
    expect(rows.filter(({ delivery }) => delivery === "refused").map(({ line }) => line)).toEqual([1, 2, 3, 5, 7]);
    expect(
      bodies(vendor)
        .map(({ dedup_key: key }) => key)
        .sort(),
    ).toEqual(["alertmanager:a", "alertmanager:b"]);
  });

  it("reports what is no event, and counts it", async () => {
    const vendor = await takingVendor();
    const text = JSON.stringify(snsEnvelope(cloudwatchMessage("INSUFFICIENT_DATA")));
    const only = await send(vendor, "cloudwatch", text);
    expect(only).toMatchObject({ code: ExitCode.ok, stdout: "" });
    expect(only.stderr).toBe(
      'line 1: skipped: the alarm "checkout-cpu" has insufficient data: neither a problem nor the end of one\n' +
        "1 alert: 0 delivered, 1 left out\n",
    );
    const more = await send(vendor, "cloudwatch", `${text}${JSON.stringify(cloudwatchMessage("OK"))}`);
    expect(more.stderr).toContain("2 alerts: 1 delivered, 1 left out\n");
    expect(bodies(vendor).map(({ event_action: action }) => action)).toEqual(["resolve"]);
  });

  it("never confirms a subscription, and reports who does", async () => {
    const vendor = await takingVendor();
    const asked = snsEnvelope("You have chosen", {
      Type: "SubscriptionConfirmation",
      SubscribeURL: `${vendor.url}/no`,
    });
    const { code, stderr } = await send(vendor, "cloudwatch", JSON.stringify(asked));
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("line 1: it is SNS asking about the subscription (SubscriptionConfirmation)");
    expect(vendor.requests).toEqual([]);
  });

  it("cuts what is longer than the vendor takes, and sends no control characters", async () => {
    const vendor = await takingVendor();
    const alert = prometheusAlert({
      labels: { alertname: "x", instance: "😀".repeat(150), odd: "a\u0000b" },
      annotations: { summary: `a\u001b[2J\n${"😀".repeat(400)}`, long: "y".repeat(100_000) },
    });
    const { code } = await send(vendor, "alertmanager", JSON.stringify(alertmanagerGroup([alert])));
    expect(code).toBe(ExitCode.ok);
    const [sent] = bodies(vendor);
    const { summary = "", source = "", custom_details: details } = sent?.payload ?? {};
    expect(summary).toMatch(/^a \[2J 😀+…$/u);
    expect(source).toMatch(/^😀+…$/u);
    expect([summary.length, source.length]).toEqual([499, 199]);
    expect(details).toMatchObject({ odd: "a\ufffdb", long: expect.stringMatching(/^y{4095}…$/) });
  });

  it("takes service, routing key and the details of the CI job along", async () => {
    const vendor = await takingVendor();
    const ci = { GITHUB_ACTIONS: "true", CI: "true", GITHUB_REPOSITORY: "acme/web", GITHUB_JOB: "alerts" };
    const text = JSON.stringify(datadogDefault("[Triggered] Load"));
    const { code } = await send(vendor, "datadog --service svc_2 --routing-key r1", text, ci);
    expect(code).toBe(ExitCode.ok);
    expect(bodies(vendor)[0]).toMatchObject({
      service_id: "svc_2",
      routing_key: "r1",
      payload: { source: "Datadog", custom_details: { ci: { repository: "acme/web" }, org_name: "Example" } },
    });
  });

  it("shows with --dry-run what it would send", async () => {
    const vendor = await takingVendor();
    const file = join(await tempDir(), "posted.json");
    await writeFile(file, JSON.stringify(alertmanagerGroup([prometheusAlert()]), null, 2));
    const { code, stdout } = await run(["events", "send", "--from", "alertmanager", file, "--dry-run", "--json"], {
      profiles: profilesAt(vendor.url),
    });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([{ body: { dedup_key: "alertmanager:5b2f0d8c1a9e7c34" } }]);
    expect(vendor.requests).toEqual([]);
    const wrong = await run(["events", "send", "--from", "datadog", file, "--dry-run", "--json"], {
      profiles: profilesAt(vendor.url),
    });
    expect(wrong).toMatchObject({ code: ExitCode.partial, stdout: "[]\n" });
    expect(wrong.stderr).toBe(
      "line 1: it is not what Datadog posts: it looks like Alertmanager: --from alertmanager\n",
    );
  });

  it("with --no-spool reports where to go on when the vendor is down: with the document it was in", async () => {
    const vendor = await fakeVendor();
    vendor.reply(route, 503, {});
    const file = join(await tempDir(), "posted.ndjson");
    const groups = Array.from({ length: rounds(3000, 1200) }, (_, index) =>
      JSON.stringify(alertmanagerGroup([prometheusAlert({ fingerprint: `f${index}` })])),
    );
    await writeFile(file, groups.join("\n"));
    const words = ["events", "send", file, "--from", "alertmanager", "--no-spool", "--concurrency", "4"];
    const { code, stderr } = await run([...words, "--max-wait", "0"], { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.failure);
    const [, line, first] =
      /^stopped after line (\d+); send the rest with: tail -n \+(\d+) \S+ \| onduty events send --from alertmanager$/m.exec(
        stderr,
      ) ?? [];
    expect(line).toMatch(/^\d+$/);
    expect(first).toBe(line);
  });

  it("knows no other formats, and names those it knows", async () => {
    const { code, stderr } = await run("events send --from nagios", { stdin: "{}" });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("Allowed choices are alertmanager, grafana, datadog, cloudwatch, pagerduty, azure");
  });
});

describe.each([
  ["OpsKnight, documented", "opsknight", "documented"],
  ["OpsKnight 1.3", "opsknight", "1.3"],
  ["Flashduty", "flashduty", "documented"],
] as const)("what is posted about one problem, sent to %s", (_, profile, dialect) => {
  it("opens one incident, however often it fires, and resolves it", async () => {
    const sandbox = await startSandbox({ port: 0, dialect });
    try {
      const { opsknight, flashduty } = sandbox.keys;
      const profiles = {
        opsknight: {
          provider: "opsknight",
          baseUrl: sandbox.urls.opsknight,
          apiKey: { text: opsknight.all },
          service: "svc_checkout",
        },
        flashduty: {
          provider: "flashduty",
          baseUrl: sandbox.urls.flashduty,
          apiKey: { text: flashduty.app },
          integrationKey: { text: flashduty.integration },
        },
      };
      const setting = { home: await homeWith(profiles), env: { ONDUTY_PROFILE: profile } };
      const post = async (format: string, document: object) => {
        const stdin = JSON.stringify(document);
        const { code, stderr } = await run(`events send --from ${format}`, { ...setting, stdin });
        expect({ code, stderr }).toEqual({ code: 0, stderr: "1 alert: 1 delivered\n" });
      };
      const open = async () => {
        const listed = await run("incidents list --status all --query db-1 --json", setting);
        const rows = JSON.parse(listed.stdout) as { title: string; dedupKey: string | null; status: string }[];
        return rows.filter(({ title }) => title.includes("Disk of db-1")).map(({ status }) => status);
      };
      const endsAt = "2026-03-01T04:00:00Z";
      await post("alertmanager", alertmanagerGroup([prometheusAlert()]));
      await post("alertmanager", alertmanagerGroup([prometheusAlert()]));
      expect(await open()).toEqual(["open"]);
      await post(
        "alertmanager",
        alertmanagerGroup([prometheusAlert({ status: "resolved", endsAt })], { status: "resolved" }),
      );
      expect(await open()).toEqual(["resolved"]);
    } finally {
      await sandbox.close();
    }
  });
});
