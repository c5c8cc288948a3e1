import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

/** Runs commands on the sandbox, and counts what they write. */
async function practice() {
  const { home, url } = await sandbox();
  const onduty = (line: string) => run(`${line} --profile sandbox-pagerduty`, { home });
  const writes = async () => {
    const asked = (await (await fetch(`${url}/_sandbox/requests`)).json()) as { method: string; path: string }[];
    return asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  };
  const [found] = JSON.parse((await onduty("incidents list --status open --json")).stdout) as { id: string }[];
  return { onduty, writes, id: found?.id ?? "" };
}

describe("custom fields of PagerDuty", () => {
  it("are set in their types, and shown", async () => {
    const { onduty, id } = await practice();
    const fields =
      '--field environment=prod --field affected_users=12 --field customer_facing=TRUE --field "regions=eu, us"';
    const { code, stdout } = await onduty(`incidents update ${id} ${fields} --json`);
    expect({ code, rows: JSON.parse(stdout) }).toMatchObject({ code: 0, rows: [{ outcome: "updated" }] });
    const shown = JSON.parse((await onduty(`incidents show ${id} --json`)).stdout);
    const wanted = { environment: "prod", affected_users: 12, customer_facing: true, regions: ["eu", "us"] };
    expect(shown.fields).toEqual(wanted);
    await onduty(`incidents update ${id} --field environment= --title "Other title"`);
    const again = JSON.parse((await onduty(`incidents show ${id} --json`)).stdout);
    expect(again).toMatchObject({ title: "Other title", fields: { ...wanted, environment: null } });
  });

  it("go along with an acknowledgment, a resolve and a new incident", async () => {
    const { onduty, id } = await practice();
    for (const step of [
      `incidents ack ${id} --field affected_users=1`,
      `incidents resolve ${id} --field affected_users=2`,
    ])
      expect({ step, ...(await onduty(step)) }).toMatchObject({ step, code: 0 });
    const shown = JSON.parse((await onduty(`incidents show ${id} --json`)).stdout);
    expect(shown).toMatchObject({ status: "resolved", fields: { affected_users: 2 } });
    const made = JSON.parse((await onduty("incidents create x --field affected_users=3 --json")).stdout);
    expect(made.fields).toEqual({ affected_users: 3 });
    expect(JSON.parse((await onduty(`incidents show ${made.id} --json`)).stdout).fields.affected_users).toBe(3);
  });

  it.each([
    [
      "update ID --field nosuch=1",
      'unknown field "nosuch"; the fields are environment (string), affected_users (integer)',
    ],
    ["ack ID --field affected_users=many", 'the field "affected_users" is of the type integer, which "many" is not'],
    ["create x --field nosuch=1", 'unknown field "nosuch"'],
  ])("that cannot be are usage, before anything is written: incidents %s", async (line, why) => {
    const { onduty, writes, id } = await practice();
    const { code, stderr } = await onduty(`incidents ${line.replace("ID", id)}`);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(why);
    expect(await writes()).toEqual([]);
  });

  it("that the vendor refuses after the action are an error of it, exit 7", async () => {
    const vendor = await fakeVendor();
    const profiles = { pd: { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeKEYnotreal0001" } } };
    const incident = { id: "Q1", status: "triggered", urgency: "high", title: "x", created_at: "2026-11-28T21:04:10Z" };
    const acknowledged = { ...incident, status: "acknowledged" };
    vendor.reply("GET /incidents/Q1", 200, { incident });
    vendor.reply("GET /incidents/Q1/custom_fields/values", 200, {
      custom_fields: [{ name: "a", data_type: "string" }],
    });
    vendor.reply("PUT /incidents", 200, { incidents: [acknowledged], more: false });
    vendor.reply("PUT /incidents/Q1/custom_fields/values", 403, { error: { message: "Access Denied", code: 2010 } });
    const { code, stdout } = await run("incidents ack Q1 --field a=b --json --max-wait 0", { profiles });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toMatchObject([
      { outcome: "acknowledged", error: expect.stringContaining("its fields were not changed") },
    ]);
  });
});

describe("what PagerDuty has no place for is refused before anything is sent:", () => {
  it.each([
    ["incidents resolve Q1 --root-cause x", "root cause and impact"],
    ["incidents update Q1 --impact x", "root cause and impact"],
    ["incidents list --label host=db-1", "labels"],
    ["incidents list --muted", "muted"],
    ["incidents list --acked-by PUMINA1", "acknowledged them"],
    ["incidents ack --label host=db-1 --yes", "labels"],
  ])("%s", async (line, word) => {
    const vendor = await fakeVendor();
    const profiles = { pd: { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeKEYnotreal0001" } } };
    const { code, stdout, stderr } = await run(line, { profiles });
    expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    expect(stderr).toContain(word);
    expect(vendor.requests).toEqual([]);
  });

  it("but what is mine is listed", async () => {
    const { onduty } = await practice();
    expect((await onduty("incidents list --mine --json")).code).toBe(0);
  });
});
