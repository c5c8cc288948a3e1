import { readBytes } from "../../cli/arguments/stdin.ts";
import { defineCommand } from "../../cli/command.ts";
import {
  readSecret,
  readSignedHeaders,
  signatureOptions,
  signedHeaderOptions,
} from "../../cli/families/webhook-signature.ts";
import { files, text } from "../../cli/options.ts";
import { readInputFile } from "../../disk/input-file.ts";
import { ExitCode, usageError } from "../../errors.ts";
import { object } from "../../output/result.ts";
import { webhookVendor } from "../../webhooks/vendor.ts";
import { toVerdict, verdictShape } from "../../webhooks/verdict.ts";

export const verify = defineCommand({
  name: "verify",
  summary: "Verify the signature of a webhook",
  options: {
    file: text("file", "the body, byte for byte as it came; without it or as -, standard input", { completes: files }),
    ...signedHeaderOptions,
    ...signatureOptions,
  },
  output: verdictShape,
  notes: `
The profile decides the vendor. OpsKnight signs in three forms: X-OpsKnight-Signature over the body, the same over
X-OpsKnight-Timestamp, a dot and the body, and X-Webhook-Signature over the body, of status pages. PagerDuty has
X-PagerDuty-Signature over the body, with one signature for each secret while they change; one that matches is enough.`,
  examples: [
    'onduty webhooks verify --secret-env WEBHOOK_SECRET --signature "$SIGNATURE" --file body.json',
    'onduty webhooks verify --secret-env WEBHOOK_SECRET --signature "$SIGNATURE" --timestamp "$STAMP" < body.json',
    'onduty webhooks verify --secret-env WEBHOOK_SECRET --header "X-Webhook-Signature: $SIGNATURE" --file body.json',
    'onduty webhooks verify --profile pd --secret-env WEBHOOK_SECRET --signature "$SIGNATURE" --file body.json',
  ],
  exitCodes: { ok: "valid", usage: "usage", no: "not valid" },
  check({ secretEnv }, _, ctx) {
    readSecret(ctx, secretEnv);
  },
  async run({ ctx, options }) {
    const secret = readSecret(ctx, options.secretEnv);
    const vendor = await webhookVendor(ctx, options);
    const headers = readSignedHeaders(options, vendor);
    const { file = "-" } = options;
    if (file === "-" && ctx.streams.in.isTTY) throw usageError("no body to verify", "--file FILE, or < FILE");
    const body = file === "-" ? await readBytes(ctx.streams.in) : await readInputFile(file);
    const webhooks = await vendor.webhooks.load();
    const checked = webhooks.verify({ headers, body }, { secret, toleranceMs: options.tolerance, now: ctx.now() });
    const verdict = toVerdict(checked);
    if (verdict.valid) return object(verdict, { text: `valid (${verdict.form})` });
    return object(verdict, { text: "", warnings: [`not valid: ${verdict.reason}`], exitCode: ExitCode.no });
  },
});
