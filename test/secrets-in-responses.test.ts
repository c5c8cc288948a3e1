import { describe, expect, it } from "vitest";
import { maskFields } from "../src/keys/mask.ts";
import { addressIn, post, secret, words } from "./commands/webhook.ts";
import { run, start } from "./support/harness.ts";
import { fakeVendor } from "./support/vendor.ts";

/* What a sender put into an event comes back in the vendor's texts, keys included. */

const keys = {
  api: "sk_test_fake_received_0001",
  integration: "fake0000received0000fake00000002",
  fromEnv: "fake0000received0000fake00000003",
  foreign: "fake-key-of-somebody-else-0004",
};

const description = [
  `sent with ${keys.integration}, ${keys.fromEnv} and ${keys.api}`,
  JSON.stringify({
    routing_key: keys.foreign,
    payload: { apiKey: keys.foreign, note: `{"service_key":"${keys.foreign}"}` },
  }),
].join("\n");

const row = {
  id: "inc_1",
  title: `disk full ${"x".repeat(40)} ${keys.integration}`,
  description,
  status: "OPEN",
  urgency: "HIGH",
  createdAt: "2026-10-08T10:00:00Z",
  service: { id: "svc_1", name: `db ${keys.fromEnv}` },
};

const profile = (url: string) => ({
  prod: {
    provider: "opsknight",
    baseUrl: url,
    apiKey: { text: keys.api },
    integrationKey: { text: keys.integration },
  },
  other: { provider: "flashduty", baseUrl: url, apiKey: { env: "OTHER_KEY" } },
});

async function vendorWithKeys() {
  const vendor = await fakeVendor();
  vendor.reply("GET /api/incidents", 200, { incidents: [row] });
  vendor.reply("GET /api/incidents/inc_1", 200, { incident: row });
  return { profiles: profile(vendor.url), env: { OTHER_KEY: keys.fromEnv } };
}

function expectMasked(text: string, where: string): void {
  for (const key of Object.values(keys)) {
    expect(text.includes(key.slice(0, 16)), `${where}: ${text}`).toBe(false);
    expect(text.includes(key.slice(-12)), `${where}: ${text}`).toBe(false);
  }
}

describe("a key in the text of an incident is masked", () => {
  it.each(["table", "json", "ndjson", "csv", "tsv", "yaml"])("in %s", async (format) => {
    const setting = await vendorWithKeys();
    for (const line of [
      "incidents list",
      "incidents show inc_1",
      "incidents list --fields title,description,service",
    ]) {
      for (const tty of [false, true]) {
        const { code, stdout, stderr } = await run(`${line} -o ${format}`, { ...setting, tty });
        expect(code, stderr).toBe(0);
        expectMasked(stdout + stderr, line);
      }
    }
  });

  it("by jq, by api and with --debug too", async () => {
    const setting = await vendorWithKeys();
    for (const line of [
      "incidents list --jq .[].description -r",
      "incidents list --debug",
      "api GET /api/incidents/inc_1",
      "api GET /api/incidents/inc_1 --include",
      "incidents ack inc_1 --dry-run",
    ])
      expectMasked(Object.values(await run(line, setting)).join("\n"), line);
  });

  it("where a table cuts the text in the middle of a key", async () => {
    const setting = await vendorWithKeys();
    for (let columns = 60; columns < 140; columns += 6)
      expectMasked((await run("incidents list", { ...setting, tty: columns })).stdout, `${columns} columns`);
  });

  it("and the text still shows that there was one", async () => {
    const { stdout } = await run("incidents show inc_1 --json", await vendorWithKeys());
    expect((JSON.parse(stdout) as { description: string }).description).toBe(
      [
        "sent with …0002, …0003 and sk_test_…0001",
        JSON.stringify({ routing_key: "…", payload: { apiKey: "…", note: '{"service_key":"…"}' } }),
      ].join("\n"),
    );
  });

  it("in webhooks", async () => {
    const listener = await start(words, {
      profiles: profile("http://127.0.0.1:1"),
      env: { OTHER_KEY: keys.fromEnv, WEBHOOK_SECRET: secret },
    });
    await expect.poll(listener.stderr).toContain("listening on");
    await post(
      addressIn(listener.stderr()),
      JSON.stringify({ event: "incident.triggered", timestamp: "2026-10-08T10:00:00Z", incident: row }),
    );
    await expect.poll(listener.stdout).toContain("incident.triggered");
    expectMasked(listener.stdout(), "webhook");
  });
});

describe("the value of a field that holds a key by its name", () => {
  it.each([
    [String.raw`"{\"routing_key\":\"k1\"}"`, String.raw`"{\"routing_key\":\"…\"}"`],
    [
      String.raw`"{\"integrationKey\" : \"k1\", \"a\": \"b\"}"`,
      String.raw`"{\"integrationKey\" : \"…\", \"a\": \"b\"}"`,
    ],
    [String.raw`"{\n  \"api_key\":\n \"k1\"}"`, String.raw`"{\n  \"api_key\":\n \"…\"}"`],
    [String.raw`"{\\\"serviceKey\\\":\\\"k1\\\"}"`, String.raw`"{\\\"serviceKey\\\":\\\"…\\\"}"`],
    ["{&quot;routing_key&quot;:&quot;k1&quot;}", "{&quot;routing_key&quot;:&quot;…&quot;}"],
    ["\"{'api_key': 'k1'}\"", "\"{'api_key': '…'}\""],
    [String.raw`"{\"api_key\":12345,\"n\":1}"`, String.raw`"{\"api_key\":…,\"n\":1}"`],
    [String.raw`"cut: {\"api_key\":\"k1 and mo","next":"x"`, String.raw`"cut: {\"api_key\":\"…","next":"x"`],
  ])("is masked within a text: %s", (text, expected) => {
    expect(maskFields(text)).toBe(expected);
  });

  it("stays where it is the vendor's own field, or null, or no key", () => {
    const text = String.raw`{"integrationKey":"id_1","text":"{\"api_key\":null,\"keys\":\"x\"}"}`;
    expect(maskFields(text)).toBe(text);
  });
});
