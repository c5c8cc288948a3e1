import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

/* What overrides send, and what they make of odd responses. */

const now = new Date("2026-03-01T12:10:00Z");
const seconds = (iso: string): number => Date.parse(iso) / 1000;
const ada = { person_id: 11, person_name: "Ada Lovelace", email: "ada@example.test" };
const grace = { person_id: 12, person_name: "Grace Hopper", email: "grace@example.test" };

const shift = (from: string, until: string, person: number) => ({
  start: seconds(from),
  end: seconds(until),
  index: 0,
  group: { group_name: "A", name: "A", members: [{ role_id: 0, person_ids: [person] }] },
});

/** A rotation as the vendor's reference shows one. */
const rotation = {
  layer_name: "Layer 1",
  mode: 0,
  weight: 0,
  groups: [{ group_name: "A", members: [{ role_id: 0, person_ids: [11] }] }],
  layer_start: 1767542400,
  layer_end: null,
  rotation_unit: "day",
  rotation_value: 1,
  an_unknown_field: { kept: true },
};

const notify = {
  advance_in_time: 300,
  by: { follow_preference: false, personal_channels: ["email"] },
  webhooks: [{ type: "feishu_app", settings: { token: "fake_hook_token_0001", sign_secret: "", chat_ids: ["oc_1"] } }],
};

const schedule = {
  schedule_id: 2001,
  schedule_name: "Production",
  account_id: 7,
  team_id: 42,
  description: "the rota",
  update_at: 1775205795,
  layers: [rotation],
  notify,
  schedule_layers: [],
  final_schedule: { schedules: [shift("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", 11)] },
};

const envelope = (data: unknown) => ({ request_id: "r1", data });

async function flashduty(...infos: object[]): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  vendor.reply(
    "POST /schedule/list",
    200,
    envelope({ items: [{ schedule_id: 2001, schedule_name: "Production" }], total: 1 }),
  );
  vendor.reply(
    "POST /member/list",
    200,
    envelope({ items: [{ member_id: 12, member_name: "Grace Hopper", email: grace.email }], total: 1 }),
  );
  vendor.reply("POST /person/infos", 200, envelope({ items: [ada, grace] }));
  for (const info of infos.length === 0 ? [schedule] : infos) vendor.reply("POST /schedule/info", 200, envelope(info));
  return vendor;
}

const sent = (vendor: FakeVendor, path: string) => vendor.requests.filter((seen) => seen.path === path);
const command = (vendor: FakeVendor, line: string, provider: "flashduty" | "pagerduty" = "flashduty") =>
  run(`${line} -p ${provider} --max-wait 0`, { profiles: { ...profilesAt(vendor.url), pagerduty: at(vendor) }, now });
const at = ({ url }: FakeVendor) => ({ provider: "pagerduty", baseUrl: url, apiKey: { text: "u+fake_overrides_001" } });

const override = {
  layer_name: "onduty",
  mode: 1,
  groups: [{ group_name: "Grace Hopper", members: [{ role_id: 0, person_ids: [12] }] }],
  layer_start: seconds("2026-03-01T12:00:00Z"),
  layer_end: seconds("2026-03-01T14:30:00Z"),
};
const overridden = {
  ...schedule,
  layers: [rotation, override],
  final_schedule: { schedules: [shift("2026-03-01T12:00:00Z", "2026-03-01T14:30:00Z", 12)] },
};

