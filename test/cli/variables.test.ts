import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";

describe("a variable that is misspelled", () => {
  it("is a warning with the one that is meant", async () => {
    const { stderr } = await run("profiles list", { env: { ONDUTY_PROVIDR: "opsknight" } });
    expect(stderr).toContain("warning: unknown variable ONDUTY_PROVIDR; did you mean ONDUTY_PROVIDER?\n");
  });

  it("is none where a profile takes its key from it, or where nothing is near", async () => {
    const profiles = {
      prod: { provider: "flotiq", baseUrl: "https://a.example.com", apiKey: { env: "ONDUTY_API_KEY2" } },
    };
    const env = { ONDUTY_API_KEY2: "fake_key_000000000000", ONDUTY_TEAM_COLOR: "red", ONDUTY_PAGER: "" };
    expect((await run("profiles list", { profiles, env })).stderr).toBe("");
  });
});
