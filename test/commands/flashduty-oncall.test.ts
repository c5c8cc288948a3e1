import { describe, expect, it } from "vitest";
import { runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date(1_764_000_000_000);
const at = 1_764_000_000;
const hour = 3600;
type Row = Record<string, unknown>;
const shift = (start: number, end: number, group: Row): Row => ({ start: at + start, end: at + end, index: 0, group });
const people = (...ids: number[]): Row => ({ group_name: "A", members: [{ role_id: 0, person_ids: ids }] });
const schedule = (more: Row): Row => ({ schedule_id: 7, schedule_name: "Primary", ...more });
const [ada, grace] = [
  { person_id: 1, person_name: "Ada", email: "ada@example.com", status: "enabled" },
  { person_id: 2, person_name: "Grace", email: "grace@example.com", status: "enabled" },
];

async function setUp(rows: Row[], persons: [number, unknown] = [200, { data: { items: [ada, grace] } }]) {
  const vendor = await fakeVendor();
  vendor.reply("POST /schedule/list", 200, { data: { items: rows, total: rows.length } }, { date: now.toUTCString() });
  vendor.reply("POST /person/infos", ...persons);
  const command = (line: string) => run(`${line} -p flashduty --max-wait 0`, { profiles: profilesAt(vendor.url), now });
  return { vendor, command };
}

describe("names that cannot be read", () => {
  const [denied, busy, broken] = [
    { error: { code: "AccessDenied", message: "No permission" } },
    { error: { code: "RequestTooFrequently", message: "Slow down" } },
    { error: { code: "InternalError", message: "An internal error" } },
  ];

  it.each([
    [403, denied],
    [429, busy],
    [500, broken],
  ])("leave who is on call as ids (%i)", async (status, body) => {
    const { command } = await setUp([schedule({ cur_oncall: shift(-hour, hour, people(1)) })], [status, body]);
    const { code, stdout, stderr } = await command("oncall --json --fields users,until,gap");
    expect({ code, answer: JSON.parse(stdout) as unknown }).toEqual({
      code: 7,
      answer: [
        {
          users: [{ id: "1", name: null, email: null, role: null }],
          until: new Date((at + hour) * 1000).toISOString(),
          gap: false,
        },
      ],
    });
    expect(stderr).toContain("warning: the names of people are not known:");
  });

  it("leave the shifts of a schedule", async () => {
    const { vendor, command } = await setUp([schedule({})], [403, denied]);
    const final = { schedules: [shift(-hour, 8 * 24 * hour, people(1))] };
    vendor.reply("POST /schedule/info", 200, { data: schedule({ final_schedule: final }) });
    const { code, stdout, stderr } = await command("schedules show primary --shifts -o tsv --fields users.id");
    expect({ code, stderr }).toMatchObject({ code: 7, stderr: expect.stringContaining("not known") });
    expect(stdout.trim().split("\n")).toHaveLength(1);
  });

  it("leave the timeline of an incident", async () => {
    const { vendor, command } = await setUp([], [403, denied]);
    const items = [{ type: "i_ack", creator_id: 1, created_at: at * 1000, detail: {} }];
    vendor.reply("POST /incident/feed", 200, { data: { items, has_next_page: false } });
    const { code, stdout, stderr } = await command(
      "incidents timeline 66cc00000000000000000001 -o tsv --fields type,by",
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 7,
      stdout: "acknowledged\t1\n",
      stderr: expect.stringContaining("not known"),
    });
  });

  it("do not change the answer about one person", async () => {
    const { command } = await setUp([schedule({ cur_oncall: shift(-hour, hour, people(1)) })], [403, denied]);
    expect(await command("oncall --user 1 --exit-status")).toMatchObject({ code: 0 });
  });
});

