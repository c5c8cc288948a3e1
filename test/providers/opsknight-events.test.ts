import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { start as startSandbox } from "../sandbox/support.ts";
import { type RunOptions, run } from "../support/harness.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor, type Seen } from "../support/vendor.ts";

const route = "POST /api/events";
const apiKey = { text: "ok_fake-opsknight-events-key-000000000000000" };

/** An answer of server 1.3.1 to an event. */
function answer(action: string, status = "OPEN"): [string, number, object] {
  const incident = { id: "inc_1", title: "Disk full", status, dedupKey: "k" };
  return [route, 202, { status: "success", result: { action, incident } }];
}

/** A command whose name is too long: it fails without a process. */
const cannotStart = "x".repeat(300);

const swallowed = answer("resolved", "RESOLVED");
const notFound = {
  error: "The requested item could not be found. It may have been deleted or you may not have access to it.",
};

function at(vendor: FakeVendor, more: object = { apiKey }): Pick<RunOptions, "profiles"> {
  return { profiles: { prod: { provider: "opsknight", baseUrl: vendor.url, service: "svc1", ...more } } };
}

const sent = (vendor: FakeVendor): Record<string, unknown>[] =>
  vendor.requests.filter(({ path }) => path === "/api/events").map(({ body }) => body as Record<string, unknown>);

const spoolIds = async (home: string): Promise<string[]> => {
  const { stdout } = await run("spool list --json --fields id", { home });
  return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
};

describe("a trigger that the server closes at once", () => {
  it("is sent again until it is open", async () => {
    const vendor = await fakeVendor();
    vendor
      .reply(...swallowed)
      .reply(...swallowed)
      .reply(...answer("triggered"));
    const { code, stdout, home } = await run('events trigger "Disk full" --dedup-key k --json', at(vendor));
    expect({ code, sent: sent(vendor).length }).toEqual({ code: ExitCode.ok, sent: 3 });
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "delivered", result: "triggered" });
    expect(await spoolIds(home)).toEqual([]);
  });

  it("stays in the spool with exit code 8 when it never opens, after ten tries", async () => {
    const vendor = await fakeVendor();
    vendor.reply(...swallowed);
    const { code, stdout, stderr, home } = await run('events trigger "Disk full" --dedup-key k --json', at(vendor));
    expect({ code, sent: sent(vendor).length }).toEqual({ code: ExitCode.pending, sent: 10 });
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "spooled", result: null });
    expect(stderr).toContain("nobody is notified");
    expect(await spoolIds(home)).toHaveLength(1);
    vendor.reply(...answer("triggered"));
    expect((await run("spool flush", { ...at(vendor), home })).code).toBe(ExitCode.ok);
    expect(await spoolIds(home)).toEqual([]);
  });

  it("is open in the end on the sandbox, however many resolves came before", async () => {
    const { urls, keys } = await startSandbox({ dialect: "1.3" });
    const profile = { provider: "opsknight", baseUrl: urls.opsknight, service: "svc_checkout" };
    const options = { profiles: { prod: { ...profile, apiKey: { text: keys.opsknight.all } } }, home: await tempDir() };
    for (let n = 0; n < 4; n += 1) await run("events resolve cron", options);
    const { code, stdout } = await run('events trigger "again" --dedup-key cron --json', options);
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject({ result: "triggered", incident: { status: "open" } });
    const open = await run("incidents list --query again --quiet --status open", options);
    expect(open.stdout.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    ["a run that fails", `run --dedup-key k -- ${cannotStart}`, 126],
    ["a failed deploy", "deploy v4 --status failed --change-key k", 0],
    ["a line of send", "events send", 0],
  ])("is sent again for %s", async (_, commandLine, exit) => {
    const vendor = await fakeVendor();
    vendor.reply(...swallowed).reply(...answer("deduplicated"));
    const stdin = commandLine === "events send" ? '{"summary":"s","dedupKey":"k"}\n' : "";
    const { code } = await run(commandLine, { ...at(vendor), stdin });
    expect(code).toBe(exit);
    const triggers = sent(vendor).filter((body) => body.event_action === "trigger");
    expect(triggers.map((body) => body.dedup_key)).toEqual(["k", "k"]);
  });

  it("is not the vendor being down: other keys of `send` go on", async () => {
    const vendor = await fakeVendor();
    vendor.handle(route, ({ body }: Seen, response) => {
      const [, status, good] = answer("triggered");
      const [, , bad] = swallowed;
      const key = String((body as { dedup_key: string }).dedup_key);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(key.startsWith("bad") ? bad : good));
    });
    const stdin = ["bad1", "bad2", "bad3", "bad4", "good"]
      .map((key) => `{"summary":"s","dedupKey":"${key}"}\n`)
      .join("");
    const { code, stdout } = await run("events send --concurrency 1 --json", { ...at(vendor), stdin });
    expect(code).toBe(ExitCode.pending);
    const rows = JSON.parse(stdout) as { dedupKey: string; delivery: string }[];
    expect(rows.map(({ dedupKey, delivery }) => `${dedupKey} ${delivery}`).sort()).toEqual([
      "bad1 spooled",
      "bad2 spooled",
      "bad3 spooled",
      "bad4 spooled",
      "good delivered",
    ]);
  });
});

