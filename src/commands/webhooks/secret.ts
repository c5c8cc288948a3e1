import type { Command } from "commander";
import { parseDuration } from "../../cli/arguments/duration.ts";
import type { Context } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { looksLikeKey } from "../../keys/read.ts";

export interface SignatureOptions {
  /** Name of an environment variable. */
  secretEnv: string;
  /** Milliseconds. */
  tolerance: number;
}

/** Declares what a signature is checked with. */
export function addSignatureOptions(command: Command): Command {
  command
    .requiredOption("--secret-env <name>", "the environment variable that holds the webhook's secret")
    .option(
      "--tolerance <duration>",
      "how old a signature may be, where it has a time; 0 for any age",
      parseDuration,
      300_000,
    );
  for (const option of command.options) if (option.long === "--tolerance") option.default(300_000, "5m");
  return command;
}

/** @throws {CliError} `usage` when there is no such variable, or it is the secret itself */
export function readSecret({ env }: Pick<Context, "env">, name: string): string {
  const isName = /^[A-Za-z_]\w*$/.test(name) && !looksLikeKey(name);
  const hint = "export ONDUTY_WEBHOOK_SECRET=..., then --secret-env ONDUTY_WEBHOOK_SECRET";
  if (!isName) throw usageError("--secret-env takes the name of an environment variable, never the secret", hint);
  const secret = env[name];
  if (secret) return secret;
  // What has not the look of a name may be the secret, and is not repeated.
  const shown = /^[A-Z_][A-Z0-9_]*$/.test(name) ? `the environment variable ${name}` : "that environment variable";
  throw usageError(`the webhook's secret is missing: ${shown} is not set`, hint);
}
