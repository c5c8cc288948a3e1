import { ExitCode } from "../errors.ts";
import type { AnyCommand } from "./command.ts";
import { flow, wrap } from "./wrap.ts";

/** Longer lines are hard to read. */
const maxColumns = 80;

/** What help prints after the options of a command: notes, examples, exit codes. */
export function notesText(
  { notes, examples, ...codes }: Pick<AnyCommand, "notes" | "examples" | "exitCodes" | "foreignExitCodes">,
  columns = maxColumns,
): string {
  const width = Math.min(columns, maxColumns);
  const parts = [
    ...(notes === undefined ? [] : [flow(notes.trim(), width)]),
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
