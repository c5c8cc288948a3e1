import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2025-11-24T16:30:00Z");
const ada = 5000000000001;
const row = (name: string, more: object = {}) => ({
  incident_id: `66cc0000000000000000000${name}`,
  title: name,
  progress: "Triggered",
  incident_severity: "Critical",
  start_time: Date.parse("2025-11-24T16:00:00Z") / 1000,
  ...more,
});

/** A server that ignores every filter. */
async function setUp() {
  const vendor = await fakeVendor();
  const items = [
    row("1", { labels: { host: "db-1", env: "prod" } }),
    row("2", { labels: { host: "db-2" }, ever_muted: true }),
    row("3", { labels: null, responders: [{ person_id: ada, acknowledged_at: 1764000000 }] }),
    row("4", { responders: [{ person_id: ada, acknowledged_at: 0 }] }),
  ];
  vendor.reply("POST /incident/list", 200, { request_id: "fd-1", data: { items, total: 4, has_next_page: false } });
  const members = [{ member_id: ada, member_name: "Ada", status: "enabled" }];
  vendor.reply("POST /member/list", 200, { request_id: "fd-2", data: { items: members, total: 1, p: 1, limit: 100 } });
  const list = (line: string, profile = "flashduty") =>
    run(
      ["incidents", "list", "--since", "1h", "--fields", "title", "-p", profile, "--max-wait", "0", ...line.split(" ")],
      {
        profiles: profilesAt(vendor.url),
        now,
      },
    );
  return { vendor, list };
}

describe("incidents list", () => {
  it.each([
    ["--label host=db-1", {}, "1\n"],
    ["--label host=db-1 --label env=dev", {}, ""],
    ["--muted", { ever_muted: true }, "2\n"],
    [`--acked-by ${ada}`, { acker_ids: [ada] }, "3\n"],
  ])("%s asks the vendor where it can, and is checked on what comes back", async (words, asked, out) => {
    const { vendor, list } = await setUp();
    expect((await list(words)).stdout).toBe(out);
    expect(vendor.requests.find(({ path }) => path === "/incident/list")?.body).toMatchObject(asked);
  });

  it.each([
    ["--label host", "flashduty", "name=value"],
    ["--label host=", "flashduty", 'the label "host" has no value'],
    ["--label host=a --label host=b", "flashduty", 'the label "host" is given twice'],
    ["--mine --assignee ada", "flashduty", "exclude each other"],
    ["--label a=b", "opsknight", "opsknight has no labels"],
    ["--muted", "opsknight", "opsknight has no list of muted incidents"],
    ["--acked-by ada", "opsknight", "opsknight has no list"],
  ])("refuses %s on %s before anything is sent", async (words, profile, message) => {
    const { vendor, list } = await setUp();
    const { code, stderr } = await list(words, profile);
    expect({ code, stderr, requests: vendor.requests }).toEqual({
      code: 2,
      stderr: expect.stringContaining(message),
      requests: [],
    });
  });
});
