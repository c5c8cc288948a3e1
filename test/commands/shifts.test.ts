import { describe, expect, it } from "vitest";
import { rotaText } from "../../src/directory/rota.ts";
import { ExitCode } from "../../src/errors.ts";
import type { Shift } from "../../src/model/oncall.ts";
import { toCalendar } from "../../src/output/calendar.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const flashduty = "-p sandbox-flashduty";

describe("schedules shifts", () => {
  it("lists the shifts of every schedule that reach into the time, gaps included", async () => {
    const { home } = await sandbox();
    const { code, stdout } = await run(`schedules shifts ${flashduty} --for 2d --json`, { home });
    expect(code).toBe(ExitCode.ok);
    const rows = JSON.parse(stdout) as Shift[];
    expect(new Set(rows.map(({ schedule }) => schedule.name))).toEqual(new Set(["Primary", "Secondary", "Weekend"]));
    expect(Object.keys(rows[0] ?? {})).toEqual([
      ...["schedule", "from", "until", "users", "gap", "override", "provider", "profile"],
    ]);
    expect(rows.some(({ gap, users }) => gap && users.length === 0)).toBe(true);
  });

  it("asks for each person once, whichever of the schedules they are in", async () => {
    const shift = (start: number, ...person_ids: number[]) => ({
      ...{ start, end: start + 3600 },
      group: { members: [{ role_id: 0, person_ids }] },
    });
    const names: Record<number, string> = { 11: "Ada", 12: "Grace", 13: "Kei" };
    const now = new Date("2026-03-11T12:00:00Z");
    const start = now.getTime() / 1000;
    const vendor = await fakeVendor();
    const items = [1, 2, 3].map((id) => ({ schedule_id: id, schedule_name: `Rota ${id}` }));
    vendor.reply("POST /schedule/list", 200, { data: { items, total: 3 } });
    vendor.handle("POST /schedule/info", ({ body }, response) => {
      const { schedule_id: id } = body as { schedule_id: number };
      const schedules = [shift(start, 11), shift(start + 3600, ...(id === 3 ? [12, 13] : [12]))];
      const data = { schedule_id: id, final_schedule: { schedules } };
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
    });
    vendor.handle("POST /person/infos", ({ body }, response) => {
      const { person_ids: ids } = body as { person_ids: number[] };
      const people = ids.map((id) => ({ person_id: id, person_name: names[id] }));
      response.setHeader("content-type", "application/json").end(JSON.stringify({ data: { items: people } }));
    });
    const profiles = profilesAt(vendor.url);
    const { code, stdout } = await run("schedules shifts -p flashduty --for 2h --json", { profiles, now });
    const rows = JSON.parse(stdout) as Shift[];
    expect({ code, users: rows.map(({ users }) => users.map(({ name }) => name).join()) }).toEqual({
      code: ExitCode.ok,
      users: ["Ada", "Grace", "Ada", "Grace", "Ada", "Grace,Kei"],
    });
    const asked = vendor.requests.flatMap(({ path, body }) => (path === "/person/infos" ? [body] : []));
    expect(asked.flatMap((body) => (body as { person_ids: number[] }).person_ids).sort()).toEqual([11, 12, 13]);
  });

  it("of one person are those alone, and none is an answer", async () => {
    const { home } = await sandbox();
    const { stdout } = await run(`schedules shifts ${flashduty} --user me --json`, {
      home,
      env: { ONDUTY_USER: "ada@sandbox.test" },
    });
    const rows = JSON.parse(stdout) as Shift[];
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.every(({ users }) => users[0]?.name === "Ada Lovelace")).toBe(true);
  });

  it("exit 9 with --exit-status when a gap is ahead, and 0 when none is", async () => {
    const { home } = await sandbox();
    expect((await run(`schedules shifts ${flashduty} --exit-status`, { home })).code).toBe(ExitCode.no);
    expect((await run(`schedules shifts primary ${flashduty} --exit-status`, { home })).code).toBe(ExitCode.ok);
  });

  it("exit 9 with --exit-status when there is no schedule at all", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /schedule/list", 200, { data: { items: [], total: 0 } });
    const { code } = await run("schedules shifts --exit-status -p flashduty", { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.no);
  });

  it.each(["schedules shifts", "schedules rota", "oncall --for 7d", "schedules shifts --user me"])(
    "names the reason when there is no schedule at all, exit 5: %s",
    async (line) => {
      const vendor = await fakeVendor();
      const me = { data: { member_id: 5, member_name: "Ada" } };
      vendor.reply("POST /schedule/list", 200, { data: { items: [], total: 0 } }).reply("POST /member/info", 200, me);
      const profiles = profilesAt(vendor.url);
      expect(await run(`${line} -p flashduty`, { profiles })).toMatchObject({
        code: ExitCode.notFound,
        stdout: "",
        stderr: "No schedules.\n",
      });
      expect(await run(`${line} -p flashduty --json`, { profiles })).toMatchObject({ code: 5, stdout: "[]\n" });
    },
  );

  it("of somebody who has none in that time are none: exit 5", async () => {
    const { home } = await sandbox();
    for (const line of [
      `schedules shifts primary ${flashduty} --user kei@sandbox.test`,
      `oncall primary ${flashduty} --for 7d --user kei@sandbox.test`,
    ])
      expect(await run(line, { home })).toMatchObject({
        code: ExitCode.notFound,
        stdout: "",
        stderr: "kei@sandbox.test is not on call in that time.\n",
      });
  });

  it("are a calendar, the same for the same shifts", async () => {
    const { home } = await sandbox();
    const { stdout } = await run(`schedules shifts primary ${flashduty} --for 3d -o ics`, { home });
    expect(stdout).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
    expect(stdout.match(/^BEGIN:VEVENT\r$/gm)?.length).toBeGreaterThan(4);
    expect(stdout).toMatch(/^DTSTART:\d{8}T\d{6}Z\r$/m);
    const ids = (text: string) => text.replaceAll("\r\n ", "").match(/^UID:.*$/gm);
    const { stdout: again } = await run(`schedules shifts primary ${flashduty} --for 3d -o ics`, { home });
    expect(ids(again)).toEqual(ids(stdout));
    expect(new Set(ids(stdout)).size).toBe(ids(stdout)?.length);
  });

  it("have the same ids in a calendar whenever it is made, gaps and what an override cuts too", async () => {
    const { home } = await sandbox();
    const at = Date.now();
    const ids = async (now: number): Promise<string[]> => {
      const line = `schedules shifts ${flashduty} --for 2d -o ics`;
      const { stdout } = await run(line, { home, now: new Date(now) });
      return stdout.replaceAll("\r\n ", "").match(/^UID:.*$/gm) ?? [];
    };
    const before = await ids(at);
    expect(new Set(before).size).toBe(before.length);
    // What has begun or is a gap now is the same entry some minutes later.
    expect(await ids(at + 120_000)).toEqual(before);
    await run(`schedules override add primary --user kei@sandbox.test --from "in 8d" --for 1h --yes ${flashduty}`, {
      home,
    });
    expect(new Set(await ids(at + 7 * 86_400_000)).size).toBe((await ids(at + 7 * 86_400_000)).length);
  });

  it("that begin together are entries of their own", () => {
    const event = {
      uid: "a@onduty",
      from: "2026-03-01T00:00:00Z",
      until: "2026-03-01T12:00:00Z",
      summary: "Primary: Ada",
    };
    const text = toCalendar([event, { ...event, summary: "Primary: Bo" }], "2026-03-01T00:00:00Z");
    expect(text.match(/^UID:.*$/gm)?.map((line) => line.trim())).toEqual(["UID:a@onduty", "UID:2-a@onduty"]);
  });

  it("are not published by OpsKnight, whose page is named, and nothing of it is printed", async () => {
    const { home } = await sandbox();
    for (const verb of ["shifts", "rota"]) {
      const { code, stdout, stderr } = await run(`schedules ${verb} -p sandbox-opsknight`, { home });
      expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
      expect(stderr).toMatch(/^error: opsknight has no shifts to show\nhint: see http:.*\/schedules$/m);
      const one = await run(`schedules ${verb} secondary -p sandbox-opsknight`, { home });
      expect(one.stderr).toMatch(/^hint: see http:.*\/schedules\/sch_secondary$/m);
    }
    const { code, stderr } = await run("oncall --at tomorrow -p sandbox-opsknight", { home });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(
      /^error: opsknight reports only who is on call now\nhint: leave out --at, or see http:.*\/schedules$/m,
    );
  });

  it.each([
    ["schedules shifts --for 0", "Expected a duration above 0"],
    ["schedules shifts --since 2h", '"2h" could be in the future or in the past'],
    ["schedules shifts --tz Mars/Phobos", "Mars/Phobos"],
    ["schedules shifts --user me --exit-status", "--exit-status asks about gaps"],
    ["schedules rota --for 0", "Expected a duration above 0"],
    ["incidents list -o ics", "--output ics is for shifts"],
    ["status -o ics", "ics"],
  ])("`%s` is refused before any request", async (line, message) => {
    const { code, stderr } = await run(line, { profiles: profilesAt("http://127.0.0.1:9") });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
  });
});

