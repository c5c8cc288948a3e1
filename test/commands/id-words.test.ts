import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const row = (id: string, number: string | null = null, status = "OPEN") => ({
  id,
  number,
  title: `Title of ${id}`,
  status,
  urgency: "HIGH",
  created_at: "2026-01-01T00:00:00Z",
});

/** A vendor with these incidents, that knows them by their ids alone. */
async function setUp(rows: ReturnType<typeof row>[], asked: string[] = []) {
  const vendor = await fakeVendor();
  const json = { "content-type": "application/json" };
  vendor.handle("GET /api/incidents", ({ query }, response) => {
    const wanted = query.status?.split(",");
    const data = rows.filter(({ status }) => wanted?.includes(status) ?? true);
    response.writeHead(200, json).end(JSON.stringify({ data, pagination: { total: data.length } }));
  });
  for (const word of asked)
    vendor.reply(`GET /api/incidents/${word}`, 404, { error: { code: "NOT_FOUND", message: "Incident not found" } });
  for (const one of rows) {
    vendor.reply(`GET /api/incidents/${one.id}`, 200, { data: one });
    vendor.reply(`PATCH /api/incidents/${one.id}`, 200, { data: { ...one, status: "ACKNOWLEDGED" } });
  }
  const profiles = {
    prod: { provider: "opsknight", baseUrl: vendor.url, apiKey: { text: "sk_test_fake_words_0001" } },
  };
  const writes = () => vendor.requests.filter(({ method }) => method !== "GET").map(({ path }) => path);
  return { vendor, profiles, writes };
}

describe("a number or the beginning of an id", () => {
  const rows = [row("cm4aaaa1xyz", "00000B"), row("cm4bbbb1xyz", "00000C"), row("cm4bbbb2xyz", "7", "RESOLVED")];

  it.each([
    ["ack 00000b", "cm4aaaa1xyz"],
    ["ack cm4a", "cm4aaaa1xyz"],
    // It fits a resolved one as well, which nobody means.
    ["ack cm4bbbb", "cm4bbbb1xyz"],
  ])("is taken by `incidents %s`, and the outcome has the full id", async (line, id) => {
    const { profiles, writes } = await setUp(rows, [line.split(" ")[1] ?? ""]);
    const { code, stdout } = await run(`incidents ${line} --json`, { profiles });
    expect(JSON.parse(stdout)).toMatchObject([{ id, outcome: "acknowledged" }]);
    expect(code).toBe(ExitCode.ok);
    expect(writes()).toEqual([`/api/incidents/${id}`]);
  });

  it("is looked up among all where nothing that is open fits", async () => {
    const { profiles } = await setUp(rows, ["cm4bbbb2"]);
    const { code, stdout } = await run("incidents show cm4bbbb2 --json --fields id", { profiles });
    expect({ code, stdout }).toEqual({ code: ExitCode.ok, stdout: '{"id":"cm4bbbb2xyz"}\n' });
  });

  it("that fits several is exit 2 with all of them, and nothing is sent", async () => {
    const { profiles, writes } = await setUp(rows, ["cm4b", "cm4", "cm4 "]);
    const several = [row("cm4b1"), row("cm4b2")];
    const other = await setUp(several, ["cm4b"]);
    const { code, stderr } = await run("incidents ack cm4b", { profiles: other.profiles });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain('"cm4b" fits 2 incidents: cm4b1 (Title of cm4b1), cm4b2 (Title of cm4b2)');
    expect(other.writes()).toEqual([]);
    // Three characters are too few to guess by.
    expect((await run("incidents ack cm4", { profiles })).code).toBe(ExitCode.notFound);
    expect(writes()).toEqual([]);
  });

  it("beside ids that were done is an error of its own", async () => {
    const several = [row("cm4b1"), row("cm4b2"), row("cm4c1")];
    const { profiles, writes } = await setUp(several, ["cm4b"]);
    const { code, stdout } = await run("incidents ack cm4c1 cm4b --json", { profiles });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "cm4c1", outcome: "acknowledged" },
      { id: "cm4b", outcome: "notFound", error: expect.stringContaining('"cm4b" fits 2 incidents') },
    ]);
    expect(writes()).toEqual(["/api/incidents/cm4c1"]);
  });

  it("costs nothing where the word is an id", async () => {
    const { profiles, vendor } = await setUp(rows);
    await run("incidents show cm4aaaa1xyz", { profiles });
    expect(vendor.requests).toHaveLength(1);
  });

  it("is not found when the list cannot be read, as the vendor has answered", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents/cm4a", 404, { error: { code: "NOT_FOUND", message: "Incident not found" } });
    vendor.reply("GET /api/incidents", 500, {});
    const profiles = {
      prod: { provider: "opsknight", baseUrl: vendor.url, apiKey: { text: "sk_test_fake_words_01" } },
    };
    const { code, stderr } = await run("incidents show cm4a --max-wait 0", { profiles });
    expect({ code, stderr }).toMatchObject({ code: ExitCode.notFound, stderr: expect.stringContaining("not found") });
  });

  it.each(["opsknight", "flashduty", "pagerduty"])(
    "is taken on %s by every command that takes an id",
    async (vendor) => {
      const { home } = await sandbox();
      const on = `-p sandbox-${vendor}`;
      const listed = JSON.parse((await run(`incidents list ${on} --json --fields id,number`, { home })).stdout);
      const [{ id, number }] = listed as { id: string; number: string }[] as [{ id: string; number: string }];
      for (const command of ["show", "timeline", "comment --note x", "unack", "open --dry-run"]) {
        const [name, ...more] = command.split(" ");
        const { code, stderr } = await run(`incidents ${name} ${number} ${more.join(" ")} ${on}`, { home });
        expect([command, stderr]).not.toEqual([command, expect.stringMatching(/not found|is not an id/)]);
        expect([command, code]).not.toEqual([command, ExitCode.notFound]);
      }
      const start = id.slice(0, -1);
      const fits = (listed as { id: string }[]).filter((one) => one.id.startsWith(start));
      if (fits.length > 1) return;
      const shown = await run(`incidents show ${start} --json --fields id ${on}`, { home });
      expect(shown.stdout).toBe(`{"id":"${id}"}\n`);
    },
  );
});
