import type { HttpClient } from "../../http/client.ts";
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

/** Finds the next level of incidents. Reads the rules of each channel once. */
export function createLevels(http: HttpClient): { after(row: Record<string, unknown>): Promise<Level | string> } {
  const rules = new Map<string, Promise<Rule[]>>();
  return {
    /** The level after the current one of an incident, a row of the vendor's. A string is the reason why it has none. */
    async after(row) {
      const channel = asText(row.channel_id) ?? "0";
      if (channel === "0") return "it belongs to no channel, and so to no escalation rule";
      const pending = rules.get(channel) ?? readRules(http, channel);
      rules.set(channel, pending);
      const all = await pending;
      const assignment = asObject(row.assigned_to) ?? {};
      const ruleId = asText(assignment.escalate_rule_id);
      const current = all.find(({ id }) => id === ruleId);
      const rule = current ?? all[0];
      if (rule === undefined) return "its channel has no escalation rule that is enabled";
      const next = current === undefined ? 0 : Number(assignment.layer_idx ?? 0) + 1;
      if (next >= rule.levels) return `it is at the last level of "${rule.name}" already`;
      return { escalate_rule_id: rule.id, layer_idx: next };
    },
  };
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
