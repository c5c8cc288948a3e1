import { describe, expect, it } from "vitest";
import { harmless, toAnswer } from "../../../src/cli/mcp/answer.ts";
import { limitsOf } from "../../../src/cli/mcp/limits.ts";

const nothing = { notices: [], incomplete: false, cut: false };
const usual = limitsOf({});
const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe("a result", () => {
  it("is all of it where it fits", () => {
    const answer = toAnswer({ ...nothing, rows: [{ id: 1 }] }, undefined, usual);
    expect(answer).toEqual({
      complete: true,
      notices: [],
      rows: [{ id: 1 }],
      untrusted: expect.stringContaining("data"),
    });
  });

  it("names how many rows are left out, and is not complete then", () => {
    const { complete, notices } = toAnswer({ ...nothing, rows: [{}, {}], cut: true, total: 9 }, undefined, usual);
    expect(complete).toBe(false);
    expect(notices[0]).toContain("showing 2 of 9 rows");
  });

  it.each([
    ["many rows", { rows: Array.from({ length: 50 }, (_, id) => ({ id, title: "x".repeat(5000) })) }],
    [
      "rows of many fields",
      { rows: [{ labels: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [i, "v"])) }] },
    ],
    ["one text", { object: { id: 1, description: "ü".repeat(100_000) } }],
    [
      "a deep object",
      { object: { a: Array.from({ length: 500 }, () => ({ b: "x".repeat(500), c: [[["y".repeat(500)]]] })) } },
    ],
    ["an object of many fields", { object: Object.fromEntries(Array.from({ length: 9000 }, (_, i) => [`k${i}`, i])) }],
    ["a page", { text: "\u0000\n".repeat(50_000) }],
    ["notices", { rows: [], notices: Array.from({ length: 900 }, () => "n".repeat(5000)) }],
  ])("is within the bytes with %s, and reports what is left out", (_, collected) => {
    const answer = toAnswer({ ...nothing, ...collected }, undefined, usual);
    expect(sizeOf(answer)).toBeLessThanOrEqual(usual.bytes);
    expect(answer.notices.join("\n")).toMatch(/shortened|too large|showing|left out/);
  });

  it("keeps as many rows as fit, with long texts shortened before rows are dropped", () => {
    const rows = Array.from({ length: 40 }, (_, id) => ({ id, title: "t", description: "d".repeat(3000) }));
    const answer = toAnswer({ ...nothing, rows }, undefined, usual);
    expect(answer.rows).toHaveLength(40);
    expect(JSON.stringify(answer.rows?.[0])).toContain("more characters");
    expect(answer.complete).toBe(false);
  });

  it("has no rows where the command failed before any", () => {
    const error = { kind: "network", message: "no response" } as never;
    expect(toAnswer(nothing, error, usual)).not.toHaveProperty("rows");
    expect(toAnswer(nothing, error, usual).complete).toBe(false);
  });

  it("has at most 50 rows unless more are asked for", () => {
    expect(limitsOf({}).rows).toBe(50);
    expect(limitsOf({ limit: 10 }).rows).toBe(50);
    expect(limitsOf({ limit: 200 }).rows).toBe(200);
    expect(limitsOf({ maxRows: 7, limit: 200 }).rows).toBe(7);
    expect(limitsOf({ limit: 1e9 }).rows).toBe(1000);
  });
});

describe("texts", () => {
  it("in fields that hold a secret of anybody are left out", () => {
    const listed = {
      name: "web",
      integration_key: "fake0000fake",
      webhook: { secret: "fake1111fake" },
      dedupKey: "web/disk",
    };
    expect(harmless([listed])).toEqual([
      { name: "web", integration_key: "…", webhook: { secret: "…" }, dedupKey: "web/disk" },
    ]);
  });

  it("have no character left that hides or turns text", () => {
    const tagged = "a\u{e0041}\u{e0042}";
    expect(harmless({ t: "red\u001b[31m \u202egnp\u0000", "k\u200f": [tagged] })).toEqual({
      t: "red\\x1b[31m \\u202egnp\\x00",
      "k\\u200f": ["a\\u{e0041}\\u{e0042}"],
    });
    expect(harmless("line\nnext\ttab ✓ 👩‍🚒")).toBe("line\nnext\ttab ✓ 👩‍🚒");
  });
});
