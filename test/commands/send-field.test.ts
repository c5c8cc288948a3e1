import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { alertmanagerGroup, cloudwatchMessage, prometheusAlert } from "../support/alerts.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

interface Sent {
  event_action: string;
  dedup_key: string;
  payload: {
    summary: string;
    severity: string;
    source: string;
    timestamp?: string;
    component?: string;
    class?: string;
    custom_details: Record<string, unknown> & { links?: { href: string; text?: string }[] };
  };
}

/** What onduty sends for documents of an input, in the order of the input. */
function sent(words: string, ...documents: unknown[]) {
  return sentIn({}, words, ...documents);
}

async function sentIn(env: Record<string, string>, words: string, ...documents: unknown[]) {
  const vendor = await fakeVendor();
  vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered", incident: null } });
  const stdin = documents.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n");
  const { code, stderr } = await run(`events send ${words} --concurrency 1 --max-wait 0`, {
    profiles: profilesAt(vendor.url),
    stdin,
    env,
  });
  const events = vendor.requests.map(({ body }) => body as Sent);
  return { code, messages: stderr.split("\n").slice(0, -1), events, first: events[0] };
}

const payload = (changes: object = {}) => ({
  summary: "Disk of db-1 is full",
  source: "db-1",
  severity: "critical",
  ...changes,
});
const v2 = (changes: object = {}) => ({
  event_action: "trigger",
  dedup_key: "disk/db-1",
  payload: payload(),
  ...changes,
});

