import { describe, expect, it } from "vitest";
import { mistakenKind } from "../../src/keys/forms.ts";
import { maskKey, redact } from "../../src/keys/mask.ts";
import { looksLikeKey, quoted } from "../../src/keys/read.ts";
import type { VendorDescriptor } from "../../src/providers/descriptor.ts";
import { flashduty } from "../../src/providers/flashduty/descriptor.ts";
import { vendors } from "../../src/providers/index.ts";
import { opsknight } from "../../src/providers/opsknight/descriptor.ts";

/** A vendor whose keys have a form, and travel in the query, in a header and in the body. */
const other: VendorDescriptor = {
  ...opsknight,
  name: "other",
  keys: {
    api: { forms: [{ prefix: "oth_", pattern: /oth_\w{10,}/ }], carriedBy: { headers: ["x-other-key"] } },
    integration: {
      forms: [{ pattern: /[a-z0-9]{16}/, ambiguous: true }],
      carriedBy: { fields: ["other_key"], query: ["other"] },
    },
  },
};
const withOther = [...vendors, other];
const key = "oth_fake_0123456789";

describe("the forms of a vendor's keys", () => {
  it("make a key known that stands where something else belongs, and show its beginning when it is masked", () => {
    expect([looksLikeKey(key), looksLikeKey(key, withOther)]).toEqual([false, true]);
    expect([maskKey(key), maskKey(key, withOther)]).toEqual(["…6789", "oth_…6789"]);
    expect(quoted(key, withOther)).toBe('"oth_…6789"');
    expect(redact(`the word "${key}" is unknown`, [], withOther)).toBe('the word "oth_…6789" is unknown');
  });

  it("that other texts have too count for a word of its own, not in a text", () => {
    const word = "fake0fake0fake01";
    expect(looksLikeKey(word, withOther)).toBe(true);
    expect(looksLikeKey(`${word}0`, withOther)).toBe(false);
    expect(redact(`commit ${word}`, [], withOther)).toBe(`commit ${word}`);
  });

  it("do not matter where no list has them", () => {
    expect(looksLikeKey("sk_live_fake_0001", [])).toBe(false);
    expect(redact("sk_live_fake_0001", [], [])).toBe("sk_live_fake_0001");
  });
});

describe("the places where a vendor's keys travel", () => {
  it.each([
    ["https://other.test/x?other=fake_key&a=1", "https://other.test/x?other=…&a=1"],
    ["X-Other-Key: fake_key", "X-Other-Key: …"],
    ['{"other_key": "fake_key","a":1}', '{"other_key": "…","a":1}'],
    ['{"sent":"{\\"other_key\\":\\"fake_key\\"}"}', '{"sent":"{\\"other_key\\":\\"…\\"}"}'],
    ["Authorization: Token token=fake_key", "Authorization: Token token=…"],
    ["X-Api-Key: fake_key", "X-Api-Key: …"],
  ])("are masked: %s", (text, expected) => {
    expect(redact(text, [], withOther)).toBe(expected);
  });
});

describe("a key that was stored as one of another kind", () => {
  const integration = "00000000fa4e00000000fa4e00000001";
  it.each([
    [opsknight, "api", integration, "integration"],
    [opsknight, "integration", "sk_live_fake", "api"],
    [opsknight, "integration", "ok_fake", "api"],
    [opsknight, "api", "sk_live_fake", undefined],
    [opsknight, "integration", integration, undefined],
    [opsknight, "api", "of no known form", undefined],
    // A kind that the vendor does not have.
    [opsknight, "change", integration, undefined],
    [flashduty, "api", integration, undefined],
    [other, "api", "fake0fake0fake01", "integration"],
  ] as const)("%o as %s: %s is %s", (vendor, kind, text, expected) => {
    expect(mistakenKind(vendor, kind, text)).toBe(expected);
  });
});
