import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { clockTime, momentText, printedTime, timeOfDay } from "../../src/output/time.ts";

const zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"];

afterEach(() => void vi.unstubAllEnvs());

describe("a time in the machine's own zone", () => {
  it.each(zones)("is the same as in that zone by its name: %s", (zone) => {
    vi.stubEnv("TZ", zone);
    const times = fc.date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(times, times, (time, now) => {
        const texts = (named: string): string[] => [
          printedTime(time.toISOString(), named),
          momentText(time, named),
          timeOfDay(time, named),
          clockTime(time.toISOString(), now, named),
          clockTime(time.toISOString(), new Date(time.getTime() - 40_000_000), named),
        ];
        expect(texts("local")).toEqual(texts(zone));
      }),
      { numRuns: 20 },
    );
  });
});
