import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indentJson } from "../../src/output/json-text.ts";

describe("indentJson", () => {
  it("breaks lines as JSON.stringify does, whatever the value and its blanks", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 4), (value, blanks) => {
        const text = JSON.stringify(value, null, blanks);
        expect(indentJson(text)).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it("leaves numbers as they are written", () => {
    expect(indentJson('[1.50,12345678901234567890, -0 ,1E5,"1.50"]')).toBe(
      '[\n  1.50,\n  12345678901234567890,\n  -0,\n  1E5,\n  "1.50"\n]',
    );
  });
});
