import { ExitCode } from "../../errors.ts";
import type { Listed, ResultEnd } from "../../output/result.ts";
import { readLimit } from "../arguments/words.ts";
import { flag, value } from "../options.ts";

/** `--limit` and `--all` of a list of `things`, of which it shows `usual` when neither is given. */
export function limitOptions(things: string, usual: number) {
  return {
    limit: value("n", `most ${things} to list`, readLimit, { defaultWord: String(usual) }),
    all: flag("list every one"),
  };
}

/** How a list ends: it is partial where not every row could be had, and it is empty or every one was asked for. */
export function endOfList({ all }: { all?: boolean }): (listed: Listed) => ResultEnd {
  return ({ count, isComplete }) =>
    !isComplete && (count === 0 || all === true) ? { exitCode: ExitCode.partial } : {};
}
