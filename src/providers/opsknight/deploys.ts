import { cut } from "../../model/cut.ts";
import type { Event, Severity } from "../../model/event.ts";
import { fitKey } from "../../model/fit-key.ts";

/** One request that an event makes. */
export interface AlertStep {
  action: "trigger" | "acknowledge" | "resolve";
  severity: Severity;
  dedupKey: string;
  summary: string;
}

/** Longest summary that server 1.3.1 takes, in UTF-16 units. */
const maxSummary = 500;

/**
 * What an event does to alerts. The vendor has no change events, so a deploy opens and closes alerts of two keys: one of its
 * start, which every end resolves, and one of its target, which a failure opens and only a success resolves. The vendor never
 * changes title or severity of an open alert: a failure under the key of the start would stay an info alert.
 *
 * The first step is the one that must not be lost.
 */
export function alertSteps(event: Event): [AlertStep, ...AlertStep[]] {
  const { action, severity, dedupKey, summary, change } = event;
  if (action !== "change" || change === undefined)
    return [{ action: action === "change" ? "trigger" : action, severity, dedupKey, summary }];
  // A key that the user gave may be that of several environments.
  const own = change.target === undefined ? [dedupKey] : [dedupKey, change.environment];
  const startKey = fitKey([...own.filter(Boolean), "started"].join(":"));
  const start = { severity: "info", dedupKey: startKey, summary } as const;
  const failure = { dedupKey: change.target ?? dedupKey, summary: failed(summary) };
  switch (change.status) {
    case "started":
      return [{ ...start, action: "trigger" }];
    case "failed":
      return [
        { ...failure, action: "trigger", severity: severity === "critical" ? "critical" : "error" },
        { ...start, action: "resolve" },
      ];
    case "succeeded":
      if (change.nothingFailed === true) return [{ ...start, action: "resolve" }];
      return [
        { ...failure, action: "resolve", severity: "info", summary },
        { ...start, action: "resolve" },
      ];
    case "canceled":
      return [{ ...start, action: "resolve" }];
  }
}

function failed(summary: string): string {
  return cut(`Failed: ${summary}`, maxSummary);
}
