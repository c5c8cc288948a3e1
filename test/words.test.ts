import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url).pathname;

/** Words that texts for people leave out, from the table of `docs/writing.md`. */
const words = [
  ...readFileSync(join(root, "docs/writing.md"), "utf8").matchAll(/^\| (?!not \||---)([^|]+) \| [^|]+ \|$/gm),
].flatMap(([, left = ""]) => left.split(",").map((word) => word.trim()));
const forbidden = new RegExp(`\\b(${words.join("|")})\\b`, "i");

/** What a file holds somewhere that has one of them in a text; few do, and parsing takes most of the time. */
const perhaps = new RegExp(`${words.join("|")}|\\\\[ux]`, "i");

/** Texts that are not ours to word: what a vendor's API calls a thing, or what another program prints. */
const foreign: readonly [file: RegExp, text: RegExp][] = [[/^src\/sandbox\/(opsknight|flashduty|flotiq)/, /./]];

const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
  .map((name) => join("src", name))
  .sort();

describe("texts for people", () => {
  it("are checked against a list of words", () => {
    expect(words.length).toBeGreaterThan(20);
    expect("tell of it").toMatch(forbidden);
    expect("report it").not.toMatch(forbidden);
  });

  it.each(files)("keep to the words of docs/writing.md: %s", (file) => {
    const found = textsOf(readFileSync(join(root, file), "utf8")).filter(
      (text) => forbidden.test(text) && !foreign.some(([where, what]) => where.test(file) && what.test(text)),
    );
    expect(found.map((text) => `${forbidden.exec(text)?.[0]}: ${text}`)).toEqual([]);
  });

  it.each(["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ...pages()])("keep to them: %s", (file) => {
    const lines = readFileSync(join(root, file), "utf8")
      .replaceAll(/^```[\s\S]*?^```$/gm, "")
      .split("\n");
    const found = file === "docs/writing.md" ? [] : lines.filter((line) => forbidden.test(line));
    expect(found).toEqual([]);
  });
});

function pages(): string[] {
  return readdirSync(join(root, "docs")).map((name) => `docs/${name}`);
}

/** Every text in a source file that holds more than one word: strings and parts of templates. */
function textsOf(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      for (const child of node) visit(child);
      return;
    }
    const { type, value } = node as { type?: unknown; value?: unknown };
    if (type === "Literal" && typeof value === "string") texts.push(value);
    if (type === "TemplateElement") texts.push((value as { cooked: string }).cooked);
    for (const child of Object.values(node)) visit(child);
  };
  if (perhaps.test(source)) visit(parseAst(source, { lang: "ts" }));
  return texts.filter((text) => /\w\s+\w/.test(text));
}
