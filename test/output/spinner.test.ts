import { describe, expect, it } from "vitest";
import { waitText } from "../../src/output/spinner.ts";

describe("the text of a spinner", () => {
  it.each([
    [300, "listing incidents"],
    [1999, "listing incidents"],
    [2000, "listing incidents, 2 s"],
    [61_700, "listing incidents, 61 s"],
  ])("after %s ms has the seconds once they are worth a word: %s", (ms, text) => {
    expect(waitText("listing incidents", ms)).toBe(text);
  });
});
