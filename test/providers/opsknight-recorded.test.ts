import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Incident } from "../../src/model/incident.ts";
import { type RunResult, runAndRead as run } from "../support/harness.ts";
import { type Exchange, exchanges, recordedIncidents, recordedKey, replayServer } from "../support/replay.ts";
import { fakeVendor } from "../support/vendor.ts";

/** Runs against the recorded server, with a key it knew. */
async function onduty(commandLine: string, key = recordedKey): Promise<RunResult & { requests: string[] }> {
  const server = await replayServer();
  const profile = {
    provider: "opsknight",
    baseUrl: server.url,
    apiKey: { text: key },
    service: "csvccheckout0000000000000",
  };
  const result = await run(commandLine, { profiles: { prod: profile } });
  return { ...result, requests: server.requests.map(({ method, path }) => `${method} ${path}`) };
}

const list = ({ stdout }: RunResult): Incident[] => JSON.parse(stdout) as Incident[];

describe("OpsKnight 1.3.1, as it was recorded", () => {
  it("has incidents of several statuses in its answers", () => {
    expect(recordedIncidents.length).toBeGreaterThan(10);
    expect(new Set(recordedIncidents.map(({ status }) => status)).size).toBeGreaterThan(2);
  });

  it.each([
    ["resolved", "RESOLVED"],
    ["open", "OPEN"],
    ["acknowledged", "ACKNOWLEDGED"],
  ])("ignores filters, and yet `--status %s` shows only those", async (status, word) => {
    const shown = list(await onduty(`incidents list --status ${status} --json --limit 100`));
    expect(shown.map(({ id }) => id)).toEqual(
      recordedIncidents.filter((row) => row.status === word).map(({ id }) => id),
    );
    expect(shown.length).toBeGreaterThan(0);
  });

  it("ignores the order, and yet it is kept", async () => {
    const oldest = list(await onduty("incidents list --status all --sort created --order asc --json --limit 5"));
    const expected = [...recordedIncidents].reverse().slice(0, 5);
    expect(oldest.map(({ createdAt }) => createdAt)).toEqual(expected.map(({ createdAt }) => createdAt));
  });

  it("ignores urgency, service and time, and yet they hold", async () => {
    const low = list(await onduty("incidents list --status all --urgency low --json"));
    expect(low.length).toBeGreaterThan(0);
    expect(low.every(({ urgency }) => urgency === "low")).toBe(true);
    const none = await onduty("incidents list --status all --until 2000-01-01 --json");
    expect(none).toMatchObject({ code: 0, stdout: "[]\n" });
    const service = list(await onduty("incidents list --status all --service csvccheckout0000000000000 --json"));
    expect(new Set(service.map((one) => one.service?.id))).toEqual(new Set(["csvccheckout0000000000000"]));
  });

  it("reads one incident, and reports when there is none", async () => {
    const [row] = recordedIncidents;
    const shown = await onduty(`incidents show ${row?.id} --json`);
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: row?.id, title: row?.title, createdAt: row?.createdAt });
    const none = await onduty("incidents show no-such-incident");
    expect(none).toMatchObject({ code: ExitCode.notFound, stdout: "" });
  });

  const recorded = (name: string): Exchange => {
    const found = exchanges.find((exchange) => exchange.name.endsWith(name));
    if (found === undefined) throw new Error(`there is no recorded exchange "${name}"`);
    return found;
  };
  const incidentOf = (name: string) => (recorded(name).response.body as { incident: Record<string, unknown> }).incident;

  /** A command on an incident that is as one recorded answer tells it, to which the server answers as in another. */
  async function act(commandLine: string, before: string, answer: string) {
    const server = await fakeVendor();
    // The answer to a change leaves out the service, that to a read does not.
    const incident = { ...incidentOf("get-user-own-team"), ...incidentOf(before) };
    const path = `/api/incidents/${incident.id}`;
    server.reply(`GET ${path}`, 200, { incident });
    server.reply(`PATCH ${path}`, recorded(answer).response.status, recorded(answer).response.body);
    // What is not found may be the beginning of an id.
    server.reply("GET /api/incidents", 200, { incidents: [] });
    const users = recorded("route-api-users").response;
    server.reply("GET /api/users", users.status, users.body, users.headers);
    const profile = { provider: "opsknight", baseUrl: server.url, apiKey: { text: recordedKey } };
    const [verb, ...words] = commandLine.split(" ");
    const result = await run(["incidents", verb ?? "", String(incident.id), ...words, "--json", "--max-wait", "0"], {
      profiles: { prod: profile },
    });
    return { ...result, sent: server.requests.at(-1) };
  }

  it.each([
    ["ack", "get-user-own-team", "patch-acknowledged-again", "acknowledged", "acknowledged"],
    ["unack", "patch-acknowledged-again", "patch-open-from-acknowledged", "unacknowledged", "open"],
    ["snooze", "get-user-own-team", "patch-snoozed", "snoozed", "snoozed"],
    ["reopen", "patch-snoozed", "patch-open-from-snoozed", "reopened", "open"],
    ["suppress", "get-user-own-team", "patch-suppressed", "suppressed", "suppressed"],
    ["reopen", "patch-suppressed", "patch-open-from-suppressed", "reopened", "open"],
    ["resolve", "get-user-own-team", "patch-resolved-again", "resolved", "resolved"],
    ["reopen", "patch-resolved-again", "patch-open-from-resolved", "reopened", "open"],
    ["update --urgency low", "get-user-own-team", "incident-patch-urgency", "updated", "open"],
  ])("takes `%s` in the words it was recorded with", async (line, before, answer, outcome, status) => {
    const { code, stdout, sent } = await act(line, before, answer);
    expect({ code, outcomes: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      outcomes: [{ outcome, status, error: null }],
    });
    expect(sent).toMatchObject({ method: "PATCH", body: recorded(answer).request.body });
  });

  it.each([
    ["ack", "patch-acknowledged-again", "acknowledged"],
    ["snooze", "patch-snoozed", "snoozed"],
    ["suppress", "patch-suppressed", "suppressed"],
    ["resolve", "patch-resolved-again", "resolved"],
    ["reopen", "get-user-own-team", "open"],
    ["assign --to cusermember00000000000000", "incident-get-assigned", "open"],
  ])("is not asked for `%s` where it is so already", async (line, before, status) => {
    const { code, stdout, sent } = await act(line, before, "patch-unknown-incident");
    expect({ code, outcomes: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      outcomes: [{ outcome: "already", status }],
    });
    expect(sent?.method).toBe("GET");
  });

  it.each([
    ["assign --to cusernobody00000000000000", "patch-assign-unknown-user", "failed", ExitCode.failure],
    ["resolve", "patch-user-other-team", "forbidden", ExitCode.auth],
    ["resolve", "patch-unknown-incident", "notFound", ExitCode.notFound],
    ["suppress", "patch-bad-status", "failed", ExitCode.failure],
  ])("says what became of `%s` when it answers as in %s", async (line, answer, outcome, exitCode) => {
    const { code, stdout, stderr } = await act(line, "get-user-own-team", answer);
    expect({ code, outcomes: JSON.parse(stdout) }).toMatchObject({ code: exitCode, outcomes: [{ outcome }] });
    expect(stderr).not.toMatch(/Please check your input|You do not have permission/);
  });

  it("is given an assignee under both names, and an empty one to take it away", async () => {
    const rex = "cuserresponder00000000000";
    const given = await act(`assign --to ${rex}`, "get-user-own-team", "patch-everything");
    expect(given.sent?.body).toEqual({ assignee_id: rex, assigneeId: rex });
    expect(JSON.parse(given.stdout)).toMatchObject([{ outcome: "assigned", by: rex }]);
    const taken = await act("assign --to none", "incident-get-assigned", "patch-open-from-resolved");
    expect(taken.sent?.body).toEqual({ assignee_id: "", assigneeId: "" });
    expect(JSON.parse(taken.stdout)).toMatchObject([{ outcome: "assigned", by: null }]);
  });

  it("does not publish who is on call", async () => {
    const { code, stdout, stderr } = await onduty("oncall primary");
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain("this OpsKnight server does not publish who is on call");
  });

  it("triggers an event: everything the server demands is in the body", async () => {
    const server = await replayServer();
    const profile = {
      provider: "opsknight",
      baseUrl: server.url,
      apiKey: { text: recordedKey },
      service: "csvccheckout0000000000000",
    };
    const { code, stdout } = await run(
      [
        "events",
        "trigger",
        "CPU usage above 90% on web-01",
        "--dedup-key",
        "cpu-web01",
        "--severity",
        "critical",
        "--source",
        "prometheus",
        "--json",
      ],
      { profiles: { prod: profile } },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      action: "trigger",
      dedupKey: "cpu-web01",
      delivery: "delivered",
      provider: "opsknight",
    });
    expect(server.requests.at(-1)?.body).toEqual({
      event_action: "trigger",
      dedup_key: "cpu-web01",
      service_id: "csvccheckout0000000000000",
      payload: { summary: "CPU usage above 90% on web-01", severity: "critical", source: "prometheus" },
    });
  });

  it.each([
    ["ok_doesnotexist", ExitCode.auth, "the key was not accepted (401)"],
    ["ok_noscopes-local-test-key-0000000000000000000", ExitCode.auth, "API key lacks scope incidents:read (403)"],
    ["ok_ratelimit-local-test-key-000000000000000000", ExitCode.rateLimited, "asked to wait 5"],
  ])("with key %s ends with %i", async (key, exitCode, message) => {
    const { code, stdout, stderr } = await onduty("incidents list --max-wait 0", key);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("Please check your input");
  });

  it("finds the scopes of a key by reads alone", async () => {
    const { code, stdout, requests } = await onduty("keys validate --json");
    expect(code).toBe(0);
    const [report] = JSON.parse(stdout) as { status: string; scopes: Record<string, string[]> }[];
    expect(report).toMatchObject({ status: "valid" });
    expect(report?.scopes.granted).toEqual(["incidents:read", "services:read", "schedules:read"]);
    const writes = ["services:write", "schedules:write", "users:write", "teams:write"];
    expect(report?.scopes.absent).toEqual(["users:read", "teams:read", ...writes]);
    expect(report?.scopes.untested).toEqual(["events:write", "incidents:write"]);
    expect(requests.every((request) => request.startsWith("GET "))).toBe(true);
    const lacking = await onduty("keys validate --json", "ok_noscopes-local-test-key-0000000000000000000");
    expect(lacking.code).toBe(ExitCode.auth);
    expect(JSON.parse(lacking.stdout)).toMatchObject([{ status: "restricted" }]);
  });

  it("answers with texts that mislead, and none of them is shown with the wrong meaning", () => {
    const unauthorized = exchanges.filter(({ response }) => response.status === 401);
    expect(unauthorized.some(({ response }) => JSON.stringify(response.body).includes("check your input"))).toBe(true);
  });
});
