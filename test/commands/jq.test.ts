import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const data = [
  { id: "inc_2", title: 'Disk "full"', status: "OPEN", urgency: "HIGH", created_at: "2026-03-01T11:00:00Z" },
  { id: "inc_1", title: "Slow \u001b[2J", status: "OPEN", urgency: "LOW", created_at: "2026-03-01T10:00:00Z" },
];

async function setUp() {
  const vendor = await fakeVendor();
  vendor.reply("GET /api/incidents", 200, { data, pagination: { total: 2, limit: 100, offset: 0, has_more: false } });
  const list = (words: string[], tty = false) =>
    run(["incidents", "list", ...words], { profiles: profilesAt(vendor.url), ...(tty && { tty }) });
  return { vendor, list };
}

describe("--csv-safe", () => {
  it("is for CSV alone", async () => {
    const { list } = await setUp();
    expect(await list(["--json", "--csv-safe"])).toMatchObject({
      code: ExitCode.usage,
      stderr: expect.stringContaining("--csv-safe is for --output csv"),
    });
    expect((await list(["-o", "csv", "--csv-safe", "--fields", "id"])).stdout).toBe("id\r\ninc_2\r\ninc_1\r\n");
  });
});

describe("--bom", () => {
  it("begins CSV with a byte order mark, and nothing else", async () => {
    const { list } = await setUp();
    expect(await list(["--bom"])).toMatchObject({
      code: ExitCode.usage,
      stderr: expect.stringContaining("--bom is for --output csv"),
    });
    const csv = ["-o", "csv", "--fields", "id"];
    expect((await list([...csv, "--bom"])).stdout).toBe("\ufeffid\r\ninc_2\r\ninc_1\r\n");
    expect((await list(csv)).stdout).toBe("id\r\ninc_2\r\ninc_1\r\n");
  });
});

describe("--jq", () => {
  it.each([
    [["--jq", "map(.id)"], '["inc_2","inc_1"]\n'],
    [["--jq", ".[].title"], '"Disk \\"full\\""\n"Slow \\u001b[2J"\n'],
    [["--jq", ".[0].title", "-r"], 'Disk "full"\n'],
    [["--jq", ".title", "--output", "ndjson", "--raw-output", "--limit", "1"], 'Disk "full"\n'],
    [["--jq", "length", "--json", "--fields", "id"], "2\n"],
    [["--jq", '.[] | select(.urgency == "low") | .id', "-r"], "inc_1\n"],
    [["--jq", "empty"], ""],
    [["--jq", ".[0].createdAt | fromdate"], "1772362800\n"],
    [["--jq", '.[0].createdAt | fromdate | strftime("%H:%M %Z, 100%%Z")', "-r"], "11:00 UTC, 100%Z\n"],
    [["--jq", '"2026-03-01T11:00:00Z" | fromdateiso8601 | strflocaltime("%Z")', "-r"], "UTC\n"],
    [["--jq", "def first_id: .[0].id; first_id # the newest"], '"inc_2"\n'],
  ])("makes of the JSON what %j says", async (words, expected) => {
    const { list } = await setUp();
    const { code, stdout } = await list(words);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expected });
  });

  it("makes strings of vendors harmless at a terminal, where JSON is indented", async () => {
    const { list } = await setUp();
    expect((await list(["--jq", ".[1].title", "-r"], true)).stdout).toBe("Slow \\x1b[2J\n");
    expect((await list(["--jq", ".[0] | {id}"], true)).stdout).toBe('{\n  "id": "inc_2"\n}\n');
  });

  it.each([
    [["--jq", ".["], "syntax error"],
    [["--jq", ".a | nope"], "nope/0 is not defined"],
    [["--jq", ""], "--jq"],
    [["--jq", ".[0]) | (.id"], "syntax error"],
    [["--jq", ". else 1 end | if . then 2"], "syntax error"],
    [["--jq", ".", "-o", "csv"], "--output csv excludes it"],
    [["-r"], "--raw-output needs --jq"],
  ])("refuses %j with exit 2 and no request", async (words, message) => {
    const { vendor, list } = await setUp();
    const { code, stderr, stdout } = await list(words);
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(message);
    expect(vendor.requests).toEqual([]);
  });

  it("does not make what was done look undone when it fails on the outcome", async () => {
    const { vendor } = await setUp();
    const [row] = data;
    vendor.reply("GET /api/incidents/inc_2", 200, { data: row }).reply("PATCH /api/incidents/inc_2", 200, {
      data: { ...row, status: "ACKNOWLEDGED" },
    });
    vendor.reply("GET /api/services", 200, { data: [{ id: "svc_1", name: "One" }] });
    vendor.reply("POST /api/incidents", 201, { data: row });
    const profiles = profilesAt(vendor.url);
    const acked = await run(["incidents", "ack", "inc_2", "--jq", ".outcome"], { profiles });
    expect(acked).toMatchObject({ code: ExitCode.failure, stdout: "" });
    expect(acked.stderr).toMatch(
      /^inc_2: acknowledged\n.*what was done could not be printed: --jq: Cannot index array/,
    );
    const made = await run(["incidents", "create", "x", "--jq", ".[0]"], { profiles });
    expect(made).toMatchObject({ code: ExitCode.failure, stdout: "" });
    expect(made.stderr).toContain("incident inc_2 was created, but could not be printed: --jq: Cannot index object");
  });

  it("reports an expression that fails on what came", async () => {
    const { list } = await setUp();
    const { code, stderr, stdout } = await list(["--jq", '.[] | error("boo")']);
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain("--jq: boo");
  });

  it("reports only the beginning of a long reason", async () => {
    const { list } = await setUp();
    const { code, stderr } = await list(["--jq", '("x" * 5000) | error']);
    expect(code).toBe(ExitCode.usage);
    expect(stderr.length).toBeLessThan(600);
  });

  it("works where there is one object, and on this machine alone", async () => {
    const { vendor } = await setUp();
    vendor.reply("GET /api/incidents/inc_2", 200, { data: data[0] });
    const show = await run(["incidents", "show", "inc_2", "--jq", ".title", "-r"], {
      profiles: profilesAt(vendor.url),
    });
    expect(show.stdout).toBe('Disk "full"\n');
    expect((await run(["spool", "list", "--jq", "length"])).stdout).toBe("0\n");
  });
});
