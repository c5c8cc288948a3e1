import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { incidentStatuses } from "../../src/model/incident.ts";
import { sandboxKeys } from "../../src/sandbox/seed.ts";
import { ask, type Json } from "../sandbox/support.ts";
import { type RunOptions, runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

interface Row {
  id: string;
  title: string;
  status: string;
  urgency: string;
  description: string | null;
  service: { id: string; name: string } | null;
  assignees: { id: string; name: string | null }[];
}

const vendors = ["opsknight", "opsknight 1.3", "flashduty"] as const;
type Vendor = (typeof vendors)[number];

/** Asks a vendor of the sandbox as its own clients do, which costs a tenth of a command. */
function asker(vendor: Vendor, url: string) {
  const headers = { authorization: `Bearer ${sandboxKeys.opsknight.all}` };
  return async (route: string, body?: object): Promise<Json> => {
    const [method = "", path = ""] = route.split(" ");
    const at = vendor === "flashduty" ? `${path}?app_key=${sandboxKeys.flashduty.app}` : path;
    return (await ask(`${url}/${vendor.split(" ")[0]}${at}`, { method, headers, body })).body;
  };
}

/** Opens an incident of Checkout at the vendor. Gives its id. */
async function openIncident(vendor: Vendor, url: string, title: string): Promise<string> {
  const send = asker(vendor, url);
  if (vendor === "flashduty") {
    const body = { title, incident_severity: "Critical", channel_id: 4_100_000_000_001 };
    return String((await send("POST /incident/create", body)).data?.incident_id);
  }
  const service = "svc_checkout";
  const body = { title, urgency: "HIGH", service_id: service, serviceId: service };
  const { data, incident } = await send("POST /api/incidents", body);
  return String((data ?? incident)?.id);
}

/** A vendor of the sandbox: `command` runs a command against it and gives its JSON. */
async function setUp(vendor: Vendor, more: RunOptions = {}) {
  const [name] = vendor.split(" ");
  // What is asked for within a millisecond has an order too.
  let ms = 0;
  const now = (): Date => {
    ms = Math.max(Date.now(), ms + 1);
    return new Date(ms);
  };
  const { home, url } = await sandbox({ dialect: vendor === "opsknight 1.3" ? "1.3" : "documented", now });
  const command = async (line: string, options: RunOptions = {}) => {
    const result = await run(`${line} -p sandbox-${name} --json`, { home, ...more, ...options });
    return { ...result, json: result.stdout === "" ? undefined : JSON.parse(result.stdout) };
  };
  const list = async (words = ""): Promise<Row[]> => (await command(`incidents list ${words}`)).json as Row[];
  const show = async (id: string): Promise<Row> => (await command(`incidents show ${id}`)).json as Row;
  return {
    ...{ command, list, show, send: asker(vendor, url) },
    open: (title: string) => openIncident(vendor, url, title),
  };
}

describe.each(vendors)("incidents on %s", (vendor) => {
  const isFlashduty = vendor === "flashduty";

  it("are created, with service and assignee by name", async () => {
    const { command, show } = await setUp(vendor);
    const who = vendor === "opsknight 1.3" ? "usr_ada" : "ada";
    const { code, json } = await command(
      `incidents create "Payments fail" --urgency low --service check --description "since noon" --assign ${who}`,
    );
    expect(code).toBe(ExitCode.ok);
    const made = await show((json as Row).id);
    expect(made).toMatchObject({
      title: "Payments fail",
      urgency: "low",
      status: "open",
      service: { name: "Checkout" },
    });
    expect(made.assignees.map(({ name }) => name)).toEqual(["Ada Lovelace"]);
  });

  it("are created for the service that the profile names", async () => {
    const { home, profiles } = await sandbox(vendor === "opsknight 1.3" ? { dialect: "1.3" } : {});
    const profile = { ...profiles[`sandbox-${vendor.split(" ")[0]}`], service: "checkout" };
    const options = { home, profiles: { named: profile } };
    const { code, stdout, stderr } = await run('incidents create "Payments fail" --json', options);
    expect({ code, stderr }).toMatchObject({ code: ExitCode.ok });
    expect(JSON.parse(stdout)).toMatchObject({ service: { name: "Checkout" } });
    const wrong = await run("incidents create x", {
      ...options,
      profiles: { named: { ...profile, service: "nowhere" } },
    });
    expect(wrong.code).toBe(ExitCode.notFound);
    expect(wrong.stderr).toContain('the service of profile "named": unknown service "nowhere"');
  });

  it("go through ack, unack, resolve and reopen, and report what was so already", async () => {
    const { command, show, open } = await setUp(vendor);
    const id = await open("A walk");
    const steps = [
      ["ack", "acknowledged", "acknowledged"],
      ["ack", "already", "acknowledged"],
      ["unack", "unacknowledged", "open"],
      ["resolve", "resolved", "resolved"],
      ["resolve", "already", "resolved"],
      ["reopen", "reopened", "open"],
      ["reopen", "already", "open"],
    ];
    for (const [verb, outcome, status] of steps) {
      const { code, json } = await command(`incidents ${verb} ${id}`);
      expect({ verb, code, json }).toMatchObject({ verb, code: 0, json: [{ id, outcome, status, error: null }] });
      expect((await show(id)).status).toBe(status);
    }
    await command(`incidents resolve ${id}`);
    for (const verb of ["ack", "unack", "snooze"]) {
      const { code, json } = await command(`incidents ${verb} ${id}`);
      expect({ verb, code, json }).toMatchObject({ verb, code: 1, json: [{ outcome: "failed", status: "resolved" }] });
      expect((await show(id)).status).toBe("resolved");
    }
  });

  it("are snoozed", async () => {
    const { command, show, open } = await setUp(vendor);
    const id = await open("Noise");
    const { code, json } = await command(`incidents snooze ${id}`);
    expect({ code, json }).toMatchObject({ code: 0, json: [{ outcome: "snoozed", status: "snoozed" }] });
    expect((await show(id)).status).toBe("snoozed");
    const back = await command(`incidents reopen ${id}`);
    expect({ code: back.code, json: back.json }).toMatchObject({
      code: 0,
      json: [{ outcome: "reopened", status: "open", error: null }],
    });
    expect((await show(id)).status).toBe("open");
  });

  it("are reopened together, whether they were resolved or snoozed", async () => {
    const { command, show, open } = await setUp(vendor);
    const ids: string[] = [];
    for (const title of ["One", "Two", "Three"]) ids.push(await open(`${title} of a kind`));
    const [one, two] = ids;
    await command(`incidents resolve ${one}`);
    await command(`incidents snooze ${two}`);
    const { code, json } = await command(`incidents reopen ${ids.join(" ")}`);
    expect(code).toBe(0);
    expect((json as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual(["reopened", "reopened", "already"]);
    for (const id of ids) expect((await show(id)).status).toBe("open");
  });

  it("are assigned by id, e-mail address, name and me", async () => {
    const { command, show, open } = await setUp(vendor);
    const id = await open("Whose");
    const hidden = vendor === "opsknight 1.3";
    const grace = isFlashduty ? "5100000000002" : "usr_grace";
    for (const to of hidden ? [grace] : [grace, "ada@sandbox.test", "Grace Hopper", "ad"]) {
      const { code, json } = await command(`incidents assign ${id} --to "${to}"`);
      expect({ to, code, json }).toMatchObject({ to, code: 0, json: [{ outcome: "assigned" }] });
      const [person] = (await show(id)).assignees;
      expect(person?.name).toBe(to.startsWith("ad") ? "Ada Lovelace" : "Grace Hopper");
    }
    const who = hidden ? "Grace Hopper" : "Ada Lovelace";
    const again = await command(`incidents assign ${id} --to ${hidden ? grace : "ad"}`);
    expect(again.json).toMatchObject([{ outcome: "already", by: who }]);
    expect(again.stderr).toContain(`${id} was assigned to ${who} already\n`);
    if (hidden) {
      // Nobody reports who acknowledged, and who has it need not have done so.
      expect((await command(`incidents ack ${id}`)).json).toMatchObject([{ outcome: "acknowledged", by: null }]);
      const { code, stderr } = await command(`incidents assign ${id} --to nobody@sandbox.test`);
      expect({ code, stderr }).toMatchObject({
        code: ExitCode.usage,
        stderr: expect.stringContaining('nobody with the address \\"nobody@sandbox.test\\" was seen on it'),
      });
    }
    const none = await command(`incidents assign ${id} --to none`);
    if (isFlashduty) expect(none.code).toBe(ExitCode.usage);
    else expect((await show(id)).assignees).toEqual([]);
  });

  it("are updated as far as the vendor goes", async () => {
    const { command, show, open } = await setUp(vendor);
    const id = await open("Too loud");
    expect((await command(`incidents update ${id} --urgency low`)).json).toMatchObject([{ outcome: "updated" }]);
    expect((await show(id)).urgency).toBe("low");
    expect((await command(`incidents update ${id} --urgency low`)).json).toMatchObject([{ outcome: "already" }]);
    const titled = await command(`incidents update ${id} --title "New title"`);
    expect(titled.code).toBe(isFlashduty ? 0 : ExitCode.usage);
    expect((await show(id)).title).toBe(isFlashduty ? "New title" : "Too loud");
  });

  it("have a timeline, and a page", async () => {
    const { command, open } = await setUp(vendor);
    const id = await open("A story");
    await command(`incidents ack ${id}`);
    await command(`incidents resolve ${id}`);
    const { code, json } = await command(`incidents timeline ${id}`);
    const types = (json as { type: string; at: string }[]).map(({ type }) => type);
    expect(code).toBe(0);
    expect(types).toEqual(["created", "acknowledged", "resolved"]);
    const page = (await command(`incidents open ${id}`)).json as { id: string; url: string };
    expect(page.url).toContain(id);
    expect((await command("incidents timeline ffffffffffffffffffffffff")).code).toBe(ExitCode.notFound);
  });

  it("are chosen by filters, which lists them and asks", async () => {
    const { command, list } = await setUp(vendor);
    const before = await list("--status open --service checkout");
    expect(before.length).toBeGreaterThan(0);
    const unasked = await command("incidents ack --service checkout --status open");
    expect(unasked).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(unasked.stderr).toContain(before[0]?.id);
    expect(unasked.stderr).toContain("no terminal");
    expect(await list("--status open --service checkout")).toEqual(before);

    const declined = await command("incidents ack --service checkout --status open", { tty: true, answers: ["n"] });
    expect(declined.code).toBe(ExitCode.usage);
    expect(await list("--status open --service checkout")).toEqual(before);

    const done = await command("incidents ack --service checkout --status open --yes");
    expect(done.code).toBe(0);
    expect((done.json as Row[]).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await list("--status open --service checkout")).toEqual([]);
    const nothing = await command("incidents ack --service checkout --status open --yes");
    expect(nothing).toMatchObject({ code: 0, json: [], stderr: expect.stringContaining("No open incidents match.\n") });
  });

  it("that do not exist are reported one by one", async () => {
    const { command, list } = await setUp(vendor);
    const [first] = await list("--status open");
    const { code, json } = await command(`incidents ack ${first?.id} ffffffffffffffffffffffff`);
    expect(code).toBe(ExitCode.partial);
    expect((json as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual(["acknowledged", "notFound"]);
    const dry = await command("incidents assign ffffffffffffffffffffffff --to me --dry-run");
    expect(dry).toMatchObject({ code: ExitCode.notFound, json: [] });
    expect(dry.stderr).toContain('incident \\"ffffffffffffffffffffffff\\" not found');
  });

  it.each([
    ["incidents ack", "no incidents given to acknowledge"],
    ["incidents ack inc_1 --status open", "use either IDs or filters"],
    ["incidents resolve --yes --query ''", "Expected a text to look for"],
    ["incidents snooze inc_1 --for 0", "Expected a duration above 0"],
    ["incidents snooze inc_1 --for soon", "Expected a duration above 0"],
    ["incidents assign inc_1", "assign takes --to USER or --escalate"],
    ["incidents assign inc_1 'inc 2'", "hint: onduty incidents assign inc_1 'inc 2' --to me\n"],
    ["incidents assign inc_1 --to ' '", "--to needs a user"],
    ["incidents update inc_1", "no change given"],
    ["incidents update inc_1 --urgency loud", "Allowed choices are high, medium, low"],
    ["incidents merge inc_1 --into inc_1", "cannot be merged into itself"],
    ["incidents comment inc_1", "a comment needs an incident and a text"],
    ["incidents comment inc_1 ' '", "the comment is empty"],
    ["incidents create ' '", "the title is empty"],
  ])("refuse `%s` with exit 2 and no request", async (line, message) => {
    const fake = await fakeVendor();
    const profile = isFlashduty ? "flashduty" : "opsknight";
    const { code, stderr } = await run(line, { profiles: profilesAt(fake.url), env: { ONDUTY_PROFILE: profile } });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
    expect(fake.requests).toEqual([]);
  });
});

describe("what one vendor can and the other cannot", () => {
  it("is a clear error on OpsKnight: comments, merging, notes, durations", async () => {
    const fake = await fakeVendor();
    const refused = async (line: string) => {
      const { code, stderr } = await run(line, { profiles: profilesAt(fake.url) });
      expect({ line, code }).toEqual({ line, code: ExitCode.usage });
      return stderr;
    };
    expect(await refused('incidents comment inc_1 "hello"')).toBe(
      "error: opsknight has no comments on incidents\nhint: onduty incidents open ID shows its page\n",
    );
    expect(await refused("incidents merge inc_1 --into inc_2")).toContain("opsknight has no way to merge incidents");
    expect(await refused("incidents ack inc_1 --note hello")).toContain("opsknight has no notes on incidents");
    expect(await refused("incidents snooze inc_1 --for 2h")).toContain("opsknight takes no duration for a snooze");
    expect(fake.requests).toEqual([]);
  });

  it("suppresses on OpsKnight, and reports on Flashduty that it cannot", async () => {
    const { command, show, open } = await setUp("opsknight");
    const id = await open("Known");
    expect((await command(`incidents suppress ${id}`)).json).toMatchObject([{ outcome: "suppressed" }]);
    expect((await show(id)).status).toBe("suppressed");
    expect((await command(`incidents reopen ${id}`)).json).toMatchObject([{ outcome: "reopened", status: "open" }]);
    const flashduty = await setUp("flashduty");
    const [first] = await flashduty.list();
    const { code, stderr } = await flashduty.command(`incidents suppress ${first?.id}`);
    expect({ code, stderr }).toMatchObject({
      code: ExitCode.usage,
      stderr: expect.stringContaining("no suppressed incidents"),
    });
  });

  it("reads ids as jq prints them, and does not take rows of a table for ids", async () => {
    const { command, list } = await setUp("opsknight");
    const rows = await list();
    const indented = rows.map((row) => JSON.stringify(row, null, 2)).join("\n");
    expect((await command("incidents show -", { stdin: indented })).json).toMatchObject(rows.map(({ id }) => ({ id })));
    const table = await command("incidents ack -", { stdin: rows.map(({ id }) => `${id}\topen\thigh\n`).join("") });
    expect({ code: table.code, stdout: table.stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(table.stderr).toContain("line 1 of standard input has more on it than an id");
    const id = rows[0]?.id;
    for (const stdin of [
      `id,title\r\n${id},Disk full\r\n`,
      `${id},Disk full\n`,
      `- id: ${id}\n  title: Disk full\n`,
      `| ID | Title |\n| --- | --- |\n| ${id} | Disk full |\n`,
    ]) {
      const given = await command("incidents ack -", { stdin });
      expect({ code: given.code, stdout: given.stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
      expect(given.stderr).toContain("line 1 of standard input has more on it than an id");
    }
    expect(table.stderr).toContain("onduty incidents list -p sandbox-opsknight --quiet");
    expect(await list()).toEqual(rows);
  });

  it("comments and merges on Flashduty", async () => {
    const { command, show, open } = await setUp("flashduty");
    const ids: string[] = [];
    for (const title of ["One", "Two", "Three"]) ids.push(await open(`${title} of a kind`));
    const [one, two, three] = ids;
    expect((await command(`incidents comment ${one} ${two} "looking at it"`)).json).toMatchObject([
      { outcome: "commented" },
      { outcome: "commented" },
    ]);
    expect((await command(`incidents comment ${one} -`, { stdin: "from a pipe\n" })).code).toBe(0);
    const texts = ((await command(`incidents timeline ${one}`)).json as { text: string }[]).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(["looking at it", "from a pipe"]));

    const merged = await command(`incidents merge ${two} ${three} --into ${one}`);
    expect({ code: merged.code, json: merged.json }).toMatchObject({
      code: 0,
      json: [{ outcome: "merged" }, { outcome: "merged" }],
    });
    expect((await show(two ?? "")).status).toBe("resolved");
    const gone = await command(`incidents merge ${two} --into ffffffffffffffffffffffff`);
    expect(gone.code).toBe(ExitCode.notFound);
  });

  it("escalates on Flashduty, level by level, and reports when there is none left", async () => {
    const { command, show, list, open } = await setUp("flashduty");
    const id = await open("A climb");
    const people = async (): Promise<string[]> => (await show(id)).assignees.map(({ name }) => name ?? "");
    for (const expected of [["Ada Lovelace"], ["Grace Hopper"], ["Ada Lovelace", "Grace Hopper", "藤井 慧"]]) {
      const { code, json } = await command(`incidents assign ${id} --escalate`);
      expect({ code, json }).toMatchObject({ code: 0, json: [{ id, outcome: "escalated", by: expected.join(", ") }] });
      expect(await people()).toEqual(expected);
    }
    const last = await command(`incidents assign ${id} --escalate`);
    expect(last).toMatchObject({
      code: 1,
      json: [{ outcome: "failed", error: expect.stringMatching(/last level of "Ch/) }],
    });

    const [database] = await list("--service database");
    const both = await command(`incidents assign ${id} ${database?.id} --escalate`);
    expect(both.json).toMatchObject([
      { outcome: "failed" },
      { outcome: "failed", error: expect.stringMatching(/no escalation rule/) },
    ]);
  });

  it("sets custom fields on Flashduty, of the type each has", async () => {
    const { command, open } = await setUp("flashduty");
    const id = await open("A form");
    const words = `--field affected_users=120 --field 'customer_impact=no "checkout" for 5 %' --field 'regions=["eu","us"]'`;
    const done = await command(`incidents update ${id} --urgency low ${words}`);
    expect({ code: done.code, json: done.json }).toMatchObject({ code: 0, json: [{ id, outcome: "updated" }] });
    const raw = await command(`api POST /incident/info --field incident_id=${id} --jq .data.fields`);
    expect(raw.json).toEqual({ affected_users: 120, customer_impact: 'no "checkout" for 5 %', regions: ["eu", "us"] });

    expect((await command(`incidents update ${id} --field affected_users=120`)).json).toMatchObject([
      { outcome: "already" },
    ]);
    expect(await command(`incidents update ${id} --field affected_users=many`)).toMatchObject({ code: 2 });
    const wrong = await command(`incidents update ${id} --raw-field affected_users=many`);
    expect(wrong).toMatchObject({ code: 1, json: [{ outcome: "failed", error: expect.stringContaining("number") }] });
    const unknown = await command(`incidents update ${id} --field nothing=1`);
    expect(unknown.code).not.toBe(0);
  });

  it("calls somebody in on Flashduty, beside those who have it", async () => {
    const { command, show } = await setUp("flashduty");
    const { id } = (await command('incidents create "A crowd" --service checkout --assign ada')).json as Row;
    const { code, json } = await command(`incidents assign ${id} --to grace --add`);
    expect({ code, json }).toMatchObject({ code: 0, json: [{ outcome: "assigned" }] });
    expect((await show(id)).assignees.map(({ name }) => name)).toEqual(["Ada Lovelace", "Grace Hopper"]);
    expect((await command(`incidents assign ${id} --to grace --add`)).json).toMatchObject([{ outcome: "already" }]);
    // Without --add it is hers alone.
    expect((await command(`incidents assign ${id} --to grace`)).json).toMatchObject([{ outcome: "assigned" }]);
    expect((await show(id)).assignees.map(({ name }) => name)).toEqual(["Grace Hopper"]);
  });

  it.each<[Vendor, string, string]>([
    ["opsknight", "incidents assign inc_000001 --escalate", "opsknight has no escalation by hand"],
    ["opsknight", "incidents update inc_000001 --field a=1", "opsknight has no custom fields"],
    ["flashduty", "incidents update 0123456789abcdef01234567 --field a", "name=value"],
    ["flashduty", "incidents update 0123456789abcdef01234567 --field a=1 --field a=2", "given twice"],
    ["opsknight", "incidents assign inc_000001 --to ada --add", "opsknight has no place for a second assignee"],
    ["flashduty", "incidents assign 0123456789abcdef01234567", "--to USER or --escalate"],
    ["flashduty", "incidents assign 0123456789abcdef01234567 --to me --escalate", "--to USER or --escalate"],
    ["flashduty", "incidents assign 0123456789abcdef01234567 --to none --add", "--add needs --to USER"],
    ["flashduty", "incidents assign 0123456789abcdef01234567 --escalate --add", "--add needs --to USER"],
  ])("says on %s that `%s` is none", async (vendor, line, message) => {
    const { command } = await setUp(vendor);
    expect(await command(line)).toMatchObject({
      code: ExitCode.usage,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });

  it("snoozes on Flashduty for as long as given, for two hours by itself, and never for more than a day", async () => {
    const vendor = await fakeVendor();
    const id = "5a5a5a5a5a5a5a5a5a5a5a5a";
    const row = {
      incident_id: id,
      title: "x",
      progress: "Triggered",
      incident_severity: "Critical",
      start_time: 1_700_000_000,
      // Long past: another snooze is wanted each time.
      snoozed_before: 1_700_000_600,
    };
    vendor
      .reply("POST /incident/list-by-ids", 200, { data: { items: [row] } })
      .reply("POST /incident/snooze", 200, { data: null });
    const options = { profiles: profilesAt(vendor.url), env: { ONDUTY_PROFILE: "flashduty" } };
    for (const words of ["", "--for 90s", "--for 1h"])
      expect((await run(`incidents snooze ${id} ${words}`, options)).code).toBe(0);
    const sent = vendor.requests
      .filter(({ path }) => path === "/incident/snooze")
      .map(({ body }) => (body as { minutes: number }).minutes);
    expect(sent).toEqual([120, 2, 60]);
    expect((await run(`incidents snooze ${id} --for 2d`, options)).stderr).toContain(
      "flashduty snoozes for 24 hours at most",
    );
  });
});

describe("incidents that filters match", () => {
  /** One incident of each status, called "... of a kind". */
  async function oneOfEach() {
    const desk = await setUp("opsknight");
    const ids: Record<string, string> = {};
    for (const status of incidentStatuses) {
      const id = await desk.open("One of a kind");
      if (status !== "open") await desk.send(`PATCH /api/incidents/${id}`, { status: status.toUpperCase() });
      ids[id] = status;
    }
    const act = async (line: string, options: RunOptions = {}) => {
      const { code, stderr, json = [] } = await desk.command(`incidents ${line} --query "of a kind"`, options);
      const rows = json as { id: string; outcome: string }[];
      return {
        code,
        stderr,
        touched: rows.map(({ id }) => ids[id]).sort(),
        outcomes: new Set(rows.map((row) => row.outcome)),
      };
    };
    return { ...desk, act };
  }

  const pagesAgain = "OpsKnight pages whoever is on call again, at once\n";
  it.each<[string, string, string[], string, string?]>([
    ["ack", "acknowledged", ["open"], "1 open incident matches"],
    ["unack", "unacknowledged", ["acknowledged"], "1 acknowledged incident matches", pagesAgain],
    ["resolve", "resolved", ["acknowledged", "open", "snoozed", "suppressed"], "4 unresolved incidents match"],
    [
      "reopen --since 1h",
      "reopened",
      ["resolved", "snoozed", "suppressed"],
      "3 resolved, snoozed or suppressed incidents match",
      pagesAgain,
    ],
    [
      "snooze",
      "snoozed",
      ["acknowledged", "open"],
      "2 open or acknowledged incidents match",
      "OpsKnight does not wake them by themselves: onduty incidents reopen inc_000014 inc_000013 -p sandbox-opsknight\n",
    ],
    ["suppress", "suppressed", ["acknowledged", "open"], "2 open or acknowledged incidents match"],
    [
      "assign --to grace",
      "assigned",
      ["acknowledged", "open", "snoozed", "suppressed"],
      "4 unresolved incidents match",
    ],
  ])("are, without --status, those that %s does something to", async (line, outcome, statuses, said, effect = "") => {
    const { act } = await oneOfEach();
    const { code, touched, outcomes, stderr } = await act(`${line} --yes`);
    expect({ code, touched, outcomes }).toEqual({ code: ExitCode.ok, touched: statuses, outcomes: new Set([outcome]) });
    expect(stderr).toBe(`${said}; use --status for others\n${effect}`);
    const again = await act(`${line} --yes`);
    if (line.startsWith("assign")) return expect(again.outcomes).toEqual(new Set(["already"]));
    expect(again).toMatchObject({
      code: ExitCode.ok,
      touched: [],
      stderr: expect.stringMatching(/^No .+ incidents match\.\n$/),
    });
  });

  it("are those of --status where it is given, and the question reports which were looked at", async () => {
    const { act } = await oneOfEach();
    const terminal = (answer: string): RunOptions => ({ tty: true, answers: [answer] });
    const declined = await act("unack", terminal("n"));
    expect(declined.stderr).toContain("Unacknowledge 1 acknowledged incident?");
    const more = await act("snooze --status open,suppressed", terminal("y"));
    expect(more).toMatchObject({ code: ExitCode.ok, touched: ["open", "suppressed"] });
    expect(more.stderr).toContain("Snooze 2 open or suppressed incidents?");
    const everything = await act("resolve --status all", terminal("n"));
    expect(everything.stderr).toContain("Resolve 5 incidents?");
  });

  it("are not all that was ever resolved: reopen wants to know since when", async () => {
    const { act } = await oneOfEach();
    for (const line of ["reopen", "reopen --status resolved", "reopen --status all", "reopen --until 1h"]) {
      const refused = await act(`${line} --yes`);
      expect(refused).toMatchObject({ code: ExitCode.usage, touched: [] });
      expect(refused.stderr).toContain("--since 1d, or --status snoozed,suppressed");
    }
    expect(await act("reopen --status snoozed,suppressed --yes")).toMatchObject({ touched: ["snoozed", "suppressed"] });
  });

  it("are not all of them where the list is cut short, which is no success", async () => {
    const vendor = await fakeVendor();
    const rows = Array.from({ length: 200 }, (_, index) => ({
      id: `inc_${index}`,
      title: index < 2 ? "Disk full" : "Other",
      status: index === 0 ? "OPEN" : "ACKNOWLEDGED",
      urgency: "HIGH",
      createdAt: new Date(1_770_000_000_000 - index * 1000).toISOString(),
    }));
    vendor.handle("GET /api/incidents", ({ query }, response) => {
      const incidents = rows.slice(0, Number(query.limit));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ incidents }));
    });
    for (const row of rows.slice(0, 2)) vendor.reply(`GET /api/incidents/${row.id}`, 200, { incident: row });
    vendor.reply("PATCH /api/incidents/inc_0", 200, { incident: { ...rows[0], status: "ACKNOWLEDGED" } });
    const ack = (more = "") => run(`incidents ack --query disk --yes ${more}`, { profiles: profilesAt(vendor.url) });
    const done = await ack();
    expect(done.code).toBe(ExitCode.partial);
    expect(done.stdout).toContain("inc_0\tacknowledged\t");
    expect(done.stderr).toContain("error: more incidents may match than could be listed");
    expect((await ack("--dry-run")).code).toBe(ExitCode.partial);
  });
});

describe("an action at a terminal without ids and filters", () => {
  it("lists what there is, numbered, and takes the numbers that are picked", async () => {
    const { command, show, list } = await setUp("opsknight");
    const open = await list("--status open");
    const { code, stderr, json } = await command("incidents ack --no-color", { tty: true, answers: ["1"] });
    expect(stderr).toMatch(/^# +ID +STATUS/m);
    expect(stderr).toContain("Acknowledge which open incidents? Numbers such as 1 3-5, or all");
    expect({ code, json }).toMatchObject({ code: 0, json: [{ id: open[0]?.id, outcome: "acknowledged" }] });
    expect((await show(open[1]?.id ?? "")).status).toBe("open");

    const rows = await list();
    const declined = await command("incidents resolve", { tty: true, answers: ["all", "n"] });
    expect(declined).toMatchObject({ code: ExitCode.usage, stdout: "" });
    expect(declined.stderr).toContain(`Resolve ${rows.length} unresolved incidents?`);
    const all = await command("incidents resolve", { tty: true, answers: ["all", "y"] });
    expect((all.json as Row[]).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    const none = await command("incidents ack --no-color", { tty: true });
    expect(none).toMatchObject({ code: 0, json: [], stderr: expect.stringContaining("No open incidents match.") });
    const again = await command("incidents reopen", { tty: true, answers: ["1, 2-3 2"] });
    expect(again.json).toHaveLength(3);
  });

  it("narrows the list down to those with a word behind a slash", async () => {
    const { command, list } = await setUp("opsknight");
    const [, marked] = await list("--status open");
    const word = marked?.title.split(" ")[0] ?? "";
    const answers = [`/${word.toLowerCase()}`, "/no such word", "1"];
    const { code, stderr, json } = await command("incidents ack --no-color", { tty: true, answers });
    expect({ code, json }).toMatchObject({ code: 0, json: [{ id: marked?.id, outcome: "acknowledged" }] });
    expect(stderr).toContain('nothing listed has "no such word"');
    expect(stderr.match(/^1 .*$/gm)?.map((line) => line.includes(word))).toEqual([false, true, true]);
  });

  it.each(["", "0", "9-99", "x", "2-1"])("changes nothing when the answer is `%s`", async (answer) => {
    const { command, list } = await setUp("flashduty");
    const before = await list("--status all");
    expect(before).toHaveLength(6);
    // A wrong answer is asked again, three times in all.
    const { code, stdout } = await command("incidents resolve", { tty: true, answers: [answer, answer, answer] });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(await list("--status all")).toEqual(before);
  });

  it.each([
    ["--no-input", {}],
    ["--yes", {}],
    ["", { CI: "1" }],
  ])("asks nothing with %s %s", async (option, env) => {
    const { command } = await setUp("opsknight");
    const { code, stderr } = await command(`incidents ack ${option}`, { tty: true, env });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("no incidents given to acknowledge");
  });
});

describe("a write that cannot be repeated", () => {
  it.each([
    ["opsknight", "POST /api/incidents", "incidents create x-title --service svc_1"],
    ["flashduty", "POST /incident/create", "incidents create x-title"],
  ])("is sent once on %s, and says that it may have happened", async (profile, route, line) => {
    const vendor = await fakeVendor();
    if (profile === "opsknight") vendor.reply("GET /api/services", 200, { services: [{ id: "svc_1", name: "One" }] });
    let asked = 0;
    vendor.handle(route, (_, response) => {
      asked += 1;
      response.socket?.destroy();
    });
    const { code, stderr } = await run(line, { profiles: profilesAt(vendor.url), env: { ONDUTY_PROFILE: profile } });
    expect({ code, asked }).toEqual({ code: ExitCode.network, asked: 1 });
    expect(stderr).toContain("it may have been created all the same");
    expect(stderr).toContain("hint: onduty incidents list --since 10m --query x-title");
  });
});

describe("services, schedules, users and teams", () => {
  it.each(["opsknight", "flashduty"] as const)("are listed and found on %s", async (vendor) => {
    const { command } = await setUp(vendor);
    for (const [name, first] of [
      ["services", "Checkout"],
      ["schedules", "Primary"],
      ["users", "Ada Lovelace"],
      ["teams", "Platform"],
    ]) {
      const { code, json } = await command(`${name} list`);
      expect({ name, code, first: (json as Row[] & { name: string }[])[0]?.name }).toEqual({ name, code: 0, first });
      expect((await command(`${name} show "${first?.toLowerCase()}"`)).json).toMatchObject({ name: first });
      expect((await command(`${name} show nobody-and-nothing`)).code).toBe(ExitCode.notFound);
    }
    expect((await command("users show KEI@sandbox.test")).json).toMatchObject({ name: "藤井 慧" });
    const limited = await command("users list --limit 2");
    expect(limited.json).toHaveLength(2);
    expect(limited.stderr).toContain("--all for every one");
    expect((await command("services list --query sear --fields name")).json).toEqual([{ name: "Search" }]);
  });

  it("list whom an ambiguous name could mean, and touch nothing", async () => {
    const vendor = await fakeVendor();
    const users = [
      { id: "usr_1", name: "Ann Bell" },
      { id: "usr_2", name: "Ann Cole" },
    ];
    vendor.reply("GET /api/users", 200, {
      data: users,
      pagination: { total: 2, limit: 100, offset: 0, has_more: false },
    });
    const { code, stderr } = await run("incidents assign inc_1 --to ann", { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain('"ann" could be 2 users: Ann Bell (usr_1), Ann Cole (usr_2)');
    expect(vendor.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("are not published by OpsKnight 1.3.1, as far as people go", async () => {
    const { command } = await setUp("opsknight 1.3");
    for (const name of ["users", "teams"]) {
      const { code, stderr } = await command(`${name} list`);
      expect(code).toBe(ExitCode.failure);
      expect(stderr).toContain(`this OpsKnight server does not publish ${name}`);
    }
    expect((await command("services list")).json).toHaveLength(3);
  });

  it.each(["services", "schedules", "users", "teams"])("are not there on Flotiq: %s", async (name) => {
    const vendor = await fakeVendor();
    const { code, stderr } = await run(`${name} list -p flotiq`, { profiles: profilesAt(vendor.url) });
    expect({ code, stderr }).toEqual({ code: ExitCode.usage, stderr: `error: flotiq has no ${name}\n` });
  });
});
