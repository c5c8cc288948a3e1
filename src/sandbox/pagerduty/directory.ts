import { people, services, teams } from "../seed.ts";
import { type Call, type Handler, notFound, ok, page } from "./call.ts";
import { type Policy, policies, policyOf, reference } from "./policies.ts";
import { matching, scheduleReference } from "./schedules.ts";
import { isInMaintenance } from "./windows.ts";
import { userWire } from "./wire.ts";

/* Users, services, teams and escalation policies. Source: the vendor's OpenAPI and documentation. */

export const directoryRoutes: Record<string, Handler> = {
  "GET /abilities": () =>
    ok("abilities", ["teams", "urgencies", "advanced_permissions", "coordinated_responding", "event_rules"]),
  "GET /users/me": ({ owner }) =>
    owner === undefined
      ? { status: 400, body: { error: "this key is an account-level access token; it belongs to no user" } }
      : ok("user", userWire(people[owner]?.pagerduty, true)),
  "GET /users": (call) => page(call, "users", matching(call, people), ({ pagerduty }) => userWire(pagerduty, true)),
  "GET /users/*": ({ parts }) => {
    const user = userWire(parts[1], true);
    return user === null ? notFound() : ok("user", user);
  },
  "GET /services": (call) => page(call, "services", matching(call, services), (one) => serviceWire(one, call)),
  "GET /services/*": (call) => found("service", services, call.parts[1], (one) => serviceWire(one, call)),
  "GET /teams": (call) => page(call, "teams", matching(call, teams), teamWire),
  "GET /teams/*": ({ parts }) => found("team", teams, parts[1], teamWire),
  "GET /escalation_policies": (call) => page(call, "escalation_policies", policies, policyWire),
  "GET /escalation_policies/*": ({ parts }) => {
    const policy = policies.find(({ id }) => id === parts[1]);
    return policy === undefined ? notFound() : ok("escalation_policy", policyWire(policy));
  },
};

function found<One extends { pagerduty: string }>(
  name: string,
  all: readonly One[],
  id: string | undefined,
  toWire: (one: One) => unknown,
) {
  const one = all.find(({ pagerduty }) => pagerduty === id);
  return one === undefined ? notFound() : ok(name, toWire(one));
}

function serviceWire({ pagerduty, name, description, team }: (typeof services)[number], { store, now }: Call) {
  const { id, name: policy } = policyOf(pagerduty);
  return {
    ...reference("service", pagerduty, name, "service-directory"),
    type: "service",
    name,
    description,
    status: isInMaintenance(store, pagerduty, now) ? "maintenance" : "active",
    created_at: "2024-01-01T00:00:00Z",
    escalation_policy: reference("escalation_policy", id, policy, "escalation_policies"),
    teams: [reference("team", teams[team].pagerduty, teams[team].name)],
    integrations: [],
  };
}

function teamWire({ pagerduty, name, description }: (typeof teams)[number]) {
  return { ...reference("team", pagerduty, name), type: "team", name, description };
}

function policyWire({ id, name, levels }: Policy) {
  return {
    ...reference("escalation_policy", id, name, "escalation_policies"),
    type: "escalation_policy",
    name,
    escalation_rules: levels.map((target, index) => ({
      id: `${id}${index}`,
      escalation_delay_in_minutes: 30,
      targets: [
        "person" in target
          ? reference("user", people[target.person].pagerduty, people[target.person].name)
          : scheduleReference(target.schedule),
      ],
    })),
    services: [],
    teams: [],
    num_loops: 0,
    description: null,
  };
}