describe("an override on Flashduty", () => {
  it("sends all of the schedule back, with one more layer at half hours", async () => {
    const vendor = await flashduty(schedule, overridden);
    vendor.reply("POST /schedule/update", 200, { request_id: "r2", data: {} });
    const { code, stderr } = await command(
      vendor,
      "schedules override add production --user grace --for 2h --yes --tz utc",
    );
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: expect.stringContaining("undo: ") });
    expect(stderr).toContain("flashduty takes it from 12:00 (10 min ago) until 14:30 (in 2 h)");
    const [update] = sent(vendor, "/schedule/update");
    expect(update?.body).toMatchObject({
      schedule_id: 2001,
      schedule_name: "Production",
      description: "the rota",
      team_id: 42,
      notify,
      layers: [rotation, { mode: 1, account_id: 7, layer_start: override.layer_start, layer_end: override.layer_end }],
    });
  });

  it("shows no token of a webhook with --dry-run", async () => {
    const vendor = await flashduty();
    const { code, stdout } = await command(vendor, "schedules override add production --user grace --for 2h --dry-run");
    expect(code).toBe(ExitCode.ok);
    expect(stdout).toContain('"token":"…"');
    expect(stdout).not.toContain("fake_hook_token");
    expect(sent(vendor, "/schedule/update")).toEqual([]);
  });

  it.each([
    ["layers that cannot be read", { ...schedule, layers: [rotation, "?"] }, "the layers of Production cannot be read"],
    ["no layers beside shifts", { ...schedule, layers: null }, "the layers of Production cannot be read"],
    [
      "masked secrets",
      { ...schedule, notify: { webhooks: [{ settings: { token: "******" } }] } },
      "a change would overwrite secrets of Production",
    ],
  ])("is not sent with %s: it would delete them", async (_, info, message) => {
    const vendor = await flashduty(info);
    const { code, stderr } = await command(vendor, "schedules override add production --user grace --for 2h --yes");
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain(`${message}`);
    expect(stderr).toContain("nothing was changed");
    expect(sent(vendor, "/schedule/update")).toEqual([]);
  });

  it("that the key may not write names the right that it needs", async () => {
    const vendor = await flashduty();
    vendor.reply("POST /schedule/update", 403, {
      request_id: "r3",
      error: { code: "AccessDenied", message: "Access denied" },
    });
    const { code, stderr } = await command(vendor, "schedules override add production --user grace --for 2h --yes");
    expect(code).toBe(ExitCode.auth);
    expect(stderr).toContain("the APP key lacks Schedules Manage (403)");
  });

  it("is removed alone, and all else is sent back", async () => {
    const other = { ...override, groups: [{ members: [{ role_id: 0, person_ids: [11] }] }] };
    const before = { ...overridden, layers: [rotation, other, override] };
    const vendor = await flashduty(before, before, { ...schedule, layers: [rotation, other] });
    vendor.reply("POST /schedule/update", 200, { request_id: "r2", data: {} });
    const id = `${override.layer_start}-${override.layer_end}-12`;
    const { code } = await command(vendor, `schedules override remove production ${id} --yes`);
    expect(code).toBe(ExitCode.ok);
    expect(sent(vendor, "/schedule/update")[0]?.body).toMatchObject({ notify, layers: [rotation, other] });
  });

  it("that is not listed afterwards is reported, with exit 7", async () => {
    const vendor = await flashduty();
    vendor.reply("POST /schedule/update", 200, { request_id: "r2", data: {} });
    const { code, stderr } = await command(vendor, "schedules override add production --user grace --for 2h --yes");
    expect(code).toBe(ExitCode.partial);
    expect(stderr).toContain(
      "warning: Production does not list the override; look: onduty schedules override list Production",
    );
  });

  it("that got no response is done when the schedule has it, and is not sent again", async () => {
    const vendor = await flashduty(schedule, overridden);
    vendor.handle("POST /schedule/update", (_, response) => void response.destroy());
    const { code, stderr } = await command(vendor, "schedules override add production --user grace --for 2h --yes");
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain("undo: onduty schedules override remove 2001 ");
    expect(sent(vendor, "/schedule/update")).toHaveLength(1);
  });

  it("that got no response and is not listed may be there all the same", async () => {
    const vendor = await flashduty();
    vendor.handle("POST /schedule/update", (_, response) => void response.destroy());
    const { code, stderr } = await command(vendor, "schedules override add production --user grace --for 2h --yes");
    expect(code).toBe(ExitCode.network);
    expect(stderr).toMatch(
      /it may have been added all the same\nhint: onduty schedules override list Production -p flashduty\n/,
    );
    expect(sent(vendor, "/schedule/update")).toHaveLength(1);
  });
});

const mina = { id: "PMINA", type: "user_reference", summary: "Mina Okafor" };
const teo = { id: "PTEO", type: "user_reference", summary: "Teo Lindqvist" };
const entry = (start: string, end: string, user: object) => ({ start, end, user });

