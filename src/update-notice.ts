import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "./context.ts";
import { updateHelper } from "./updates.ts";
import { version } from "./version.ts";

/** The registry's answer about the newest version. */
const address = "https://registry.npmjs.org/onduty/latest";
/** What comes from elsewhere is told as it is, so it must be nothing else. */
const release = /^\d+\.\d+\.\d+$/;
const dayMs = 24 * 60 * 60 * 1000;

/** What is known of updates, in the state folder. */
interface Known {
  /** ISO times. */
  checkedAt?: string;
  toldAt?: string;
  latest?: string;
}

/**
 * Tells of a newer version, from what an earlier command had found out, once a day at most. What is known is renewed once a
 * day by a process that nobody waits for. Never throws.
 */
export async function tellUpdate(ctx: Context, program: readonly string[]): Promise<void> {
  try {
    const known = await read(ctx);
    const now = ctx.now();
    const old = (time?: string): boolean => !(now.getTime() - Date.parse(time ?? "") < dayMs);
    const news = known.latest !== undefined && isNewer(known.latest, version) && old(known.toldAt);
    const stale = old(known.checkedAt);
    if (!news && !stale) return;
    const at = now.toISOString();
    // First: where it cannot be kept, every command would tell and ask again.
    await write(ctx, { ...known, ...(news && { toldAt: at }), ...(stale && { checkedAt: at }) });
    if (news)
      await ctx.streams.err.write(
        `notice: onduty ${known.latest} is out, this is ${version} (ONDUTY_NO_UPDATE_NOTICE=1 turns this off)\n`,
      );
    if (stale) await askLater(ctx, program);
  } catch {
    // Nobody asked for it.
  }
}

async function askLater(ctx: Context, [file = "", ...first]: readonly string[]): Promise<void> {
  const { spawn } = await import("node:child_process");
  const options = { env: { ...ctx.env }, detached: true, stdio: "ignore", windowsHide: true } as const;
  const child = spawn(file, [...first, updateHelper], options);
  child.on("error", () => {});
  child.unref();
}

/** Asks for the newest version and keeps the answer. Never throws. */
export async function askUpdate(ctx: Context): Promise<void> {
  try {
    const { createHttpClient } = await import("./http/create.ts");
    const url = new URL(ctx.env.ONDUTY_UPDATE_URL || address);
    const client = createHttpClient({
      baseUrl: url.origin,
      dialect: { authorize: () => {}, readError: () => undefined },
      timeoutMs: 10_000,
      maxWaitMs: 0,
      env: ctx.env,
      userAgent: `onduty/${version}`,
      secrets: [],
      signal: ctx.signal,
    });
    const { body } = await client.request(`GET /${url.pathname.slice(1)}`);
    await client.close();
    const latest = (body as { version?: unknown } | null)?.version;
    if (typeof latest === "string" && release.test(latest)) await write(ctx, { ...(await read(ctx)), latest });
  } catch {
    // Another day.
  }
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
