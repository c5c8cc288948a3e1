import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { vendorNamed } from "../../src/providers/index.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

/* What a person types for PagerDuty, and what comes of it. */

const apiKey = { text: "u+fakeKEYnotreal0001" };
const accountKey = { text: "fakeAccountKey000001" };
const integrationKey = { text: "0123fake89abcdef0123456789abcdef" };

/** Runs commands against a server that must not be asked anything but what is registered. */
async function against(profile: object) {
  const vendor = await fakeVendor();
  const profiles = { pd: { provider: "pagerduty", baseUrl: vendor.url, ...profile } };
  return { vendor, onduty: (line: string, options: object = {}) => run(line, { profiles, ...options }) };
}

/** Runs commands on the sandbox. */
async function practice(profile = "sandbox-pagerduty") {
  const { home, url } = await sandbox();
  return { home, url, onduty: (line: string) => run(`${line} --profile ${profile}`, { home }) };
}

describe("a change by PagerDuty whose owner of the key cannot be read", () => {
  it.each([
    ["incidents create x", "created"],
    ["incidents comment Q1PAYM00000001 x", "added"],
  ])("was not made, and nothing else is reported: %s", async (line, done) => {
    const { vendor, onduty } = await against({ apiKey: { text: "fake-account-key-0001" }, service: "PSPAY01" });
    vendor.reply("GET /services", 200, { services: [{ id: "PSPAY01", summary: "Payments" }], more: false });
    vendor.reply("GET /users/me", 503, {});
    const { code, stderr } = await onduty(`${line} --max-wait 0`);
    expect({ code, stderr }).toEqual({ code: ExitCode.failure, stderr: expect.stringContaining("GET /users/me") });
    expect(stderr).not.toContain(done);
  });
});

describe("what PagerDuty cannot do is refused before anything is sent:", () => {
  it.each([
    ["events trigger x --routing-key 0123fake89abcdef0123456789abcdef", "keys set pd --kind integration"],
    ["events trigger x --service PSPAY01", "leave out --service"],
    ["incidents snooze Q1PAYM00000001", "--for 4h"],
    ["incidents snooze Q1PAYM00000001 --for 8d", "--for 7d"],
    ["incidents suppress Q1PAYM00000001", "a maintenance window silences a service"],
    ["incidents update Q1PAYM00000001 --description x", "cannot change the description"],
    ["incidents update Q1PAYM00000001 --urgency medium", "--urgency high"],
    ["incidents create x --urgency medium --service PSPAY01", "--urgency high"],
    ["incidents create x", "--service ID"],
    ["incidents assign Q1PAYM00000001 --to none", "--to another person"],
    ["oncall --at +91d", "--at +90d"],
    ["incidents list --status snoozed", "--status acknowledged"],
    ["incidents list --status open,snoozed", "--status acknowledged"],
  ])("%s", async (line, help) => {
    const { vendor, onduty } = await against({ apiKey, integrationKey });
    const { code, stdout, stderr } = await onduty(line);
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(help);
    expect(stderr).not.toContain("0123fake89abcdef");
    expect(vendor.requests).toEqual([]);
  });

  it("a line of events with a routing key, which the spool never holds", async () => {
    const { vendor, onduty } = await against({ integrationKey });
    const line = { action: "resolve", dedupKey: "k", routingKey: "9999fake89abcdef0123456789abcdef" };
    const { code, stdout, stderr } = await onduty("events send", { stdin: `${JSON.stringify(line)}\n` });
    expect(code).toBe(ExitCode.partial);
    expect(stdout + stderr).not.toContain("9999fake89abcdef");
    expect(vendor.requests).toEqual([]);
  });

  it("a snooze of what is not acknowledged", async () => {
    const { onduty, url } = await practice();
    const [found] = JSON.parse((await onduty("incidents list --status open --json")).stdout) as { id: string }[];
    const { code, stderr } = await onduty(`incidents snooze ${found?.id} --for 2h`);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(`hint: onduty incidents ack ${found?.id}`);
    const asked = (await (await fetch(`${url}/_sandbox/requests`)).json()) as { method: string }[];
    expect(asked.every(({ method }) => method === "GET")).toBe(true);
  });
});

