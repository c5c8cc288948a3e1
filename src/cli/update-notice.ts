import { readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { makeFolder } from "../disk/make-folder.ts";
import { asObject } from "../model/object.ts";
import { standalone } from "../standalone.ts";
import { version } from "../version.ts";
import { updateHelper } from "./updates.ts";

/** The version comes from a server and is printed unchanged, so it must have exactly this form. */
const release = /^\d+\.\d+\.\d+$/;
const dayMs = 24 * 60 * 60 * 1000;

/** The last check for updates, as kept in the state folder. */
interface Known {
  /** ISO times. */
  checkedAt?: string;
  shownAt?: string;
  latest?: string;
}

/** The name of `shownAt` in version 0.1.0. */
const oldShownAt = "toldAt";

/**
 * Prints a notice of a newer version that an earlier command has found, at most once a day. The version is checked once a
 * day by a background process. Never throws.
 */
export async function reportUpdate(ctx: Context, startAgain: (words: string[]) => Promise<void>): Promise<void> {
  try {
    const address = await releasesAt();
    if (address === undefined) return;
    const known = await read(ctx);
    const now = ctx.now();
    const old = (time?: string): boolean => !(now.getTime() - Date.parse(time ?? "") < dayMs);
    const news = known.latest !== undefined && isNewer(known.latest, version) && old(known.shownAt);
    const stale = old(known.checkedAt);
    if (!news && !stale) return;
    const at = now.toISOString();
    // Write first: if the state cannot be written, every command would print the notice and check again.
    await write(ctx, { ...known, ...(news && { shownAt: at }), ...(stale && { checkedAt: at }) });
    if (news)
      await ctx.streams.err.write(
        `notice: onduty ${known.latest} is out, this is ${version}; see ${address} (ONDUTY_NO_UPDATE_NOTICE=1 turns this off)\n`,
      );
    if (stale) await startAgain([updateHelper]);
  } catch {
    // The notice is optional: a failure here must not disturb the command.
  }
}

/** Asks the place of releases for the newest version and stores it. Never throws. */
export async function askUpdate(ctx: Context): Promise<void> {
  try {
    const address = await releasesAt();
    const latest = address === undefined ? "" : await newestAt(address, ctx.signal);
    if (release.test(latest)) await write(ctx, { ...(await read(ctx)), latest });
  } catch {
    // The check is tried again the next day.
  }
}

/**
 * The address of a JSON document with the newest `version`: `onduty.releases` of the package.json beside the program. Undefined where
 * it names none, and for the stand-alone executable: nobody is asked then. A name in a registry that the project does not own would
 * be whoever takes it.
 */
async function releasesAt(): Promise<string | undefined> {
  if (standalone !== undefined) return undefined;
  const program = await realpath(process.argv[1] ?? "");
  const text = await readFile(join(dirname(program), "../package.json"), "utf8");
  const place = asObject(asObject(JSON.parse(text))?.onduty)?.releases;
  return typeof place === "string" && URL.canParse(place) ? place : undefined;
}

/** The version that stands there; empty for none. */
async function newestAt(address: string, signal: AbortSignal): Promise<string> {
  const limit = new AbortController();
  const stop = (): void => limit.abort();
  const timer = setTimeout(stop, 30_000);
  signal.addEventListener("abort", stop);
  try {
    const response = await fetch(address, { signal: limit.signal, redirect: "error" });
    const body: unknown = response.ok ? await response.json() : undefined;
    const newest = asObject(body)?.version;
    return typeof newest === "string" ? newest : "";
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function isNewer(one: string, other: string): boolean {
  return release.test(one) && one.localeCompare(other, "en", { numeric: true }) > 0;
}

async function read({ stateDir }: Context): Promise<Known> {
  try {
    const text = await readFile(join(stateDir, "update.json"), "utf8");
    const known: Known & { [oldShownAt]?: string } = asObject(JSON.parse(text)) ?? {};
    const { [oldShownAt]: shownAt, ...others } = known;
    return { ...(shownAt !== undefined && { shownAt }), ...others };
  } catch {
    return {};
  }
}

async function write({ stateDir }: Context, known: Known): Promise<void> {
  makeFolder(stateDir);
  await writeFile(join(stateDir, "update.json"), `${JSON.stringify(known)}\n`, { mode: 0o600 });
}
