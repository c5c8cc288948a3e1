import { join } from "node:path";
import { expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Event } from "../../src/model/event.ts";
import { Spool } from "../../src/spool/spool.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

const event: Event = {
  action: "trigger",
  summary: "half of an emoji \ud83d",
  severity: "error",
  source: "web-01",
  dedupKey: "k",
  details: { text: "a\0b" },
  links: [],
};

it.each([
  ["by a flush", "spool flush"],
  ["before a new event of its key", "events resolve k"],
  ["beside a new event", "events trigger x --dedup-key other"],
])("an entry that no vendor could store is repaired as it goes out %s", async (_, commandLine) => {
  const vendor = await fakeVendor();
  vendor.reply("POST /api/events", 202, { status: "success", result: { action: "triggered" } });
  const home = await tempDir();
  const spool = new Spool({ dir: join(home, ".local/state/onduty/spool"), now: () => new Date() });
  await spool.add({ provider: "opsknight", profile: "opsknight", baseUrl: vendor.url, event });
  const { code } = await run(commandLine, { profiles: profilesAt(vendor.url), home });
  expect(code).toBe(ExitCode.ok);
  const bodies = vendor.requests.map(({ body }) => body as { payload: object });
  expect(bodies.map(({ payload }) => payload)).toContainEqual(
    expect.objectContaining({ summary: "half of an emoji \ufffd", custom_details: { text: "a\ufffdb" } }),
  );
  expect((await run("spool list --json", { home })).stdout).toBe("[]\n");
});
