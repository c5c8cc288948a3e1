import { describe, expect, it } from "vitest";
import { flotiq } from "../../src/providers/flotiq/index.ts";
import type { ProviderCode } from "../../src/providers/provider.ts";
import { fakeVendor } from "../support/vendor.ts";
import { connectTo } from "./connect.ts";
import { fixture } from "./fixtures.ts";

const key = "fake_flotiq_key_0000000000000001";
const route = "GET /api/auth-context";
const errors = fixture<Record<string, unknown>>("flotiq/errors");

async function setUp() {
  const vendor = await fakeVendor();
  return { vendor, connection: connectTo(flotiq, { url: vendor.url, keys: { api: key } }) };
}

describe("flotiq", () => {
  it("has no events, incidents, services or schedules", () => {
    const { events, incidents, directory, onCall }: ProviderCode = flotiq;
    expect([events, incidents, directory, onCall]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("asks with a GET, the key in its header and nowhere else", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(route, 200, fixture("flotiq/auth-context"));
    await flotiq.validateKey(connection, "api");
    expect(vendor.requests).toMatchObject([{ method: "GET", path: "/api/auth-context", query: {}, body: undefined }]);
    expect(vendor.requests[0]?.headers["x-auth-token"]).toBe(key);
  });

  it("shows the space a valid key belongs to", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(route, 200, fixture("flotiq/auth-context"));
    expect(await flotiq.validateKey(connection, "api")).toMatchObject({
      status: "valid",
      kind: null,
      account: { id: "space_1", name: "Runbooks", email: "ada@example.com" },
      message: null,
    });
  });

  it.each([
    ["nothing known", 200, { strange: true }],
    ["null everywhere", 200, { organization: null, space: null, user: null }],
    ["a list", 200, []],
    ["no body", 204, undefined],
    ["no JSON", 200, "fine"],
  ])("takes a key for valid when the answer holds %s", async (_, status, body) => {
    const { vendor, connection } = await setUp();
    vendor.reply(route, status, body);
    expect(await flotiq.validateKey(connection, "api")).toMatchObject({ status: "valid", account: null });
  });

  it.each([
    ["by its type", "Sign in", { "content-type": "text/html; charset=utf-8" }],
    ["by its look", "\n<!doctype html><title>Sign in</title>", {}],
  ])("does not take a key for valid when a web page answers, %s", async (_, page, headers) => {
    const { vendor, connection } = await setUp();
    vendor.handle(
      route,
      (_seen, response) => void response.writeHead(200, headers as Record<string, string>).end(page),
    );
    expect(await flotiq.validateKey(connection, "api")).toMatchObject({
      status: "unknown",
      message: expect.stringContaining("a web page, not JSON"),
    });
  });

  it.each([
    [401, "401", "invalid", "the key was not accepted"],
    [403, "403", "restricted", "access denied, or the quota of calls is used up"],
    [403, "403-schema", "restricted", "access denied, or the quota of calls is used up"],
    [404, "404", "unknown", "check the base URL"],
    [429, "none", "unknown", "too many requests"],
    [503, "none", "unknown", "the server is not available"],
  ])("judges %i (%s) as %s", async (status, body, verdict, message) => {
    const { vendor, connection } = await setUp();
    vendor.reply(route, status, errors[body]);
    const judged = await flotiq.validateKey(connection, "api");
    expect(judged).toMatchObject({ status: verdict, account: null, message: expect.stringContaining(message) });
    expect(judged.message).not.toContain(key);
  });

  it("does not know when nobody answers", async () => {
    const { vendor, connection } = await setUp();
    vendor.handle(route, (_, response) => void response.destroy());
    expect(await flotiq.validateKey(connection, "api")).toMatchObject({ status: "unknown" });
  });

  it("reads messages by field from a 400", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply("GET /api/v1/search", 400, errors["400"]);
    const http = await connection.http();
    await expect(http.request("GET /api/v1/search")).rejects.toThrow("filters: Malformed filters json - Syntax error");
  });

  it("reports the key owner", async () => {
    const { vendor, connection } = await setUp();
    vendor.reply(route, 200, fixture("flotiq/auth-context"));
    expect(await flotiq.whoami(connection)).toEqual({
      account: { id: "space_1", name: "Runbooks" },
      user: { id: "user_1", name: null, email: "ada@example.com" },
      key: { kind: null, scopes: null },
    });
  });
});
