import type { SandboxIncident, Store } from "../model.ts";
import { escalationRules, people, services } from "../seed.ts";

/** The first person whom the escalation of a service asks; undefined when the service has none. */
export function firstAsked(service: string): string | undefined {
  const rule = escalationRules.find((one) => services[one.service].opsknight === service);
  const first = rule?.levels[0]?.[0];
  return first === undefined ? undefined : people[first].opsknight;
}

/** Pages the first of the service's escalation, a moment after the response was made. Source: observed behavior. */
export function escalate(store: Store, incident: SandboxIncident): void {
  const first = firstAsked(incident.service);
  if (first === undefined || incident.assignees.length > 0) return;
  // Unlike an assignment by a person it sends no webhook.
  incident.assignees = [first];
  store.touch(incident);
}
