import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../src/cli/arguments/duration.ts";
import { parseFutureTime, parseTime } from "../../src/cli/arguments/point-in-time.ts";
import type { CliError } from "../../src/errors.ts";
import { useColor } from "../../src/output/color.ts";
import { checkFields } from "../../src/output/fields.ts";
import type { Format, PrinterOptions } from "../../src/output/options.ts";
import { createPrinter } from "../../src/output/printer.ts";
import { sanitize, sanitizeJson } from "../../src/output/sanitize.ts";
import type { Shape } from "../../src/output/shape.ts";
import { relativeTime } from "../../src/output/time.ts";
import { anyText } from "../support/any-text.ts";
import { rounds } from "../support/rounds.ts";
import { memoryStreams } from "../support/streams.ts";

interface Row {
  id: string;
  title: string;
  service: { id: string; name: string } | null;
  createdAt: string;
}

const now = new Date("2026-03-01T12:00:00Z");
const shape: Shape<Row> = {
  columns: [
    { header: "ID", value: (row) => row.id },
    { header: "TITLE", value: (row) => row.title, cut: 1 },
    { header: "SERVICE", value: (row) => row.service?.name ?? null },
    { header: "AGE", value: (row, at) => relativeTime(row.createdAt, at), pipe: (row) => row.createdAt },
  ],
  fields: ["id", "title", "service", "createdAt"],
  id: (row) => row.id,
  empty: "Nothing matches.",
};
const rows: Row[] = [
  {
    id: "inc_1",
    title: 'Disk "full", 日本\tnow',
    service: { id: "s1", name: "Database" },
    createdAt: "2026-03-01T11:57:00.000Z",
  },
  { id: "inc_2", title: "\u001b[2J\u202egone\u0007", service: null, createdAt: "2026-02-28T12:00:00.000Z" },
];

async function print(
  format: Format,
  {
    tty = false,
    columns = 80,
    data = rows,
    of = shape,
    ...more
  }: Partial<PrinterOptions> & { tty?: boolean; columns?: number; data?: Row[]; of?: Shape<Row> } = {},
) {
  const memory = memoryStreams({ tty, columns });
  const printer = createPrinter({
    streams: memory.streams,
    env: {},
    format,
    explicit: format !== "table",
    fields: undefined,
    quiet: false,
    color: false,
    tz: "utc",
    now: () => now,
    ...more,
  });
  printer.check(of);
  await printer.list([data], of);
  return { stdout: memory.stdout(), stderr: memory.stderr() };
}

