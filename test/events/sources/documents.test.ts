import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DocumentSplitter, type NumberedDocument } from "../../../src/events/sources/documents.ts";
import { anyText } from "../../support/any-text.ts";
import { rounds } from "../../support/rounds.ts";

function split(...pieces: string[]): NumberedDocument[] {
  const splitter = new DocumentSplitter();
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

const bad = (line: number, problem = "it is not JSON") => ({ line, problem });

describe("documents one after the other", () => {
  it.each([
    ["one in each line", '{"a":1}\n{"a":2}\n', [1, 2]],
    ["over many lines", '{\n  "a": 1\n}\n\n{\n  "a": [\n    {}\n  ]\n}', [1, 5]],
    ["without anything between", '{"a":1}{"a":2}', [1, 1]],
    ["in a list", '[{"a":1}, {"a":[2]}]\n[]', [1, 1]],
    ["in a list over many lines", '[\n  {\n    "a": 1\n  },\n  {"a":2}\n]\n{"a":3}', [2, 5, 7]],
    ["with Windows' ends of line, and a mark at the start", '\ufeff{"a":1}\r\n{"a":2}\r\n', [1, 2]],
    ["with brackets and quotes in texts", '{"a":"}\\"]{["}\n{"a":"\\\\"}', [1, 2]],
    ["none", " \n\t\r\n", []],
  ])("are found: %s", (_, text, lines) => {
    const found = split(text);
    expect(found.map(({ line }) => line)).toEqual(lines);
    expect(found.every((one) => "value" in one)).toBe(true);
  });

  it.each([
    ["an unfinished line", '{"a":{"b":1}\n{"ok":1}', [bad(1), "ok"]],
    ["a line that ends where a value must come", '{"a":\n{"ok":1}\n{"ok":2}', [bad(1), "ok", "ok"]],
    ["a line that ends in a text", '{"a":"b\n{"ok":1}\n', [bad(1), "ok"]],
    ["a line that ends in a backslash", '{"a":"b\\\n{"ok":1}\n', [bad(1), "ok"]],
    ["a line that is the last one", '{"ok":1}\n{"a":"b', ["ok", bad(2, "it is incomplete")]],
    ["half a document of many lines", '{\n  "a": {\n    "b": 1,\n{\n  "ok": 1\n}', [bad(1), "ok"]],
    ["a document of many lines with a mistake", '{\n  "a": 1,\n  {"b": 1},\n}\n{"ok":1}', [bad(1), "ok"]],
    ["a sign too many", '{"ok":1}}\n{"ok":2}', ["ok", bad(1), "ok"]],
    ["brackets that do not match", '{"a":[1}]\n{"ok":1}', [bad(1), "ok"]],
    ["a list that is cut off", '[{"ok":1},\n{"ok":2},\n', ["ok", "ok", bad(1, "the list is incomplete")]],
    ["what is no object in a list", '[{"ok":1},\n1,\n2,\n{"ok":2}\n]', ["ok", bad(2, "it is not a JSON object"), "ok"]],
    ["lines in a row that are not JSON", 'hello\nthere\n\n{"ok":1}\nagain\n', [bad(1), "ok", bad(5)]],
    ["a line of a log", '[info] started\n{"ok":1}', [bad(1, "it is not a JSON object"), "ok"]],
    ["words", 'hello\n{"ok":1}\n null \n', [bad(1), "ok", bad(3)]],
    ["words before a document", 'POST {"ok":1}', [bad(1), "ok"]],
    ["names without quotes", '{a:1} {"ok":1}', [bad(1), "ok"]],
    ["many levels", `${'{"a":'.repeat(100)}1${"}".repeat(100)}\n{"ok":1}`, [bad(1), "ok"]],
  ])("go on behind %s", (_, text, expected) => {
    expect(split(text).map((one) => ("value" in one ? "ok" : one))).toEqual(expected);
  });

  /** A long integer keeps its digits, as a text. */
  const withDigits = (_: string, part: unknown): unknown =>
    typeof part === "number" && !Number.isSafeInteger(part) && /^-?\d+$/.test(String(part)) ? String(part) : part;

  const value = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue({ maxDepth: 3 }), anyText()));

  it("are the same however the text is cut into pieces, with their lines", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, fc.constantFrom(undefined, 2), fc.constantFrom("", "\n", " \r\n\n"))),
        fc.array(fc.nat(200)),
        (documents, cuts) => {
          let text = "";
          const expected: NumberedDocument[] = [];
          for (const [one, indent, between] of documents) {
            expected.push({
              line: text.split("\n").length,
              value: JSON.parse(JSON.stringify(one), withDigits) as unknown,
            });
            text += JSON.stringify(one, null, indent) + between;
          }
          const pieces: string[] = [];
          let rest = text;
          for (const cut of cuts) {
            pieces.push(rest.slice(0, cut));
            rest = rest.slice(cut);
          }
          expect(split(...pieces, rest)).toEqual(expected);
        },
      ),
      { numRuns: rounds(100, 30) },
    );
  });

  it("that are broken are reported the same however the text is cut, and nothing throws", () => {
    const part = fc.constantFrom("{", "}", "[", "]", '"', ":", ",", "\\", "\n", " ", "a", "1", '{"a":1}', '{"b":[]}\n');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const whole = split(parts.join(""));
        expect(split(...parts)).toEqual(whole);
        expect(split(...parts.join(""))).toEqual(whole);
      }),
    );
  });

  it("behind any line that is not JSON are found when they begin a line", () => {
    const line = fc.string({ unit: fc.constantFrom(..."{}[]\"':,\\ab1 ") });
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const all = split(`${lines.join("\n")}\n{"ok":1}\n{"ok":2}\n{"ok":3}\n`);
        const found = all.filter((one) => !("problem" in one && one.problem === "the list is incomplete"));
        // What is cut off behind a colon or a comma may take the next one with it, but not the one after.
        expect(found.slice(-2).map((one) => ("value" in one ? one.value : one))).toEqual([{ ok: 2 }, { ok: 3 }]);
      }),
    );
  });

  it("may be 10 MiB long, and what is longer takes nothing along", () => {
    const just = `{"a":"${"x".repeat(10 * 1024 * 1024 - 8)}"}`;
    const lines = rounds(2_200_000, 110_000);
    const long = `{"a":[\n${`"${"x".repeat(11_000_000 / lines - 4)}",\n`.repeat(lines)}1]}`;
    const pieces = `${just}\n${long}\n{"ok":1}`.match(/[\s\S]{1,65536}/g) ?? [];
    const found = split(...pieces);
    expect(found.map(({ line }) => line)).toEqual([1, 2, lines + 4]);
    expect(found[1]).toEqual(bad(2, "it is longer than 10 MiB"));
    expect(found[2]).toMatchObject({ value: { ok: 1 } });
  });

  it("are read in time that grows with their length, however broken they are", () => {
    const broken = ['{"a":\n', '{"a":[\n{},\n', "{\n", '[{"a":1},\n', '{"a":"\n'];
    /** The least processor time of three tries, in microseconds, for texts of so many characters. */
    const timeFor = (length: number): number => {
      const tries = [1, 2, 3].map(() => {
        const before = process.cpuUsage();
        for (const part of broken) {
          const text = part.repeat(length / part.length);
          const found = split(...(text.match(/[\s\S]{1,4096}/g) ?? []), '\n{"ok":1}');
          expect(found.length).toBeGreaterThan(0);
        }
        return process.cpuUsage(before).user;
      });
      return Math.min(...tries);
    };
    // Read again from each line to the end, four times as much takes sixteen times as long.
    const short = timeFor(8000);
    expect(timeFor(32_000) / short).toBeLessThan(10);
  });

  it("of one line each are taken at once, and behind a broken one they may be indented", () => {
    const splitter = new DocumentSplitter({ lines: true, maxLength: 40 });
    const text = [
      '{"ok":1}\r',
      '  {"ok":2}',
      '{"ok":',
      ' {"ok":3}',
      `{"long":"${"x".repeat(40)}"}`,
      "{",
      '  "ok": 4',
      "}",
      '[{"ok":5},',
      ' {"ok":6}]',
      '{"ok":7}',
    ].join("\n");
    const found = [...splitter.push(text.slice(0, 30)), ...splitter.push(text.slice(30)), ...splitter.end()];
    expect(found.map((one) => ("value" in one ? [one.line, (one.value as { ok: number }).ok] : one))).toEqual([
      [1, 1],
      [2, 2],
      bad(3),
      [4, 3],
      bad(5, `it is longer than ${40 / 1024 / 1024} MiB`),
      [6, 4],
      [9, 5],
      [10, 6],
      [11, 7],
    ]);
  });
});
