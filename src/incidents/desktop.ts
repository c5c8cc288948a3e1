import type { Context } from "../context.ts";
import { type Urgency, urgencies } from "../model/incident.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import type { OutputStream } from "../output/streams.ts";
import type { Change } from "./changes.ts";

/** More new incidents than this at once are one notification. */
const maxEach = 3;

/** Characters of a notification: desktops show no more. */
const maxLength = 200;

/** Notifies the desktop of incidents that open with an urgency, or a higher one. */
export interface DesktopNotifier {
  /** Resolves to the reason why nothing could be shown; undefined when it was, or when nothing had to be. */
  notify(changes: readonly Change[]): Promise<string | undefined>;
}

export interface DesktopOptions {
  env: Context["env"];
  terminal: OutputStream;
  platform: NodeJS.Platform;
}

export function createDesktopNotifier(atLeast: Urgency, options: DesktopOptions): DesktopNotifier {
  return {
    async notify(changes) {
      const urgent = changes
        .filter(({ change, incident }) => change === "opened" && isAtLeast(incident.urgency, atLeast))
        .map(({ incident }) => incident);
      const highest = urgencies.find((urgency) => urgent.some((one) => one.urgency === urgency)) ?? "high";
      const news =
        urgent.length > maxEach
          ? [{ text: `${urgent.length} new incidents: ${urgent[0]?.title}, …`, urgency: highest }]
          : urgent.map(({ urgency, title, service }) => ({
              text: [urgency, title, service?.name].filter(Boolean).join(": "),
              urgency,
            }));
      for (const { text, urgency } of news) {
        const problem = await show(harmless(text), urgency, options);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

function isAtLeast(urgency: Urgency, atLeast: Urgency): boolean {
  return urgencies.indexOf(urgency) <= urgencies.indexOf(atLeast);
}

/** Text of a vendor as one line that no terminal and no desktop takes for codes or markup. */
function harmless(text: string): string {
  return [...sanitizeCell(text).replaceAll(";", ",")].slice(0, maxLength).join("");
}

async function show(
  text: string,
  urgency: Urgency,
  { env, terminal, platform }: DesktopOptions,
): Promise<string | undefined> {
  const code = terminal.isTTY ? terminalCode(env, text) : undefined;
  if (code !== undefined) {
    await terminal.write(code);
    return undefined;
  }
  const command = programFor(env, platform, text, urgency);
  if (command === undefined)
    return "no way to notify is known: this terminal has none, and no desktop is there; --bell rings";
  return runQuietly(command, env);
}

/**
 * The code of a terminal that shows notifications: OSC 9 of iTerm2, which others have taken over, or OSC 777 of rxvt. tmux and
 * screen pass neither on.
 */
function terminalCode(env: Context["env"], text: string): string | undefined {
  const { TERM = "", TERM_PROGRAM = "", TMUX, STY } = env;
  if (TMUX || STY) return undefined;
  // A number in front would be another command of OSC 9.
  if (/^(iTerm\.app|WezTerm|ghostty|WarpTerminal)$/.test(TERM_PROGRAM) || /kitty|ghostty/.test(TERM))
    return `\u001b]9;onduty: ${text}\u0007`;
  if (/^(foot|rxvt-unicode|contour)/.test(TERM)) return `\u001b]777;notify;onduty;${text}\u0007`;
  return undefined;
}

/** How freedesktop.org calls each urgency; what is critical stays on the screen and may sound. */
const levels: Readonly<Record<Urgency, string>> = { high: "critical", medium: "normal", low: "low" };

/** The program of the desktop that shows a notification, with a sound for the highest urgency. The text is an argument, never code. */
function programFor(
  env: Context["env"],
  platform: NodeJS.Platform,
  text: string,
  urgency: Urgency,
): string[] | undefined {
  if (platform === "darwin") {
    const sound = urgency === "high" ? ' sound name "Sosumi"' : "";
    const show = `display notification (item 1 of argv) with title (item 2 of argv)${sound}`;
    const script = ["on run argv", show, "end run"];
    return ["osascript", ...script.flatMap((line) => ["-e", line]), text, "onduty"];
  }
  if (platform === "win32" || !(env.DISPLAY || env.WAYLAND_DISPLAY)) return undefined;
  // The body may hold markup.
  const body = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return ["notify-send", "--app-name=onduty", `--urgency=${levels[urgency]}`, "onduty", `${body}`];
}

async function runQuietly(
  [program = "", ...args]: readonly string[],
  env: Context["env"],
): Promise<string | undefined> {
  const { spawn } = await import("node:child_process");
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", env: { ...env }, timeout: 5000 });
    child.on("error", ({ message }) => resolve(`--notify: ${message}`));
    child.on("close", (code) => resolve(code === 0 ? undefined : `--notify: ${program} failed`));
  });
}
