import type { Shape } from "../output/shape.ts";
import type { BulkOutcome } from "./bulk-outcome.ts";
import { type EventOutcome, outcomeShape, toOutcome } from "./outcome.ts";

/** The outcome of one line; `action` and `dedupKey` are null when it is no event. */
export type LineOutcome = { line: number } & Omit<EventOutcome, "action" | "dedupKey"> & {
    action: EventOutcome["action"] | null;
    dedupKey: string | null;
  };

export const lineShape: Shape<LineOutcome> = {
  columns: [
    { header: "LINE", value: (row) => String(row.line) },
    { header: "ACTION", value: (row) => row.action },
    { header: "KEY", value: (row) => row.dedupKey },
    { header: "DELIVERY", value: (row) => row.delivery },
    { header: "RESULT", value: (row) => row.result },
    { header: "INCIDENT", value: (row) => row.incident?.id ?? null },
    { header: "MESSAGE", value: (row) => row.message },
  ],
  fields: ["line", ...outcomeShape.fields],
  id: (row) => row.dedupKey ?? "",
};

/** `17  triggered  web-01/cpu  incident inc_1`. */
export function lineText({ line, delivery, result, action, dedupKey, incident, message }: LineOutcome): string {
  const word = delivery === "delivered" ? (result ?? `${action} delivered`) : delivery;
  const rest = delivery === "delivered" ? (incident === null ? "" : `  incident ${incident.id}`) : `  ${message ?? ""}`;
  return `${line}  ${word}  ${dedupKey ?? "-"}${rest}`;
}

/** A line that is no event. */
export function badRow(line: number, message: string, where: { name: string; provider: string }): LineOutcome {
  const nothing = { action: null, dedupKey: null, result: null, incident: null, requestId: null, spoolId: null };
  return { line, ...nothing, delivery: "refused", provider: where.provider, profile: where.name, attempts: 0, message };
}

/** A line whose event was sent, or not. */
export function toRow(outcome: BulkOutcome, where: { name: string; provider: string }): LineOutcome {
  const { item, attempts } = outcome;
  const { line, event } = item;
  switch (outcome.outcome) {
    case "delivered": {
      const { receipt } = outcome;
      return { line, ...toOutcome(event, where, { delivery: "delivered", attempts, spoolId: null, receipt }) };
    }
    case "refused": {
      const { spoolId, error } = outcome;
      return { line, ...toOutcome(event, where, { delivery: "refused", attempts, spoolId, error }) };
    }
    case "spooled": {
      const { spoolId, error, behind } = outcome;
      const why = error === null ? "" : `: ${error.message}`;
      const reason = {
        ...(error !== null && { error }),
        ...(behind && { message: `an earlier event of this key is not delivered yet${why}` }),
      };
      return { line, ...toOutcome(event, where, { delivery: "spooled", attempts, spoolId, ...reason }) };
    }
    // The event is not in the spool, so the row reports it as refused.
    case "lost": {
      const { error } = outcome;
      const message = `not sent, and not in the spool: ${error.message}`;
      return { line, ...toOutcome(event, where, { delivery: "refused", attempts, spoolId: null, error, message }) };
    }
  }
}
