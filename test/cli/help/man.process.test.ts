import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { manuals } from "../../../src/cli/help/man.ts";
import { topics } from "../../../src/cli/help/topics.ts";
import { commandTree } from "../../support/program.ts";
import { has } from "../../support/shells.ts";

const at = (name: string): string => new URL(`../../../completions/${name}.1`, import.meta.url).pathname;
const pages = await manuals(await commandTree());
const files = [...pages.keys()].map(at);

const missing = (program: string): string => (has(program) ? "" : ` (skipped: ${program} is not installed)`);

describe("the manual", () => {
  it("is kept as it is made now", async () => {
    for (const [name, page] of pages) expect(await readFile(at(name), "utf8")).toBe(page);
  });

  it("has every command on one page, and examples before all else on the first", async () => {
    const page = (name: string): string => pages.get(name)?.replaceAll("\\-", "-") ?? "";
    expect(page("onduty-incidents")).toContain('.SS "onduty incidents ack [id...]"');
    expect(page("onduty-schedules")).toContain('.SS "onduty schedules override add <schedule>"');
    expect(page("onduty-oncall")).toContain('.SS "onduty oncall take [schedule]"');
    const first = page("onduty");
    expect(first.indexOf("onduty incidents ack inc_1")).toBeGreaterThan(first.indexOf(".SH EXAMPLES"));
    expect(first.indexOf(".SH EXAMPLES")).toBeLessThan(first.indexOf(".SH OPTIONS"));
    expect(first).toContain(".BR onduty-incidents (1)");
  });

  it("is in the package", async () => {
    const { man } = JSON.parse(await readFile(new URL("../../../package.json", import.meta.url), "utf8")) as {
      man: string[];
    };
    // As a list: of a single name npm makes no link.
    expect(man.map((name) => new URL(`../../../${name}`, import.meta.url).pathname)).toEqual(files);
  });

  it.skipIf(!has("mandoc"))(`has nothing for mandoc to warn of${missing("mandoc")}`, async () => {
    const stdout = await promisify(execFile)("mandoc", ["-T", "lint", "-W", "warning", ...files]).then(
      (ended) => ended.stdout,
      (error: { stdout: string }) => error.stdout,
    );
    // The one thing they lack is left out on purpose.
    const missingDate = expect.stringMatching(/: WARNING: missing date, using "": TH$/);
    expect(stdout.trim().split("\n")).toEqual(files.map(() => missingDate));
  });

  it.skipIf(!has("man"))(`is shown by man, without a warning${missing("man")}`, async () => {
    const env = { ...process.env, MANWIDTH: "100", LC_ALL: "C.UTF-8", MANROFFOPT: "-c" };
    const { stdout, stderr } = await promisify(execFile)("man", ["--warnings", "-l", ...files], { env });
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
