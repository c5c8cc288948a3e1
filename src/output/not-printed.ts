import { CliError } from "../errors.ts";

/** That what was done could not be printed, such as by a jq expression that fails on it: it is done all the same. */
export function notPrinted(error: unknown, what: string): unknown {
  if (!(error instanceof CliError)) return error;
  return new CliError("failure", `${what} could not be printed: ${error.message}`, { hint: error.hint, cause: error });
}
