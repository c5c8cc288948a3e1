import type { Shape } from "../output/shape.ts";
import type { SignatureVerdict } from "../providers/webhooks.ts";

/** The result for one signature, as JSON prints it. */
export interface Verdict {
  valid: boolean;
  form: string | null;
  /** ISO 8601 UTC; null where the form has no time. */
  signedAt: string | null;
  /** What is wrong; null when it is valid. */
  reason: string | null;
}

export const verdictShape: Shape<Verdict> = {
  columns: [
    { header: "VALID", value: (row) => String(row.valid) },
    { header: "FORM", value: (row) => row.form },
    { header: "SIGNED AT", value: (row) => row.signedAt },
    { header: "REASON", value: (row) => row.reason },
  ],
  fields: ["valid", "form", "signedAt", "reason"],
};

export function toVerdict({ problem, form, signedAt }: SignatureVerdict): Verdict {
  return { valid: problem === null, form, signedAt: signedAt?.toISOString() ?? null, reason: problem };
}
