import { CliError } from "../errors.ts";
import type { Event, EventReceipt, EventResult } from "../model/event.ts";
import type { IncidentSummary } from "../model/incident.ts";
import type { Shape } from "../output/shape.ts";
import { shortId } from "../spool/spool.ts";

/** The outcome of one event; the JSON of `events` commands. */
export interface EventOutcome {
  action: Event["action"];
  dedupKey: string;
  /** `spooled` is safe on disk and not delivered yet. */
  delivery: "delivered" | "spooled" | "refused";
  result: EventResult | null;
  incident: IncidentSummary | null;
  provider: string;
  profile: string;
  requestId: string | null;
  attempts: number;
  /** Its id in the spool; null if it is no longer there, or never was. */
  spoolId: string | null;
  message: string | null;
}

/** An outcome with its error, for messages and exit code. */
export interface DeliveryResult {
  row: EventOutcome;
  error: Error | null;
  /** Not taken by the vendor, and not in the spool. */
  lost?: true;
  /** See `silencedLines`. */
  silenced?: readonly string[];
  /** See `EventReceipt.leftOut`. */
  leftOut?: string | undefined;
}

export const outcomeShape: Shape<EventOutcome> = {
  columns: [
    { header: "ACTION", value: (row) => row.action },
    { header: "KEY", value: (row) => row.dedupKey },
    { header: "DELIVERY", value: (row) => row.delivery },
    { header: "RESULT", value: (row) => row.result },
    { header: "INCIDENT", value: (row) => row.incident?.id ?? null },
  ],
  fields: [
    "action",
    "dedupKey",
    "delivery",
    "result",
    "incident",
    "provider",
    "profile",
    "requestId",
    "attempts",
    "spoolId",
    "message",
  ],
  id: (row) => row.dedupKey,
};

/** The outcome of an event; what is not known is null. */
export function toOutcome(
  event: Event,
  where: { name: string; provider: string },
  state: Pick<EventOutcome, "delivery" | "attempts" | "spoolId"> & {
    receipt?: EventReceipt;
    error?: Error;
    message?: string;
  },
): EventOutcome {
  const { receipt, error } = state;
  const silenced = receipt === undefined ? [] : silencedLines(event, receipt);
  const notices = [...(receipt?.message === null || receipt === undefined ? [] : [receipt.message]), ...silenced];
  return {
    action: event.action,
    dedupKey: receipt?.dedupKey ?? event.dedupKey,
    delivery: state.delivery,
    result: receipt?.result ?? null,
    incident: receipt?.incident ?? null,
    provider: where.provider,
    profile: where.name,
    requestId: receipt?.requestId ?? requestIdOf(error),
    attempts: state.attempts,
    spoolId: state.spoolId,
    message: state.message ?? (notices.length > 0 ? notices.join("; ") : undefined) ?? error?.message ?? null,
  };
}

function requestIdOf(error: Error | undefined): string | null {
  return error !== undefined && "requestId" in error && typeof error.requestId === "string" ? error.requestId : null;
}

/** `triggered  web-01/cpu  incident inc_1 (open)`. */
export function outcomeLine({ delivery, result, action, dedupKey, incident }: EventOutcome): string {
  const word = delivery === "delivered" ? (result ?? `${action} delivered`) : delivery;
  if (incident === null) return `${word}  ${dedupKey}`;
  return `${word}  ${dedupKey}  incident ${incident.id}${incident.status === null ? "" : ` (${incident.status})`}`;
}

/** Whether the vendor took what ends a problem, and does not report whether anything was open. */
export function isUnknown({ action, delivery, result }: Pick<EventOutcome, "action" | "delivery" | "result">): boolean {
  return delivery === "delivered" && result === null && (action === "acknowledge" || action === "resolve");
}

/** Whether the cause is a missing or refused key. */
export function isAuth(error: Error | null): error is CliError {
  return error instanceof CliError && error.kind === "auth";
}

/** Whether the event was not taken for what can be repaired: at the vendor, in the base URL, or in the kind of the key. */
export function isRepairable(error: Error | null): error is CliError {
  if (!(error instanceof CliError)) return false;
  const { reason, status } = error;
  return (
    reason === "repairable" || reason === "keyForm" || reason === "routeNotFound" || status === 402 || status === 423
  );
}

/**
 * A warning if an event went to an incident that notifies nobody, which is snoozed or suppressed, or was dropped by the vendor, and the
 * way out; else no lines. Only a trigger stays without effect on an incident: what ends the snooze comes with another status.
 */
export function silencedLines({ action }: Pick<Event, "action">, receipt: EventReceipt): readonly string[] {
  const { incident, silenced } = receipt;
  if (silenced !== undefined) return silenced;
  const isSilent = incident?.status === "snoozed" || incident?.status === "suppressed";
  if (action === "resolve" || !isSilent) return [];
  const { id, status } = incident;
  return [`incident ${id} is ${status}: nobody is notified`, `to wake it: onduty incidents reopen ${id}`];
}

/** The place of an event that was not delivered, and how to deliver it. Fits into 80 columns. */
export function safeAs(spoolId: string | null): string {
  return `saved to the spool as ${shortId(spoolId ?? "")}; deliver it with: onduty spool flush`;
}
