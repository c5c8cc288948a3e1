import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { manual } from "../../../src/cli/help/man.ts";
import { topics } from "../../../src/cli/help/topics.ts";
import { commandTree } from "../../support/program.ts";
import { has } from "../../support/shells.ts";

const file = new URL("../../../completions/onduty.1", import.meta.url).pathname;

const missing = (program: string): string => (has(program) ? "" : ` (skipped: ${program} is not installed)`);

describe("the manual", () => {
  it("is kept as it is made now", async () => {
    const page = await manual(await commandTree());
    // Derived, never written by hand: `UPDATE_COMPLETIONS=1 npx vitest run test/help`.
    if (process.env.UPDATE_COMPLETIONS) await writeFile(file, page);
    expect(await readFile(file, "utf8")).toBe(page);
  });

  it("is in the package", async () => {
    const { man } = JSON.parse(await readFile(new URL("../../../package.json", import.meta.url), "utf8")) as {
      man: string[];
    };
    // As a list: of a single name npm makes no link.
    expect(man.map((name) => new URL(`../../../${name}`, import.meta.url).pathname)).toEqual([file]);
  });

  it.skipIf(!has("mandoc"))(`has nothing for mandoc to warn of${missing("mandoc")}`, async () => {
    const stdout = await promisify(execFile)("mandoc", ["-T", "lint", "-W", "warning", file]).then(
      (ended) => ended.stdout,
      (error: { stdout: string }) => error.stdout,
    );
    // The one thing it lacks is left out on purpose.
    expect(stdout.trim().split("\n")).toEqual([expect.stringMatching(/: WARNING: missing date, using "": TH$/)]);
  });

  it.skipIf(!has("man"))(`is shown by man, without a warning${missing("man")}`, async () => {
    const env = { ...process.env, MANWIDTH: "100", LC_ALL: "C.UTF-8", MANROFFOPT: "-c" };
    const { stdout, stderr } = await promisify(execFile)("man", ["--warnings", "-l", file], { env });
    expect(stderr).toBe("");
    const shown = stdout.replaceAll(/.\u0008/g, "");
    expect(shown).toMatch(/^ONDUTY\(1\) /);
    expect(shown).toContain("onduty - one command line for on-call work");
    expect(shown).toContain("-o, --output <format>");
    expect(shown).toContain("   onduty incidents merge <source...>");
    expect(shown).toContain("Also called acknowledge.");
    // What can be pasted is shown as it has to be typed.
    expect(shown).toContain(`df -h | jq -Rs '{df: .}' | onduty events trigger "Disk full" --details -`);
    expect(shown).toContain("onduty completion bash > ~/.onduty-completion.bash");
    for (const { name } of topics) expect(shown).toMatch(new RegExp(`^${name.toUpperCase().replace("-", " ")}$`, "m"));
  });
});
