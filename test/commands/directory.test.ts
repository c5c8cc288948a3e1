import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type RunOptions, runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { recordedIncidents, recordedKey, replayServer } from "../support/replay.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

/** Runs against the sandbox, its OpsKnight by default. */
async function setUp() {
  const { home } = await sandbox();
  return (line: string, more: RunOptions & { vendor?: string } = {}) =>
    run(`${line} -p sandbox-${more.vendor ?? "opsknight"}`, { home, ...more });
}

describe("services, schedules, users and teams", () => {
  it("are a table at a terminal, and lines of a pipe", async () => {
    const command = await setUp();
    expect((await command("users list --no-color", { tty: true })).stdout).toBe(
      "ID         NAME          EMAIL               ROLE       TIME ZONE\n" +
        "usr_ada    Ada Lovelace  ada@sandbox.test    responder  Europe/London\n" +
        "usr_grace  Grace Hopper  grace@sandbox.test  responder  America/New_York\n" +
        "usr_kei    藤井 慧       kei@sandbox.test    responder  Asia/Tokyo\n",
    );
    expect((await command("teams list")).stdout).toBe(
      "team_platform\tPlatform\tWhat the others stand on\nteam_shop\tShop\tWhat customers see\n",
    );
    expect((await command("schedules list -q")).stdout).toBe("sch_primary\nsch_secondary\nsch_weekend\n");
  });

  it("have the same JSON on every vendor", async () => {
    const command = await setUp();
    const service = async (vendor: string) =>
      JSON.parse((await command("services show checkout --json", { vendor })).stdout) as object;
    expect(await service("opsknight")).toEqual({
      id: "svc_checkout",
      name: "Checkout",
      description: "Takes payments",
      status: "operational",
      team: { id: "team_shop", name: "Shop" },
      provider: "opsknight",
      profile: "sandbox-opsknight",
    });
    expect(Object.keys(await service("flashduty"))).toEqual(Object.keys(await service("opsknight")));
  });

  it("are found by part of the name or the id, people by their e-mail address as well", async () => {
    const command = await setUp();
    expect((await command("users list --query SANDBOX.test -q")).stdout).toBe("usr_ada\nusr_grace\nusr_kei\n");
    expect((await command("users list --query usr_k -q")).stdout).toBe("usr_kei\n");
    expect(await command("services list --query nothing")).toMatchObject({ stdout: "", stderr: "No services.\n" });
  });

  it("are counted, and report when there are more than is shown", async () => {
    const vendor = await fakeVendor();
    vendor.handle("POST /member/list", ({ body }, response) => {
      const { p, limit } = body as { p: number; limit: number };
      const ids = Array.from({ length: Math.min(limit, 250 - (p - 1) * limit) }, (_, at) => (p - 1) * limit + at);
      const items = ids.map((id) => ({ member_id: 1_000_000 + id, member_name: `Person ${id}` }));
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ data: { p, limit, total: 250, items } }));
    });
    const list = (more: string) => run(`users list ${more} -p flashduty`, { profiles: profilesAt(vendor.url) });
    const some = await list("-o tsv");
    expect(some.stdout.split("\n")).toHaveLength(101);
    expect(some).toMatchObject({ code: 0, stderr: "showing 100 of 250; --all for every one\n" });
    const all = await list("--all -o csv --fields id");
    expect(all.stdout.split("\r\n")).toHaveLength(252);
    expect(all).toMatchObject({ code: 0, stderr: "" });
    expect(await list("--all --limit 3")).toMatchObject({ code: ExitCode.usage, stdout: "" });
  });

  it("report that Flashduty gives the first 10,000 of them alone", async () => {
    const vendor = await fakeVendor();
    vendor.handle("POST /team/list", ({ body }, response) => {
      const { p, limit } = body as { p: number; limit: number };
      const items = Array.from({ length: limit }, (_, at) => ({ team_id: p * limit + at, team_name: "Team" }));
      response.writeHead(p * limit > 10_000 ? 400 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify({ data: { p, limit, total: 10_050, items } }));
    });
    const { code, stdout, stderr } = await run("teams list --all -q -p flashduty", {
      profiles: profilesAt(vendor.url),
    });
    expect(code).toBe(ExitCode.partial);
    expect(stdout.split("\n")).toHaveLength(10_001);
    expect(stderr).toBe("warning: this list is not complete: flashduty gives only the first 10000 of a list\n");
  });

  it("are asked of OpsKnight 1.3.1, which cannot page, with the longest page it has", async () => {
    const vendor = await fakeVendor();
    let length = 150;
    vendor.handle("GET /api/services", ({ query }, response) => {
      const rows = Array.from({ length }, (_, at) => ({ id: `svc_${at}`, name: `Service ${at}` }));
      const services = rows.slice(0, Math.min(200, Number(query.limit)));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ services }));
    });
    const profiles = profilesAt(vendor.url);
    const all = await run("services list --all -q", { profiles });
    expect(all.stdout.split("\n")).toHaveLength(151);
    expect(all).toMatchObject({ code: 0, stderr: "" });
    length = 230;
    const cut = await run("services list --all -q", { profiles });
    expect(cut.stdout.split("\n")).toHaveLength(201);
    expect(cut.code).toBe(ExitCode.partial);
    expect(cut.stderr).toContain("this OpsKnight server gives only 200 services and cannot page");
  });

  it("are read as 1.3.1 was recorded to give them", async () => {
    const server = await replayServer();
    const profiles = { prod: { provider: "opsknight", baseUrl: server.url, apiKey: { text: recordedKey } } };
    const { stdout } = await run("services list --json --fields name,status,team.id", { profiles });
    expect(JSON.parse(stdout)).toContainEqual({
      name: "Checkout API",
      status: "operational",
      "team.id": "cteampayments000000000000",
    });
    expect((await run("schedules show follow --json", { profiles })).stdout).toContain('"timeZone":"Asia/Kolkata"');
    expect(await run("users show ada", { profiles })).toMatchObject({
      code: ExitCode.failure,
      stdout: "",
      stderr: expect.stringContaining("this OpsKnight server does not publish users"),
    });
  });
});

