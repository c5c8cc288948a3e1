import { type RunOptions, run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import type { FakeVendor } from "../support/vendor.ts";

export interface Finding {
  check: string;
  subject: string;
  status: string;
  message: string;
  hint: string | null;
}

/** Runs `doctor --json`; `of` gives the findings of one check, each as status, message and hint. */
export async function examine(options: RunOptions, args = "") {
  const { code, stdout, stderr, home } = await run(`doctor --json ${args}`, options);
  const findings = JSON.parse(stdout) as Finding[];
  const of = (check: string, subject?: string) =>
    findings
      .filter((one) => one.check === check && (subject === undefined || one.subject === subject))
      .map(({ status, message, hint }) => [status, message, ...(hint === null ? [] : [hint])]);
  return { code, findings, of, stderr, home };
}

/** Answers the head of the base URL and every read that a key of OpsKnight's is checked with, with that status. */
export function healthy(
  vendor: FakeVendor,
  statuses: Partial<Record<string, number>> = {},
  headers: Record<string, string> = {},
): FakeVendor {
  vendor.reply("HEAD /", 200, undefined, headers);
  for (const area of ["incidents", "services", "schedules", "users", "teams"])
    vendor.reply(`GET /api/${area}`, statuses[area] ?? 200, { data: [], pagination: { total: 0 } });
  return vendor;
}

/** A profile alone. */
export function only(
  name: keyof ReturnType<typeof profilesAt>,
  url: string,
  more: object = {},
): Record<string, unknown> {
  return { [name]: { ...(profilesAt(url)[name] as object), ...more } };
}
