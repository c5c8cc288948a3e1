import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WorkQueue } from "../../src/concurrency/work-queue.ts";
import { rounds } from "../support/rounds.ts";

interface Item {
  key: string | undefined;
  number: number;
}

describe("a work queue", () => {
  it("takes no more than there is room for, and begins nothing within the call", async () => {
    const begun: number[] = [];
    const queue = new WorkQueue<number>({
      concurrency: 1,
      maxWaiting: 1,
      async work(number) {
        begun.push(number);
      },
    });
    expect([queue.offer(1), queue.offer(2), queue.offer(3)]).toEqual([true, true, false]);
    expect(begun).toEqual([]);
    await queue.idle();
    expect({ begun, size: queue.size }).toEqual({ begun: [1, 2], size: 0 });
    expect(queue.offer(4)).toBe(true);
    await queue.idle();
  });

  it("works on items of one key one after the other and in order, and on few at once", async () => {
    const keys = fc.array(fc.constantFrom("a", "b", "c", undefined), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 4 }), async (given, concurrency) => {
        const done: Item[] = [];
        const busy = new Set<string>();
        let running = 0;
        const queue = new WorkQueue<Item>({
          concurrency,
          keyOf: ({ key }) => key,
          async work(item) {
            running += 1;
            expect(running).toBeLessThanOrEqual(concurrency);
            if (item.key !== undefined) expect(busy.has(item.key)).toBe(false);
            if (item.key !== undefined) busy.add(item.key);
            await new Promise((resolve) => setImmediate(resolve));
            if (item.key !== undefined) busy.delete(item.key);
            done.push(item);
            running -= 1;
          },
        });
        const items = given.map((key, number) => ({ key, number }));
        for (const item of items) queue.offer(item);
        await queue.idle();
        expect(done.length).toBe(items.length);
        for (const name of ["a", "b", "c"]) {
          const numbers = done.filter(({ key }) => key === name).map(({ number }) => number);
          expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
        }
      }),
      { numRuns: rounds(100, 40) },
    );
  });
});
