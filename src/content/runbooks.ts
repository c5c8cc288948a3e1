import { deadline } from "../concurrency/deadline.ts";
import { within } from "../concurrency/within.ts";
import { type Context, type GlobalOptions, requireCapability } from "../context.ts";
import { Interrupted } from "../errors.ts";
import { quoteWord } from "../model/command-line.ts";
import type { ContentObject } from "../model/content.ts";
import type { Reference } from "../model/incident.ts";
import { fold } from "../model/match.ts";
import { asObject } from "../model/object.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import { titleOf } from "./shape.ts";

/* The runbooks of a service, in the content systems that have a profile. A side question of what is shown. */

export interface Runbook {
  id: string;
  /** Content type. */
  type: string;
  title: string;
  profile: string;
}

/** Runbooks, and why they may not be all. */
export interface FoundRunbooks {
  rows: Runbook[];
  unknown?: string;
}

/** Milliseconds at most, all profiles together. */
const maxMs = 1500;
/** Objects of a search that are looked at. */
const maxHits = 20;
/** Of one profile. */
const maxRunbooks = 3;

/** Runbooks whose title names the service, or that have it as a tag. Never throws but when the program is stopped. */
export async function findRunbooks(
  ctx: Context,
  service: Reference | null,
  options: GlobalOptions,
): Promise<FoundRunbooks> {
  const profiles = service === null ? [] : await contentProfiles(ctx);
  if (service === null || profiles.length === 0) return { rows: [] };
  const late = { rows: [], unknown: `no response within ${maxMs / 1000} s` };
  const signal = deadline(ctx.signal, maxMs);
  const found = await Promise.all(
    profiles.map(async (profile): Promise<FoundRunbooks> => {
      const asking = search(ctx, service, { ...options, profile, maxWait: 0, dryRun: false, quiet: true }, signal);
      try {
        return await within(maxMs, asking, late);
      } catch (error) {
        if (ctx.signal.aborted) throw new Interrupted(ctx.signal);
        if (signal.aborted) return late;
        return { rows: [], unknown: `${profile}: ${error instanceof Error ? error.message : String(error)}` };
      }
    }),
  );
  const unknown = found.find((one) => one.unknown !== undefined)?.unknown;
  return { rows: found.flatMap(({ rows }) => rows), ...(unknown !== undefined && { unknown }) };
}

/** The stored profiles of vendors that have content. A configuration that cannot be read is reported by the command itself. */
async function contentProfiles({ config, vendors }: Context): Promise<string[]> {
  const stored = await config.peek().catch(() => undefined);
  const names = vendors.filter(({ capabilities }) => capabilities.includes("content")).map(({ name }) => name);
  return [...(stored?.profiles ?? [])].flatMap(([name, { provider }]) => (names.includes(provider) ? [name] : []));
}

async function search(
  ctx: Context,
  service: Reference,
  options: GlobalOptions,
  signal: AbortSignal,
): Promise<FoundRunbooks> {
  const connected = await ctx.connect({ ...options, signal, keyTimeoutMs: maxMs });
  const { provider, connection } = requireCapability(connected, "content");
  const rows: Runbook[] = [];
  for await (const page of provider.content.search(connection, service.name || service.id, maxHits)) {
    for (const object of page.rows) {
      const type = asObject(object.internal)?.contentType;
      if (typeof type !== "string" || type.startsWith("_") || typeof object.id !== "string") continue;
      if (!isOf(service, object)) continue;
      rows.push({ id: object.id, type, title: titleOf(object) ?? object.id, profile: connection.profile.name });
    }
  }
  return { rows: rows.slice(0, maxRunbooks) };
}

/** Whether the title has the name of the service as words of its own, or a tag is its name or its id. */
function isOf({ id, name }: Reference, object: ContentObject): boolean {
  const wanted = [name, id].filter((word) => word !== "").map(fold);
  const title = ` ${fold(titleOf(object) ?? "").replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `;
  const plain = fold(name)
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  if (plain !== "" && title.includes(` ${plain} `)) return true;
  return Object.entries(object).some(
    ([field, value]) => tagField.test(field) && tagsOf(value).some((tag) => wanted.includes(fold(tag))),
  );
}

/** Fields that name what an object is about; the words for it are the author's own. */
const tagField = /^(tags?|labels?|services?|systems?|components?)$/i;

function tagsOf(value: unknown): string[] {
  if (typeof value === "string") return value.split(",").map((word) => word.trim());
  if (Array.isArray(value)) return value.flatMap(tagsOf);
  const { name, title, slug } = asObject(value) ?? {};
  return [name, title, slug].filter((word) => typeof word === "string");
}

/** Runbooks as lines of a page: the title, and the command that shows it. */
export function runbookLines({ rows, unknown }: FoundRunbooks): string[] {
  const lines = rows.flatMap(({ id, type, title, profile }) => [
    sanitizeCell(`  ${title}`),
    sanitizeCell(`    onduty content show ${[type, id].map(quoteWord).join(" ")} -p ${profile}`),
  ]);
  return unknown === undefined ? lines : [...lines, sanitizeCell(`  NOT KNOWN: ${unknown}`)];
}
