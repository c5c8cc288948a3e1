import { usageError } from "../../errors.ts";
import type { HttpClient } from "../../http/client.ts";
import { match } from "../../model/match.ts";
import { asObject } from "../../model/object.ts";
import { asArray, asText } from "../wire.ts";
import { numericId } from "./ids.ts";
import { isDeleted, readList } from "./wire.ts";

/** A level of an escalation rule, in the form of `assigned_to`. Levels count from 0. */
export interface Level {
  escalate_rule_id: string;
  layer_idx: number;
}

interface Rule {
  id: string;
  name: string;
  /** Number of its levels. */
  levels: number;
}

/** Where an incident is: its rules, and the level that has it. */
interface Place {
  rules: Rule[];
  /** The rule that has it; undefined when people have it by name. */
  current: Rule | undefined;
  /** From 0. */
  at: number;
}

/** Finds levels of the rules of incidents. Reads the rules of each channel once. A string is the reason why there is none. */
export interface Levels {
  /** The level that `to` names, as in the action `escalate`. @throws {CliError} `usage` on a level or a rule that is not known */
  of(row: Record<string, unknown>, to: number | string | undefined): Promise<Level | string>;
}

export function createLevels(http: HttpClient): Levels {
  const rules = new Map<string, Promise<Rule[]>>();
  return {
    async of(row, to) {
      const channel = asText(row.channel_id) ?? "0";
      if (channel === "0") return "it belongs to no channel, and so to no escalation rule";
      const pending = rules.get(channel) ?? readRules(http, channel);
      rules.set(channel, pending);
      const all = await pending;
      const assignment = asObject(row.assigned_to) ?? {};
      const current = all.find(({ id }) => id === asText(assignment.escalate_rule_id));
      return levelAt({ rules: all, current, at: Number(assignment.layer_idx ?? 0) }, to);
    },
  };
}

function levelAt({ rules, current, at }: Place, to: number | string | undefined): Level | string {
  const [first] = rules;
  if (first === undefined) return "its channel has no escalation rule that is enabled";
  const rule = typeof to === "string" ? ruleNamed(to, rules) : (current ?? first);
  const next = current === undefined ? 0 : at + 1;
  const index = to === undefined ? next : typeof to === "number" ? to - 1 : 0;
  if (index < rule.levels) return { escalate_rule_id: rule.id, layer_idx: index };
  if (to === undefined) return `it is at the last level of "${rule.name}" already`;
  throw usageError(`"${rule.name}" has no level ${index + 1}; known: ${knownOf(rules)}`, hintOf(rule.levels));
}

function ruleNamed(word: string, rules: readonly Rule[]): Rule {
  const { things } = match(word, rules);
  const [rule] = things;
  if (rule === undefined)
    throw usageError(
      `unknown escalation rule "${word}"; known: ${knownOf(rules)}`,
      `--escalate ${JSON.stringify(rules[0]?.name)}`,
    );
  if (things.length > 1) throw usageError(`"${word}" could be several escalation rules: ${knownOf(things)}`);
  return rule;
}

function knownOf(rules: readonly Rule[]): string {
  return rules
    .map(({ name, levels }) => `"${name}" with ${levels === 1 ? "level 1" : `the levels 1 to ${levels}`}`)
    .join(", ");
}

function hintOf(level: number): string {
  return `--escalate ${Math.max(level, 1)}, or --escalate alone for the next level`;
}

/** The enabled rules of a channel, lowest `priority` first. Source: OpenAPI. */
async function readRules(http: HttpClient, channel: string): Promise<Rule[]> {
  const body = { channel_id: numericId(channel, "a channel") };
  const answer = await http.request("POST /channel/escalate/rule/list", { body, idempotent: true, reads: true });
  const { rows } = readList(answer, "POST /channel/escalate/rule/list", "rules");
  return rows
    .filter((rule) => rule.status !== "disabled" && rule.status !== "deleted" && !isDeleted(rule))
    .sort((a, b) => Number(a.priority ?? 0) - Number(b.priority ?? 0))
    .map((rule) => ({
      id: asText(rule.rule_id) ?? "",
      name: asText(rule.rule_name) ?? "",
      levels: asArray(rule.layers).length,
    }));
}
