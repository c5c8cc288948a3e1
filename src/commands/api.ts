import type { Command } from "commander";
import {
  collectField,
  collectHeader,
  collectQuery,
  collectRawField,
  type Field,
  nest,
  type Pair,
  queryText,
  readTextFile,
} from "../api/fields.ts";
import { type ApiRequest, paginate, toOptions } from "../api/paginate.ts";
import { readAll } from "../cli/arguments/ids.ts";
import { readLimit } from "../cli/arguments/words.ts";
import { declareTraits } from "../cli/traits.ts";
import type { Connected, Context, GlobalOptions } from "../context.ts";
import { CliError, ExitCode, usageError } from "../errors.ts";
import type { HttpClient } from "../http/client.ts";
import { printDryRun } from "../output/dry-run.ts";
import type { Printer } from "../output/printer.ts";

interface ApiOptions extends GlobalOptions {
  field?: Field[];
  rawField?: Field[];
  /** Of `--input`, whose own name is that of `--no-input`. */
  inputFile?: string | undefined;
  query?: Pair[];
  header?: Pair[];
  include?: boolean;
  paginate?: boolean;
  limit?: number;
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof methods)[number];

export function addApi(command: Command, ctx: Context): void {
  command
    .usage("[options] [method] <path>")
    .argument("<words...>", "method, GET when left out, and path of a route of the profile's vendor")
    .option(
      "--field <name=value>",
      "true, false, null and numbers are themselves, @FILE is a file's text, @- standard input; may be repeated",
      collectField,
    )
    .option("--raw-field <name=value>", "always a text; may be repeated", collectRawField)
    .option("--input <file>", "JSON to send; - for standard input")
    .option("--query <name=value>", "behind the path; may be repeated", collectQuery)
    .option("--header <name: value>", "may be repeated", collectHeader)
    .option("--include", "print status and headers before the answer")
    .option("--paginate", "ask for all pages, and print one array")
    .option("--limit <n>", "with --paginate: at most so many", readLimit)
    .addHelpText(
      "after",
      `
The answer is printed as it came. Fields are sent as JSON, with GET and HEAD behind the path; name[inner]=value and
name[]=value make objects and lists. A whole address is taken when it is one of the profile's own host.

Examples:
  onduty api /api/incidents --query limit=5
  onduty api GET /api/incidents --paginate --jq '.[].title' -r
  onduty api PATCH /api/incidents/inc_1 --field status=ACKNOWLEDGED
  onduty api POST /incident/list --input window.json --profile flashduty

Exit codes: 0 answered, 1 refused, 2 usage, 3 no answer, 4 key, 5 not found, 6 rate limited, 7 --paginate but not complete
`,
    )
    .action((words: string[], _, self: Command) => {
      const inputFile = self.opts<{ input?: string }>().input;
      return callApi(ctx, words, { ...self.optsWithGlobals<ApiOptions>(), inputFile });
    });
  declareTraits(command, { writes: true });
}

async function callApi(ctx: Context, words: string[], options: ApiOptions): Promise<void> {
  const printer = ctx.printer(options);
  if (options.dryRun !== true) printer.checkValue();
  const { method, target } = readWords(words);
  const connected = await ctx.connect(options);
  checkPaging(method, options, connected.provider);
  const { path, search } = toPath(target, connected.connection.profile.baseUrl);
  const fields = [...(options.field ?? []), ...(options.rawField ?? [])];
  const reads = method === "GET" || method === "HEAD";
  const body = await readBody(ctx, method, fields, options.inputFile);
  const query = [...new URLSearchParams(search), ...(options.query ?? [])];
  if (reads) for (const [name, value] of fields) query.push([name, queryText(name, value)]);
  const request: ApiRequest = {
    route: `${method} ${path}`,
    search: query,
    body,
    headers: Object.fromEntries(options.header ?? []),
    // Of these the standard says that a repeat does no more.
    idempotent: reads || method === "PUT" || method === "DELETE",
  };
  const http = await connected.connection.http();
  if (options.dryRun === true && !reads) {
    await printDryRun(printer, connected, () => http.request(request.route, toOptions(request)));
    return;
  }
  if (options.paginate === true) {
    const complete = await paginate(printer, connected.provider, http, request, options.limit);
    if (!complete) ctx.exitCode = ExitCode.partial;
    return;
  }
  await answer(ctx, printer, http, request, options);
}