describe("a key of another kind", () => {
  it("is not sent in place of an API key", async () => {
    const { vendor, onduty } = await against({ apiKey: integrationKey });
    const { code, stderr } = await onduty("incidents list");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("--kind integration");
    expect(stderr).toContain("\nhint: onduty keys set pd\n");
    expect((await onduty("keys validate --json")).stdout).toContain('"status":"invalid"');
    expect(vendor.requests).toEqual([]);
  });

  it("is not sent in place of an integration key, and the event waits", async () => {
    const { vendor, onduty } = await against({ integrationKey: apiKey });
    const { code, stdout, stderr } = await onduty("events trigger x --dedup-key k --json");
    expect(code).toBe(ExitCode.usage);
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "spooled" });
    expect(stderr).toContain("onduty keys set pd --kind integration");
    expect(vendor.requests).toEqual([]);
  });

  it.each([
    ["deploy --status success", ""],
    ["events trigger x --dedup-key k --spool-ok", ""],
    ["events send", '{"summary":"a"}\n{"summary":"b"}\n'],
    ["events notify --from systemd backup.service", ""],
  ])("ends %s as a wrong usage, and its events wait for the right one", async (line, stdin) => {
    const { vendor, onduty } = await against({ integrationKey: apiKey });
    const home = await tempDir();
    const { code, stderr } = await onduty(line, { stdin, home });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("hint: onduty keys set pd --kind integration\n");
    expect(vendor.requests).toEqual([]);
    const pending = (await onduty("spool list --pending --json", { home })).stdout;
    vendor.reply("POST /v2/enqueue", 202, { status: "success" });
    vendor.reply("POST /v2/change/enqueue", 202, { status: "success" });
    const repaired = await run("spool flush", {
      home,
      profiles: { pd: { provider: "pagerduty", baseUrl: vendor.url, integrationKey } },
    });
    expect(repaired.code).toBe(ExitCode.ok);
    expect(vendor.requests.length).toBe(JSON.parse(pending).length);
    expect(vendor.requests.length).toBeGreaterThan(0);
  });

  it("is asked for by the variable of the environment profile, where a routing key is given in its place", async () => {
    const env = {
      ONDUTY_PROVIDER: "pagerduty",
      ONDUTY_INTEGRATION_KEY: integrationKey.text,
      ONDUTY_ROUTING_KEY: "0123fake89abcdef0123456789abcd00",
    };
    const { code, stderr } = await run("events trigger x --dedup-key k", { env });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("\nhint: unset ONDUTY_ROUTING_KEY, and set ONDUTY_INTEGRATION_KEY\n");
  });

  it.each([
    ["events send", {}, "set ONDUTY_API_KEY or ONDUTY_INTEGRATION_KEY"],
    ["keys validate", {}, "no key; set ONDUTY_API_KEY"],
    [
      "deploy --status started",
      { ONDUTY_INTEGRATION_KEY: "R123fake89abcdef0123456789abcdef" },
      "set ONDUTY_INTEGRATION_KEY to that of a service",
    ],
  ])("of the environment profile is asked for by its variable: %s", async (line, keys, hint) => {
    const { stderr } = await run(line, { env: { ONDUTY_PROVIDER: "pagerduty", ...keys }, stdin: "" });
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain("keys set env");
  });

  it.each([
    ["JSON", { error: { message: "Not Found", code: 2100 } }],
    ["a page", "<html>"],
  ])("is no reason to give an event up where the server has no route for events: a 404 with %s", async (_, body) => {
    const { vendor, onduty } = await against({ integrationKey });
    vendor.reply("POST /v2/enqueue", 404, body);
    const home = await tempDir();
    const { stdout, stderr } = await onduty("events trigger x --dedup-key k", { home });
    expect(stdout).toContain("spooled");
    expect(stderr).toContain("check the base URL: onduty profiles show");
    expect(JSON.parse((await onduty("spool list --pending --json", { home })).stdout)).toHaveLength(1);
  });

  it("of the account needs the e-mail address of a user for a change", async () => {
    const { vendor, onduty } = await against({ apiKey: accountKey });
    vendor.reply("GET /users/me", 400, { error: "an account-level access token" });
    const { code, stderr } = await onduty("incidents ack Q1PAYM00000001");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("ONDUTY_USER");
    expect(vendor.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /users/me"]);
  });

  it("is not taken as a routing key of a new profile", async () => {
    const line = "profiles add pd --provider pagerduty --key-env PD --routing-key 0123fake89abcdef0123456789abcdef";
    const { code, stderr } = await run(line);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("onduty keys set pd --kind integration");
    expect(stderr).not.toContain("0123fake89abcdef");
  });
});