async function pagerduty(overrides: object[][] = [[]]): Promise<FakeVendor> {
  const vendor = await fakeVendor();
  const listed = { id: "PSCHED1", type: "schedule", summary: "Core", name: "Core", time_zone: "UTC" };
  vendor.reply("GET /schedules", 200, { schedules: [listed], limit: 100, offset: 0, more: false });
  vendor.reply("GET /v3/schedules", 200, { schedules: [], limit: 100, offset: 0, more: false });
  vendor.reply("GET /users", 200, { users: [{ ...teo, name: "Teo Lindqvist" }], limit: 100, offset: 0, more: false });
  for (const own of overrides) {
    vendor.reply("GET /schedules/PSCHED1", 200, {
      schedule: {
        ...listed,
        schedule_layers: [],
        overrides_subschedule: { rendered_schedule_entries: own },
        final_schedule: {
          rendered_schedule_entries:
            own.length > 0 ? own : [entry("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", mina)],
        },
      },
    });
    // The vendor's own description has a 201 for this read.
    vendor.reply("GET /schedules/PSCHED1/overrides", 201, { overrides: own });
  }
  return vendor;
}

const own = { id: "QOVER1", ...entry("2026-03-01T12:10:00Z", "2026-03-01T14:10:00Z", teo) };

describe("an override on PagerDuty", () => {
  it("is one item of a list, whose status decides", async () => {
    const vendor = await pagerduty([[], [own]]);
    vendor.reply("POST /schedules/PSCHED1/overrides", 201, [{ status: 201, override: own }]);
    const { code, stdout } = await command(
      vendor,
      "schedules override add core --user teo --for 2h --yes --json",
      "pagerduty",
    );
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject({ id: "QOVER1", users: [{ id: "PTEO", name: "Teo Lindqvist" }] });
    expect(sent(vendor, "/schedules/PSCHED1/overrides").find(({ method }) => method === "POST")?.body).toEqual({
      overrides: [
        { start: "2026-03-01T12:10:00Z", end: "2026-03-01T14:10:00Z", user: { id: "PTEO", type: "user_reference" } },
      ],
    });
  });

  it("that is refused within a 201 is exit 1 with the reason", async () => {
    const vendor = await pagerduty();
    vendor.reply("POST /schedules/PSCHED1/overrides", 201, [
      { status: 400, errors: ["End must be after start"], override: {} },
    ]);
    const { code, stderr } = await command(
      vendor,
      "schedules override add core --user teo --for 2h --yes",
      "pagerduty",
    );
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain("the override was refused: End must be after start; 400");
  });

  it("that has begun is cut by its removal, which is done", async () => {
    const cut = { ...own, end: "2026-03-01T12:10:00Z" };
    const vendor = await pagerduty([[own], [], [], [], [own], [cut]]);
    vendor.reply("DELETE /schedules/PSCHED1/overrides/QOVER1", 200, { override: cut });
    const { code, stderr } = await command(vendor, "schedules override remove core QOVER1 --yes", "pagerduty");
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: expect.stringMatching(/^undo: /) });
  });

  it("is known among shifts by the vendor's list of overrides", async () => {
    const vendor = await pagerduty([[own]]);
    const { stdout } = await command(vendor, "schedules shifts core --for 2h --json", "pagerduty");
    expect(JSON.parse(stdout)).toMatchObject([{ override: true, users: [{ id: "PTEO" }] }]);
  });
});

