import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { webhooks } from "../../src/providers/pagerduty/webhooks.ts";
import { ask } from "../sandbox/support.ts";
import { run, start } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";

const secret = "fake-webhook-secret-0001";
const body = Buffer.from(
  JSON.stringify({
    event: {
      id: "01FAKEEVENT",
      event_type: "incident.triggered",
      resource_type: "incident",
      occurred_at: "2026-11-28T21:04:10.000Z",
      agent: null,
      data: {
        id: "Q1PAYM00000001",
        type: "incident",
        number: 4211,
        title: "Card captures time out",
        html_url: "https://x.test/Q1",
      },
    },
  }),
);
const sign = (key: string): string => `v1=${createHmac("sha256", key).update(body).digest("hex")}`;
const check = (signature: string | undefined, given: Uint8Array = body) =>
  webhooks.verify(
    { headers: { "x-pagerduty-signature": signature }, body: given },
    { secret, toleranceMs: 0, now: new Date() },
  ).problem;

describe("a webhook of PagerDuty", () => {
  it.each([
    ["one signature", sign(secret)],
    ["one of several, as during a rotation", `${sign("another fake secret")}, ${sign(secret)}`],
    ["one behind a version that is not known", `v2=abc,${sign(secret)}`],
  ])("is valid with %s", (_, signature) => {
    expect(check(signature)).toBeNull();
  });

  it.each([
    ["no header", undefined, body],
    ["another secret", sign("another fake secret"), body],
    ["another body", sign(secret), Buffer.from(`${body} `)],
    ["a signature that is cut off", sign(secret).slice(0, -2), body],
    ["an empty header", "", body],
  ])("is not valid with %s", (_, signature, given) => {
    expect(check(signature, given)).not.toBeNull();
  });

  it("names its event and its incident", () => {
    const payload = JSON.parse(body.toString()) as Record<string, unknown>;
    expect(webhooks.read(payload, { headers: {}, body })).toEqual({
      event: "incident.triggered",
      happenedAt: new Date("2026-11-28T21:04:10Z"),
      deliveryId: "01FAKEEVENT",
    });
    expect(webhooks.incidentOf(payload)).toEqual({
      id: "Q1PAYM00000001",
      title: "Card captures time out",
      url: "https://x.test/Q1",
    });
    const note = {
      event: { data: { type: "incident_note", incident: { id: "Q2", summary: "Queue", html_url: null } } },
    };
    expect(webhooks.incidentOf(note)).toEqual({ id: "Q2", title: "Queue" });
  });

  it("is verified with the profile of PagerDuty", async () => {
    const profiles = { pd: { provider: "pagerduty", baseUrl: "https://api.pagerduty.com" } };
    const options = { profiles, env: { SECRET: secret }, stdin: body.toString() };
    expect(await run(`webhooks verify --secret-env SECRET --signature ${sign(secret)}`, options)).toMatchObject({
      code: 0,
    });
    const bad = await run(`webhooks verify --secret-env SECRET --signature ${sign("another fake secret")}`, options);
    expect(bad.code).toBe(ExitCode.no);
  });

  it("comes from the sandbox to a listener", async () => {
    const { home, url } = await sandbox();
    const listening = await start("webhooks listen --port 0 --secret-env SECRET --profile sandbox-pagerduty", {
      home,
      env: { SECRET: secret },
    });
    await expect.poll(() => listening.stderr(), { interval: 2 }).toMatch(/127\.0\.0\.1:\d+/);
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(listening.stderr()) ?? [];
    const body = { url: `http://127.0.0.1:${port}/`, secret };
    await ask(`${url}/_sandbox/webhooks`, { method: "POST", body });
    await run("events trigger Broken --dedup-key b --profile sandbox-pagerduty", { home });
    await expect.poll(() => listening.stdout(), { interval: 2 }).toContain("incident.triggered");
    expect(JSON.parse(listening.stdout().split("\n")[0] ?? "")).toMatchObject({
      event: "incident.triggered",
      incident: { title: "Broken" },
    });
  });
});