describe("an event on an incident that notifies nobody", () => {
  it.each([
    ["events trigger x --dedup-key k", "deduplicated", "SNOOZED", "snoozed"],
    ["events trigger x --dedup-key k", "deduplicated", "SUPPRESSED", "suppressed"],
    ["events ack k", "acknowledged", "SUPPRESSED", "suppressed"],
    [`run --dedup-key k -- ${cannotStart}`, "deduplicated", "SNOOZED", "snoozed"],
    ["events send", "deduplicated", "SNOOZED", "snoozed"],
  ])("is reported with the way out: %.30s, %s on %s", async (commandLine, action, status, word) => {
    const vendor = await fakeVendor();
    vendor.reply(...answer(action, status));
    const stdin = '{"summary":"s","dedupKey":"k"}\n';
    const words = commandLine.replace(/( -- |$)/, " --quiet$1");
    const { stderr } = await run(words, { ...at(vendor), stdin });
    expect(stderr).toContain(word);
    expect(stderr).toContain("nobody is notified");
    expect(stderr).toContain("onduty incidents");
  });

  it("is reported for an event that waited in the spool, too", async () => {
    const vendor = await fakeVendor();
    vendor.reply(route, 503).reply(...answer("deduplicated", "SNOOZED"));
    const home = await tempDir();
    await run("events trigger x --dedup-key k --max-wait 0", { ...at(vendor), home });
    const { code, stderr } = await run("spool flush", { home });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("incident inc_1 is snoozed: nobody is notified");
  });

  it("is not one when an acknowledgment or a resolve ends the snooze", async () => {
    const vendor = await fakeVendor();
    vendor.reply(...answer("acknowledged", "ACKNOWLEDGED")).reply(...answer("resolved", "RESOLVED"));
    expect((await run("events ack k", at(vendor))).stderr).toBe("");
    expect((await run("events resolve k", at(vendor))).stderr).toBe("");
  });
});