describe("an override of a shift-based schedule of PagerDuty", () => {
  const user = (id: string, name: string) => ({ user: { id, name, email: `${name}@example.com` } });
  const shift = (start: string, end: string, member: object, source: object) => ({
    ...{ type: "computed_shift_assignment", start_time: start, end_time: end },
    ...{ member, source },
  });
  const [minaMember, teoMember] = ["PMINA", "PTEO"].map((user_id) => ({ type: "user_member", user_id }));
  const raviMember = { type: "user_member", user_id: "PRAVI" };
  const rotation = { type: "schedule_rotation", rotation_id: "RFAKE" };
  const added = {
    ...{ id: "OVFAKE", type: "override_shift", rotation_id: "RFAKE" },
    ...{ start_time: "2026-03-01T12:10:00Z", end_time: "2026-03-01T14:10:00Z" },
    ...{ overridden_member: minaMember, overriding_member: teoMember },
  };
  const over = { type: "schedule_rotation_override", rotation_id: "RFAKE", override_id: "OVFAKE" };
  const [begin, end] = ["2026-03-01T09:00:00Z", "2026-03-01T21:00:00Z"];
  const before = [shift(begin, end, minaMember as object, rotation)];
  const after = [
    shift(begin, added.start_time, minaMember as object, rotation),
    shift(added.start_time, added.end_time, teoMember as object, over),
    shift(added.end_time, end, minaMember as object, rotation),
  ];

  /** The shifts of each read, and the overrides listed then. */
  async function account(...reads: [shifts: object[], overrides: object[]][]): Promise<FakeVendor> {
    const vendor = await fakeVendor();
    const listed = {
      id: "PFLEX",
      type: "schedule_v3_reference",
      summary: "Flexible",
      html_url: "https://x.example.com",
    };
    vendor.reply("GET /schedules", 200, { schedules: [], more: false });
    vendor.reply("GET /v3/schedules", 200, { schedules: [listed], more: false });
    vendor.reply("GET /users", 200, { users: [{ ...teo, name: "Teo Lindqvist" }], more: false });
    vendor.reply("GET /users/PMINA", 200, user("PMINA", "mina")).reply("GET /users/PTEO", 200, user("PTEO", "teo"));
    vendor.reply("GET /users/PRAVI", 200, user("PRAVI", "ravi"));
    for (const [computed_shift_assignments, overrides] of reads) {
      const final_schedule = { computed_shift_assignments };
      vendor.reply("GET /v3/schedules/PFLEX", 200, { schedule: { id: "PFLEX", name: "Flexible", final_schedule } });
      vendor.reply("GET /v3/schedules/PFLEX/overrides", 200, { overrides, limit: 25, offset: 0, more: false });
    }
    return vendor;
  }
  const add = (vendor: FakeVendor, words = "--for 2h") =>
    command(vendor, `schedules override add flexible --user teo ${words} --yes --json`, "pagerduty");

  it("names the member and the rotation that it takes the place of", async () => {
    const vendor = await account([before, []], [after, [added]]);
    vendor.reply("POST /v3/schedules/PFLEX/overrides", 201, { overrides: [added] });
    const { code, stdout } = await add(vendor);
    expect({ code, row: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      row: { id: "OVFAKE", users: [{ id: "PTEO" }] },
    });
    const { id: _, ...item } = added;
    const [sentOne] = sent(vendor, "/v3/schedules/PFLEX/overrides").filter(({ method }) => method === "POST");
    expect(sentOne?.body).toEqual({ overrides: [item] });
  });

  it("names a custom shift by its id", async () => {
    const custom = [shift(begin, end, minaMember as object, { type: "custom_shift", shift_id: "CSFAKE" })];
    const vendor = await account([custom, []], [after, [added]]);
    vendor.reply("POST /v3/schedules/PFLEX/overrides", 201, { overrides: [added] });
    await add(vendor);
    const [sentOne] = sent(vendor, "/v3/schedules/PFLEX/overrides").filter(({ method }) => method === "POST");
    const { id: _, rotation_id: __, ...item } = added;
    expect(sentOne?.body).toEqual({ overrides: [{ ...item, custom_shift_id: "CSFAKE" }] });
  });

  it.each([
    ["ends with the shift", before, "--for 20h", "--until 2026-03-01T21:00:00.000Z"],
    ["needs one person", [...before, shift(begin, end, raviMember, rotation)], "--for 2h", "see https://x.example.com"],
    [
      "needs somebody",
      [shift(begin, end, { type: "empty_member" }, rotation)],
      "--for 2h",
      "see https://x.example.com",
    ],
    ["needs a known shift", [shift(begin, end, minaMember as object, {})], "--for 2h", "schedules override list PFLEX"],
  ])("%s, else nothing is sent", async (_, shifts, words, hint) => {
    const vendor = await account([shifts, []]);
    const { code, stderr } = await add(vendor, words);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(hint);
    expect(vendor.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("may have been added where the response names none", async () => {
    const vendor = await account([before, []]);
    vendor.reply("POST /v3/schedules/PFLEX/overrides", 201, {});
    const { code, stderr } = await add(vendor);
    expect(code).toBe(ExitCode.failure);
    expect(stderr).toContain("no override in the response; it may have been added");
  });
});
