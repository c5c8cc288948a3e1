import { describe, expect, it } from "vitest";
import { Channel } from "../../src/concurrency/channel.ts";

async function collect<Item>(channel: Channel<Item>): Promise<Item[][]> {
  const pages: Item[][] = [];
  for await (const page of channel.pages()) pages.push(page);
  return pages;
}

describe("a channel", () => {
  it("gives all that waits as one page, in order, until it ends", async () => {
    const channel = new Channel<number>();
    const pages = collect(channel);
    channel.write(1);
    channel.write(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    channel.write(3);
    channel.end();
    expect(await pages).toEqual([[1, 2], [3]]);
  });

  it("has room only while no more waits than may", async () => {
    const channel = new Channel<number>({ maxWaiting: 1 });
    channel.write(1);
    await channel.room();
    channel.write(2);
    let hasRoom = false;
    const room = channel.room().then(() => {
      hasRoom = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(hasRoom).toBe(false);
    const pages = collect(channel);
    await room;
    channel.end();
    expect(await pages).toEqual([[1, 2]]);
  });

  it("sends an item once the reader is done with it, not when it has only taken it", async () => {
    const channel = new Channel<number>();
    const reader = channel.pages()[Symbol.asyncIterator]();
    let isSent = false;
    const sent = channel.send(1).then(() => {
      isSent = true;
    });
    expect((await reader.next()).value).toEqual([1]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isSent).toBe(false);
    channel.end();
    expect((await reader.next()).done).toBe(true);
    await sent;
  });

  it("keeps nobody waiting when the reader leaves in the middle", async () => {
    const channel = new Channel<number>({ maxWaiting: 0 });
    const sent = channel.send(1);
    for await (const _ of channel.pages()) break;
    await sent;
    channel.write(2);
    await channel.room();
    await channel.send(3);
    expect(await collect(channel)).toEqual([]);
  });

  it("gives what comes shortly after a page as one page, and waits no longer once it ends or a page is full", async () => {
    const channel = new Channel<number>({ gatherMs: 60_000, maxWaiting: 3 });
    const pages = collect(channel);
    channel.write(1);
    for (const item of [2, 3, 4, 5, 6]) {
      await new Promise((resolve) => setImmediate(resolve));
      channel.write(item);
    }
    await new Promise((resolve) => setImmediate(resolve));
    channel.end();
    expect(await pages).toEqual([[1], [2, 3, 4], [5, 6]]);
  });
});