describe("oncall --for", () => {
  it("lists when a person is on call, on all schedules", async () => {
    const { home } = await sandbox();
    const env = { ONDUTY_USER: "grace@sandbox.test" };
    const { code, stdout } = await run(`oncall --user me --for 3d --json ${flashduty}`, { home, env });
    expect(code).toBe(ExitCode.ok);
    const rows = JSON.parse(stdout) as Shift[];
    expect(new Set(rows.map(({ schedule }) => schedule.name))).toEqual(new Set(["Primary", "Secondary"]));
    expect(rows.every(({ users, from, until }) => users[0]?.name === "Grace Hopper" && from < until)).toBe(true);
    expect((await run(`oncall --user me --for 3d ${flashduty} -o ics`, { home, env })).stdout).toContain(
      "BEGIN:VEVENT",
    );
  });

  it("leads to the page of a server that publishes no shifts", async () => {
    const { home } = await sandbox({ dialect: "1.3" });
    const { code, stderr } = await run("oncall --for 3d -p sandbox-opsknight", { home });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(/^hint: see http:\S+\/schedules$/m);
  });

  it.each([
    ["oncall --for 0", "Expected a duration above 0"],
    ["oncall --user me --for 3d --exit-status", "--exit-status asks about one moment"],
  ])("refuses `%s`", async (line, message) => {
    const { code, stderr } = await run(line, { profiles: profilesAt("http://127.0.0.1:9") });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
  });
});

