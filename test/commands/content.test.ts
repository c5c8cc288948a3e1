import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { runAndRead as run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { sandbox } from "../support/sandbox.ts";
import { fakeVendor } from "../support/vendor.ts";

const object = (id: string, more: object = {}) => ({
  id,
  internal: { contentType: "runbook", updatedAt: "2026-02-28T12:00:00.000000+0000", objectTitle: `Title ${id}` },
  ...more,
});
const page = (data: object[], current = 1, pages = 1) => ({
  total_count: data.length,
  total_pages: pages,
  current_page: current,
  count: data.length,
  data,
});
const now = new Date("2026-03-01T12:00:00Z");

async function setUp() {
  const vendor = await fakeVendor();
  const flotiq = (line: string | string[], tty = false) =>
    run(typeof line === "string" ? `content ${line}` : ["content", ...line], {
      profiles: profilesAt(vendor.url),
      env: { ONDUTY_PROFILE: "flotiq" },
      now,
      ...(tty && { tty }),
    });
  return { vendor, flotiq };
}

describe("content", () => {
  it("lists and shows the sandbox's runbooks", async () => {
    const { home } = await sandbox();
    const types = await run("content types -p sandbox-flotiq --quiet", { home });
    expect(types.stdout.split("\n")).toContain("runbook");
    const list = await run("content list runbook -p sandbox-flotiq --json", { home });
    const [first] = JSON.parse(list.stdout) as { id: string; title: string; internal: object }[];
    expect(first).toMatchObject({ internal: { contentType: "runbook" } });
    const shown = await run(`content show runbook ${first?.id} -p sandbox-flotiq`, { home, tty: true });
    expect(shown.stdout).toContain(`${first?.title}\n===`);
    const found = await run(
      ["content", "list", "runbook", "--filter", `title=${first?.title}`, "-p", "sandbox-flotiq", "--quiet"],
      { home },
    );
    expect(found.stdout).toBe(`${first?.id}\n`);
    expect((await run("content list nonsense -p sandbox-flotiq", { home })).stderr).toContain(
      'unknown content type "nonsense"',
    );
    expect((await run("content show runbook nonsense -p sandbox-flotiq", { home })).code).toBe(ExitCode.notFound);
  });

  it("prints tables, lines and objects as they are given", async () => {
    const { vendor, flotiq } = await setUp();
    vendor.reply("GET /api/v1/content/runbook", 200, page([object("r1", { steps: 3 }), object("r2")]));
    expect((await flotiq("list runbook --no-color", true)).stdout).toBe(
      "ID  TITLE     UPDATED\nr1  Title r1  1d\nr2  Title r2  1d\n",
    );
    expect((await flotiq("list runbook")).stdout).toBe(
      "r1\tTitle r1\t2026-02-28T12:00:00.000Z\nr2\tTitle r2\t2026-02-28T12:00:00.000Z\n",
    );
    expect(JSON.parse((await flotiq("list runbook --json")).stdout)[0]).toEqual(object("r1", { steps: 3 }));
    expect(JSON.parse((await flotiq("list runbook --json --fields id,steps")).stdout)).toEqual([
      { id: "r1", steps: 3 },
      { id: "r2", steps: null },
    ]);
  });

  it("sends filters, order and depth as the vendor wants them, and goes through all pages", async () => {
    const { vendor, flotiq } = await setUp();
    vendor
      .reply("GET /api/v1/content/runbook", 200, page([object("r1")], 1, 2))
      .reply("GET /api/v1/content/runbook", 200, page([object("r2")], 2, 2));
    const { stdout } = await flotiq([
      "list",
      "runbook",
      "--filter",
      "service=checkout",
      "--filter",
      "size>=3",
      "--filter",
      "title ~= db",
      "--order-by",
      "internal.updatedAt",
      "--order",
      "desc",
      "--hydrate",
      "1",
      "--all",
      "-q",
    ]);
    expect(stdout).toBe("r1\nr2\n");
    expect(vendor.requests.map(({ query }) => query.page)).toEqual(["1", "2"]);
    expect(vendor.requests[0]?.query).toMatchObject({
      order_by: "internal.updatedAt",
      order_direction: "desc",
      hydrate: "1",
    });
    expect(JSON.parse(vendor.requests[0]?.query.filters ?? "")).toEqual({
      service: { type: "equals", filter: "checkout" },
      size: { type: "greaterThanOrEqual", filter: "3" },
      title: { type: "contains", filter: "db" },
    });
  });

  it("finds by words with the vendor's search, and reports when there is more", async () => {
    const { vendor, flotiq } = await setUp();
    vendor.reply("GET /api/v1/search", 200, {
      ...page([
        { score: 2, item: object("r1") },
        { score: 1, item: object("r2") },
      ]),
      total_count: 7,
    });
    const { stdout, stderr } = await flotiq("list runbook --query failover --limit 1 -o ndjson --fields id");
    expect({ stdout, stderr }).toEqual({ stdout: '{"id":"r1"}\n', stderr: "showing 1 of 7; --all for every one\n" });
    expect(vendor.requests[0]?.query).toMatchObject({ q: "failover", "content_type[]": "runbook" });
  });

  it("makes text of HTML and blocks, and what is not text harmless", async () => {
    const { vendor, flotiq } = await setUp();
    const body =
      "<h1>Fail over</h1>\n<p>Call &lt;Ada&gt;&nbsp;&amp; wait &ndash; caf&eacute; &#233; &amp;eacute;.<br>Then:</p><ul><li>stop</li><li>start \u001b[2J</li></ul><script>alert(1)</script>";
    const blocks = {
      time: 1,
      blocks: [
        { type: "paragraph", data: { text: "One <b>bold</b> word" } },
        { type: "list", data: { items: ["a", "b"] } },
        { type: "code", data: { code: "ls -l" } },
      ],
    };
    vendor.reply(
      "GET /api/v1/content/runbook/r1",
      200,
      object("r1", {
        body,
        blocks,
        tags: ["db", "eu"],
        link: [{ type: "internal", dataUrl: "/api/v1/content/contact/c1" }],
        empty: "",
      }),
    );
    expect((await flotiq("show runbook r1 --tz Asia/Tokyo", true)).stdout).toBe(
      "Title r1\n========\nupdated 2026-02-28 21:00:00 GMT+9\n\nbody:\nFail over\n\nCall <Ada> & wait – café é &eacute;.\nThen:\n\n- stop\n- start \\x1b[2J\n\nblocks:\nOne bold word\n\n- a\n- b\n\nls -l\n\ntags:\n- db\n- eu\n\nlink:\n- /api/v1/content/contact/c1\n",
    );
    expect((await flotiq("show runbook r1")).stdout).toContain('tags\t["db","eu"]\n');
    expect(JSON.parse((await flotiq("show runbook r1 --json")).stdout)).toMatchObject({ id: "r1", tags: ["db", "eu"] });
  });

  it("keeps what a runbook gives to type: placeholders, lines of code, addresses", async () => {
    const { vendor, flotiq } = await setUp();
    const html =
      '<p>See <a href="https://status.example.com/x">the status</a>:</p><pre><code>kubectl get pods\n  --all &lt;ns&gt;</code></pre>' +
      "<ol><li>stop<ul><li>gently</li></ul></li><li>start</li></ol><table><tr><th>Host</th><th>Zone</th></tr><tr><td>db1</td><td>eu</td></tr></table>";
    vendor.reply("GET /api/v1/content/runbook/r1", 200, {
      id: "r1",
      title: "Fail over",
      markdown: "# Steps\n\n1. `kubectl delete pod <pod>`\n   - <ns> is a namespace</p>\n\n<b>not</b> HTML",
      html,
    });
    expect((await flotiq("show runbook r1", true)).stdout).toBe(`Fail over
=========

markdown:
# Steps

1. \`kubectl delete pod <pod>\`
   - <ns> is a namespace</p>

<b>not</b> HTML

html:
See the status (https://status.example.com/x):

kubectl get pods
  --all <ns>

 1. stop
    - gently
 2. start

Host   Zone
db1    eu
`);
  });

  it("makes text of every block of the vendor's editor, and of what an object refers to", async () => {
    const { vendor, flotiq } = await setUp();
    const blocks = [
      { type: "header", data: { text: "Steps &amp; more", level: 2 } },
      {
        type: "list",
        data: { style: "ordered", items: [{ content: "stop", items: [{ content: "gently" }] }, "start"] },
      },
      {
        type: "checklist",
        data: {
          items: [
            { text: "told <b>Ada</b>", checked: true },
            { text: "done", checked: false },
          ],
        },
      },
      {
        type: "table",
        data: {
          content: [
            ["Host", "Zone"],
            ["db1", "eu"],
          ],
        },
      },
      { type: "warning", data: { title: "Careful", message: "It is <i>live</i>" } },
      { type: "quote", data: { text: "Never on Friday", caption: "Grace" } },
      { type: "image", data: { file: { url: "https://x.example.com/a.png" }, caption: "the map" } },
      { type: "code", data: { code: "ssh <host>" } },
      { type: "delimiter", data: {} },
      null,
    ];
    vendor.reply("GET /api/v1/content/runbook/r1", 200, {
      id: "r1",
      title: "Fail over",
      body: { time: 1, blocks },
      contact: [{ id: "c1", internal: { contentType: "contact" }, name: "Ada", phone: "+44 1", note: "<p>by day</p>" }],
    });
    const { stdout } = await flotiq("show runbook r1 --hydrate 1", true);
    expect(stdout).toBe(`Fail over
=========

body:
## Steps & more

1. stop
  1. gently
2. start

- [x] told Ada
- [ ] done

Host | Zone
db1 | eu

Careful
It is live

Never on Friday
Grace

the map
https://x.example.com/a.png

ssh <host>

contact:
- name: Ada
  phone: +44 1
  note: by day
`);
  });

  it("takes filters of the vendor's own form", async () => {
    const { vendor, flotiq } = await setUp();
    vendor.reply("GET /api/v1/content/runbook", 200, page([]));
    const own = '{"internal.updatedAt":{"type":"inRange","filter":"2026-01-01","filter2":"2026-02-01"}}';
    const { code } = await flotiq(["list", "runbook", "--filter", own, "--filter", "title~=db"]);
    expect(code).toBe(0);
    expect(JSON.parse(vendor.requests[0]?.query.filters ?? "")).toEqual({
      "internal.updatedAt": { type: "inRange", filter: "2026-01-01", filter2: "2026-02-01" },
      title: { type: "contains", filter: "db" },
    });
  });

  it("lets no type or id lead to another route", async () => {
    const { vendor, flotiq } = await setUp();
    vendor.handle("GET /api/v1/content/..%2F..%2Fauth-context", (_, response) => void response.writeHead(404).end());
    vendor.handle("GET /api/v1/content/run%20book/a%2F..%3Fx%3D1", (_, response) => void response.writeHead(404).end());
    expect((await flotiq(["list", "../../auth-context"])).code).toBe(ExitCode.notFound);
    expect((await flotiq(["show", "run book", "a/..?x=1"])).code).toBe(ExitCode.notFound);
    for (const words of [
      ["list", ".."],
      ["show", "runbook", ".."],
      ["show", ".", "x"],
      ["list", ""],
    ])
      expect((await flotiq(words)).code).toBe(ExitCode.usage);
    expect(vendor.requests).toHaveLength(2);
  });

  it.each([
    ["list runbook --filter service", "A filter is written field=value"],
    ["list runbook --filter a=1 --filter a=2", 'Two filters for "a"'],
    [`list runbook --filter '{"a":1}'`, "not a filter of the vendor's form"],
    ["list runbook --filter {a", "not a filter of the vendor's form"],
    ["list runbook --hydrate 3", "Allowed choices are 0, 1, 2"],
    ["list runbook --all --limit 3", "exclude each other"],
    ["list runbook --query x --hydrate 1", "takes neither --filter nor --hydrate"],
  ])("refuses `%s` with exit 2 and no request", async (line, message) => {
    const { vendor, flotiq } = await setUp();
    const { code, stderr } = await flotiq(line);
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toContain(message);
    expect(vendor.requests).toEqual([]);
  });

  it.each(["opsknight", "flashduty"])("is not there on %s", async (profile) => {
    const vendor = await fakeVendor();
    const { code, stderr } = await run("content types", {
      profiles: profilesAt(vendor.url),
      env: { ONDUTY_PROFILE: profile },
    });
    expect({ code, stderr }).toEqual({ code: ExitCode.usage, stderr: `error: ${profile} has no content\n` });
  });
});