describe("the user in whose name a change is made", () => {
  const comment = "incidents comment Q1PAYM00000001 --note x";
  const incident = { id: "Q1PAYM00000001", status: "triggered", title: "x" };

  it("is named by an option of the profile, where it is missing", async () => {
    const { vendor, onduty } = await against({ apiKey: accountKey });
    vendor.reply("GET /users/me", 400, { error: "this key is an account-level access token" });
    const { code, stderr } = await onduty(comment);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("\nhint: onduty profiles edit pd --user EMAIL, or set ONDUTY_USER\n");
  });

  it("is named as what is wrong, where the vendor does not know the address", async () => {
    const { vendor, onduty } = await against({ apiKey: accountKey, user: "gone@example.com" });
    vendor.reply("GET /incidents/Q1PAYM00000001", 200, { incident });
    vendor.reply("POST /incidents/Q1PAYM00000001/notes", 400, {
      error: { message: "Requester User Not Found", code: 1008 },
    });
    const { code, stderr } = await onduty(comment);
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain("Requester User Not Found (400)\nhint: set the user of the profile, or ONDUTY_USER");
  });
});

describe("a key that may read nothing", () => {
  it.each([
    ["GET /audit/records", "audit_records.read"],
    ["GET /services/PSPAY01/audit/records", "audit_records.read"],
    ["GET /incidents/custom_fields", "custom_fields.read"],
    ["PUT /incidents/Q1/custom_fields/values", "incidents.write"],
    ["GET /incidents/types", "incident_types.read"],
    ["POST /analytics/raw/incidents", "analytics.write"],
    ["GET /analytics/raw/incidents/Q1", "analytics.read"],
    ["GET /maintenance_windows", "services.read"],
    ["GET /change_events", "change_events.read"],
    ["DELETE /users/PU1/contact_methods/PC1", "users:contact_methods.write"],
    ["GET /business_services", "services.read"],
    ["GET /business_services/PB1/subscribers", "subscribers.read"],
    ["POST /business_services/PB1/unsubscribe", "subscribers.write"],
    ["GET /incidents/Q1/status_updates/subscribers", "subscribers.read"],
    ["POST /incidents/Q1/status_updates", "incidents.write"],
    ["GET /teams/PT1/notification_subscriptions", "subscribers.read"],
    ["POST /status_pages/PP1/subscriptions", "status_pages.write"],
    ["GET /event_orchestrations", "event_orchestrations.read"],
    ["PUT /event_orchestrations/services/PS1", "services.write"],
    ["GET /service_dependencies/technical_services/PS1", "services.read"],
    ["GET /alert_grouping_settings", "services.read"],
    ["GET /rulesets", "event_rules.read"],
    ["GET /paused_incident_reports/alerts", "incidents.read"],
    ["GET /notifications", "users:notifications.read"],
    ["GET /license_allocations", "licenses.read"],
    ["GET /users/PU1/license", "licenses.read"],
    ["GET /schedules/PSC1/users", "users.read"],
    ["GET /teams/PT1/tags", "tags.read"],
    ["POST /users/PU1/change_tags", "tags.write"],
    ["POST /incident_workflows/PW1/instances", "incident_workflows:instances.write"],
    ["GET /workflows/integrations/PI1/connections", "workflow_integrations:connections.read"],
  ])("lacks for %s the scope %s", async (route, scope) => {
    const { vendor, onduty } = await against({ apiKey });
    vendor.reply(route, 403, { error: { code: 2010, message: "Access Denied" } });
    const { code, stderr } = await onduty(`api ${route} --yes`);
    expect(code).toBe(ExitCode.auth);
    expect(stderr).toContain(`it needs ${scope}: Access Denied`);
  });

  it("has no owner and no account that could be named", async () => {
    const { vendor, onduty } = await against({ apiKey });
    for (const path of ["/users/me", "/abilities", "/users"])
      vendor.reply(`GET ${path}`, 403, { error: { code: 2010, message: "Access Denied" } });
    const { code, stdout, stderr } = await onduty("whoami");
    expect({ code, stdout }).toEqual({ code: ExitCode.auth, stdout: "" });
    expect(stderr).toContain("GET /users/me: the key is not allowed to do this");
  });
});