describe("a calendar", () => {
  it("has lines of at most 75 octets, and text in which nothing is a property", () => {
    const summary = "Primary; 藤井 慧, 🔥\nDTEND:20200101T000000Z\r\\".repeat(4);
    const text = toCalendar(
      [{ uid: "u1", from: "2026-11-29T06:00:00.000Z", until: "2026-11-29T18:00:00Z", summary }],
      "2026-11-29T00:00:00Z",
    );
    for (const line of text.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(text.match(/^DTEND/gm)).toHaveLength(1);
    const unfolded = text.replaceAll("\r\n ", "");
    expect(unfolded).toContain("SUMMARY:Primary\\; 藤井 慧\\, 🔥\\nDTEND:20200101T000000Z\\n\\\\Primary");
    expect(unfolded).not.toMatch(/[^\r]\n/);
  });
});

describe("schedules rota", () => {
  const ada = { id: "1", name: "Ada", email: null, role: null };
  const kei = { id: "2", name: "藤井 慧", email: null, role: null };
  const shift = (from: string, until: string, users: Shift["users"]): Shift => ({
    ...{ schedule: { id: "s", name: "Primary" }, from, until, users, gap: users.length === 0 },
    ...{ override: null, provider: "flashduty", profile: "p" },
  });
  const draw = (shifts: Shift[], from: string, until: string, width = 80) =>
    rotaText(shifts, {
      ...{ width, from: new Date(from), until: new Date(until), now: new Date(from), tz: "Europe/Berlin" },
      isMe: ({ id }) => id === "1",
    }).split("\n");

  it("draws hand-offs at the hour that clocks show, across a change of clocks", () => {
    // Noon in Berlin is 10:00 UTC before 25 October 2026 and 11:00 UTC after it.
    const shifts = [
      shift("2026-10-23T22:00:00Z", "2026-10-24T10:00:00Z", [ada]),
      shift("2026-10-24T10:00:00Z", "2026-10-25T11:00:00Z", [kei]),
      shift("2026-10-25T11:00:00Z", "2026-10-26T11:00:00Z", []),
      shift("2026-10-26T11:00:00Z", "2026-10-26T23:00:00Z", [ada]),
    ];
    const [days, row, , , legend] = draw(shifts, "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z");
    expect(days).toBe(`          Sat 24${" ".repeat(17)}Sun 25${" ".repeat(17)}Mon 26`);
    const [first = "", second = "", third = ""] = (row ?? "").slice(10).split(" ");
    expect(first).toMatch(/^(A+)(B+)$/);
    expect(first.lastIndexOf("A")).toBe(first.length / 2 - 1);
    // 13 of 25 hours.
    expect(second.lastIndexOf("B")).toBe(Math.round((13 / 25) * second.length) - 1);
    expect(third).toBe(`${"·".repeat(third.length / 2)}${"A".repeat(third.length / 2)}`);
    expect(legend).toBe("A Ada (you)   B 藤井 慧   · nobody");
  });

  it("shows a gap that is shorter than a character, once", () => {
    const shifts = [
      shift("2026-10-01T00:00:00Z", "2026-10-03T10:30:00Z", [ada]),
      shift("2026-10-03T10:30:00Z", "2026-10-03T10:40:00Z", []),
      shift("2026-10-03T10:40:00Z", "2026-10-08T00:00:00Z", [ada]),
    ];
    const [, row, , , legend] = draw(shifts, "2026-10-01T00:00:00Z", "2026-10-08T00:00:00Z");
    expect(row?.match(/·/g)).toHaveLength(1);
    expect(row).toMatch(/^Primary +A+ A+ A+·A+ A+ A+ A+ A+ /);
    expect(legend).toBe("A Ada (you)   · nobody");
  });

  it("names the profile above its schedules where there are several", () => {
    const [from, until] = ["2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z"];
    const own = shift(from, until, [ada]);
    const lines = draw([own, { ...own, profile: "eu" }], from, until);
    expect(lines.slice(1, 5)).toEqual([
      "p",
      expect.stringMatching(/^Primary/),
      "eu",
      expect.stringMatching(/^Primary/),
    ]);
  });

  it("explains every letter on a narrow terminal, and takes none that runs from right to left", () => {
    const named = (name: string, at: number) =>
      shift(`2026-10-01T0${at}:00:00Z`, `2026-10-01T0${at + 1}:00:00Z`, [{ id: name, name, email: null, role: null }]);
    const people = ["يوسف", "דנה", "Žofie Nováková-Přibylová", "Grace Hopper"].map(named);
    const shifts = [...people, shift("2026-10-01T04:00:00Z", "2026-10-01T20:00:00Z", [])];
    const lines = draw(shifts, "2026-10-01T00:00:00Z", "2026-10-01T20:00:00Z", 40);
    expect(lines[1]).not.toMatch(/[\u0590-\u08ff]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    for (const word of ["A يوسف", "B דנה", "Ž Žofie", "G Grace Hopper", "· nobody"])
      expect(lines.slice(4).join(" ")).toContain(word);
  });

  it("counts the people who got no letter, and breaks no line between a letter and its name", () => {
    const people = Array.from({ length: 40 }, (_, at) => ({
      id: `${at + 2}`,
      name: `Bo ${at}`,
      email: null,
      role: null,
    }));
    const lines = draw(
      [shift("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", people)],
      "2026-10-01T00:00:00Z",
      "2026-10-02T00:00:00Z",
      40,
    );
    expect(lines.at(-1)).toBe("? 4 others: onduty schedules shifts");
    for (const line of lines.slice(4, -1)) expect(line).toMatch(/^(\S Bo \d+( {3}|$))+$/);
  });

  it("fits narrow terminals, and reports the days that do not", () => {
    const shifts = [shift("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", [ada])];
    const lines = draw(shifts, "2026-10-01T00:00:00Z", "2026-10-31T00:00:00Z", 40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines.at(-1)).toMatch(/^\d+ more days do not fit/);
  });

  it("is the list of shifts in a pipe", async () => {
    const { home } = await sandbox();
    const now = new Date("2026-11-29T09:00:00Z");
    const [drawn, listed] = [
      await run(`schedules rota ${flashduty} --json`, { home, now }),
      await run(`schedules shifts ${flashduty} --json`, { home, now }),
    ];
    expect(JSON.parse(drawn.stdout)).toEqual(JSON.parse(listed.stdout));
    const { stdout } = await run(`schedules rota ${flashduty} --no-color --tz utc`, { home, tty: 80, now });
    expect(stdout).toMatch(/^Primary {5}.*\^ now$/ms);
  });
});