/** A write that was asked for page by page would be done again and again. */
function checkPaging(method: Method, options: ApiOptions, { name, listMethods }: Connected["provider"]): void {
  const { limit, include, paginate: all } = options;
  if (all !== true) {
    if (limit !== undefined) throw usageError("--limit is for --paginate", "--paginate");
    return;
  }
  if (include === true) throw usageError("--include shows one answer, and --paginate merges several");
  if (!listMethods.some((one) => one === method))
    throw usageError(`--paginate is for lists, which ${name} gives to ${listMethods.join(" and ")}`);
}

/** One request; its answer is printed as it came. */
async function answer(
  ctx: Context,
  printer: Printer,
  http: HttpClient,
  request: ApiRequest,
  options: ApiOptions,
): Promise<void> {
  let raw: { status: number; headers: Record<string, string>; text: string } | undefined;
  let failure: unknown;
  const work = http.request(request.route, {
    ...toOptions(request),
    onAnswer: (one) => {
      raw = one;
    },
  });
  const result = await printer.progress("asking", work).catch((error: unknown) => {
    failure = error;
    return undefined;
  });
  if (options.include === true && raw !== undefined) {
    const lines = [`HTTP ${raw.status}`, ...Object.entries(raw.headers).map(([name, value]) => `${name}: ${value}`)];
    await printer.text(`${lines.join("\n")}\n`);
  }
  if (failure !== undefined) {
    if (options.include === true && raw !== undefined) await printText(ctx, printer, raw.text);
    throw failure as CliError;
  }
  const text = raw?.text ?? "";
  if (result?.body !== undefined) return printer.jsonText(text);
  if (printer.format !== "table" && text.trim() !== "")
    throw new CliError("failure", `${request.route}: the answer is not JSON`, { hint: "leave out the format" });
  await printText(ctx, printer, text);
}

async function printText(ctx: Context, printer: Printer, text: string): Promise<void> {
  if (text === "") return;
  if (printer.isTTY) await printer.text(text.replace(/\n$/, ""));
  else await ctx.streams.out.write(text.endsWith("\n") ? text : `${text}\n`);
}

function readWords(words: readonly string[]): { method: Method; target: string } {
  const [first = "", second, ...rest] = words;
  if (rest.length > 0)
    throw usageError(`there are ${words.length} words where method and path are expected`, "onduty api GET /path");
  if (second === undefined) {
    if (methods.some((method) => method === first.toUpperCase()))
      throw usageError("the path is missing", `onduty api ${first} /path`);
    return { method: "GET", target: first };
  }
  const method = methods.find((one) => one === first.toUpperCase());
  if (method === undefined)
    throw usageError(`"${first}" is not a method; there is ${methods.join(", ")}`, "onduty api GET /path");
  return { method, target: second };
}

/** A path below the base URL, and what stands behind its `?`. @throws {CliError} `usage` when it leads to another host */
function toPath(target: string, baseUrl: string): { path: `/${string}`; search: string } {
  const base = new URL(baseUrl);
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) {
    const url = URL.canParse(target, base.href) ? new URL(target, base) : undefined;
    const prefix = base.pathname.replace(/\/+$/, "");
    if (url === undefined || url.origin !== base.origin || !`${url.pathname}/`.startsWith(`${prefix}/`))
      throw usageError(`"${target}" is not below ${baseUrl}, where the key belongs`, "onduty api /path");
    return { path: `/${url.pathname.slice(prefix.length + 1)}`, search: url.search.slice(1) };
  }
  if (!target.startsWith("/")) throw usageError(`the path "${target}" does not begin with /`, `onduty api /${target}`);
  if (/[\s\u0000-\u001f\u007f\\]/.test(target))
    throw usageError("the path has a blank, control character or backslash in it");
  const [path = "", ...search] = target.split("#")[0]?.split("?") ?? [];
  if (path.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part)))
    throw usageError(`the path "${target}" leads upwards`);
  return { path: path as `/${string}`, search: search.join("?") };
}

async function readBody(
  ctx: Context,
  method: Method,
  fields: Field[],
  input: string | undefined,
): Promise<ApiRequest["body"]> {
  const reads = method === "GET" || method === "HEAD";
  if (input !== undefined && fields.length > 0) throw usageError("--input and fields exclude each other");
  if (input !== undefined) {
    if (reads) throw usageError(`${method} sends no body`, "onduty api POST /path --input FILE");
    const text = input === "-" ? await readAll(ctx.streams.in) : await readTextFile(input);
    try {
      return { text, value: JSON.parse(text) };
    } catch {
      throw usageError(`--input ${input === "-" ? "on standard input" : `"${input}"`} is not JSON`);
    }
  }
  if (reads) return undefined;
  if (fields.length === 0 && method === "DELETE") return undefined;
  const value = await nest(fields, () => readAll(ctx.streams.in));
  return { text: JSON.stringify(value), value };
}
