import { requestPages } from "../api/pages.ts";
import { isRead, keyOf, type Method, toOptions, toPlace, toRequest } from "../api/request.ts";
import { requestOnce } from "../api/response.ts";
import { readLimit } from "../cli/arguments/list-options.ts";
import { defineCommand } from "../cli/command.ts";
import { fieldsOf, methodAndPath, readBody, readMethodAndPath, requestOptions } from "../cli/families/api-request.ts";
import { flag, value } from "../cli/options.ts";
import { usageError } from "../errors.ts";
import { attempt, requestsResult } from "../output/dry-run.ts";
import type { Provider } from "../providers/provider.ts";

export const api = defineCommand({
  name: "api",
  summary: "Send a request to any route of the vendor, with the profile's key",
  arguments: { words: methodAndPath },
  options: {
    ...requestOptions,
    include: flag("print status and headers before the response"),
    paginate: flag("ask for all pages, and print one array"),
    limit: value("n", "with --paginate: maximum number of rows", readLimit),
  },
  asks: true,
  writes: true,
  ownDryRun: true,
  notes: `
The response is printed unchanged, that of a failure too. A route that takes the key of an integration gets the profile's, unless
the request has one. Fields are sent as JSON, with GET and HEAD behind the path; name[inner]=value and
name[]=value make objects and lists. A full URL is accepted when it is one of the profile's own host.`,
  examples: [
    "onduty api /api/incidents --query limit=5",
    "onduty api GET /api/incidents --paginate --jq '.[].title' -r",
    "onduty api PATCH /api/incidents/inc_1 --field status=ACKNOWLEDGED",
    "onduty api POST /incident/list --input window.json --profile flashduty",
    'onduty api POST "/api/integrations/prometheus?integrationId=ID" --input group.json',
  ],
  exitCodes: {
    ok: "printed",
    failure: "refused",
    usage: "usage",
    network: "no response",
    auth: "key",
    notFound: "not found",
    rateLimited: "rate limited",
    partial: "--paginate but not complete",
  },
  check(options, { words }, ctx) {
    // The requests that --dry-run prints are rows, of any format.
    if (options.dryRun !== true) ctx.printer(options).checkValue();
    readMethodAndPath(words);
  },
  async run({ ctx, args, options, printer }) {
    const { method, target } = readMethodAndPath(args.words);
    const connected = await ctx.connect(options);
    const { provider, connection } = connected;
    checkPaging(method, options, provider);
    const place = toPlace(target, connection.profile.baseUrl);
    const fields = fieldsOf(options);
    const body = await readBody(method, { fields, inputFile: options.inputFile }, ctx.streams.in);
    const { query = [], header: headers = [] } = options;
    const request = toRequest({ method, place, query, fields, body, headers });
    const http = await connection.http(keyOf(request, connected));
    if (options.dryRun === true && !isRead(method)) {
      const { requests } = await attempt(connected, () => http.request(request.route, toOptions(request)));
      return requestsResult(requests, printer.format);
    }
    if (options.paginate === true) return requestPages({ printer, provider, http }, request, options.limit);
    return requestOnce(printer, http, request, options);
  },
});

/** A write that was asked for page by page would be done again and again. @throws {CliError} `usage` */
function checkPaging(
  method: Method,
  { paginate = false, limit, include }: { paginate?: boolean; limit?: number; include?: boolean },
  { name, listMethods }: Pick<Provider, "name" | "listMethods">,
): void {
  if (!paginate && limit !== undefined) throw usageError("--limit is for --paginate", "--paginate");
  if (!paginate) return;
  if (include === true) throw usageError("--include shows one response, and --paginate merges several");
  if (!listMethods.some((one) => one === method))
    throw usageError(`--paginate is for lists, which ${name} gives to ${listMethods.join(" and ")}`);
}
