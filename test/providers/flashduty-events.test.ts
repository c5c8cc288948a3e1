import { describe, expect, it } from "vitest";
import type { Event } from "../../src/model/event.ts";
import type { KeyKind } from "../../src/model/key.ts";
import { flashduty as descriptor } from "../../src/providers/flashduty/descriptor.ts";
import { flashduty } from "../../src/providers/flashduty/index.ts";
import { fakeVendor } from "../support/vendor.ts";
import { connectTo } from "./connect.ts";
import { fixture } from "./fixtures.ts";

const keys = {
  api: "fake_app_key_000000000000000001",
  integration: "fake_integration_key_0000000001",
  change: "fake_change_key_000000000000001",
};
const now = new Date("2025-11-24T16:30:00Z");
const alertRoute = "POST /event/push/alert/standard";
const changeRoute = "POST /event/push/change/standard";
const errors = fixture<Record<string, object>>("flashduty/errors");

async function setUp(kinds: KeyKind[] = ["api", "integration", "change"]) {
  const vendor = await fakeVendor();
  const given = Object.fromEntries(kinds.map((kind) => [kind, keys[kind]]));
  const { requestIdHeader } = descriptor;
  return { vendor, connection: connectTo(flashduty, { url: vendor.url, keys: given, requestIdHeader, now }) };
}

function event(more: Partial<Event> = {}): Event {
  const bare = { summary: "Disk full on db-1", severity: "error", source: "db-1", dedupKey: "db-1/disk" } as const;
  return { action: "trigger", ...bare, details: {}, links: [], ...more };
}

