import { ExitCode } from "../errors.ts";
import type { AnyCommand } from "./command.ts";
import { wrap } from "./wrap.ts";

/** Columns of text after the options. */
const width = 80;

/** What help prints after the options of a command: notes, examples, exit codes. */
export function notesText({
  notes,
  examples,
  ...codes
}: Pick<AnyCommand, "notes" | "examples" | "exitCodes" | "foreignExitCodes">): string {
  const parts = [
    ...(notes === undefined ? [] : [notes.trim()]),
    ...(examples.length === 0 ? [] : [`Examples:\n${examples.map((line) => `  ${line}`).join("\n")}`]),
    wrap(
      `Exit codes: ${exitCodesOf(codes)
        .map(({ code, when }) => (code === null ? when : `${code} ${when}`))
        .join(", ")}`,
      width,
    ).join("\n"),
  ];
  return `\n${parts.join("\n\n")}\n`;
}

/** In the order of the numbers; those of another program come first. */
export function exitCodesOf({
  exitCodes,
  foreignExitCodes = [],
}: Pick<AnyCommand, "exitCodes" | "foreignExitCodes">): { code: number | null; when: string }[] {
  const own = Object.entries(ExitCode).flatMap(([name, code]) => {
    const when = exitCodes[name as keyof typeof ExitCode];
    return when === undefined ? [] : [{ code, when }];
  });
  return [...foreignExitCodes, ...own];
}