describe("incidents of PagerDuty", () => {
  it("that are open are listed however old, and resolved ones among them in order", async () => {
    const { onduty } = await practice();
    const open = JSON.parse((await onduty("incidents list --json")).stdout) as { title: string }[];
    expect(open.map(({ title }) => title)).toContain("Quota of e-mail provider nearly used up");
    const all = await onduty("incidents list --status all --json");
    const times = (JSON.parse(all.stdout) as { createdAt: string }[]).map(({ createdAt }) => createdAt);
    expect(times.length).toBeGreaterThan(open.length);
    expect(times).toEqual([...times].sort().reverse());
    expect(all.stderr).toContain("for resolved incidents; --since 52w looks further");
  });

  it("are snoozed, commented, resolved, reopened, merged and updated, and their history shows it", async () => {
    const { onduty } = await practice();
    const created = await onduty('incidents create "Queue is stuck" --priority P2 --description "since 20:50" --json');
    const { id, number } = JSON.parse(created.stdout) as { id: string; number: string };
    const steps = [
      `incidents ack ${number}`,
      `incidents snooze ${id} --for 2h --note later`,
      `incidents comment ${number} "failed over"`,
      `incidents update ${id} --priority P1 --urgency low --title "Queue is stuck again"`,
      `incidents resolve ${id} --note "Reindexed"`,
      `incidents reopen ${id}`,
    ];
    for (const step of steps) expect({ step, ...(await onduty(step)) }).toMatchObject({ step, code: 0 });
    const shown = JSON.parse((await onduty(`incidents show ${number} --json`)).stdout);
    expect(shown).toMatchObject({
      id,
      title: "Queue is stuck again",
      status: "open",
      urgency: "low",
      priority: "P1",
      description: "since 20:50",
    });
    const { stdout } = await onduty(`incidents timeline ${id} --json`);
    const history = JSON.parse(stdout) as { type: string; text: string }[];
    for (const type of ["triggered", "acknowledged", "snoozed", "commented", "resolved"])
      expect(history.map((entry) => entry.type)).toContain(type);
    expect(history.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["later", "failed over", "Reindexed", "Reopened by Ada Lovelace"]),
    );
    await onduty("events trigger Other --dedup-key other");
    const [other] = JSON.parse((await onduty("incidents list --query Other --json")).stdout) as { id: string }[];
    const merged = await onduty(`incidents merge ${other?.id} --into ${number} --json`);
    expect(JSON.parse(merged.stdout)).toMatchObject([{ id: other?.id, outcome: "merged", status: "resolved" }]);
  });

  it("are named by their titles at a terminal, with the way back", async () => {
    const { home, onduty } = await practice();
    await onduty("events trigger broken --dedup-key broken");
    const [found] = JSON.parse((await onduty("incidents list --query broken --json")).stdout) as { id: string }[];
    const id = found?.id ?? "";
    const acked = await run(`incidents ack ${id} --profile sandbox-pagerduty`, { home, tty: 160 });
    expect(acked.stdout).toContain(`broken  (${id}); undo: onduty incidents unack ${id}`);
    const again = await run(`incidents ack ${id} --profile sandbox-pagerduty`, { home, tty: 160 });
    expect(again.stdout).toContain("broken");
  });

  it("are changed in the name of the profile's user with a key of the account", async () => {
    const { home, url } = await sandbox();
    const profiles = {
      pd: {
        provider: "pagerduty",
        baseUrl: `${url}/pagerduty`,
        apiKey: { text: "sandboxAccountKey001" },
        user: "grace@sandbox.test",
      },
    };
    const [found] = JSON.parse(
      (await run("incidents list --status open --json --profile sandbox-pagerduty", { home })).stdout,
    ) as { id: string }[];
    const acked = await run(`incidents ack ${found?.id} --json`, { profiles });
    expect(JSON.parse(acked.stdout)).toMatchObject([{ outcome: "acknowledged", by: "Grace Hopper" }]);
    const again = await run(`incidents ack ${found?.id}`, { profiles });
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("acknowledged already") });
  });
});

