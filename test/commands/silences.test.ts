import { describe, expect, it } from "vitest";
import { run, start } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2025-11-24T16:30:00Z");
const at = (iso: string): number => Date.parse(iso) / 1000;
const channel = 4100000000001;
const rule = "69b3c426b4a6f5abf1f54873";
const id = `${channel}:${rule}`;
const data = (body: object) => ({ request_id: "fd-1", data: body });

const row = {
  rule_id: rule,
  channel_id: channel,
  rule_name: "maintenance",
  description: "disk is replaced",
  status: "enabled",
  time_filters: [],
  time_filter: { start_time: at("2025-11-24T16:00:00Z"), end_time: at("2025-11-24T18:00:00Z") },
  filters: [
    [
      { key: "labels.host", oper: "IN", vals: ["db-1"] },
      { key: "alert_severity", oper: "NOTIN", vals: ["Critical"] },
    ],
  ],
  is_effective: true,
};
const channels = data({ items: [{ channel_id: channel, channel_name: "Checkout" }], total: 1, has_next_page: false });

async function setUp() {
  const vendor = await fakeVendor();
  const command = (line: string, options: { tty?: boolean; answers?: string[]; stdin?: string } = {}) =>
    run(`${line} --max-wait 0 --tz utc -p flashduty`, { profiles: profilesAt(vendor.url), now, ...options });
  const writes = () =>
    vendor.requests.filter(({ path }) => /create|delete/.test(path)).map(({ path, body }) => [path, body]);
  return { vendor, command, writes };
}

describe("silences list", () => {
  it("lists what silences now or later, and leaves out what has ended or is disabled", async () => {
    const { vendor, command } = await setUp();
    const ended = { start_time: 1, end_time: at("2025-11-24T16:29:00Z") };
    const items = [row, { ...row, time_filter: ended, is_effective: false }, { ...row, status: "disabled" }];
    vendor.reply("POST /channel/list", 200, channels).reply("POST /channel/silence/rule/list", 200, data({ items }));
    const { code, stdout } = await command("silences list --json");
    expect({ code, rows: JSON.parse(stdout) }).toEqual({
      code: 0,
      rows: [
        {
          id,
          service: { id: String(channel), name: "Checkout" },
          match: ["host=db-1", "alert_severity!=Critical"],
          reason: "disk is replaced",
          from: "2025-11-24T16:00:00.000Z",
          until: "2025-11-24T18:00:00.000Z",
          active: true,
          provider: "flashduty",
          profile: "flashduty",
        },
      ],
    });
  });

  it("fails rather than look empty", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /channel/list", 200, channels).reply("POST /channel/silence/rule/list", 200, data({}));
    const { code, stdout } = await command("silences list");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });
});

describe("silences add", () => {
  it("silences alerts with these labels, for a time that the vendor ends itself", async () => {
    const { vendor, command, writes } = await setUp();
    vendor
      .reply("POST /channel/list", 200, channels)
      .reply("POST /channel/silence/rule/create", 200, data({ rule_id: rule, rule_name: "x" }));
    const line = "silences add --service checkout --match host=db-1 --match env=a=b --for 2h --reason disk --json";
    const { code, stdout } = await command(line);
    expect({ code, row: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      row: { id, match: ["host=db-1", "env=a=b"], from: now.toISOString(), until: "2025-11-24T18:30:00.000Z" },
    });
    expect(writes()).toEqual([
      [
        "/channel/silence/rule/create",
        {
          channel_id: channel,
          rule_name: "disk",
          description: "disk",
          time_filter: { start_time: at("2025-11-24T16:30:00Z"), end_time: at("2025-11-24T18:30:00Z") },
          filters: [
            [
              { key: "labels.host", oper: "IN", vals: ["db-1"] },
              { key: "labels.env", oper: "IN", vals: ["a=b"] },
            ],
          ],
          is_directly_discard: false,
        },
      ],
    ]);
  });

  it.each([
    ["--match host --for 1h", "label"],
    ["--match host= --for 1h", "label=value"],
    ["--match host=/db.*/ --for 1h", "regular expression"],
    ["--match a=b", "--for DURATION or --until TIME"],
    ["--match a=b --for 1h --until +2h", "--for DURATION or --until TIME"],
    ["--match a=b --until 2025-11-24T16:00:00Z", "over before it begins"],
    ["--match a=b --from +2h --until +1h", "is not after"],
    ["--match a=b --for 0", "duration"],
    ["--for 1h", "--yes"],
  ])("refuses %s, and sends no silence", async (words, message) => {
    const { vendor, command, writes } = await setUp();
    vendor.reply("POST /channel/list", 200, channels);
    const { code, stderr } = await command(`silences add --service checkout ${words}`);
    expect({ code, writes: writes() }).toEqual({ code: 2, writes: [] });
    expect(stderr).toContain(message);
  });

  it("silences everything by conditions that every alert meets, since the vendor refuses a rule without any", async () => {
    const { vendor, command, writes } = await setUp();
    vendor
      .reply("POST /channel/list", 200, channels)
      .reply("POST /channel/silence/rule/create", 200, data({ rule_id: rule, rule_name: "x" }));
    const { code, stdout } = await command("silences add --service checkout --for 1h --yes --json");
    expect({ code, row: JSON.parse(stdout) }).toMatchObject({ code: 0, row: { id, match: [] } });
    const vals = ["Critical", "Warning", "Info"];
    const filters = ["severity", "alert_severity"].map((key) => [{ key, oper: "IN", vals }]);
    expect(writes()).toMatchObject([["/channel/silence/rule/create", { filters }]]);
    vendor.reply("POST /channel/silence/rule/list", 200, data({ items: [{ ...row, filters }] }));
    expect(JSON.parse((await command("silences list --service checkout --json")).stdout)).toMatchObject([
      { match: [] },
    ]);
  });

  it("asks at a terminal before it silences everything, and a no silences nothing", async () => {
    const { vendor, command, writes } = await setUp();
    vendor.reply("POST /channel/list", 200, channels);
    const { code } = await command("silences add --service checkout --for 1h", { tty: true, answers: ["n"] });
    expect({ isDone: code === 0, writes: writes() }).toEqual({ isDone: false, writes: [] });
  });

  it("says that it may have been added when no response comes", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /channel/list", 200, channels).handle("POST /channel/silence/rule/create", (_, response) => {
      response.destroy();
    });
    const { code, stderr } = await command("silences add --service checkout --match a=b --for 1h");
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/may have been added(.|\n)+silences list/),
    });
  });
});

