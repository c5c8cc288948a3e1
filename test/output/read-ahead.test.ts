import { describe, expect, it } from "vitest";
import { readAhead } from "../../src/output/read-ahead.ts";
import { run } from "../support/harness.ts";
import { manyIncidents } from "../support/many-incidents.ts";
import { profilesAt } from "../support/profiles.ts";

/** Pages 1 to 3, and what was asked for so far. */
function pagesOf(asked: number[], failing = Number.NaN): AsyncIterable<number> {
  return (async function* () {
    for (const page of [1, 2, 3]) {
      asked.push(page);
      await new Promise((resolve) => setImmediate(resolve));
      if (page === failing) throw new Error(`no page ${page}`);
      yield page;
    }
  })();
}

describe("a list that is read ahead", () => {
  it("asks for each page while the one before it is in use", async () => {
    const asked: number[] = [];
    const seen: { page: number; asked: number[] }[] = [];
    for await (const page of readAhead(pagesOf(asked))) seen.push({ page, asked: [...asked] });
    expect(seen).toEqual([
      { page: 1, asked: [1, 2] },
      { page: 2, asked: [1, 2, 3] },
      { page: 3, asked: [1, 2, 3] },
    ]);
  });

  it("gives all pages before one that fails", async () => {
    const seen: number[] = [];
    const reading = (async () => {
      for await (const page of readAhead(pagesOf([], 3))) seen.push(page);
    })();
    await expect(reading).rejects.toThrow("no page 3");
    expect(seen).toEqual([1, 2]);
  });

  it("does not wait for a page that nobody wants any more, nor fail with it", async () => {
    const never = (async function* () {
      yield 1;
      await new Promise(() => {});
    })();
    for await (const page of readAhead(never)) if (page === 1) break;
    for await (const page of readAhead(pagesOf([], 2))) if (page === 1) break;
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("incidents list", () => {
  it("asks for no page beyond its limit", async () => {
    const vendor = await manyIncidents(500);
    const { code, stdout } = await run("incidents list --limit 150 -o ndjson", { profiles: profilesAt(vendor.url) });
    expect({ code, rows: stdout.split("\n").length - 1, requests: vendor.requests.length }).toEqual({
      code: 0,
      rows: 150,
      requests: 2,
    });
  });

  it("with --all has each row once, in order", async () => {
    const vendor = await manyIncidents(350);
    const { code, stdout } = await run("incidents list --all -o ndjson", { profiles: profilesAt(vendor.url) });
    const ids = stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line).id);
    expect({ code, ids }).toEqual({ code: 0, ids: Array.from({ length: 350 }, (_, index) => `inc_${index}`) });
    expect(vendor.requests).toHaveLength(4);
  });
});
