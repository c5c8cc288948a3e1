import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { streamOf } from "../../src/spool/spool.ts";
import { bareEnv, start } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

/* A spool that an outage has made long, in little memory. `npm run bench` does the same with 100,000 events. */

const count = 1500;
/** Of a detail of each event: all of them together are more than the program may keep. */
const detailBytes = 30_000;
const maxMb = 32;

/** Pending events, each in a file of its own and with a key of its own. */
function fill(stateDir: string, baseUrl: string): string {
  for (const name of ["tmp", "pending", "dead", "locks"])
    mkdirSync(join(stateDir, "spool", name), { recursive: true, mode: 0o700 });
  const pending = join(stateDir, "spool/pending");
  const where = { provider: "opsknight", profile: "env", baseUrl };
  for (let index = 0; index < count; index += 1) {
    const texts = { summary: `Disk full on host ${index}`, source: `host-${index}`, dedupKey: `k${index}` };
    const details = { log: `${index}: ${"x".repeat(detailBytes)}` };
    const event = { action: "trigger", severity: "critical", ...texts, details, links: [] } as const;
    const id = `001700000000000-${String(index).padStart(6, "0")}-${streamOf({ ...where, event: { ...event, links: [] } })}-00000000`;
    const entry = {
      version: 1,
      id,
      createdAt: "2026-01-01T00:00:00.000Z",
      ...where,
      event,
      attempts: 1,
      lastError: null,
    };
    writeFileSync(join(pending, `${id}.json`), JSON.stringify(entry), { mode: 0o600 });
  }
  return pending;
}

describe("a long spool", () => {
  it("is listed and delivered while it is read, in less memory than its events take", async () => {
    const keys = new Set<unknown>();
    const vendor = await fakeVendor();
    vendor.handle("POST /api/events", ({ body }, response) => {
      keys.add((body as { dedup_key: string }).dedup_key);
      vendor.requests.length = 0;
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ status: "success", result: { action: "triggered" } }));
    });
    const home = await tempDir();
    const stateDir = join(home, "state");
    const pending = fill(stateDir, vendor.url);
    const env = bareEnv(home, {
      ONDUTY_STATE_DIR: stateDir,
      ONDUTY_PROVIDER: "opsknight",
      ONDUTY_BASE_URL: vendor.url,
      ONDUTY_API_KEY: "sk_test_fake_long_0001",
      ONDUTY_SERVICE: "svc_1",
      NODE_OPTIONS: `--max-old-space-size=${maxMb}`,
    });

    for (const format of ["json", "ndjson"]) {
      const listed = await start(["spool", "list", "--output", format], env).ended;
      expect(listed).toMatchObject({ code: 0, stderr: "" });
      expect(listed.stdout.match(/"summary":"Disk full on host \d+"/g)).toHaveLength(2 * count);
    }
    const flushed = await start(["spool", "flush", "--json"], env).ended;
    expect(flushed).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(flushed.stdout)).toEqual({ delivered: count, refused: 0, waiting: 0, corrupt: 0 });
    expect(keys.size).toBe(count);
    expect(readdirSync(pending)).toEqual([]);
  });
});
