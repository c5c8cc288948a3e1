import { describe, expect, it } from "vitest";
import { cutText, stringWidth, wrapText } from "../../src/output/fit.ts";

describe("a text in lines of a width", () => {
  it.each([
    ["what fits", "one two", 7, ["one two"]],
    ["words", "one two three", 8, ["one two", "three"]],
    ["a word that is longer", "abcdefghij kl", 4, ["abcd", "efgh", "ij", "kl"]],
    ["lines of its own", "a\n\nb", 5, ["a", "", "b"]],
    ["wide characters", "検索が遅い", 4, ["検索", "が遅", "い"]],
    ["an indented one", "    abcdefgh", 8, ["    abcd", "efgh"]],
    ["one column for two", "検索", 1, ["検", "索"]],
    ["nothing", "", 5, [""]],
  ])("keeps %s", (_, text, width, expected) => {
    expect(wrapText(text, width)).toEqual(expected);
  });

  it("loses nothing but blanks, and is never wider", () => {
    const text = "The quick brown 🦊 jumps over 検索 the lazy dog, and 一二三四五六七八九十 more than once.";
    for (let width = 2; width < 40; width += 1) {
      const lines = wrapText(text, width);
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
  });

  it("is cut with an ellipsis", () => {
    expect(cutText("検索が遅い", 6)).toBe("検索…");
    expect(cutText("abc", 3)).toBe("abc");
  });
});
