import type { SandboxIncident } from "../model.ts";
import { objectOf, type Reply, text } from "../reply.ts";
import { findPerson, findService, people, services } from "../seed.ts";
import { type Call, type Handler, invalid, iso } from "./call.ts";
import { policyOf } from "./policies.ts";
import { priorities, statusOf, teamOf, urgencyOf } from "./wire.ts";

/* Analytics of incidents. Source: the vendor's OpenAPI and documentation. */

/** Maximum delay until an incident is counted. */
const lagMs = 24 * 3_600_000;
const maxSpanMs = 366 * 24 * 3_600_000;
const maxLimit = 1000;

export const analyticsRoutes: Record<string, Handler> = { "POST /analytics/raw/incidents": list };

function list(call: Call): Reply {
  const { body, store, now, owner } = call;
  const filters = objectOf(body.filters);
  const idsOf = (name: string): string[] | undefined =>
    Array.isArray(filters[name]) && filters[name].length > 0 ? filters[name].map(String) : undefined;
  const [teams, owners] = [idsOf("team_ids"), idsOf("service_ids")];
  if (owner !== undefined && teams === undefined && owners === undefined)
    return invalid("team_ids or service_ids must be provided");
  const from = Date.parse(text(filters.created_at_start) ?? "");
  const to = Date.parse(text(filters.created_at_end) ?? "");
  if (to - from > maxSpanMs) return invalid("created_at range must be within one year");
  const limit = Number(body.limit ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) return invalid("limit is not valid");
  const after = text(body.starting_after);
  const isAscending = body.order === "asc";
  const newest = store
    .newestFirst("pagerduty")
    .filter(
      (one) =>
        one.createdAt <= now - lagMs &&
        !(one.createdAt < from) &&
        !(one.createdAt >= to) &&
        (owners === undefined || owners.includes(one.service)) &&
        (teams === undefined || teams.includes(teamOf(one).pagerduty)),
    );
  const all = isAscending ? [...newest].reverse() : newest;
  const first = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const rows = all.slice(first, first + limit);
  const data = rows.map((one) => toWire(one, call));
  return {
    status: 200,
    body: {
      first: rows[0]?.id ?? "",
      last: rows.at(-1)?.id ?? "",
      limit,
      more: first + rows.length < all.length,
      order: isAscending ? "asc" : "desc",
      order_by: "created_at",
      filters,
      time_zone: text(body.time_zone) ?? "Etc/UTC",
      data,
    },
  };
}

function toWire(one: SandboxIncident, { now }: Call): object {
  const service = findService("pagerduty", one.service) ?? services[0];
  const policy = policyOf(one.service);
  const team = teamOf(one);
  const priority = priorities.findIndex(({ name }) => name === one.priority);
  const ackers = one.acks.flatMap(({ person }) => findPerson("pagerduty", person) ?? []);
  const seconds = (at: number | null): number | null => (at === null ? null : Math.round((at - one.createdAt) / 1000));
  const resolver = people[Number(one.fields?.resolvedBy ?? -1)];
  return {
    id: one.id,
    incident_number: one.sequence,
    description: one.title,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    resolved_at: iso(one.resolvedAt),
    status: statusOf(one, now),
    urgency: urgencyOf(one),
    service_id: service.pagerduty,
    service_name: service.name,
    team_id: team.pagerduty,
    team_name: team.name,
    escalation_policy_id: policy.id,
    escalation_policy_name: policy.name,
    priority_id: priorities[priority]?.id ?? null,
    priority_name: priorities[priority]?.name ?? null,
    priority_order: priority < 0 ? null : priorities.length - priority,
    acknowledged_user_ids: ackers.map(({ pagerduty }) => pagerduty),
    acknowledged_user_names: ackers.map(({ name }) => name),
    acknowledgement_count: one.acks.length,
    assigned_user_ids: one.assignees,
    resolved_by_user_id: resolver?.pagerduty ?? null,
    resolved_by_user_name: resolver?.name ?? null,
    seconds_to_first_ack: seconds(one.acks[0]?.at ?? null),
    seconds_to_resolve: seconds(one.resolvedAt),
    major: false,
  };
}
