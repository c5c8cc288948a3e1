import { Chalk } from "chalk";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { incidentShape } from "../../src/incidents/shape.ts";
import type { Incident } from "../../src/model/incident.ts";
import type { Column } from "../../src/output/shape.ts";
import { renderTable } from "../../src/output/table.ts";
import { rounds } from "../support/rounds.ts";

const now = new Date("2026-03-01T12:00:00Z");

/** Titles on which programs that align text have failed: how wide they are is not how long they are. */
const hard = [
  "🫠 melting 🫨 shaking",
  "zero\u200bwidth\u200b",
  "ก็ไม่ได้ สวัสดีครับ",
  "soft\u00adhyphen",
  "👨‍👩‍👧‍👦 family 🏳️‍🌈",
  "e\u0301 combining a\u0308",
  "한글 조합 ᄀ\u1161",
  "検索が遅い",
  "🇩🇪🇫🇷 flags",
  "नमस्ते हिन्दी",
  "1️⃣ keycap",
  "ﾊﾝｶｸ ｆｕｌｌ",
];

const title = fc.oneof(
  fc.constantFrom(...hard),
  fc.array(fc.constantFrom(...hard), { maxLength: 4 }).map((parts) => parts.join(" ")),
  fc.string({ unit: "grapheme", maxLength: 60 }),
);

type Row = [id: string, title: string, more: string, age: string];

const columns: Column<Row>[] = [
  {
    header: "ID",
    value: ([id]) => id,
    style: (text, _, color) => color.bold(text),
    link: () => "https://example.com/",
  },
  { header: "TITLE OF IT", value: ([, text]) => text, style: (text, _, color) => color.red.bold(text), cut: 1 },
  { header: "SERVICE", value: ([, , more]) => more, cut: 2 },
  { header: "AGE", value: ([, , , age]) => age },
];
const rows = fc.array(fc.tuple(fc.constantFrom("inc_1", "inc_22"), title, title, fc.constantFrom("3m", "12h")));
const color = new Chalk({ level: 1 });
const runs = { numRuns: rounds(100, 40) };

describe("a table", () => {
  it("is never wider than the terminal, whatever is in it", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 6, max: 120 }), fc.boolean(), (data, width, isColored) => {
        const text = renderTable(data, columns, { width, now, color: isColored ? color : undefined, links: isColored });
        expect(text.split("\n").filter((line) => stringWidth(line) > width)).toEqual([]);
      }),
      runs,
    );
  });

  it("has every column begin at one place, whatever stands before it", () => {
    const marked: Column<Row>[] = [...columns.slice(0, 3), { header: "|AGE", value: ([, , , age]) => `|${age}` }];
    const plain = rows.map((all) =>
      all.map(([id, one, two, age]): Row => [id, one.replaceAll("|", ""), two.replaceAll("|", ""), age]),
    );
    fc.assert(
      fc.property(plain, fc.integer({ min: 40, max: 200 }), (data, width) => {
        const lines = renderTable(data, marked, { width, now, color: undefined }).trimEnd().split("\n");
        const places = lines.map((line) => stringWidth(line.slice(0, line.indexOf("|"))));
        expect(new Set(places).size).toBe(1);
      }),
      runs,
    );
  });

  it("has the rows of a long list in their order, each once", () => {
    const data = Array.from({ length: 205 }, (_, index): Row => [`inc_${index}`, "Disk full", "db", "3m"]);
    const lines = renderTable(data, columns, { width: 80, now, color: undefined }).split("\n");
    expect(lines.slice(1, -1).map((line) => line.split(" ")[0])).toEqual(data.map(([id]) => id));
    expect(lines[0]).toBe("ID       TITLE OF IT  SERVICE  AGE");
    expect(lines.at(-1)).toBe("");
  });
});

describe("an incident table on a narrow terminal", () => {
  const row = (id: string, more: Partial<Incident> = {}): Incident =>
    ({
      id,
      title: "Payments failing in eu-west since the deploy of checkout 2.14.1 at noon",
      status: "acknowledged",
      urgency: "high",
      service: { id: "s", name: "Checkout" },
      assignees: [{ id: "u", name: "Ada Lovelace", email: null }],
      createdAt: "2026-03-01T11:46:00Z",
      url: null,
      ...more,
    }) as Incident;
  const drawn = (width: number, rows = [row("inc_000011"), row("inc_000012", { status: "open" })]): string[] =>
    renderTable(rows, incidentShape.columns, { width, now, color: undefined }).trimEnd().split("\n");

  it.each([
    [140, "ID          STATUS        URGENCY  TITLE", "SERVICE   ASSIGNEE      AGE"],
    [100, "ID          STATUS  URGENCY  TITLE", "ASSIGNEE"],
    [80, "ID          STATUS  URGENCY  TITLE", "AGE"],
    [60, "ID          STATUS  TITLE", "AGE"],
  ])("gives the title half of %i columns, before service, assignee and urgency", (width, first, last) => {
    const [head = "", line = ""] = drawn(width);
    expect(head).toContain(first);
    expect(head).toContain(last);
    expect(stringWidth(line)).toBeLessThanOrEqual(width);
    const title = line.slice(head.indexOf("TITLE")).split(/ {2}/)[0] ?? "";
    expect(title.length).toBeGreaterThanOrEqual(Math.min(width / 2 - 1, 70));
  });

  it("never cuts an id, whatever else goes", () => {
    for (const width of [40, 20, 12]) expect(drawn(width)[1]).toMatch(/^inc_000011/);
  });

  it("leaves out a column in which no row has a value", () => {
    const [head] = drawn(140, [row("a", { assignees: [], service: null }), row("b", { assignees: [], service: null })]);
    expect(head).not.toMatch(/SERVICE|ASSIGNEE/);
  });
});
