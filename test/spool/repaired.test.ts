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

const pagerduty = (baseUrl: string) => ({
  provider: "pagerduty",
  baseUrl,
  integrationKey: { text: "R123fake89abcdef0123456789abcdef" },
});

/** What servers reply that are not the vendor: the base URL can be repaired. */
it.each([
  ["opsknight", "POST /api/events"],
  ["flashduty", "POST /event/push/alert/standard"],
  ["pagerduty", "POST /v2/enqueue"],
])(
  "an event of %s that a wrong server does not take stays pending, with a hint on the base URL",
  async (name, route) => {
    const page = { "content-type": "text/html" };
    const replies: [status: number, body: unknown, headers: Record<string, string>][] = [
      [405, "<html>", page],
      [405, { error: "Method Not Allowed", message: "Method Not Allowed" }, {}],
      [404, "<html>", page],
      [400, "<html>", page],
    ];
    for (const [status, body, headers] of replies) {
      const vendor = await fakeVendor();
      vendor.reply(route, status, body, headers);
      const line = `events trigger x --dedup-key k -p ${name} --json --fields delivery`;
      const { code, stdout, stderr } = await run(line, {
        profiles: { ...profilesAt(vendor.url), pagerduty: pagerduty(vendor.url) },
      });
      expect({ code, stdout }, `${status}`).toEqual({ code: ExitCode.failure, stdout: '{"delivery":"spooled"}\n' });
      expect(stderr).toMatch(/base URL.* onduty profiles show/);
    }
  },
);

it("an event that is too large for a proxy is refused: nothing but the event can be repaired", async () => {
  const vendor = await fakeVendor();
  vendor.reply("POST /api/events", 413, "<html>", { "content-type": "text/html" });
  const { code, stdout } = await run("events trigger x --dedup-key k --json --fields delivery", {
    profiles: profilesAt(vendor.url),
  });
  expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: '{"delivery":"refused"}\n' });
});

it.each([402, 423])(
  "an event that the account keeps from being taken (%d) stays pending, with what to do",
  async (status) => {
    for (const [name, route] of [
      ["opsknight", "POST /api/events"],
      ["flashduty", "POST /event/push/alert/standard"],
      ["pagerduty", "POST /v2/enqueue"],
    ]) {
      const vendor = await fakeVendor();
      vendor.reply(route as string, status, { error: "No", message: "No" });
      const profiles = { ...profilesAt(vendor.url), pagerduty: pagerduty(vendor.url) };
      const { code, stderr } = await run(`events trigger x --dedup-key k -p ${name}`, { profiles });
      expect(code).toBe(ExitCode.failure);
      expect(stderr).toMatch(/spool flush[\s\S]*\nhint: the account of the key decides this/);
    }
  },
);
