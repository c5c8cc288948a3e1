import { describe, expect, it } from "vitest";
import { CliError, Interrupted } from "../../src/errors.ts";
import type { ItemOutcome } from "../../src/model/incident.ts";
import { collectOutcomes } from "../../src/providers/outcome.ts";

describe("outcomes of several ids", () => {
  const done = (id: string): ItemOutcome => ({
    id,
    outcome: "resolved",
    status: "resolved",
    by: null,
    at: null,
    error: null,
  });

  it("distinguish what was done, what was on the way at an interrupt, and what was not come to", async () => {
    const outcomes = await collectOutcomes(["a", "b", "c"], 1, async (id) => {
      if (id === "b") throw new Interrupted(undefined, { reason: "maybeSent" });
      return done(id);
    });
    expect(outcomes.map(({ outcome, error }) => [outcome, error])).toEqual([
      ["resolved", null],
      ["failed", "interrupted before a response came: it is not known whether it was done"],
      ["failed", "not tried: interrupted"],
    ]);
  });

  it("are an error when nothing was done before what concerns all of them", async () => {
    const lost = new CliError("network", "connection refused");
    await expect(collectOutcomes(["a", "b"], 1, () => Promise.reject(lost))).rejects.toBe(lost);
  });
});
