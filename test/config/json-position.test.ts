import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonErrorOffset, positionOf } from "../../src/config/json-position.ts";

describe("the place of a mistake in JSON", () => {
  it.each([
    ["", 0],
    ["{", 1],
    ['{"a": x}', 6],
    ['{"a": 1 "b": 2}', 8],
    ['{"a": 1,}', 8],
    ["{'a': 1}", 1],
    ['{"a": "unclosed', 6],
    ['{"a": 1} x', 9],
    ["[1, 2", 5],
    ["// comment", 0],
  ])("%s is at %i", (text, offset) => {
    expect(jsonErrorOffset(text)).toBe(offset);
  });

  it("is the end for all that is JSON", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
        const text = ` ${JSON.stringify(JSON.parse(json), null, indent)}\n`;
        expect(jsonErrorOffset(text)).toBe(text.length);
      }),
    );
  });

  it("is reported as line and column", () => {
    expect(positionOf('{\n  "a": x', 9)).toEqual({ line: 2, column: 8 });
    expect(positionOf("", 0)).toEqual({ line: 1, column: 1 });
  });
});
