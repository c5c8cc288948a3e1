import { InvalidArgumentError } from "commander";
import { valueOr, word } from "../options.ts";

/* Shared parts of the commands on content. */

export const contentType = word("type", "name of a content type, such as runbook");

/** `--hydrate`, 0 when it is not given. */
export function hydrateOption(summary: string) {
  return valueOr("depth", summary, readHydrate, { value: 0, word: "0" });
}

/** The common end of these commands. */
export const contentExitCodes = {
  ok: "shown",
  usage: "usage",
  network: "no response",
  auth: "key",
  notFound: "not found",
  rateLimited: "rate limited",
  partial: "not complete",
} as const;

function readHydrate(depth: string): number {
  if (!/^[012]$/.test(depth)) throw new InvalidArgumentError("Allowed choices are 0, 1, 2.");
  return Number(depth);
}
