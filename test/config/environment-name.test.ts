import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

/* `env` is the environment profile. A stored one of this name hides it, or is hidden. */

describe("the name of the environment profile", () => {
  it.each([["profiles add env --provider flotiq --stdin"], ["profiles rename flotiq env"]])(
    "is not given to another one: %s",
    async (line) => {
      const { code, stderr } = await run(line, { profiles: profilesAt("https://vendor.test"), stdin: fakeKeys.flotiq });
      expect({ code, stderr }).toEqual({
        code: ExitCode.usage,
        stderr: 'error: "env" is the name of the profile that the environment gives\nhint: choose another name\n',
      });
    },
  );

  it.each(["status", "incidents list --all-profiles", "oncall --all-profiles", "keys validate --all"])(
    "is an error where a file has it too, instead of a profile that is left out: %s",
    async (line) => {
      const vendor = await fakeVendor();
      const { opsknight } = profilesAt(vendor.url);
      const env = { ONDUTY_PROVIDER: "opsknight", ONDUTY_BASE_URL: vendor.url, ONDUTY_API_KEY: fakeKeys.opsknight };
      const { code, stdout, stderr } = await run(line, { profiles: { env: opsknight }, env });
      expect({ code, stdout, requests: vendor.requests }).toEqual({ code: ExitCode.usage, stdout: "", requests: [] });
      expect(stderr).toBe(
        'error: the profile "env" is there twice: in the configuration and in the environment (ONDUTY_PROVIDER)\n' +
          "hint: onduty profiles rename env NAME\n",
      );
    },
  );

  it("can be taken from a stored one", async () => {
    const { flotiq } = profilesAt("https://vendor.test");
    const env = { ONDUTY_PROVIDER: "flotiq" };
    expect(await run("profiles rename env docs", { profiles: { env: flotiq }, env })).toMatchObject({ code: 0 });
  });
});
