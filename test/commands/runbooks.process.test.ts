import { expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { fakeVendor } from "../support/vendor.ts";

it("the page of an incident waits for runbooks for a short time alone, and ends although nobody answers", async () => {
  const id = "66cc00000000000000000001";
  const vendor = await fakeVendor();
  const row = { incident_id: id, title: "disk", progress: "Triggered", channel_id: 7, channel_name: "Checkout" };
  vendor.reply("POST /incident/info", 200, { data: { ...row, start_time: 1_764_000_000 } });
  vendor.reply("POST /incident/feed", 200, { data: { items: [], has_next_page: false } });
  vendor.handle("GET /api/v1/search", () => {});
  const profiles = {
    fd: { provider: "flashduty", baseUrl: vendor.url, apiKey: { text: "fake_flashduty_app_key_0000000001" } },
    docs: { provider: "flotiq", baseUrl: vendor.url, apiKey: { text: "fake_flotiq_key_00000000000000001" } },
    slow: { provider: "flotiq", baseUrl: vendor.url, apiKey: { command: "sleep 30" } },
  };
  const begun = performance.now();
  const { code, stdout } = await run(`incidents show ${id}`, { profiles, tty: true });
  const seconds = (performance.now() - begun) / 1000;
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("NOT KNOWN: no response within 1.5 s") });
  expect(seconds).toBeGreaterThan(1);
  expect(seconds).toBeLessThan(5);
});