describe("a list", () => {
  it("is an aligned table at a terminal, wide characters counted, escapes harmless", async () => {
    expect((await print("table", { tty: true })).stdout).toBe(
      [
        "ID     TITLE                  SERVICE   AGE",
        'inc_1  Disk "full", 日本 now  Database  3 minutes ago',
        "inc_2  \\x1b[2J\\u202egone\\x07  -         1 day ago",
        "",
      ].join("\n"),
    );
  });

  it("is cut to the terminal's width, columns from the right, and never the id", async () => {
    const { stdout } = await print("table", { tty: true, columns: 44 });
    for (const line of stdout.trimEnd().split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(44);
    expect(stdout).toContain("…");
    const narrow = await print("table", { tty: true, columns: 5 });
    expect(narrow.stdout).toBe("ID\ninc_1\ninc_2\n");
  });

  it.each([
    [
      "table",
      'inc_1\tDisk "full", 日本\\tnow\tDatabase\t2026-03-01T11:57:00.000Z\ninc_2\t\\x1b[2J\\u202egone\\x07\t\t2026-02-28T12:00:00.000Z\n',
    ],
    [
      "tsv",
      'inc_1\tDisk "full", 日本\\tnow\tDatabase\t2026-03-01T11:57:00.000Z\ninc_2\t\\x1b[2J\\u202egone\\x07\t\t2026-02-28T12:00:00.000Z\n',
    ],
    [
      "ndjson",
      '{"id":"inc_1","title":"Disk \\"full\\", 日本\\tnow","service":{"id":"s1","name":"Database"},"createdAt":"2026-03-01T11:57:00.000Z"}\n' +
        '{"id":"inc_2","title":"\\u001b[2J\\u202egone\\u0007","service":null,"createdAt":"2026-02-28T12:00:00.000Z"}\n',
    ],
    [
      "csv",
      'id,title,service,createdAt\r\ninc_1,"Disk ""full"", 日本\tnow","{""id"":""s1"",""name"":""Database""}",2026-03-01T11:57:00.000Z\r\n' +
        "inc_2,\\x1b[2J\\u202egone\\x07,,2026-02-28T12:00:00.000Z\r\n",
    ],
  ] as const)("in a pipe as %s", async (format, expected) => {
    expect(await print(format)).toEqual({ stdout: expected, stderr: "" });
  });

  it.each([
    ["--color", { color: true }],
    ["FORCE_COLOR", { env: { FORCE_COLOR: "1" } }],
    ["--color against NO_COLOR", { color: true, env: { NO_COLOR: "1" } }],
  ])("is colored in a pipe with %s, as a table only", async (_, more) => {
    const styled: Shape<Row> = {
      ...shape,
      columns: shape.columns.map((column, index) =>
        index === 0 ? { ...column, style: (text, _row, color) => color.red(text) } : column,
      ),
    };
    const printed = async (format: Format) => (await print(format, { color: undefined, ...more, of: styled })).stdout;
    expect(await printed("table")).toMatch(/^\u001b\[31minc_1\u001b\[39m\tDisk/);
    for (const format of ["tsv", "csv", "json"] as const) expect(await printed(format)).not.toContain("\u001b[31m");
  });

  it("has no color in a pipe when NO_COLOR meets FORCE_COLOR, nor with --no-color", async () => {
    const env = { FORCE_COLOR: "1" };
    const styled = { ...shape, columns: [{ header: "ID", value: (row: Row) => row.id, style: () => "colored" }] };
    for (const more of [
      { color: undefined, env: { ...env, NO_COLOR: "1" } },
      { color: false, env },
    ])
      expect((await print("table", { ...more, of: styled })).stdout).toBe("inc_1\ninc_2\n");
  });

  it("marks cells that a spreadsheet would take for formulas, as CSV that is asked to be safe", async () => {
    const title = (text: string): Row => ({
      id: "inc_1",
      title: text,
      service: null,
      createdAt: "2026-03-01T11:57:00.000Z",
    });
    const data = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a=b", '=HYPERLINK("http://x.test","y")'].map(title);
    const printed = async (csvSafe: boolean) =>
      (await print("csv", { data, csvSafe, fields: ["title"] })).stdout.split("\r\n").slice(1, -1);
    expect(await printed(true)).toEqual([
      "'=1+1",
      "'+1",
      "'-1",
      "'@SUM(A1)",
      "'\tx",
      "\\x0dx",
      "a=b",
      '"\'=HYPERLINK(""http://x.test"",""y"")"',
    ]);
    expect((await printed(false)).slice(0, 4)).toEqual(["=1+1", "+1", "-1", "@SUM(A1)"]);
  });

  it("is pretty JSON at a terminal and compact in a pipe, and parses to the same", async () => {
    const pretty = (await print("json", { tty: true })).stdout;
    const compact = (await print("json")).stdout;
    expect(pretty).toContain('\n  {\n    "id": "inc_1"');
    expect(compact.split("\n")).toHaveLength(2);
    expect(JSON.parse(pretty)).toEqual(rows);
    expect(JSON.parse(compact)).toEqual(rows);
  });

  it.each([
    ["json", "[]\n", ""],
    ["yaml", "[]\n", ""],
    ["ndjson", "", ""],
    ["csv", "id,title,service,createdAt\r\n", ""],
    ["tsv", "", ""],
    ["markdown", "", "Nothing matches.\n"],
    ["table", "", "Nothing matches.\n"],
  ] as const)("that is empty is, as %s, %j", async (format, stdout, stderr) => {
    expect(await print(format, { data: [] })).toEqual({ stdout, stderr });
  });

  it("has only the fields that were asked for, in their order", async () => {
    expect((await print("json", { fields: ["service.name", "id"] })).stdout).toBe(
      '[{"service.name":"Database","id":"inc_1"},{"service.name":null,"id":"inc_2"}]\n',
    );
    expect((await print("table", { fields: ["service.name", "id"] })).stdout).toBe("Database\tinc_1\n\tinc_2\n");
    expect((await print("csv", { fields: ["id"] })).stdout).toBe("id\r\ninc_1\r\ninc_2\r\n");
    await expect(print("json", { fields: ["id", "titel"] })).rejects.toThrow(
      'unknown field "titel"; the fields are id, title, service, createdAt',
    );
  });

  it("is a table of Markdown in which a title is only text", async () => {
    const title = "a|b [x](http://evil.test) *c* `d`\n<script>";
    expect((await print("markdown", { data: [{ ...rows[0], title } as Row], fields: ["id", "title"] })).stdout).toBe(
      [
        "| id     | title                                                   |",
        "| ------ | ------------------------------------------------------- |",
        "| inc\\_1 | a\\|b \\[x\\](http://evil.test) \\*c\\* \\`d\\` &lt;script&gt; |",
        "",
      ].join("\n"),
    );
    expect((await print("markdown")).stdout).toMatch(/^\| ID +\| Title +\| Service +\| Age +\|\n\| -+ \|/);
  });

  it("is ids only with --quiet", async () => {
    expect(await print("table", { quiet: true })).toEqual({ stdout: "inc_1\ninc_2\n", stderr: "" });
  });

  it("that fails on its second page prints nothing that looks complete", async () => {
    for (const format of ["json", "yaml", "table", "markdown"] as const) {
      const memory = memoryStreams({ tty: true });
      const printer = createPrinter({
        streams: memory.streams,
        env: {},
        format,
        explicit: true,
        fields: undefined,
        quiet: false,
        color: false,
        tz: "utc",
        now: () => now,
      });
      async function* pages() {
        yield rows;
        throw new Error("lost");
      }
      await expect(printer.list(pages(), shape)).rejects.toThrow("lost");
      expect(memory.stdout()).toBe("");
    }
  });

  it("fits every width with any text", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 5 }),
        fc.integer({ min: 10, max: 120 }),
        async (titles, columns) => {
          const data = titles.map((title, index) => ({
            id: `i${index}`,
            title,
            service: null,
            createdAt: "2026-03-01T11:57:00Z",
          }));
          const { stdout } = await print("table", { tty: true, columns, data });
          expect(stdout.split("\n").filter((line) => stringWidth(line) > columns)).toEqual([]);
        },
      ),
      { numRuns: rounds(60, 30) },
    );
  });
});

