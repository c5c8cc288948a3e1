import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

async function setUp() {
  const { home } = await sandbox();
  const command = async (line: string) => {
    const result = await run(`${line} -p sandbox-flashduty --json --max-wait 0`, { home });
    return { ...result, json: result.stdout === "" ? undefined : JSON.parse(result.stdout) };
  };
  return { command };
}

describe("the form of an action", () => {
  it("sends custom fields, root cause and impact along, of the type that each has", async () => {
    const { command } = await setUp();
    const made = await command('incidents create "A form" --service checkout --field affected_users=3');
    const { id } = made.json;
    expect(made.json).toMatchObject({ fields: { affected_users: 3 } });
    expect((await command(`incidents ack ${id} --field regions=eu,us`)).json).toMatchObject([
      { outcome: "acknowledged" },
    ]);
    const closing = `incidents resolve ${id} --field customer_impact=none --root-cause "a log" --impact "late orders" --note rotated`;
    expect((await command(closing)).json).toMatchObject([{ outcome: "resolved" }]);
    expect((await command(`incidents show ${id}`)).json).toMatchObject({
      fields: { affected_users: 3, regions: ["eu", "us"], customer_impact: "none" },
      ...{ rootCause: "a log", impact: "late orders", resolution: "rotated" },
    });
    expect((await command(`incidents update ${id} --root-cause "another log"`)).json).toMatchObject([
      { outcome: "updated" },
    ]);
    expect((await command(`incidents show ${id}`)).json).toMatchObject({ rootCause: "another log" });
  });

  it.each(["ack", "resolve", "update"])(
    "of %s with an unknown field names the known ones, exit 2, and changes nothing",
    async (verb) => {
      const { command } = await setUp();
      const { id } = (await command('incidents create "A form" --service checkout')).json;
      const { code, stderr } = await command(`incidents ${verb} ${id} --field nope=1`);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("unknown field") });
      expect(stderr).toContain("affected_users (number)");
      expect((await command(`incidents show ${id}`)).json).toMatchObject({ status: "open" });
    },
  );

  it.each([
    ["incidents ack inc_1 --field a=1", "opsknight has no custom fields"],
    ["incidents resolve inc_1 --root-cause why", "opsknight has no custom fields"],
    ["incidents update inc_1 --impact all", "opsknight has no custom fields"],
    ["incidents create 'Disk full' --field a=1", "opsknight has no custom fields"],
    ["incidents resolve inc_1 --root-cause ''", "the root cause is empty"],
  ])("is refused before anything is sent: %s", async (line, message) => {
    const vendor = await fakeVendor();
    const { code, stderr } = await run(`${line} -p opsknight`, { profiles: profilesAt(vendor.url) });
    expect({ code, stderr, requests: vendor.requests }).toEqual({
      code: 2,
      stderr: expect.stringContaining(message),
      requests: [],
    });
  });
});
