import { readLimit } from "../arguments/words.ts";
import { flag, value } from "../options.ts";

/** `--limit` and `--all` of a list of `things`, of which it shows `usual` when neither is given. */
export function limitOptions(things: string, usual: number) {
  return {
    limit: value("n", `most ${things} to list`, readLimit, { defaultWord: String(usual) }),
    all: flag("list every one"),
  };
}
