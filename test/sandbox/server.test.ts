import { createHmac } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { draw, parseChaos } from "../../src/sandbox/chaos.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";
import { ask, event, flashduty, lastDays, opsknight, rowsOf, start } from "./support.ts";

describe("chaos", () => {
  it("is read from a line", () => {
    expect(parseChaos("latency=200ms, 429=5%,500=10%,reset=2%,timeout=1%,half=1%,html=0.5%")).toEqual({
      latencyMs: 200,
      shares: { "429": 0.05, "500": 0.1, reset: 0.02, timeout: 0.01, half: 0.01, html: 0.005 },
    });
    expect(parseChaos("nulls,words,missing,late=2s,side=403")).toEqual({
      latencyMs: 0,
      shares: {},
      quirks: { nulls: true, words: true, missing: true, lateMs: 2000, side: 403 },
    });
    expect(parseChaos("")).toEqual({ latencyMs: 0, shares: {} });
  });

  it.each([
    ["smoke=5%", 'does not know "smoke"; it knows latency, 429'],
    ["500=101%", "share of 100"],
    ["500=-1%", "share of 100"],
    ["500=5", "share of 100"],
    ["500=5%=6%", "share of 100"],
    ["latency=soon", "is not a duration"],
    ["nulls=5%", "takes no value"],
    ["late=soon", "is not a duration"],
    ["side=418", "is none of 403, 429"],
    ["500=60%,reset=60%", "more than all"],
  ])("refuses %s", (spec, message) => {
    expect(() => parseChaos(spec)).toThrow(message);
  });

  it("divides the requests by the shares", () => {
    const chaos = parseChaos("429=5%,500=10%,reset=2%");
    expect([0, 0.049, 0.051, 0.149, 0.151, 0.169, 0.171, 0.999].map((at) => draw(chaos, () => at))).toEqual([
      "429",
      "429",
      "500",
      "500",
      "reset",
      "reset",
      undefined,
      undefined,
    ]);
  });

  it("breaks as the vendor would word it", async () => {
    const sandbox = await start({ chaos: parseChaos("429=50%,500=50%"), random: () => 0 });
    const limited = await opsknight(sandbox)("GET /api/incidents");
    expect(limited).toMatchObject({ status: 429, body: { error: { code: "RATE_LIMITED", retry_after: 1 } } });
    expect(limited.headers.get("retry-after")).toBe("1");
    const busy = await flashduty(sandbox)("/member/info");
    expect(busy).toMatchObject({ status: 429, body: { error: { code: "RequestTooFrequently" } } });
    expect(busy.headers.get("flashcat-request-id")).toBe(busy.body.request_id);
    expect((await ask(`${sandbox.urls.flotiq}/api/auth-context`)).body).toMatchObject({ code: 429 });
  });

  it("cuts connections, and answers in half after the request took effect", async () => {
    const sandbox = await start();
    const send = opsknight(sandbox);
    const chaos = (spec: string) => ask(`${sandbox.url}/_sandbox/chaos`, { method: "POST", body: { spec } });
    await chaos("reset=100%");
    await expect(send("POST /api/events", event("trigger", "cut"))).rejects.toThrow();
    await chaos("half=100%");
    await expect(send("POST /api/events", event("trigger", "half"))).rejects.toThrow();
    await chaos("html=100%");
    expect(await send("GET /api/incidents")).toMatchObject({ status: 502 });
    await chaos("latency=60ms");
    const before = performance.now();
    const titles = rowsOf((await send("GET /api/incidents")).body.data).map(({ title }) => title);
    expect(performance.now() - before).toBeGreaterThan(50);
    expect(titles).toContain("About half");
    expect(titles).not.toContain("About cut");
    expect(await chaos("smoke=1%")).toMatchObject({ status: 400 });
  });

  it("leaves a request without an answer until the sandbox stops", async () => {
    const sandbox = await start({ chaos: parseChaos("timeout=100%") });
    const waiting = opsknight(sandbox)("GET /api/incidents").then(
      () => "answered",
      () => "cut",
    );
    const early = new Promise((resolve) => setTimeout(() => resolve("still waiting"), 100));
    expect(await Promise.race([waiting, early])).toBe("still waiting");
    await sandbox.close();
    expect(await waiting).toBe("cut");
  });
});

