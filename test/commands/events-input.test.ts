import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectLink } from "../../src/cli/arguments/links.ts";
import { collectDetail } from "../../src/cli/arguments/name-value.ts";
import { readSeverity as parseSeverity } from "../../src/cli/families/event-fields.ts";
import { checkKey } from "../../src/events/check.ts";
import { deriveDedupKey } from "../../src/events/dedup-key.ts";
import { defaultSource } from "../../src/events/defaults.ts";
import { type RepairOptions, repairEvent } from "../../src/events/repair.ts";
import type { Event } from "../../src/model/event.ts";
import { readMachineTime } from "../../src/model/machine-time.ts";
import { anyText } from "../support/any-text.ts";

const ci = { repository: "acme/web", workflow: "CI", job: "test", environment: null };

describe("a derived dedup key", () => {
  it("comes from the CI job, whatever the summary", () => {
    expect(deriveDedupKey(ci, "web-01", "Tests failed")).toBe("ci:acme/web:CI:test");
    expect(deriveDedupKey({ ...ci, environment: "production" }, "web-01", "x")).toBe("ci:acme/web:CI:test:production");
    expect(deriveDedupKey({ ...ci, repository: null, workflow: null }, "web-01", "x")).toBe("ci:::test");
    // A service that names no job runs several.
    expect(deriveDedupKey({ ...ci, workflow: null, job: null }, "web-01", "x")).toBe("ci:acme/web::x");
  });

  it("comes from source and summary elsewhere", () => {
    expect(deriveDedupKey(null, "web-01", "Disk full")).toBe("web-01:Disk full");
    const unknown = { repository: null, workflow: null, job: null, environment: null };
    expect(deriveDedupKey(unknown, "web-01", "Disk full")).toBe("web-01:Disk full");
  });

  it("distinguishes parts that hold the separator", () => {
    expect(deriveDedupKey(null, "a:b", "c")).toBe("a%3Ab:c");
    expect(deriveDedupKey(null, "a", "b:c")).toBe("a:b%3Ac");
    expect(deriveDedupKey(null, "a%3Ab", "c")).toBe("a%253Ab:c");
    expect(deriveDedupKey(null, "ci", "acme/web:CI:test")).not.toBe(deriveDedupKey(ci, "", ""));
  });

  it("keeps a percent sign as it was typed, unless what follows it would read as an escape", () => {
    expect(deriveDedupKey(null, "vm", "Disk 95 % full on db-1")).toBe("vm:Disk 95 % full on db-1");
    expect(deriveDedupKey(null, "vm", "100%: full, 5%%")).toBe("vm:100%%3A full, 5%%");
    expect(deriveDedupKey(null, "vm", "%25")).toBe("vm:%2525");
  });

  it("is never the key that another text has, nor had when each percent sign was escaped", () => {
    let texts = [""];
    for (let length = 1; length <= 4; length += 1)
      texts = [...texts, ...texts.flatMap((text) => ["%", ":", "2", "5", "3", "A"].map((sign) => text + sign))];
    const before = (text: string) => text.replaceAll("%", "%25").replaceAll(":", "%3A");
    const owner = new Map<string, string>();
    const shared = [...new Set(texts)].filter((text) =>
      [deriveDedupKey(null, "", text), `:${before(text)}`].some((key) => {
        const other = owner.get(key) ?? text;
        owner.set(key, text);
        return other !== text;
      }),
    );
    expect(shared).toEqual([]);
  });

  it("fits 200 characters and still differs in what was cut off", () => {
    const long = "x".repeat(500);
    const key = deriveDedupKey(null, long, "a");
    expect(key).toHaveLength(200);
    expect(deriveDedupKey(null, long, "b")).not.toBe(key);
    expect(deriveDedupKey(null, long, "a")).toBe(key);
  });

  it("is the same for the same input, fits, and is complete text", () => {
    const texts = anyText({ minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(texts, texts, (source, summary) => {
        const key = deriveDedupKey(null, source, summary);
        expect(key).toBe(deriveDedupKey(null, source, summary));
        expect(key.length).toBeLessThanOrEqual(200);
        expect(key).not.toMatch(/[\ud800-\udfff]/u);
        expect(key).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("a severity", () => {
  it.each([
    ["critical", "critical"],
    ["ERROR", "error"],
    ["Warn", "warning"],
    ["crit", "critical"],
    ["err", "error"],
    ["informational", "info"],
    [" notice ", "info"],
    ["UNKNOWN", "error"],
    ["UNREACHABLE", "error"],
    ["DOWN", "critical"],
    ["OK", "info"],
    ["Disaster", "critical"],
    ["2", "error"],
    ["", "error"],
  ])("reads %s as %s", (text, severity) => {
    expect(parseSeverity(text)).toBe(severity);
  });

  it.each(["loud", "P9", "constructor", "__proto__"])("refuses `%s`", (text) => {
    expect(() => parseSeverity(text)).toThrow("Allowed choices are critical, error, warning, info.");
  });
});

describe("a link", () => {
  it.each([
    ["https://ci.example.com/run/7", { href: "https://ci.example.com/run/7" }],
    ["https://ci.example.com/run/7=Run 7", { href: "https://ci.example.com/run/7", text: "Run 7" }],
    ["https://x.example.com/?q=1", { href: "https://x.example.com/?q=1" }],
    ["https://x.example.com/?q=1=Query", { href: "https://x.example.com/?q=1", text: "Query" }],
    ["https://x.example.com/?a=1&b=2=A = B", { href: "https://x.example.com/?a=1&b=2", text: "A = B" }],
    ["https://x.example.com/?flag&b=2", { href: "https://x.example.com/?flag&b=2" }],
    ["https://x.example.com/?token=YWI==", { href: "https://x.example.com/?token=YWI==" }],
    ["https://x.example.com/#/d?id=3=Board", { href: "https://x.example.com/#/d?id=3", text: "Board" }],
  ])("reads %s", (text, link) => {
    expect(collectLink(text)).toEqual([link]);
  });

  it.each(["", "example.com", "javascript:alert(1)", "file:///etc/passwd"])("refuses `%s`", (text) => {
    expect(() => collectLink(text)).toThrow("Expected a full URL");
  });
});

describe("a detail", () => {
  it("is split at the first equals sign, and the last of a name counts", () => {
    const one = collectDetail("query=a=b");
    expect(collectDetail("query=", collectDetail("disk=/var", one))).toEqual({ query: "", disk: "/var" });
  });

  it("may have any name", () => {
    expect(Object.entries(collectDetail("__proto__=x"))).toEqual([["__proto__", "x"]]);
  });

  it.each(["", "name", "=value"])("refuses `%s`", (text) => {
    expect(() => collectDetail(text)).toThrow("Expected name=value");
  });
});

describe("the default source", () => {
  it("is the CI job where there is one", () => {
    const job = { ...ci, stage: null, leg: null, branch: null, pullRequest: null, tag: null };
    const metadata = { ...job, name: "GitHub Actions", commit: null, runUrl: null, actor: null };
    expect(defaultSource(metadata)).toBe("acme/web / CI / test");
    expect(defaultSource({ ...metadata, job: "j".repeat(300) })).toHaveLength(200);
  });
});

describe("the texts of an event", () => {
  const limits = { summary: 500, source: 200, dedupKey: 200 };
  const event: Event = {
    action: "trigger",
    summary: "Disk full",
    severity: "error",
    source: "web-01",
    dedupKey: "disk",
    details: {},
    links: [],
  };
  const repair = (change: Partial<Event>, more: Partial<RepairOptions> = {}) =>
    repairEvent({ ...event, ...change }, { limits, title: "OpsKnight", ...more });

  it.each([
    [
      "a summary that is too long is cut",
      { summary: "x".repeat(501) },
      { summary: `${"x".repeat(499)}…`, details: { summary: "x".repeat(501) } },
      'the summary has 501 characters, and OpsKnight takes 500: it is cut, and the details have all of it as "summary"',
    ],
    [
      "a source that is too long is cut",
      { source: "x".repeat(201) },
      { source: `${"x".repeat(199)}…`, details: { source: "x".repeat(201) } },
      'the source has 201 characters, and OpsKnight takes 200: it is cut, and the details have all of it as "source"',
    ],
    [
      "line breaks become blanks",
      { summary: "DISK CRITICAL\r\nsecond line\n" },
      { summary: "DISK CRITICAL second line", details: { summary: "DISK CRITICAL\r\nsecond line" } },
      'the summary has line breaks: they are replaced by blanks, and the details have all of it as "summary"',
    ],
    [
      "escape sequences are made harmless",
      { summary: "a\u001b[31mb" },
      { summary: "a [31mb" },
      'the summary has control characters: they are replaced by blanks, and the details have all of it as "summary"',
    ],
    [
      "the details keep what they have under the name",
      { summary: "a\nb", details: { summary: "other" } },
      { details: { summary: "other", full_summary: "a\nb" } },
      'the summary has line breaks: they are replaced by blanks, and the details have all of it as "full_summary"',
    ],
    [
      "NUL is replaced",
      { details: { log: { lines: ["ok", "a\u0000b"] } } },
      { details: { log: { lines: ["ok", "a\ufffdb"] } } },
      "details.log.lines.1 has a character that cannot be stored: it is replaced by U+FFFD",
    ],
    [
      "half of a surrogate pair is replaced, in names too",
      { note: "a\ud83d", details: { "\udc4d": 1 } },
      { note: "a\ufffd", details: { "\ufffd": 1 } },
      "note has a character that cannot be stored: it is replaced by U+FFFD",
    ],
  ])("%s", (_, change, expected, warning) => {
    const { event: repaired, warnings } = repair(change);
    expect(repaired).toMatchObject(expected);
    expect(warnings).toContain(warning);
  });

  it("that are right stay unchanged, newlines and the text \\u0000 in details too", () => {
    const right = {
      summary: `${"x".repeat(498)}👍`,
      details: { log: "one\ntwo\tthree \\u0000" },
      source: "\tweb-01\n",
    };
    expect(repair(right)).toEqual({ event: { ...event, ...right, source: "web-01" }, warnings: [] });
  });

  it("are counted as the vendor counts, and no emoji is halved", () => {
    const faces = "😀".repeat(500);
    expect(repair({ summary: faces }, { limits: { ...limits, unit: "codePoint" } }).event.summary).toBe(faces);
    expect(repair({ summary: faces }).event.summary).toBe(`${"😀".repeat(249)}…`);
    const longer = `${faces}😀`;
    const { event: cut } = repair({ summary: longer }, { limits: { ...limits, unit: "codePoint" } });
    expect([...cut.summary]).toHaveLength(500);
    expect(cut.summary).toMatch(/😀…$/u);
  });

  it("that are nested too deep are left out below", () => {
    let deep: unknown = "end";
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const { event: repaired, warnings } = repair({ details: { deep, kept: 1 } });
    expect(JSON.stringify(repaired.details)).toMatch(/^\{"deep":\[{90,101}"…"\]{90,101},"kept":1\}$/);
    expect(warnings).toEqual(["details.deep is nested more than 100 deep: the rest of it is left out"]);
  });

  it("have the key in place of an empty summary", () => {
    expect(repair({ summary: " \n" }).event.summary).toBe("disk");
  });

  it("shorten a key where a program gives it, and different keys stay different", () => {
    const key = "k".repeat(255);
    const [one, other] = [`${key}a`, `${key}b`].map(
      (dedupKey) => repair({ dedupKey }, { fitsKeys: true }).event.dedupKey,
    );
    expect(one).toHaveLength(200);
    expect(one).not.toBe(other);
    const odd = repair({ dedupKey: "a\u0000b" }, { fitsKeys: true });
    expect(odd.event.dedupKey).toMatch(/^a b~[0-9a-f]{16}$/);
    expect(odd.warnings).toEqual([
      `the dedup key has a character that cannot be stored: it is now "${odd.event.dedupKey}"`,
    ]);
    const half = (dedupKey: string) => repair({ dedupKey }).event.dedupKey;
    expect(half("a\ud83d")).not.toBe(half("a\ud83e"));
  });

  it.each([
    ["👍".repeat(101), "the dedup key has 202 characters, and OpsKnight takes 200"],
    ["a\nb", "the dedup key has a control character in it"],
    [" ", "the dedup key is empty"],
  ])("refuse the key %j that a person gives", (dedupKey, message) => {
    expect(() => checkKey({ ...event, dedupKey }, limits, "OpsKnight")).toThrow(message);
  });
});

describe("a time that a program writes", () => {
  const at = (text: string) => readMachineTime(text)?.toISOString();

  it.each([
    ["1772331247", "2026-03-01T02:14:07.000Z"],
    ["1772331247.5", "2026-03-01T02:14:07.500Z"],
    ["1772331247123", "2026-03-01T02:14:07.123Z"],
    ["1772331247123456", "2026-03-01T02:14:07.123Z"],
    ["1772331247123456789", "2026-03-01T02:14:07.123Z"],
    ["Sun Mar 1 02:14:07 UTC 2026", "2026-03-01T02:14:07.000Z"],
    ["Sun, 01 Mar 2026 03:14:07 +0100", "2026-03-01T02:14:07.000Z"],
    ["2026-03-01T02:14:07.1234567Z", "2026-03-01T02:14:07.123Z"],
    ["2026-03-01T02:14:07.123+0000", "2026-03-01T02:14:07.123Z"],
    ["2026-03-01 03:14:07 +0100", "2026-03-01T02:14:07.000Z"],
    ["2026-03-01 02:14:07 UTC", "2026-03-01T02:14:07.000Z"],
  ])("is read: %s", (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it("is no small number", () => {
    expect([0, 12, 1772331247].map((number) => readMachineTime(number)?.getUTCFullYear())).toEqual([
      undefined,
      undefined,
      2026,
    ]);
  });

  it("without a zone, or with one that has only a name, is that of this machine", () => {
    const here = new Date(2026, 10, 29, 7, 49, 30).toISOString();
    for (const text of ["11-29-2026 07:49:30", "29-11-2026 07:49:30", "Sun Nov 29 07:49:30 XYZT 2026"])
      expect(at(text)).toBe(here);
  });

  it.each([
    "",
    "nonsense",
    "0",
    "12",
    "2024",
    "1970-01-01T00:00:05Z",
    "0001-01-01T00:00:00Z",
    "1 of 2024",
    "03-04-2026 07:49:30",
  ])("is not `%s`", (text) => {
    expect(at(text)).toBeUndefined();
  });
});
