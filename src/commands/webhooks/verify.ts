import { type Command, InvalidArgumentError } from "commander";
import { declareTraits } from "../../cli/traits.ts";
import type { Context, GlobalOptions } from "../../context.ts";
import { ExitCode, usageError } from "../../errors.ts";
import type { Shape } from "../../output/shape.ts";
import type { WebhookDescriptor } from "../../providers/descriptor.ts";
import type { SignatureVerdict } from "../../providers/webhooks.ts";
import { type WebhookVendor, webhookVendor } from "../../webhooks/vendor.ts";
import { addSignatureOptions, readSecret, type SignatureOptions } from "./secret.ts";

interface VerifyOptions extends GlobalOptions, SignatureOptions {
  file?: string;
  header?: [name: string, value: string][];
  signature?: string;
  timestamp?: string;
}

/** What is known of one signature. */
interface Verdict {
  valid: boolean;
  form: string | null;
  /** ISO 8601 UTC; null where the form has no time. */
  signedAt: string | null;
  /** What is wrong; null when it is valid. */
  reason: string | null;
}

const shape: Shape<Verdict> = {
  columns: [
    { header: "VALID", value: (row) => String(row.valid) },
    { header: "FORM", value: (row) => row.form },
    { header: "SIGNED AT", value: (row) => row.signedAt },
    { header: "REASON", value: (row) => row.reason },
  ],
  fields: ["valid", "form", "signedAt", "reason"],
};

export function addWebhooksVerify(parent: Command, ctx: Context): void {
  const command = parent
    .command("verify")
    .description("Check the signature of a webhook of OpsKnight's, as it was received")
    .option("--file <file>", "the body, byte for byte as it came; without it or as -, standard input")
    .option(
      "--header <name: value>",
      "a header that came with it; may be repeated, others than its own are skipped",
      collect,
    )
    .option("--signature <signature>", "the same as --header 'X-OpsKnight-Signature: ...'")
    .option("--timestamp <milliseconds>", "the same as --header 'X-OpsKnight-Timestamp: ...'");
  addSignatureOptions(command)
    .addHelpText(
      "after",
      `
Three forms are known: X-OpsKnight-Signature over the body, the same over X-OpsKnight-Timestamp, a dot and the body, and
X-Webhook-Signature over the body, of status pages.

Examples:
  onduty webhooks verify --secret-env WEBHOOK_SECRET --signature "$SIGNATURE" --file body.json
  onduty webhooks verify --secret-env WEBHOOK_SECRET --signature "$SIGNATURE" --timestamp "$STAMP" < body.json
  onduty webhooks verify --secret-env WEBHOOK_SECRET --header "X-Webhook-Signature: $SIGNATURE" --file body.json

Exit codes: 0 valid, 2 usage, 9 not valid
`,
    )
    .action((_, self: Command) => verify(ctx, self.optsWithGlobals<VerifyOptions>()));
  declareTraits(command, { prints: shape });
}

function collect(text: string, before: [string, string][] = []): [string, string][] {
  const at = text.indexOf(":");
  if (at < 1) throw new InvalidArgumentError("A header is written name: value.");
  return [...before, [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim()]];
}

async function verify(ctx: Context, options: VerifyOptions): Promise<void> {
  const printer = ctx.printer(options);
  printer.check(shape);
  const secret = readSecret(ctx, options.secretEnv);
  const { title, webhooks } = await webhookVendor(ctx, options);
  const headers = readHeaders(options, { title, webhooks });
  const body = await readBody(ctx, options.file);
  const { verify: verifySignature } = await webhooks.load();
  const verdict = verifySignature({ headers, body }, { secret, toleranceMs: options.tolerance, now: ctx.now() });
  const row = toRow(verdict);
  const asText = printer.format === "table" && printer.isTTY && options.fields === undefined;
  if (!asText) await printer.object(row, shape);
  else if (row.valid) await printer.text(`valid (${row.form})`);
  if (row.valid) return;
  await printer.warn(`not valid: ${row.reason}`);
  ctx.exitCode = ExitCode.no;
}

function toRow({ problem, form, signedAt }: SignatureVerdict): Verdict {
  return { valid: problem === null, form, signedAt: signedAt?.toISOString() ?? null, reason: problem };
}

/** @throws {CliError} `usage` when nothing was given, or one of them twice */
function readHeaders(
  { header = [], signature, timestamp }: VerifyOptions,
  { title, webhooks }: Pick<WebhookVendor, "title" | "webhooks">,
): Record<string, string> {
  const given = [...header];
  if (signature !== undefined) given.push([webhooks.signature.header.toLowerCase(), signature]);
  if (timestamp !== undefined) {
    if (webhooks.timestamp === undefined) throw usageError(`webhooks of ${title} are signed without a time`);
    given.push([webhooks.timestamp.header.toLowerCase(), timestamp]);
  }
  const headers: Record<string, string> = Object.create(null);
  const signed = signedHeaders(webhooks);
  for (const [name, value] of given) {
    if (signed.includes(name) && name in headers) throw usageError(`the header ${name} is given twice`);
    headers[name] = value;
  }
  // Headers without a signature are an answer too: such a webhook is not valid.
  if (given.length > 0) return headers;
  const { signature: own, otherSignatures = [] } = webhooks;
  const others = otherSignatures.map((name) => `--header "${name}: ${own.example}"`);
  throw usageError("there is no signature to check", [`--signature ${own.example}`, ...others].join(", or "));
}

/** Headers that a signature is made of, in lower case. */
function signedHeaders({ signature, timestamp, otherSignatures = [] }: WebhookDescriptor): string[] {
  const names = [signature.header, ...(timestamp === undefined ? [] : [timestamp.header]), ...otherSignatures];
  return names.map((name) => name.toLowerCase());
}

/** @throws {CliError} `usage` when it cannot be read */
async function readBody({ streams }: Context, file = "-"): Promise<Uint8Array> {
  if (file !== "-") {
    const { readFile } = await import("node:fs/promises");
    return readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw usageError(`cannot read "${file}": ${error.code === "ENOENT" ? "there is no such file" : error.code}`);
    });
  }
  if (streams.in.isTTY) throw usageError("there is no body to check", "--file FILE, or < FILE");
  const chunks: Uint8Array[] = [];
  for await (const chunk of streams.in) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
