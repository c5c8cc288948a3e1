import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { runAndRead } from "../support/harness.ts";
import { fakeKeys, homeWith, profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

/* Responses to lists that are no lists, and must look neither like an empty one nor like something that is missing. */

async function setUp(provider: string) {
  const vendor = await fakeVendor();
  const pagerduty = { provider: "pagerduty", baseUrl: vendor.url, apiKey: { text: "u+fakeFakeFakeFake01" } };
  const profiles: Record<string, unknown> = { ...profilesAt(vendor.url), pagerduty };
  const home = await homeWith({ [provider]: profiles[provider] });
  return { vendor, onduty: (line: string) => runAndRead(line, { home }) };
}

describe("a successful response with an error beside its list", () => {
  const error = { code: "INTERNAL_ERROR", message: "a part of the database is down" };

  it.each([
    ["opsknight", "GET /api/incidents", "incidents list --exit-status", { data: [], error }],
    ["opsknight", "GET /api/incidents", "incidents list --exit-status", { incidents: [], error: error.message }],
    ["opsknight", "GET /api/services", "services list", { services: [], error }],
    ["pagerduty", "GET /incidents", "incidents list --exit-status", { incidents: [], more: false, error }],
    ["pagerduty", "GET /services", "services list", { services: [], more: false, error }],
    ["flashduty", "POST /incident/list", "incidents list --exit-status", { data: { items: [], total: 0 }, error }],
    ["flotiq", "GET /api/v1/content/runbook", "content list runbook", { data: [], total_count: 0, error }],
  ])("is a failure of %s to %s, and not an empty list", async (provider, route, line, body) => {
    const { vendor, onduty } = await setUp(provider);
    vendor.reply(route, 200, body);
    const { code, stdout, stderr } = await onduty(`${line} --max-wait 0`);
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain(error.message);
  });

  it.each([null, "", {}])("is a list when that error is %j", async (nothing) => {
    const { vendor, onduty } = await setUp("opsknight");
    vendor.reply("GET /api/services", 200, { services: [], error: nothing });
    expect(await onduty("services list --json")).toMatchObject({ code: ExitCode.ok, stdout: "[]\n" });
  });
});

describe("a list whose route is not there, as JSON reports it", () => {
  const strange = { error: { code: "NOT_FOUND", message: "Not found" } };

  it.each([
    ["opsknight", "GET /api/users", "users list", strange, "this OpsKnight server does not publish users"],
    ["opsknight", "GET /api/teams", "teams list", strange, "this OpsKnight server does not publish teams"],
    ["flashduty", "POST /incident/list", "incidents list", strange, "this server has no such route (404)"],
    ["flashduty", "POST /member/info", "whoami", strange, "this server has no such route (404)"],
    ["pagerduty", "GET /users/me", "whoami", strange, "this server has no such route (404)"],
    ["flotiq", "GET /api/auth-context", "whoami", { code: 404, message: "Not found" }, "no such route (404)"],
    ["flotiq", "GET /api/v1/internal/contenttype", "content types", { code: 404 }, "no such route (404)"],
  ])("is a failure of %s to %s, by the wrong address", async (provider, route, line, body, message) => {
    const { vendor, onduty } = await setUp(provider);
    vendor.reply(route, 404, body);
    const { code, stdout, stderr } = await onduty(line);
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("is something missing when the route names it", async () => {
    const { vendor, onduty } = await setUp("flotiq");
    vendor.reply("GET /api/v1/content/nothing", 404, { code: 404, message: "Not found" });
    expect(await onduty("content list nothing")).toMatchObject({ code: ExitCode.notFound });
    expect(vendor.requests[0]?.headers["x-auth-token"]).toBe(fakeKeys.flotiq);
  });
});
