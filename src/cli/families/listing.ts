import { ExitCode, usageError } from "../../errors.ts";
import type { Listed, ResultEnd } from "../../output/result.ts";
import { readLimit } from "../arguments/list-options.ts";
import { flag, value } from "../options.ts";

/** `--limit` and `--all` of a list of `things`, of which it shows `usual` when neither is given. */
export function limitOptions(things: string, usual: number) {
  return {
    limit: value("n", `maximum number of ${things} to list`, readLimit, { defaultWord: String(usual) }),
    all: flag("list every one"),
  };
}

interface LimitOptions {
  limit?: number;
  all?: boolean;
}

/** Maximum number of rows to show; infinite with `--all`. @throws {CliError} `usage` if both are given */
export function limitOf({ all, limit }: LimitOptions, usual: number): number {
  if (all === true && limit !== undefined) throw usageError("--all and --limit exclude each other");
  return all === true ? Number.POSITIVE_INFINITY : (limit ?? usual);
}

/** Ends a list. It is partial if rows are missing and the list is empty, or `--all` was given. */
export function endOfList({ all }: LimitOptions): (listed: Listed) => ResultEnd {
  return ({ count, isComplete }) =>
    !isComplete && (count === 0 || all === true) ? { exitCode: ExitCode.partial } : {};
}
