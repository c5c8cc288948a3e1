import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { ask } from "../sandbox/support.ts";
import { type RunOptions, runAndRead as run, start } from "../support/harness.ts";
import { type ShippingServer, shippingServer, type WireRow, wireRow } from "../support/shipping-server.ts";

/* OpsKnight's server of August 2026: what it does not report, and what it limits. */

const now = new Date("2026-11-28T13:00:00Z");
const uma = { id: "cuseruma0000000000000000", name: "Uma User", email: "uma@example.test" };
const acknowledged = { status: "ACKNOWLEDGED", acknowledgedAt: "2026-11-28T12:58:00.000Z", assignee: uma };
const idOf = (at: number): string => wireRow(at).id;

async function onduty({ profiles }: ShippingServer, line: string | string[], options: RunOptions = {}) {
  const result = await run(line, { profiles, now, ...options });
  return {
    ...result,
    json: result.stdout.startsWith("[") || result.stdout.startsWith("{") ? JSON.parse(result.stdout) : undefined,
  };
}

/** Lets waits of these lengths pass at once, by a clock that is set ahead. */
function passWaits(clock: { ms: number }, lengths: readonly number[]): void {
  const { setTimeout: real } = globalThis;
  const until = new Map<number, number>();
  const set = (wake: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
    if (ms === undefined || !lengths.includes(ms)) return real(wake, ms, ...args);
    const end = until.get(ms) ?? clock.ms + ms;
    until.set(ms, end);
    return real(() => {
      clock.ms = Math.max(clock.ms, end);
      wake(...args);
    }, 0);
  };
  vi.stubGlobal("setTimeout", Object.assign(set, real));
  onTestFinished(() => void vi.unstubAllGlobals());
}

const many = (count: number, more: (at: number) => Partial<WireRow> = () => ({})): WireRow[] =>
  Array.from({ length: count }, (_, at) => wireRow(at, more(at)));

describe("who acknowledged", () => {
  it("is not known: the assignee is named as that, and as nothing else", async () => {
    const server = await shippingServer([wireRow(0, acknowledged)]);
    const { json, stderr, code } = await onduty(server, `incidents ack ${idOf(0)} --json`);
    expect({ code, json }).toMatchObject({ code: 0, json: [{ outcome: "already", by: null }] });
    expect(stderr).toBe(`${idOf(0)} was acknowledged already: 2 minutes ago; assigned to Uma User\n`);
  });

  it.each([["ack"], ["resolve"], ["snooze"], ["suppress"]])("is nobody in the receipt of `%s`", async (verb) => {
    const server = await shippingServer([wireRow(0, { assignee: uma })]);
    const { json } = await onduty(server, `incidents ${verb} ${idOf(0)} --json`);
    expect(json).toEqual([expect.objectContaining({ id: idOf(0), by: null, error: null })]);
    expect(Object.keys(json[0])).toEqual(["id", "outcome", "status", "by", "at", "error"]);
  });

  it("is not who has the incident: an assignment has a name, and no time of another change", async () => {
    const server = await shippingServer([wireRow(0, { ...acknowledged, assignee: uma })]);
    const { json } = await onduty(server, `incidents assign ${idOf(0)} --to ${uma.id} --json`);
    expect(json).toMatchObject([{ outcome: "already", status: "acknowledged", by: "Uma User", at: null }]);
  });

  it("is nobody in the timeline, which reports that it is not all, and where the rest is", async () => {
    const server = await shippingServer([wireRow(0, acknowledged)]);
    const { json, stderr } = await onduty(server, `incidents timeline ${idOf(0)} --json`);
    expect(json).toMatchObject([
      { type: "created", by: null },
      { type: "acknowledged", by: null },
    ]);
    expect(stderr).toBe(
      `OpsKnight does not publish the timeline; these are the incident's own times, the rest is at ${server.url}/incidents/${idOf(0)}\n`,
    );
  });
});

