import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { type RunOptions, runAndRead as run } from "../support/harness.ts";
import { fakeKeys, profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { tempDir } from "../support/temp-dir.ts";
import { fakeVendor } from "../support/vendor.ts";

async function setUp() {
  const vendor = await fakeVendor();
  const api = (words: string[], options: RunOptions = {}) =>
    run(["api", ...words], { profiles: profilesAt(vendor.url), ...options });
  return { vendor, api };
}

describe("api", () => {
  it("asks with the profile's key, and prints the answer as it came", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("GET /api/health", 200, '{ "status" : "healthy",\n "n": 12345678901234567890 }');
    const { code, stdout, stderr } = await api(["/api/health?mode=readiness&x=1&x=2", "--query", "y=a b"]);

    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '{ "status" : "healthy",\n "n": 12345678901234567890 }\n',
      stderr: "",
    });
    expect(vendor.requests[0]).toMatchObject({
      query: { mode: "readiness", x: "2", y: "a b" },
      headers: { authorization: `Bearer ${fakeKeys.opsknight}` },
    });
  });

  it("sends fields with their types, in objects and lists", async () => {
    const { vendor, api } = await setUp();
    const file = join(await tempDir(), "note.txt");
    await writeFile(file, "from a file");
    vendor.reply("PATCH /api/things/1", 200, {});
    const fields = [
      "on=true",
      "n=5",
      "big=12345678901234567890",
      "none=null",
      "text=007",
      `note=@${file}`,
      "a[b][c]=1",
      "list[]=x",
      "list[]=2",
      "__proto__[x]=1",
    ];
    const { code } = await api([
      "patch",
      "/api/things/1",
      ...fields.flatMap((field) => ["--field", field]),
      "--raw-field",
      "raw=5",
    ]);

    expect(code).toBe(0);
    expect(JSON.stringify(vendor.requests[0]?.body)).toBe(
      '{"on":true,"n":5,"big":"12345678901234567890","none":null,"text":"007","note":"from a file","a":{"b":{"c":1}},"list":["x",2],"__proto__":{"x":1},"raw":"5"}',
    );
  });

  it.each([
    [["POST", "/api/x"], "", {}],
    [["PUT", "/api/x"], "", {}],
    [["DELETE", "/api/x"], "", undefined],
    [["POST", "/api/x", "--input", "-"], '[1, {"a": "b"}]', [1, { a: "b" }]],
  ])("sends with %j what belongs there", async (words, stdin, body) => {
    const { vendor, api } = await setUp();
    vendor.reply(`${words[0]} /api/x`, 204);
    const { code, stdout } = await api(words, { stdin });
    expect({ code, stdout, body: vendor.requests[0]?.body }).toEqual({ code: 0, stdout: "", body });
  });

  it("shows status and headers, also of a failure, whose code is as everywhere", async () => {
    const { vendor, api } = await setUp();
    vendor.reply(
      "GET /api/gone",
      404,
      { error: { code: "NOT_FOUND", message: "not here" } },
      { "x-request-id": "req_5" },
    );
    const { code, stdout, stderr } = await api(["/api/gone", "--include"]);
    expect(code).toBe(ExitCode.notFound);
    expect(stdout).toMatch(/^HTTP 404\n.*x-request-id: req_5\n.*"not here"/s);
    expect(stderr).toContain("error: GET /api/gone: not here (404)");
  });

  it("prints the body of a failure as it came, but no page for a browser, and filters nothing that was not asked for", async () => {
    const { vendor, api } = await setUp();
    const errors = { status: "invalid event", errors: ["payload is missing"] };
    vendor
      .reply("POST /api/x", 400, errors)
      .reply("GET /api/page", 404, "<html>no</html>", { "content-type": "text/html" });
    const refused = await api(["POST", "/api/x"]);
    expect(refused).toMatchObject({ code: ExitCode.failure, stdout: `${JSON.stringify(errors)}\n` });
    expect(refused.stderr).toMatch(/^error: POST \/api\/x: .*\(400\)/);
    expect((await api(["POST", "/api/x", "--jq", ".[].id"])).stdout).toBe(`${JSON.stringify(errors)}\n`);
    expect((await api(["POST", "/api/x"], { tty: true })).stdout).toBe(`${JSON.stringify(errors, null, 2)}\n`);
    const page = await api(["/api/page"]);
    expect(page).toMatchObject({ code: ExitCode.failure, stdout: "" });
    expect(page.stderr).toMatch(/no such route \(404\)\nhint: check the base URL/);
  });

  const integrationKey = "fake0000integration0000key000001";
  const path = "/api/integrations/prometheus";
  it.each([
    ["with the profile's integration key", `${path}?integrationId=i1`, [], `Token token=${integrationKey}`],
    [
      "without a key where the address has one",
      `${path}?integrationId=i1&integrationKey=fake-other-key`,
      [],
      undefined,
    ],
    [
      "without a key where a header has one",
      `${path}?integrationId=i1`,
      ["--header", "X-Integration-Key: fake-other-key"],
      undefined,
    ],
    [
      "without a key where PagerDuty's body has one",
      "/api/integrations/pagerduty/v2/enqueue",
      ["--field", "routing_key=fake-other-key"],
      undefined,
    ],
    [
      "with the key that PagerDuty's route reads",
      "/api/integrations/pagerduty/v2/enqueue",
      [],
      `Bearer ${integrationKey}`,
    ],
    ["with the integration key to events", "/api/events", [], `Token token=${integrationKey}`],
  ])("asks the routes of integrations %s, from a profile without an API key", async (_, target, options, expected) => {
    const vendor = await fakeVendor();
    vendor.reply(`POST ${target.split("?")[0]}`, 202, { status: "success" });
    const profiles = { p: { provider: "opsknight", baseUrl: vendor.url, integrationKey: { text: integrationKey } } };
    const { code, stdout, stderr } = await run(["api", "POST", target, ...options], { profiles });
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '{"status":"success"}\n' });
    expect(vendor.requests[0]?.headers.authorization).toBe(expected);
  });

  it("needs the integration key for a route of an integration, and the API key for any other", async () => {
    const baseUrl = "http://127.0.0.1:1";
    const apiOnly = { p: { provider: "opsknight", baseUrl, apiKey: { text: "sk_test_fake_api_route_0001" } } };
    const lacking = await run(["api", "POST", `${path}?integrationId=i1`], { profiles: apiOnly });
    expect(lacking).toMatchObject({ code: ExitCode.auth, stderr: expect.stringContaining("has no integration key") });
    const integrationOnly = { p: { provider: "opsknight", baseUrl, integrationKey: { text: integrationKey } } };
    const other = await run("api /api/incidents", { profiles: integrationOnly });
    expect(other).toMatchObject({ code: ExitCode.auth, stderr: expect.stringContaining("has no API key") });
  });

  it("leaves the answer's numbers alone, in every form of JSON", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("GET /api/n", 200, '{"id":12345678901234567890,"x":[1.50,{}, []],"t":"a\\"b {\u009b2J"}');
    expect((await api(["/api/n", "--json"])).stdout).toContain('"id":12345678901234567890,"x":[1.50,{}, []]');
    expect((await api(["/api/n", "--jq", ".id"])).stdout).toBe("12345678901234567890\n");
    expect((await api(["/api/n"], { tty: true })).stdout).toBe(
      '{\n  "id": 12345678901234567890,\n  "x": [\n    1.50,\n    {},\n    []\n  ],\n  "t": "a\\"b {\\u009b2J"\n}\n',
    );
  });

  it("fails where JSON was asked for and none came", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("GET /api/text", 200, "plain text", { "content-type": "text/plain" });
    const { code, stdout, stderr } = await api(["/api/text", "--jq", "."]);
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain("GET /api/text: the response is not JSON");
  });

  it("takes a field's text from standard input", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("POST /api/notes", 200, {});
    await api(["POST", "/api/notes", "--field", "text=@-"], { stdin: "two\nlines" });
    expect(vendor.requests[0]?.body).toEqual({ text: "two\nlines" });
  });

  it("takes answers that are not JSON, and makes them harmless at a terminal", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("GET /api/text", 200, "plain \u001b[2J text", { "content-type": "text/plain" });
    expect((await api(["/api/text"])).stdout).toBe("plain \u001b[2J text\n");
    expect((await api(["/api/text"], { tty: true })).stdout).toBe("plain \\x1b[2J text\n");
  });

  it("goes to no other host than the profile's, whatever it is given", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("GET /api/x", 200, {});
    expect((await api([`${vendor.url}/api/x`])).code).toBe(0);
    for (const target of [
      "https://evil.example.com/api/x",
      "//evil.example.com/x",
      "http://127.0.0.1:1/x",
      "api/x",
      "/api/../x",
      "/api/%2e%2e/x",
      "/a b",
      "ftp://x",
    ]) {
      const { code, stderr } = await api([target]);
      expect({ target, code }).toEqual({ target, code: ExitCode.usage });
      expect(stderr).toMatch(/^error: .+\n/);
    }
    expect(vendor.requests).toHaveLength(1);
  });

  it.each([
    [["GET"], "the path is missing"],
    [["FETCH", "/x"], '"FETCH" is not a method'],
    [["GET", "/x", "y"], "expected method and path, got 3 words"],
    [["POST", "/x", "--field", "a"], "Expected name=value for a field"],
    [["POST", "/x", "--field", "=a"], "Expected name=value for a field"],
    [["POST", "/x", "--field", "a=1", "--input", "-"], "exclude each other"],
    [["POST", "/x", "--field", "a=@/nowhere"], "file not found"],
    [["POST", "/x", "--input", "/nowhere"], "file not found"],
    [["POST", "/x", "--input", "-"], "on standard input is not JSON"],
    [["GET", "/x", "--input", "-"], "GET sends no body"],
    [["GET", "/x", "--limit", "3"], "--limit is for --paginate"],
    [["GET", "/x", "--header", "nothing"], "A header is written name: value"],
    [["GET", "/x", "--header", "Authorization: Bearer x"], "not yours to set"],
    [["GET", "/x", "--header", "x-a: b\u0007"], "of one line"],
    [["POST", "/x", "--field", "a=1", "--field", "a[b]=2"], "is a value and an object"],
    [["POST", "/x", "--field", "a=@-", "--field", "b=@-"], "can be the text of one field"],
    [["POST", "/x", "--output", "csv"], "no columns for --output csv"],
    [["POST", "/x", "--output", "tsv"], "no columns for --output tsv"],
    [["POST", "/x", "--fields", "id"], "--fields is for rows whose fields are known"],
  ])("refuses %j with exit 2 and no request", async (words, message) => {
    const { vendor, api } = await setUp();
    const { code, stderr } = await api(words, { stdin: "{" });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
    expect(vendor.requests).toEqual([]);
  });

  it("repeats what may be repeated, and nothing else", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("GET /api/x", 503, {}).reply("GET /api/x", 200, {}).reply("POST /api/x", 503, {});
    expect((await api(["/api/x"])).code).toBe(0);
    expect((await api(["POST", "/api/x"])).code).toBe(ExitCode.failure);
    expect(vendor.requests.map(({ method }) => method)).toEqual(["GET", "GET", "POST"]);
  });

  it("shows a write with --dry-run, and sends it not", async () => {
    const { vendor, api } = await setUp();
    const { code, stdout } = await api(["POST", "/api/x", "--field", "a=1", "--dry-run"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'POST /api/x\n{"a":1}\n' });
    expect(vendor.requests).toEqual([]);
  });
});