describe("silences remove", () => {
  it("ends silences by id, and reports one that is missing", async () => {
    const { vendor, command, writes } = await setUp();
    const missing = { request_id: "fd-2", error: { code: "ResourceNotFound", message: "The rule does not exist" } };
    vendor
      .reply("POST /channel/silence/rule/delete", 200, { request_id: "fd-1" })
      .reply("POST /channel/silence/rule/delete", 400, missing);
    const { code, stdout } = await command(`silences remove ${id} ${channel}:${"0".repeat(24)} --json`);
    expect(writes()[0]).toEqual(["/channel/silence/rule/delete", { channel_id: channel, rule_id: rule }]);
    expect({ code, outcomes: JSON.parse(stdout).map(({ outcome }: { outcome: string }) => outcome) }).toEqual({
      code: 7,
      outcomes: ["removed", "notFound"],
    });
  });

  it("reports what was removed when a later one is no id, or gets no response", async () => {
    const { vendor, command, writes } = await setUp();
    vendor.reply("POST /channel/silence/rule/delete", 200, { request_id: "fd-1" });
    const odd = await command(`silences remove ${id} nope`);
    expect(odd).toMatchObject({
      code: 7,
      stdout: `${id}\tremoved\t\nnope\tfailed\t"nope" is not the id of a silence\n`,
    });
    vendor.handle("POST /channel/silence/rule/delete", (_, response) => void response.destroy());
    const cut = await command(`silences remove ${id} ${channel}:${"0".repeat(24)}`);
    expect(cut.code).toBe(3);
    expect(cut.stdout).toMatch(/^\S+\tfailed\t.+\n\S+\tfailed\tnot tried\n$/);
    expect(writes()).toHaveLength(2);
  });

  it("of a rule alone is not reported as missing where not all channels are listed", async () => {
    const { vendor, command } = await setUp();
    const some = { items: [{ channel_id: channel, channel_name: "Checkout" }], total: 5, has_next_page: false };
    vendor.reply("POST /channel/list", 200, data(some));
    vendor.reply("POST /channel/silence/rule/list", 200, data({ items: [] }));
    const { code, stderr } = await command(`silences remove ${rule}`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("it is not known whether") });
  });
});

it("a vendor without silences says so in one line, exit 2", async () => {
  const vendor = await fakeVendor();
  const { code, stderr } = await run("silences list -p opsknight", { profiles: profilesAt(vendor.url) });
  expect({ code, stderr, requests: vendor.requests }).toEqual({
    code: 2,
    stderr: "error: opsknight has no silences\n",
    requests: [],
  });
});

it("a list of silences shows in 80 columns what each of them silences", async () => {
  const { home } = await sandbox();
  const command = (line: string) =>
    run(`${line} -p sandbox-flashduty`, { home, tty: true, answers: ["y"], env: { NO_COLOR: "1" } });
  await command("silences add --service checkout --match host=db-1 --for 2h --reason disk");
  await command("silences add --service checkout --for 2h");
  const { stdout } = await command("silences list");
  expect(stdout).toMatch(/^ID +ACTIVE +UNTIL +SERVICE +MATCH/);
  expect(stdout).toMatch(/ +yes +(\S+ )?\d\d:\d\d +Checkout +host=db-1( |\n)/);
  expect(stdout).toMatch(/ +yes +(\S+ )?\d\d:\d\d +Checkout +everything( |\n)/);
});

