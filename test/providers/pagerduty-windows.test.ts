import { describe, expect, it } from "vitest";
import type { IncidentFilter } from "../../src/model/incident.ts";
import { pagerduty } from "../../src/providers/pagerduty/index.ts";
import { collectPages } from "../support/collect.ts";
import { rounds } from "../support/rounds.ts";
import { fakeVendor } from "../support/vendor.ts";
import { connectTo } from "./connect.ts";

const dayMs = 86_400_000;
const isoOf = (ms: number): string => new Date(ms).toISOString();
const now = new Date("2026-11-28T22:00:00Z");

/**
 * Lists at most six months of resolved incidents at once, by the days of the bounds, and no row beyond the first 10,000. Their times
 * are given newest first.
 */
async function account(times: readonly number[]) {
  const vendor = await fakeVendor();
  const rows = times.map((at, index) => ({ id: `Q${index}`, status: "resolved", created_at: isoOf(at) }));
  const lists = new Map<string, typeof rows>();
  const listOf = (since: number, until: number, isAscending: boolean): typeof rows => {
    const key = `${since} ${until} ${isAscending}`;
    const [first, last] = [isoOf(since), isoOf(until)];
    const found = lists.get(key) ?? rows.filter(({ created_at: at }) => at >= first && at < last);
    if (!lists.has(key)) lists.set(key, isAscending ? found.toReversed() : found);
    return lists.get(key) ?? [];
  };
  vendor.handle("GET /incidents", ({ query }, response) => {
    const [limit, offset] = [Number(query.limit), Number(query.offset)];
    const dayOf = (text: string | undefined): number => Math.floor(Date.parse(text ?? "") / dayMs) * dayMs;
    const [since, until] = [dayOf(query.since), dayOf(query.until) + dayMs];
    const isTooLong = Date.parse(query.until ?? "") - Date.parse(query.since ?? "") > 182 * dayMs;
    if (isTooLong || offset + limit > 10_000 || Number.isNaN(since)) {
      response.writeHead(400).end(JSON.stringify({ error: { message: "Arguments Caused Error", code: 2002 } }));
      return;
    }
    const ordered = listOf(since, until, query.sort_by === "created_at:asc");
    const incidents = ordered.slice(offset, offset + limit);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ incidents, limit, offset, total: null, more: offset + limit < ordered.length }));
  });
  const connection = connectTo(pagerduty, { url: vendor.url, keys: { api: "u+fakeKEYnotreal0001" }, now });
  return (filter: Partial<IncidentFilter>) =>
    collectPages(
      pagerduty.incidents.list(connection, {
        ...{ statuses: ["resolved"], urgencies: [], services: [], sort: "created", order: "desc" },
        ...{ limit: Number.POSITIVE_INFINITY, ...filter },
      }),
    );
}

describe("resolved incidents of PagerDuty", () => {
  const length = rounds(12_000, 10_200);
  const month = Array.from({ length }, (_, index) => now.getTime() - index * rounds(210_000, 247_000) - 3_600_000);

  it.each(["desc", "asc"] as const)(
    "are all listed beyond the first 10,000 rows, each once, in order: %s",
    async (order) => {
      const list = await account(month);
      const { rows, truncated } = await list({ order });
      expect({ count: rows.length, truncated }).toEqual({ count: length, truncated: undefined });
      expect(new Set(rows.map(({ id }) => id)).size).toBe(length);
      const times = rows.map(({ createdAt }) => createdAt);
      const sorted = times.toSorted();
      expect(times).toEqual(order === "asc" ? sorted : sorted.reverse());
    },
  );

  it.each(["desc", "asc"] as const)("are listed over more than the six months of one request: %s", async (order) => {
    const years = Array.from({ length: 900 }, (_, index) => now.getTime() - index * dayMs);
    const list = await account(years);
    const since = new Date(now.getTime() - 700 * dayMs);
    const { rows, truncated } = await list({ order, since });
    expect({ count: rows.length, truncated }).toEqual({ count: 701, truncated: undefined });
  });

  it("are incomplete where more than 10,000 are of one day", async () => {
    const list = await account(
      Array.from({ length: rounds(11_000, 10_100) }, (_, index) => now.getTime() - index * 1000 - 5 * dayMs),
    );
    const { rows, truncated } = await list({});
    expect(rows).toHaveLength(10_000);
    expect(truncated).toBe("PagerDuty gives only the first 10000 rows of a list, and more are of one day");
  });
});