describe("events send reads bodies of PagerDuty's Events API", () => {
  it.each([
    ["over many lines", JSON.stringify(v2(), null, 2)],
    ["in a list", JSON.stringify([v2()])],
    ["in a list over many lines", JSON.stringify([v2()], null, 2)],
  ])("%s", async (_, text) => {
    for (const words of ["", "--from pagerduty"]) {
      const { code, first } = await sent(words, text);
      expect(code).toBe(ExitCode.ok);
      expect(first).toMatchObject({ event_action: "trigger", dedup_key: "disk/db-1", payload: payload() });
    }
  });

  it("and delivers each that has a mistake in what decorates it, with a warning for line and field", async () => {
    const { code, messages, events } = await sent(
      "",
      v2({ dedup_key: "a", links: [{ href: "", text: "Dashboard" }] }),
      v2({ dedup_key: "b", links: [{ href: "/graph?g0.expr=up" }, { href: "https://graph.example.com/" }] }),
      v2({ dedup_key: "c", payload: payload({ severity: "P1", timestamp: "soon" }) }),
      v2({ dedup_key: "d", payload: payload({ summary: "First line\nSecond line", source: { host: "db-1" } }) }),
      v2({ dedup_key: "e", payload: payload({ summary: "x".repeat(501), custom_details: "a\u0000\ud83d" }) }),
    );
    expect({ code, messages }).toEqual({
      code: ExitCode.ok,
      messages: [
        'line 1: the link "" in "links" is not a full URL: it is left out',
        'line 2: the link "/graph?g0.expr=up" in "links" is not a full URL: it is left out',
        'line 3: the severity "P1" is not known: it is taken as error',
        'line 3: the time "soon" in "timestamp" cannot be read: it is left out',
        'line 4: "source" is not a text: it is written as JSON',
        'line 4: the summary has line breaks: they are replaced by blanks, and the details have all of it as "summary"',
        "line 5: details.details has a character that cannot be stored: it is replaced by U+FFFD",
        'line 5: the summary has 501 characters, and OpsKnight takes 500: it is cut, and the details have all of it as "summary"',
        "5 lines: 5 delivered",
      ],
    });
    expect(events.map(({ dedup_key: key, payload: { severity } }) => `${key} ${severity}`)).toEqual([
      "a critical",
      "b critical",
      "c error",
      "d critical",
      "e critical",
    ]);
    expect(events[1]?.payload.custom_details.links).toEqual([{ href: "https://graph.example.com/" }]);
    expect(events[3]?.payload).toMatchObject({
      summary: "First line Second line",
      custom_details: { summary: "First line\nSecond line" },
    });
    expect(events[4]?.payload).toMatchObject({
      summary: `${"x".repeat(499)}…`,
      custom_details: { summary: "x".repeat(501), details: "a\ufffd\ufffd" },
    });
  });

  it("of a change as a change that succeeded, which no problem with the same words shares its key with", async () => {
    const change = {
      routing_key: "r0fake",
      payload: { summary: "Deployed v1", source: "ci", timestamp: "2026-05-04T10:11:12Z" },
    };
    const { code, first } = await sent("--from pagerduty", change);
    expect(code).toBe(ExitCode.ok);
    expect(first).toMatchObject({ dedup_key: "change:ci:Deployed v1", payload: { summary: "Deployed v1" } });
    const problem = await sent("", { summary: "Deployed v1", source: "ci" });
    expect(problem.first?.dedup_key).toBe("ci:Deployed v1");
    for (const more of [{ dedup_key: "a" }, { action: "trigger" }, { payload: payload() }])
      expect(await sent("", { ...change, ...more })).toMatchObject({ code: ExitCode.partial, events: [] });
  });

  it("of version 1", async () => {
    const { code, events } = await sent(
      "",
      {
        service_key: "fake-service-key",
        event_type: "trigger",
        incident_key: "disk",
        description: "Disk is full",
        client: "db-1",
        details: { free: "2 %" },
        contexts: [{ type: "link", href: "https://graph.example.com/", text: "Graph" }],
      },
      { service_key: "fake-service-key", event_type: "resolve", incident_key: "disk" },
    );
    expect(code).toBe(ExitCode.ok);
    expect(events).toMatchObject([
      {
        event_action: "trigger",
        dedup_key: "disk",
        payload: { summary: "Disk is full", source: "db-1", custom_details: { free: "2 %" } },
      },
      { event_action: "resolve", dedup_key: "disk" },
    ]);
    expect(JSON.stringify(events)).not.toContain("fake-service-key");
  });

  it.each([
    ["routing_key", "", v2()],
    ["routing_key", "--from pagerduty", v2()],
    ["routing_key", "--map .", v2()],
    ["routing_key", "", { payload: { summary: "Deployed v1", source: "ci" } }],
    ["service_key", "", { event_type: "trigger", incident_key: "disk", description: "Disk is full" }],
  ])("and neither sends nor keeps the %s in them (send %s)", async (name, words, body) => {
    const key = "r0fakefakefakefakefake0001";
    const { code, messages, events } = await sent(words, { ...body, [name]: key }, { ...body, [name]: key });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.stringify(events)).not.toContain(key);
    const warning = `"${name}" is a key: it is left out, and the event is sent with the keys of the profile`;
    expect(messages.filter((line) => line.includes("is a key"))).toEqual([`line 1: ${warning}`]);
    const down = await run(`events send ${words} --max-wait 0`, {
      profiles: profilesAt("http://127.0.0.1:9"),
      stdin: JSON.stringify({ ...body, [name]: key }),
    });
    expect(down.code).toBe(ExitCode.pending);
    const spool = join(down.home, ".local/state/onduty/spool/pending");
    const files = await Promise.all((await readdir(spool)).map((file) => readFile(join(spool, file), "utf8")));
    expect(files.join("")).toContain("summary");
    expect(files.join("")).not.toContain(key);
  });

  it("and sends the routing key of the profile or the option with them", async () => {
    const { first } = await sent("--routing-key r1", v2({ routing_key: "r0fakefakefakefakefake0001" }));
    expect(first).toMatchObject({ routing_key: "r1" });
  });
});

