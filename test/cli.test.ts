import { describe, expect, it } from "vitest";
import { run } from "./support/harness.ts";
import { profilesAt } from "./support/profiles.ts";
import { fakeVendor } from "./support/vendor.ts";

describe("help", () => {
  it.each([
    ["help", "Usage: onduty [options] [command]"],
    ["help incidents", "Usage: onduty incidents"],
    ["help incidents ack", "Usage: onduty incidents ack"],
    ["help incident acknowledge", "Usage: onduty incidents ack"],
    ["incidents --help", "Usage: onduty incidents"],
    ["incidents ack --help", "Usage: onduty incidents ack"],
    ["ack --help", "Usage: onduty ack|acknowledge [options] [id...]"],
    ["trigger --help", "Usage: onduty trigger"],
    ["help run", "Usage: onduty run [options] -- <command> [arguments...]"],
  ])("of `%s` is printed", async (commandLine, usage) => {
    const { code, stdout } = await run(commandLine);
    expect(code).toBe(0);
    expect(stdout).toContain(usage);
  });

  it.each([
    ["login", '"onduty" has no command "login"', "onduty profiles add"],
    ["version", '"onduty" has no command "version"', "onduty --version"],
    ["flush", '"onduty" has no command "flush"', "onduty spool flush"],
    ["inc list", '"onduty" has no command "inc"', "onduty incidents"],
    ["comment inc_1 hello", '"onduty" has no command "comment"', "onduty incidents comment"],
    ["whoisoncall", '"onduty" has no command "whoisoncall"', "onduty oncall"],
    ["logout", '"onduty" has no command "logout"', "onduty profiles remove"],
    ["shifts", '"onduty" has no command "shifts"', "onduty schedules shifts"],
    ["take", '"onduty" has no command "take"', "onduty oncall take"],
    ["mute", '"onduty" has no command "mute"', "onduty silences add"],
    ["profiles set prod --user x", '"onduty profiles" has no command "set"', "onduty profiles edit"],
    ["incidents show inc_1 --web", "unknown option '--web'", "did you mean onduty incidents open?"],
    ["incidents list --format json", "unknown option '--format'", "did you mean --output?"],
    ["incidents list --format=json", "unknown option '--format=json'", "did you mean --output?"],
    ["profiles add prod --url https://x.example", "unknown option '--url'", "did you mean --base-url?"],
    ["oncall --mine", "unknown option '--mine'", "did you mean --user me?"],
    ["events trigger x --mine", "unknown option '--mine'", "onduty events trigger --help"],
    ["--jsn incidents list", "unknown option '--jsn'", "did you mean --json?"],
    ["incidents --jsn list", "unknown option '--jsn'", "did you mean --json?"],
    ["--dryrun events trigger x", "unknown option '--dryrun'", "did you mean --dry-run?"],
    ["incidents list --stauts open", "unknown option '--stauts'", "did you mean --status?"],
    ["acc --service search", '"onduty" has no command "acc"', "onduty incidents ack"],
    ["incidents acc --service search", '"onduty incidents" has no command "acc"', "onduty incidents ack"],
    ["help incidents lisst", '"onduty incidents" has no command "lisst"', "onduty incidents list"],
    ["incidentz --help", '"onduty" has no command "incidentz"', "onduty incidents"],
    ["incidents lisst --help", '"onduty incidents" has no command "lisst"', "onduty incidents list"],
  ])("of `%s` is an error, never silent", async (commandLine, message, hint) => {
    const { code, stdout, stderr } = await run(commandLine);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(`error: ${message}\nhint: ${hint}\n`);
  });
});

describe("a group without a command", () => {
  it("prints its help on stderr, and exits 2", async () => {
    const { code, stdout, stderr } = await run("incidents");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^Usage: onduty incidents\|incident \[options\] \[command\]\n\nList, show and work incidents\n/,
    );
    expect(stderr).toMatch(/^ {2}ack\|acknowledge /m);
  });

  it("is an error where JSON is read", async () => {
    const { code, stdout, stderr } = await run("incidents --json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { kind: "usage", message: expect.stringContaining('"onduty incidents" needs a command'), exitCode: 2 },
    });
  });
});

describe("a door to a command of a group", () => {
  it.each([
    ["list --json", "incidents list --json"],
    ["ack --query x", "incidents ack --query x"],
    ["trigger x --dry-run", "events trigger x --dry-run"],
  ])("makes `%s` the same as `%s`", async (short, long) => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 200, {
      data: [],
      pagination: { total: 0, limit: 100, offset: 0, has_more: false },
    });
    const profiles = profilesAt(vendor.url);
    const [a, b] = [await run(short, { profiles }), await run(long, { profiles })];
    expect({ ...a, home: "" }).toEqual({ ...b, home: "" });
  });
});

describe("a time zone that does not exist", () => {
  it.each(["incidents list", "oncall", "spool list", "events trigger x"])(
    "is refused by `%s` before any request",
    async (line) => {
      const vendor = await fakeVendor();
      const { code, stderr } = await run(`${line} --tz Mars/Phobos`, { profiles: profilesAt(vendor.url) });
      expect(code).toBe(2);
      expect(stderr).toContain('"Mars/Phobos"');
      expect(vendor.requests).toEqual([]);
    },
  );
});
