import { CliError } from "../errors.ts";

/** The error for work that is done but could not be printed, such as when a jq expression fails on its result. */
export function notPrinted(error: unknown, what: string): unknown {
  if (!(error instanceof CliError)) return error;
  return new CliError("failure", `${what} could not be printed: ${error.message}`, { hint: error.hint, cause: error });
}
