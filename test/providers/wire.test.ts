import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
});
