import type { Command } from "commander";
import { readLimit } from "../../cli/arguments/words.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Connected, Context, GlobalOptions } from "../../context.ts";
import { pick, pickUser, readDirectory } from "../../directory/resolve.ts";
import { shapes } from "../../directory/shapes.ts";
import { ExitCode, unsupported, usageError } from "../../errors.ts";
import type { Directory, DirectoryName } from "../../model/directory.ts";
import type { Page } from "../../model/incident.ts";
import { fold } from "../../model/match.ts";
import { limitOf, printListing } from "../../output/listing.ts";
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

Exit codes: 0 listed, 1 this server does not publish ${name}, 2 usage, 3 no answer, 4 key, 6 rate limited,
7 not complete, and empty or asked for with --all
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
  const limit = limitOf(options, defaultLimit);
  const printer = ctx.printer(options);
  printer.check(shapes[name]);
  const vendor = await ctx.connect(options);
  const pages = matching(directoryOf(vendor, name), options.query);
  const listing = { limit, progress: `listing ${name}` };
  const { count, isComplete } = await printListing(printer, pages, shapes[name], listing);
  if (!isComplete && (count === 0 || options.all === true)) ctx.exitCode = ExitCode.partial;
}

function directoryOf<Name extends DirectoryName>(
  { provider, connection }: Connected,
  name: Name,
): AsyncIterable<Page<Directory[Name]>> {
  if (provider.directory === undefined) throw unsupported(provider.name, name);
  return provider.directory(connection, name);
}

/** Only the rows with this text; how many of them there are is then not known. */
async function* matching<Row extends { id: string; name: string; email?: string | null }>(
  pages: AsyncIterable<Page<Row>>,
  query: string | undefined,
): AsyncIterable<Page<Row>> {
  if (query === undefined) return yield* pages;
  const wanted = fold(query);
  for await (const { total: _, rows, ...told } of pages) {
    const found = rows.filter(({ id, name, email }) =>
      [id, name, email].some((text) => text && fold(text).includes(wanted)),
    );
    yield { ...told, rows: found };
  }
}

async function showRow(ctx: Context, name: DirectoryName, given: string, options: ShiftOptions): Promise<void> {
  const printer = ctx.printer(options);
  const word = given.trim();
  if (asksShifts(options)) {
    if (word === "") throw usageError("the schedule is empty", "onduty schedules list");
    return (await import("../../directory/shifts.ts")).showShifts(ctx, word, options);
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
  const { findMe } = await import("../../directory/resolve.ts");
  const wanted = word === "me" ? (await findMe(vendor)).id : word;
  return pickUser(wanted, await readDirectory(vendor, "users"));
}