describe("text from vendors", () => {
  it("has no control or bidirectional character left", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(sanitize(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(JSON.parse(sanitizeJson(JSON.stringify(text)))).toBe(text);
      }),
    );
  });
});

describe("a page of rows", () => {
  const mark = Number.MIN_VALUE;
  const deceptive = fc.constantFrom<unknown>(mark, ",5e-324,", [mark, mark, mark], {}, [], null, "\u009f", "é");
  const anyRow = fc.dictionary(
    fc.constantFrom("id", ",5e-324,", "title"),
    fc.oneof(deceptive, anyText(), fc.integer()),
  );

  it.each(["ndjson", "json"] as const)("is a line of JSON for each row in %s, whatever is in them", async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyRow, { maxLength: 4 }), { maxLength: 3 }), async (pages) => {
        const { streams, stdout } = memoryStreams({});
        const printer = createPrinter({
          streams,
          env: {},
          format,
          quiet: false,
          explicit: true,
          fields: undefined,
          color: false,
          tz: "utc",
          now: () => now,
        });
        const line = () => "";
        await printer.stream(
          (async function* () {
            yield* pages;
          })(),
          { columns: [], fields: [] },
          line,
        );
        const lines = pages.flat().map((row) => sanitizeJson(JSON.stringify(row)));
        if (format === "ndjson") expect(stdout()).toBe(lines.map((text) => `${text}\n`).join(""));
        else expect(stdout()).toBe(`[${lines.join(",\n")}]\n`);
      }),
      { numRuns: rounds(500, 200) },
    );
  });
});