describe("api --paginate", () => {
  it.each([
    ["sandbox-opsknight", ["/api/incidents", "--query", "limit=2"], 6],
    ["sandbox-flashduty", ["POST", "/channel/list", "--field", "limit=2"], 3],
    ["sandbox-flashduty", ["POST", "/member/list", "--field", "limit=2"], 3],
    ["sandbox-flotiq", ["/api/v1/content/runbook", "--query", "limit=1"], undefined],
  ])("merges the pages of %s into one array: %j", async (profile, words, count) => {
    const { home } = await sandbox();
    const { code, stdout } = await run(["api", ...words, "--paginate", "-p", profile], { home });
    const rows = JSON.parse(stdout) as { id?: string }[];
    expect(code).toBe(0);
    if (count === undefined) expect(rows.length).toBeGreaterThan(1);
    else expect(rows).toHaveLength(count);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
    const limited = await run(["api", ...words, "--paginate", "--limit", "1", "--jq", "length", "-p", profile], {
      home,
    });
    expect(limited.stdout).toBe("1\n");
  });

  it("follows a cursor, and takes the only list of a server that does not page", async () => {
    const { vendor, api } = await setUp();
    vendor.handle("POST /incident/list", ({ body }, response) => {
      const cursor = (body as { search_after_ctx?: string }).search_after_ctx;
      const data =
        cursor === undefined
          ? { items: [{ n: 1 }], has_next_page: true, search_after_ctx: "c2" }
          : { items: [{ n: 2 }], has_next_page: false };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
    });
    vendor.reply("GET /api/incidents", 200, { incidents: [{ id: "a" }] });
    expect((await api(["POST", "/incident/list", "--paginate", "-p", "flashduty"])).stdout).toBe('[{"n":1},{"n":2}]\n');
    expect((await api(["/api/incidents", "--paginate"])).stdout).toBe('[{"id":"a"}]\n');
  });

  it("reports that an answer is no list, and that a server goes round in circles", async () => {
    const { vendor, api } = await setUp();
    vendor.reply("GET /api/one", 200, { data: { id: 1 } });
    expect(await api(["/api/one", "--paginate"])).toMatchObject({
      code: ExitCode.usage,
      stderr: expect.stringContaining("does not respond with a list"),
    });
    vendor.reply("GET /api/round", 200, { data: [1], pagination: { has_more: true, offset: 0, limit: 1 } });
    expect(await api(["/api/round", "--paginate"])).toMatchObject({
      code: ExitCode.failure,
      stdout: "",
      stderr: expect.stringContaining("the same rows for every page"),
    });
  });

  it("asks 1.3.1 for its longest page, and reports that there may be more", async () => {
    const { vendor, api } = await setUp();
    let length = 120;
    vendor.handle("GET /api/incidents", ({ query }, response) => {
      const rows = Array.from({ length }, (_, n) => ({ n })).slice(0, Math.min(200, Number(query.limit ?? 50)));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ incidents: rows }));
    });
    const all = await api(["/api/incidents", "--paginate", "--jq", "length"]);
    expect(all).toMatchObject({ code: 0, stdout: "120\n", stderr: "" });
    length = 300;
    const cut = await api(["/api/incidents?limit=2", "--paginate", "--jq", "length"]);
    expect(cut).toMatchObject({ code: ExitCode.partial, stdout: "200\n" });
    expect(cut.stderr).toContain("this list is not complete: this OpsKnight server gives only 200 rows");
    const some = await api(["/api/incidents", "--paginate", "--limit", "7", "--jq", "length"]);
    expect(some).toMatchObject({ code: 0, stdout: "7\n", stderr: "showing the first 7; there are more\n" });
  });

  it("reports a page as long as it was asked for, of which the server does not report whether it is the last", async () => {
    const { vendor, api } = await setUp();
    for (const pagination of [undefined, {}, "later"])
      vendor.reply("GET /api/odd", 200, { data: [1, 2], ...(pagination !== undefined && { pagination }) });
    for (let times = 0; times < 3; times += 1) {
      const full = await api(["/api/odd?limit=2", "--paginate", "--jq", "length"]);
      expect(full).toMatchObject({ code: ExitCode.partial, stdout: "2\n" });
      expect(full.stderr).toContain("the server does not report whether more rows follow");
    }
    expect(await api(["/api/odd?limit=3", "--paginate", "--jq", "length"])).toMatchObject({ code: 0, stdout: "2\n" });
  });

  it("prints rows as their page comes with ndjson", async () => {
    const { vendor, api } = await setUp();
    const pagination = { total: 2, limit: 1, has_more: true };
    vendor
      .reply("GET /api/users", 200, { data: [{ n: 1 }], pagination: { ...pagination, offset: 0 } })
      .reply("GET /api/users", 500, {});
    const { code, stdout } = await api(["/api/users", "--paginate", "-o", "ndjson", "--max-wait", "0"]);
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: '{"n":1}\n' });
    const whole = await api(["/api/users", "--paginate", "--max-wait", "0"]);
    expect(whole).toMatchObject({ code: ExitCode.failure, stdout: "" });
  });

  it("pages a GET of Flashduty behind the path, where it has no body", async () => {
    const { vendor, api } = await setUp();
    vendor.handle("GET /status-page/change/list", ({ query, body }, response) => {
      const data = { items: [{ p: query.p ?? "1", body }], has_next_page: query.p !== "3" };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
    });
    const { stdout } = await api(["/status-page/change/list?page_id=1&page_id=2", "--paginate", "-p", "flashduty"]);
    expect(stdout).toBe('[{"p":"1"},{"p":"2"},{"p":"3"}]\n');
    expect(vendor.requests.every(({ query }) => query.page_id === "2")).toBe(true);
  });

  it.each([
    [["POST", "/api/incidents", "--paginate"], "--paginate is for lists, which opsknight gives to GET"],
    [["DELETE", "/x", "--paginate", "-p", "flashduty"], "gives to GET and POST"],
    [["/api/users", "--paginate", "--include"], "--include shows one response"],
  ])("refuses %j with exit 2 and no request", async (words, message) => {
    const { vendor, api } = await setUp();
    const { code, stderr } = await api(words);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
    expect(vendor.requests).toEqual([]);
  });
});
