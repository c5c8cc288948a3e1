import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Stats } from "../../src/reports/stats.ts";
import { runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

const now = new Date("2026-03-11T12:00:00Z");

/** An incident that was acknowledged and resolved so many minutes after it was created. */
const incident = (id: string, created: string, service: string, ack: number | null, resolve: number | null) => {
  const after = (minutes: number | null) =>
    minutes === null ? null : new Date(Date.parse(created) + minutes * 60_000).toISOString();
  return {
    ...{ id, title: id, urgency: "HIGH", created_at: created, service: { id: service, name: service } },
    status: resolve === null ? "OPEN" : "RESOLVED",
    ...{ acknowledged_at: after(ack), resolved_at: after(resolve) },
    assignee: { id: "usr_1", name: "Ada", email: "ada@example.com" },
  };
};

const rows = [
  incident("a", "2026-03-10T09:00:00Z", "Search", 2, 10),
  incident("b", "2026-03-10T09:30:00Z", "Search", 4, null),
  incident("c", "2026-03-09T23:30:00Z", "Checkout", null, null),
];

async function vendorWith(data: object[], more: object = {}) {
  const vendor = await fakeVendor();
  const pagination = { total: data.length, limit: 100, offset: 0, has_more: false, ...more };
  vendor.reply("GET /api/incidents", 200, { data, pagination });
  return { opsknight: profilesAt(vendor.url).opsknight };
}

describe("stats", () => {
  it("counts no time from a creation that the vendor does not report", async () => {
    const [known] = rows;
    const profiles = await vendorWith([...rows, { ...known, id: "undated", created_at: null }]);
    const { stdout } = await run("stats --since 7d --json", { profiles, now });
    const { groups } = JSON.parse(stdout) as Stats;
    expect(groups.find(({ key }) => key === "Search")).toMatchObject({
      ...{ count: 3, acknowledged: 3 },
      ...{ timeToAcknowledge: { median: 180, p90: 240 }, timeToResolve: { median: 600, p90: 600 } },
    });
  });

  it("takes the fields of what the format prints: of the groups, or of the whole", async () => {
    const profiles = await vendorWith(rows);
    const csv = await run("stats --since 7d -o csv --fields count,key", { profiles, now });
    expect(csv).toMatchObject({ code: ExitCode.ok, stdout: "count,key\r\n2,Search\r\n1,Checkout\r\n" });
    const json = await run("stats --since 7d --json --fields complete,by", { profiles, now });
    expect(JSON.parse(json.stdout)).toEqual({ complete: true, by: "service" });
    for (const line of ["stats -o csv --fields since", "stats --fields groups", "stats --json --fields key"]) {
      const refused = await run(line, { profiles, now });
      expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
    }
  });

  it("of nothing names what the key may not see", async () => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/incidents", 200, { incidents: [] }, { date: now.toUTCString() });
    const { code, stderr } = await run("stats", { profiles: { prod: profilesAt(vendor.url).opsknight }, now });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^prod: if the key's owner has the role USER/),
    });
  });

  it("counts by service, with medians and the p90 in seconds, and by hour of the week in UTC", async () => {
    const { code, stdout } = await run("stats --json --tz utc", { profiles: await vendorWith(rows), now });
    expect(code).toBe(ExitCode.ok);
    const { groups, heat, ...about } = JSON.parse(stdout) as Stats;
    expect(about).toEqual({
      since: "2026-02-25T12:00:00.000Z",
      until: "2026-03-11T12:00:00.000Z",
      complete: true,
      by: "service",
    });
    const none = { median: null, p90: null };
    expect(groups).toEqual([
      {
        ...{ key: "Search", count: 2, acknowledged: 2, resolved: 1 },
        timeToAcknowledge: { median: 180, p90: 240 },
        timeToResolve: { median: 600, p90: 600 },
      },
      {
        ...{ key: "Checkout", count: 1, acknowledged: 0, resolved: 0 },
        ...{ timeToAcknowledge: none, timeToResolve: none },
      },
    ]);
    expect(heat).toHaveLength(7);
    expect([heat[1]?.[9], heat[0]?.[23], heat.flat().reduce((sum, one) => sum + one, 0)]).toEqual([2, 1, 3]);
  });

  it("takes the p90 by the nearest rank: of twelve times the eleventh", async () => {
    const minutes = [12, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6];
    const all = minutes.map((acked, index) =>
      incident(`i${index}`, "2026-03-10T09:00:00Z", "Search", acked, acked * 2),
    );
    const { stdout } = await run("stats --json", { profiles: await vendorWith(all), now });
    expect((JSON.parse(stdout) as Stats).groups).toMatchObject([
      { timeToAcknowledge: { median: 390, p90: 660 }, timeToResolve: { median: 780, p90: 1320 } },
    ]);
  });

  it("has weekdays and hours in the zone that was asked for", async () => {
    const { stdout } = await run("stats --json --by hour --tz Asia/Tokyo", { profiles: await vendorWith(rows), now });
    const { groups, heat } = JSON.parse(stdout) as Stats;
    expect(groups.map(({ key, count }) => [key, count])).toEqual([
      ["08:00", 1],
      ["18:00", 2],
    ]);
    expect(heat[1]?.[8]).toBe(1);
  });

  it("prints the groups in a pipe, and a heat map at a terminal", async () => {
    const profiles = await vendorWith(rows);
    expect((await run("stats --by user", { profiles, now })).stdout).toBe("Ada\t3\t2\t1\t180\t240\t600\t600\n");
    const { stdout } = await run("stats --no-color --tz utc", { profiles, now, tty: 80 });
    expect(stdout).toContain("3 incidents from 2026-02-25 12:00:00 UTC to 2026-03-11 12:00:00 UTC");
    expect(stdout).toContain("Tue  ·········█··············  2");
    expect(stdout).toMatch(/^Search {2,}2 {2,}2 {2,}1 {2,}3 min/m);
  });

  it("of a time that ended long ago begin two weeks before its end", async () => {
    const profiles = await vendorWith([incident("d", "2026-02-10T09:00:00Z", "Search", 2, 10)]);
    const { code, stdout } = await run("stats --until 3w --json", { profiles, now });
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject({ since: "2026-02-04T12:00:00.000Z", until: "2026-02-18T12:00:00.000Z" });
  });

  it("fit a narrow terminal, their first line too", async () => {
    const { stdout } = await run("stats --no-color --tz utc", { profiles: await vendorWith(rows), now, tty: 40 });
    expect(stdout).toMatch(/^3 incidents from 2026-02-25 12:00:00 UTC\n/);
    expect(stdout.split("\n")[1]).toBe("to 2026-03-11 12:00:00 UTC");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  it("are not complete where the vendor does not list all, which is exit 7", async () => {
    const { code, stdout, stderr } = await run("stats --json", {
      profiles: await vendorWith(rows, { total: 300, has_more: false }),
      now,
    });
    expect(code).toBe(ExitCode.partial);
    expect(JSON.parse(stdout)).toMatchObject({ complete: false });
    expect(stderr).toContain("warning: these numbers are not complete: opsknight: ");
  });

  it.each([
    ["stats --since 1h --until 2h", "is not before --until"],
    ["stats --by weather", "Allowed choices are service, team, user, hour"],
  ])("refuses `%s`", async (line, message) => {
    const { code, stderr } = await run(line, { profiles: profilesAt("http://127.0.0.1:9"), now });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
  });
});
