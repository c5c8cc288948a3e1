import { describe, expect, it } from "vitest";
import { readScreen, toText } from "./screen.ts";
import { drawSvg } from "./svg.ts";

describe("the picture of a terminal", () => {
  it("keeps what stands behind wide characters in its column", async () => {
    const rows = await readScreen("検🔥 x  y\r\nabcdef z\r\n\r\n", 20);
    const places = rows.map((runs) => runs.map(({ text, column, width }) => [text, column, width]));
    expect(places).toEqual([
      [
        ["検", 0, 2],
        ["🔥", 2, 2],
        ["x", 5, 1],
        ["y", 8, 1],
      ],
      [["abcdef z", 0, 8]],
    ]);
    expect(toText(rows)).toEqual(["検🔥 x  y", "abcdef z"]);
  });

  it("shows what is left in the end, not a spinner that was there before", async () => {
    expect(toText(await readScreen("\u001b[?25l⠋ asking\r\u001b[2K\u001b[?25hdone\r\n", 20))).toEqual(["done"]);
  });

  it("has the terminal's colors, and text that is harmless in XML", async () => {
    const svg = drawSvg(await readScreen("\u001b[1;31m<a>\u001b[0m & \u001b[2mb\u001b[0m", 20), 20, "a < b");
    expect(svg).toContain('class="red bold" textLength="25.2" lengthAdjust="spacingAndGlyphs">&lt;a&gt;</text>');
    expect(svg).toContain(">&amp;</text>");
    expect(svg).toMatch(/class="dim"[^>]*>b</);
    expect(svg).toContain("<title>a &lt; b</title>");
    expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg")|<script|@import|url\(/);
  });

  it("refuses what it cannot show", async () => {
    await expect(readScreen("\u001b[41mred ground\u001b[0m", 20)).rejects.toThrow("sixteen colors");
  });
});