describe("who is on call on PagerDuty", () => {
  it("is shown at a terminal with the levels from which a schedule is called, and in JSON", async () => {
    const { home } = await sandbox();
    const shown = await run("oncall Primary --profile sandbox-pagerduty", { home, tty: 160 });
    expect(shown.stdout).toContain("Primary, level 1 of Checkout, day and night, level 1 of Search, office hours");
    const [row] = JSON.parse((await run("oncall Primary --json --profile sandbox-pagerduty", { home })).stdout);
    expect(row.escalation).toEqual([
      { policy: { id: "PEPCHK1", name: "Checkout, day and night" }, level: 1 },
      { policy: { id: "PEPSRC1", name: "Search, office hours" }, level: 1 },
    ]);
    const piped = await run("oncall Primary --profile sandbox-pagerduty", { home });
    expect(piped.stdout).toMatch(/^Primary\t/);
  });
});

describe("events of PagerDuty", () => {
  it("go with the key of the profile, not with the one that a body of the Events API has", async () => {
    const { vendor, onduty } = await against({ integrationKey });
    vendor.reply("POST /v2/enqueue", 202, { status: "success", message: "Event processed", dedup_key: "k" });
    const line = { event_action: "resolve", dedup_key: "k", routing_key: "9999fake89abcdef0123456789abcdef" };
    const { code } = await onduty("events send", { stdin: `${JSON.stringify(line)}\n` });
    expect(code).toBe(ExitCode.ok);
    expect(vendor.requests[0]?.body).toEqual({
      routing_key: integrationKey.text,
      event_action: "resolve",
      dedup_key: "k",
    });
  });

  it.each([
    ["--region eu", "https://api.eu.pagerduty.com"],
    ["--region US", "https://api.pagerduty.com"],
  ])("go to the region of a profile that is added with %s", async (option, url) => {
    const home = await tempDir();
    const { code } = await run(`profiles add pd --provider pagerduty --key-env PD ${option}`, { home });
    expect(code).toBe(0);
    expect((await run("profiles list", { home })).stdout).toContain(url);
  });

  it.each([
    ["--provider pagerduty --region mars", "known: us and eu"],
    ["--provider pagerduty --region eu --base-url https://x.example.test", "exclude each other"],
    ["--provider opsknight --region eu", "opsknight has no regions"],
  ])("go to no region that is unknown: %s", async (options, why) => {
    const { code, stderr } = await run(`profiles add pd --key-env PD ${options}`);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(why);
  });

  it("go to the host of their region", () => {
    const { origins } = vendorNamed("pagerduty")?.keys.integration ?? {};
    expect(origins?.["https://api.pagerduty.com"]).toBe("https://events.pagerduty.com");
    expect(origins?.["https://api.eu.pagerduty.com"]).toBe("https://events.eu.pagerduty.com");
  });

  it("are compared with what Alertmanager reports, by the keys of their alerts", async () => {
    const { home, url } = await sandbox();
    const alert = (name: string, state: string) => ({
      labels: { alertname: name, instance: "db-1" },
      annotations: {},
      startsAt: "2026-11-28T21:00:00Z",
      status: { state },
      fingerprint: `fake${name}`,
    });
    const reconcile = (stdin: object[]) =>
      run("events reconcile --from alertmanager --allow-empty --json --profile sandbox-pagerduty", {
        home,
        stdin: JSON.stringify(stdin),
      });
    expect(await reconcile([alert("DiskFull", "active"), alert("QueueLong", "active")])).toMatchObject({ code: 0 });
    const after = await reconcile([alert("DiskFull", "active")]);
    expect(after.code).toBe(0);
    expect(after.stdout).toContain("QueueLong");
    const open = await run("incidents list --json --profile sandbox-pagerduty", { home });
    expect(open.stdout).toContain("DiskFull");
    expect(open.stdout).not.toContain("QueueLong");
    expect(url).toContain("127.0.0.1");
  });
});

