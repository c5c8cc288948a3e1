import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Person } from "../../src/model/incident.ts";
import type { Shift } from "../../src/model/oncall.ts";
import type { Override } from "../../src/model/override.ts";
import { run, start } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const vendors = ["flashduty", "pagerduty"] as const;

async function setUp(vendor: string) {
  const { home } = await sandbox();
  const command = (line: string, options: Parameters<typeof run>[1] = {}) =>
    run(`${line} -p sandbox-${vendor}`, { home, ...options });
  const overrides = async (): Promise<Override[]> =>
    JSON.parse((await command("schedules override list primary --json")).stdout) as Override[];
  const onCall = async (): Promise<string | undefined> => {
    const { stdout } = await command("oncall primary --json");
    return (JSON.parse(stdout) as { users: { name: string }[] }[])[0]?.users[0]?.name;
  };
  return { home, command, overrides, onCall };
}

describe.each(vendors)("an override on %s", (vendor) => {
  it("puts somebody on call for a time, and its removal puts the rotation back", async () => {
    const { command, overrides, onCall } = await setUp(vendor);
    expect(await onCall()).toBe("Ada Lovelace");
    const { code, stdout, stderr } = await command("schedules override add primary --user grace --for 2h --yes --json");
    expect(code).toBe(ExitCode.ok);
    const added = JSON.parse(stdout) as Override;
    expect(added).toMatchObject({ schedule: { name: "Primary" }, users: [{ name: "Grace Hopper" }] });
    const [, undo = ""] = /undo: onduty (schedules override remove \S+ \S+) -p sandbox-\w+/.exec(stderr) ?? [];
    expect(await onCall()).toBe("Grace Hopper");
    expect(await overrides()).toMatchObject([{ id: added.id, from: added.from, until: added.until }]);
    const { stdout: listed } = await command("schedules shifts primary --for 1d --json");
    const shifts = JSON.parse(listed) as Shift[];
    expect(shifts.map(({ override }) => override)).toEqual([true, ...shifts.slice(1).map(() => false)]);
    expect(shifts[0]).toMatchObject({ from: added.from, until: added.until });

    const removed = await command(`${undo} --yes`);
    expect(removed.code).toBe(ExitCode.ok);
    expect(removed.stderr).toMatch(/^undo: onduty schedules override add \S+ --user \S+ --from \S+ --until \S+ -p /m);
    expect(await overrides()).toEqual([]);
    expect(await onCall()).toBe("Ada Lovelace");
  });

  it("shows who is on call and who would be, and asks", async () => {
    const { command, overrides } = await setUp(vendor);
    const { code, stderr } = await command("schedules override add primary --user grace --for 2h", {
      tty: true,
      answers: ["n"],
    });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(/^Primary:\nFROM +UNTIL +ON CALL NOW +ON CALL THEN\n.+Ada Lovelace +Grace Hopper\n/);
    expect(stderr).toMatch(/Put Grace Hopper on call on Primary until .+, instead of Ada Lovelace\? \[y\/N\]/);
    expect(stderr).toContain("nothing was changed");
    expect(await overrides()).toEqual([]);
  });

  it("is refused when the schedule has changed while it was asked about", async () => {
    const { command, overrides } = await setUp(vendor);
    const meanwhile = async (): Promise<string> => {
      await command('schedules override add primary --user kei@sandbox.test --from "in 1h" --for 2h --yes');
      return "y";
    };
    const { code, stderr } = await command("schedules override add primary --user grace --for 4h", {
      tty: true,
      answers: [meanwhile],
    });
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toMatch(
      /error: Primary has changed since it was shown: nothing was changed\nhint: repeat the command/,
    );
    expect((await overrides()).length).toBe(1);
  });

  it("asks before it is removed, and not when the schedule has changed by then", async () => {
    const { command, overrides } = await setUp(vendor);
    await command("schedules override add primary --user grace --for 4h --yes");
    const [{ id } = { id: "" }] = await overrides();
    const meanwhile = async (): Promise<string> => {
      await command('schedules override add primary --user kei@sandbox.test --from "in 1h" --for 1h --yes');
      return "y";
    };
    const refused = await command(`schedules override remove primary ${id}`, { tty: true, answers: [meanwhile] });
    expect(refused.code).toBe(ExitCode.failure);
    expect(refused.stderr).toContain("Remove the override of Grace Hopper on Primary, until ");
    expect((await overrides()).map((one) => one.id)).toContain(id);
  });

  it("is sent by --dry-run to nobody", async () => {
    const { command, overrides } = await setUp(vendor);
    const { code, stdout } = await command("oncall take primary --user grace --dry-run --json");
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([{ method: "POST" }]);
    expect(await overrides()).toEqual([]);
  });

  it("needs --yes where nobody can be asked", async () => {
    const { command, overrides } = await setUp(vendor);
    const { code, stderr } = await command("oncall take primary --user grace");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(/no terminal\nhint: the same command with --yes\n$/);
    expect(await overrides()).toEqual([]);
  });

  it("is refused for somebody who is on call for all of that time", async () => {
    const { command } = await setUp(vendor);
    const { code, stderr } = await command("oncall take primary --for 1h --yes", {
      env: { ONDUTY_USER: "ada@sandbox.test" },
    });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(/^error: Ada Lovelace is on call on Primary already, from .+ until /);
  });

  it("takes the only schedule that the person is in", async () => {
    const { command, overrides } = await setUp(vendor);
    await command("schedules override add primary --user grace --for 1h --yes");
    // Ada is in the rotation of Primary alone.
    const { code } = await command("oncall take --for 2h --yes", { env: { ONDUTY_USER: "ada@sandbox.test" } });
    expect(code).toBe(ExitCode.ok);
    expect((await overrides()).flatMap(({ users }) => users.map(({ name }) => name))).toContain("Ada Lovelace");
  });

  it("has a schedule picked at a terminal where several could be meant, else names them", async () => {
    const { command } = await setUp(vendor);
    const grace = { env: { ONDUTY_USER: "grace@sandbox.test" } };
    const piped = await command("oncall take --yes", grace);
    expect(piped.code).toBe(ExitCode.usage);
    expect(piped.stderr).toMatch(
      /^error: which schedule\? one of Primary, Secondary\nhint: onduty oncall take -p \S+ \S+\n$/,
    );
    const { code, stdout } = await command("oncall take --yes", { ...grace, tty: true, answers: ["9", "1"] });
    expect({ code, stdout }).toEqual({
      code: ExitCode.ok,
      stdout: expect.stringMatching(/^on call: Grace Hopper on Primary from [^(]+ until [^(]+ \(in \d h\)\n$/),
    });
  });

  it("is listed with its end and who is on call in 80 columns, however far ahead", async () => {
    const { command } = await setUp(vendor);
    await command("schedules override add primary --user grace --from +1d --for 2h --yes");
    await command("schedules override add secondary --user kei@sandbox.test --from +200d --for 2h --yes");
    const { stdout } = await command("schedules override list", { tty: true, env: { NO_COLOR: "1" } });
    expect(stdout).toMatch(/^ID +SCHEDULE +(FROM +)?UNTIL +ON CALL\n/);
    expect(stdout).toMatch(/Primary +(\S+ \d\d:\d\d +)+Grace Hopper\n/);
  });

  it("that begins in half a year is listed, and removed by the command that was printed", async () => {
    const { command, overrides } = await setUp(vendor);
    const { stderr } = await command("schedules override add primary --user grace --from +200d --for 2h --yes");
    const [, undo = ""] = /undo: onduty (schedules override remove \S+ \S+) /.exec(stderr) ?? [];
    expect(await overrides()).toHaveLength(1);
    expect(await command(`${undo} --yes`)).toMatchObject({ code: ExitCode.ok });
    expect(await overrides()).toEqual([]);
  });

  it("that is not there is exit 5", async () => {
    const { command } = await setUp(vendor);
    const { code, stderr } = await command("schedules override remove primary nope --yes");
    expect(code).toBe(ExitCode.notFound);
    expect(stderr).toBe(
      `error: Primary has no override "nope" that has not ended\nhint: onduty schedules override list Primary -p sandbox-${vendor}\n`,
    );
  });

  it("longer than the vendor takes is exit 2 before anything is sent", async () => {
    const { command, overrides } = await setUp(vendor);
    const { code, stderr } = await command("schedules override add primary --user grace --for 100d --yes");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(/^error: an override on \w+ is /);
    expect(await overrides()).toEqual([]);
  });

  it("keeps its moments across a change of clocks", async () => {
    const { command } = await setUp(vendor);
    // In Berlin clocks go from 2:00 to 3:00 on 2027-03-28.
    const { stdout } = await command(
      'schedules override add primary --user kei@sandbox.test --from "2027-03-28 01:30" --until "2027-03-28 03:30" --tz Europe/Berlin --yes --json',
      { now: new Date("2027-03-27T12:00:00Z") },
    );
    expect(JSON.parse(stdout)).toMatchObject({ from: "2027-03-28T00:30:00.000Z", until: "2027-03-28T01:30:00.000Z" });
  });
});

describe("an override", () => {
  it("that is interrupted when its request has left may be there", async () => {
    const vendor = await fakeVendor();
    const layer = { mode: 0, layer_name: "Rotation", groups: [] };
    const info = { schedule_id: 1, layers: [layer], final_schedule: { schedules: [] }, schedule_layers: [] };
    vendor.reply("POST /schedule/list", 200, {
      data: { items: [{ schedule_id: 1, schedule_name: "Core" }], total: 1 },
    });
    vendor.reply("POST /member/list", 200, { data: { items: [{ member_id: 7, member_name: "Ada" }], total: 1 } });
    vendor.reply("POST /schedule/info", 200, { data: info });
    let isSent = false;
    vendor.handle("POST /schedule/update", () => {
      isSent = true;
    });
    const profiles = { prod: { provider: "flashduty", baseUrl: vendor.url, apiKey: { text: "fake_key_0001" } } };
    const running = await start("schedules override add core --user ada --for 2h --yes", { profiles });
    await expect.poll(() => isSent).toBe(true);
    running.interrupt();
    expect(await running.ended).toMatchObject({
      code: ExitCode.interrupted,
      stderr: "error: it is not known whether it was added; look: onduty schedules override list Core\n",
    });
  });

  it("is put on no schedule by itself where not all are listed", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /users/me", 200, { user: { id: "PADA001", name: "Ada" } });
    vendor.reply("GET /v3/schedules", 200, { schedules: [] });
    vendor.reply("GET /schedules", 200, { schedules: [], more: true });
    const profiles = { pd: { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeKEYnotreal0001" } } };
    const none = await run("oncall take --yes", { profiles });
    expect(none).toMatchObject({
      code: ExitCode.failure,
      stderr: expect.stringContaining("not all schedules are listed"),
    });
    const some = await fakeVendor();
    const ada = { member_id: 7, member_name: "Ada" };
    some
      .reply("POST /member/info", 200, { data: ada })
      .reply("POST /member/list", 200, { data: { items: [ada], total: 1 } });
    some.reply("POST /schedule/list", 200, { data: { items: [{ schedule_id: 1, schedule_name: "Core" }], total: 5 } });
    const flashduty = { fd: { provider: "flashduty", baseUrl: some.url, apiKey: { text: "fake_key_0001" } } };
    const one = await run("oncall take --user ada --yes", { profiles: flashduty });
    expect(one).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining("which schedule?") });
    expect(some.requests.map(({ path }) => path)).not.toContain("/schedule/update");
  });

  it.each([
    ["schedules override add primary --user x", "an override takes --until TIME or --for DURATION, one of them"],
    ["schedules override add primary --user x --for 1h --until tomorrow", "an override takes --until TIME or --for"],
    ['schedules override add primary --user x --from "in 2h" --until "in 1h"', "--until .* is not after --from "],
    [
      'schedules override add primary --user x --from "3h ago" --until "1h ago"',
      "the override is over before it begins",
    ],
    ["schedules override add primary --user x --for 0", "Expected a duration above 0"],
    ["oncall take --for 0", "Expected a duration above 0"],
    ["oncall take --tz Mars/Phobos", 'unknown time zone "Mars/Phobos"'],
    ["schedules override add primary --user '' --for 1h", "the user is empty"],
    ["schedules override remove '' x", "the schedule is empty"],
  ])("`%s` is exit 2 before any request", async (line, message) => {
    const profiles = {
      off: { provider: "flashduty", baseUrl: "http://127.0.0.1:9", apiKey: { text: "fake_key_0001" } },
    };
    const { code, stderr } = await run(line, { profiles });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toMatch(new RegExp(message));
  });

  it("on a vendor without them is exit 2, with the page of the schedule where it has one", async () => {
    const { home } = await sandbox();
    const opsknight = await run("oncall take primary -p sandbox-opsknight", { home });
    expect(opsknight.code).toBe(ExitCode.usage);
    expect(opsknight.stderr).toMatch(
      /^error: opsknight has no overrides of schedules\nhint: see http:\S+\/schedules\/sch_primary\n$/,
    );
    for (const line of ["oncall take", "schedules override list"]) {
      const { code, stderr } = await run(`${line} -p sandbox-opsknight`, { home });
      expect(code).toBe(ExitCode.usage);
      expect(stderr).toMatch(/^error: opsknight has no overrides of schedules\nhint: see http:\S+\/schedules\n$/);
    }
    const flotiq = await run("schedules override list -p sandbox-flotiq", { home });
    expect(flotiq).toMatchObject({ code: ExitCode.usage, stderr: "error: flotiq has no overrides of schedules\n" });
  });

  it("of a shift-based schedule takes the place of a person in a shift", async () => {
    const { command } = await setUp("pagerduty");
    const rows = async (line: string) => JSON.parse((await command(`${line} --json`)).stdout);
    const [shift] = (await rows("schedules shifts weekend --for 3d")).filter(({ gap }: { gap: boolean }) => !gap);
    const at = (hours: number): string => new Date(Date.parse(shift.from) + hours * 3_600_000).toISOString();
    const add = (from: number, until: number) =>
      command(`schedules override add weekend --user ada --from ${at(from)} --until ${at(until)} --yes --json`);
    const { code, stdout, stderr } = await add(1, 3);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("undo: ") });
    const added = JSON.parse(stdout);
    expect(added).toMatchObject({ users: [{ name: "Ada Lovelace" }], from: at(1), until: at(3) });
    expect(await rows("schedules override list")).toMatchObject([
      { id: added.id, schedule: { name: "Weekend" }, users: [{ name: "Ada Lovelace", email: "ada@sandbox.test" }] },
    ]);
    const after = await rows(`schedules shifts weekend --since ${at(0)} --for 11h`);
    expect(
      after.map(({ override, users: [one] }: { override: boolean; users: Person[] }) => [one?.name, override]),
    ).toEqual([
      ["藤井 慧", false],
      ["Ada Lovelace", true],
      ["藤井 慧", false],
    ]);
    for (const [from, until, why, hint] of [
      [-2, -1, "nobody is on call on Weekend in a part of that time", "see https://sandbox.pagerduty.com/"],
      [2, 4, "on Weekend another override does so already", "onduty schedules override list"],
      [-1, 1, "nobody is on call on Weekend", "see https://"],
    ] as const) {
      const refused = await add(from, until);
      expect(refused).toMatchObject({ code: ExitCode.usage, stdout: "" });
      expect(refused.stderr).toContain(why);
      expect(refused.stderr).toContain(hint);
    }
    expect((await command(`schedules override remove weekend ${added.id} --yes`)).code).toBe(0);
    expect(await rows("schedules override list")).toEqual([]);
  });

  it("of none is not said where a schedule could not be read", async () => {
    const vendor = await fakeVendor();
    const schedule = { id: "PSCHED1", summary: "Core" };
    vendor.reply("GET /schedules", 200, { schedules: [schedule], more: false });
    vendor.reply("GET /v3/schedules", 200, { schedules: [], more: false });
    vendor.reply("GET /schedules/PSCHED1/overrides", 500, {});
    const pd = { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeKEYnotreal0001" } };
    const { code, stderr } = await run("schedules override list --max-wait 0", { profiles: { pd }, tty: true });
    expect(code).toBe(ExitCode.failure);
    expect(stderr).not.toContain("No overrides");
  });
});
