import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { Spool } from "../../src/spool/spool.ts";
import { newEntry } from "../spool/entry.ts";
import { run, start } from "../support/harness.ts";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const route = "POST /api/events";
const taken = {
  status: "success",
  result: { action: "triggered", incident: { id: "inc_1", title: "x", status: "OPEN" } },
};
const integrationKey = { text: "00000000fake00000000fake00000001" };
const lines = Array.from({ length: 105 }, (_, n) => `{"summary":"x","dedupKey":"k${n}"}\n`).join("");

const profile = ({ url }: FakeVendor, keys: object) => ({
  profiles: { prod: { provider: "opsknight", baseUrl: url, service: "svc", ...keys } },
});

describe("many events to a server whose API keys share an allowance", () => {
  it("leave room for others, with a hint, and none is lost", async () => {
    const vendor = (await fakeVendor()).reply(route, 202, taken);
    const home = await tempDir();
    const options = { ...profile(vendor, { apiKey: { text: "ok_fake-shared-allowance-key-0000000000000" } }), home };
    const sending = await start("events send", { ...options, stdin: lines });
    await expect.poll(() => sending.stderr(), { timeout: 10_000 }).toContain("onduty keys set prod --kind integration");
    await expect.poll(() => sending.stdout().split("delivered").length - 1, { timeout: 10_000 }).toBe(100);
    sending.interrupt();
    const { code, stderr } = await sending.ended;
    expect({ code, sent: vendor.requests.length }).toEqual({ code: ExitCode.interrupted, sent: 100 });
    expect(stderr.match(/sending 100 events a minute/g)).toHaveLength(1);
    const { stdout } = await run("spool list --json", { home });
    expect(JSON.parse(stdout)).toHaveLength(5);
  });

  it("leave room as they come out of the spool, too", async () => {
    const vendor = (await fakeVendor()).reply(route, 202, taken);
    const home = await tempDir();
    const key = { apiKey: { text: "ok_fake-shared-allowance-key-0000000000000" } };
    const spool = new Spool({ dir: join(home, ".local/state/onduty/spool"), now: () => new Date(Date.now() - 60_000) });
    const whose = { profile: "prod", baseUrl: vendor.url };
    const waiting = await spool.addBatch(Array.from({ length: 105 }, (_, n) => ({ ...newEntry(`k${n}`), ...whose })));
    await waiting.release();
    const flushing = await start("spool flush", { ...profile(vendor, key), home });
    await expect.poll(() => flushing.stderr(), { timeout: 10_000 }).toContain("sending 100 events a minute");
    flushing.interrupt();
    await flushing.ended;
    expect(vendor.requests.length).toBeLessThanOrEqual(101);
  });

  it.each([
    ["an integration key", { integrationKey }],
    ["a key whose responses show what is left", { apiKey: { text: "sk_test_fake_shared_allowance_0001" } }],
  ])("go out at once with %s", async (_, keys) => {
    const vendor = (await fakeVendor()).reply(route, 202, taken);
    const { code } = await run("events send -q", { ...profile(vendor, keys), stdin: lines });
    expect({ code, sent: vendor.requests.length }).toEqual({ code: ExitCode.ok, sent: 105 });
  });
});