describe("an answer of PagerDuty that is not the list that was asked for", () => {
  const lists = [
    ["incidents list --exit-status", "incidents"],
    ["incidents list --status resolved", "incidents"],
    ["services list", "services"],
    ["users list", "users"],
    ["teams list", "teams"],
    ["silences list", "maintenance_windows"],
    ["changes list --all", "change_events"],
  ] as const;

  it.each(lists)("fails `%s`", async (line, name) => {
    for (const body of [
      {},
      [],
      null,
      "ok",
      { [name]: null },
      { [name]: {} },
      { [name]: [1, null] },
      { [name]: [{}] },
    ]) {
      const { vendor, onduty } = await against({ apiKey });
      vendor.reply(`GET /${name}`, 200, body);
      const { code, stdout } = await onduty(line);
      expect({ body, code, stdout }).toEqual({ body, code: ExitCode.failure, stdout: "" });
    }
  });

  it.each(lists)("is not complete with more behind no rows: `%s`", async (line, name) => {
    const { vendor, onduty } = await against({ apiKey });
    vendor.reply(`GET /${name}`, 200, { [name]: [], limit: 100, offset: 0, more: true, total: null });
    const { code, stdout, stderr } = await onduty(line);
    expect({ code, stdout }).toEqual({ code: ExitCode.partial, stdout: "" });
    expect(stderr).toContain("not complete");
  });

  it("fails oncall", async () => {
    const { vendor, onduty } = await against({ apiKey });
    const none = { schedules: [], limit: 100, offset: 0, more: false };
    vendor.reply("GET /schedules", 200, none).reply("GET /v3/schedules", 200, none).reply("GET /oncalls", 200, {});
    expect(await onduty("oncall")).toMatchObject({ code: ExitCode.failure, stdout: "" });
  });

  it("that a plan lacks is a failure, never an empty list", async () => {
    const { vendor, onduty } = await against({ apiKey });
    vendor.reply("GET /teams", 402, { error: { code: 2014, message: "Your account is missing the ability: teams" } });
    const { code, stdout, stderr } = await onduty("teams list");
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain("ability: teams");
  });

  it("is read with all its pages by api", async () => {
    const { onduty } = await practice();
    const { code, stdout } = await onduty("api GET /incidents?limit=2&date_range=all --paginate --json");
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as unknown[]).length).toBeGreaterThan(4);
  });
});

describe("the keys of PagerDuty", () => {
  it.each([400, 500])("are in no output, even when the server repeats them with %i", async (status) => {
    const { vendor, onduty } = await against({ apiKey, integrationKey });
    const repeat = (text: unknown) => JSON.stringify({ error: { message: `you sent ${String(text)}` }, message: text });
    for (const path of [
      "/incidents",
      "/users/me",
      "/oncalls",
      "/schedules",
      "/v3/schedules",
      "/abilities",
      "/maintenance_windows",
      "/change_events",
    ])
      vendor.handle(`GET ${path}`, ({ headers }, response) => {
        response.writeHead(status, { "content-type": "application/json" }).end(repeat(headers.authorization));
      });
    vendor.handle("POST /v2/enqueue", ({ body }, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(repeat(JSON.stringify(body)));
    });
    for (const line of [
      "incidents list",
      "whoami",
      "oncall",
      "keys validate",
      "keys list",
      "silences list",
      "changes list",
      "stats",
      "events trigger x --dedup-key k",
    ])
      for (const options of ["", "--json", "--debug", "--dry-run"]) {
        const { stdout, stderr } = await onduty(`${line} --max-wait 0 ${options}`);
        for (const part of ["fakeKEYnotreal", "fake89abcdef01"]) expect(stdout + stderr, line).not.toContain(part);
      }
  });

  it("are in no file of the spool", async () => {
    const home = await tempDir();
    const profiles = { pd: { provider: "pagerduty", baseUrl: "http://127.0.0.1:1", integrationKey } };
    const { code } = await run("events trigger x --dedup-key k --max-wait 0", { home, profiles });
    expect(code).toBe(ExitCode.pending);
    const { stdout } = await run("spool list --json", { home });
    const [{ id }] = JSON.parse(stdout) as [{ id: string }];
    const shown = await run(`spool show ${id} --json`, { home });
    expect(shown.stdout).toContain('"dedupKey":"k"');
    expect(shown.stdout).not.toContain("fake89abcdef");
  });
});