describe("who is on call", () => {
  const users = (stdout: string): string[] =>
    (JSON.parse(stdout) as { users: { name: string }[] }[]).flatMap((row) => row.users.map(({ name }) => name));

  it("is the next person once the current shift is over", async () => {
    const final = { schedules: [shift(-hour, -60, people(1)), shift(-60, hour, people(2))] };
    const { command } = await setUp([schedule({ cur_oncall: shift(-hour, -60, people(1)), final_schedule: final })]);
    expect(users((await command("oncall --json")).stdout)).toEqual(["Grace"]);
  });

  it("is read by the vendor's clock when ours is ahead", async () => {
    const { vendor, command } = await setUp([]);
    const row = schedule({ cur_oncall: shift(-hour, -60, people(1)), final_schedule: { schedules: [] } });
    const date = new Date(now.getTime() - 120_000).toUTCString();
    vendor.reply("POST /schedule/list", 200, { data: { items: [], total: 0 } });
    vendor.handle("POST /schedule/list", (_, response) => {
      response.writeHead(200, { "content-type": "application/json", date });
      response.end(JSON.stringify({ data: { items: [row], total: 1 } }));
    });
    await command("oncall");
    await command("oncall");
    expect(users((await command("oncall --json")).stdout)).toEqual(["Ada"]);
  });

  it("is asked for again where our clock is days off, for the window was that of another time", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /person/infos", 200, { data: { items: [ada, grace] } });
    const week = 7 * 24 * hour;
    const date = new Date((at + week) * 1000).toUTCString();
    vendor.handle("POST /schedule/list", ({ body }, response) => {
      const { start } = body as { start: number };
      const own = shift(week - hour, week + hour, people(1));
      const schedules = start >= at + week - hour ? [own] : [];
      const row = schedule({ cur_oncall: null, final_schedule: { schedules } });
      response.setHeader("content-type", "application/json").setHeader("date", date);
      response.end(JSON.stringify({ data: { items: [row], total: 1 } }));
    });
    const { stdout } = await run("oncall --json --fields users.name,gap -p flashduty", {
      profiles: profilesAt(vendor.url),
      now,
    });
    expect(JSON.parse(stdout)).toEqual([{ "users.name": ["Ada"], gap: false }]);
  });

  it("is a shift without an end", async () => {
    const { command } = await setUp([schedule({ cur_oncall: { ...shift(-hour, 0, people(1)), end: 0 } })]);
    expect(users((await command("oncall --json")).stdout)).toEqual(["Ada"]);
  });

  it.each([[null], [[]], [[{ role_id: 0, person_ids: [] }]], [[{ role_id: 0, person_ids: null }]]])(
    "is a group by its name when it lists nobody (%j)",
    async (members) => {
      const { command } = await setUp([
        schedule({ cur_oncall: shift(-hour, hour, { group_name: "Team B", members }) }),
      ]);
      const { code, stdout, stderr } = await command("oncall --json --fields users,gap");
      expect({ code, stderr, answer: JSON.parse(stdout) as unknown }).toEqual({
        code: 0,
        stderr: "",
        answer: [{ users: [{ id: "Team B", name: "Team B", email: null, role: null }], gap: false }],
      });
    },
  );

  it.each(["schedule_layers", "layer_schedules"])("is read from %s when there is no final schedule", async (name) => {
    const layers = [
      { layer_name: "day", mode: 0, schedules: [shift(-hour, hour, people(1))] },
      { layer_name: "swap", mode: 1, schedules: [shift(-hour, hour, people(2))] },
    ];
    const { command } = await setUp([schedule({ final_schedule: null, [name]: layers })]);
    expect(users((await command("oncall --json")).stdout)).toEqual(["Grace"]);
  });

  it("is nobody when only a deleted person is left", async () => {
    const gone = { ...ada, person_name: "Owner, Gone", status: "deleted" };
    const row = schedule({ cur_oncall: shift(-hour, hour, people(1)) });
    const { command } = await setUp([row], [200, { data: { items: [gone] } }]);
    const { stdout, stderr } = await command("oncall --json --fields users.name,gap");
    expect(JSON.parse(stdout)).toMatchObject([{ gap: true }]);
    expect(stderr).toContain("warning: nobody is on call on Primary");
    expect((await command("oncall -o tsv")).stdout).toContain("NOBODY: Owner, Gone (deleted)");
  });

  it("is not a gap when somebody is left beside a deleted person", async () => {
    const row = schedule({ cur_oncall: shift(-hour, hour, people(1, 2)) });
    const { command } = await setUp([row], [200, { data: { items: [{ ...ada, status: "deleted" }, grace] } }]);
    const { stdout, stderr } = await command("oncall --json");
    expect(JSON.parse(stdout)).toMatchObject([{ gap: false }]);
    expect({ names: users(stdout), stderr }).toEqual({ names: ["Ada (deleted)", "Grace"], stderr: "" });
  });

  it("is the key owner by e-mail address where ids of people and of members differ", async () => {
    const { vendor, command } = await setUp([schedule({ cur_oncall: shift(-hour, hour, people(1)) })]);
    vendor.reply("POST /member/info", 200, { data: { member_id: 901, member_name: "Ada", email: "ada@example.com" } });
    expect(await command("oncall --user me --exit-status")).toMatchObject({ code: 0 });
  });

  it("is not found missing where the names of people cannot be read, by which the ids could be compared", async () => {
    const denied = { error: { code: "AccessDenied", message: "No permission" } };
    const { vendor, command } = await setUp([schedule({ cur_oncall: shift(-hour, hour, people(1)) })], [403, denied]);
    vendor.reply("POST /member/info", 200, { data: { member_id: 901, member_name: "Ada", email: "ada@example.com" } });
    expect(await command("oncall --user me --exit-status")).toMatchObject({ code: 7 });
  });

  it("is not found missing where a group on call does not list its people", async () => {
    const group = { group_name: "Team B", members: null };
    const { vendor, command } = await setUp([schedule({ cur_oncall: shift(-hour, hour, group) })]);
    vendor.reply("POST /member/info", 200, { data: { member_id: 901, member_name: "Ada", email: "ada@example.com" } });
    const { code, stderr } = await command("oncall --user me --exit-status");
    expect(code).toBe(2);
    expect(stderr).toMatch(/not known whether you \(901\) is on call: of "Team B" the server reports only the name/);
  });

  it("is nobody by a mistyped id: that is no answer about a person", async () => {
    const { vendor, command } = await setUp([schedule({ cur_oncall: shift(-hour, hour, people(4_300_000_000_001)) })]);
    vendor.reply("POST /member/list", 200, { data: { items: [{ member_id: 4_300_000_000_002 }], total: 1 } });
    expect(await command("oncall --user 4300000000002 --exit-status")).toMatchObject({ code: 9 });
    expect(await command("oncall --user 4300000000003 --exit-status")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unknown user "4300000000003"'),
    });
  });

  it.each([
    ["the time", { start: "soon" }],
    ["the time", { end: 9e15 }],
    ["a person", { group: people({} as number) }],
  ])("is not known, and not nobody, where %s of a shift cannot be read: %j", async (what, odd) => {
    const current = { ...shift(-hour, hour, people(1)), ...odd };
    const { command } = await setUp([schedule({ cur_oncall: current, final_schedule: { schedules: [current] } })]);
    const { code, stdout, stderr } = await command("oncall");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`${what} of a shift in the response cannot be read`);
  });

  it("is told apart by role", async () => {
    const members = [
      { role_id: 0, person_ids: [1] },
      { role_id: 41, person_ids: [2] },
    ];
    const { command } = await setUp([schedule({ cur_oncall: shift(-hour, hour, { group_name: "A", members }) })]);
    expect(JSON.parse((await command("oncall --json --fields users")).stdout)).toMatchObject([
      {
        users: [
          { id: "1", role: null },
          { id: "2", role: "41" },
        ],
      },
    ]);
  });

  it("of another time has a next shift in a weekly rotation", async () => {
    const week = 7 * 24 * hour;
    const final = { schedules: [shift(-hour, week, people(1)), shift(week, 2 * week, people(2))] };
    const { vendor, command } = await setUp([schedule({ final_schedule: final })]);
    const { stdout } = await command("oncall --at 2025-11-25T16:00:00Z --json --fields next");
    expect(JSON.parse(stdout)).toMatchObject([{ next: { users: [{ name: "Grace" }] } }]);
    const start = Date.parse("2025-11-25T16:00:00Z") / 1000;
    expect(vendor.requests[0]?.body).toMatchObject({ start, end: start + 8 * 24 * hour });
  });

  it("goes beyond a thousand schedules", async () => {
    const vendor = await fakeVendor();
    vendor.handle("POST /schedule/list", ({ body }, response) => {
      const { p, limit } = body as { p: number; limit: number };
      const items = Array.from({ length: Math.max(0, Math.min(limit, 1200 - (p - 1) * limit)) }, (_, index) =>
        schedule({ schedule_id: (p - 1) * limit + index + 1 }),
      );
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ data: { items, total: 1000 } }));
    });
    const { stdout } = await run("oncall -q -p flashduty", { profiles: profilesAt(vendor.url), now });
    expect(stdout.trim().split("\n")).toHaveLength(1200);
  });
});

