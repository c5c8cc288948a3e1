import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

/* The runbooks of a service, on the page of an incident and on request. */

const id = "66cc00000000000000000001";
const incident = {
  ...{ incident_id: id, num: "0000A1", title: "disk", progress: "Triggered", incident_severity: "Critical" },
  ...{ channel_id: 7, channel_name: "Check out", start_time: 1_764_000_000 },
};

/** A vendor with an incident, and a content system whose search answers this. */
async function setUp(status: number, body: unknown, change: object = {}) {
  const vendor = await fakeVendor();
  vendor.reply("POST /incident/info", 200, { data: { ...incident, ...change } });
  vendor.reply("POST /incident/feed", 200, { data: { items: [], has_next_page: false } });
  const content = await fakeVendor();
  content.reply("GET /api/v1/search", status, body);
  const profiles = {
    fd: { provider: "flashduty", baseUrl: vendor.url, apiKey: { text: "fake_flashduty_app_key_0000000001" } },
    docs: { provider: "flotiq", baseUrl: content.url, apiKey: { text: "fake_flotiq_key_00000000000000001" } },
  };
  const show = (words: string, tty = true) => run(`incidents show ${id} --max-wait 0 ${words}`, { profiles, tty });
  return { content, show };
}

const hit = (one: { id: string; title?: string } & Record<string, unknown>, contentType = "runbook") => ({
  score: 1,
  item: { internal: { contentType }, ...one },
});
const found = (...data: object[]) => ({ total_count: data.length, total_pages: 1, current_page: 1, data });

describe("incidents show at a terminal", () => {
  it.each(["runbook-1", "runbook-2"])("has the runbook whose tag or title names the service: %s", async (runbook) => {
    const { home } = await sandbox();
    const service = { "runbook-1": "checkout", "runbook-2": "database" }[runbook];
    const title = { "runbook-1": "Payments failing", "runbook-2": "Replica lag of the database" }[runbook];
    const list = `incidents list --service ${service} --status all --json --fields id -p sandbox-flashduty`;
    const [row] = JSON.parse((await run(list, { home })).stdout) as { id: string }[];
    const { code, stdout, stderr } = await run(`incidents show ${row?.id} -p sandbox-flashduty`, { home, tty: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Runbooks\n  ${title}\n    onduty content show runbook ${runbook} -p sandbox-flotiq\n`);
    expect(stdout.match(/onduty content show/g)).toHaveLength(1);
    expect(stdout.indexOf("Runbooks")).toBeLessThan(stdout.indexOf("Timeline"));
  });

  it("has only what is about the service, and what is safe to paste and to print", async () => {
    const { show, content } = await setUp(
      200,
      found(
        hit({ id: "a", title: "Restart of check-out" }),
        hit({ id: "b", title: "Checkouts and more", body: "check out" }),
        hit({ id: "c", title: "Tagged \u001b[2J", tags: ["other", "CHECK OUT"] }),
        hit({ id: "d'; rm -rf x", name: "By id", services: [{ name: "7" }] }, "run book"),
        hit({ id: "e", title: "check out" }, "_media"),
      ),
    );
    const { stdout } = await show("");
    expect(stdout.slice(stdout.indexOf("Runbooks"), stdout.indexOf("\n\nTimeline")).split("\n")).toEqual([
      "Runbooks",
      "  Restart of check-out",
      "    onduty content show runbook a -p docs",
      "  Tagged \\x1b[2J",
      "    onduty content show runbook c -p docs",
      "  By id",
      "    onduty content show 'run book' 'd'\\''; rm -rf x' -p docs",
    ]);
    expect(content.requests.map(({ query }) => query)).toEqual([{ q: "Check out", page: "1", limit: "20" }]);
  });

  it.each([
    [403, { code: 403, message: "Access denied or quota limit exceeded" }],
    [500, "<html>"],
    [200, { data: "no list" }],
  ])("is complete but for the runbooks when they cannot be read: %i", async (status, body) => {
    const { show } = await setUp(status, body);
    const { code, stdout } = await show("--no-color");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^disk\n.*Runbooks\n {2}NOT KNOWN: docs: .*Timeline/s);
  });

  it("asks for no runbook of an incident without a service", async () => {
    const { show, content } = await setUp(200, found(), { channel_id: 0, channel_name: "" });
    expect(await show("")).toMatchObject({ code: 0, stdout: expect.not.stringContaining("Runbooks") });
    expect(content.requests).toEqual([]);
  });
});

describe("incidents show in a pipe", () => {
  it("asks for no runbooks, but on request", async () => {
    const { show, content } = await setUp(200, found(hit({ id: "a", title: "Check out" })));
    expect(JSON.parse((await show("--json", false)).stdout)).not.toHaveProperty("runbooks");
    expect(content.requests).toEqual([]);
    expect(JSON.parse((await show("--json --runbooks", false)).stdout)).toMatchObject({
      id,
      runbooks: [{ id: "a", type: "runbook", title: "Check out", profile: "docs" }],
    });
  });

  it("reports runbooks that were asked for and are not known", async () => {
    const { show } = await setUp(500, "<html>");
    const { code, stdout, stderr } = await show("--json --runbooks", false);
    expect({ code, row: JSON.parse(stdout) }).toMatchObject({ code: 7, row: { id, runbooks: [] } });
    expect(stderr).toContain("the runbooks are not all known: docs: ");
  });
});
