import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run, start } from "../support/harness.ts";
import { holdTime } from "../support/held-time.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

/* Answers with status 200 that do not say what was asked: none of them may look as if nothing were there. */

type Provider = "opsknight" | "flashduty" | "flotiq";

const routes: Record<string, Partial<Record<Provider, string>>> = {
  "incidents list": { opsknight: "GET /api/incidents", flashduty: "POST /incident/list" },
  "incidents list --exit-status": { opsknight: "GET /api/incidents", flashduty: "POST /incident/list" },
  "incidents list --status resolved": { opsknight: "GET /api/incidents", flashduty: "POST /incident/list" },
  "incidents watch --until-empty --max-wait 0": { opsknight: "GET /api/incidents", flashduty: "POST /incident/list" },
  oncall: { opsknight: "GET /api/schedules", flashduty: "POST /schedule/list" },
  "services list": { opsknight: "GET /api/services", flashduty: "POST /channel/list" },
  "changes list": { flashduty: "POST /change/list" },
  "schedules list": { opsknight: "GET /api/schedules", flashduty: "POST /schedule/list" },
  "content types": { flotiq: "GET /api/v1/internal/contenttype" },
  "content list runbook": { flotiq: "GET /api/v1/content/runbook" },
};

/** Nothing of a list, or one that cannot be read. */
const unreadable: Record<string, unknown> = {
  "an empty object": {},
  "an array": [],
  null: null,
  "a text": "ok",
  "data that is null": { data: null },
  "data of another kind": { data: {} },
  "a list of another kind": { data: "none" },
  "a list within that is none": { data: { items: {}, total: 0, has_next_page: false } },
};

/** Lists in each vendor's form that say more than they hold. */
const short: Record<Provider, Record<string, unknown>> = {
  opsknight: {
    "more behind no rows": { data: [], pagination: { total: 5, limit: 100, offset: 0, has_more: true } },
    "a count without rows": { data: [], pagination: { total: 5, limit: 100, offset: 0, has_more: false } },
    "a count alone": { data: [], pagination: { total: 5 } },
  },
  flashduty: {
    "more behind no rows": { data: { items: [], total: 5, has_next_page: true } },
    "a count without rows": { data: { items: null, total: 5, has_next_page: false } },
    "a count alone": { data: { total: 5 } },
  },
  flotiq: {
    "more pages behind no rows": { data: [], total_count: 5, total_pages: 1, current_page: 1, count: 0 },
  },
};

/** A row in the form of any list of a vendor. */
const rows: Record<Provider, Record<string, unknown>> = {
  opsknight: { id: "one", title: "Disk full", name: "One", status: "RESOLVED", created_at: "2026-10-08T10:00:00Z" },
  flashduty: {
    incident_id: "0123456789abcdef01234567",
    schedule_id: 1,
    channel_id: 1,
    change_id: "1",
    progress: "Closed",
  },
  flotiq: { id: "one", name: "one" },
};

/** Lists that end, and hold less than they count. */
const less: Record<Provider, unknown> = {
  opsknight: { data: [rows.opsknight], pagination: { total: 5, limit: 100, offset: 0, has_more: false } },
  flashduty: { data: { items: [rows.flashduty], total: 5, has_next_page: false } },
  flotiq: { data: [rows.flotiq], total_count: 5, total_pages: 1, current_page: 1 },
};

/** Lists of which a row cannot be read. */
const broken: Record<Provider, Record<string, unknown>> = {
  opsknight: {
    "rows that are none": { data: [1, null, "x"], pagination: { total: 3 } },
    "rows of 1.3.1 that are none": { incidents: [null], schedules: [null], services: [null] },
    "a row without an id": { data: [{ title: "Disk full", name: "x" }], pagination: { total: 1, has_more: false } },
  },
  flashduty: {
    "rows that are none": { data: { items: [1, null], total: 2, has_next_page: false } },
    "a row without an id": { data: { items: [{ title: "Disk full" }], total: 1, has_next_page: false } },
  },
  flotiq: { "rows that are none": { data: [1, null], total_count: 2, total_pages: 1, current_page: 1 } },
};

