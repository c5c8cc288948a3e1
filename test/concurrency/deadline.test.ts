import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { deadline } from "../../src/concurrency/deadline.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("a deadline", () => {
  it("comes, whatever the garbage collector takes meanwhile", async () => {
    const reasons: unknown[] = [];
    const signal = deadline(new AbortController().signal, 100);
    signal.addEventListener("abort", () => reasons.push(signal.reason));
    await delay(20);
    collectGarbage();
    await delay(20);
    collectGarbage();
    await expect.poll(() => reasons).toEqual([expect.objectContaining({ name: "TimeoutError" })]);
  });

  it("comes at once with the other signal, and keeps its reason", () => {
    const controller = new AbortController();
    const signal = deadline(controller.signal, 60_000);
    expect(signal.aborted).toBe(false);
    controller.abort("SIGTERM");
    expect(signal.reason).toBe("SIGTERM");
    expect(deadline(controller.signal, 60_000).reason).toBe("SIGTERM");
  });
});
