import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { sandboxCommand } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor, type Seen } from "../support/vendor.ts";
import { askOften, rowsOf, ask as send } from "./support.ts";

interface Keys {
  apiKey: { text: string };
  integrationKey: { text: string };
}

function ask(url: string, key: string, options: { method?: string; body?: string } = {}) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return send(url, { ...options, headers });
}

async function started(options = "") {
  const { home, url, profiles } = await sandboxCommand(options);
  const keys = profiles as Record<string, { baseUrl: string } & Partial<Keys>>;
  return {
    home,
    url,
    key: keys["sandbox-opsknight"]?.apiKey?.text ?? "",
    app: keys["sandbox-flashduty"]?.apiKey?.text ?? "",
  };
}

describe("the sandbox", () => {
  it("speaks the documented OpsKnight API: envelope, paging, filters, rate-limit headers", async () => {
    const { url, key } = await started();
    const { status, headers, body } = await ask(`${url}/opsknight/api/incidents?limit=2&status=OPEN`, key);
    expect(status).toBe(200);
    expect(body.pagination).toMatchObject({ limit: 2, offset: 0, has_more: true });
    expect(rowsOf(body.data).map((one) => one.status)).toEqual(["OPEN", "OPEN"]);
    expect([headers.get("x-ratelimit-limit"), headers.get("x-ratelimit-remaining")]).toEqual(["300", "299"]);
    expect(await ask(`${url}/opsknight/api/incidents`, "sk_test_fake_unknown")).toMatchObject({
      status: 401,
      body: { error: { code: "UNAUTHORIZED" } },
    });
  });

  it("turns requests away over the limit, with Retry-After", async () => {
    const { url, key } = await started();
    const events = `${url}/opsknight/api/events`;
    const headers = { authorization: `Bearer ${key}` };
    const spend = () => askOften(100, events, { method: "POST", headers, body: {} });
    const more = () => ask(events, key, { method: "POST", body: "{}" });
    expect(await spend()).toEqual(Array.from({ length: 100 }, () => 400));
    let last = await more();
    if (last.status !== 429) {
      // The minute has turned while this ran: the next hundred are free again.
      await spend();
      last = await more();
    }
    expect(last).toMatchObject({ status: 429, body: { error: { code: "RATE_LIMITED" } } });
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("answers as 1.3.1 when asked to: camelCase, filters ignored, HTML where there is no route", async () => {
    const { url, key } = await started("--dialect 1.3");
    const { body } = await ask(`${url}/opsknight/api/incidents?status=RESOLVED&limit=200`, key);
    const rows = rowsOf(body.incidents);
    expect(new Set(rows.map((row) => row.status)).size).toBeGreaterThan(1);
    expect(rows[0]).toMatchObject({ createdAt: expect.any(String), serviceId: expect.any(String) });
    const missing = await ask(`${url}/opsknight/api/users`, key);
    expect(missing.status).toBe(404);
    expect(String(missing.body)).toContain("<!DOCTYPE html>");
  });

  it("demands of Flashduty's callers what the vendor demands", async () => {
    const { url, app } = await started();
    const post = (route: string, body: object) =>
      ask(`${url}/flashduty${route}?app_key=${app}`, "", { method: "POST", body: JSON.stringify(body) });
    const day = 86_400;
    const now = Math.floor(Date.now() / 1000);
    expect(await post("/incident/list", { start_time: now - 31 * day, end_time: now })).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidParameter" } },
    });
    const good = await post("/incident/list", { start_time: now - 30 * day, end_time: now, limit: 2 });
    expect(good.body).toMatchObject({
      request_id: expect.any(String),
      data: { has_next_page: true, search_after_ctx: expect.any(String) },
    });
    expect(good.headers.get("flashcat-request-id")).toBe(good.body.request_id);
    expect(await post("/nowhere", {})).toMatchObject({ status: 404, body: { error: { code: "RouteNotFound" } } });
  });

  it("sends signed webhooks", async () => {
    const { url, home } = await started();
    const receiver = await fakeVendor();
    const arrived = new Promise<Seen>((resolve) => {
      receiver.handle("POST /hook", (seen, response) => {
        response.end();
        resolve(seen);
      });
    });
    const body = JSON.stringify({ url: `${receiver.url}/hook`, secret: "fake-secret", form: "raw" });
    expect((await send(`${url}/_sandbox/webhooks`, { method: "POST", body })).status).toBe(200);
    expect((await run("events trigger hooked --dedup-key hook", { home })).code).toBe(0);
    const seen = await arrived;
    expect(seen.body).toMatchObject({ event: "incident.triggered", incident: { title: "hooked" } });
    const digest = createHmac("sha256", "fake-secret").update(JSON.stringify(seen.body)).digest("hex");
    expect(seen.headers["x-opsknight-signature"]).toBe(`sha256=${digest}`);
  });

  it("keeps its state in a file", async () => {
    const file = join(await tempDir(), "sandbox.json");
    const first = await started(`--data ${file}`);
    expect((await run("events trigger remembered --dedup-key keep", { home: first.home })).code).toBe(0);
    await expect.poll(() => readFile(file, "utf8"), { interval: 2 }).toContain("remembered");
    const second = await started(`--data ${file}`);
    const { stdout } = await run("incidents list --query remembered --json --fields title", { home: second.home });
    expect(JSON.parse(stdout)).toEqual([{ title: "remembered" }]);
  });

  it.each([
    ["--chaos 500=200%", "is not a share of 100"],
    ["--chaos smoke=5%", 'does not know "smoke"'],
    ["--port 70000", "Expected a port between 0 and 65535"],
    ["--dialect 2.0", "Allowed choices are documented, 1.3"],
  ])("refuses %s", async (options, message) => {
    const { code, stderr } = await run(`sandbox ${options}`);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("breaks on purpose, and a command survives it", async () => {
    const { home } = await started("--chaos 500=20%,reset=10%");
    const { code, stdout, stderr } = await run("incidents list --json", { home });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout).length).toBeGreaterThan(2);
  });
});
