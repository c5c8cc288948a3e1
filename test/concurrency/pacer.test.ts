import { expect, it } from "vitest";
import { Pacer } from "../../src/concurrency/pacer.ts";

const signal = new AbortController().signal;

it("gives turns at once until the window is full, and then one for each that leaves it", async () => {
  let nowMs = 0;
  const waits: number[] = [];
  let notices = 0;
  const pacer = new Pacer({
    max: 3,
    windowMs: 60_000,
    nowMs: () => nowMs,
    sleep: async (ms) => void waits.push(ms),
    onWait: () => {
      notices += 1;
    },
  });
  for (const at of [0, 10, 20]) {
    nowMs = at;
    await pacer.turn(signal);
  }
  expect(waits).toEqual([]);
  // Four at the same moment: three for the places of the first three, and one in the window after.
  for (let turn = 0; turn < 4; turn += 1) await pacer.turn(signal);
  expect(waits).toEqual([59_980, 59_990, 60_000, 119_980]);
  expect(notices).toBe(1);
  nowMs = 1_000_000;
  await pacer.turn(signal);
  expect(waits).toHaveLength(4);
});