describe("a snooze, which has no end", () => {
  it("reports that it does not end by itself, and how to end it", async () => {
    const server = await shippingServer([wireRow(0)]);
    const { code, stderr } = await onduty(server, `incidents snooze ${idOf(0)} --quiet`);
    expect(code).toBe(0);
    expect(stderr).toBe(`OpsKnight does not wake it by itself: onduty incidents reopen ${idOf(0)}\n`);
  });

  it("is asked about at a terminal, and not with --yes", async () => {
    const server = await shippingServer([wireRow(0), wireRow(1)]);
    const declined = await onduty(server, `incidents snooze ${idOf(0)}`, { tty: true, answers: ["n"] });
    expect(declined.code).toBe(ExitCode.usage);
    expect(declined.stderr).toContain(`OpsKnight does not wake it by itself. Snooze ${idOf(0)}?`);
    expect(server.routes()).toEqual([]);
    expect((await onduty(server, `incidents snooze ${idOf(0)} --yes`, { tty: true })).code).toBe(0);
    const picked = await onduty(server, "incidents snooze", { tty: true, answers: ["1"] });
    expect(picked.stderr).toMatch(/OpsKnight does not wake .*\n.*Snooze which/);
    expect(server.rows.map(({ status }) => status)).toEqual(["SNOOZED", "SNOOZED"]);
  });

  it.each([
    ["unack", "ACKNOWLEDGED"],
    ["reopen", "SNOOZED"],
  ])("and `%s` report that somebody is paged", async (verb, status) => {
    const server = await shippingServer([wireRow(0, { status })]);
    const { code, stderr } = await onduty(server, `incidents ${verb} ${idOf(0)}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "OpsKnight pages whoever is on call again, at once\n" });
  });
});

describe("an incident", () => {
  it("shows until when and why it is snoozed, where people meet, and its page", async () => {
    const more = {
      snoozedUntil: "2026-11-28T15:00:00.000Z",
      snoozeReason: "deploy",
      warRoomUrl: "https://meet.test/1",
    };
    const server = await shippingServer([wireRow(0, { status: "SNOOZED", ...more })]);
    const { json } = await onduty(server, `incidents show ${idOf(0)} --json`);
    expect(json).toMatchObject({ ...more, url: `${server.url}/incidents/${idOf(0)}` });
    const listed = await onduty(server, "incidents list --json");
    expect(listed.json).toMatchObject([{ snoozedUntil: more.snoozedUntil, url: json.url }]);
  });

  it("of an event has its title as it was sent, and is found by it", async () => {
    const title = "can&#x27;t reach &lt;db&gt; &amp;amp; cache";
    const server = await shippingServer([
      wireRow(0, { title, dedupKey: "k" }),
      wireRow(1, { title: "by hand: can&#x27;t", dedupKey: null }),
    ]);
    const found = await onduty(server, ["incidents", "list", "--query", "CAN'T reach <db> &amp;"]);
    expect(found.stdout).toContain("\tcan't reach <db> &amp; cache\t");
    expect((await onduty(server, ["incidents", "list", "--query", "by hand: can&#x27;t", "-q"])).stdout).toBe(
      `${idOf(1)}\n`,
    );
    // As the server stores it, too.
    const stored = await onduty(server, ["incidents", "list", "--query", "Can&#x27;t reach &lt;db", "-q"]);
    expect(stored.stdout).toBe(`${idOf(0)}\n`);
  });

  it("is found by a word however its accents are composed", async () => {
    const server = await shippingServer([wireRow(0, { title: "Stra\u00dfe: cafe\u0301 fails" })]);
    expect((await onduty(server, ["incidents", "list", "--query", "CAF\u00c9", "-q"])).stdout).toBe(`${idOf(0)}\n`);
  });

  it("that was created is read back once: who was paged is assigned", async () => {
    const server = await shippingServer([wireRow(0, { assignee: uma })]);
    server.reply("POST /api/incidents", 201, { incident: { ...wireRow(0), assignee: null } });
    server.reply("GET /api/services", 200, { services: [{ id: "svc_search", name: "Search" }] });
    const made = await onduty(server, 'incidents create "Incident 0" --json', {
      profiles: { prod: { ...server.profiles.prod, service: "svc_search" } },
    });
    expect(made.json).toMatchObject({ id: idOf(0), assignees: [uma] });
  });

  it("with a description that is too long is refused before anything is sent", async () => {
    const server = await shippingServer([]);
    const line = ["incidents", "create", "t", "--service", "search", "--description", "x".repeat(10_001)];
    const { code, stderr } = await onduty(server, line);
    expect({ code, sent: server.routes() }).toEqual({ code: ExitCode.usage, sent: [] });
    expect(stderr).toContain("the description has 10001 characters; opsknight takes 10000");
  });
});

describe("a filter by team", () => {
  const services = [
    { id: "svc_search", name: "Search", teamId: "cteamplatform0000000000" },
    { id: "svc_web", name: "Web", teamId: null },
  ];

  it("counts the team of the service", async () => {
    const rows = [
      wireRow(0),
      wireRow(1, { serviceId: "svc_web", service: { id: "svc_web", name: "Web" } }),
      wireRow(2, { serviceId: "svc_web", service: { id: "svc_web", name: "Web" }, teamId: "cteamplatform0000000000" }),
    ];
    const server = await shippingServer(rows, { services });
    const listed = await onduty(server, "incidents list --team cteamplatform0000000000 --exit-status -q");
    expect(listed).toMatchObject({ code: ExitCode.no, stdout: `${idOf(0)}\n${idOf(2)}\n` });
    const acked = await onduty(server, "incidents ack --team cteamplatform0000000000 --yes -q");
    expect(acked).toMatchObject({ code: 0, stdout: `${idOf(0)}\n${idOf(2)}\n` });
  });

  it("that the server knows nothing of is no empty list", async () => {
    const server = await shippingServer([wireRow(0)], { services });
    for (const line of ["list --exit-status", "ack --yes"]) {
      const { code, stdout, stderr } = await onduty(server, `incidents ${line} --team cteamother0000000000000`);
      expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
      expect(stderr).toContain("this server shows teams only by their services");
    }
  });
});

describe("a person", () => {
  it("who is mistyped as `me` is no all-clear", async () => {
    const server = await shippingServer([wireRow(0, { assignee: uma })]);
    for (const user of ["nobody@example.test", "cusernobody0000000000000"]) {
      const { code, stderr } = await onduty(server, "incidents list --assignee me --exit-status", {
        env: { ONDUTY_USER: user },
      });
      expect(code).toBe(ExitCode.usage);
      expect(stderr).toContain(`this server does not publish its users, and nobody with the`);
    }
    const mine = await onduty(server, "incidents list --assignee me -q", { env: { ONDUTY_USER: uma.id } });
    expect(mine).toMatchObject({ code: 0, stdout: `${idOf(0)}\n` });
  });

  it("is found by the only name that begins so, for filters and for assigning", async () => {
    const server = await shippingServer([wireRow(0, { assignee: uma }), wireRow(1)]);
    expect((await onduty(server, "incidents list --assignee uma -q")).stdout).toBe(`${idOf(0)}\n`);
    const { json } = await onduty(server, `incidents assign ${idOf(1)} --to uma --json`);
    expect(json).toMatchObject([{ outcome: "assigned" }]);
    expect(server.requests.at(-1)?.body).toEqual({ assignee_id: uma.id, assigneeId: uma.id });
  });

  it("who was seen once is remembered", async () => {
    const server = await shippingServer([wireRow(0, { assignee: uma }), wireRow(1)]);
    const { home } = await onduty(server, "incidents list");
    Object.assign(server.rows[0] ?? {}, { assignee: null });
    const { code } = await onduty(server, `incidents assign ${idOf(1)} --to UMA@example.test`, { home });
    expect(code).toBe(0);
    const unknown = await onduty(server, `incidents assign ${idOf(1)} --to rui`, { home });
    expect(unknown).toMatchObject({ code: ExitCode.usage });
    expect(unknown.stderr).toContain('nobody called "rui" was seen on it');
  });

  it("with an unknown id is asked about, and the request is not repeated", async () => {
    const server = await shippingServer([wireRow(0)]);
    server.handle(`PATCH /api/incidents/${idOf(1)}`, (_, response) => void response.writeHead(500).end());
    server.reply(`GET /api/incidents/${idOf(1)}`, 200, { incident: wireRow(1) });
    const { code, stderr } = await onduty(server, `incidents assign ${idOf(1)} --to cusernobody0000000000000`);
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain('is there a user with the id "cusernobody0000000000000"?');
    expect(server.routes().filter((route) => route.startsWith("PATCH"))).toHaveLength(1);
  });
});

describe("a schedule, whose shifts the server does not publish", () => {
  it.each([
    ["schedules show primary --shifts", ExitCode.usage, "/schedules/cschprimary"],
    ["oncall primary", ExitCode.failure, "/schedules/cschprimary"],
    ["oncall", ExitCode.failure, "/schedules"],
  ])("has its page in the hint of `%s`", async (line, exitCode, path) => {
    const server = await shippingServer([]);
    const schedules = ["Primary", "Secondary"].map((name) => ({ id: `csch${name.toLowerCase()}`, name }));
    server.reply("GET /api/schedules", 200, { schedules });
    for (const { id } of schedules)
      server.reply(`GET /api/schedules/${id}/on-call`, 404, "<html>404</html>", { "content-type": "text/html" });
    const { code, stderr } = await onduty(server, line);
    expect(code).toBe(exitCode);
    expect(stderr).toContain(`hint: see ${server.url}${path}\n`);
  });
});

describe("a path outside of the API", () => {
  it("ends at the login page, which is reported as that", async () => {
    const server = await shippingServer([]);
    server.reply("GET /incidents", 307, "", { location: "/login?callbackUrl=%2Fincidents" });
    server.reply("GET /login", 200, "<!DOCTYPE html><title>Log in</title>", { "content-type": "text/html" });
    for (const words of ["", "--json ", "--paginate "]) {
      const { code, stdout, stderr } = await onduty(server, `api ${words}GET /incidents`);
      expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
      expect(stderr).toContain("the server responded with its login page; API paths begin with /api");
      expect(stderr).toContain("onduty api GET /api/incidents");
    }
  });
});

describe("many incidents", () => {
  it("are read from the list, and acknowledged as fast as the limit allows", async () => {
    const server = await shippingServer(many(130), { perWindow: { get: 60, patch: 60, retryAfter: "0.02" } });
    const stdin = server.rows.map(({ id }) => `${id}\n`).join("");
    const { code, json } = await onduty(server, "incidents ack - --max-wait 3m --json", { stdin });
    expect({ code, outcomes: new Set(json.map(({ outcome }: { outcome: string }) => outcome)) }).toEqual({
      code: 0,
      outcomes: new Set(["acknowledged"]),
    });
    expect(server.routes().filter((route) => route.startsWith("GET"))).toEqual([
      "GET /api/incidents",
      "GET /api/incidents",
    ]);
    expect(server.rows.every(({ status }) => status === "ACKNOWLEDGED")).toBe(true);
  });

  it("of the sandbox, with the limits of the server, are all acknowledged within minutes", async () => {
    const clock = { ms: Date.parse("2026-11-28T13:00:20Z") };
    const sandbox = await startSandbox({ port: 0, dialect: "1.3", now: () => new Date(clock.ms) });
    onTestFinished(() => sandbox.close());
    await ask(`${sandbox.url}/_sandbox/seed`, { method: "POST", body: { incidents: 130 } });
    passWaits(clock, [40_000, 60_000]);
    const profiles = {
      prod: { provider: "opsknight", baseUrl: sandbox.urls.opsknight, apiKey: { text: sandbox.keys.opsknight.all } },
    };
    const listed = await run("incidents list --query synthetic --limit 200 -q", { profiles });
    const { code, stdout, stderr } = await run("incidents ack - --max-wait 3m", { profiles, stdin: listed.stdout });
    expect({ code, done: stdout.match(/\tacknowledged\t/g)?.length }).toEqual({ code: 0, done: 130 });
    expect(stderr.match(/^waiting \d+ s/gm)).toEqual(["waiting 40 s", "waiting 60 s"]);
    const again = await run("incidents ack - --max-wait 3m", { profiles, stdin: listed.stdout });
    expect(again).toMatchObject({ code: 0, stderr: "130 incidents were so already\n" });
  });

  it("of the sandbox that its list does not reach are read one by one, within the same minutes", async () => {
    const clock = { ms: Date.parse("2026-11-28T13:00:20Z") };
    const sandbox = await startSandbox({ port: 0, dialect: "1.3", now: () => new Date(clock.ms) });
    onTestFinished(() => sandbox.close());
    await ask(`${sandbox.url}/_sandbox/seed`, { method: "POST", body: { incidents: 330 } });
    passWaits(clock, [40_000, 60_000]);
    const profiles = {
      prod: { provider: "opsknight", baseUrl: sandbox.urls.opsknight, apiKey: { text: sandbox.keys.opsknight.all } },
    };
    // The oldest of them: every other number is that of another vendor.
    const ids = Array.from({ length: 130 }, (_, at) => `inc_${String(13 + 2 * at).padStart(6, "0")}`);
    const acked = await run("incidents ack - --max-wait 3m", { profiles, stdin: ids.join("\n") });
    expect({ code: acked.code, done: acked.stdout.match(/\tacknowledged\t/g)?.length }).toEqual({ code: 0, done: 130 });
    expect(new Set(acked.stderr.match(/^waiting \d+ s/gm))).toEqual(new Set(["waiting 40 s", "waiting 60 s"]));
  });

  it("that the limit leaves are named with the command that goes on", async () => {
    const server = await shippingServer(many(130), { perWindow: { patch: 60, retryAfter: "49" } });
    const stdin = server.rows.map(({ id }) => `${id}\n`).join("");
    const { code, json, stderr } = await onduty(server, "incidents ack - --json", { stdin });
    expect(code).toBe(ExitCode.partial);
    const left = (json as { outcome: string }[]).filter(({ outcome }) => outcome === "failed");
    expect(left.length).toBeGreaterThan(50);
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "").error).toMatchObject({
      kind: "partial",
      message: expect.stringContaining(`could not acknowledge ${left.length} of 130 incidents`),
      hint: "onduty incidents ack - --max-wait 3m, with the same ids; those that are done are skipped",
    });
  });

  it("are not read again when filters have just listed them", async () => {
    const server = await shippingServer(many(40));
    const { code, stdout } = await onduty(server, "incidents ack --query incident --yes -q");
    expect({ code, count: stdout.split("\n").length - 1 }).toEqual({ code: 0, count: 40 });
    expect(server.routes().filter((route) => route.startsWith("GET"))).toHaveLength(1);
  });

  it("report a wait for the limit once, however many requests wait", async () => {
    const server = await shippingServer(many(8), { perWindow: { patch: 0, retryAfter: "49" } });
    const words = server.rows.map(({ id }) => id).join(" ");
    const running = await start(`incidents ack ${words} --max-wait 3m`, { profiles: server.profiles });
    const patches = (): number => server.routes().filter((route) => route.startsWith("PATCH")).length;
    await expect.poll(patches, { interval: 2 }).toBe(8);
    await expect.poll(running.stderr, { interval: 2 }).toContain("waiting 49 s: ");
    running.interrupt();
    expect((await running.ended).stderr.match(/waiting 49 s: /g)).toHaveLength(1);
  });
});

describe("an action by ids", () => {
  it.each([
    [429, { error: "Rate limit exceeded." }],
    [403, { error: "API key missing scope: incidents:read." }],
    [500, undefined],
  ])("is sent although the read before it failed with %i, which is reported", async (status, body) => {
    const server = await shippingServer([wireRow(0)]);
    server.reply(`GET /api/incidents/${idOf(1)}`, status, body, { "retry-after": "60" });
    server.reply(`PATCH /api/incidents/${idOf(1)}`, 200, { incident: wireRow(1, { status: "ACKNOWLEDGED" }) });
    const { code, json, stderr } = await onduty(server, `incidents ack ${idOf(1)} --json --max-wait 0`);
    expect({ code, json }).toMatchObject({ code: 0, json: [{ outcome: "acknowledged", by: null }] });
    expect(stderr).toContain(`warning: ${idOf(1)}: its state before is unknown: GET /api/incidents/${idOf(1)}:`);
  });

  it("that reopened a resolved incident unseen reports it", async () => {
    const server = await shippingServer([wireRow(0)]);
    const resolvedAt = "2026-11-28T12:10:00.000Z";
    server.reply(`GET /api/incidents/${idOf(1)}`, 429, { error: "Rate limit exceeded." }, { "retry-after": "60" });
    server.reply(`PATCH /api/incidents/${idOf(1)}`, 200, {
      incident: wireRow(1, { status: "ACKNOWLEDGED", resolvedAt }),
    });
    const { stderr } = await onduty(server, `incidents ack ${idOf(1)}`);
    expect(stderr).toContain(`${idOf(1)}: it was resolved at ${resolvedAt}, and is acknowledged now`);
  });

  it("is sent for many although the list cannot be read", async () => {
    const server = await shippingServer(many(8), {
      list: { status: 403, body: { error: "API key missing scope: incidents:read." } },
    });
    const { code, stderr } = await onduty(server, `incidents ack ${server.rows.map(({ id }) => id).join(" ")}`);
    expect(code).toBe(0);
    expect(stderr.match(/its state before is unknown/g)).toHaveLength(1);
    expect(server.routes().filter((route) => route.startsWith("PATCH"))).toHaveLength(8);
  });
});

describe("an id", () => {
  it.each([429, 500])("of a service goes for itself when services cannot be read now (%i)", async (status) => {
    const server = await shippingServer([wireRow(0)]);
    server.handle("GET /api/services", (_, response) => void response.writeHead(status, { "retry-after": "60" }).end());
    server.reply("POST /api/incidents", 201, { incident: wireRow(0) });
    // The first of two answers to this route is that of the server above.
    await onduty(server, "services list");
    const { code } = await onduty(server, 'incidents create "Incident 0" --service svc_search --max-wait 0');
    expect(code).toBe(0);
    const listed = await onduty(server, "incidents list --service svc_other --exit-status --max-wait 0");
    expect(listed.code).toBe(ExitCode.partial);
    expect(listed.stderr).toContain('"svc_other" could not be checked');
    const named = await onduty(server, "incidents list --service search --max-wait 0");
    expect(named.code).not.toBe(0);
  });
});

describe("a server with more than 200 incidents", () => {
  it("reports how far back they reach, and is complete within that", async () => {
    const server = await shippingServer(
      many(250, () => ({ status: "RESOLVED" })),
      { date: now.toUTCString() },
    );
    const { code, stderr } = await onduty(server, "incidents list --exit-status");
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("looked back to 2026-11-28 08:41 UTC, and --since 2026-11-28T08:42Z is complete");
    expect(await onduty(server, "incidents list --exit-status --since 2026-11-28T08:42Z")).toMatchObject({ code: 0 });
  });

  it("is asked once for each list, as soon as it is known", async () => {
    const server = await shippingServer(many(150));
    const { home } = await onduty(server, "incidents list --limit 60 -q");
    expect(server.requests.map(({ query }) => query.limit)).toEqual(["61", "200"]);
    await onduty(server, "incidents list --limit 60 -q", { home });
    expect(server.requests.map(({ query }) => query.limit)).toEqual(["61", "200", "200"]);
  });

  it("has a notice on a valid key, and in help: the owner's role decides what it shows", async () => {
    const server = await shippingServer([wireRow(0)]);
    server.reply("GET /api/schedules", 200, { schedules: [] });
    const { code, json, stderr } = await onduty(server, "keys validate --json");
    expect({ code, json }).toMatchObject({ code: 0, json: [{ status: "valid" }] });
    expect(json[0].message).toContain("use the key of a RESPONDER");
    expect((await onduty(server, "keys validate")).stderr).toContain("prod: if the key's owner has the role USER");
    expect(stderr).toContain("RESPONDER");
    server.reply("HEAD /", 200);
    server.reply("HEAD /", 200);
    const doctor = await onduty(server, "doctor");
    expect(doctor.stdout).toMatch(/api key: valid, for [a-z: ]+; if the key's owner has the role USER, /);
    expect((await run("help profiles")).stdout).toContain("OpsKnight: Make it as a RESPONDER");
  });

  it("has a notice on an empty list: a key may see only a part", async () => {
    const server = await shippingServer([]);
    server.reply("GET /api/schedules", 200, { schedules: [] });
    expect((await onduty(server, "status")).stderr).toContain("prod: if the key's owner has the role USER");
    const { code, stderr } = await onduty(server, "incidents list --exit-status");
    expect(code).toBe(0);
    expect(stderr).toContain("use the key of a RESPONDER");
  });
});
