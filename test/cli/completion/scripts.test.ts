import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { shells } from "../../../src/cli/completion/shells.ts";
import { walk } from "../../../src/cli/completion/specs.ts";
import { run } from "../../support/harness.ts";
import { commandSpecs } from "../../support/program.ts";

const tree = await commandSpecs();
const kept = (file: string): string => new URL(`../../../completions/${file}`, import.meta.url).pathname;

describe("completions/", () => {
  it.each(Object.entries(shells))("holds the script of %s as the program prints it", async (name, { file }) => {
    const { code, stdout, stderr } = await run(`completion ${name}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(await readFile(kept(file), "utf8"));
  });
});

describe("the tree", () => {
  it("is read with what follows each option and operand", () => {
    const commands = walk(tree.root);
    const find = (path: string) => commands.find((command) => command.path === path);
    const option = (path: string, long: string) => find(path)?.options.find((one) => one.long === long);

    expect(tree.globals.find(({ long }) => long === "--profile")).toEqual({
      short: "-p",
      long: "--profile",
      flags: "-p, --profile <name>",
      about: "profile to use; may be repeated, or several with commas",
      details: "profile to use; may be repeated, or several with commas",
      value: { name: "name", of: { kind: "ids", of: "profiles" }, required: true },
      fallback: undefined,
      required: false,
      repeatable: true,
      negatable: false,
    });
    expect(option("incidents list", "--status")).toMatchObject({
      repeatable: true,
      value: {
        of: {
          kind: "words",
          words: ["open", "acknowledged", "resolved", "snoozed", "suppressed", "all"],
          several: true,
        },
      },
    });
    expect(option("incidents list", "--sort")?.value?.of).toMatchObject({ kind: "words" });
    expect(find("incidents reopen")?.operands[0]?.value).toEqual({ kind: "ids", of: "resolved" });
    expect(find("incidents")?.commands.find(({ name }) => name === "ack")?.aliases).toEqual(["acknowledge"]);
    expect(find("help incidents list")?.options).toEqual([]);
    expect(find("help exit-codes")?.about).toBe("What each exit code means, for scripts");
  });

  it("leaves nothing hidden in the scripts", async () => {
    const script = await readFile(kept("onduty.bash"), "utf8");
    const add = walk(tree.root).find(({ path }) => path === "profiles add");
    expect(add?.options.map(({ long }) => long)).not.toContain("--change-key");
    expect(script.match(/__complete/g)).toHaveLength(1);
  });
});

describe("onduty completion", () => {
  it.each(["tcsh", "", "constructor"])("lists the shells for %j", async (word) => {
    const { code, stdout, stderr } = await run(["completion", word]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `error: no completion for the shell "${word}"; known: bash, zsh, fish, powershell\nhint: onduty completion bash\n`,
    );
  });

  it("shows in the script how to install it, in one line", async () => {
    for (const name of Object.keys(shells)) {
      const { stdout } = await run(`completion ${name}`);
      const { stdout: help } = await run("completion --help");
      const [, line = "nothing"] = /# To install it.*\n# {3}(.+)\n/.exec(stdout) ?? [];
      expect(line).toContain(`onduty completion ${name}`);
      expect(help).toContain(`  ${line}\n`);
    }
  });
});
