import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { toIncident } from "../../src/providers/opsknight/wire.ts";
import type { Connection } from "../../src/providers/provider.ts";
import { asTime } from "../../src/providers/wire.ts";

describe("a time in a response", () => {
  it("comes out as Date writes it, or null, whatever it looks like", () => {
    const byDate = (text: string): string | null => {
      const time = new Date(text);
      return Number.isNaN(time.getTime()) ? null : time.toISOString();
    };
    const part = (max: number, digits = 2) => fc.nat({ max }).map((number) => String(number).padStart(digits, "0"));
    const zones = fc.constantFrom("Z", "", "+01:00");
    const parts = fc.tuple(part(9999, 4), part(13), part(32), part(25), part(61), part(61), part(999, 3), zones);
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second, ms, zone]) => {
        const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${zone}`;
        expect(asTime(text)).toBe(byDate(text));
      }),
      { numRuns: 2000 },
    );
    for (const day of ["2026-02-29", "2024-02-29", "2026-02-30", "2026-04-31", "2026-12-31", "2026-11-30"])
      expect(asTime(`${day}T23:59:59.999Z`)).toBe(byDate(`${day}T23:59:59.999Z`));
  });

  it("is in UTC without a zone, wherever this machine is", () => {
    vi.stubEnv("TZ", "Asia/Kolkata");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(new Date("2026-11-29T20:00:00").getUTCHours()).toBe(14);
    for (const text of ["2026-11-29T20:00:00", "2026-11-29 20:00", "2026-11-29T20:00:00.000"])
      expect(asTime(text)).toBe("2026-11-29T20:00:00.000Z");
    expect(asTime("2026-11-29T20:00:00+05:30")).toBe("2026-11-29T14:30:00.000Z");
  });
});

describe("an incident of OpsKnight", () => {
  const read = (row: Record<string, unknown>) => {
    const lines: string[] = [];
    const profile = { name: "work", provider: "opsknight", baseUrl: "https://onduty.test" };
    const connection = { profile, debug: (line: string) => lines.push(line) } as unknown as Connection;
    return { ...toIncident({ id: "inc_1", ...row }, connection), lines };
  };

  it("has its status and urgency in any case, and the most urgent one for a word that is not known", () => {
    expect(read({ status: "Resolved", urgency: "low" })).toMatchObject({
      status: "resolved",
      urgency: "low",
      lines: [],
    });
    expect(read({ status: "constructor", urgency: "__proto__" })).toMatchObject({
      status: "open",
      urgency: "high",
      lines: [
        'incident inc_1: unknown status "CONSTRUCTOR" is taken for open',
        'incident inc_1: unknown urgency "__PROTO__" is taken for high',
      ],
    });
  });

  it("is read from either dialect, where a null counts as absent", () => {
    const person = { id: "usr_1", name: "Ada", email: null };
    expect(read({ team: null, team_id: "t1", assignees: [], assignee: person, dedupKey: "k" })).toMatchObject({
      ...{ team: { id: "t1", name: "t1" }, assignees: [person], dedupKey: "k" },
      url: "https://onduty.test/incidents/inc_1",
    });
    expect(read({ id: "a/b", assignees: [person], assigneeId: "usr_2" })).toMatchObject({
      ...{ assignees: [person], url: "https://onduty.test/incidents/a%2Fb" },
    });
  });

  it("has a title as it was sent: it is escaped for HTML where there is a dedup key, though an empty one", () => {
    const title = "a &lt; b";
    expect(read({ title, dedup_key: "" }).title).toBe("a < b");
    expect(read({ title, dedup_key: null }).title).toBe(title);
  });
});