function cases(
  answers: (provider: Provider) => Record<string, unknown>,
): [string, string, Provider, string, unknown][] {
  return Object.entries(routes).flatMap(([command, of]) =>
    Object.entries(of).flatMap(([provider, route]) =>
      Object.entries(answers(provider as Provider)).map(([name, body]): [string, string, Provider, string, unknown] => [
        command,
        name,
        provider as Provider,
        route,
        body,
      ]),
    ),
  );
}

async function ask(command: string, provider: Provider, route: string, body: unknown) {
  const vendor = (await fakeVendor()).reply(route, 200, body);
  const setting = { profiles: profilesAt(vendor.url), env: { ONDUTY_PROFILE: provider } };
  if (!isWatch(command)) return run(command, setting);
  // A watch that has looked once waits, and goes on until something ends it.
  const interval = holdTime(10_000);
  const { ended, interrupt } = await start(command, setting);
  await Promise.race([ended, interval.waits()]);
  interrupt();
  return ended;
}

const isWatch = (command: string): boolean => command.includes("watch");

describe("an answer that is no list", () => {
  it.each(cases(() => unreadable))("fails `%s`: %s (%s)", async (command, _, provider, route, body) => {
    const { code, stdout, stderr } = await ask(command, provider, route, body);
    expect(stdout).toBe("");
    expect(stderr).toContain("the response");
    if (!isWatch(command)) expect(code).toBe(ExitCode.failure);
    else expect(code).not.toBe(ExitCode.ok);
  });
});

describe("a list with a row that cannot be read", () => {
  it.each(cases((provider) => broken[provider]))("fails `%s`: %s (%s)", async (command, _, provider, route, body) => {
    const { code, stdout } = await ask(command, provider, route, body);
    expect(stdout).toBe("");
    expect(code).not.toBe(ExitCode.ok);
  });
});

describe("a list that claims more than it holds", () => {
  it.each(cases((provider) => short[provider]))(
    "is not complete, `%s`: %s (%s)",
    async (command, _, provider, route, body) => {
      const { code, stdout, stderr } = await ask(command, provider, route, body);
      expect(stdout).toBe("");
      expect(stderr).not.toMatch(/^No /m);
      expect(stderr).toMatch(/gives none|not where they begin/);
      if (isWatch(command)) expect(code).not.toBe(ExitCode.ok);
      else expect(code).toBe(command === "oncall" ? ExitCode.failure : ExitCode.partial);
    },
  );
});

describe("a list that counts more than it gave in all", () => {
  it.each(cases((provider) => ({ "5, and 1": less[provider] })))(
    "is not complete, `%s`: %s (%s)",
    async (command, _, provider, route, body) => {
      const { code, stderr } = await ask(command.replace(/ (list|types)\b/, " $1 --all"), provider, route, body);
      expect(stderr).not.toMatch(/^No /m);
      expect(stderr).toContain("the server counts 5, but gives only 1");
      expect(code).not.toBe(ExitCode.ok);
    },
  );

  it("is not complete when a later page is empty", async () => {
    const page = Array.from({ length: 100 }, (_, index) => ({ ...rows.opsknight, id: `inc_${index}` }));
    const vendor = (await fakeVendor())
      .reply("GET /api/incidents", 200, { data: page, pagination: { total: 150, has_more: true } })
      .reply("GET /api/incidents", 200, { data: [], pagination: { total: 150, has_more: false } });
    const profiles = profilesAt(vendor.url);
    const { code, stdout, stderr } = await run("incidents list --status all --all -q", { profiles });
    expect({ code, lines: stdout.trimEnd().split("\n").length }).toEqual({ code: ExitCode.partial, lines: 100 });
    expect(stderr).toContain("the server counts 150, but gives only 100");
  });

  it.each([
    ["opsknight", "GET", "/api/incidents"],
    ["flashduty", "POST", "/incident/list"],
    ["flotiq", "GET", "/api/v1/content/runbook"],
  ] as const)("is not complete as raw pages of %s", async (provider, method, path) => {
    const vendor = (await fakeVendor()).reply(`${method} ${path}`, 200, less[provider]);
    const { code, stdout, stderr } = await run(["api", method, path, "--paginate", "--jq", "length"], {
      profiles: profilesAt(vendor.url),
      env: { ONDUTY_PROFILE: provider },
    });
    expect({ code, stdout: stdout.trim() }).toEqual({ code: ExitCode.partial, stdout: "1" });
    expect(stderr).toContain("the server counts 5, but gives only 1");
  });
});

