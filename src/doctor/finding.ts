import { CliError } from "../errors.ts";
import type { Column, Shape } from "../output/shape.ts";

export type FindingStatus = "ok" | "warning" | "problem" | "unknown";

/** The result of one check. It holds no secret: it can be pasted into a ticket. */
export interface Finding {
  check: string;
  /** What was checked: a folder, a profile. */
  subject: string;
  status: FindingStatus;
  message: string;
  /** What to do about it; null when there is nothing to do. */
  hint: string | null;
  /** It only follows from another finding; not printed. */
  skipped?: true;
  /** Nothing is known where something should be: no report of success. */
  unsure?: true;
}

export const findingShape: Shape<Finding> = {
  columns: [
    {
      header: "STATUS",
      value: (row) => row.status,
      style: (text, row, color) =>
        row.status === "ok" ? color.green(text) : row.status === "problem" ? color.red(text) : color.yellow(text),
    },
    { header: "CHECK", value: (row) => row.check },
    { header: "SUBJECT", value: (row) => row.subject, cut: 2 },
    { header: "MESSAGE", value: (row) => row.message, cut: 1 },
  ],
  fields: ["check", "subject", "status", "message", "hint"],
};

/** A finding as it is printed. */
export function toRow({ check, subject, status, message, hint }: Finding): Finding {
  return { check, subject, status, message, hint };
}

/** In a pipe nothing is cut, and no explanation follows. */
export const allColumns: Column<Finding>[] = [...findingShape.columns, { header: "HINT", value: (row) => row.hint }];

/** Makes findings of one check of one subject. */
export function findingFor(check: string, subject: string) {
  const make =
    (status: FindingStatus) =>
    (message: string, hint: string | null = null): Finding => ({ check, subject, status, message, hint });
  return { ok: make("ok"), warning: make("warning"), problem: make("problem"), unknown: make("unknown") };
}

/** A check that was skipped because of another finding. */
export function skipped(check: string, subject: string, why: string, what = ""): Finding {
  return { ...findingFor(check, subject).unknown(`${what}not checked: ${why}`), skipped: true };
}

/** The error that kept a check from a result. */
export function failed(check: string, subject: string, error: unknown): Finding {
  if (error instanceof CliError) return findingFor(check, subject).problem(error.message, error.hint ?? null);
  return findingFor(check, subject).unknown(
    `could not be checked: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** Lines for below the table, which may be cut: all that is not ok in full, without what only follows from something else. */
export function explain(findings: readonly Finding[]): string[] {
  const worthIt = findings.filter((finding) => finding.status !== "ok" && finding.skipped !== true);
  return worthIt.map(({ check, subject, status, message, hint }) => {
    const what = subject === "-" ? check : `${check} ${subject}`;
    return `\n${status}: ${what}: ${message}${hint === null ? "" : `\nhint: ${hint}`}`;
  });
}
