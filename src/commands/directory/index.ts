import type { Command } from "commander";
import type { Connected, Context, GlobalOptions } from "../../context.ts";
import { ExitCode, unsupported, usageError } from "../../errors.ts";
import type { Directory, DirectoryName } from "../../model/directory.ts";
import type { Page } from "../../model/incident.ts";
import { readLimit } from "../incidents/words.ts";
import { pick, pickUser, readDirectory } from "../references.ts";
import { declareTraits } from "../traits.ts";
import { shapes } from "./shapes.ts";
import { addShiftOptions, asksShifts, type ShiftOptions, shiftExamples } from "./shift-options.ts";

interface ListOptions extends GlobalOptions {
  query?: string;
  limit?: number;
  all?: boolean;
}

/** Most rows a list shows when nothing else is asked for. */
const defaultLimit = 100;

const singular: Record<DirectoryName, string> = {
  services: "service",
  schedules: "schedule",
  users: "user",
  teams: "team",
};

/** Fills `onduty services`, `schedules`, `users` or `teams`. */
export function addDirectory(name: DirectoryName): (group: Command, ctx: Context) => void {
  return (group, ctx) => {
    addList(group, ctx, name);
    addShow(group, ctx, name);
  };
}

function addList(group: Command, ctx: Context, name: DirectoryName): void {
  const command = group
    .command("list")
    .alias("ls")
    .description(`List ${name}`)
    .option("--query <text>", `only with this text in the name${name === "users" ? ", e-mail address" : ""} or id`)
    .option("--limit <n>", `most ${name} to list (default: ${defaultLimit})`, readLimit)
    .option("--all", "list every one")
    .addHelpText(
      "after",
      `
Examples:
  onduty ${name} list
  onduty ${name} list --query check --json
  onduty ${name} list --all --fields id,name -o csv

Exit codes: 0 listed, 1 this server does not publish ${name}, 2 usage, 3 no answer, 4 key, 6 rate limited
`,
    )
    .action((_, self: Command) => listRows(ctx, name, self.optsWithGlobals<ListOptions>()));
  declareTraits(command, { prints: shapes[name] });
}

function addShow(group: Command, ctx: Context, name: DirectoryName): void {
  const mail = name === "users" ? ", e-mail address" : "";
  const command = group
    .command("show")
    .description(`Show a ${singular[name]}`)
    .argument(`<${singular[name]}>`, `id${mail}, name, or the only name that begins so`);
  if (name === "schedules") addShiftOptions(command);
  command
    .addHelpText(
      "after",
      `
Examples:
  onduty ${name} show ${name === "users" ? "ada@example.com" : "checkout"}
  onduty ${name} show ${name === "users" ? "me" : "checkout"} --json${name === "schedules" ? shiftExamples : ""}

Exit codes: 0 shown, 1 this server does not publish ${name}, 2 usage, 3 no answer, 4 key, 5 not found
`,
    )
    .action((word: string, _, self: Command) => showRow(ctx, name, word, self.optsWithGlobals<ShiftOptions>()));
  const printsWith = { "--shifts": async () => ({ fields: (await import("../../model/oncall.ts")).shiftFields }) };
  declareTraits(command, { prints: shapes[name], ...(name === "schedules" && { printsWith }) });
}

async function listRows(ctx: Context, name: DirectoryName, options: ListOptions): Promise<void> {
  if (options.all === true && options.limit !== undefined) throw usageError("--all and --limit exclude each other");
  const printer = ctx.printer(options);
  printer.check(shapes[name]);
  const vendor = await ctx.connect(options);
  const told = { more: false, truncated: "", total: undefined as number | undefined };
  const limit = options.all === true ? Number.POSITIVE_INFINITY : (options.limit ?? defaultLimit);
  const pages = take(directoryOf(vendor, name), options.query, limit, told);
  const count = await printer.progress(`listing ${name}`, printer.list(pages, shapes[name]));
  if (told.more) {
    const of = options.query === undefined && told.total !== undefined && told.total > count ? ` of ${told.total}` : "";
    await printer.notice(
      `showing ${of === "" ? `the first ${count}; there are more` : `${count}${of}`}; --all for every one`,
    );
  }
  if (told.truncated === "") return;
  await printer.warn(`warning: this list is not complete: ${told.truncated}`);
  if (options.all === true) ctx.exitCode = ExitCode.partial;
}

function directoryOf<Name extends DirectoryName>(
  { provider, connection }: Connected,
  name: Name,
): AsyncIterable<Page<Directory[Name]>> {
  if (provider.directory === undefined) throw unsupported(provider.name, name);
  return provider.directory(connection, name);
}

/** At most `limit` rows that match, and whether there are more. */
async function* take<Row extends { id: string; name: string; email?: string | null }>(
  pages: AsyncIterable<Page<Row>>,
  query: string | undefined,
  limit: number,
  told: { more: boolean; truncated: string; total: number | undefined },
): AsyncIterable<Row[]> {
  const wanted = query?.toLowerCase();
  let left = limit;
  for await (const page of pages) {
    told.total ??= page.total;
    if (page.truncated !== undefined) told.truncated = page.truncated;
    const rows = page.rows.filter(
      ({ id, name, email }) =>
        wanted === undefined || [id, name, email].some((text) => text?.toLowerCase().includes(wanted)),
    );
    if (rows.length > left) told.more = true;
    yield rows.slice(0, left);
    left -= Math.min(left, rows.length);
    if (told.more) return;
  }
}

async function showRow(ctx: Context, name: DirectoryName, given: string, options: ShiftOptions): Promise<void> {
  const printer = ctx.printer(options);
  const word = given.trim();
  if (asksShifts(options)) {
    if (word === "") throw usageError("the schedule is empty", "onduty schedules list");
    return (await import("./shifts.ts")).showShifts(ctx, word, options);
  }
  printer.check(shapes[name]);
  if (word === "") throw usageError(`the ${singular[name]} is empty`, `onduty ${name} list`);
  const vendor = await ctx.connect(options);
  if (vendor.provider.directory === undefined) throw unsupported(vendor.provider.name, name);
  const found = await printer.progress(`looking for "${word}"`, find(vendor, name, word));
  await printer.object(found, shapes[name]);
}

async function find<Name extends DirectoryName>(vendor: Connected, name: Name, word: string): Promise<object> {
  if (name !== "users") return pick(singular[name], word, await readDirectory(vendor, name));
  const { findMe } = await import("../references.ts");
  const wanted = word === "me" ? (await findMe(vendor)).id : word;
  return pickUser(wanted, await readDirectory(vendor, "users"));
}