describe("events trigger and resolve", () => {
  it("pushes an alert with the integration key in the query", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    const receipt = await flashduty.events.deliver(
      connection,
      event({
        severity: "critical",
        component: "var",
        group: "db",
        class: "disk",
        at: "2025-11-24T16:00:00.900Z",
        details: { host: { name: "db-1", "free.bytes": 0 }, tags: ["a", 1], "9lives": true, empty: null },
        links: [{ href: "https://ci.example.com/7", text: "Run 7" }],
      }),
    );
    expect(receipt).toEqual({ result: "triggered", incident: null, requestId: "fd-push-1", message: null });
    expect(vendor.requests).toHaveLength(1);
    expect(vendor.requests[0]?.query).toEqual({ integration_key: keys.integration });
    expect(vendor.requests[0]?.body).toMatchObject({
      title_rule: "Disk full on db-1",
      event_status: "Critical",
      alert_key: "db-1/disk",
      event_time: 1764000000,
      description: expect.stringContaining("Run 7: https://ci.example.com/7"),
      labels: {
        source: "db-1",
        component: "var",
        group: "db",
        class: "disk",
        host_name: "db-1",
        host_free_bytes: "0",
        tags: '["a",1]',
        _9lives: "true",
      },
    });
  });

  it.each([
    ["critical", "Critical"],
    ["error", "Critical"],
    ["warning", "Warning"],
    ["info", "Info"],
  ] as const)("sends %s as %s", async (severity, status) => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    await flashduty.events.deliver(connection, event({ severity }));
    expect(vendor.requests[0]?.body).toMatchObject({ event_status: status });
    expect(vendor.requests[0]?.body).not.toHaveProperty("event_time");
  });

  it("resolves with Ok, which needs a title too", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    const receipt = await flashduty.events.deliver(connection, event({ action: "resolve", summary: "" }));
    // The same response comes where nothing was open.
    expect(receipt.result).toBeNull();
    expect(vendor.requests[0]?.body).toMatchObject({
      event_status: "Ok",
      title_rule: "db-1/disk",
      alert_key: "db-1/disk",
    });
  });

  it("keeps labels within what the vendor takes", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key ${index}`, "x".repeat(3000)]));
    const details = { "": "no name", source: "not the source", ["k".repeat(200)]: "long", ...many };
    await flashduty.events.deliver(connection, event({ details }));
    const { labels } = (vendor.requests[0]?.body ?? { labels: {} }) as { labels: Record<string, string> };
    expect(Object.keys(labels)).toHaveLength(50);
    for (const [name, value] of Object.entries(labels)) {
      expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/);
      expect(value.length).toBeLessThanOrEqual(2048);
    }
    expect(labels).toMatchObject({ source: "db-1", _: "no name" });
  });

  it("takes 200 with the code OK for success, and 200 with another code for a failure", async () => {
    const { vendor, connection } = await setUp();
    for (const code of ["", "0", "ok", "OK"])
      vendor.reply(alertRoute, 200, { request_id: "fd-ok", data: { alert_key: "k" }, error: { code, message: "" } });
    vendor.reply(alertRoute, 200, errors.InternalError);
    for (let times = 0; times < 4; times += 1)
      expect(await flashduty.events.deliver(connection, event())).toMatchObject({ requestId: "fd-ok" });
    await expect(flashduty.events.deliver(connection, event())).rejects.toMatchObject({
      kind: "failure",
      code: "InternalError",
      requestId: "fd-e-11",
    });
  });

  it.each([
    [400, "BadIntegrationKey", "auth", "the integration key was not accepted"],
    [400, "InvalidParameter", "failure", "end_time must be after start_time"],
    [400, "NoLicense", "auth", "The plan does not include this feature"],
    [402, "BalanceNotEnough", "failure", "The balance is not enough"],
    [403, "AccessDenied", "auth", "the integration key is not allowed to do this"],
    [423, "RequestLocked", "failure", "Locked after repeated failures"],
    [429, "RequestTooFrequently", "rateLimited", "Request too frequently"],
  ] as const)("reads %i %s as %s", async (status, code, kind, message) => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, status, errors[code]);
    const error: unknown = await flashduty.events.deliver(connection, event()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind, status, message: expect.stringContaining(message) });
    expect(error).toMatchObject({ requestId: expect.stringMatching(/^fd-e-/), retryable: status === 429 });
    expect(String(error)).not.toContain(keys.integration);
  });

  it("takes the request id from the header when the body has none", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 502, "<html>", { "content-type": "text/html", "flashcat-request-id": "fd-header" });
    await expect(flashduty.events.deliver(connection, event())).rejects.toMatchObject({ requestId: "fd-header" });
  });

  it("names no key when nobody answers", async () => {
    const { vendor, connection } = await setUp();
    vendor.handle(alertRoute, (_, response) => void response.destroy());
    const error: unknown = await flashduty.events.deliver(connection, event()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "network" });
    expect(String(error)).not.toContain(keys.integration);
  });
});

describe("events change", () => {
  it.each([
    ["started", "Processing"],
    ["succeeded", "Done"],
    ["failed", "Canceled"],
    ["canceled", "Canceled"],
  ] as const)("pushes %s as %s with the change key", async (status, word) => {
    const { vendor, connection } = await setUp();
    vendor.reply(changeRoute, 200, fixture("flashduty/push-change"));
    const change = { status, environment: "prod", version: "1.2.3" };
    const links = [{ href: "https://ci.example.com/7" }, { href: "https://example.com" }];
    const sent = event({ action: "change", dedupKey: "web:7", change, links });
    expect(await flashduty.events.deliver(connection, sent)).toMatchObject({
      incident: null,
      requestId: "fd-change-1",
    });
    expect(vendor.requests[0]?.query).toEqual({ integration_key: keys.change });
    expect(vendor.requests[0]?.body).toMatchObject({
      change_key: "web:7",
      change_status: word,
      title: "Disk full on db-1",
      link: "https://ci.example.com/7",
      labels: { environment: "prod", version: "1.2.3" },
    });
  });
});

describe("events ack", () => {
  const ack = event({ action: "acknowledge" });

  it("acknowledges the incident of the newest open alert under the key", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply("POST /alert/list", 200, fixture("flashduty/alert-list"));
    vendor.reply("POST /incident/ack", 200, { request_id: "fd-ack" });
    expect(await flashduty.events.deliver(connection, ack)).toMatchObject({
      result: "acknowledged",
      incident: { id: "66aa00000000000000000001", title: "Disk full on db-1", status: "acknowledged" },
      requestId: "fd-ack",
    });
    const [lookup, acked] = vendor.requests;
    const body = lookup?.body as { alert_keys: string[]; start_time: number; end_time: number };
    expect(body.alert_keys).toEqual(["db-1/disk"]);
    expect(body.end_time - body.start_time).toBe(30 * 86_400);
    expect(lookup?.query).toEqual({ app_key: keys.api });
    expect(acked?.body).toEqual({ incident_ids: ["66aa00000000000000000001"] });
  });

  it.each([
    ["no alert", { items: null, has_next_page: false }],
    [
      "only closed incidents",
      {
        items: [{ alert_key: "db-1/disk", incident: { incident_id: "66aa00000000000000000004", progress: "Closed" } }],
      },
    ],
    [
      "an alert without an incident",
      { items: [{ alert_key: "db-1/disk", incident: { incident_id: "0".repeat(24), progress: "" } }] },
    ],
    [
      "an alert under another key",
      {
        items: [
          { alert_key: "db-2/disk", incident: { incident_id: "66aa00000000000000000001", progress: "Triggered" } },
        ],
      },
    ],
  ])("is ignored when there is %s", async (_, data) => {
    const { vendor, connection } = await setUp();
    vendor.reply("POST /alert/list", 200, { request_id: "fd-alert", data });
    expect(await flashduty.events.deliver(connection, ack)).toMatchObject({
      result: "ignored",
      incident: null,
      message: expect.stringContaining("no open incident"),
    });
  });

  it("does nothing when it was acknowledged already", async () => {
    const { vendor, connection } = await setUp();
    const incident = { incident_id: "66aa00000000000000000001", title: "Disk full", progress: "Processing" };
    vendor.reply("POST /alert/list", 200, { data: { items: [{ alert_key: "db-1/disk", incident }] } });
    expect(await flashduty.events.deliver(connection, ack)).toMatchObject({
      result: "acknowledged",
      message: expect.stringContaining("already"),
    });
    expect(vendor.requests).toHaveLength(1);
  });

  it("leaves the note as a comment, and stays acknowledged when that fails", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply("POST /alert/list", 200, fixture("flashduty/alert-list"));
    vendor.reply("POST /incident/ack", 200, { request_id: "fd-ack" });
    vendor.reply("POST /incident/comment", 403, errors.AccessDenied);
    const receipt = await flashduty.events.deliver(connection, { ...ack, note: "on it" });
    expect(receipt).toMatchObject({
      result: "acknowledged",
      message: expect.stringContaining("the note was not added"),
      leftOut: expect.stringContaining("the note was not added"),
    });
    expect(vendor.requests.at(-1)?.body).toEqual({ incident_ids: ["66aa00000000000000000001"], comment: "on it" });
  });

  it("leaves the note as a comment on what was acknowledged already", async () => {
    const { vendor, connection } = await setUp();
    const list = JSON.stringify(fixture("flashduty/alert-list")).replaceAll('"Triggered"', '"Processing"');
    vendor
      .reply("POST /alert/list", 200, JSON.parse(list))
      .reply("POST /incident/comment", 200, { request_id: "fd-comment" });
    const receipt = await flashduty.events.deliver(connection, { ...ack, note: "on it" });
    expect(receipt).toMatchObject({ message: "it was acknowledged already" });
    expect(vendor.requests.at(-1)?.body).toMatchObject({ comment: "on it" });
  });
});

describe("keys that events need", () => {
  it.each([
    ["trigger", ["api", "change"], "an integration key", "--kind integration"],
    ["resolve", ["api"], "an integration key", "--kind integration"],
    ["change", ["api", "integration"], "a change key", "--kind change"],
    ["acknowledge", ["integration"], "events ack on flashduty needs an APP key", "onduty keys set prod"],
  ] as const)("%s: is checked before any request", async (action, kinds, message, hint) => {
    const { vendor, connection } = await setUp([...kinds]);
    const check = () => flashduty.events.check(connection, event({ action }));
    expect(check).toThrow(expect.objectContaining({ kind: "auth", hint: expect.stringContaining(hint) }));
    expect(check).toThrow(message);
    expect(vendor.requests).toEqual([]);
  });

  it("is content when the key is there", async () => {
    const { connection } = await setUp(["integration"]);
    expect(() => flashduty.events.check(connection, event())).not.toThrow();
  });
});

describe("an alert that is closed", () => {
  const resolve = event({ action: "resolve", severity: "info", source: "this-host", summary: "db-1/disk" });

  it("keeps its labels and severity when it is resolved by its key alone", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    await flashduty.events.deliver(connection, resolve);
    expect(vendor.requests[0]?.body).toEqual({
      title_rule: "db-1/disk",
      event_status: "Ok",
      alert_key: "db-1/disk",
    });
  });

  it("gets the labels that a resolve says of it, and no severity", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    await flashduty.events.deliver(connection, { ...resolve, details: { host: "db-1" } });
    expect(vendor.requests[0]?.body).toHaveProperty("labels", { source: "this-host", host: "db-1" });
  });
});

describe("labels of an alert", () => {
  it("that would have the same name are numbered, so that none is lost", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    await flashduty.events.deliver(connection, event({ details: { ü: "1", ö: "2", ä: "1", source: "another" } }));
    expect(vendor.requests[0]?.body).toMatchObject({
      labels: { _: "1", __2: "2", source: "db-1", source_2: "another" },
    });
  });

  it("and its description are not cut within a character", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(alertRoute, 200, fixture("flashduty/push-alert"));
    await flashduty.events.deliver(
      connection,
      event({ note: "😀".repeat(3000), details: { text: "😀".repeat(3000) } }),
    );
    const [sent] = vendor.requests.map(({ body }) => body as { labels: { text: string }; description: string });
    for (const text of [sent?.labels.text ?? "", sent?.description ?? ""]) {
      expect([...text]).toHaveLength(2048);
      expect(text).not.toMatch(/\p{Surrogate}/u);
    }
  });
});

describe("events ack of an alert that started long ago", () => {
  const ack = event({ action: "acknowledge" });
  const alert = (progress: string) => ({
    alert_key: "db-1/disk",
    start_time: now.getTime() / 1000 - 40 * 86_400,
    incident: { incident_id: "66aa00000000000000000001", title: "Disk full", progress },
  });

  it("finds it by its last event", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply("POST /alert/list", 200, { data: { items: [], total: 0, has_next_page: false } });
    vendor.reply("POST /alert/list", 200, { data: { items: [alert("Triggered")], total: 1, has_next_page: false } });
    vendor.reply("POST /incident/ack", 200, { request_id: "fd-ack" });
    expect(await flashduty.events.deliver(connection, ack)).toMatchObject({ result: "acknowledged" });
    const asked = vendor.requests.filter(({ path }) => path === "/alert/list").map(({ body }) => body);
    expect(asked).toMatchObject([{ alert_keys: ["db-1/disk"] }, { by_updated_at: true }]);
    expect(asked[0]).not.toHaveProperty("by_updated_at");
  });

  it("looks on every page", async () => {
    const { vendor, connection } = await setUp();
    const more = { total: 2, has_next_page: true, search_after_ctx: "c1" };
    vendor.reply("POST /alert/list", 200, { data: { items: [alert("Closed")], ...more } });
    vendor.reply("POST /alert/list", 200, { data: { items: [alert("Triggered")], total: 2, has_next_page: false } });
    vendor.reply("POST /incident/ack", 200, { request_id: "fd-ack" });
    expect(await flashduty.events.deliver(connection, ack)).toMatchObject({ result: "acknowledged" });
    expect(vendor.requests[1]?.body).toMatchObject({ search_after_ctx: "c1" });
  });
});
