import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, match } from "../../src/model/match.ts";
import { rounds } from "../support/rounds.ts";

const things = [
  { id: "sch_1", name: "Primary" },
  { id: "sch_2", name: "Primary EU" },
  { id: "sch_3", name: "sch_1" },
  { id: "sch_4", name: " Zürich " },
];

describe("match", () => {
  it.each([
    ["an id, though another has it for a name", "sch_1", "id", ["sch_1"]],
    ["a name in full, though another begins so", "PRIMARY", "name", ["sch_1"]],
    ["the only name that begins so", "primary e", "beginning", ["sch_2"]],
    ["a name in another composition", "zu\u0308rich", "name", ["sch_4"]],
    ["several", "prim", "beginning", ["sch_1", "sch_2"]],
    ["none", "rimary", "beginning", []],
  ])("finds %s", (_, word, by, ids) => {
    const found = match(word, things);
    expect({ by: found.by, ids: found.things.map(({ id }) => id) }).toEqual({ by, ids });
  });

  it("finds every name as it is, in any composition", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
        fc.pre(name.trim() !== "");
        for (const form of ["NFC", "NFD"] as const)
          expect(match(name.normalize(form), [{ id: "\u0000", name }]).things).toHaveLength(1);
      }),
    );
  });
});

describe("fold", () => {
  it("is the same for upper and lower case of a letter that is composed in one of them alone", () => {
    expect(fold("J\u030c")).toBe(fold("\u01f0"));
  });

  it("gives what it is given back when it is folded already", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: rounds(1000, 300) },
    );
  });
});