describe("the key of a line that has none", () => {
  const disk = { summary: "Disk is full" };
  const actions = { CI: "true", GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/web", GITHUB_WORKFLOW: "CI" };
  const job = { ...actions, GITHUB_JOB: "checks", GITHUB_REF: "refs/heads/main", GITHUB_REF_NAME: "main" };

  it("names the workload where the host changes with every run", async () => {
    const { messages, first } = await sentIn({ K_SERVICE: "nightly" }, "", disk);
    expect(first?.dedup_key).toBe("nightly:Disk is full");
    expect(messages).toEqual(["1 line: 1 delivered"]);
  });

  it("is reported once as one that no later event finds, where neither workload nor source is known", async () => {
    const { messages } = await sentIn({ CI: "true" }, "", disk, { summary: "CPU is busy" });
    expect(messages).toEqual([
      expect.stringMatching(
        /^line 1: the host name ".+" changes with every run, .+ cannot find this alert by itself: give "dedupKey" in the line, or set ONDUTY_JOB$/,
      ),
      "2 lines: 2 delivered",
    ]);
    const named = await sentIn({ CI: "true" }, "", { ...disk, source: "db-1" }, { ...disk, dedupKey: "disk" });
    expect(named.messages).toEqual(["2 lines: 2 delivered"]);
    expect(named.events.map(({ dedup_key: key }) => key)).toEqual(["db-1:Disk is full", "disk"]);
  });

  it("names the job, its branch and leg in CI, and the summary", async () => {
    const { first } = await sentIn({ ...job, ONDUTY_JOB: "2" }, "--service svc_2", disk);
    expect(first?.dedup_key).toBe("ci:acme/web:CI:checks:branch=main:leg=2:service=svc_2:summary=Disk is full");
    const other = await sentIn({ ...job, GITHUB_REF: "refs/heads/next", GITHUB_REF_NAME: "next" }, "", disk);
    expect(other.first?.dedup_key).not.toBe((await sentIn(job, "", disk)).first?.dedup_key);
  });

  it("is another one for a change than for a problem with the same words", async () => {
    const change = { action: "change", status: "failed", summary: "web", source: "ci" };
    const { events } = await sent("", change, { summary: "web", source: "ci" });
    const keys = events.map(({ event_action: action, dedup_key: key }) => `${action} ${key}`);
    expect(keys).toEqual(["trigger change:ci:web", "resolve change:ci:web:started", "trigger ci:web"]);
  });
});

describe("events send", () => {
  it("puts the prefix of a sender before the key of a deploy that failed, too", async () => {
    const change = { action: "change", status: "failed", summary: "web", dedupKey: "web", environment: "prod" };
    const { events } = await sent("--key-prefix eu:", change);
    expect(events.map(({ dedup_key: key }) => key)).toEqual(["eu:web:prod", "eu:web:prod:started"]);
  });

  it("keeps all digits of an integer, so that different ids never make one key", async () => {
    const ids = ["9007199254740993", "9007199254740992", "-12345678901234567890"];
    const lines = ids.map(
      (id) => `{"dedupKey":${id},"summary":"\\"${id}","details":{"n":[${id},1.5,9007199254740991]}}`,
    );
    const { events } = await sent("", ...lines);
    expect(events.map(({ dedup_key: key }) => key)).toEqual(ids);
    expect(events[0]?.payload).toMatchObject({
      summary: `"${ids[0]}`,
      custom_details: { n: [ids[0], 1.5, 9007199254740991] },
    });
    const mapped = await sent("--map '{dedupKey: .id, summary: \"x\"}'", `{"id":${ids[0]}}`);
    expect(mapped.first?.dedup_key).toBe(ids[0]);
    const datadog = await sent("--from datadog", `{"alert_id":${ids[0]},"alert_transition":"Triggered","title":"x"}`);
    expect(datadog.first?.dedup_key).toContain(ids[0]);
  });

  it("reports a text that is no JSON once, and not for each line", async () => {
    const { code, messages } = await sent("", "the disk\nof db-1\nis full");
    expect({ code, messages }).toEqual({
      code: ExitCode.partial,
      messages: ["line 1: it is not JSON", "1 line: 0 delivered, 1 bad line"],
    });
  });

  it("takes the key for a summary that is missing", async () => {
    const { code, messages, first } = await sent("", { dedupKey: "disk" });
    expect({ code, messages }).toEqual({
      code: ExitCode.ok,
      messages: ['line 1: "summary" is missing: the dedup key takes its place', "1 line: 1 delivered"],
    });
    expect(first?.payload.summary).toBe("disk");
  });

  it("reads files that Windows PowerShell writes, in UTF-16", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered", incident: null } });
    for (const text of ["\ufeff", "\ufeff\r\n"]) {
      const file = join(await tempDir(), "events.json");
      await writeFile(file, Buffer.from(`${text}{"summary":"Größe","dedupKey":"k"}\r\n`, "utf16le"));
      const { code } = await run(["events", "send", file], { profiles: profilesAt(vendor.url) });
      expect(code).toBe(ExitCode.ok);
      expect(vendor.requests.at(-1)?.body).toMatchObject({ payload: { summary: "Größe" } });
    }
  });

  it("names the format of what a monitoring system posts", async () => {
    const { code, messages, events } = await sent("", alertmanagerGroup([prometheusAlert()]));
    expect({ code, events }).toEqual({ code: ExitCode.partial, events: [] });
    expect(messages[0]).toBe("line 1: it looks like what Alertmanager posts: --from alertmanager");
  });

  it("tells clusters apart by a prefix of the keys: the one does not close what the other opened", async () => {
    const alert = prometheusAlert({ fingerprint: "00000000000000a3" });
    const over = { ...alert, status: "resolved", endsAt: "2026-11-28T03:00:00Z" };
    const eu = await sent("--from alertmanager --key-prefix eu:", alertmanagerGroup([alert]));
    const us = await sent("--from alertmanager --key-prefix us:", alertmanagerGroup([over]));
    expect(eu.first).toMatchObject({ event_action: "trigger", dedup_key: "eu:alertmanager:00000000000000a3" });
    expect(us.first).toMatchObject({ event_action: "resolve", dedup_key: "us:alertmanager:00000000000000a3" });
    expect((await sent("--key-prefix eu:", { summary: "x", dedupKey: "k" })).first?.dedup_key).toBe("eu:k");
    const long = await sent("--key-prefix eu:", { summary: "x", dedupKey: "k".repeat(200) });
    expect(long.first?.dedup_key).toMatch(/^eu:k{180}~[0-9a-f]{16}$/);
  });

  it.each(['--key-prefix ""', "--from datadog --map .", "--map '.a |'"])("refuses %s", async (words) => {
    expect(await sent(words, "{}")).toMatchObject({ code: ExitCode.usage, events: [] });
  });

  it("gives lists to a jq expression as they are", async () => {
    const { events } = await sent("--map '.[] | {summary: .name}'", '[{"name":"a"},\n {"name":"b"}]');
    expect(events.map(({ payload: { summary } }) => summary)).toEqual(["a", "b"]);
    const some = await sent("--map '.[] | {summary: .name}'", '[{"name":"a"}, {}, {"name":"b"}]');
    expect(some.events.map(({ payload: { summary } }) => summary)).toEqual(["a", "b"]);
    expect(some.messages[0]).toBe('line 1: --map: "summary" is missing');
  });

  it("makes events of anything with a jq expression, and goes on behind what it fails on", async () => {
    const map = `--map '.checks[] | {summary: .text, dedupKey: .name, action: (if .ok then "resolve" else "trigger" end)}'`;
    const report = {
      checks: [
        { name: "a", text: "A", ok: false },
        { name: "b", text: "B", ok: true },
      ],
    };
    const { code, messages, events } = await sent(map, JSON.stringify(report, null, 2), { checks: 1 }, { checks: [] });
    expect(events.map((one) => `${one.event_action} ${one.dedup_key}`)).toEqual(["trigger a", "resolve b"]);
    expect(code).toBe(ExitCode.partial);
    expect(messages).toEqual([
      "line 15: --map: Cannot iterate over number (1)",
      "line 16: skipped: --map makes no event of it",
      "4 lines: 2 delivered, 1 bad line, 1 left out",
    ]);
  });
});