describe("another time than now", () => {
  it.each([
    ["oncall --at +2h", "on Mon 2025-11-24 18:00 UTC"],
    ['oncall --at "tomorrow 09:00"', "on Tue 2025-11-25 09:00 UTC"],
    [
      "schedules show primary --shifts --since tomorrow",
      "from Tue 2025-11-25 00:00 UTC until Tue 2025-12-02 00:00 UTC",
    ],
  ])("is repeated by `%s`", async (line, words) => {
    const { vendor, command } = await setUp([
      schedule({ final_schedule: { schedules: [shift(-hour, 900 * hour, people(1))] } }),
    ]);
    const final = { schedules: [shift(-hour, 900 * hour, people(1))] };
    vendor.reply("POST /schedule/info", 200, { data: schedule({ final_schedule: final }) });
    const { code, stderr } = await command(`${line} --tz utc`);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(words) });
  });

  it.each(["oncall --at 2h", "oncall --at monday", "schedules show primary --shifts --since 3d"])(
    "is asked for again by `%s`, which could be either",
    async (line) => {
      const { command } = await setUp([]);
      expect(await command(line)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(" or ") });
    },
  );
});

describe("overrides", () => {
  it("are marked among the shifts", async () => {
    const { vendor, command } = await setUp([schedule({})]);
    const [morning, noon] = [shift(0, hour, people(1)), shift(hour, 2 * hour, people(2))];
    const layers = [
      { layer_name: "Rotation", mode: 0, schedules: [shift(0, 2 * hour, people(1))] },
      { layer_name: "Swap", mode: 1, schedules: [noon] },
    ];
    const data = schedule({ final_schedule: { schedules: [morning, noon] }, schedule_layers: layers });
    vendor.reply("POST /schedule/info", 200, { data });
    const { stdout } = await command("schedules show primary --shifts --for 2h --json --fields users.name,override");
    expect(JSON.parse(stdout)).toMatchObject([{ override: false }, { override: true }]);
    const table = await command("schedules show primary --shifts --for 2h -o tsv");
    expect(table.stdout).toContain("Grace (override)");
  });
});
