import { expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { fakeVendor } from "../support/vendor.ts";

/* Two ids beyond 2^53 that rounding would make one. */

const long = '[{"id":9007199254740993,"n":7},{"id":9007199254740992,"n":1.5}]';
const exact = [
  { id: "9007199254740993", n: 7 },
  { id: "9007199254740992", n: 1.5 },
];
const notice = "integers beyond 2^53 are written as texts, which keeps their digits";

it.each([
  ["--paginate --json", (out: string) => JSON.parse(out)],
  [
    "--paginate -o ndjson",
    (out: string) =>
      out
        .trim()
        .split("\n")
        .flatMap((line) => JSON.parse(line)),
  ],
  ["-o ndjson", (out: string) => JSON.parse(out).data],
])("the digits of long integers stay: api %s", async (words, read) => {
  const vendor = await fakeVendor();
  vendor.reply("GET /api/rows", 200, `{"data":${long},"pagination":{"has_more":false,"total":2}}`);
  const { code, stdout } = await run(`api GET /api/rows ${words}`, { profiles: profilesAt(vendor.url) });
  expect({ code, rows: read(stdout) }).toEqual({ code: 0, rows: exact });
});

it("api --paginate reports that long integers have become texts", async () => {
  const vendor = await fakeVendor();
  vendor.reply("GET /api/rows", 200, `{"data":${long},"pagination":{"has_more":false,"total":2}}`);
  vendor.reply("GET /api/short", 200, `{"data":[{"id":1}],"pagination":{"has_more":false,"total":1}}`);
  const api = (path: string) => run(`api GET ${path} --paginate`, { profiles: profilesAt(vendor.url) });
  expect((await api("/api/rows")).stderr).toContain(notice);
  expect((await api("/api/short")).stderr).toBe("");
});

it.each([{}, { paginate: true }])(
  "the tool of api gives them exact, as data and as text, and says so: %j",
  async (more) => {
    const vendor = await fakeVendor();
    vendor.reply("GET /api/rows", 200, `{"data":${long},"pagination":{"has_more":false,"total":2}}`);
    const given = { method: "GET", path: "/api/rows", ...more };
    const lines = [
      {
        method: "initialize",
        params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
      },
      { method: "tools/call", params: { name: "api", arguments: given } },
    ].map((one, id) => JSON.stringify({ jsonrpc: "2.0", id, ...one }));
    const { stdout } = await run("mcp", { stdin: `${lines.join("\n")}\n`, profiles: profilesAt(vendor.url) });
    const answer = stdout.split("\n").find((line) => line.includes('"id":1')) ?? "{}";
    const { content, structuredContent } = (JSON.parse(answer) as { result: Record<string, never> })
      .result as unknown as {
      content: { text: string }[];
      structuredContent: { rows?: unknown; object?: { data: unknown }; notices: string[] };
    };
    for (const one of [structuredContent, JSON.parse(content[0]?.text ?? "") as typeof structuredContent]) {
      expect(one.rows ?? one.object?.data).toEqual(exact);
      expect(one.notices).toContain(notice);
    }
  },
);
