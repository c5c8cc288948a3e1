import type { HttpClient } from "../../http/client.ts";
import { asObject } from "../../model/object.ts";
import { asText } from "../wire.ts";
import { readAll } from "./paging.ts";
import { assigneesOf, type Row } from "./wire.ts";

/** The levels of the people on call for an escalation policy, by their ids. */
type Levels = Map<string, Set<number>>;

/** Finds the next level of incidents. Reads who is on call for each policy once. */
export function createLevels(http: HttpClient): { after(row: Row): Promise<number | string> } {
  const policies = new Map<string, Promise<Levels>>();
  return {
    /** The level after that of its assignees: the vendor does not report it. A string is the reason why it is not known. */
    async after(row) {
      const policy = asText(asObject(row.escalation_policy)?.id);
      if (policy === null) return "it has no escalation policy";
      const pending = policies.get(policy) ?? readLevels(http, policy);
      policies.set(policy, pending);
      const levels = await pending;
      const own = assigneesOf(row).map(({ id }) => [...(levels.get(id) ?? [])]);
      const common = (own[0] ?? []).filter((level) => own.every((others) => others.includes(level)));
      const candidates = common.length > 0 ? common : own.flat();
      if (candidates.length === 0)
        return "its level is not known: none of its assignees is on call for its escalation policy; --to assigns it";
      // Somebody may be on several levels: the lowest hides nobody.
      return Math.min(...candidates) + 1;
    },
  };
}

async function readLevels(http: HttpClient, policy: string): Promise<Levels> {
  const { rows } = await readAll(http, {
    route: "GET /oncalls",
    name: "oncalls",
    query: [
      ["escalation_policy_ids[]", policy],
      ["time_zone", "UTC"],
    ],
    keyOf: (row) => JSON.stringify([row.escalation_level, row.schedule, row.user, row.start]),
  });
  const levels: Levels = new Map();
  for (const row of rows) {
    const user = asText(asObject(row.user)?.id);
    const level = row.escalation_level;
    if (user === null || typeof level !== "number") continue;
    levels.set(user, (levels.get(user) ?? new Set()).add(level));
  }
  return levels;
}
