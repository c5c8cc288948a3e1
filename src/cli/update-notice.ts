import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { version } from "../version.ts";
import { updateHelper } from "./updates.ts";

/** The version comes from npm and is printed unchanged, so it must have exactly this form. */
const release = /^\d+\.\d+\.\d+$/;
const dayMs = 24 * 60 * 60 * 1000;

/** The last check for updates, as kept in the state folder. */
interface Known {
  /** ISO times. */
  checkedAt?: string;
  toldAt?: string;
  latest?: string;
}

/**
 * Prints a notice of a newer version that an earlier command has found, at most once a day. The version is checked once a
 * day by a background process. Never throws.
 */
export async function reportUpdate(ctx: Context, startAgain: (words: string[]) => Promise<void>): Promise<void> {
  try {
    const known = await read(ctx);
    const now = ctx.now();
    const old = (time?: string): boolean => !(now.getTime() - Date.parse(time ?? "") < dayMs);
    const news = known.latest !== undefined && isNewer(known.latest, version) && old(known.toldAt);
    const stale = old(known.checkedAt);
    if (!news && !stale) return;
    const at = now.toISOString();
    // Write first: if the state cannot be written, every command would print the notice and check again.
    await write(ctx, { ...known, ...(news && { toldAt: at }), ...(stale && { checkedAt: at }) });
    if (news)
      await ctx.streams.err.write(
        `notice: onduty ${known.latest} is out, this is ${version} (ONDUTY_NO_UPDATE_NOTICE=1 turns this off)\n`,
      );
    if (stale) await startAgain([updateHelper]);
  } catch {
    // The notice is optional: a failure here must not disturb the command.
  }
}

/** Asks npm, with the registry that it is set to, for the newest version and stores it. Never throws. */
export async function askUpdate(ctx: Context): Promise<void> {
  try {
    const latest = await newestOfNpm(ctx);
    if (release.test(latest)) await write(ctx, { ...(await read(ctx)), latest });
  } catch {
    // The check is tried again the next day.
  }
}

async function newestOfNpm({ env, signal }: Context): Promise<string> {
  const { execFile } = await import("node:child_process");
  // npm is a script there, which only a shell runs.
  const options = { env: { ...env }, signal, timeout: 30_000, windowsHide: true, shell: process.platform === "win32" };
  return new Promise((resolve, reject) => {
    execFile("npm", ["view", "onduty", "version"], options, (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
  });
}

function isNewer(one: string, other: string): boolean {
  return release.test(one) && one.localeCompare(other, "en", { numeric: true }) > 0;
}

async function read({ stateDir }: Context): Promise<Known> {
  try {
    const known: unknown = JSON.parse(await readFile(join(stateDir, "update.json"), "utf8"));
    return typeof known === "object" && known !== null ? known : {};
  } catch {
    return {};
  }
}

async function write({ stateDir }: Context, known: Known): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  await writeFile(join(stateDir, "update.json"), `${JSON.stringify(known)}\n`, { mode: 0o600 });
}