describe("a server that answers every page with the same one", () => {
  const same = { data: [rows.opsknight], pagination: { has_more: true } };

  it.each(["services list --all", "schedules list --all", "oncall"])("is not asked for ever, `%s`", async (command) => {
    const vendor = (await fakeVendor()).reply("GET /api/services", 200, same).reply("GET /api/schedules", 200, same);
    const { code, stderr } = await run(command, { profiles: profilesAt(vendor.url) });
    expect(code).toBe(command === "oncall" ? ExitCode.failure : ExitCode.partial);
    expect(stderr).toContain("for every page");
    expect(vendor.requests.length).toBe(2);
  });

  it("is not asked for ever, a list of content", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/v1/content/runbook", 200, {
      data: [rows.flotiq],
      current_page: 1,
      total_pages: 3,
    });
    const { code, stderr } = await run("content list runbook --all", {
      profiles: profilesAt(vendor.url),
      current: "flotiq",
    });
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain("page 1 where page 2 was asked for");
    expect(vendor.requests.length).toBe(2);
  });

  /** Of 150 rows, the first ones again and again, until as many have come as are counted. */
  const endsByCount = {
    opsknight(many: number) {
      const data = Array.from({ length: many }, (_, at) => ({ ...rows.opsknight, id: `one_${at}` }));
      return { data, pagination: { total: 150, has_more: many === 100 } };
    },
    flashduty(many: number) {
      const hex = (at: number): string => `a${at}`.padStart(24, "0");
      const row = { ...rows.flashduty, start_time: Math.floor(Date.now() / 1000) - 3600 };
      const items = Array.from({ length: many }, (_, at) => ({ ...row, incident_id: hex(at) }));
      return { data: { items, total: 150, has_next_page: many === 100, search_after_ctx: `after ${many}` } };
    },
    pagerduty(many: number) {
      const listed = Array.from({ length: many }, (_, at) => ({ id: `P${at}`, created_at: "2026-10-08T10:00:00Z" }));
      return { incidents: listed, services: listed, more: many === 100, limit: 100 };
    },
  };

  it.each([
    ["opsknight", "incidents list", "GET /api/incidents"],
    ["opsknight", "services list", "GET /api/services"],
    ["flashduty", "incidents list --since 20d", "POST /incident/list"],
    ["pagerduty", "incidents list", "GET /incidents"],
    ["pagerduty", "services list", "GET /services"],
  ] as const)("is not complete when their number is the right one, %s, `%s`", async (provider, command, route) => {
    const vendor = (await fakeVendor())
      .reply(route, 200, endsByCount[provider](100))
      .reply(route, 200, endsByCount[provider](50));
    const { code, stdout, stderr } = await run(
      `${command}${route.endsWith("services") ? "" : " --status all"} --all -q`,
      {
        profiles: {
          ...profilesAt(vendor.url),
          pagerduty: { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeFakeFakeKey001" } },
        },
        current: provider,
      },
    );
    expect(stderr).toContain("this list is not complete");
    expect({ code, lines: stdout.trimEnd().split("\n").length }).toEqual({ code: ExitCode.partial, lines: 100 });
  });

  it.each([
    ["opsknight", "GET /api/incidents", "OPEN"],
    ["pagerduty", "GET /incidents", "triggered"],
  ] as const)(
    "is another than one whose rows move while they are read: %s is complete",
    async (provider, route, status) => {
      const rowAt = (at: number): object => ({ ...rows.opsknight, id: `P${at}`, status });
      const listed = Array.from({ length: 101 }, (_, at) => rowAt(at));
      const vendor = await fakeVendor();
      let pages = 0;
      vendor.handle(route, ({ query }, out) => {
        const [limit, offset] = [Number(query.limit), Number(query.offset)];
        pages += 1;
        // The last one resolves, and another opens.
        if (pages === 2) listed.splice(0, listed.length, rowAt(101), ...listed.slice(0, 100));
        const data = listed.slice(offset, offset + limit);
        const more = offset + data.length < listed.length;
        const body =
          provider === "opsknight"
            ? { data, pagination: { total: listed.length, has_more: more } }
            : { incidents: data, limit, offset, more };
        out.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
      const { code, stdout, stderr } = await run("incidents list --all -q", {
        profiles: {
          ...profilesAt(vendor.url),
          pagerduty: { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeFakeFakeKey001" } },
        },
        current: provider,
      });
      expect({ code, stderr, lines: stdout.trimEnd().split("\n").length }).toEqual({
        code: ExitCode.ok,
        stderr: "",
        lines: 100,
      });
      expect(pages).toBe(2);
    },
  );

  it("prints a row once that stands on a page twice, and reports what is missing", async () => {
    const data = [rows.opsknight, rows.opsknight];
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, {
      data,
      pagination: { total: 2, has_more: false },
    });
    const { code, stdout, stderr } = await run("incidents list --status all -q", { profiles: profilesAt(vendor.url) });
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: "one\n" });
    expect(stderr).toContain("the server counts 2, but gives only 1");
  });

  it("is not asked for ever, by hand", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, same);
    const { code, stdout, stderr } = await run("api /api/incidents --paginate", { profiles: profilesAt(vendor.url) });
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain("the same rows for every page");
    expect(vendor.requests.length).toBe(2);
  });
});

