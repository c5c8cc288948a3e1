import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectLink } from "../../src/cli/arguments/links.ts";
import { collectDetail } from "../../src/cli/arguments/name-value.ts";
import { readSeverity as parseSeverity } from "../../src/cli/families/event-fields.ts";
import { checkTexts } from "../../src/events/check.ts";
import { deriveDedupKey } from "../../src/events/dedup-key.ts";
import { defaultSource } from "../../src/events/defaults.ts";
import type { Event } from "../../src/model/event.ts";
import { anyText } from "../support/any-text.ts";

const ci = { repository: "acme/web", workflow: "CI", job: "test", environment: null };

describe("a derived dedup key", () => {
  it("comes from the CI job, whatever the summary", () => {
    expect(deriveDedupKey(ci, "web-01", "Tests failed")).toBe("ci:acme/web:CI:test");
    expect(deriveDedupKey({ ...ci, environment: "production" }, "web-01", "x")).toBe("ci:acme/web:CI:test:production");
    expect(deriveDedupKey({ ...ci, repository: null, workflow: null }, "web-01", "x")).toBe("ci:::test");
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
  ])("reads %s as %s", (text, severity) => {
    expect(parseSeverity(text)).toBe(severity);
  });

  it.each(["", "loud", "constructor", "__proto__"])("refuses `%s`", (text) => {
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
    const metadata = { ...ci, name: "GitHub Actions", branch: null, commit: null, runUrl: null, actor: null };
    expect(defaultSource(metadata)).toBe("acme/web / CI / test");
    expect(defaultSource({ ...metadata, job: "j".repeat(300) })).toHaveLength(200);
  });
});

describe("the check of an event's texts", () => {
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

  it.each([
    [{ summary: "x".repeat(501) }, "the summary has 501 characters, and OpsKnight takes 500"],
    [{ source: "x".repeat(201) }, "the source has 201 characters, and OpsKnight takes 200"],
    [{ dedupKey: "👍".repeat(101) }, "the dedup key has 202 characters, and OpsKnight takes 200"],
    [{ source: " " }, "the source is empty"],
    [{ summary: "a\u0000b" }, "the summary has a control character in it"],
    [{ summary: "a\u001b[31mb" }, "the summary has a control character in it"],
    [{ details: { log: { lines: ["ok", "a\u0000b"] } } }, "details.log.lines.1 has a NUL character in it"],
    [{ note: "a\u0000b" }, "note has a NUL character in it"],
  ])("refuses %o", (change, message) => {
    expect(() => checkTexts({ ...event, ...change }, limits, "OpsKnight")).toThrow(message);
  });

  it("takes what just fits, and newlines and the text \\u0000 in details", () => {
    const details = { log: "one\ntwo\tthree \\u0000" };
    expect(() => checkTexts({ ...event, summary: "x".repeat(500), details }, limits, "OpsKnight")).not.toThrow();
  });
});
