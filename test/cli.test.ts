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
    ["help run", "Usage: onduty run [options] -- <command> [arguments...]"],
  ])("of `%s` is printed", async (commandLine, usage) => {
    const { code, stdout } = await run(commandLine);
    expect(code).toBe(0);
    expect(stdout).toContain(usage);
  });

  it.each([
    ["help incidents lisst", '"onduty incidents" has no command "lisst"', "onduty incidents list"],
    ["incidentz --help", '"onduty" has no command "incidentz"', "onduty incidents"],
    ["incidents lisst --help", '"onduty incidents" has no command "lisst"', "onduty incidents list"],
  ])("of `%s` is an error, never silent", async (commandLine, message, hint) => {
    const { code, stdout, stderr } = await run(commandLine);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(`error: ${message}\nhint: ${hint}\n`);
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