describe("color", () => {
  it.each([
    [undefined, {}, true, true],
    [undefined, {}, false, false],
    [undefined, { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
    [undefined, { FORCE_COLOR: "1" }, false, true],
    [undefined, { FORCE_COLOR: "0" }, true, false],
    [undefined, { TERM: "dumb" }, true, false],
    [true, { NO_COLOR: "1" }, false, true],
    [false, { FORCE_COLOR: "1" }, true, false],
  ])("with option %s, %o and terminal %s is %s", (color, env, isTTY, expected) => {
    expect(useColor({ color, env: env as Record<string, string>, isTTY })).toBe(expected);
  });
});

describe("times", () => {
  it.each([
    ["2h", "2026-03-01T10:00:00.000Z"],
    ["today", "2026-03-01T00:00:00.000Z"],
    ["yesterday", "2026-02-28T00:00:00.000Z"],
    ["friday", "2026-02-27T00:00:00.000Z"],
    ["sunday", "2026-02-22T00:00:00.000Z"],
    ["2024-01-15 10:30", "2024-01-15T10:30:00.000Z"],
    ["2024-01-15T10:30:00+02:00", "2024-01-15T08:30:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ])("%s is %s", (text, expected) => {
    expect(parseTime(text, now, "utc").toISOString()).toBe(expected);
  });

  // The first of March 2026 is a Sunday; it is noon.
  it.each([
    ["+2h", "2026-03-01T14:00:00.000Z"],
    ["in 2h", "2026-03-01T14:00:00.000Z"],
    ["in 2 hours", "2026-03-01T14:00:00.000Z"],
    ["2h ago", "2026-03-01T10:00:00.000Z"],
    ["tomorrow", "2026-03-02T00:00:00.000Z"],
    ["tomorrow 09:00", "2026-03-02T09:00:00.000Z"],
    ["Yesterday 9:30", "2026-02-28T09:30:00.000Z"],
    ["next sunday", "2026-03-08T00:00:00.000Z"],
    ["next Mon 09:00", "2026-03-02T09:00:00.000Z"],
    ["last monday", "2026-02-23T00:00:00.000Z"],
    ["last monday 09:00", "2026-02-23T09:00:00.000Z"],
  ])("%s is %s, whether asked about the past or the future", (text, expected) => {
    expect(parseTime(text, now, "utc").toISOString()).toBe(expected);
    expect(parseFutureTime(text, now, "utc").toISOString()).toBe(expected);
  });

  it.each([
    ["09:00", "2026-03-01T09:00:00.000Z", "2026-03-02T09:00:00.000Z"],
    ["15:00", "2026-02-28T15:00:00.000Z", "2026-03-01T15:00:00.000Z"],
    ["now", "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00.000Z"],
  ])("%s is the last one of the past, and the next one of the future", (text, past, future) => {
    expect(parseTime(text, now, "utc").toISOString()).toBe(past);
    expect(parseFutureTime(text, now, "utc").toISOString()).toBe(future);
  });

  it("keeps the time of day over a change of clocks", () => {
    const eve = new Date("2026-03-28T12:00:00Z");
    expect(parseFutureTime("tomorrow 09:00", eve, "Europe/Berlin").toISOString()).toBe("2026-03-29T07:00:00.000Z");
  });

  it.each([
    ["2h", '"in 2h" or "2h ago"'],
    ["2 hours", '"in 2 hours" or "2 hours ago"'],
    ["monday", '"next monday" or "last monday"'],
    ["Mon 09:00", '"next Mon 09:00" or "last Mon 09:00"'],
  ])("%s could be either in a question about the future", (text, hint) => {
    expect(() => parseFutureTime(text, now, "utc")).toThrow(expect.objectContaining({ kind: "usage", hint }));
  });

  it.each(["tomorrow 24:00", "09:60", "in 2h ago", "in monday", "next", "next 2h"])("%j is none either", (text) => {
    expect(() => parseTime(text, now, "utc")).toThrow();
    expect(() => parseFutureTime(text, now, "utc")).toThrow();
  });

  it.each(["2023-02-29", "2024-13-01", "2024-01-15 25:00", "soon", ""])("%j is none", (text) => {
    expect(() => parseTime(text, now, "utc")).toThrow();
  });

  it.each([
    // Clocks go from 2:00 to 3:00: 2:30 does not exist, and is taken for the moment after the gap.
    ["2026-03-29 02:30", "2026-03-29T01:30:00.000Z"],
    // Clocks go back from 3:00 to 2:00: 2:30 comes twice, and the first one counts.
    ["2026-10-25 02:30", "2026-10-25T00:30:00.000Z"],
    ["2026-07-01", "2026-06-30T22:00:00.000Z"],
  ])("%s in Berlin is %s", (text, expected) => {
    expect(parseTime(text, now, "Europe/Berlin").toISOString()).toBe(expected);
  });

  it.each([
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["1w", 604_800_000],
    ["1h30m", 5_400_000],
    ["2 hours", 7_200_000],
    ["5 Minutes", 300_000],
    ["0", 0],
  ])("%s lasts %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["5", "5 moons", "1h30", "-1s", "", "m"])("%j is no duration", (text) => {
    expect(() => parseDuration(text)).toThrow(/is not a duration/);
  });
});

describe("the names of fields", () => {
  const known = ["id", "title", "service", "assignees", "createdAt", "labels", "internal.updatedAt"];
  const refused = (fields: string): { message: string; hint: string | undefined } => {
    try {
      checkFields(fields.split(","), known);
    } catch (error) {
      const { message, hint } = error as CliError;
      return { message, hint };
    }
    return { message: "", hint: undefined };
  };

  it.each([
    ["title,service.nam", '"service.nam"; the fields of service are id, name', "--fields title,service.name"],
    ["ID,Title", '"ID"; the fields are id, title', "--fields id,title"],
    ["age,assignee", '"age"; the fields are', "--fields createdAt,assignees"],
    ["asignees.emial", '"asignees.emial"; the fields are', "--fields assignees.email"],
    ["id,zzzzzzzz", '"zzzzzzzz"; the fields are', undefined],
    ["id.x", '"id.x"; id has no fields', undefined],
    ["title,service.name.first", '"service.name.first"; name has no fields', undefined],
    ["createdAt.year", '"createdAt.year"; createdAt has no fields', undefined],
  ])("are refused with the line that is meant: %s", (fields, message, hint) => {
    const found = refused(fields);
    expect(found.message).toContain(`unknown field ${message}`);
    expect(found.hint).toBe(hint);
  });

  it("are taken at any depth, and unseen where anything may follow", () => {
    expect(refused("service.name,assignees.email,labels.env.x,labels.id.x,internal.updatedAt,createdAt").message).toBe(
      "",
    );
  });
});
