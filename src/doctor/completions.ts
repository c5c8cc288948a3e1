import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Context } from "../context.ts";
import { nowhere } from "../disk/nowhere.ts";
import { type Finding, findingFor } from "./finding.ts";
import { shortPath } from "./paths.ts";

const shells = ["bash", "zsh", "fish", "powershell"] as const;
type Shell = (typeof shells)[number];

/** Whether the user's shell completes our commands, as far as the usual places show. */
export async function checkCompletions({ env }: Context): Promise<Finding[]> {
  const word = (env.SHELL ?? "")
    .replace(/^.*[/\\]/, "")
    .replace(/\.exe$/, "")
    .replace(/^pwsh$/, "powershell");
  const shell = shells.find((one) => one === word) ?? (process.platform === "win32" ? "powershell" : undefined);
  if (shell === undefined)
    return [
      findingFor("completions", word || "shell").ok(word === "" ? "no shell is named by SHELL" : "none for this shell"),
    ];
  const { ok, warning } = findingFor("completions", shell);
  const { files, scripts } = placesOf(shell, env);
  for (const file of files) if (existsSync(file)) return [ok(`installed: ${shortPath(file, env)}`)];
  for (const script of scripts) {
    const text = await readFile(script, "utf8").catch(() => "");
    if (/^[^#\n]*onduty[-.\s]+completion/m.test(text)) return [ok(`installed: ${shortPath(script, env)}`)];
  }
  return [warning("not installed", `onduty completion ${shell} --help`)];
}

/** The files that shells load completions from, of every shell, where they are there. */
export function completionFiles(env: Context["env"]): string[] {
  return shells.flatMap((shell) => placesOf(shell, env).files).filter((file) => existsSync(file));
}

/** Files that a shell loads completions from, and scripts that may load them when it starts. */
function placesOf(shell: Shell, env: Context["env"]): { files: string[]; scripts: string[] } {
  const absolute = (path: string | undefined) => (path !== undefined && isAbsolute(path) ? path : undefined);
  const home = absolute(env.HOME) ?? absolute(env.USERPROFILE) ?? nowhere;
  const data = absolute(env.XDG_DATA_HOME) ?? join(home, ".local/share");
  const config = absolute(env.XDG_CONFIG_HOME) ?? join(home, ".config");
  switch (shell) {
    case "bash":
      return {
        files: [
          join(data, "bash-completion/completions/onduty"),
          "/usr/local/share/bash-completion/completions/onduty",
          "/usr/share/bash-completion/completions/onduty",
          "/etc/bash_completion.d/onduty",
        ],
        scripts: [".bashrc", ".bash_profile", ".profile"].map((name) => join(home, name)),
      };
    case "zsh":
      return {
        files: [
          ...[".zfunc", ".zsh/completions", ".zsh/completion"].map((name) => join(home, name, "_onduty")),
          "/usr/local/share/zsh/site-functions/_onduty",
          "/usr/share/zsh/site-functions/_onduty",
          "/usr/share/zsh/vendor-completions/_onduty",
        ],
        scripts: [join(env.ZDOTDIR || home, ".zshrc")],
      };
    case "fish":
      return {
        files: [
          join(config, "fish/completions/onduty.fish"),
          "/usr/share/fish/vendor_completions.d/onduty.fish",
          "/etc/fish/completions/onduty.fish",
        ],
        scripts: [join(config, "fish/config.fish")],
      };
    case "powershell": {
      const folders = [
        join(config, "powershell"),
        join(home, "Documents/PowerShell"),
        join(home, "Documents/WindowsPowerShell"),
      ];
      return { files: [], scripts: folders.map((folder) => join(folder, "Microsoft.PowerShell_profile.ps1")) };
    }
  }
}
