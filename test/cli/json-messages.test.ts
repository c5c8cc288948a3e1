import { expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const kindsOf = (stderr: string): string[] =>
  stderr
    .trimEnd()
    .split("\n")
    .map((line) => Object.keys(JSON.parse(line) as object).join());

it("prints each message as a line of JSON where errors are JSON", async () => {
  const { home } = await sandbox();
  const listed = await run("incidents list -p sandbox-opsknight --limit 1 --json", { home });
  expect(JSON.parse(listed.stderr)).toEqual({ notice: "showing 1 of 4; --all for every one" });
  const ids = "inc_000009 inc_000011 nobody -p sandbox-opsknight";
  const acted = await run(`incidents ack ${ids} -o ndjson`, { home });
  expect(kindsOf(acted.stderr)).toEqual(["notice", "error"]);
  const vendor = (await fakeVendor()).reply("GET /api/incidents", 500, {}).reply("POST /incident/list", 200, {
    data: { items: [], total: 0 },
  });
  const profiles = profilesAt(vendor.url);
  const down = await run("incidents list -p opsknight,flashduty --json --max-wait 0", { profiles });
  expect(kindsOf(down.stderr)).toContain("warning");
});

it("prints waits and --debug so too, and no stack for what is no bug", async () => {
  const vendor = await fakeVendor();
  vendor.reply(
    "GET /api/incidents",
    429,
    { error: { code: "RATE_LIMITED", message: "slow down" } },
    { "retry-after": "1" },
  );
  const profiles = profilesAt(vendor.url);
  const { code, stderr } = await run("incidents list --json --debug --max-wait 1s", { profiles });
  expect(code).toBe(ExitCode.rateLimited);
  const kinds = kindsOf(stderr);
  expect(new Set(kinds)).toEqual(new Set(["debug", "notice", "error"]));
  const plain = await run("incidents list --debug --max-wait 0", { profiles });
  expect(plain.stderr).toMatch(/^GET \/api\/incidents 429 \d+ ms$/m);
  expect(plain.stderr).not.toMatch(/^ +at /m);
});

it("leaves messages as they are for people", async () => {
  const { home } = await sandbox();
  const { stderr } = await run("incidents list -p sandbox-opsknight --limit 1", { home });
  expect(stderr).toBe("showing 1 of 4; --all for every one\n");
});
