import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { fixture } from "../providers/fixtures.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const areas = ["incidents", "services", "schedules", "users", "teams"];

describe("whoami", () => {
  it("reports account, user and key on Flashduty", async () => {
    const vendor = await fakeVendor();
    vendor.reply("POST /member/info", 200, fixture("flashduty/member-info"));
    const { code, stdout, stderr } = await run("whoami --json --profile flashduty", {
      profiles: profilesAt(vendor.url),
    });
    expect(JSON.parse(stdout)).toEqual({
      provider: "flashduty",
      profile: "flashduty",
      account: { id: "2451002751131", name: "Example Corp" },
      user: { id: "3790925372131", name: "Ada Lovelace", email: "ada@example.com" },
      key: { kind: "app", scopes: null },
    });
    expect({ code, stderr }).toEqual({ code: ExitCode.ok, stderr: "" });
  });

  it("reports space and user on Flotiq, as lines at a terminal", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/auth-context", 200, fixture("flotiq/auth-context"));
    const { stdout } = await run("whoami --profile flotiq --no-color", {
      profiles: profilesAt(vendor.url),
      tty: true,
    });
    expect(stdout).toMatch(/^provider\s+flotiq\nprofile\s+flotiq\naccount\s+.*Runbooks.*\nuser\s+.*ada@example\.com/);
  });

  it("reports the scopes of a key on OpsKnight, and the profile's own user", async () => {
    const vendor = await fakeVendor();
    for (const area of areas) vendor.reply(`GET /api/${area}`, 200, { data: [], pagination: { total: 0 } });
    const { stdout } = await run("whoami --json", {
      profiles: profilesAt(vendor.url),
      env: { ONDUTY_USER: "usr_1" },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      provider: "opsknight",
      profile: "opsknight",
      account: null,
      user: { id: "usr_1", name: null, email: null },
      key: { kind: "test", scopes: { granted: areas.map((area) => `${area}:read`), missing: [] } },
    });
  });

  it.each([
    ["the key is not accepted", 401, ExitCode.auth],
    ["the vendor is down", 503, ExitCode.failure],
  ])("prints nothing on stdout when %s", async (_, status, exitCode) => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/auth-context", status, {});
    const { code, stdout } = await run("whoami --json --max-wait 0 --profile flotiq", {
      profiles: profilesAt(vendor.url),
    });
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
  });

  it("fails on OpsKnight as the request did, with the vendor's code and the request id", async () => {
    const vendor = await fakeVendor();
    const broken = { error: { code: "INTERNAL_ERROR", message: "broken" } };
    vendor.reply("GET /api/incidents", 500, broken, { "x-request-id": "req_7" });
    const { code, stderr } = await run("whoami --json --max-wait 0", { profiles: profilesAt(vendor.url) });
    expect(code).toBe(ExitCode.failure);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { kind: "failure", status: 500, code: "INTERNAL_ERROR", requestId: "req_7" },
    });
  });

  it("without a key shows how to set one", async () => {
    const profiles = { prod: { provider: "flotiq", baseUrl: "http://127.0.0.1:1" } };
    const { code, stdout, stderr } = await run("whoami", { profiles });
    expect({ code, stdout }).toEqual({ code: ExitCode.auth, stdout: "" });
    expect(stderr).toBe('error: profile "prod" has no API key\nhint: onduty keys set prod\n');
  });

  it("knows its fields before it asks", async () => {
    const { code, stderr } = await run("whoami --fields nobody", { profiles: profilesAt("http://127.0.0.1:1") });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("account");
  });
});
