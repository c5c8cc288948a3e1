import { describe, expect, it } from "vitest";
import { ask, rowsOf, start } from "./support.ts";

async function flotiq() {
  const sandbox = await start();
  const { all, restricted } = sandbox.keys.flotiq;
  const get = (path: string, key: string = all, method = "GET") =>
    ask(`${sandbox.urls.flotiq}${path}`, { method, headers: { "x-auth-token": key } });
  return { sandbox, get, restricted };
}

describe("flotiq", () => {
  it("reports the key owner, and what a restricted one may not read", async () => {
    const { get, restricted, sandbox } = await flotiq();
    expect((await get("/api/auth-context")).body).toMatchObject({ organization: {}, space: {}, user: {} });
    expect((await get("/api/auth-context", restricted)).status).toBe(200);
    const url = `${sandbox.urls.flotiq}/api/auth-context?auth_token=${sandbox.keys.flotiq.all}`;
    expect((await ask(url)).status).toBe(200);
    expect(await get("/api/auth-context", "fake")).toMatchObject({
      status: 401,
      body: { code: 401, message: "Unauthorized" },
    });
    expect((await get("/api/v1/content/runbook", restricted)).status).toBe(200);
    for (const path of ["/api/v1/content/contact", "/api/v1/internal/contenttype", "/api/v1/search?q=a"])
      expect(await get(path, restricted)).toMatchObject({ status: 403, body: { code: 403 } });
    expect(await get("/api/v1/content/none")).toMatchObject({ status: 404, body: { code: 404, message: "Not found" } });
    expect((await get("/api/v1/content/constructor")).status).toBe(404);
  });

  it("pages, sorts and filters content", async () => {
    const { get } = await flotiq();
    const list = async (query: string) => (await get(`/api/v1/content/runbook?${query}`)).body;
    expect(await list("limit=2&page=2")).toMatchObject({ total_count: 3, total_pages: 2, current_page: 2, count: 1 });
    const ids = async (query: string) => rowsOf((await list(query)).data).map(({ id }) => id);
    expect(await ids("order_by=internal.createdAt&order_direction=desc")).toEqual([
      "runbook-3",
      "runbook-2",
      "runbook-1",
    ]);
    const filters = encodeURIComponent(JSON.stringify({ title: { type: "contains", filter: "lag" } }));
    expect(await ids(`filters=${filters}&hydrate=1`)).toEqual(["runbook-2"]);
    for (const query of ["filters={", "limit=0", "page=0", "hydrate=3"])
      expect((await get(`/api/v1/content/runbook?${query}`)).status).toBe(400);
    expect((await list("filters={")).filters).toEqual(["Malformed filters json - Syntax error"]);
    expect((await get("/api/v1/content/runbook/runbook-1")).body).toMatchObject({
      id: "runbook-1",
      internal: { contentType: "runbook" },
    });
  });

  it("has content types, and a search", async () => {
    const { get } = await flotiq();
    const types = rowsOf((await get("/api/v1/internal/contenttype")).body.data).map(({ name }) => name);
    expect(types).toEqual(["contact", "runbook"]);
    expect((await get("/api/v1/internal/contenttype?name=RUN")).body).toMatchObject({ total_count: 1 });
    expect((await get("/api/v1/internal/contenttype/runbook")).body).toMatchObject({ label: "Runbook" });
    const found = (await get("/api/v1/search?q=provider")).body;
    expect(rowsOf(found.data).map(({ item }) => item?.id)).toEqual(["runbook-1", "contact-2"]);
    expect((await get("/api/v1/search")).status).toBe(400);
  });

  it("records a DELETE that somebody sends", async () => {
    const { get, sandbox } = await flotiq();
    const path = "/api/v1/internal/contenttype/runbook";
    expect(await get(path, undefined, "DELETE")).toMatchObject({ status: 204, text: "" });
    expect(sandbox.requests).toEqual([{ method: "DELETE", path: `/flotiq${path}` }]);
  });
});