describe("events send --from", () => {
  it("alertmanager reads the alerts of API v2: those that are active, and none as resolved", async () => {
    const alert = (name: string, state: string) => ({
      annotations: { summary: `${name} is down` },
      endsAt: "2026-11-29T03:00:00.000Z",
      fingerprint: `00000000000000${name}`,
      receivers: [{ name: "ops" }],
      startsAt: "2026-11-29T01:00:00.000Z",
      status: { inhibitedBy: [], silencedBy: [], state },
      labels: { alertname: "Down", instance: name },
    });
    const { code, messages, events } = await sent("--from alertmanager", [
      alert("a1", "active"),
      alert("a2", "suppressed"),
    ]);
    expect(code).toBe(ExitCode.ok);
    expect(events).toMatchObject([
      {
        event_action: "trigger",
        dedup_key: "alertmanager:00000000000000a1",
        payload: { summary: "a1 is down", timestamp: "2026-11-29T01:00:00.000Z" },
      },
    ]);
    expect(messages[0]).toBe('line 1: skipped: the alert "a2 is down" is suppressed');
    expect((await sent("--from alertmanager", [])).events).toEqual([]);
  });

  it("alertmanager reads the alerts of Prometheus, under the keys that Alertmanager's webhook has", async () => {
    const labels = { alertname: "Down", instance: "web-1", severity: "critical" };
    const alerts = [
      { labels, annotations: {}, state: "firing", activeAt: "2026-11-29T08:15:09.587Z", value: "1e+00" },
      { labels: { alertname: "Slow" }, annotations: {}, state: "pending", activeAt: "2026-11-29T08:15:09.587Z" },
    ];
    const { messages, events } = await sent("--from alertmanager", { status: "success", data: { alerts } });
    // The fingerprint that Alertmanager 0.25 gives to these labels.
    expect(events).toMatchObject([{ event_action: "trigger", dedup_key: "alertmanager:3fb32210d69626d3" }]);
    expect(messages[0]).toBe('line 1: skipped: the alert "Slow" is pending');
  });

  it("alertmanager makes a link of each annotation that is an address, and completes relative ones", async () => {
    const alert = prometheusAlert({
      annotations: {
        summary: "web-1 is down",
        runbook: "https://runbooks.example.com/down",
        dashboard_url: "https://grafana.example.com/d/2",
        grafana_board: "no address",
      },
      generatorURL: "?orgId=1",
    });
    const group = alertmanagerGroup([alert], { externalURL: "https://grafana.example.com/" });
    expect((await sent("--from alertmanager", group)).first?.payload.custom_details.links).toEqual([
      { href: "https://runbooks.example.com/down", text: "Runbook" },
      { href: "https://grafana.example.com/d/2", text: "Dashboard" },
      { href: "https://grafana.example.com/?orgId=1", text: "Source" },
    ]);
  });

  it("alertmanager repairs an alert among others, with a warning that names it", async () => {
    const broken = prometheusAlert({ fingerprint: "a2", annotations: { summary: "web-1 is\ndown\ud83d" } });
    const { code, messages, events } = await sent(
      "--from alertmanager",
      alertmanagerGroup([prometheusAlert({ fingerprint: "a1" }), broken]),
    );
    expect(code).toBe(ExitCode.ok);
    expect(events[1]?.payload.summary).toBe("web-1 is down\ufffd");
    expect(messages).toEqual([
      'line 1: "alertmanager:a2": summary has a character that cannot be stored: it is replaced by U+FFFD',
      'line 1: "alertmanager:a2": details.summary has a character that cannot be stored: it is replaced by U+FFFD',
      'line 1: "alertmanager:a2": the summary has line breaks: they are replaced by blanks, and the details have all of it as "summary"',
      "2 alerts: 2 delivered",
    ]);
  });

  it("alertmanager reports that the alerts a group leaves out stay open", async () => {
    const over = prometheusAlert({ status: "resolved", endsAt: "2026-11-28T03:00:00Z" });
    const group = alertmanagerGroup([over], { status: "resolved", truncatedAlerts: 2 });
    expect((await sent("--from alertmanager", group)).messages[0]).toBe(
      'line 1: Alertmanager left 2 alerts of this group out ("max_alerts"): their incidents stay open',
    );
  });

  it.each([
    ["DatasourceNoData", {}, "No data: Checkout latency"],
    ["DatasourceError", {}, "Error: Checkout latency"],
    ["Checkout latency", { grafana_state_reason: "NoData" }, "No data: Checkout latency"],
    ["Checkout latency", { grafana_state_reason: "Updated" }, "Checkout latency is over 2 s"],
  ])("grafana names the state of %s %j", async (alertname, reason, summary) => {
    const labels = { alertname, rulename: "Checkout latency", severity: "critical" };
    const annotations = { summary: "Checkout latency is over 2 s", ...reason };
    const group = alertmanagerGroup([prometheusAlert({ labels, annotations })], { version: "1", orgId: 1 });
    const { first } = await sent("--from grafana", group);
    expect(first).toMatchObject({ dedup_key: "grafana:5b2f0d8c1a9e7c34", payload: { summary, severity: "critical" } });
    expect((await sent("--from alertmanager", group)).first?.payload.summary).toBe(summary);
  });

  it("grafana reads dashboard alerts: one key for each rule, and ok resolves it", async () => {
    const rule = (state: string, changes: object = {}) => ({
      orgId: 1,
      ruleId: 3,
      ruleName: "Disk",
      ruleUrl: "https://grafana.example.com/d/x?viewPanel=6",
      state,
      tags: { severity: "critical" },
      title: "Disk",
      evalMatches: [],
      ...changes,
    });
    const { code, messages, events } = await sent(
      "--from grafana",
      rule("alerting", {
        message: "Disk is nearly full",
        evalMatches: [{ value: 97, metric: "disk", tags: { host: "db-1" } }],
      }),
      rule("no_data"),
      rule("ok"),
      rule("paused"),
      rule("pending"),
    );
    expect(code).toBe(ExitCode.ok);
    expect(events).toMatchObject([
      {
        event_action: "trigger",
        dedup_key: "grafana:1:3",
        payload: {
          summary: "Disk: Disk is nearly full",
          severity: "critical",
          source: "db-1",
          custom_details: { disk: 97, links: [{ href: "https://grafana.example.com/d/x?viewPanel=6", text: "Rule" }] },
        },
      },
      { event_action: "trigger", dedup_key: "grafana:1:3", payload: { summary: "No data: Disk" } },
      { event_action: "resolve", dedup_key: "grafana:1:3" },
    ]);
    expect(messages.slice(0, 2)).toEqual([
      'line 4: skipped: the alert "Disk" is paused: neither a problem nor the end of one',
      'line 5: skipped: the alert "Disk" is pending: neither a problem nor the end of one',
    ]);
  });

  it.each(["Recovered", "OK", "resolved", "Warn Recovered"])(
    "datadog ends a problem by %s in any field for the state",
    async (word) => {
      const problem = { title: "Disk is full", alert_id: "55", scope: "host:web-1" };
      for (const field of ["status", "state", "alert_status", "transition"]) {
        const { events } = await sent(
          "--from datadog",
          { ...problem, [field]: "Triggered" },
          { ...problem, [field]: word },
        );
        expect(events).toMatchObject([
          { event_action: "trigger", dedup_key: "datadog:55:host%3Aweb-1" },
          { event_action: "resolve", dedup_key: "datadog:55:host%3Aweb-1" },
        ]);
      }
    },
  );

  it("datadog tells the hosts of a monitor apart, with or without a scope", async () => {
    const problem = { title: "Disk is full", alert_id: "55", alert_transition: "Triggered", hostname: "web-1" };
    const { events } = await sent(
      "--from datadog",
      problem,
      { ...problem, hostname: "web-2" },
      { ...problem, scope: "host:web-1" },
    );
    expect(events.map(({ dedup_key: key }) => key)).toEqual([
      "datadog:55:host%3Aweb-1",
      "datadog:55:host%3Aweb-2",
      "datadog:55:host%3Aweb-1",
    ]);
  });

  it("datadog takes the posix variables as times", async () => {
    const title = "[Triggered on {host:web-1}] Disk is full";
    for (const field of ["date_posix", "last_updated_posix"])
      expect(
        (await sent("--from datadog", { title, alert_id: "55", [field]: "1772331247" })).first?.payload.timestamp,
      ).toBe("2026-03-01T02:14:07.000Z");
  });

  it("datadog opens nothing for what is not Datadog's, and names what it looks like", async () => {
    const { code, messages, events } = await sent(
      "--from datadog",
      { ruleId: 3, ruleName: "Disk", state: "ok", title: "[OK] Disk", ruleUrl: "https://grafana.example.com/d/x" },
      {
        id: "c7a1",
        title: "CPU of web-1",
        state: "CLOSED",
        priority: "CRITICAL",
        issueUrl: "https://one.example.com/x",
      },
      { msg: "[web] [Up] 200 - OK", title: "web", heartbeat: { status: 1 }, monitor: { name: "web" } },
      { title: "anything", state: "ok" },
    );
    expect({ code, events }).toEqual({ code: ExitCode.partial, events: [] });
    expect(messages).toEqual([
      "line 1: it is not what Datadog posts: it looks like Grafana: --from grafana",
      "line 2: it is not what Datadog posts: it looks like New Relic: --from newrelic",
      "line 3: it is not what Datadog posts: it looks like Uptime Kuma: --from uptime-kuma",
      "line 4: it is not what Datadog posts: it has no transition, alert type, event type or key of an alert",
      "4 alerts: 0 delivered, 4 bad",
    ]);
  });

  it("cloudwatch reads alarms on expressions: what is watched, the expression and a link to the console", async () => {
    const metrics = [
      {
        Id: "m1",
        MetricStat: {
          Metric: {
            Dimensions: [{ value: "checkout", name: "FunctionName" }],
            MetricName: "Invocations",
            Namespace: "AWS/Lambda",
          },
        },
      },
      { Id: "ad1", Expression: "ANOMALY_DETECTION_BAND(m1, 2)", Label: "expected" },
    ];
    const { first } = await sent("--from cloudwatch", cloudwatchMessage("ALARM", { Trigger: { Metrics: metrics } }));
    expect(first?.payload).toMatchObject({
      source: "checkout",
      component: "AWS/Lambda",
      class: "Invocations",
      custom_details: {
        FunctionName: "checkout",
        expression: "ANOMALY_DETECTION_BAND(m1, 2)",
        label: "expected",
        links: [{ text: "CloudWatch" }],
      },
    });
  });

  it.each([
    ["aws", "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/a%20b"],
    ["aws-cn", "https://eu-west-1.console.amazonaws.cn/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/a%20b"],
    [
      "aws-us-gov",
      "https://eu-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/a%20b",
    ],
    ["aws-iso", undefined],
  ])("cloudwatch links to the console of the partition %s", async (partition, href) => {
    const AlarmArn = `arn:${partition}:cloudwatch:eu-west-1:123456789012:alarm:a b`;
    const { first } = await sent("--from cloudwatch", cloudwatchMessage("ALARM", { AlarmArn }));
    expect(first?.payload.custom_details.links?.[0]?.href).toBe(href);
  });

  it("cloudwatch reads what Lambda and SQS get, and a bad record costs no other", async () => {
    const message = cloudwatchMessage("OK");
    const notification = { Type: "Notification", Message: JSON.stringify(message) };
    const action = {
      source: "aws.cloudwatch",
      alarmArn: message.AlarmArn,
      accountId: "123456789012",
      region: "eu-west-1",
      alarmData: {
        alarmName: "checkout-cpu",
        state: { value: "OK", reason: "test", timestamp: "2026-08-04T12:36:15.490+0000" },
        configuration: { description: "CPU is busy" },
      },
    };
    const { code, messages, events } = await sent(
      "--from cloudwatch",
      action,
      { Records: [{ EventSource: "aws:sns", Sns: notification }] },
      {
        Records: [
          { eventSource: "aws:sqs", body: JSON.stringify(notification) },
          { body: "no" },
          { body: JSON.stringify(message) },
        ],
      },
      { Messages: [{ MessageId: "1", Body: JSON.stringify(action) }] },
    );
    expect(events.map((one) => `${one.event_action} ${one.dedup_key}`)).toEqual(
      Array.from({ length: 5 }, () => "resolve arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout-cpu"),
    );
    expect(code).toBe(ExitCode.partial);
    expect(messages[0]).toBe("line 3: record 2: the body of the SQS message is not a JSON object");
  });
});

describe("changes", () => {
  it("of one key resolve the failure in their own environment alone", async () => {
    const { events } = await sent(
      "",
      { action: "change", summary: "Web", dedupKey: "web", environment: "prod", status: "failed" },
      { action: "change", summary: "Web", dedupKey: "web", environment: "staging", status: "succeeded" },
    );
    expect(events.map((one) => `${one.event_action} ${one.dedup_key}`)).toEqual([
      "trigger web:prod",
      "resolve web:prod:started",
      "resolve web:staging",
      "resolve web:staging:started",
    ]);
  });
});
