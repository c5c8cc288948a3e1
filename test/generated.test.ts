import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { shells } from "../src/cli/completion/shells.ts";
import { toSpecs } from "../src/cli/completion/specs.ts";
import { manuals } from "../src/cli/help/man.ts";
import { reference } from "../src/cli/help/reference.ts";
import { topics } from "../src/cli/help/topics.ts";
import { askingCommandsText, commandFiles, commandIndexText, treeOfFiles } from "./support/command-index.ts";

/* Files that are made from the commands. `npm run generate` writes them. */

const at = (path: string): string => new URL(`../${path}`, import.meta.url).pathname;
const tree = await treeOfFiles();

describe("made from the commands, and current (if not: npm run generate)", () => {
  it("src/commands/index.ts", async () => {
    await expect(await commandIndexText()).toMatchFileSnapshot(at("src/commands/index.ts"));
  });

  it("src/model/asking-commands.ts", async () => {
    await expect(await askingCommandsText()).toMatchFileSnapshot(at("src/model/asking-commands.ts"));
  });

  it.each(Object.entries(shells))("the completion of %s", async (_, { file, load }) => {
    await expect((await load())(toSpecs(tree, topics))).toMatchFileSnapshot(at(`completions/${file}`));
  });

  it("the manual, all of whose pages are installed", async () => {
    const pages = await manuals(tree);
    for (const [name, text] of pages) await expect(text).toMatchFileSnapshot(at(`completions/${name}.1`));
    const names = [...pages.keys()];
    const manifest = JSON.parse(await readFile(at("package.json"), "utf8")) as Record<string, unknown>;
    const current = { ...manifest, man: names.map((name) => `./completions/${name}.1`) };
    await expect(`${JSON.stringify(current, null, 2)}\n`).toMatchFileSnapshot(at("package.json"));
    const files = (await readdir(at("completions"))).filter((file) => file.endsWith(".1"));
    // Pages that are new are written when the test is over.
    const known = new Set(names.map((name) => `${name}.1`));
    expect(
      files.filter((file) => !known.has(file)),
      "pages of commands that are gone: delete them",
    ).toEqual([]);
  });

  it("the reference", async () => {
    await expect(reference(tree)).toMatchFileSnapshot(at("docs/reference.md"));
  });
});

describe("every file of a command", () => {
  it("exports its definition and nothing else", async () => {
    const files = await commandFiles();
    expect(files.length).toBeGreaterThan(50);
    for (const { file, exports } of files) {
      const definitions = Object.values(exports) as { name?: unknown; summary?: unknown }[];
      expect(definitions, file).toHaveLength(1);
      expect(definitions[0], file).toMatchObject({ name: expect.any(String), summary: expect.any(String) });
    }
  });

  it("is named as its command", async () => {
    for (const { file, exports } of await commandFiles()) {
      const [definition] = Object.values(exports) as { name: string }[];
      const words = file.replace(/\.ts$/, "").split("/");
      const expected = words.at(-1) === "group" ? (words.at(-2) ?? "onduty") : words.at(-1);
      expect(definition?.name).toBe(expected);
    }
  });
});