describe("schedules of PagerDuty whose shift-based ones cannot be listed", () => {
  async function partly() {
    const { vendor, onduty } = await against({ apiKey });
    vendor.reply("GET /v3/schedules", 403, { error: { message: "Access Denied", code: 2010 } });
    vendor.reply("GET /schedules", 200, { schedules: [{ id: "PSCHCOR", name: "Core primary" }], more: false });
    const entry = {
      start: "2020-01-01T00:00:00Z",
      end: "2099-01-01T00:00:00Z",
      user: { id: "PUMINA1", summary: "Mina" },
    };
    const final_schedule = { rendered_schedule_entries: [entry] };
    vendor.reply("GET /schedules/PSCHCOR", 200, { schedule: { id: "PSCHCOR", name: "Core primary", final_schedule } });
    return onduty;
  }

  it.each(["schedules shifts --for 1d --exit-status", "schedules rota --for 1d"])(
    "are not all of `%s`",
    async (line) => {
      const { code, stdout, stderr } = await (await partly())(line);
      expect(code).toBe(ExitCode.partial);
      expect(stdout).toContain("Mina");
      expect(stderr).toContain("shift-based schedules could not be listed, and may be missing (403)");
    },
  );

  it("are named where one is unknown that may be one of them, and not where it is found", async () => {
    const onduty = await partly();
    const { code, stderr } = await onduty('schedules shifts "Flexible nights" --for 1d');
    expect(code).toBe(ExitCode.notFound);
    expect(stderr).toContain(
      'unknown schedule "Flexible nights": shift-based schedules could not be listed, and may be missing (403)',
    );
    expect(await onduty("schedules shifts core --for 1d --exit-status")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("the note of an event for PagerDuty, which has no field for it", () => {
  const lost = "the note was left out: no incident is found under this key";

  async function withIncidents(incidents: object[]) {
    const { vendor, onduty } = await against({ apiKey, integrationKey });
    vendor.reply("POST /v2/enqueue", 202, { status: "success" });
    vendor.reply("GET /maintenance_windows", 200, { maintenance_windows: [], more: false });
    vendor.reply("GET /incidents", 200, { incidents, more: false });
    vendor.reply("POST /incidents/Q1/notes", 200, { note: { id: "PN1" } });
    const notes = () => vendor.requests.filter(({ path }) => path === "/incidents/Q1/notes").length;
    return { vendor, onduty, notes };
  }

  it("is reported as left out where no incident is found", async () => {
    const { onduty } = await withIncidents([]);
    expect(await onduty("events ack k --note x")).toMatchObject({ code: 0, stderr: `"k": ${lost}\n` });
    const { stderr } = await onduty("events ack k --note x --exit-status");
    expect(stderr.split(lost)).toHaveLength(2);
  });

  it("goes to the incident that was resolved a moment ago, and to none that was long before", async () => {
    const resolved = (ms: number) => ({
      ...{ id: "Q1", status: "resolved", created_at: "2020-01-01T00:00:00Z" },
      last_status_change_at: new Date(Date.now() - ms).toISOString(),
    });
    const soon = await withIncidents([resolved(5000)]);
    expect(await soon.onduty("events resolve k --note x")).toMatchObject({ code: 0, stderr: "" });
    expect(soon.notes()).toBe(1);
    const late = await withIncidents([resolved(86_400_000)]);
    expect((await late.onduty("events resolve k --note x")).stderr).toContain(lost);
    expect(late.notes()).toBe(0);
    await late.onduty("events ack k --note x");
    const asked = late.vendor.requests.findLast(({ path }) => path === "/incidents");
    expect(asked?.query["statuses[]"]).toBe("acknowledged");
  });
});

describe("incidents of PagerDuty that were resolved, without the note", () => {
  it.each([
    ["Q1", "error: Q1 was resolved, but the note may not have been added: "],
    ["Q1 Q2", "error: 2 of 2 incidents were resolved, but the note may not have been added: "],
  ])("are reported as resolved: %s", async (ids, message) => {
    const { vendor, onduty } = await against({ apiKey });
    const row = (id: string, status: string) => ({ id, status, title: "x", created_at: "2026-11-28T00:00:00Z" });
    for (const id of ["Q1", "Q2"]) {
      vendor.reply(`GET /incidents/${id}`, 200, { incident: row(id, "triggered") });
      vendor.reply(`POST /incidents/${id}/notes`, 500);
    }
    vendor.reply("PUT /incidents", 200, { incidents: [row("Q1", "resolved"), row("Q2", "resolved")] });
    const { code, stderr } = await onduty(`incidents resolve ${ids} --note x`);
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain(message);
  });
});
