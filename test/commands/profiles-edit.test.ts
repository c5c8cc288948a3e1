import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const apiKey = { text: "sk_test_fake_edit_0001" };
const prod = { provider: "opsknight", baseUrl: "https://a.example.com/x", apiKey, proxy: "http://p.example.com:1" };

describe("profiles edit", () => {
  it("changes settings and keeps the key", async () => {
    const { home } = await run("profiles list", { profiles: { prod } });
    const line = "profiles edit prod --user ada@example.com --base-url https://a.example.com/y --unset proxy";
    expect((await run(line, { home })).code).toBe(ExitCode.ok);
    const shown = JSON.parse((await run("profiles show prod --json", { home })).stdout) as { setting: string }[];
    expect(shown).toContainEqual({ setting: "user", value: "ada@example.com", from: "profile" });
    expect(shown).toContainEqual({ setting: "baseUrl", value: "https://a.example.com/y", from: "profile" });
    expect(shown.map(({ setting }) => setting)).not.toContain("proxy");
    expect(JSON.stringify(shown)).toContain("sk_test_…0001");
  });

  it("takes no empty name of a file for the folder of the command line", async () => {
    const { home } = await run("profiles list", { profiles: { prod } });
    for (const line of [
      ["profiles", "edit", "prod"],
      ["profiles", "add", "new", "--provider", "flashduty", "--key-env", "KEY"],
    ]) {
      const { code, stderr } = await run([...line, "--ca-file", ""], { home });
      expect({ code, stderr }).toEqual({
        code: ExitCode.usage,
        stderr: "error: --ca-file is empty\nhint: --ca-file ca.pem\n",
      });
    }
  });

  it("sends the keys to another host only where that is confirmed", async () => {
    const { home } = await run("profiles list", { profiles: { prod } });
    const line = "profiles edit prod --base-url https://b.example.com";
    const refused = await run(line, { home });
    expect(refused.code).toBe(ExitCode.usage);
    expect(refused.stderr).toContain('The keys of "prod" will go to https://b.example.com, which is another host');
    const declined = await run(line, { home, tty: true, answers: ["n"] });
    expect(declined.stderr).toContain("nothing was changed");
    expect((await run("profiles show prod --json", { home })).stdout).toContain("https://a.example.com/x");
    expect((await run(`${line} --yes`, { home })).code).toBe(ExitCode.ok);
    expect((await run("profiles show prod --json", { home })).stdout).toContain("https://b.example.com");
  });

  it("moves a profile to a region of the vendor, once that is confirmed", async () => {
    const pd = { provider: "pagerduty", baseUrl: "https://api.pagerduty.com", apiKey };
    const { home } = await run("profiles list", { profiles: { pd } });
    const asked = await run("profiles edit pd --region EU", { home });
    expect(asked.code).toBe(ExitCode.usage);
    expect(asked.stderr).toContain("onduty profiles edit pd --base-url https://api.eu.pagerduty.com --yes");
    expect((await run("profiles edit pd --region EU --yes", { home })).code).toBe(ExitCode.ok);
    expect((await run("profiles show pd --json", { home })).stdout).toContain('"https://api.eu.pagerduty.com"');
  });

  it.each([
    ["pagerduty", "--region mars", "known: us and eu"],
    ["pagerduty", "--region eu --base-url https://x.example.test", "exclude each other"],
    ["opsknight", "--region eu", "opsknight has no regions"],
  ])("moves no profile of %s with %s", async (provider, options, why) => {
    const profiles = { one: { provider, baseUrl: "https://a.example.com" } };
    const { code, stderr } = await run(`profiles edit one ${options}`, { profiles });
    expect({ code, stderr }).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining(why) });
  });

  it.each([
    ["profiles edit prod", "nothing to change is given"],
    ["profiles edit nobody --user x", 'unknown profile "nobody"'],
    ["profiles edit prod --base-url http://a.example.com", "http://"],
    ["profiles edit prod --unset provider", "Allowed choices are"],
  ])("refuses `%s`", async (line, message) => {
    const { code, stderr } = await run(line, { profiles: { prod } });
    expect({ code, stderr }).toMatchObject({ code: ExitCode.usage, stderr: expect.stringContaining(message) });
  });
});

describe("a key that is typed at a terminal", () => {
  const key = "sk_test_fake_typed_0001";

  it("is stored with what the vendor makes of it", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 401, { error: { code: "UNAUTHORIZED", message: "unknown key" } });
    for (const path of ["services", "schedules", "users", "teams"]) vendor.reply(`GET /api/${path}`, 401, {});
    const answers = ["prod", "opsknight", vendor.url, key, ""];
    const { code, stderr, home } = await run("profiles add", { tty: true, answers });
    expect(code).toBe(ExitCode.ok);
    expect(stderr).toContain('added profile "prod"');
    expect(stderr).toMatch(
      /warning: the key is stored, but the vendor does not accept it: [^;]*;\sonduty keys validate prod\n/,
    );
    expect((await run("keys list --json", { home })).stdout).toContain("sk_test_…0001");
    const again = await run("keys set prod", { home, tty: true, answers: [key] });
    expect(again).toMatchObject({ code: ExitCode.ok, stderr: expect.stringContaining("does not accept it") });
  });

  it("is reported as one that the vendor takes", async () => {
    const { home, url } = await sandbox();
    const answers = ["opsknight", `${url}/opsknight`, "sk_test_sandbox_all_scopes_0001", ""];
    const { stderr } = await run("profiles add mine", { tty: true, answers, home });
    expect(stderr).toContain("the vendor accepts the key");
  });

  it("is not checked where no person waits, and reported as not checked where the vendor is silent", async () => {
    const vendor = await fakeVendor();
    const add = `profiles add prod --provider opsknight --base-url ${vendor.url} --stdin`;
    expect((await run(add, { stdin: `${key}\n` })).code).toBe(ExitCode.ok);
    expect(vendor.requests).toEqual([]);
    const down = await run("profiles add down", { tty: true, answers: ["opsknight", "127.0.0.1:9", key, ""] });
    expect(down).toMatchObject({
      code: ExitCode.ok,
      stderr: expect.stringContaining("the key is stored, and not checked"),
    });
  });

  it("has a profile without a name asked for at a terminal alone", async () => {
    const { code, stderr } = await run("profiles add --provider opsknight");
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain("hint: onduty profiles add NAME");
  });
});
