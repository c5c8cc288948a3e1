import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sleep } from "../../src/concurrency/sleep.ts";
import { within } from "../../src/concurrency/within.ts";

const never = new Promise<never>(() => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("sleep", () => {
  it("ends after its time, and leaves no listener behind", async () => {
    const { signal } = new AbortController();
    let awake = false;
    const sleeping = sleep(30, signal).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(29);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toBe(true);
    await sleeping;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("ends at once when a signal aborts, whichever of them, and when one has aborted before", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const sleeping = sleep(60_000, first.signal, undefined, second.signal);
    expect(vi.getTimerCount()).toBe(1);
    second.abort();
    await sleeping;
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(first.signal, "abort")).toEqual([]);
    await sleep(60_000, first.signal, second.signal);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("shares one listener among all who sleep under a signal, until the last of them has ended", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const sleeping = Array.from({ length: 100 }, () => sleep(60_000, signal));
    const short = sleep(1, signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await short;
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort();
    await Promise.all(sleeping);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("within", () => {
  it("gives what the work gives, or something else when it is late, and leaves no timer", async () => {
    expect(await within(60_000, Promise.resolve("done"), "late")).toBe("done");
    const late = within(5, never, "late");
    await vi.advanceTimersByTimeAsync(5);
    expect(await late).toBe("late");
    await expect(within(60_000, Promise.reject(new Error("broken")), "late")).rejects.toThrow("broken");
    expect(vi.getTimerCount()).toBe(0);
  });
});
