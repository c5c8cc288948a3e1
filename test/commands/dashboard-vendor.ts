import { tempDir } from "../support/temp-dir.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

export interface Row {
  id: string;
  title: string;
  status: string;
  created_at: string;
  urgency: string;
  assignee?: { id: string; name: string };
  acknowledged_at?: string;
}

export const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
/** The first of the alphabet is the newest. */
export const open = (id: string, more: Partial<Row> = {}): Row => ({
  id,
  title: `Title of ${id}`,
  status: "OPEN",
  urgency: "HIGH",
  created_at: minutesAgo(Math.max(0, id.charCodeAt(0) - 90)),
  ...more,
});

/** What a terminal sends for keys. */
export const keys = {
  up: "\u001b[A",
  down: "\u001b[B",
  pageDown: "\u001b[6~",
  home: "\u001b[H",
  end: "\u001b[F",
  enter: "\r",
  escape: "\u001b",
};

/** A vendor whose incidents the test changes, and that takes changes of their status. */
export async function setUp(rows: Row[], interval = "1s") {
  const state = { rows, refuses: new Map<string, { status: number; message: string }>(), silent: false };
  const vendor: FakeVendor = await fakeVendor();
  const json = { "content-type": "application/json" };
  vendor.handle("GET /api/incidents", ({ query }, response) => {
    const wanted = query.status?.split(",");
    const since = query.created_after ?? "";
    const data = state.rows.filter((row) => (wanted?.includes(row.status) ?? true) && row.created_at >= since);
    response
      .writeHead(200, json)
      .end(JSON.stringify({ data, pagination: { total: data.length, limit: 100, offset: 0, has_more: false } }));
  });
  for (const { id } of rows) {
    vendor.handle(`GET /api/incidents/${id}`, (_, response) => {
      const row = state.rows.find((one) => one.id === id);
      const error = { error: { code: "NOT_FOUND", message: "gone" } };
      response.writeHead(row === undefined ? 404 : 200, json).end(JSON.stringify(row ? { data: row } : error));
    });
    vendor.handle(`PATCH /api/incidents/${id}`, ({ body }, response) => {
      if (state.silent) return;
      const refusal = state.refuses.get(id);
      if (refusal !== undefined) {
        const { status, message } = refusal;
        response.writeHead(status, json).end(JSON.stringify({ error: { code: "REFUSED", message } }));
        return;
      }
      state.rows = state.rows.map((row) => (row.id === id ? { ...row, ...(body as Partial<Row>) } : row));
      response.writeHead(200, json).end(JSON.stringify({ data: state.rows.find((row) => row.id === id) }));
    });
  }
  const home = await tempDir();
  const env = {
    HOME: home,
    ONDUTY_PROVIDER: "opsknight",
    ONDUTY_BASE_URL: vendor.url,
    ONDUTY_API_KEY: "sk_test_fake_watch_0001",
  };
  const writes = (): string[] =>
    vendor.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`);
  const argv = ["incidents", "watch", "--interval", interval];
  return { vendor, state, env, home, writes, argv };
}
