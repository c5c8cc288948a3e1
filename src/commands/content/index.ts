import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { readLimit } from "../../cli/arguments/words.ts";
import { declareTraits } from "../../cli/traits.ts";
import type { Connected, Context, GlobalOptions } from "../../context.ts";
import { CliError, ExitCode, unsupported, usageError } from "../../errors.ts";
import type { ContentFilter, ContentObject } from "../../model/content.ts";
import type { Page } from "../../model/incident.ts";
import { limitOf, printListing } from "../../output/listing.ts";
import type { Shape } from "../../output/shape.ts";
import { printedTime, shortAge } from "../../output/time.ts";

interface ListOptions extends GlobalOptions {
  limit?: number;
  all?: boolean;
  filter?: ContentFilter["filters"];
  query?: string;
  orderBy?: string;
  order: "asc" | "desc";
  hydrate: number;
}

/** Most rows a list shows when nothing else is asked for. */
const defaultLimit = 100;

/** Fills `onduty content`. */
export function addContent(content: Command, ctx: Context): void {
  const types = content
    .command("types")
    .description("List the types of content")
    .option("--limit <n>", `most types to list (default: ${defaultLimit})`, readLimit)
    .option("--all", "list every one")
    .addHelpText("after", help(["onduty content types", "onduty content types --jq '.[].name' -r"]))
    .action((_, self: Command) => listTypes(ctx, self.optsWithGlobals<ListOptions>()));
  const list = content
    .command("list")
    .alias("ls")
    .description("List the objects of a type")
    .argument("<type>", "name of a content type, such as runbook")
    .option(
      "--filter <condition>",
      "field=value, !=, ~= (contains), <, <=, > or >=, or the vendor's JSON; may be repeated",
      readFilter,
    )
    .option("--query <text>", "only with this text anywhere, by the vendor's search")
    .option("--order-by <field>", "such as internal.updatedAt")
    .addOption(new Option("--order <order>", "direction of the order").choices(["asc", "desc"]).default("asc"))
    .option("--hydrate <depth>", "fill in what objects refer to: 0, 1 or 2", readHydrate, 0)
    .option("--limit <n>", `most objects to list (default: ${defaultLimit})`, readLimit)
    .option("--all", "list every one")
    .addHelpText(
      "after",
      help([
        "onduty content list runbook",
        "onduty content list runbook --filter service=checkout --order-by internal.updatedAt --order desc",
        "onduty content list runbook --query failover --quiet",
      ]),
    )
    .action((type: string, _, self: Command) => listContent(ctx, type, self.optsWithGlobals<ListOptions>()));
  const show = content
    .command("show")
    .description("Show an object: text to read at a terminal")
    .argument("<type>", "name of a content type, such as runbook")
    .argument("<id>", "id of the object")
    .option("--hydrate <depth>", "fill in what it refers to: 0, 1 or 2", readHydrate, 0)
    .addHelpText(
      "after",
      help(["onduty content show runbook runbook-1", "onduty content show runbook runbook-1 --json"]),
    )
    .action((type: string, id: string, _, self: Command) =>
      showContent(ctx, type, id, self.optsWithGlobals<ListOptions>()),
    );
  declareTraits(types, { prints: typeShape });
  declareTraits(list, { prints: shape });
  declareTraits(show, { prints: shape });
}

function help(examples: string[]): string {
  const lines = examples.map((line) => `  ${line}`).join("\n");
  return `\nExamples:\n${lines}\n\nExit codes: 0 shown, 2 usage, 3 no answer, 4 key, 5 not found, 6 rate limited, 7 not complete\n`;
}

const shape: Shape<ContentObject> = {
  columns: [
    { header: "ID", value: (row) => text(row.id) },
    { header: "TITLE", value: titleOf, cut: 1 },
    {
      header: "UPDATED",
      value: (row, now) => ageOf(row, now),
      pipe: (row) => updatedAt(row),
    },
  ],
  fields: ["id", "internal.objectTitle", "internal.updatedAt"],
  anyField: true,
  id: (row) => text(row.id) ?? "",
  empty: "No objects.",
};

const typeShape: Shape<ContentObject> = {
  columns: [
    { header: "NAME", value: (row) => text(row.name) },
    { header: "LABEL", value: (row) => text(row.label), cut: 1 },
  ],
  fields: ["name", "label", "id"],
  anyField: true,
  id: (row) => text(row.name) ?? "",
  empty: "No types.",
};

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
}

function inner(row: ContentObject): Record<string, unknown> {
  return typeof row.internal === "object" && row.internal !== null ? (row.internal as Record<string, unknown>) : {};
}

function titleOf(row: ContentObject): string | null {
  return text(inner(row).objectTitle) ?? text(row.title) ?? text(row.name) ?? text(row.slug);
}

function updatedAt(row: ContentObject): string | null {
  const time = text(inner(row).updatedAt);
  return time === null || Number.isNaN(Date.parse(time)) ? null : new Date(time).toISOString();
}