describe("a name among more than the vendor lists", () => {
  /** OpsKnight 1.3.1 has one page of 200. */
  async function manyServices() {
    const services = Array.from({ length: 200 }, (_, index) => ({
      id: `svc_${index}`,
      name: `Service ${index} of many`,
    }));
    const vendor = (await fakeVendor())
      .reply("GET /api/services", 200, { services })
      .reply("GET /api/incidents", 200, { incidents: [] });
    return (line: string) => run(`${line} -p opsknight`, { profiles: profilesAt(vendor.url) });
  }

  it("is taken when it is complete, and never by its beginning, which may be that of another too", async () => {
    const command = await manyServices();
    expect((await command('incidents list --service "service 7 of many" --json')).code).toBe(0);
    expect(await command('incidents list --service "service 7 of"')).toMatchObject({
      code: ExitCode.notFound,
      stdout: "",
      stderr: expect.stringMatching(
        /may begin other names as well: .*200 services.*\nhint: give its id, such as svc_7 /,
      ),
    });
    expect(await command("incidents list --service elsewhere")).toMatchObject({
      code: ExitCode.notFound,
      stderr: expect.stringContaining("not among those that could be listed"),
    });
  });

  it("may be an id that is not listed", async () => {
    const command = await manyServices();
    expect((await command("incidents list --service svc_999 --json")).stdout).toBe("[]\n");
  });
});

describe("a name in another Unicode composition", () => {
  const composed = "Bereitschaft Zürich".normalize("NFC");
  const typed = "bereitschaft zürich".normalize("NFD");

  it.each([
    ["a service", "services", ["services", "show", typed, "--fields", "id"]],
    ["a schedule", "schedules", ["schedules", "show", typed, "--fields", "id"]],
    ["a schedule that somebody is on call on", "schedules", ["oncall", typed, "-q"]],
    ["the beginning of its name", "schedules", ["oncall", typed.slice(0, -2), "-q"]],
    ["any part of its name", "schedules", ["schedules", "list", "--query", "u\u0308r", "-q"]],
  ])("finds %s", async (_, route, line) => {
    const vendor = (await fakeVendor())
      .reply(`GET /api/${route}`, 200, {
        data: [
          { id: "one_1", name: composed },
          { id: "one_2", name: "Zermatt" },
        ],
      })
      .reply("GET /api/schedules/one_1/on-call", 200, { data: { on_call: [], next: [] } });
    const found = await run([...line, "-p", "opsknight"], { profiles: profilesAt(vendor.url) });
    expect(found.stdout).toMatch(/^(id\t)?one_1\n$/);
  });
});

