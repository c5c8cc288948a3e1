import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { type Plugin, rolldown } from "rolldown";
import { expect, it } from "vitest";
import * as conf from "../src/config/conf.ts";
import type { Stored } from "../src/config/format.ts";
import * as html from "../src/content/html.ts";
import * as fit from "../src/output/fit.ts";
import type { PrinterOptions } from "../src/output/options.ts";
import * as yaml from "../src/output/writers/yaml.ts";
import { anyText } from "./support/any-text.ts";
import { rounds } from "./support/rounds.ts";
import { memoryStreams } from "./support/streams.ts";
import { tempDir } from "./support/temp-dir.ts";

/*
 * The build leaves out what libraries load and onduty never uses (bin/build/slim.js): what is bundled gives the same output as
 * the complete libraries, which these tests run with.
 */

type Modules = typeof html & typeof yaml & typeof conf & typeof fit;

const root = fileURLToPath(new URL("..", import.meta.url));

/** Our modules as they are bundled, with their libraries. */
async function bundle(): Promise<Modules> {
  const { slimLibraries } = (await import(new URL("../bin/build/slim.js", import.meta.url).href)) as {
    slimLibraries(names: string[]): Plugin;
  };
  const modules = ["content/html", "output/writers/yaml", "config/conf", "output/fit"];
  const entry = modules.map((name) => `export * from ${JSON.stringify(join(root, "src", `${name}.ts`))};`).join("\n");
  const built = await rolldown({
    input: "entry",
    platform: "node",
    logLevel: "silent",
    plugins: [
      { name: "entry", resolveId: (id) => (id === "entry" ? id : null), load: (id) => (id === "entry" ? entry : null) },
      slimLibraries(["html-to-text", "domutils", "entities", "yaml", "conf", "string-width"]),
    ],
  });
  const { output } = await built.generate({ format: "cjs", codeSplitting: false });
  const loaded = { exports: {} };
  new Function("exports", "require", "module", output[0].code)(loaded.exports, createRequire(import.meta.url), loaded);
  return loaded.exports as Modules;
}

const bundled = await bundle();
const runs = { numRuns: rounds(100, 50) };

const names = ["p", "h1", "h6", "ul", "ol", "li", "a", "img", "table", "tr", "td", "th", "pre", "br", "hr", "body"];
const others = ["blockquote", "div", "section", "span", "code", "wbr", "script", "style", "x-y", "P"];
const { page } = fc.letrec<{ page: string; element: string }>((tie) => ({
  page: fc
    .array(fc.oneof(anyText(), fc.constant("&eacute; &amp; &#8364;"), tie("element")), { maxLength: 4 })
    .map((all) => all.join("")),
  element: fc
    .tuple(
      fc.constantFrom(...names, ...others),
      fc.constantFrom("", ' href="/a"', ' src="b.png" alt="c"', ' start="3"'),
      tie("page"),
    )
    .map(([name, attributes, inside]) => `<${name}${attributes}>${inside}</${name}>`),
}));

it("HTML is the same text", () => {
  fc.assert(
    fc.property(page, (text) => {
      expect(bundled.htmlText(text)).toBe(html.htmlText(text));
    }),
    runs,
  );
});

it("text is as wide", () => {
  const part = fc.constantFrom(
    "a",
    " ",
    "é",
    "e\u0301",
    "検",
    "ﾞ",
    "🔥",
    "👩‍💻",
    "🇩🇪",
    "1️⃣",
    "1⃣",
    "\u200b",
    "\u0000",
    "각",
    "ᄀ",
    "ᅡ",
    "का",
    "\ud800",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anyText(),
        fc.array(part).map((all) => all.join("")),
      ),
      (text) => {
        expect(bundled.stringWidth(text)).toBe(fit.stringWidth(text));
      },
    ),
    runs,
  );
});

it("JSON is the same YAML", async () => {
  const toYaml = async ({ createYamlWriter }: typeof yaml, value: unknown): Promise<string> => {
    const { streams, stdout } = memoryStreams({});
    await createYamlWriter({ streams } as PrinterOptions).values?.value(value);
    return stdout();
  };
  const words = fc.constantFrom(
    "yes",
    "no",
    "~",
    "0x1f",
    "1_000",
    "12:30:00",
    "2026-01-01",
    "<<",
    "!!set",
    ".inf",
    "=",
  );
  const value = fc.oneof(fc.jsonValue(), fc.array(words), fc.dictionary(words, fc.oneof(words, anyText())));
  await fc.assert(
    fc.asyncProperty(value, async (one) => {
      expect(await toYaml(bundled, one)).toBe(await toYaml(yaml, one));
    }),
    runs,
  );
});

it("the configuration is the same file", async () => {
  const written = async ({ openConf }: typeof conf): Promise<string> => {
    const dir = await tempDir();
    const store = await openConf(dir, (text) => JSON.parse(text) as Stored);
    for (const [name, value] of Object.entries({ "eu.prod": { a: [1, null] }, two: "é" }))
      store.set(name as never, value as never);
    store.set("three" as never, { "b.c": true } as never);
    store.delete("two" as never);
    return await readFile(join(dir, "config.json"), "utf8");
  };
  const text = await written(bundled);
  expect(text).toBe(await written(conf));
  expect(text).toContain("eu.prod");
});
