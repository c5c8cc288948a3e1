import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint } from "../../src/model/fingerprint.ts";
import { anyText } from "../support/any-text.ts";
import { rounds } from "../support/rounds.ts";

describe("fingerprint", () => {
  it("is 16 hex digits, and the same for the same text", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(fingerprint(text)).toMatch(/^[0-9a-f]{16}$/);
        expect(fingerprint(text)).toBe(fingerprint(text));
      }),
    );
  });

  const count = rounds(500_000, 40_000);
  it(`distinguishes ${count} names of hosts and keys`, () => {
    const seen = new Set<string>();
    for (let number = 0; number < count / 2; number += 1) {
      seen.add(fingerprint(`["opsknight","prod","https://ok.example.com","host-${number}/disk"]`));
      seen.add(fingerprint(`${number}`));
    }
    expect(seen.size).toBe(count);
  });
});
