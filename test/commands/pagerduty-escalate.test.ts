import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

/* Escalation by hand on PagerDuty, whose incidents do not report their level. */

async function practice() {
  const { home } = await sandbox();
  const onduty = (line: string) => run(`${line} -p sandbox-pagerduty --max-wait 0`, { home });
  const listed = await onduty("incidents list --service checkout --status open --json --fields id");
  const id = (JSON.parse(listed.stdout) as { id: string }[])[0]?.id ?? "";
  return { id, onduty };
}

const user = (id: string) => ({ id, type: "user_reference", summary: `User ${id}` });

/** A server with one incident, assigned to U1, of a policy with two levels: U1 first, U2 then. After the change others have it. */
async function against(after: string): Promise<{ vendor: FakeVendor; onduty(line: string): ReturnType<typeof run> }> {
  const vendor = await fakeVendor();
  const incident = (assignee: string) => ({
    ...{ id: "Q1", type: "incident", incident_number: 1, title: "disk", status: "triggered", urgency: "high" },
    ...{ created_at: "2026-11-28T22:00:00Z", service: { id: "S1", summary: "shop" } },
    ...{ escalation_policy: { id: "P1", summary: "Night" }, assignments: [{ assignee: user(assignee) }] },
  });
  const levels = [1, 2].map((level) => ({ escalation_level: level, user: user(`U${level}`), schedule: null }));
  vendor.reply("GET /incidents/Q1", 200, { incident: incident("U1") });
  vendor.reply("GET /escalation_policies/P1", 200, {
    escalation_policy: { id: "P1", name: "Night", escalation_rules: [{}, {}] },
  });
  vendor.reply("GET /oncalls", 200, { oncalls: levels, limit: 100, offset: 0, more: false });
  vendor.reply("PUT /incidents/Q1", 200, { incident: incident(after) });
  const profiles = { pd: { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeKEYnotreal0001" } } };
  return { vendor, onduty: (line) => run(`${line} --max-wait 0`, { profiles }) };
}

const sent = ({ requests }: FakeVendor) => requests.filter(({ method }) => method === "PUT").map(({ body }) => body);

describe("an escalation on PagerDuty", () => {
  it.each([
    ["--escalate 3", "Fujii|藤井"],
    ["--escalate 2", "Grace"],
    ["--escalate PEPSRC1", "Ada"],
    ['--escalate "search, office"', "Ada"],
  ])("goes to the level or the policy that is named: %s", async (words, who) => {
    const { id, onduty } = await practice();
    const { code, stdout, stderr } = await onduty(`incidents assign ${id} ${words} -o tsv --fields outcome,by`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^escalated\\t(${who})`));
  });

  it.each([
    ["--escalate 4", '"Checkout, day and night" has no level 4; known: the levels 1 to 3'],
    [
      "--escalate nobody",
      'unknown escalation policy "nobody"; known: "Checkout, day and night", "Search, office hours"',
    ],
  ])("to what is not there is refused with what is known: %s", async (words, message) => {
    const { id, onduty } = await practice();
    const before = await onduty(`incidents timeline ${id} --json`);
    const { code, stdout, stderr } = await onduty(`incidents assign ${id} ${words}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect((await onduty(`incidents timeline ${id} --json`)).stdout).toBe(before.stdout);
  });

  it("is sent with the level, and fails when others have it afterwards", async () => {
    const good = await against("U2");
    expect(await good.onduty("incidents assign Q1 --escalate 2 -o tsv --fields outcome,by")).toMatchObject({
      code: 0,
      stdout: "escalated\tUser U2\n",
    });
    expect(sent(good.vendor)).toEqual([{ incident: { type: "incident_reference", escalation_level: 2 } }]);
    for (const words of ["--escalate 2", "--escalate"]) {
      const bad = await against("U9");
      const { code, stderr } = await bad.onduty(`incidents assign Q1 ${words}`);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("but User U9 has it") });
    }
  });
});