describe("the service of an event", () => {
  const services = [
    { id: "csvcsearch00000000000001", name: "Search" },
    { id: "csvcsearch00000000000002", name: "Search index" },
    { id: "csvccheckout000000000001", name: "Checkout" },
  ];

  it.each([["Search"], ["search"], ["CHECK"]])("may be its name: %s", async (word) => {
    const vendor = await fakeVendor();
    vendor
      .reply(route, 404, notFound)
      .reply(...answer("triggered"))
      .reply("GET /api/services", 200, { services });
    const { code, home } = await run(`events trigger x --dedup-key k --service ${word}`, at(vendor));
    expect(code).toBe(ExitCode.ok);
    const id = word === "CHECK" ? "csvccheckout000000000001" : "csvcsearch00000000000001";
    expect(sent(vendor).map((body) => body.service_id)).toEqual([word, id]);
    expect(await spoolIds(home)).toEqual([]);
  });

  it("is looked up once for many events", async () => {
    const vendor = await fakeVendor();
    vendor
      .reply(route, 404, notFound)
      .reply(...answer("triggered"))
      .reply("GET /api/services", 200, { services });
    const stdin = ["a", "b", "c"].map((key) => `{"summary":"s","dedupKey":"${key}","service":"Checkout"}\n`).join("");
    const { code } = await run("events send --concurrency 1", { ...at(vendor), stdin });
    expect({ code, requests: vendor.requests.length }).toEqual({ code: ExitCode.ok, requests: 5 });
  });

  it("is named when the server does not have it, and the event stays pending", async () => {
    const vendor = await fakeVendor();
    vendor.reply(route, 404, notFound).reply("GET /api/services", 200, { services });
    const { code, stderr, stdout, home } = await run(
      "events trigger x --dedup-key k --service Billing --json",
      at(vendor),
    );
    expect(code).toBe(ExitCode.failure);
    expect(JSON.parse(stdout)).toMatchObject({ delivery: "spooled" });
    expect(stderr).toContain('no service \\"Billing\\" on this server');
    expect(stderr).toContain("onduty services list");
    expect(await spoolIds(home)).toHaveLength(1);
    expect((await run("spool list --dead --json", { home })).stdout).toBe("[]\n");
  });

  it("is named when it could be several", async () => {
    const vendor = await fakeVendor();
    vendor.reply(route, 404, notFound).reply("GET /api/services", 200, { services });
    const { code, stderr } = await run("events trigger x --dedup-key k --service Sea", at(vendor));
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain('"Sea" could be 2 services: Search (csvcsearch00000000000001), Search index');
  });

  it("is named when the key may not list services", async () => {
    const vendor = await fakeVendor();
    vendor
      .reply(route, 404, notFound)
      .reply("GET /api/services", 403, { error: "API key missing scope: services:read." });
    const { code, stderr, home } = await run("events trigger x --dedup-key k --service Search", at(vendor));
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain(
      '"Search" is not the ID of a service, and this key may not list services to find its name',
    );
    expect(stderr).not.toContain("no service");
    expect(stderr).toContain("hint: give the service by its ID");
    expect(await spoolIds(home)).toHaveLength(1);
  });

  it("may be a name in the sandbox too", async () => {
    const { urls, keys } = await startSandbox();
    const profile = { provider: "opsknight", baseUrl: urls.opsknight, apiKey: { text: keys.opsknight.all } };
    const trigger = (word: string) =>
      run(`events trigger x --dedup-key k-${word} --service ${word} --json`, { profiles: { prod: profile } });
    const named = await trigger("Search");
    expect(named.code).toBe(ExitCode.ok);
    expect(JSON.parse(named.stdout)).toMatchObject({ delivery: "delivered", result: "triggered" });
    const unknown = await trigger("Billing");
    expect(unknown.code).toBe(ExitCode.failure);
    expect(JSON.parse(unknown.stdout)).toMatchObject({ delivery: "spooled" });
    expect(unknown.stderr).toContain('no service \\"Billing\\" on this server');
  });

  it("is not looked up for a 400: the event is refused", async () => {
    const vendor = (await fakeVendor()).reply(route, 400, { error: "Bad event" });
    const { code, stdout } = await run(
      "events trigger x --dedup-key k --service csvcsearch00000000000001 --json",
      at(vendor),
    );
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: ExitCode.failure, delivery: "refused" });
    expect(sent(vendor)).toHaveLength(1);
  });

  it("may be one while the services cannot be listed: the event stays pending, and goes out by name later", async () => {
    const vendor = await fakeVendor();
    vendor.reply(route, 404, notFound).reply("GET /api/services", 500, {});
    const command = "events trigger x --dedup-key k --service Search --max-wait 0";
    const { code, stderr, home } = await run(command, at(vendor));
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain('the server does not take "Search" as a service, and GET /api/services: ');
    expect(stderr).not.toContain("no service");
    expect(await spoolIds(home)).toHaveLength(1);
    vendor
      .reply("GET /api/services", 200, { services })
      .reply(route, 404, notFound)
      .reply(...answer("triggered"));
    expect((await run("spool flush", { ...at(vendor), home })).code).toBe(ExitCode.ok);
    expect(sent(vendor).at(-1)).toMatchObject({ service_id: "csvcsearch00000000000001" });
    expect(await spoolIds(home)).toEqual([]);
  });

  it("is sent as service_id alone", async () => {
    const vendor = await fakeVendor();
    vendor.reply(...answer("triggered"));
    await run("events trigger x --dedup-key k", at(vendor));
    expect(sent(vendor)[0]).toMatchObject({ service_id: "svc1" });
    expect(sent(vendor)[0]).not.toHaveProperty("serviceId");
  });
});

