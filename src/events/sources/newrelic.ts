import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { type Fields, firstLine, linksOf, objectsIn, severityOf, textOf, textsIn, timeOf } from "./fields.ts";
import { foreignText } from "./signs.ts";

/** States of an issue, and of an older incident, that are an open problem. */
const openStates = new Set(["created", "activated", "open", "opened", "active", "deactivated"]);
const closedStates = new Set(["closed"]);

/**
 * An issue as the webhook of a New Relic workflow posts it (the default template, or one with its names), or an incident as
 * the older notification channel posted it. Sources: New Relic documentation, "Workflows", "Notification message templates",
 * and "Customize your webhook payload".
 *
 * @throws {CliError} `usage` when it is neither
 */
export function fromNewRelic(document: Fields): Reading[] {
  const known = textOf(document, "issueUrl", "issueId", "incident_id", "condition_name", "issue_id") !== undefined;
  const id = textOf(document, "id", "issueId", "issue_id", "incident_id");
  if (!known || id === undefined)
    throw usageError(foreignText(document, "newrelic", '"issueUrl" or "incident_id" is missing'));
  const word = textOf(document, "state", "issueState", "current_state");
  const state = word?.toLowerCase();
  if (state === "test") return [{ skipped: "it is a test of the notification" }];
  if (state === "acknowledged") return [{ skipped: "the issue was acknowledged: the problem goes on" }];
  if (state === undefined) throw usageError('the "state" of the issue is missing');
  if (!openStates.has(state) && !closedStates.has(state))
    throw usageError(`the state "${word}" of the issue is none of CREATED, ACTIVATED, ACKNOWLEDGED, CLOSED`);
  const closes = closedStates.has(state);
  const target = objectsIn(document.targets)[0] ?? asObject(document.targets);
  const entities = [...textsIn(document.impactedEntities), ...textsIn(document.entityNames)];
  const title = firstLine(textOf(document, "title", "issueTitle")) ?? textOf(document, "condition_name");
  return [
    {
      alert: {
        action: closes ? "resolve" : "trigger",
        dedupKey: joinKey("newrelic", id),
        summary: title ?? firstLine(textOf(document, "details")) ?? `Issue ${id}`,
        severity: severityOf(textOf(document, "priority", "severity")),
        source: entities[0] ?? textOf(target, "name") ?? "New Relic",
        component: textsIn(document.alertConditionNames)[0] ?? textOf(document, "conditionName", "condition_name"),
        group: textsIn(document.alertPolicyNames)[0] ?? textOf(document, "policyName", "policy_name"),
        class: textOf(document, "condition_family_id", "event_type"),
        details: document,
        links: linksOf([
          ["Issue", document.issueUrl ?? document.incident_url],
          ["Runbook", document.runbook_url ?? document.runbookUrl],
          ["Policy", document.policy_url],
          ["Chart", document.violation_chart_url],
        ]),
        at: timeOf(
          document[closes ? "closedAt" : "activatedAt"] ??
            document[closes ? "updatedAt" : "createdAt"] ??
            document.timestamp,
        ),
      },
    },
  ];
}
