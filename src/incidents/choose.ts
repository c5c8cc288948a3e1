import { CliError, Declined, usageError } from "../errors.ts";
import { forProfile, quoteWord } from "../model/command-line.ts";
import type { Incident, IncidentAction } from "../model/incident.ts";
import { plural } from "../model/text.ts";
import type { Column } from "../output/shape.ts";
import type { ActionKind, ActTools } from "./action.ts";
import { type FilterWords, hasText, statusWords, toFilter } from "./filter.ts";
import { listMatching } from "./list.ts";
import { nameIds } from "./outcome.ts";
import { incidentShape } from "./shape.ts";

/** The incidents of an action. */
export interface Chosen {
  ids: string[];
  /** The incidents of `ids`, as they were listed. */
  listed?: readonly Incident[];
  /** When they were listed. */
  listedAt?: Date;
  /** When more may match than could be listed. */
  incomplete?: CliError | undefined;
  /** Why there are none. */
  notices?: string[];
}

/** Maximum number of incidents to pick from by hand. */
const maxToPick = 1000;

/** Lines of a terminal below a list: how many more there are, a warning, the question and what is typed. */
const linesBelow = 5;

/** Rows of a list that nobody answers for. */
const maxUnaskedRows = 20;

interface Found {
  incidents: Incident[];
  truncated: string | undefined;
  /** Their name, by the statuses of the filter: `open incidents`. */
  kind(count: number): string;
}

/** Incidents that match the filters, newest first. Warns if the list is incomplete. */
async function findMatching(
  { vendor, printer }: ActTools,
  { actsOn }: ActionKind,
  words: FilterWords,
  limit: number,
): Promise<Found> {
  const status = words.status ?? actsOn;
  const filter = await toFilter(vendor, { ...words, status });
  const adjective = statusWords(status);
  const kind = (count: number): string => plural(count, adjective === "" ? "incident" : `${adjective} incident`);
  const found: Found = { incidents: [], truncated: undefined, kind };
  const wanted = { ...filter, sort: "created", order: "desc", limit } as const;
  const { query } = words;
  let without = 0;
  for await (const page of listMatching(vendor, wanted)) {
    const rows = query === undefined ? page.rows : page.rows.filter((incident) => hasText(incident, query));
    found.incidents.push(...rows);
    without += page.rows.length - rows.length;
    found.truncated = page.truncated ?? found.truncated;
    if (page.notice !== undefined) await printer.notice(page.notice);
  }
  const { truncated } = found;
  if (truncated !== undefined) await printer.warn(`warning: this list is not complete: ${truncated}`);
  if (without > 0 && query !== undefined) await leaveOut(printer, vendor, found, { without, query });
  // "Nothing to do" is certain only if the list is complete.
  if (found.incidents.length === 0 && truncated !== undefined)
    throw new CliError("partial", "nothing matches among those that could be listed");
  return found;
}

/**
 * Reports what a vendor's search finds, and what does not have the text: nobody has asked for an action on it.
 *
 * @throws {CliError} `usage` when nothing else was found
 */
async function leaveOut(
  printer: ActTools["printer"],
  vendor: ActTools["vendor"],
  { incidents }: Found,
  { without, query }: { without: number; query: string },
): Promise<void> {
  const some = without === 1 ? "1 incident" : `${without} incidents`;
  const has = without === 1 ? "has" : "have";
  const what = `${some} that ${vendor.provider.title}'s own search finds ${has} no "${query}" in what is shown of ${without === 1 ? "it" : "them"}`;
  const look = forProfile(`onduty incidents list --query ${quoteWord(query)}`, vendor.connection.profile);
  if (incidents.length === 0) throw usageError(`${what}; nothing was changed`, `give the ids: ${look}`);
  await printer.warn(`warning: ${what}: left out; see ${look}`);
}

function nothingMatches({ kind }: Found): Chosen {
  return { ids: [], notices: [`No ${kind(0)} match.`] };
}

/** The ids that filters match, after they were shown and confirmed. */
export async function chooseByFilter(
  tools: ActTools,
  action: ActionKind,
  words: FilterWords,
  how: IncidentAction,
): Promise<Chosen> {
  const { ctx, printer, options } = tools;
  const found = await findMatching(tools, action, words, Number.POSITIVE_INFINITY);
  const listedAt = ctx.now();
  const { incidents, truncated, kind } = found;
  const ids = incidents.map(({ id }) => id);
  if (ids.length === 0) return nothingMatches(found);
  const incomplete =
    truncated === undefined
      ? undefined
      : new CliError("partial", `more incidents may match than could be listed: ${truncated}`);
  const what = `${ids.length} ${kind(ids.length)}`;
  // Without a question, the user does not see which statuses were searched.
  if (words.status === undefined && (options.yes === true || options.dryRun === true))
    await printer.notice(`${what} ${ids.length === 1 ? "matches" : "match"}; use --status for others`);
  const chosen = { ids, listed: incidents, listedAt, incomplete };
  if (options.dryRun === true) return chosen;
  if (options.yes !== true) await showBeforeQuestion(tools, incidents);
  const question = vendorQuestion(tools, how, ids);
  if (question !== undefined && options.yes !== true) await printer.warn(question);
  const again = `${forProfile(`onduty incidents ${action.command} --yes`, tools.vendor.connection.profile)}, with the same filters`;
  const agreed = await ctx.confirm(`${capital(action.verb)} ${what}?`, options, again);
  if (!agreed) throw new Declined();
  return chosen;
}

