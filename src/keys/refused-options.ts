import { usageError } from "../errors.ts";

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
    throw refusedKey(`--${name}`, argv.some((word) => /^webhooks?$/.test(word)) ? secretHint : undefined);
  }
}

const keyHint = "onduty keys set NAME --stdin, or in CI the variable ONDUTY_API_KEY";
const secretHint = "--secret-env NAME, the environment variable that holds it";

/** The error for a key given on the command line. */
export function refusedKey(what: string, hint = keyHint): Error {
  return usageError(
    `${what}: a key on the command line would appear in the shell's history and in the process list`,
    hint,
  );
}
