import { expect, it } from "vitest";
import { wrapMessage } from "../../src/output/notice.ts";

const at = (columns: number, text: string): string[] => wrapMessage(text, { isTTY: true, columns }).split("\n");

it("breaks a message at a terminal between words, and never inside a command", () => {
  const hint = "hint: onduty profiles add prod (to try: onduty sandbox --add-profiles; in CI: set ONDUTY_PROVIDER)";
  expect(at(80, hint)).toEqual([
    "hint: onduty profiles add prod (to try: onduty sandbox --add-profiles; in CI:",
    "set ONDUTY_PROVIDER)",
  ]);
  expect(at(40, hint)).toEqual([
    "hint: onduty profiles add prod (to try:",
    "onduty sandbox --add-profiles; in CI:",
    "set ONDUTY_PROVIDER)",
  ]);
  const doubt = "error: it is not known whether inc_1 was resolved; look: onduty incidents show inc_1 -p prod";
  expect(at(60, doubt)).toEqual([
    "error: it is not known whether inc_1 was resolved; look:",
    "onduty incidents show inc_1 -p prod",
  ]);
  const quoted = "to resolve it: onduty events resolve 'vm:Disk; 95 % (full) on db-1'";
  expect(at(20, quoted)).toEqual(["to resolve it:", "onduty events resolve 'vm:Disk; 95 % (full) on db-1'"]);
  expect(wrapMessage(hint, { isTTY: false, columns: 20 })).toBe(hint);
  expect(at(80, "short")).toEqual(["short"]);
});
