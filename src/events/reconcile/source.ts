import { readFile, stat } from "node:fs/promises";
import type { Context, GlobalOptions } from "../../context.ts";
import { cannotRead } from "../../disk/input-file.ts";
import { CliError, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { parseExactly } from "../../model/exact-json.ts";
import { asObject } from "../../model/object.ts";

/** The alerts as a text or a server gave them. */
export interface Listed {
  body: unknown;
  /** When it was read, unless that was after the incidents were. */
  at: Date | undefined;
}

export interface SourceOptions extends Pick<GlobalOptions, "timeout" | "maxWait"> {
  file: string;
  url: string | undefined;
  /** Alertmanager has no alerts when it starts, and is sent them again within this time. In milliseconds. */
  minUptime: number;
}

/** A file that is older than this may miss what was opened since. In milliseconds. */
const maxFileAgeMs = 5 * 60_000;

/** Reads the alerts of a file or of standard input. @throws {CliError} `usage` when that cannot be read or is empty */
export async function readListedFile(ctx: Context, file: string): Promise<Listed> {
  const { text, at } = file === "-" ? await readInput(ctx) : await readOld(ctx, file);
  if (text.trim() === "") throw usageError("the input is empty: nothing is known of the alerts");
  try {
    return { body: parseExactly(text), at };
  } catch {
    throw usageError("the input is not JSON: nothing is known of the alerts");
  }
}

async function readInput(ctx: Context): Promise<{ text: string; at: Date }> {
  if (ctx.streams.in.isTTY)
    throw usageError("standard input is the terminal", "onduty events reconcile --from alertmanager --url URL");
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.streams.in) chunks.push(Buffer.from(chunk));
  return { text: Buffer.concat(chunks).toString("utf8"), at: ctx.now() };
}

async function readOld(ctx: Context, file: string): Promise<{ text: string; at: Date | undefined }> {
  try {
    const [text, { mtime }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    return { text, at: ctx.now().getTime() - mtime.getTime() > maxFileAgeMs ? mtime : undefined };
  } catch (error) {
    throw cannotRead(file, error as NodeJS.ErrnoException);
  }
}

/**
 * Asks Alertmanager for its alerts.
 *
 * @throws {CliError} as `HttpClient.request`, and `failure` when it has not been up for long enough to know them
 */
export async function askAlertmanager(ctx: Context, url: string, options: SourceOptions): Promise<Listed> {
  const http = await connectTo(ctx, baseOf(url), options);
  try {
    if (options.minUptime > 0) await checkUptime(http, ctx.now(), options.minUptime);
    const { body } = await http.request("GET /api/v2/alerts");
    return { body, at: undefined };
  } catch (error) {
    throw error instanceof CliError ? ofAlertmanager(error) : error;
  } finally {
    await http.close();
  }
}

/** A failure of Alertmanager, which is no vendor: its keys and routes are not those of a profile. */
function ofAlertmanager(error: CliError): CliError {
  if (error.status === undefined) return error.reworded(`Alertmanager: ${error.message}`);
  const hint =
    error.kind === "auth"
      ? "curl --netrc -s URL/api/v2/alerts | onduty events reconcile --from alertmanager -"
      : "is --url the address of Alertmanager?";
  return error.reworded(`Alertmanager: ${error.message}`, { kind: "failure", hint });
}

async function connectTo(ctx: Context, baseUrl: string, { timeout, maxWait }: SourceOptions): Promise<HttpClient> {
  const { createHttpClient } = await import("../../http/client.ts");
  return createHttpClient({
    baseUrl,
    // No key goes there.
    allowHttp: true,
    dialect: { authorize: () => {}, readError: ({ body }) => errorIn(body) },
    timeoutMs: timeout,
    maxWaitMs: maxWait,
    env: ctx.env,
    userAgent: `onduty/${ctx.version}`,
    redact: (text) => ctx.redact(text),
    signal: ctx.signal,
    now: () => ctx.now(),
  });
}

/** Alertmanager answers a bare string, and a page behind it anything. */
function errorIn(body: unknown): { message: string } | undefined {
  const message = asObject(body)?.message ?? (typeof body === "string" ? body : undefined);
  return typeof message === "string" ? { message } : undefined;
}

async function checkUptime(http: HttpClient, now: Date, minUptime: number): Promise<void> {
  const { body } = await http.request("GET /api/v2/status");
  const status = asObject(body);
  const started = typeof status?.uptime === "string" ? Date.parse(status.uptime) : Number.NaN;
  if (Number.isNaN(started))
    throw new CliError("failure", "it does not report since when it is up", {
      hint: "--min-uptime 0s takes its list all the same",
    });
  const seconds = Math.max(0, Math.floor((now.getTime() - started) / 1000));
  if (seconds * 1000 < minUptime)
    throw new CliError(
      "failure",
      `it has been up for ${seconds} s only and may not know all alerts yet, so nothing is compared`,
      { hint: "try again later, or --min-uptime 0s", retryable: true },
    );
}

/** The address without what is behind its base. @throws {CliError} `usage` on one that is not an http(s) URL, or holds a password */
function baseOf(url: string): string {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw usageError("--url is not an http:// or https:// URL", "--url http://127.0.0.1:9093");
  const { origin, pathname, username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw usageError(
      "--url must not hold a user or password",
      "curl --netrc -s URL/api/v2/alerts | onduty events reconcile --from alertmanager -",
    );
  return `${origin}${pathname.replace(/\/(?:api\/v2(?:\/alerts)?\/?)?$/, "")}`;
}
