import { usageError } from "../errors.ts";
import type { KeyKind } from "../model/key.ts";

/** Option names with which users may try to pass a key. */
const names = [
  "api-key",
  "apikey",
  "api_key",
  "app-key",
  "key",
  "token",
  "auth-token",
  "access-token",
  "integration-key",
  "password",
  "secret",
  "webhook-secret",
  "signing-secret",
];

/**
 * Refuses an option that would take a key as its value, wherever it stands, before anything is parsed.
 *
 * @throws {CliError} `usage`, without the value
 */
export function refuseKeyOptions(argv: readonly string[]): void {
  for (const argument of argv) {
    // Arguments after `--` belong to another program.
    if (argument === "--") return;
    const name = names.find((one) => argument === `--${one}` || argument.startsWith(`--${one}=`));
    if (name === undefined) continue;
    const isOfWebhook = argv.some((word) => /^webhooks?$/.test(word));
    throw refusedKey(`--${name}`, isOfWebhook ? secretHint : wayIn(name === "integration-key" ? "integration" : "api"));
  }
}

/** How a key of a kind gets in. */
export function wayIn(kind: KeyKind): string {
  const option = kind === "api" ? "" : ` --kind ${kind}`;
  return `onduty keys set NAME${option} --stdin, or in CI the variable ONDUTY_${kind.toUpperCase()}_KEY`;
}

const secretHint = "--secret-env NAME, the environment variable that holds it";

/** The error for a key given on the command line. */
export function refusedKey(what: string, hint = wayIn("api")): Error {
  return usageError(
    `${what}: a key on the command line would appear in the shell's history and in the process list`,
    hint,
  );
}
