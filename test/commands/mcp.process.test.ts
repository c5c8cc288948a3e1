import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseChaos } from "../../src/sandbox/chaos.ts";
import { connectMcp } from "../support/mcp.ts";
import { bareEnv, launch, onduty, start } from "../support/process.ts";
import { homeWith, profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const standalone = !onduty.endsWith(".cjs");
const request = (id: number, method: string, params: object = {}): string =>
  `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
const hello = request(0, "initialize", {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "test", version: "1" },
});

describe("a client of the protocol", () => {
  it("works an incident of the sandbox", async () => {
    const { home } = await sandbox();
    const { client, tools, call } = await connectMcp(["--allow-writes"], bareEnv(home));
    expect(client.getServerVersion()).toMatchObject({ name: "onduty" });
    expect(tools.find(({ name }) => name === "incidents_merge")?.annotations).toMatchObject({ destructiveHint: true });
    const status = await call("status");
    expect(status).toMatchObject({ complete: true, isError: false });
    const { rows = [] } = await call("incidents_list", { status: ["open"], profile: "sandbox-opsknight" });
    const id = String(rows[0]?.id);
    const acked = await call("incidents_ack", { id: [id], profile: "sandbox-opsknight" });
    expect(acked.rows).toMatchObject([{ id, outcome: "acknowledged" }]);
    const event = await call("events_trigger", { summary: "Disk full", dedupKey: "mcp-1" });
    expect(event.object).toMatchObject({ delivery: "delivered", dedupKey: "mcp-1" });
    const both = await call("incidents_list", { profile: ["sandbox-opsknight", "sandbox-flashduty"], maxRows: 3 });
    expect(both).toMatchObject({ complete: false, rows: [{}, {}, {}] });
  });

  it("gets a result that fits its schema from every tool that reads", async () => {
    const { home } = await sandbox();
    const { tools, call } = await connectMcp([], bareEnv(home));
    const ids: Record<string, unknown> = { incidents_show: { id: ["inc_000011"] }, spool_show: { id: ["x"] } };
    for (const { name, inputSchema } of tools) {
      const required = (inputSchema.required ?? []) as string[];
      const given =
        ids[name] ?? Object.fromEntries(required.map((key) => [key, key === "path" ? "/api/incidents" : "x"]));
      const result = await call(name, given as Record<string, unknown>);
      expect(result.complete, name).toBeTypeOf("boolean");
      if (result.isError) expect(result.error?.kind, name).not.toBe("bug");
    }
  });

  it("gets an answer or an error for each call while the vendor breaks", async () => {
    const { home } = await sandbox({ chaos: parseChaos("latency=5ms,500=20%,reset=10%,html=5%,half=5%") });
    const { call } = await connectMcp([], bareEnv(home));
    const calls = Array.from({ length: 40 }, () => call("incidents_list", { maxWait: "1s" }));
    for (const { isError, rows, complete, error } of await Promise.all(calls)) {
      if (isError) expect(error?.message).toMatch(/\w/);
      // The sandbox has open incidents: an empty list would be a false all-clear.
      else expect(rows?.length).toBeGreaterThan(0);
      if (error !== undefined) expect(complete).toBe(false);
    }
  });

  it("is not held up by a vendor that hangs, and can cancel", async () => {
    const vendor = await fakeVendor();
    const aborted = new Promise<void>((resolve) => {
      vendor.handle("GET /api/incidents", (_seen, response) => void response.once("close", resolve));
    });
    const up = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const { opsknight } = profilesAt(up.url);
    const home = await homeWith({ up: opsknight, hangs: profilesAt(vendor.url).opsknight });
    const { call } = await connectMcp([], bareEnv(home));
    const cancel = new AbortController();
    const hanging = call("incidents_list", { profile: "hangs" }, { signal: cancel.signal }).catch(
      (error: Error) => error,
    );
    await expect.poll(() => vendor.requests.length).toBe(1);
    expect(await call("incidents_list", { profile: "up" })).toMatchObject({ rows: [], complete: true });
    cancel.abort("enough");
    expect(await hanging).toBeInstanceOf(Error);
    await aborted;
  });

  it("sees what a call is doing, where it asks for that", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const { call } = await connectMcp([], bareEnv(await homeWith(profilesAt(vendor.url))));
    const messages: (string | undefined)[] = [];
    await call("incidents_list", {}, { onprogress: ({ message }) => messages.push(message) });
    expect(messages).toContain("listing incidents");
  });
});

describe("the process", () => {
  it("ends with its input, after it has answered, and prints the protocol alone", async () => {
    const vendor = (await fakeVendor()).reply("GET /api/incidents", 200, { incidents: [] });
    const env = bareEnv(await homeWith(profilesAt(vendor.url)), { ONDUTY_OUTPUT: "table", FORCE_COLOR: "1" });
    const call = request(1, "tools/call", { name: "incidents_list", arguments: {} });
    const { code, stdout, stderr } = await start(["mcp"], env, hello + call).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ id: 0 }, { id: 1, result: { structuredContent: { rows: [], complete: true } } }]);
  });

  it("ends with its input although a vendor hangs", async () => {
    const vendor = (await fakeVendor()).handle("GET /api/incidents", () => {});
    const env = bareEnv(await homeWith(profilesAt(vendor.url)));
    const began = Date.now();
    const call = request(1, "tools/call", { name: "incidents_list", arguments: {} });
    const { code } = await start(["mcp"], env, hello + call).ended;
    expect(code).toBe(0);
    expect(Date.now() - began).toBeLessThan(20_000);
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("ends on %s in the middle of a call", async (signal, expected) => {
    const vendor = (await fakeVendor()).handle("GET /api/incidents", () => {});
    const [file, ...first] = launch;
    const child = spawn(file, [...first, "mcp"], { env: bareEnv(await homeWith(profilesAt(vendor.url))) });
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stdin.write(hello + request(1, "tools/call", { name: "incidents_list", arguments: {} }));
    await expect.poll(() => vendor.requests.length).toBe(1);
    child.kill(signal);
    const [code] = await once(child, "exit");
    expect(code).toBe(expected);
  });

  it("ends when nobody reads its output", async () => {
    const [file, ...first] = launch;
    const child = spawn(file, [...first, "mcp"], { env: bareEnv(await homeWith({})) });
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stdin.on("error", () => {});
    child.stdin.write(hello);
    await once(child.stdout, "data");
    child.stdout.destroy();
    child.stdin.write(request(1, "ping"));
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
});

/** Collects garbage on SIGUSR2, and writes down the bytes in use. */
const spy = `
const { setFlagsFromString } = require("node:v8");
process.on("SIGUSR2", () => {
  setFlagsFromString("--expose-gc");
  const collect = require("node:vm").runInNewContext("gc");
  collect(); collect();
  const { heapUsed, external } = process.memoryUsage();
  require("node:fs").writeFileSync(process.env.SPY_FILE, String(heapUsed + external));
});
`;

describe.skipIf(standalone)("a long session", () => {
  const calls = process.env.CI ? 1000 : 300;

  it(`of ${calls} calls to vendors that break does not grow`, { timeout: 180_000 }, async () => {
    const { home } = await sandbox({ chaos: parseChaos("latency=1ms,429=1%,500=5%,reset=3%,html=2%") });
    await mkdir(join(home, "spy"));
    const [script, file] = [join(home, "spy/spy.cjs"), join(home, "spy/bytes")];
    await writeFile(script, spy);
    const env = bareEnv(home, { NODE_OPTIONS: `--require=${script}`, SPY_FILE: file });
    const { call, pid } = await connectMcp([], env);
    const inUse = async (): Promise<number> => {
      await writeFile(file, "");
      process.kill(pid, "SIGUSR2");
      await expect.poll(() => readFile(file, "utf8")).toMatch(/\d/);
      return Number(await readFile(file, "utf8"));
    };
    const flashduty = { profile: "sandbox-flashduty", maxWait: "0" };
    const kinds: [name: string, given: Record<string, unknown>][] = [
      ["incidents_list", flashduty],
      ["incidents_show", { ...flashduty, id: ["5a000000000000000000000c"] }],
      ["oncall", { profile: "sandbox-opsknight", maxWait: "0" }],
      ["status", { maxWait: "0" }],
      ["incidents_list", { profile: ["sandbox-opsknight", "sandbox-pagerduty"], maxWait: "0" }],
    ];
    let answered = 0;
    const callMany = async (count: number): Promise<void> => {
      const ten = [...kinds, ...kinds];
      for (let done = 0; done < count; done += 10)
        for (const { isError, error } of await Promise.all(ten.map(([name, given]) => call(name, given)))) {
          answered += isError ? 0 : 1;
          expect(error?.kind).not.toBe("bug");
        }
    };
    await callMany(50);
    const before = await inUse();
    await callMany(calls);
    const grown = (await inUse()) - before;
    process.stdout.write(`mcp: ${calls} calls, grown by ${Math.round(grown / 1000)} kB\n`);
    expect(grown).toBeLessThan(20_000_000);
    expect(answered).toBeGreaterThan(calls / 4);
  });
});
