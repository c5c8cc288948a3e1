import { constants } from "node:fs";
import { access, lstat, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { within } from "../concurrency/within.ts";
import type { Context } from "../context.ts";
import { openSpool } from "../events/spooled.ts";
import { count } from "../model/text.ts";
import { shortAge } from "../output/time.ts";
import { isCorrupt } from "../spool/spool.ts";
import { versionText } from "../version.ts";
import { about, type Finding } from "./finding.ts";

/** The oldest Node that the program runs on. */
const oldestNode = [20, 18, 1];
const spoolMs = 5000;

/** What there is to say of this machine; what there is to say of the configuration is found by who reads it. */
export async function checkMachine(ctx: Context, config: Finding[]): Promise<Finding[]> {
  const parts = await Promise.all([checkState(ctx), checkSpool(ctx), checkCompletions(ctx)]);
  return [...checkProgram(ctx), ...config, ...parts.flat()];
}

function checkProgram({ env }: Context): Finding[] {
  const runtime = about("runtime", "bun" in process.versions ? "bun" : "node");
  const text = `${process.versions.bun ?? process.version} on ${process.platform} ${process.arch}`;
  const numbers = process.versions.node.split(".").map(Number);
  const place = oldestNode.findIndex((number, index) => number !== numbers[index]);
  const old = place !== -1 && (numbers[place] ?? 0) < (oldestNode[place] ?? 0);
  const findings = [
    about("version", "onduty").ok(`onduty ${versionText}`),
    old
      ? runtime.problem(
          `${text}, and ${oldestNode.join(".")} is the oldest it runs on`,
          "install Node 20.18.1 or newer",
        )
      : runtime.ok(text),
  ];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const message = "certificates are not checked: anyone in between can read the keys";
    findings.push(about("tls", "NODE_TLS_REJECT_UNAUTHORIZED").problem(message, "unset NODE_TLS_REJECT_UNAUTHORIZED"));
  }
  return findings;
}

/** The folder of the configuration and the file in it. To be called before they are read. */
export async function checkConfigPlaces({ config, env }: Context): Promise<Finding[]> {
  const folder = dirname(config.file);
  const findings = [await checkPlace("config", folder, env, { mode: 0o700 })];
  if (await exists(config.file)) findings.push(await checkPlace("config", config.file, env, { mode: 0o600 }));
  return findings;
}

async function checkState({ stateDir, env }: Context): Promise<Finding[]> {
  return [await checkPlace("state", stateDir, env, { mode: 0o700 })];
}

/** Whether a folder or file is ours alone, and can be written. */
async function checkPlace(
  check: string,
  path: string,
  env: Context["env"],
  { mode }: { mode: number },
): Promise<Finding> {
  const shown = shortPath(path, env);
  const { ok, warning, problem } = about(check, shown);
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => error);
  if (there instanceof Error)
    return there.code === "ENOENT" ? ok("not there yet") : problem(`cannot be looked at: ${there.code}`);
  if (there.isSymbolicLink()) return warning("is a symbolic link: keys end up elsewhere", `ls -l ${shown}`);
  const wanted = octal(mode);
  const windows = process.platform === "win32";
  if (!windows && (there.mode & 0o077) !== 0)
    return warning(`open to others: mode ${octal(there.mode)}, not ${wanted}`, `chmod ${wanted} ${shown}`);
  const writable = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return problem("cannot be read and written by this user", `ls -ld ${shown}`);
  return ok(windows ? "there" : `mode ${octal(there.mode)}`);
}

async function checkSpool(ctx: Context): Promise<Finding[]> {
  const { unknown } = about("spool", "pending");
  const late = [unknown(`could not be counted within ${spoolMs / 1000} s`, "onduty spool list --quiet | wc -l")];
  try {
    return await within(spoolMs, countSpool(ctx), late);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return [about("spool", "pending").problem(`cannot be read: ${why}`, "onduty spool list")];
  }
}