describe("an answer about another incident", () => {
  it.each(["show inc_1", "ack inc_1", "timeline inc_1", "open inc_1 --no-input"])(
    "is not taken for the one that was named: `incidents %s`",
    async (words) => {
      const other = { ...rows.opsknight, id: "inc_2", status: "OPEN" };
      const vendor = (await fakeVendor()).reply("GET /api/incidents/inc_1", 200, { data: other });
      const { code, stdout, stderr } = await run(`incidents ${words}`, { profiles: profilesAt(vendor.url) });
      expect({ code, asked: vendor.requests.length }).toEqual({ code: ExitCode.failure, asked: 1 });
      expect(stdout).not.toContain("inc_2\t");
      expect(stderr).toContain("the response is about incident inc_2, not inc_1");
    },
  );

  it("is that of the number by which it was named", async () => {
    const numbered = { ...rows.opsknight, id: "inc_2", number: 42 };
    const vendor = (await fakeVendor()).reply("GET /api/incidents/42", 200, { data: numbered });
    const { code, stdout } = await run("incidents show 42 --jq .id -r", { profiles: profilesAt(vendor.url) });
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: "inc_2\n" });
  });

  it("is not shown, of Flashduty", async () => {
    const vendor = (await fakeVendor()).reply("POST /incident/info", 200, { data: rows.flashduty });
    const { code, stdout, stderr } = await run("incidents show ffffffffffffffffffffffff", {
      profiles: profilesAt(vendor.url),
      current: "flashduty",
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain("the response is about incident 0123456789abcdef01234567");
  });
});

describe("an id with half of a character", () => {
  it("is one that is not found, from a vendor or from standard input", async () => {
    const half = { ...rows.opsknight, id: "half \ud800", status: "OPEN" };
    const vendor = (await fakeVendor())
      .reply("GET /api/incidents", 200, { data: [half], pagination: { total: 1, has_more: false } })
      .reply("GET /api/incidents/half%20%EF%BF%BD", 404, { error: { code: "NOT_FOUND", message: "No such incident" } });
    const onduty = (line: string, stdin?: string) =>
      run(line, { profiles: profilesAt(vendor.url), ...(stdin !== undefined && { stdin }) });
    expect(await onduty("incidents list --json --fields url")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("/incidents/half%20%EF%BF%BD"),
    });
    expect(await onduty("incidents ack -", '["half \\ud800"]')).toMatchObject({ code: ExitCode.notFound });
  });
});