function ageOf(row: ContentObject, now: Date): string | null {
  const time = updatedAt(row);
  return time === null ? null : shortAge(time, now);
}

async function connect(ctx: Context, options: GlobalOptions) {
  const connected = await ctx.connect(options);
  const { content } = connected.provider;
  if (content === undefined) throw unsupported(connected.provider.name, "content");
  return { ...connected, content };
}

async function listTypes(ctx: Context, options: ListOptions): Promise<void> {
  const limit = limitOf(options, defaultLimit);
  const { content, connection } = await connect(ctx, options);
  await print(ctx, content.types(connection, limit + 1), typeShape, options);
}

async function listContent(ctx: Context, type: string, options: ListOptions): Promise<void> {
  const limit = limitOf(options, defaultLimit);
  const { filter: filters = {}, query, orderBy, order, hydrate } = options;
  if (query !== undefined && (Object.keys(filters).length > 0 || hydrate > 0))
    throw usageError("the vendor's search takes neither --filter nor --hydrate", "leave out --query");
  const { content, connection } = await connect(ctx, options);
  const asked = {
    filters,
    order,
    hydrate,
    limit: limit + 1,
    ...(query !== undefined && { query }),
    ...(orderBy !== undefined && { orderBy }),
  };
  await print(ctx, content.list(connection, type, asked), shape, options).catch((error: unknown) => {
    if (!(error instanceof CliError) || error.kind !== "notFound") throw error;
    throw new CliError("notFound", `there is no content type "${type}"`, {
      hint: "onduty content types",
      status: 404,
      cause: error,
    });
  });
}

async function print(
  ctx: Context,
  pages: AsyncIterable<Page<ContentObject>>,
  of: Shape<ContentObject>,
  options: ListOptions,
): Promise<void> {
  const listing = { limit: limitOf(options, defaultLimit), progress: "listing" };
  const { count, isComplete } = await printListing(ctx.printer(options), pages, of, listing);
  if (!isComplete && (count === 0 || options.all === true)) ctx.exitCode = ExitCode.partial;
}

async function showContent(ctx: Context, type: string, id: string, options: ListOptions): Promise<void> {
  const printer = ctx.printer(options);
  const {
    content,
    connection,
  }: Pick<Connected, "connection"> & { content: NonNullable<Connected["provider"]["content"]> } = await connect(
    ctx,
    options,
  );
  const object = await printer.progress(`reading ${id}`, content.show(connection, type, id, options.hydrate));
  if (printer.format !== "table" || !printer.isTTY || options.fields !== undefined)
    return printer.object(object, { ...shape, fields: Object.keys(object) });
  const { readable } = await import("../../content/readable.ts");
  const updated = updatedAt(object);
  await printer.text(readable(object, titleOf(object) ?? id, updated && printedTime(updated, options.tz)));
}

const comparisons: Record<string, string> = {
  "!=": "notEqual",
  "~=": "contains",
  "<=": "lessThanOrEqual",
  ">=": "greaterThanOrEqual",
  "=": "equals",
  "<": "lessThan",
  ">": "greaterThan",
};

function readFilter(condition: string, before: ContentFilter["filters"] = {}): ContentFilter["filters"] {
  if (condition.trimStart().startsWith("{")) {
    const own = readOwnFilter(condition);
    for (const field of Object.keys(own)) refuseTwice(field, before);
    return { ...before, ...own };
  }
  const [, field = "", sign = "", value = ""] = /^([\w.[\]*-]+?)\s*(!=|~=|<=|>=|=|<|>)\s*(.*)$/s.exec(condition) ?? [];
  const type = comparisons[sign];
  if (type === undefined)
    throw new InvalidArgumentError("A filter is written field=value, with =, !=, ~=, <, <=, > or >=.");
  refuseTwice(field, before);
  return { ...before, [field]: { type, filter: value } };
}

function refuseTwice(field: string, before: ContentFilter["filters"]): void {
  if (Object.hasOwn(before, field))
    throw new InvalidArgumentError(`There are two filters for "${field}", and the vendor takes one.`);
}

/** The vendor's own form: `{"field": {"type": "inRange", "filter": …, "filter2": …}}`. */
function readOwnFilter(json: string): ContentFilter["filters"] {
  let filters: unknown;
  try {
    filters = JSON.parse(json);
  } catch {}
  const isOwn = (one: unknown): boolean =>
    typeof one === "object" && one !== null && "type" in one && typeof one.type === "string";
  if (typeof filters !== "object" || filters === null || !Object.values(filters).every(isOwn))
    throw new InvalidArgumentError(
      `This is not a filter of the vendor's form: {"field":{"type":"equals","filter":1}}.`,
    );
  return filters as ContentFilter["filters"];
}

function readHydrate(word: string): number {
  if (!/^[012]$/.test(word)) throw new InvalidArgumentError("Allowed choices are 0, 1, 2.");
  return Number(word);
}
