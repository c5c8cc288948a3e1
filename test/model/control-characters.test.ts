import { describe, expect, it } from "vitest";
import {
  controlsToBlanks,
  hasControl,
  oneLine,
  stripControls,
  stripControlsInLines,
} from "../../src/model/control-characters.ts";

describe("control characters", () => {
  const text = "\ta\u0000\u001b[2Jb\r\n\u0085c\u007f ";

  it("are found, and nothing else is", () => {
    for (let code = 0; code < 0x200; code += 1) {
      const isControl = code < 0x20 || (code > 0x7e && code < 0xa0);
      expect(hasControl(String.fromCharCode(code)), String(code)).toBe(isControl);
    }
  });

  it("become blanks, a run of them one", () => {
    expect(controlsToBlanks(text)).toBe(" a [2Jb c  ");
    expect(oneLine(text)).toBe("a [2Jb c");
  });

  it("are left out", () => {
    expect(stripControls(text)).toBe("a[2Jbc ");
    expect(stripControlsInLines(text)).toBe("\ta[2Jb\nc ");
  });
});