describe("what the server drops of a payload", () => {
  const details = { component: "db", group: "eu", class: "disk", at: "2026-03-01T10:00:00.000Z", percent: "97" };

  it.each([
    [
      "the command line",
      "events trigger x --dedup-key k --component db --group eu --class disk --at 2026-03-01T10:00:00Z --detail percent=97",
      "",
    ],
    [
      "a line of send",
      "events send",
      '{"summary":"x","dedupKey":"k","component":"db","group":"eu","class":"disk","at":"2026-03-01T10:00:00Z","details":{"percent":"97"}}',
    ],
    [
      "PagerDuty's shape",
      "events send",
      '{"event_action":"trigger","dedup_key":"k","payload":{"summary":"x","source":"s","severity":"error","component":"db","group":"eu","class":"disk","timestamp":"2026-03-01T10:00:00Z","custom_details":{"percent":"97"}}}',
    ],
  ])("stands in the details, from %s", async (_, commandLine, stdin) => {
    const vendor = await fakeVendor();
    vendor.reply(...answer("triggered"));
    expect((await run(commandLine, { ...at(vendor), stdin })).code).toBe(ExitCode.ok);
    expect(sent(vendor)[0]).toMatchObject({ payload: { custom_details: details } });
  });

  it("never replaces a detail of the same name", async () => {
    const vendor = await fakeVendor();
    vendor.reply(...answer("triggered"));
    await run("events trigger x --dedup-key k --component db --detail component=mine", at(vendor));
    expect(sent(vendor)[0]).toMatchObject({ payload: { component: "db", custom_details: { component: "mine" } } });
  });
});

describe("an account that has not paid, or is locked", () => {
  it.each([[402], [423]])("%s keeps the event pending, with exit code 1", async (status) => {
    const vendor = await fakeVendor();
    vendor.reply(route, status, { error: "locked" });
    const { code, home } = await run("events trigger x --dedup-key k", at(vendor));
    expect(code).toBe(ExitCode.failure);
    expect(await spoolIds(home)).toHaveLength(1);
  });
});

describe("a 403", () => {
  it.each([
    ["Forbidden. Service access denied.", "the key's owner is not in the team of this service"],
    ["API key missing scope: events:write.", "API key lacks scope events:write"],
  ])("%s names what is missing, and the event stays pending", async (error, message) => {
    const vendor = await fakeVendor();
    vendor.reply(route, 403, { error });
    const { code, stderr, home } = await run("events trigger x --dedup-key k", at(vendor));
    expect(code).toBe(ExitCode.auth);
    expect(stderr).toContain(message);
    expect(await spoolIds(home)).toHaveLength(1);
  });
});
