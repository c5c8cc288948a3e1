import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { fakeKeys, homeWith, profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

/* What a script gives whose variable is not set: `--service "$SERVICE"`. */

async function setUp(settings: Record<string, string> = {}) {
  const vendor = await fakeVendor();
  vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered" } });
  const { opsknight } = profilesAt(vendor.url);
  const home = await homeWith({ opsknight: { ...(opsknight as object), ...settings } });
  return { vendor, home, onduty: (line: string | string[], stdin = "") => run(line, { home, stdin }) };
}

describe("an event with an empty --service", () => {
  it.each([
    ["events trigger Broken --service ''"],
    ["events trigger Broken --service ' '"],
    ["events resolve k-1 --service ''"],
    ["events change v1 --status started --service ''"],
  ])("goes to the service of the profile: %s", async (line) => {
    const { vendor, onduty } = await setUp();
    expect(await onduty(line)).toMatchObject({ code: ExitCode.ok });
    expect(vendor.requests.map(({ body }) => body)).toMatchObject([{ service_id: "svc_1" }]);
  });

  it("is sent without one where the profile has an empty one as well, with an integration key", async () => {
    const integrationKey = { text: fakeKeys.opsknightIntegration };
    const { vendor, onduty } = await setUp({ service: "", ...({ integrationKey } as object) });
    expect(await onduty("events trigger Broken --service ''")).toMatchObject({ code: ExitCode.ok });
    expect(vendor.requests[0]?.body).not.toHaveProperty("service_id");
  });
});

describe("an empty setting of a profile", () => {
  it.each([
    ["profiles edit opsknight --service ''", "onduty profiles edit opsknight --unset service"],
    ["profiles edit opsknight --user ' '", "onduty profiles edit opsknight --unset user"],
    ["profiles edit opsknight --routing-key ''", "onduty profiles edit opsknight --unset routing-key"],
  ])("is refused: %s", async (line, hint) => {
    const { onduty } = await setUp();
    const { code, stderr } = await onduty(line);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(`is empty\nhint: ${hint}\n`);
    expect((await onduty("profiles show opsknight")).stdout).toContain("service\tsvc_1\t");
  });

  it.each(["--service", "--user", "--routing-key"])("is left out of a new profile: %s", async (option) => {
    const { onduty } = await setUp();
    const line = ["profiles", "add", "new", "--provider", "flashduty", option, "", "--stdin"];
    expect(await onduty(line, "fake_flashduty_app_key_0000000002\n")).toMatchObject({ code: ExitCode.ok });
    expect((await onduty("profiles show new")).stdout).not.toContain(option.slice(2, 6));
  });

  it("counts as none when the file has it", async () => {
    const { onduty } = await setUp({ service: "", user: " " });
    const { stdout } = await onduty("profiles show opsknight");
    expect(stdout).not.toMatch(/^(service|user)\t/m);
  });
});
