import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { looksLikeKey } from "../../keys/read.ts";
import { signedHeaders } from "../../webhooks/signed-headers.ts";
import type { WebhookVendor } from "../../webhooks/vendor.ts";
import { parseDuration } from "../arguments/duration.ts";
import { readHeader } from "../arguments/header.ts";
import type { OptionValues } from "../command.ts";
import { requiredText, text, value, valueOr } from "../options.ts";

/** What a signature is checked with. */
export const signatureOptions = {
  secretEnv: requiredText("name", "the environment variable that holds the webhook's secret"),
  tolerance: valueOr("duration", "how old a signature may be, where it has a time; 0 for any age", parseDuration, {
    value: 300_000,
    word: "5m",
  }),
} as const;

/** The headers of a webhook that was received. */
export const signedHeaderOptions = {
  header: value(
    "name: value",
    "a header that came with it; may be repeated, others than its own are skipped",
    (given, before: [name: string, value: string][] = []) => [...before, readHeader(given)],
    { repeatable: true },
  ),
  signature: text("signature", "the same as --header 'X-OpsKnight-Signature: ...', or that of the vendor"),
  timestamp: text("milliseconds", "the same as --header 'X-OpsKnight-Timestamp: ...'"),
} as const;

/** @throws {CliError} `usage` if the variable is not set, or the value is the secret itself */
export function readSecret({ env }: Pick<Context, "env">, name: string): string {
  const isName = /^[A-Za-z_]\w*$/.test(name) && !looksLikeKey(name);
  const hint = "export ONDUTY_WEBHOOK_SECRET=..., then --secret-env ONDUTY_WEBHOOK_SECRET";
  if (!isName) throw usageError("--secret-env takes the name of an environment variable, never the secret", hint);
  const secret = env[name];
  if (secret) return secret;
  // A value that does not look like a name may be the secret, so the message does not repeat it.
  const shown = /^[A-Z_][A-Z0-9_]*$/.test(name) ? `the environment variable ${name}` : "that environment variable";
  throw usageError(`the webhook's secret is missing: ${shown} is not set`, hint);
}

/** Headers by their names in lower case. @throws {CliError} `usage` when none was given, or one of a signature twice */
export function readSignedHeaders(
  { header = [], signature, timestamp }: OptionValues<typeof signedHeaderOptions>,
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
  for (const [name, line] of given) {
    if (signed.includes(name) && name in headers) throw usageError(`the header ${name} is given twice`);
    headers[name] = line;
  }
  // Headers without a signature are checked too: such a webhook is not valid.
  if (given.length > 0) return headers;
  const { signature: own, otherSignatures = [] } = webhooks;
  const others = otherSignatures.map((name) => `--header "${name}: ${own.example}"`);
  throw usageError("no signature to verify", [`--signature ${own.example}`, ...others].join(", or "));
}