async function countSpool(ctx: Context): Promise<Finding[]> {
  const spool = openSpool(ctx);
  const [pending, dead, empty] = await Promise.all([spool.list("pending"), spool.list("dead"), spool.isEmpty()]);
  const corrupt = [...pending, ...dead].filter(isCorrupt).length;
  const findings: Finding[] = [];
  const waiting = about("spool", "pending");
  if (pending.length > 0)
    findings.push(
      waiting.warning(
        `${count(pending.length, "event")} not delivered${oldest(pending, ctx.now())}`,
        "onduty spool flush",
      ),
    );
  else if (empty) findings.push(waiting.ok("nothing waits"));
  else findings.push(waiting.warning("an event may be left half written by a crash", "onduty spool list"));
  const refused = about("spool", "dead");
  if (dead.length === 0) findings.push(refused.ok("nothing was refused"));
  else {
    const message = `${count(dead.length, "event")} refused by the vendor${oldest(dead, ctx.now())}`;
    findings.push(refused.warning(message, "onduty spool list --dead"));
  }
  if (corrupt > 0)
    findings.push(
      about("spool", "unreadable").problem(`${count(corrupt, "file")} cannot be read`, "onduty spool list"),
    );
  return findings;
}

function oldest(entries: Awaited<ReturnType<ReturnType<typeof openSpool>["list"]>>, now: Date): string {
  for (const entry of entries) if (!isCorrupt(entry)) return `, the oldest made ${shortAge(entry.createdAt, now)} ago`;
  return "";
}

/** Whether the user's shell completes our commands, as far as the usual places tell. */
async function checkCompletions({ env }: Context): Promise<Finding[]> {
  const home = env.HOME || env.USERPROFILE || "";
  const word = (env.SHELL ?? "")
    .replace(/^.*[/\\]/, "")
    .replace(/\.exe$/, "")
    .replace(/^pwsh$/, "powershell");
  const shell = shells.find((one) => one === word) ?? (process.platform === "win32" ? "powershell" : undefined);
  if (shell === undefined)
    return [
      about("completions", word || "shell").ok(word === "" ? "no shell is named by SHELL" : "none for this shell"),
    ];
  const { ok, warning } = about("completions", shell);
  const data = env.XDG_DATA_HOME || join(home, ".local/share");
  const config = env.XDG_CONFIG_HOME || join(home, ".config");
  const places = {
    bash: {
      files: [
        join(data, "bash-completion/completions/onduty"),
        "/usr/local/share/bash-completion/completions/onduty",
        "/usr/share/bash-completion/completions/onduty",
        "/etc/bash_completion.d/onduty",
      ],
      scripts: [".bashrc", ".bash_profile", ".profile"].map((name) => join(home, name)),
    },
    zsh: {
      files: [
        ...[".zfunc", ".zsh/completions", ".zsh/completion"].map((name) => join(home, name, "_onduty")),
        "/usr/local/share/zsh/site-functions/_onduty",
        "/usr/share/zsh/site-functions/_onduty",
        "/usr/share/zsh/vendor-completions/_onduty",
      ],
      scripts: [join(env.ZDOTDIR || home, ".zshrc")],
    },
    fish: {
      files: [
        join(config, "fish/completions/onduty.fish"),
        "/usr/share/fish/vendor_completions.d/onduty.fish",
        "/etc/fish/completions/onduty.fish",
      ],
      scripts: [join(config, "fish/config.fish")],
    },
    powershell: {
      files: [],
      scripts: [
        join(config, "powershell"),
        join(home, "Documents/PowerShell"),
        join(home, "Documents/WindowsPowerShell"),
      ].map((folder) => join(folder, "Microsoft.PowerShell_profile.ps1")),
    },
  }[shell];
  for (const file of places.files) if (await exists(file)) return [ok(`installed: ${shortPath(file, env)}`)];
  for (const script of places.scripts) {
    const text = await readFile(script, "utf8").catch(() => "");
    if (/^[^#\n]*onduty[-.\s]+completion/m.test(text)) return [ok(`installed: ${shortPath(script, env)}`)];
  }
  return [warning("not installed", `onduty completion ${shell} --help`)];
}

const shells = ["bash", "zsh", "fish", "powershell"] as const;

/** A text as it may be pasted, with paths in it that hold the name of the user's home. */
export function withoutHome(text: string, { HOME: home }: Context["env"]): string {
  return home !== undefined && home.length > 1 ? text.replaceAll(`${home}/`, "~/") : text;
}

/** A path as it may be pasted: the name of the user's home is left out. */
export function shortPath(path: string, { HOME: home }: Context["env"]): string {
  const inside = home !== undefined && home.length > 1 && path.startsWith(`${home}/`);
  return inside ? `~${path.slice(home.length)}` : path;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
