import pMap from "p-map";
import { CliError, Interrupted, usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { match } from "../../model/match.ts";
import { asObject } from "../../model/object.ts";
import { encodePart } from "../../model/text.ts";
import { asArray, asText } from "../wire.ts";
import { readAll } from "./paging.ts";
import { assigneesOf, idOf, nameOf, type Row, readOne } from "./wire.ts";

/* Escalation policies of incidents. The vendor does not report the level that has an incident. */

/** Where an incident goes. */
export interface Target {
  /** The body of the request. */
  change: { escalation_level: number } | { escalation_policy: { id: string; type: "escalation_policy_reference" } };
  /** Ids of those who are on call there; empty when they are not known. */
  people: ReadonlySet<string>;
}

/** The people on call at each level of a policy, by level. */
type Levels = Map<number, Set<string>>;

/**
 * The targets of incidents, by id. All are known before the first is sent. A string is the reason why there is none, an error the
 * failure to find out. Reads each policy once.
 *
 * @throws {CliError} `usage` on a level or a policy that is not known
 */
export async function findTargets(
  http: HttpClient,
  rows: ReadonlyMap<string, Row>,
  to: number | string | undefined,
): Promise<Map<string, Target | string | CliError>> {
  if (typeof to === "string") {
    const target = await policyNamed(http, to);
    return new Map([...rows.keys()].map((id) => [id, target]));
  }
  const levels = memo((policy) => readLevels(http, policy));
  const sizes = memo((policy) => readSize(http, policy));
  const found = await pMap(
    [...rows],
    async ([id, row]): Promise<[string, Target | string | CliError]> => {
      const policy = asText(asObject(row.escalation_policy)?.id);
      if (policy === null) return [id, "it has no escalation policy"];
      try {
        if (to === undefined) return [id, nextOf(await levels(policy), row)];
        checkLevel(to, await sizes(policy));
        return [id, targetAt(to, await levels(policy).catch(noLevels))];
      } catch (error) {
        if (!(error instanceof CliError) || error.kind === "usage") throw error;
        return [id, error];
      }
    },
    { concurrency: 2 },
  );
  return new Map(found);
}

function targetAt(level: number, levels: Levels): Target {
  return { change: { escalation_level: level }, people: levels.get(level) ?? new Set() };
}

/** The level after that of its assignees. */
function nextOf(levels: Levels, row: Row): Target | string {
  const own = assigneesOf(row).map(({ id }) => [...levels].flatMap(([level, ids]) => (ids.has(id) ? [level] : [])));
  const common = (own[0] ?? []).filter((level) => own.every((others) => others.includes(level)));
  const candidates = common.length > 0 ? common : own.flat();
  if (candidates.length === 0)
    return "its level is not known: none of its assignees is on call for its escalation policy; --escalate LEVEL or --to names one";
  // Somebody may be on several levels: the lowest hides nobody.
  return targetAt(Math.min(...candidates) + 1, levels);
}

function checkLevel(level: number, { name, size }: { name: string; size: number }): void {
  if (level > size)
    throw usageError(`"${name}" has no level ${level}; known: the levels 1 to ${size}`, `--escalate ${size}`);
}

/** The first level of another policy. Who is on call there is in the response. */
async function policyNamed(http: HttpClient, word: string): Promise<Target> {
  const route = "GET /escalation_policies";
  const { rows } = await readAll(http, { route, name: "escalation_policies", query: [] });
  const all = rows.map((row) => ({ id: idOf(row, route), name: nameOf(row) ?? "" }));
  const { things } = match(word, all);
  const [policy] = things;
  const known = (things.length > 1 ? things : all).map(({ name }) => `"${name}"`);
  if (policy === undefined)
    throw usageError(`unknown escalation policy "${word}"; known: ${known.slice(0, 20).join(", ") || "none"}`);
  if (things.length > 1) throw usageError(`"${word}" could be several escalation policies: ${known.join(", ")}`);
  const escalation_policy = { id: policy.id, type: "escalation_policy_reference" } as const;
  return { change: { escalation_policy }, people: new Set() };
}

async function readSize(http: HttpClient, policy: string): Promise<{ name: string; size: number }> {
  const answer = await http.request(`GET /escalation_policies/${encodePart(policy)}`);
  const row = readOne(answer, "escalation_policy", "GET /escalation_policies/{id}");
  return { name: nameOf(row) ?? policy, size: asArray(row.escalation_rules).length };
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
    levels.set(level, (levels.get(level) ?? new Set()).add(user));
  }
  return levels;
}

/** Who is on call at a level that is named is a side question: its failure sends the request all the same. */
function noLevels(error: unknown): Levels {
  if (!(error instanceof CliError) || error instanceof Interrupted || error.kind === "network") throw error;
  return new Map();
}

function memo<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key) => {
    const pending = known.get(key) ?? read(key);
    known.set(key, pending);
    return pending;
  };
}
