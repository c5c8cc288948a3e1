import { expect, it } from "vitest";
import { replyInPages } from "../support/flashduty-pages.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2025-11-24T16:30:00Z");
const range = (length: number): number[] => Array.from({ length }, (_, at) => at + 1);

async function setUp() {
  const vendor = await fakeVendor();
  const command = (line: string) => run(`${line} -p flashduty`, { profiles: profilesAt(vendor.url), now });
  return { vendor, command };
}

const incident = (number: number, more: object = {}) => ({
  incident_id: `66cc${number.toString(16).padStart(20, "0")}`,
  title: `incident ${number}`,
  num: "A1B2C3",
  progress: "Triggered",
  incident_severity: "Critical",
  start_time: now.getTime() / 1000 - number,
  ...more,
});
const member = (number: number, more: object = {}) => ({
  member_id: 5_000_000_000_000 + number,
  member_name: `Person ${number}`,
  ...more,
});

it("an incidents list of several pages is complete, though each page counts all", async () => {
  const { vendor, command } = await setUp();
  replyInPages(
    vendor,
    "POST /incident/list",
    range(250).map((number) => incident(number)),
    "cursor",
  );
  const { code, stdout, stderr } = await command("incidents list --since 1d --all -q");
  expect({ code, lines: stdout.trim().split("\n").length, stderr }).toEqual({ code: 0, lines: 250, stderr: "" });
});

it("an incidents list that ends before its count is not complete", async () => {
  const { vendor, command } = await setUp();
  const items = range(30).map((number) => incident(number));
  const data = { items, total: 250, has_next_page: false };
  vendor.reply("POST /incident/list", 200, { request_id: "fd-1", data });
  const { code, stderr } = await command("incidents list --since 1d --all -q");
  expect({ code, stderr }).toEqual({
    code: 7,
    stderr: "warning: this list is not complete: the server counts 250, but gives only 30\n",
  });
});

it.each<[string, string, (number: number) => object]>([
  ["users list --all -q", "POST /member/list", (number: number) => member(number)],
  ["teams list --all -q", "POST /team/list", (number: number) => ({ team_id: number, team_name: `Team ${number}` })],
  ["schedules list --all -q", "POST /schedule/list", (number: number) => ({ schedule_id: number, schedule_name: "s" })],
])("%s goes beyond the thousand at which the count stops", async (line, route, row) => {
  const { vendor, command } = await setUp();
  replyInPages(
    vendor,
    route,
    range(1250).map((number) => ({ ...row(number) })),
  );
  const { code, stdout, stderr } = await command(line);
  expect({ code, lines: stdout.trim().split("\n").length, stderr }).toEqual({ code: 0, lines: 1250, stderr: "" });
});

it("a list of exactly a thousand is complete", async () => {
  const { vendor, command } = await setUp();
  replyInPages(
    vendor,
    "POST /member/list",
    range(1000).map((number) => member(number)),
  );
  const { code, stdout, stderr } = await command("users list --all -q");
  expect({ code, lines: stdout.trim().split("\n").length, stderr }).toEqual({ code: 0, lines: 1000, stderr: "" });
});

it("a list that stops at 10,000 rows with a count of 1,000 is not complete", async () => {
  const { vendor, command } = await setUp();
  replyInPages(
    vendor,
    "POST /member/list",
    range(10_050).map((number) => member(number)),
  );
  const { code, stdout, stderr } = await command("users list --all -q");
  expect(code).toBe(7);
  expect(stdout.trim().split("\n")).toHaveLength(10_000);
  expect(stderr).toBe("warning: this list is not complete: flashduty gives only the first 10000 of a list\n");
});

it("a person beyond the first thousand is found", async () => {
  const { vendor, command } = await setUp();
  replyInPages(
    vendor,
    "POST /member/list",
    range(1250).map((number) => member(number)),
  );
  const { code, stdout } = await command("users show 5000000001200 --json --fields name");
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"name":"Person 1200"}\n' });
});

it("a list that gives the same page again and again fails", async () => {
  const { vendor, command } = await setUp();
  const items = range(100).map((number) => member(number));
  vendor.reply("POST /member/list", 200, { data: { items, total: 1000 } });
  const { code, stderr } = await command("users list --all -q");
  expect(code).toBe(1);
  expect(stderr).toContain("every page is the same one");
});

it("api --paginate goes beyond a thousand, and reports that it stops at 10,000", async () => {
  const { vendor, command } = await setUp();
  const all = range(10_050).map((number) => member(number));
  let rows = all.slice(0, 1250);
  replyInPages(vendor, "POST /member/list", () => rows);
  const api = () => command('api POST /member/list --field limit=100 --paginate --jq "length"');
  expect(await api()).toMatchObject({ code: 0, stdout: "1250\n", stderr: "" });
  rows = all;
  expect(await api()).toMatchObject({ code: 7, stdout: "10000\n", stderr: expect.stringContaining("not complete") });
});

it("people whose account is deleted are not listed, and do not make a name ambiguous", async () => {
  const { vendor, command } = await setUp();
  const ann = (number: number, status: string) => member(number, { member_name: "Ann", status });
  replyInPages(vendor, "POST /member/list", [ann(1, "enabled"), ann(2, "deleted"), member(3, { status: "pending" })]);
  expect((await command("users list --json --fields id,status")).stdout).toBe(
    '[{"id":"5000000000001","status":"enabled"},{"id":"5000000000003","status":"pending"}]\n',
  );
  expect(await command("users show ann --json --fields id")).toMatchObject({ stdout: '{"id":"5000000000001"}\n' });
});

it.each([
  ["is another among people", [{ person_id: 5_000_000_000_001, person_name: "Bo", email: "bo@example.com" }], 7],
  ["is nobody among people", [], 7],
  ["is the same among people", [{ person_id: 5_000_000_000_001, person_name: "Ada", email: "ada@example.com" }], 0],
])("no incident of a member who %s ends the list with that exit code", async (_, items, code) => {
  const { vendor, command } = await setUp();
  const headers = { date: now.toUTCString() };
  vendor.reply("POST /incident/list", 200, { data: { items: [], total: 0, has_next_page: false } }, headers);
  const owner = { ...member(1), member_name: "Ada", email: "ada@example.com" };
  vendor.reply("POST /member/info", 200, { data: owner }, headers);
  vendor.reply("POST /person/infos", 200, { data: { items } }, headers);
  const answer = await command("incidents list --assignee me --since 1d --exit-status");
  expect(answer).toMatchObject({ code, stdout: "" });
  expect(answer.stderr).toContain(code === 0 ? "No incidents match." : "among people");
});