describe("deploy --silence", () => {
  it.each([
    [
      "silences remove 4100000000001:69b3c426b4a6f5abf1f54873 4100000000001:69b3c426b4a6f5abf1f54874",
      "delete",
      /^error: it is not known whether 4100000000001:69b3c426b4a6f5abf1f54873 was removed; look: onduty silences list -p flashduty\n$/,
    ],
    [
      "deploy --status started --change-key k --silence 30m --service checkout",
      "create",
      /^error: the deploy is recorded, but it is not known whether the service was silenced; look: onduty silences list -p flashduty\n$/,
    ],
  ])("and `%s` name what is not known when they are interrupted", async (line, route, message) => {
    const vendor = await fakeVendor();
    vendor.reply("POST /event/push/change/standard", 200, { request_id: "fd-1" });
    vendor.reply("POST /channel/list", 200, channels);
    let isSent = false;
    vendor.handle(`POST /channel/silence/rule/${route}`, () => {
      isSent = true;
    });
    const running = await start(`${line} -p flashduty`, { profiles: profilesAt(vendor.url), now });
    await expect.poll(() => isSent).toBe(true);
    running.interrupt();
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringMatching(message) });
  });

  it("silences the service from the start, and ends that silence alone with the deploy", async () => {
    const { home } = await sandbox();
    const command = (line: string) => run(`${line} -p sandbox-flashduty --json`, { home });
    const list = async () =>
      JSON.parse((await command("silences list")).stdout) as { reason: string; match: string[] }[];
    await command("silences add --service checkout --match host=a --for 1h --reason mine");
    const deploy = "deploy --change-key c-1 --silence 30m --service 4100000000001";
    expect((await command(`${deploy} --status started`)).code).toBe(0);
    expect(await list()).toMatchObject([
      { reason: "mine", match: ["host=a"] },
      { reason: "deploy c-1", match: [] },
    ]);
    const { code, stderr } = await command(`${deploy} --status succeeded`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("ended the silence") });
    expect(await list()).toMatchObject([{ reason: "mine" }]);
  });

  it("is refused before anything is sent where the vendor has no silences, or no service is known", async () => {
    const { vendor, command } = await setUp();
    const { code, stderr } = await command("deploy --status started --change-key k --silence 30m");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--silence needs a service") });
    expect(stderr).toContain("hint: onduty profiles edit flashduty --service ID\n");
    const other = await run("deploy --status started --silence 30m -p opsknight", { profiles: profilesAt(vendor.url) });
    expect(other).toMatchObject({ code: 2, stderr: "error: opsknight has no silences\n" });
    expect(vendor.requests).toEqual([]);
  });

  it("still records the deploy when the silence is refused: exit 7", async () => {
    const { vendor, command } = await setUp();
    const denied = { request_id: "fd-2", error: { code: "AccessDenied", message: "no" } };
    vendor
      .reply("POST /event/push/change/standard", 200, { request_id: "fd-1" })
      .reply("POST /channel/list", 200, channels)
      .reply("POST /channel/silence/rule/create", 403, denied);
    const { code, stderr } = await command("deploy --status started --change-key k --silence 30m --service checkout");
    expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining("the service was not silenced") });
  });

  it("is not reported as refused when it may have begun: exit 7", async () => {
    const { vendor, command } = await setUp();
    vendor
      .reply("POST /event/push/change/standard", 200, { request_id: "fd-1" })
      .reply("POST /channel/list", 200, channels)
      .reply("POST /channel/silence/rule/create", 502, "<html>");
    const { code, stderr } = await command("deploy --status started --change-key k --silence 30m --service checkout");
    expect({ code, stderr }).toEqual({
      code: 7,
      stderr: expect.stringMatching(
        /it is not known whether the service was silenced: .+\nhint: onduty silences list -p flashduty\n/,
      ),
    });
  });

  it.each(["flashduty", "pagerduty"])(
    "begins and ends on %s by the name of a service in the profile",
    async (vendor) => {
      const { home } = await sandbox();
      const command = (line: string) => run(`${line} -p sandbox-${vendor}`, { home });
      expect((await command("profiles edit sandbox-VENDOR --service checkout".replace("VENDOR", vendor))).code).toBe(0);
      const deploy = "deploy --change-key c-1 --silence 30m";
      expect(await command(`${deploy} --status started`)).toMatchObject({ code: 0 });
      expect(JSON.parse((await command("silences list --json")).stdout)).toMatchObject([
        { service: { name: "Checkout" } },
      ]);
      const ended = await command(`${deploy} --status succeeded`);
      expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining("ended the silence") });
      expect((await command("silences list --json")).stdout).toBe("[]\n");
      expect((await command("profiles edit sandbox-VENDOR --service nowhere".replace("VENDOR", vendor))).code).toBe(0);
      expect(await command(`${deploy} --status succeeded`)).toMatchObject({
        code: 7,
        stderr: expect.stringContaining(
          `its silence was not ended: the service of profile "sandbox-${vendor}": unknown service "nowhere"`,
        ),
      });
    },
  );
});
