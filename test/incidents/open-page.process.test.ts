import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { browse } from "../../src/incidents/open-page.ts";
import { tempDir } from "../support/temp-dir.ts";

const address = "https://example.com/incidents/1?a=b&c=%20$&";

/** A browser that writes down its arguments, a line each. */
async function fakeBrowser(name: string): Promise<{ browser: string; opened: () => Promise<string> }> {
  const folder = join(await tempDir(), name);
  await mkdir(folder);
  const [browser, file] = [join(folder, "browser"), join(folder, "opened")];
  await writeFile(browser, `#!/bin/sh\nprintf '%s\\n' "$@" > '${file}.new' && mv '${file}.new' '${file}'\n`);
  await chmod(browser, 0o755);
  return { browser, opened: () => readFile(file, "utf8").catch(() => "") };
}

describe("the browser of BROWSER", () => {
  it.each([
    ["a program", "x", (browser: string) => browser, `${address}\n`],
    [
      "arguments",
      "x",
      (browser: string) => `${browser} --new-window "two words"`,
      `--new-window\ntwo words\n${address}\n`,
    ],
    ["a place for the address", "x", (browser: string) => `${browser} --url=%s -n`, `--url=${address}\n-n\n`],
    ["a path with blanks", "x y", (browser: string) => browser, `${address}\n`],
    ["a path with blanks, quoted", "x y", (browser: string) => `'${browser}' -n`, `-n\n${address}\n`],
  ])("may be %s", async (_, folder, toBrowser, expected) => {
    const { browser, opened } = await fakeBrowser(folder);
    expect(await browse({ env: { ...process.env, BROWSER: toBrowser(browser) } }, address)).toBe(true);
    await expect.poll(opened).toBe(expected);
  });

  it.each(["/nowhere/browser", "/nowhere/browser -n", "'not closed"])("%s could not be started", async (BROWSER) => {
    expect(await browse({ env: { ...process.env, BROWSER } }, address)).toBe(false);
  });
});
