import { describe, expect, it } from "vitest";
import { runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const now = new Date("2025-11-24T16:30:00Z");
const id = "66cc00000000000000000001";
type Row = Record<string, unknown>;
const open: Row = {
  incident_id: id,
  num: "0000A1",
  title: "disk",
  progress: "Triggered",
  incident_severity: "Critical",
};
const byIds = "POST /incident/list-by-ids";
const done = { request_id: "fd-done" };
const denied = { request_id: "fd-e", error: { code: "AccessDenied", message: "No permission" } };
const broken = { request_id: "fd-e", error: { code: "InternalError", message: "An internal error" } };
const missing = { request_id: "fd-e", error: { code: "ResourceNotFound", message: "The incident does not exist" } };
const unpaid = {
  request_id: "fd-e",
  error: { code: "ResourceNotFound", message: "Account has not purchased On-call" },
};
const list = (items: Row[], more: Row = {}) => ({
  request_id: "fd-list",
  data: { items, total: items.length, has_next_page: false, ...more },
});

async function setUp() {
  const vendor = await fakeVendor();
  const command = (line: string | string[]) =>
    run(
      typeof line === "string" ? `${line} -p flashduty --max-wait 0` : [...line, "-p", "flashduty", "--max-wait", "0"],
      {
        profiles: profilesAt(vendor.url),
        now,
      },
    );
  return { vendor, command };
}

const sent = ({ requests }: FakeVendor, path: string): unknown[] =>
  requests.filter((seen) => seen.path === path).map(({ body }) => body);

describe("an action on incidents that are named", () => {
  it.each([
    [403, denied],
    [500, broken],
    [503, { request_id: "fd-e", error: { code: "ServiceUnavailable", message: "Try later" } }],
  ])("is sent although they cannot be read (%i), and says what is not known", async (status, body) => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, status, body).reply("POST /incident/ack", 200, done);
    const { code, stdout, stderr } = await command(`incidents ack ${id} --json`);
    expect(sent(vendor, "/incident/ack")).toEqual([{ incident_ids: [id] }]);
    expect(JSON.parse(stdout)).toEqual([
      { id, outcome: "acknowledged", status: "acknowledged", by: null, at: null, error: null },
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("its state is not known") });
  });

  it("is not sent with a wrong key or a wrong base URL", async () => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, 401, { error: { code: "Unauthorized", message: "no" } });
    vendor.reply(byIds, 404, { error: { code: "RouteNotFound", message: "The route does not exist" } });
    expect(await command(`incidents ack ${id}`)).toMatchObject({ code: 4, stdout: "" });
    expect(await command(`incidents ack ${id}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("hint: check the base URL"),
    });
    expect(sent(vendor, "/incident/ack")).toEqual([]);
  });

  it("that the vendor accepted and does not show yet is done, with a notice", async () => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, 200, list([open])).reply("POST /incident/ack", 200, done);
    const { code, stdout, stderr } = await command(`incidents ack ${id} --json --fields outcome`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[{"outcome":"acknowledged"}]\n' });
    expect(stderr).toContain("has not shown it yet: it is open");
  });

  it("takes the short number that the phone shows", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/info", 200, { request_id: "fd-i", data: open });
    vendor.reply(byIds, 200, list([open])).reply(byIds, 200, list([{ ...open, progress: "Closed" }]));
    vendor.reply("POST /incident/resolve", 200, done);
    const { code, stdout } = await command("incidents resolve 0000a1 --json --fields id,outcome");
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[{"id":"0000a1","outcome":"resolved"}]\n' });
    expect(sent(vendor, "/incident/info")).toEqual([{ num: "0000A1" }]);
    expect(sent(vendor, "/incident/resolve")).toEqual([{ incident_ids: [id] }]);
  });

  it("whose short number is unknown is not found, and the others are done", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/info", 400, missing);
    vendor.reply(byIds, 200, list([open])).reply(byIds, 200, list([{ ...open, progress: "Closed" }]));
    vendor.reply("POST /incident/resolve", 200, done);
    // The word could also be the beginning of an id.
    vendor.reply("POST /incident/list", 200, list([]));
    const { code, stdout } = await command(`incidents resolve FFFFFF ${id} --json --fields outcome`);
    expect({ code, stdout }).toEqual({ code: 7, stdout: '[{"outcome":"notFound"},{"outcome":"resolved"}]\n' });
  });
});

describe("incidents that are read by their ids", () => {
  it("are asked for again when the response has fewer than it reports", async () => {
    const { vendor, command } = await setUp();
    const all = [1, 2, 3, 4, 5].map((number) => `66cc0000000000000000000${number}`);
    vendor.handle(byIds, ({ body }, response) => {
      const asked = (body as { incident_ids: string[] }).incident_ids;
      const items = asked.slice(0, 2).map((one) => ({ ...open, incident_id: one, progress: "Closed" }));
      const answer = list(items, { total: asked.length, has_next_page: asked.length > 2 });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    const { code, stdout } = await command(`incidents resolve ${all.join(" ")} --json --fields outcome`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(all.map(() => ({ outcome: "already" })));
  });

  it("count as missing when they are deleted", async () => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, 200, list([{ ...open, deleted_at: 1_764_000_000 }]));
    expect(await command(`incidents ack ${id}`)).toMatchObject({ code: 5 });
  });
});

describe("an account without a plan", () => {
  const everywhere = async () => {
    const { vendor, command } = await setUp();
    for (const path of ["list-by-ids", "info", "list", "feed"]) vendor.reply(`POST /incident/${path}`, 400, unpaid);
    return { vendor, command };
  };

  it.each([`incidents ack ${id}`, `incidents show ${id}`, `incidents timeline ${id}`])(
    "%s gives the vendor's words, not an incident that is not found",
    async (line) => {
      const { command } = await everywhere();
      const { code, stdout, stderr } = await command(line);
      expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
      expect(stderr).toContain("Account has not purchased On-call");
      expect(stderr).not.toContain("not found");
    },
  );

  it("is not taken for one when only the incident is missing: its words stay", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/info", 400, missing).reply("POST /incident/list", 200, list([]));
    const { code, stderr } = await command(`incidents show ${id}`);
    expect(code).toBe(5);
    expect(stderr).toMatch(/not found: .*The incident does not exist/);
  });

  it.each([
    ["ResourceNotFound", "Account has not purchased On-call"],
    ["NoLicense", "Licenses are too few"],
  ])("keeps an event that was refused with %s pending, with what the vendor says", async (errorCode, message) => {
    const { vendor, command } = await setUp();
    const error = { request_id: "fd-e", error: { code: errorCode, message } };
    vendor.reply("POST /event/push/alert/standard", 400, error);
    const { code, stdout, stderr } = await command('events trigger "disk full" --json --fields delivery');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '{"delivery":"spooled"}\n' });
    expect(stderr).toContain(message);
    expect(stderr).toContain("the plan of the account");
  });
});

describe("an outage that comes with status 200", () => {
  it.each(["InternalError", "ServiceUnavailable", "RequestTooFrequently"])(
    "keeps an event pending that got %s",
    async (errorCode) => {
      const { vendor, command } = await setUp();
      const error = { request_id: "fd-e", error: { code: errorCode, message: "later" } };
      vendor.reply("POST /event/push/alert/standard", 200, error);
      expect(await command('events trigger "disk full" --json --fields delivery')).toMatchObject({
        code: 8,
        stdout: '{"delivery":"spooled"}\n',
      });
    },
  );
});

describe("a route that the server does not have", () => {
  const noRoute = { request_id: "fd-e", error: { code: "RouteNotFound", message: "The route does not exist" } };
  it.each([
    ["POST /incident/info", `incidents show ${id}`, 1],
    ["POST /incident/list", "incidents list", 1],
  ])("is a failure with a hint on the base URL: %s", async (route, line, expected) => {
    const { vendor, command } = await setUp();
    vendor.reply(route, 404, noRoute);
    const { code, stderr } = await command(line);
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining("check the base URL") });
  });
});

describe("incidents create", () => {
  it.each([
    [400, missing],
    [403, denied],
    [500, broken],
  ])("prints the id of the new incident when it cannot be read back (%i)", async (status, body) => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/create", 200, { request_id: "fd-c", data: { incident_id: id, title: "db down" } });
    vendor.reply("POST /incident/info", status, body).reply("POST /incident/list", 200, list([]));
    const { code, stdout, stderr } = await command([
      "incidents",
      "create",
      "db down",
      "--json",
      "--fields",
      "id,title,status,urgency",
    ]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `{"id":"${id}","title":"db down","status":"open","urgency":"high"}\n`,
    });
    expect(stderr).toContain(`warning: incident ${id} was created, but the rest of it could not be read`);
  });

  it.each([
    [["--description", "x".repeat(1025)], "the description has 1025 characters, and Flashduty takes 1024"],
    [["--service", "9007199254740993"], "too large"],
  ])("refuses %j before anything is sent", async (more, message) => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /channel/list", 200, {
      data: { items: [{ channel_id: 1 }], total: 1000, has_next_page: false },
    });
    const { code, stderr } = await command(["incidents", "create", "db down", ...more]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(sent(vendor, "/incident/create")).toEqual([]);
  });

  it("takes a title of 512 characters", async () => {
    const { vendor, command } = await setUp();
    const title = "é".repeat(512);
    vendor.reply("POST /incident/create", 200, { request_id: "fd-c", data: { incident_id: id, title } });
    vendor.reply("POST /incident/info", 200, { request_id: "fd-i", data: { ...open, title } });
    expect(await command(["incidents", "create", title, "-q"])).toMatchObject({ code: 0 });
    expect(await command(["incidents", "create", `${title}x`])).toMatchObject({ code: 2 });
  });
});

describe("limits of texts", () => {
  it.each([
    [["update", id, "--description", "ab"], "needs 3"],
    [["update", id, "--description", "x".repeat(6145)], "takes 6144"],
    [["update", id, "--title", "x".repeat(201)], "3 to 200"],
    [["merge", id, "--into", "66cc00000000000000000002", "--note", "x".repeat(1025)], "takes 1024"],
    [["ack", id, "--note", "😀".repeat(1025)], "the note has 1025 characters"],
  ])("are checked before anything is sent: %s", async (words, message) => {
    const { vendor, command } = await setUp();
    const { code, stderr } = await command(["incidents", ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(vendor.requests).toEqual([]);
  });
});

describe("several people", () => {
  const members = { data: { items: [5, 6].map((id) => ({ member_id: id, member_name: `Person ${id}` })), total: 2 } };

  it("are all assigned, each once", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /member/list", 200, members).reply("POST /incident/assign", 200, done);
    vendor.reply(byIds, 200, list([open]));
    const responders = [{ person_id: 5 }, { person_id: 6 }];
    vendor.reply(byIds, 200, list([{ ...open, responders }]));
    const { code, stdout } = await command(`incidents assign ${id} --to 5 --to 6 --to 5 --json --fields outcome`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[{"outcome":"assigned"}]\n' });
    expect(sent(vendor, "/incident/assign")).toEqual([
      { incident_ids: [id], assigned_to: { person_ids: [5, 6], type: "reassign" } },
    ]);
    expect(await command(`incidents assign ${id} --to 6 --to 5 -o tsv --fields outcome,by`)).toMatchObject({
      stdout: "already\t5, 6\n",
    });
  });

  it("are not assigned where the incident shows somebody else under their id", async () => {
    const { vendor, command } = await setUp();
    const ann = { member_id: 5, member_name: "Ann", email: "ann@example.com" };
    vendor.reply("POST /member/list", 200, { data: { items: [ann], total: 1 } });
    vendor.reply("POST /incident/assign", 200, done).reply(byIds, 200, list([open]));
    const responders = [{ person_id: 5, person_name: "Bob", email: "bob@example.com" }];
    vendor.reply(byIds, 200, list([{ ...open, responders }]));
    const { code, stdout, stderr } = await command(`incidents assign ${id} --to Ann -o tsv --fields outcome,by`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "failed\tBob\n" });
    expect(stderr).toContain("Flashduty took it, but 5 is bob@example.com there, not ann@example.com");
    vendor.reply("POST /incident/create", 200, { data: { incident_id: id } });
    vendor.reply("POST /incident/info", 200, { data: { ...open, responders } });
    const created = await command(["incidents", "create", "db down", "--assign", "Ann"]);
    expect(created).toMatchObject({ code: 0, stderr: expect.stringContaining("5 is bob@example.com there") });
  });

  it("are called in beside those who have it, in one request", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /member/list", 200, members).reply("POST /incident/responder/add", 200, done);
    vendor.reply(byIds, 200, list([open]));
    await command(`incidents assign ${id} --to 5 --to 6 --add`);
    expect(sent(vendor, "/incident/responder/add")).toEqual([{ incident_id: id, person_ids: [5, 6] }]);
  });

  it("are assigned to a new incident", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /member/list", 200, members);
    vendor.reply("POST /incident/create", 200, { request_id: "fd-c", data: { incident_id: id } });
    vendor.reply("POST /incident/info", 200, { request_id: "fd-i", data: open });
    await command(["incidents", "create", "db down", "--assign", "5", "--assign", "6"]);
    expect(sent(vendor, "/incident/create")).toMatchObject([{ assigned_to: { person_ids: [5, 6] } }]);
  });

  it.each([
    "incidents assign inc_1 --to usr_1 --to usr_2 -p opsknight",
    "incidents create disk --assign usr_1 --assign usr_2 -p opsknight",
  ])("are refused before anything is sent where the vendor takes one: %s", async (line) => {
    const vendor = await fakeVendor();
    const { code, stderr } = await run(line, { profiles: profilesAt(vendor.url), now });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("to one person at most") });
    expect(vendor.requests).toEqual([]);
  });

  it.each([
    ["--to none --to 5", "--to none excludes other people"],
    ["--to 9007199254740993", "too large"],
  ])("are refused: %s", async (words, message) => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /member/list", 403, denied);
    const { code, stderr } = await command(`incidents assign ${id} ${words}`);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(sent(vendor, "/incident/assign")).toEqual([]);
  });
});

describe("custom fields", () => {
  const definitions = [
    { field_name: "n", field_type: "text", value_type: "string" },
    { field_name: "other", field_type: "text", value_type: "string" },
    { field_name: "raw", field_type: "text", value_type: "string" },
    { field_name: "count", field_type: "text", value_type: "float" },
    { field_name: "done", field_type: "checkbox", value_type: "bool" },
    { field_name: "regions", field_type: "multi_select", value_type: "string" },
  ];
  const fields = { request_id: "fd-f", data: { items: definitions, total: 4 } };

  it("get what is typed as a text, unless the field is of another type", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /field/list", 200, fields).reply(byIds, 200, list([open]));
    vendor.reply("POST /incident/field/reset", 200, done);
    const words =
      "--field n=3 --field count=3 --field done=true --field regions=eu,us --raw-field raw=true --field other=5";
    await command(`incidents update ${id} ${words}`);
    expect(sent(vendor, "/incident/field/reset")).toEqual(
      Object.entries({ n: "3", count: 3, done: true, regions: ["eu", "us"], other: "5", raw: "true" }).map(
        ([field_name, field_value]) => ({ incident_id: id, field_name, field_value }),
      ),
    );
  });

  it("are texts where the account does not list its fields", async () => {
    const { vendor, command } = await setUp();
    const error = { code: "RouteNotFound", message: "The route does not exist" };
    vendor.reply("POST /field/list", 404, { error }).reply(byIds, 200, list([open]));
    vendor.reply("POST /incident/field/reset", 200, done);
    await command(`incidents update ${id} --field n=3`);
    expect(sent(vendor, "/incident/field/reset")).toMatchObject([{ field_value: "3" }]);
  });

  it("that are not known do not make the incident unknown, and what was changed before is said", async () => {
    const { vendor, command } = await setUp();
    vendor
      .reply("POST /field/list", 404, { request_id: "fd-e", error: { code: "RouteNotFound", message: "no" } })
      .reply(byIds, 200, list([open]));
    vendor.reply("POST /incident/reset", 200, done);
    const unknown = { code: "ResourceNotFound", message: "The field does not exist" };
    vendor.reply("POST /incident/field/reset", 400, { request_id: "fd-e", error: unknown });
    const { code, stdout, stderr } = await command(
      `incidents update ${id} --title "new title" --urgency low --field nope=1 --json --fields outcome`,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '[{"outcome":"failed"}]\n' });
    expect(stderr).toMatch(
      /field \\"nope\\" was not changed: .*The field does not exist.*changed before it: title and urgency/,
    );
  });

  it("are refused when the value is of another type", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /field/list", 200, fields);
    const { code, stderr } = await command(`incidents update ${id} --field count=many`);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('"count" takes a number, not "many"'),
    });
  });
});

describe("an escalation", () => {
  const channel = { channel_id: 9, assigned_to: { person_ids: [5] } };
  const rule = (letter: string, more: Row): Row => ({
    rule_id: letter.repeat(24),
    rule_name: letter,
    status: "enabled",
    priority: 1,
    layers: [{}, {}],
    ...more,
  });

  it("goes past rules that are deleted", async () => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, 200, list([{ ...open, ...channel }]));
    const items = [rule("a", { priority: 0, deleted_at: 1_764_000_000 }), rule("b", { deleted_at: 0 })];
    vendor
      .reply("POST /channel/escalate/rule/list", 200, { data: { items } })
      .reply("POST /incident/assign", 200, done);
    const after = { assigned_to: { escalate_rule_id: "b".repeat(24), layer_idx: 0 } };
    vendor.reply(byIds, 200, list([{ ...open, ...channel, ...after }]));
    const { stdout, stderr } = await command(`incidents assign ${id} --escalate -o tsv --fields outcome`);
    expect({ stdout, stderr }).toEqual({ stdout: "escalated\n", stderr: "" });
    expect(sent(vendor, "/incident/assign")).toMatchObject([{ assigned_to: { escalate_rule_id: "b".repeat(24) } }]);
  });

  it("that the vendor does not show is done with a notice, and one that it contradicts has failed", async () => {
    const { vendor, command } = await setUp();
    const before = list([{ ...open, ...channel }]);
    vendor.reply("POST /channel/escalate/rule/list", 200, { data: { items: [rule("b", {})] } });
    vendor.reply("POST /incident/assign", 200, done);
    for (let read = 0; read < 5; read += 1) vendor.reply(byIds, 200, before);
    const other = { assigned_to: { person_ids: [6] }, responders: [{ person_id: 6, person_name: "Zoe" }] };
    vendor.reply(byIds, 200, list([{ ...open, ...channel, ...other }]));
    const escalate = () => command(`incidents assign ${id} --escalate`);
    expect(await escalate()).toMatchObject({ code: 0, stderr: expect.stringContaining("has not shown it yet") });
    expect(await escalate()).toMatchObject({ code: 1, stderr: expect.stringContaining("but Zoe has it") });
  });

  const at = (letter: string, index: number) => ({
    assigned_to: { escalate_rule_id: letter.repeat(24), layer_idx: index },
    responders: [{ person_id: 5, person_name: "Ada" }],
  });

  it.each([
    ["--escalate 2", "b", 1],
    ["--escalate 1", "b", 0],
    ["--escalate=next", "b", 1],
    ["--escalate night", "c", 0],
    [`--escalate ${"c".repeat(24)}`, "c", 0],
  ])("goes to what is named, and is checked: %s", async (words, letter, index) => {
    const { vendor, command } = await setUp();
    const rules = [rule("b", {}), rule("c", { priority: 2, rule_name: "Night shift" })];
    // A level of "c" is the second of nothing: the incident is at the first level of "b", but for the one that asks for it.
    const start = index === 0 && letter === "b" ? at("b", 1) : at("b", 0);
    vendor.reply(byIds, 200, list([{ ...open, ...channel, ...start }]));
    vendor.reply("POST /channel/escalate/rule/list", 200, { data: { items: rules } });
    vendor.reply("POST /incident/assign", 200, done);
    vendor.reply(byIds, 200, list([{ ...open, ...channel, ...at(letter, index) }]));
    const { code, stdout, stderr } = await command(`incidents assign ${id} ${words} -o tsv --fields outcome,by`);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "escalated\tAda\n", stderr: "" });
    const assigned_to = { escalate_rule_id: letter.repeat(24), layer_idx: index, type: "escalate" };
    expect(sent(vendor, "/incident/assign")).toEqual([{ incident_ids: [id], assigned_to }]);
  });

  it.each([id, "-"])("takes no id behind it for one: %s", async (word) => {
    const { command } = await setUp();
    const { code, stderr } = await command(`incidents assign --escalate ${word}`);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("with the ids in front") });
  });

  it("to the level that has it already is not sent", async () => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, 200, list([{ ...open, ...channel, ...at("b", 1) }]));
    vendor.reply("POST /channel/escalate/rule/list", 200, { data: { items: [rule("b", {})] } });
    const { code, stdout } = await command(`incidents assign ${id} --escalate 2 -o tsv --fields outcome,by`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "already\tAda\n" });
    expect(sent(vendor, "/incident/assign")).toEqual([]);
  });

  it.each([
    ["3", 'error: "b" has no level 3; known: "b" with the levels 1 to 2'],
    ["nights", 'error: unknown escalation rule "nights"; known: "b" with the levels 1 to 3'],
    ["0", "levels count from 1"],
    [" ", "levels count from 1"],
  ])(
    "to a level or rule that is not there is refused with the known ones, before anything is sent: %j",
    async (to, message) => {
      const { vendor, command } = await setUp();
      const second = `${id.slice(0, -1)}2`;
      const other = { ...open, ...channel, channel_id: 10, incident_id: second };
      vendor.reply(byIds, 200, list([other, { ...open, ...channel }]));
      vendor.handle("POST /channel/escalate/rule/list", ({ body }, response) => {
        const levels = (body as Row).channel_id === 10 ? [{}, {}, {}] : [{}, {}];
        const items = [rule("b", { layers: levels })];
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: { items } }));
      });
      const { code, stdout, stderr } = await command(["incidents", "assign", second, id, "--escalate", to]);
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining(message) });
      expect(sent(vendor, "/incident/assign")).toEqual([]);
    },
  );

  it("is not guessed when the incident cannot be read", async () => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, 403, denied);
    expect(await command(`incidents assign ${id} --escalate`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("its escalation rule is not known"),
    });
  });
});

describe("an event to a wrong base URL", () => {
  it.each<[string, unknown, Record<string, string>]>([
    ["with the vendor's word", { error: { code: "RouteNotFound", message: "The route does not exist" } }, {}],
    ["with a web page", "<html>", { "content-type": "text/html" }],
  ])("stays pending, with a hint on the base URL, %s", async (_, body, headers) => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /event/push/alert/standard", 404, body, headers);
    const { code, stdout, stderr } = await command('events trigger "disk full" --json --fields delivery');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '{"delivery":"spooled"}\n' });
    expect(stderr).toContain("onduty profiles show");
  });
});

describe("a merge of incidents that are named", () => {
  const target = "66cc00000000000000000002";

  it("is sent although they cannot be read", async () => {
    const { vendor, command } = await setUp();
    vendor.reply(byIds, 403, denied).reply("POST /incident/merge", 200, done);
    const { code, stdout, stderr } = await command(`incidents merge ${id} --into ${target} -o tsv --fields outcome`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "merged\n" });
    expect(stderr).toContain("its state is not known");
    expect(sent(vendor, "/incident/merge")).toEqual([{ source_incident_ids: [id], target_incident_id: target }]);
  });

  it("takes short numbers", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/info", 200, { request_id: "fd-i", data: open });
    const into = { ...open, num: "0000B2", incident_id: target };
    vendor.reply("POST /incident/info", 200, { request_id: "fd-i", data: into });
    vendor.reply(byIds, 200, list([open, into])).reply(byIds, 200, list([{ ...open, progress: "Closed" }]));
    vendor.reply("POST /incident/merge", 200, done);
    const { stdout } = await command("incidents merge 0000A1 --into 0000B2 -o tsv --fields id,outcome");
    expect(stdout).toBe("0000A1\tmerged\n");
    expect(sent(vendor, "/incident/merge")).toEqual([{ source_incident_ids: [id], target_incident_id: target }]);
  });
});

describe("an action on what a text finds", () => {
  const other = "66cc00000000000000000002";
  const labeled: Row = { ...open, start_time: 1_764_000_000, labels: { host: "web-77" } };
  const guessed: Row = { ...labeled, incident_id: other, title: "web outage", labels: { host: "web-1" } };

  it("leaves out what only the vendor's own search finds", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/list", 200, list([labeled, guessed]));
    vendor.reply("POST /incident/ack", 200, done).reply(byIds, 200, list([labeled]));
    vendor.reply(byIds, 200, list([{ ...labeled, progress: "Processing" }]));
    const { code, stderr } = await command("incidents ack --query WEB-77 --since 1d --yes");
    expect(sent(vendor, "/incident/ack")).toEqual([{ incident_ids: [id] }]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('no "WEB-77" in what is shown of it'),
    });
  });

  it("changes nothing when nothing that was found has the text", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/list", 200, list([guessed]));
    const { code, stderr } = await command("incidents resolve --query web-77 --since 1d --yes");
    expect(sent(vendor, "/incident/resolve")).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("nothing was changed") });
  });

  it("is no filter for a list, which shows what the vendor finds", async () => {
    const { vendor, command } = await setUp();
    vendor.reply("POST /incident/list", 200, list([labeled, guessed]));
    expect((await command("incidents list --query web-77 --since 1d -q")).stdout).toBe(`${id}\n${other}\n`);
  });
});