/** The ids that a person at a terminal picks from a list, which words narrow down. */
export async function pickByHand(
  tools: ActTools,
  action: ActionKind,
  words: FilterWords,
  how: IncidentAction,
): Promise<Chosen> {
  const { printer } = tools;
  const found = await findMatching(tools, action, words, maxToPick + 1);
  const listed = found.incidents.slice(0, maxToPick);
  if (listed.length === 0) return nothingMatches(found);
  if (found.incidents.length > maxToPick)
    await printer.warn(`warning: more than ${maxToPick} match: these are the newest; ids or filters reach the others`);
  let incidents = listed;
  for (;;) {
    const picked = await pickFrom(tools, action, { ...found, incidents }, how);
    if (typeof picked !== "string") return { ids: picked.flatMap((at) => incidents[at - 1]?.id ?? []) };
    const narrowed = listed.filter((incident) => hasText(incident, picked));
    if (narrowed.length === 0) await printer.warn(`nothing listed has "${picked}"`);
    else incidents = narrowed;
  }
}

/** The numbers of incidents that a person gives, counted from 1, or the text behind a slash. @throws {Declined} */
async function pickFrom(
  tools: ActTools,
  action: ActionKind,
  { incidents, kind }: Found,
  how: IncidentAction,
): Promise<number[] | string> {
  const { ctx, printer, options } = tools;
  const number = { header: "#", value: (row: Incident) => String(incidents.indexOf(row) + 1) };
  const shown = await showBeforeQuestion(tools, incidents, [number]);
  const question = vendorQuestion(
    tools,
    how,
    incidents.map(({ id }) => id),
  );
  if (question !== undefined) await printer.warn(question);
  const hint = forProfile(`onduty incidents ${action.command} ID`, tools.vendor.connection.profile);
  const which = `${capital(action.verb)} which ${kind(2)}? Numbers such as 1 3-5, or all, or /word`;
  const picked = await ctx.askFor(which, {
    ...options,
    hint,
    read: (answer) =>
      /^\/\s*\S/.test(answer) ? answer.slice(1).trim() : readNumbers(answer, { shown, all: incidents.length }),
  });
  if (typeof picked === "string") return picked;
  if (picked.length === 0) throw new Declined();
  // Of several, "all" may be more than a person has seen, or meant.
  const all = `${capital(action.verb)} ${incidents.length} ${kind(incidents.length)}?`;
  if (picked.length > shown || (picked.length === incidents.length && picked.length > 1)) {
    if (!(await ctx.confirm(all, options, hint))) throw new Declined();
  }
  return picked;
}

/** Asks about an action on the ids of the command line, where this vendor has a reason to. @throws {Declined} */
export async function confirmByIds(
  tools: ActTools,
  { command, verb }: ActionKind,
  ids: readonly string[],
  how: IncidentAction,
): Promise<void> {
  const { ctx, options } = tools;
  const question = vendorQuestion(tools, how, ids);
  // A script has decided already.
  if (question === undefined || options.dryRun === true || options.yes === true || !ctx.canAsk(options)) return;
  const again = forProfile(`onduty incidents ${command} ${ids.join(" ")} --yes`, tools.vendor.connection.profile);
  if (!(await ctx.confirm(`${question}. ${capital(verb)} ${nameIds(ids)}?`, options, again))) throw new Declined();
}

/** What this vendor has a person asked before an action. */
function vendorQuestion({ vendor }: ActTools, action: IncidentAction, ids: readonly string[]): string | undefined {
  return vendor.provider.incidents.sideEffect?.(action, ids, vendor.connection.profile)?.question;
}

/** Shows as many as a person can see, and how many more there are. Returns how many are shown. */
async function showBeforeQuestion(
  { ctx, printer, options }: ActTools,
  incidents: readonly Incident[],
  columns: Column<Incident>[] = [],
): Promise<number> {
  const asks = ctx.canAsk(options);
  // The head of the table takes one line more.
  const room = asks ? Math.max(3, ctx.streams.err.rows - linesBelow - 1) : maxUnaskedRows;
  const shown = incidents.slice(0, room);
  const shape = { ...incidentShape, columns: [...columns, ...incidentShape.columns] };
  // Only at a terminal anything has to fit.
  const wide = asks ? {} : { width: Number.POSITIVE_INFINITY };
  await printer.warnLines(await printer.render(shown, shape, { color: false, ...wide }));
  const left = incidents.length - shown.length;
  if (left > 0) await printer.warn(`… and ${left} more`);
  return shown.length;
}

/** Numbers, each once, of `1 3-5`, `2,4` or `all`. @throws {CliError} `usage` */
function readNumbers(text: string, { shown: max, all }: { shown: number; all: number }): number[] {
  if (text.toLowerCase() === "all") return Array.from({ length: all }, (_, index) => index + 1);
  const picked = new Set<number>();
  for (const word of text.split(/[\s,]+/).filter((one) => one !== "")) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from >= 1 && to >= from && to <= max))
      throw usageError(`"${word}" is not a number from 1 to ${max}; nothing was changed`);
    for (let at = from; at <= to; at += 1) picked.add(at);
  }
  return [...picked];
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