describe("the shifts of a schedule", () => {
  const now = new Date("2026-03-04T10:00:00Z");

  it("are listed without holes on Flashduty, and who is nobody stands out", async () => {
    const command = await setUp();
    const shown = await command("schedules show weekend --for 2d --json", { vendor: "flashduty" });
    const rows = JSON.parse(shown.stdout) as { from: string; until: string; gap: boolean; users: { name: string }[] }[];
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.map(({ gap, users }) => (gap ? "nobody" : users[0]?.name)).slice(0, 3)).toEqual([
      "nobody",
      "藤井 慧",
      "nobody",
    ]);
    for (const [index, { from }] of rows.entries()) if (index > 0) expect(from).toBe(rows[index - 1]?.until);

    const table = await command("schedules show primary --shifts --for 1d --tz utc --no-color", {
      vendor: "flashduty",
      tty: true,
      now,
    });
    expect(table.stdout).toMatch(/^FROM +UNTIL +ON CALL\n/);
    // The rotation of the sandbox begins with it, whenever that is.
    expect(table.stdout).toMatch(/\n\w+ 2026-03-0[34] \d\d:00.+\w+ 2026-03-0[45] \d\d:00.+(Ada Lovelace|Grace Hopper)/);
  });

  it.each(["--shifts", "--since 2026-03-04", "--for 2d", "--shifts --since 2026-03-04 --for 2d"])(
    "have the fields of shifts, asked for by %s",
    async (options) => {
      const command = await setUp();
      const line = `schedules show weekend ${options} --fields gap`;
      const shown = await command(line, { vendor: "flashduty", now });
      expect(shown.stdout).toContain("true\n");
      const refused = await command(line.replace("gap", "timeZone"), { vendor: "flashduty", now });
      expect(refused).toMatchObject({ code: ExitCode.usage, stdout: "" });
    },
  );

  it.each([
    ["opsknight", "schedules show primary --shifts", 2, "opsknight has no shifts to show"],
    ["flashduty", "schedules show primary --for 45d", 2, "less than 45 days"],
    ["flashduty", "schedules show primary --for 0", 2, "above 0"],
    ["flashduty", "schedules show primary --shifts --since 2026-02-30", 2, "does not exist in the calendar"],
    ["flashduty", "schedules show nothing --shifts", 5, 'unknown schedule "nothing"'],
  ])("are refused on %s to `%s`", async (vendor, line, code, message) => {
    const command = await setUp();
    expect(await command(line, { vendor })).toMatchObject({
      code,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });
});

describe("`me`", () => {
  it.each(["usr_kei", "KEI@sandbox.test", "藤井 慧", "藤井"])("is found when the profile reports %s", async (user) => {
    const command = await setUp();
    const env = { ONDUTY_USER: user };
    expect((await command("incidents list --assignee me -q", { env })).stdout).toBe("inc_000009\n");
    expect((await command("users show me --fields id", { env })).stdout).toBe("id\tusr_kei\n");
    const whoami = await command("whoami --jq .user", { env });
    expect(JSON.parse(whoami.stdout)).toEqual({ id: "usr_kei", name: "藤井 慧", email: "kei@sandbox.test" });
  });

  it("is on call under every name the profile may give", async () => {
    const command = await setUp();
    for (const user of ["usr_ada", "ada@sandbox.test", "Ada Lovelace", "ada"])
      expect((await command("oncall --user me --exit-status", { env: { ONDUTY_USER: user } })).code).toBe(0);
    for (const user of ["usr_kei", "kei@sandbox.test", "藤井"]) {
      const no = await command("oncall primary --user me --exit-status", { env: { ONDUTY_USER: user } });
      expect(no).toMatchObject({ code: 9, stdout: "", stderr: "You are not on call on Primary.\n" });
    }
    for (const user of ["nobody", "nobody@sandbox.test", "999999999999999"])
      expect((await command("oncall --user me --exit-status", { env: { ONDUTY_USER: user } })).code).toBe(2);
  });
});

describe("an id", () => {
  it("goes for itself with a key that may not look, and a name does not", async () => {
    const vendor = await fakeVendor();
    const refused = { error: { code: "FORBIDDEN", message: "Requires scope: services:read" } };
    for (const name of ["services", "teams", "users"]) vendor.reply(`GET /api/${name}`, 403, refused);
    vendor.reply("GET /api/incidents", 200, {
      data: [],
      pagination: { total: 0, limit: 50, offset: 0, has_more: false },
    });
    const list = (words: string) => run(`incidents list ${words} --json`, { profiles: profilesAt(vendor.url) });
    // Ids that could not be checked may be mistyped: an empty list is no all-clear.
    expect(await list("--service svc_1 --team team_1 --assignee usr_1")).toMatchObject({
      code: ExitCode.partial,
      stdout: "[]\n",
      stderr: expect.stringContaining('"svc_1" could not be checked'),
    });
    expect(vendor.requests.at(-1)?.query).toMatchObject({
      service_id: "svc_1",
      team_id: "team_1",
      assignee_id: "usr_1",
    });
    for (const words of ["--service checkout", "--team shop", "--assignee ada"])
      expect(await list(words)).toMatchObject({ code: ExitCode.auth, stdout: "" });
  });

  it("of a person whom neither the list of people nor an incident shows is refused", async () => {
    const row = { id: "inc_1", title: "Disk full", status: "RESOLVED", urgency: "HIGH", assignee: { id: "usr_1" } };
    const vendor = (await fakeVendor())
      .reply("GET /api/users", 403, { error: { code: "FORBIDDEN", message: "Requires scope: users:read" } })
      .reply("GET /api/incidents", 200, { data: [row], pagination: { total: 1, has_more: false } });
    const list = (words: string) => run(`incidents list ${words}`, { profiles: profilesAt(vendor.url) });
    expect(await list("--assignee usr_1 --exit-status")).toMatchObject({ code: 0 });
    expect(await list("--assignee usr_2 --exit-status")).toMatchObject({
      code: ExitCode.usage,
      stdout: "",
      stderr: expect.stringContaining('this key may not list users, and nobody with the id "usr_2" was seen on it'),
    });
  });
});

describe("people and teams that OpsKnight 1.3.1 does not publish", () => {
  const named = recordedIncidents.flatMap(({ id, assignee }) => {
    const person = assignee as { id: string; name: string; email: string } | null | undefined;
    return person ? [{ incident: id, person }] : [];
  });

  async function replay(line: string[]) {
    const server = await replayServer();
    const profiles = { prod: { provider: "opsknight", baseUrl: server.url, apiKey: { text: recordedKey } } };
    return run(["incidents", "list", "--status", "all", ...line], { profiles });
  }

  it("are known by the incidents they have", async () => {
    const { person } = named[0] ?? { person: { id: "", name: "", email: "" } };
    const byId = await replay(["--assignee", person.id, "-q"]);
    expect(byId.stdout.split("\n").length).toBeGreaterThan(1);
    for (const word of [person.name.toLowerCase(), person.email.toUpperCase()])
      expect((await replay(["--assignee", word, "-q"])).stdout).toBe(byId.stdout);
  });

  it.each([
    ["--assignee", "nobody", "nobody called"],
    ["--team", "payments", "must be the id of one"],
  ])("and %s %s is no empty list, which would look like an all-clear", async (option, word, message) => {
    const { code, stdout, stderr } = await replay([option, word]);
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
  });

  it.each([
    ["nobody@example.test", 'nobody with the address "nobody@example.test" was seen on it'],
    ["cusernowhere0000000000000", 'nobody with the id "cusernowhere0000000000000" was seen on it'],
  ])(
    "and %s, by which nobody is known, is refused: an empty list would look like an all-clear",
    async (who, reason) => {
      const { code, stdout, stderr } = await replay(["--assignee", who, "--exit-status"]);
      expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
      expect(stderr).toContain(reason);
    },
  );

  it("and the id of a team that no service has is refused", async () => {
    const { code, stdout, stderr } = await replay(["--team", "cteamnowhere0000000000000", "--json"]);
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain("this server shows teams only by their services");
  });
});
