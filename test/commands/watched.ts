import { expect } from "vitest";
import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

export interface Row {
  id: string;
  title: string;
  status: string;
  urgency: string;
  created_at: string;
  acknowledged_at?: string;
  resolved_at?: string;
}

/** The time in so many seconds. */
export const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
export const open = (id: string, more: Partial<Row> = {}): Row => ({
  id,
  title: `Title of ${id}`,
  status: "OPEN",
  urgency: "HIGH",
  created_at: at(0),
  ...more,
});

/**
 * A vendor whose incidents the test changes; `fail` makes it answer that status instead, and `behindMs` is what its clock lacks.
 * `later` has rows that come between the list by status and the one without.
 * `looked` resolves when it was looked at so often once more.
 */
export async function setUp(rows: Row[]) {
  const state = { rows, later: [] as Row[], fail: 0, looks: 0, behindMs: 0 };
  const vendor: FakeVendor = await fakeVendor();
  vendor.handle("GET /api/incidents", ({ query }, response) => {
    if (query.status !== undefined) state.looks += 1;
    const wanted = query.status?.split(",");
    const since = query.created_after ?? "";
    const data = [...state.rows, ...(wanted === undefined ? state.later : [])].filter(
      ({ status, created_at: created }) => (wanted?.includes(status) ?? true) && created >= since,
    );
    const date = new Date(Date.now() - state.behindMs).toUTCString();
    const headers = { "content-type": "application/json", date, ...(state.fail === 429 && { "retry-after": "1" }) };
    response.writeHead(state.fail === 0 ? 200 : state.fail, headers);
    response.end(
      JSON.stringify(
        state.fail === 0 ? { data, pagination: { total: data.length, limit: 100, offset: 0, has_more: false } } : {},
      ),
    );
  });
  for (const id of ["a", "b", "c", "d"])
    vendor.handle(`GET /api/incidents/${id}`, (_, response) => {
      const row = state.rows.find((one) => one.id === id);
      response
        .writeHead(row === undefined ? 404 : 200, { "content-type": "application/json" })
        .end(JSON.stringify(row === undefined ? { error: { code: "NOT_FOUND", message: "gone" } } : { data: row }));
    });
  const home = await tempDir();
  const env = {
    HOME: home,
    ONDUTY_PROVIDER: "opsknight",
    ONDUTY_BASE_URL: vendor.url,
    ONDUTY_API_KEY: "sk_test_fake_watch_0001",
  };
  const looked = async (more = 1): Promise<void> => {
    const target = state.looks + more;
    await expect.poll(() => state.looks).toBeGreaterThanOrEqual(target);
  };
  return { vendor, state, env, home, looked };
}

/** Changes out of the lines that were printed, as `opened a`. */
export function changesIn(text: string): string[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { change: string; incident: { id: string } })
    .map(({ change, incident }) => `${change} ${incident.id}`);
}
