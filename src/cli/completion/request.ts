import { resolveSettings } from "../../config/settings.ts";
import type { Context } from "../../context.ts";
import { type IdKind, idKinds } from "../id-kinds.ts";
import { type Candidate, fitForShell, matching } from "./candidates.ts";

/** Starts this program again, to go on when this process has ended. */
export type StartAgain = (args: string[]) => Promise<void>;

/** Milliseconds from the start of the process to wait for a response: everything together must not take 300. */
const deadlineMs = 250;
/** Milliseconds between two checks of the cache. */
const pollMs = 10;

/**
 * Handles `onduty __complete KIND [--profile NAME] [--find TYPED]`: on each line a word, a tab, and what it stands for. Whatever goes
 * wrong, it prints nothing else and never throws: an error would disturb the command line being typed.
 */
export async function answerRequest(args: readonly string[], context: Context, startAgain: StartAgain): Promise<void> {
  try {
    const kind = idKinds.find((name) => name === args[0]);
    if (kind === undefined) return;
    const after = (option: string) => (args.includes(option) ? args[args.indexOf(option) + 1] : undefined);
    const profile = after("--profile");
    if (args.includes("--refresh")) return await (await import("./refresh.ts")).refresh(kind, profile, context);
    const found = matching(fitForShell(await find(kind, profile, context, startAgain), kind), after("--find") ?? "");
    await context.streams.out.write(found.map(({ word, about }) => `${word}\t${about}\n`).join(""));
  } catch {
    // Nothing to offer.
  }
}

async function find(
  kind: IdKind,
  named: string | undefined,
  context: Context,
  startAgain: StartAgain,
): Promise<Candidate[]> {
  if (kind === "spool" || kind === "dead") return (await import("./spool.ts")).spoolCandidates(kind, context);
  // No warnings here: a file that others can read is tightened and reported by the next real command.
  const config = await context.config.peek();
  if (kind === "profiles")
    return [...config.profiles].map(([word, { provider, baseUrl }]) => ({ word, about: `${provider} ${baseUrl}` }));
  const { name, values } = resolveSettings({
    ...(named !== undefined && { named }),
    env: context.env,
    config,
    vendors: context.vendors,
  });
  const { openCache } = await import("./cache.ts");
  const cache = openCache(context.stateDir, { name, baseUrl: values.baseUrl.value }, kind);
  const cached = await cache.read(context.now().getTime());
  if (cached === undefined || cached.aging) {
    const again = ["__complete", kind, "--refresh", ...(named === undefined ? [] : ["--profile", named])];
    if (await cache.claim(context.now().getTime())) {
      // Another process may have been done with it since.
      const meanwhile = await cache.read(context.now().getTime());
      if (meanwhile !== undefined && !meanwhile.aging) {
        await cache.release();
        return meanwhile.found;
      }
      await startAgain(again);
    }
  }
  if (cached !== undefined) return cached.found;
  while (process.uptime() * 1000 < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    const fresh = await cache.read(context.now().getTime());
    if (fresh !== undefined) return fresh.found;
  }
  return [];
}