describe("an incident without a time", () => {
  it("is not hidden by --since", async () => {
    const { created_at: _, ...timeless } = rows.opsknight;
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, {
      data: [{ ...timeless, status: "OPEN" }],
      pagination: { total: 1, has_more: false },
    });
    const { code, stdout } = await run("incidents list --since 2h -q --exit-status", {
      profiles: profilesAt(vendor.url),
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.no, stdout: "one\n" });
  });
});

describe("an empty object of Flashduty", () => {
  it("is no schedule without shifts", async () => {
    const vendor = (await fakeVendor())
      .reply("POST /schedule/list", 200, { data: { items: [{ schedule_id: 7, schedule_name: "Primary" }], total: 1 } })
      .reply("POST /schedule/info", 200, {});
    const profiles = profilesAt(vendor.url);
    const { code, stdout, stderr } = await run("schedules show Primary --shifts", {
      profiles,
      current: "flashduty",
    });
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain("no schedule in the response");
  });

  it("is no key under which nothing is open", async () => {
    const vendor = (await fakeVendor()).reply("POST /alert/list", 200, {});
    const profiles = profilesAt(vendor.url);
    const { code, stdout } = await run("events ack disk --max-wait 0 --json", { profiles, current: "flashduty" });
    expect({ code, delivery: (JSON.parse(stdout) as { delivery: string }).delivery }).toEqual({
      code: ExitCode.pending,
      delivery: "spooled",
    });
  });

  it("does not report that an incident is gone", async () => {
    const vendor = (await fakeVendor())
      .reply("POST /incident/list-by-ids", 200, {})
      .reply("POST /incident/ack", 200, {});
    const profiles = profilesAt(vendor.url);
    const { code, stdout } = await run("incidents ack 0123456789abcdef01234567", { profiles, current: "flashduty" });
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: expect.stringContaining("\tfailed\t") });
  });
});

const pushes = [
  ["opsknight", "POST /api/events", "trigger disk"],
  ["opsknight", "POST /api/events", "resolve disk"],
  ["flashduty", "POST /event/push/alert/standard", "trigger disk"],
  ["flashduty", "POST /event/push/change/standard", "change disk --status started"],
] as const;

describe("an event whose answer does not confirm that it was taken", () => {
  const answers: unknown[] = [undefined, {}, null, [], { error: "nope" }, { message: "maintenance" }];
  it.each(pushes.flatMap((push) => answers.map((body) => [...push, body] as const)))(
    "waits on disk: %s, %s, events %s, %j",
    async (current, route, words, body) => {
      const vendor = (await fakeVendor()).reply(route, 200, body);
      const profiles = profilesAt(vendor.url);
      const { code, home, stderr } = await run(`events ${words} --max-wait 0`, { profiles, current });
      expect({ code, stderr }).toMatchObject({
        code: ExitCode.pending,
        stderr: expect.stringContaining("saved to the spool"),
      });
      const direct = await run(`events ${words} --max-wait 0 --no-spool`, { home, profiles, current });
      expect(direct).toMatchObject({ code: ExitCode.failure, stdout: "" });
      const { stdout } = await run("spool list --json --fields attempts", { home });
      expect(JSON.parse(stdout)).toEqual([{ attempts: 1 }]);
    },
  );

  it.each([
    [202, undefined],
    [202, {}],
    [200, { status: "success", dedup_key: "disk" }],
    [201, { data: { action: "triggered" } }],
  ])("is another than the vendor's %i %j", async (status, body) => {
    const vendor = (await fakeVendor()).reply("POST /api/events", status, body);
    const { code } = await run("events trigger disk", { profiles: profilesAt(vendor.url), current: "opsknight" });
    expect(code).toBe(ExitCode.ok);
  });
});