describe("webhooks of the sandbox", () => {
  const secret = "fake-webhook-secret";
  const sign = (text: string): string => `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;

  it.each([["raw"], ["timestamp"], ["status-page"]])("are signed in the form %s", async (form) => {
    const sandbox = await start();
    const receiver = await fakeVendor();
    receiver.reply("POST /hook", 200);
    const body = { url: `${receiver.url}/hook`, secret, form };
    expect((await ask(`${sandbox.url}/_sandbox/webhooks`, { method: "POST", body })).status).toBe(200);
    const send = opsknight(sandbox);
    for (const action of ["trigger", "trigger", "acknowledge", "acknowledge", "resolve"])
      await send("POST /api/events", event(action, "hooked"));
    await expect.poll(() => receiver.requests.length, { interval: 2 }).toBe(3);
    const words = receiver.requests.map((seen) => (seen.body as { event: string }).event);
    expect(new Set(words)).toEqual(new Set(["incident.triggered", "incident.acknowledged", "incident.resolved"]));
    for (const { headers, body: told } of receiver.requests) {
      const raw = JSON.stringify(told);
      const stamp = headers["x-opsknight-timestamp"];
      const signature = headers["x-opsknight-signature"] ?? headers["x-webhook-signature"];
      expect(signature).toBe(sign(form === "timestamp" ? `${stamp}.${raw}` : raw));
      expect(headers["x-webhook-event"]).toBe(form === "status-page" ? (told as { event: string }).event : undefined);
      expect(told).toMatchObject({ incident: { title: "About hooked", service: { id: "svc_checkout" } } });
    }
  });

  it("are sent three times by server 1.3.1 when the receiver fails, with one signature, and then not for a while", async () => {
    const lines: string[] = [];
    const sandbox = await start({ dialect: "1.3", warn: (line: string) => void lines.push(line) });
    const receiver = await fakeVendor();
    receiver.reply("POST /hook", 503).reply("POST /hook", 500).reply("POST /hook", 200).reply("POST /hook", 503);
    const body = { url: `${receiver.url}/hook`, secret };
    expect((await ask(`${sandbox.url}/_sandbox/webhooks`, { method: "POST", body })).status).toBe(200);
    const send = opsknight(sandbox);
    await send("POST /api/events", event("trigger", "first"));
    await expect.poll(() => receiver.requests.length, { interval: 2 }).toBe(3);
    expect(new Set(receiver.requests.map(({ headers }) => headers["x-opsknight-signature"])).size).toBe(1);
    await send("POST /api/events", event("trigger", "second"));
    await expect.poll(() => lines.join("\n"), { interval: 2 }).toContain("answered 503");
    expect(receiver.requests).toHaveLength(6);
    await send("POST /api/events", event("trigger", "third"));
    await expect.poll(() => lines.join("\n"), { interval: 2 }).toContain("failed less than a minute ago");
    expect(receiver.requests).toHaveLength(6);
    expect(receiver.requests[0]?.headers["user-agent"]).toBe("OpsKnight/1.0");
  });

  it("of server 1.3.1 report a change of urgency, and no trigger of a service without an escalation", async () => {
    const sandbox = await start({ dialect: "1.3" });
    const receiver = await fakeVendor();
    receiver.reply("POST /hook", 200);
    const body = { url: `${receiver.url}/hook`, secret };
    await ask(`${sandbox.url}/_sandbox/webhooks`, { method: "POST", body });
    const send = opsknight(sandbox);
    const payload = { summary: "s", source: "s", severity: "error" };
    await send("POST /api/events", event("trigger", "none", { payload, service_id: "svc_database" }));
    const made = await send("POST /api/events", event("trigger", "some", { payload }));
    const route = `PATCH /api/incidents/${made.body.result?.incident?.id}`;
    for (const change of [{ urgency: "HIGH" }, { urgency: "HIGH" }, { assigneeId: "usr_kei" }])
      await send(route, change);
    await expect.poll(() => receiver.requests.length, { interval: 2 }).toBe(3);
    const types = receiver.requests.map((seen) => (seen.body as { event: { type: string } }).event.type);
    expect(types.sort()).toEqual(["triggered", "updated", "updated"]);
  });

  it.each([
    ["http://example.com/"],
    ["http://localhost@example.com/"],
    ["http://127.0.0.1.example.com/"],
    ["https://127.0.0.1/"],
    ["localhost"],
  ])("never leave this machine: %s is refused", async (url) => {
    const sandbox = await start();
    const body = { url, secret, form: "raw" };
    expect((await ask(`${sandbox.url}/_sandbox/webhooks`, { method: "POST", body })).status).toBe(400);
  });
});

describe("the data file", () => {
  it("survives a restart, and nothing else is left beside it", async () => {
    const folder = await tempDir();
    const dataFile = join(folder, "sandbox.json");
    const first = await start({ dataFile });
    await opsknight(first)("POST /api/events", event("trigger", "kept"));
    const made = await flashduty(first)("/incident/create", { title: "Also kept", incident_severity: "Info" });
    const incident_ids = [made.body.data?.incident_id];
    await flashduty(first)("/incident/comment", { incident_ids, comment: "hello" });
    await first.close();
    expect(await readdir(folder)).toEqual(["sandbox.json"]);

    const second = await start({ dataFile });
    expect((await opsknight(second)("POST /api/events", event("trigger", "kept"))).body.data).toMatchObject({
      action: "deduplicated",
    });
    const feed = await flashduty(second)("/incident/feed", { incident_id: incident_ids[0] });
    expect(rowsOf(feed.body.data?.items).map(({ type }) => type)).toEqual(["i_comm", "i_new"]);
    const again = await flashduty(second)("/incident/create", { title: "Another", incident_severity: "Info" });
    expect(again.body.data?.incident_id).not.toEqual(incident_ids[0]);
  });

  it.each([[""], ["{"], ["[]"], ["null"], ['{"version":2}'], ['{"version":1,"opsknight":{"incidents":[]}}']])(
    "that holds %j is refused and left as it is",
    async (text) => {
      const dataFile = join(await tempDir(), "mine.json");
      await writeFile(dataFile, text);
      await expect(start({ dataFile })).rejects.toMatchObject({
        kind: "usage",
        message: `${dataFile} is not the data of a sandbox`,
      });
      expect(await readFile(dataFile, "utf8")).toBe(text);
    },
  );

  it("that cannot be written is reported before anything is served", async () => {
    const dataFile = join(await tempDir(), "no", "such", "folder.json");
    await expect(start({ dataFile })).rejects.toMatchObject({ kind: "usage" });
  });
});

describe("the sandbox", () => {
  it("reports it when its port is taken", async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      kind: "usage",
      message: `port ${port} is taken`,
      hint: "onduty sandbox --port 0",
    });
  });

  it("lists 10,000 incidents in pages, fast", async () => {
    const sandbox = await start({ rateLimits: false });
    const seed = (incidents: unknown) => ask(`${sandbox.url}/_sandbox/seed`, { method: "POST", body: { incidents } });
    for (const wrong of [-1, 1.5, "many", 1e9]) expect((await seed(wrong)).status).toBe(400);
    /** Milliseconds of work, which do not grow when the machine is busy with something else. */
    const listAll = async (): Promise<number> => {
      const began = process.cpuUsage();
      const get = opsknight(sandbox);
      const seen = new Set<unknown>();
      let total: unknown;
      for (let offset = 0, more = true; more; offset += 100) {
        const { data, pagination } = (await get(`GET /api/incidents?limit=100&offset=${offset}`)).body;
        for (const { id } of rowsOf(data)) seen.add(id);
        more = (pagination?.has_more as unknown) === true;
        total = pagination?.total;
      }
      expect(seen.size).toBe(total);
      const post = flashduty(sandbox);
      const ids = new Set<unknown>();
      let context: unknown = "";
      while (context !== undefined) {
        const body = { ...lastDays(30), limit: 100, search_after_ctx: context };
        const { items, search_after_ctx } = (await post("/incident/list", body)).body.data ?? {};
        for (const { incident_id } of rowsOf(items)) ids.add(incident_id);
        context = search_after_ctx;
      }
      // One began earlier.
      expect(ids.size).toBe(seen.size - 1);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    };
    expect((await seed(1_000)).body.incidents).toBe(1_006);
    const tenthMs = Math.min(await listAll(), await listAll(), await listAll());
    expect((await seed(9_000)).body.incidents).toBe(10_006);
    // Ten times as much, and a hundred times were each page to cost what all of them hold.
    expect(await listAll()).toBeLessThan(20 * tenthMs);
  }, 120_000);

  it("answers only to this machine's own name", async () => {
    const { port } = await start();
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "rebound.example.com" };
      request({ port, host: "127.0.0.1", path: "/_sandbox/requests", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it("records what it was asked, without keys", async () => {
    const sandbox = await start();
    await flashduty(sandbox)("/member/info");
    expect(sandbox.requests).toEqual([{ method: "POST", path: "/flashduty/member/info" }]);
    expect((await ask(`${sandbox.url}/_sandbox/requests`)).body).toEqual(sandbox.requests);
    expect((await ask(`${sandbox.url}/_sandbox/nothing`)).status).toBe(404);
    expect((await ask(`${sandbox.url}/nobody`)).status).toBe(404);
  });
});
