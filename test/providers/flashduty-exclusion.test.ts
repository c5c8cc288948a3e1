import { describe, expect, it } from "vitest";
import { replyInPages } from "../support/flashduty-pages.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2025-11-24T16:30:00Z");
type Row = Record<string, unknown>;
const route = "POST /incident/list";

/** An account with these incidents, which filters as the vendor does: by the words that are asked for. */
async function account(rows: readonly Row[]) {
  const vendor = await fakeVendor();
  const wanted = (asked: Row, name: string, row: Row): boolean =>
    asked[name] === undefined || String(asked[name]).split(",").includes(String(row[name]));
  replyInPages(
    vendor,
    route,
    (asked) =>
      rows.filter(
        (row) =>
          Number(row.start_time) >= Number(asked.start_time) &&
          Number(row.start_time) <= Number(asked.end_time) &&
          wanted(asked, "progress", row) &&
          wanted(asked, "incident_severity", row),
      ),
    "cursor",
  );
  const command = (line: string) => run(`${line} -p flashduty`, { profiles: profilesAt(vendor.url), now });
  return { vendor, command };
}

const incident = (number: number, progress: string, severity = "Critical", more: Row = {}): Row => ({
  incident_id: `66cc${number.toString(16).padStart(20, "0")}`,
  title: `incident ${number}`,
  progress,
  incident_severity: severity,
  start_time: now.getTime() / 1000 - number * 60,
  ...more,
});
const closed = (count: number): Row[] => Array.from({ length: count }, (_, at) => incident(at + 100, "Closed"));

describe("words of Flashduty that are not known", () => {
  it("count as open in a list of what is open", async () => {
    const { command } = await account([incident(1, "Escalating")]);
    expect(await command("incidents list --status open -q --exit-status")).toMatchObject({
      code: 9,
      stdout: "66cc00000000000000000001\n",
    });
  });

  it("count as high in a list of what is high", async () => {
    const { command } = await account([incident(1, "Triggered", "Fatal"), incident(2, "Triggered", "Warning")]);
    expect(await command("incidents list --urgency high -q --exit-status")).toMatchObject({
      code: 9,
      stdout: "66cc00000000000000000001\n",
    });
  });

  it("are found among more closed incidents than fit on a page", async () => {
    const { vendor, command } = await account([...closed(250), incident(900, "Escalating")]);
    const found = await command("incidents list --since 5d --exit-status -q");
    expect(found).toMatchObject({ code: 9, stdout: "66cc00000000000000000384\n" });
    expect(vendor.requests.length).toBeLessThan(8);
  });

  it("are found where there are more incidents than the vendor counts", async () => {
    const { command } = await account([...closed(1300), incident(3000, "Escalating")]);
    const found = await command("incidents list --since 5d --exit-status -q");
    expect(found).toMatchObject({ code: 9, stdout: "66cc00000000000000000bb8\n" });
  });

  it("are not looked for page by page where the counts show that there are none", async () => {
    const { vendor, command } = await account([...closed(950), incident(1000, "Triggered")]);
    expect(await command("incidents list --since 5d -q")).toMatchObject({ stdout: "66cc000000000000000003e8\n" });
    expect(vendor.requests).toHaveLength(3);
  });
});

describe("incidents of Flashduty", () => {
  it("whose severity is Ok are low", async () => {
    const { command } = await account([incident(1, "Triggered", "Ok")]);
    expect((await command("incidents list --urgency low --json --fields urgency,severity")).stdout).toBe(
      '[{"urgency":"low","severity":"ok"}]\n',
    );
    expect(await command("incidents list --urgency high --exit-status")).toMatchObject({ code: 0 });
  });

  it("that are deleted are not listed", async () => {
    const { command } = await account([
      incident(1, "Triggered", "Critical", { deleted_at: now.getTime() / 1000 }),
      incident(2, "Triggered", "Critical", { deleted_at: 0 }),
    ]);
    expect((await command("incidents list -q")).stdout).toBe("66cc00000000000000000002\n");
  });
});
