import { execFile, execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { spawn as spawnTerminal } from "@lydell/node-pty";
import { bareEnv, launch } from "./process.ts";
import { tempDir } from "./temp-dir.ts";

/** Whether a program is installed here. */
export function has(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A home with profiles, and `onduty` on the path of its environment. */
export async function shellEnv(
  profiles: Record<string, unknown> = {},
): Promise<Record<string, string> & { HOME: string }> {
  const home = await tempDir();
  await mkdir(join(home, ".config/onduty"), { recursive: true, mode: 0o700 });
  const config = { current: Object.keys(profiles)[0], profiles };
  await writeFile(join(home, ".config/onduty/config.json"), JSON.stringify(config), { mode: 0o600 });
  // A fish that finds no such folder goes through all manuals of this machine in the background, also when it has ended.
  await mkdir(join(home, ".local/share/fish/generated_completions"), { recursive: true });
  await mkdir(join(home, "bin"));
  const program = join(home, "bin/onduty");
  await writeFile(program, `#!/bin/sh\nexec ${launch.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  await chmod(program, 0o755);
  return { ...bareEnv(home), HOME: home, PATH: `${join(home, "bin")}:${process.env.PATH}`, LANG: "C.UTF-8" };
}

const script = (name: string): string => new URL(`../../completions/${name}`, import.meta.url).pathname;

/** What one shell offers for each of these lines, in its order; the cursor is at the end of the line. */
export type Complete = (
  lines: readonly string[],
  env: Record<string, string> & { HOME: string },
) => Promise<string[][]>;

/** Stands behind what a shell offers for a line. */
const mark = "<end of line>";

async function output(file: string, args: string[], env: Record<string, string> & { HOME: string }): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(file, args, { env, cwd: env.HOME });
  if (stderr !== "") throw new Error(`${file} said: ${stderr}`);
  return stdout;
}

/** Of each line what stands before its mark. */
const upToMarks = (text: string): string[][] =>
  text
    .split(`${mark}\n`)
    .slice(0, -1)
    .map((part) => part.split("\n").filter((line) => line !== ""));

/** The function of the script with the variables that readline sets; it splits a line at blanks and at `=`. */
export const completeInBash: Complete = async (lines, env) => {
  const code = `
    source "$1"
    shift
    while (($#)); do
      COMP_WORDS=("\${@:2:$1}") COMP_CWORD=$(($1 - 1)) COMPREPLY=()
      shift $(($1 + 1))
      _onduty
      printf '%s\\n' "\${COMPREPLY[@]}" '${mark}'
    done
  `;
  const counted = lines.map(bashWords).flatMap((words) => [String(words.length), ...words]);
  const args = ["--norc", "--noprofile", "-c", code, "bash", script("onduty.bash"), ...counted];
  return upToMarks(await output("bash", args, env));
};

function bashWords(line: string): string[] {
  const words = line.split(/ +|(=)/).filter((word) => word !== undefined);
  const compact = words.filter((word, index) => word !== "" || index === words.length - 1);
  // Behind `--output=` the word at the cursor is the sign itself.
  if (compact.at(-1) === "" && compact.at(-2) === "=") compact.pop();
  return compact;
}

export const completeInFish: Complete = async (lines, env) => {
  const code = `source $argv[1]; for line in $argv[2..]; complete -C $line; echo '${mark}'; end`;
  return upToMarks(await output("fish", ["--no-config", "-c", code, script("onduty.fish"), ...lines], env));
};

/** A zsh at a terminal, whose Tab writes down what it was given to offer. */
export const completeInZsh: Complete = async (lines, env) => {
  const found = join(env.HOME, `found-${Math.random()}`);
  const setup = `
    PS1='ready> '
    fpath=(${script("")} $fpath)
    autoload -Uz compinit && compinit -u -d ${join(tmpdir(), "zcompdump")}
    compadd() {
      if (( \${@[(I)-[OAD]]} )) { builtin compadd "$@"; return }
      local -a hits
      builtin compadd -O hits "$@"
      (( $#hits )) && print -rl -- $hits >> ${found}
      builtin compadd "$@"
    }
    capture() { _main_complete; print '${mark}' >> ${found}; }
    zle -C capture complete-word capture
    bindkey '^I' capture
  `;
  await writeFile(join(env.HOME, ".zshrc"), setup);
  const terminal = openTerminal("zsh", ["-d", "-i"], { ...env, ZDOTDIR: env.HOME });
  await terminal.sees("ready> ");
  let offered: string[][] = [];
  for (const line of lines) {
    const wanted = offered.length + 1;
    terminal.type(`${line}\t`);
    offered = await until(async () => {
      const all = upToMarks(await readFile(found, "utf8").catch(() => ""));
      return all.length === wanted ? all : undefined;
    });
    // Ctrl-U: the line is not wanted any more.
    terminal.type("\u0015");
  }
  await terminal.end();
  return offered;
};

/** A shell at a terminal of 100 columns, as a person has it. */
export function openTerminal(file: string, args: string[], env: Record<string, string> & { HOME: string }) {
  const terminal = spawnTerminal(file, args, { cols: 100, rows: 40, cwd: env.HOME, env: { ...env, TERM: "xterm" } });
  let text = "";
  terminal.onData((chunk) => {
    text += chunk;
  });
  const ended = new Promise((resolve) => terminal.onExit(resolve));
  const type = (keys: string): void => terminal.write(keys);
  /** What it has shown since it was asked last, once that holds `wanted`. */
  const sees = async (wanted: string): Promise<string> => {
    await until(
      async () => (text.includes(wanted) ? true : undefined),
      () => text,
    );
    const seen = text;
    text = "";
    return seen;
  };
  return {
    type,
    sees,
    /** What it shows for those keys, which a person presses again when nothing has come for a while. */
    async answers(keys: string, wanted: string): Promise<string> {
      const timer = setInterval(() => type(keys), 3000);
      try {
        type(keys);
        return await sees(wanted);
      } finally {
        clearInterval(timer);
      }
    },
    async end(): Promise<void> {
      terminal.kill("SIGKILL");
      await ended;
    },
  };
}

/** Looks every 10 ms, for about 20 seconds. */
async function until<Found>(look: () => Promise<Found | undefined>, about = () => ""): Promise<Found> {
  for (let tries = 0; tries < 2000; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not happen: ${JSON.stringify(about())}`);
}
