import type { Quirks } from "../chaos.ts";
import type { Store } from "../model.ts";
import { objectOf } from "../reply.ts";
import { type Outcome, texts } from "./call.ts";
import { toWire } from "./incident-wire.ts";

/* Responses that Flashduty's documentation allows, and that a client easily forgets. */

/** Words that no document has yet, for those that it has. */
const newWords: Record<string, string> = { Triggered: "Escalating", Critical: "Fatal", i_ack: "i_future" };
const wordFields = new Set(["progress", "incident_severity", "alert_severity", "type"]);

/** Fields that the OpenAPI does not require. */
const optionalFields = new Set([
  "person_name",
  "email",
  "as",
  "time_zone",
  "is_external",
  "managing_team_ids",
  "escalate_rule_name",
]);

/** Additional routes, for details that a command can do without. */
const sideRoutes = new Set(["/person/infos", "/incident/info", "/incident/list-by-ids", "/field/list"]);

const codes: Record<number, string> = {
  403: "AccessDenied",
  429: "RequestTooFrequently",
  500: "InternalError",
  503: "ServiceUnavailable",
};

/** The word that stands for another while chaos has `words`. */
export function wordFor(word: string, quirks: Quirks | undefined): string {
  return quirks?.words === true ? (newWords[word] ?? word) : word;
}

/** A failure of an additional route; undefined where it works. */
export function sideFailure(path: string, quirks: Quirks | undefined): Outcome | undefined {
  const { side } = quirks ?? {};
  if (side === undefined || !sideRoutes.has(path)) return undefined;
  return { fail: [side, codes[side] ?? "InternalError", "Broken on purpose"] };
}

/** Lists that do not show recent changes, and responses that leave out, empty or rename what they may. */
export function createDistortion(store: Store): {
  /** Before a call that may change incidents. */
  before(path: string, body: Record<string, unknown>, nowMs: number, quirks: Quirks | undefined): void;
  after(path: string, outcome: Outcome, nowMs: number, quirks: Quirks | undefined): Outcome;
} {
  /** Incidents as they were before they were changed, and until when they are shown so. */
  const earlier = new Map<string, { row: object; untilMs: number }>();

  function stale(row: unknown, nowMs: number): unknown {
    const kept = earlier.get(String(objectOf(row).incident_id));
    return kept !== undefined && kept.untilMs > nowMs ? kept.row : row;
  }

  return {
    before(path, body, nowMs, quirks) {
      if (quirks?.lateMs === undefined || /\/(list|info|list-by-ids|feed|create)$/.test(path)) return;
      const ids = [...texts(body.incident_ids), ...texts(body.source_incident_ids), ...texts([body.incident_id])];
      for (const id of ids) {
        const incident = store.find("flashduty", id);
        if (incident === undefined) continue;
        const row = toWire(structuredClone(incident), Math.floor(nowMs / 1000));
        earlier.set(id, { row, untilMs: nowMs + quirks.lateMs });
      }
    },
    after(path, outcome, nowMs, quirks) {
      if (quirks === undefined || "fail" in outcome) return outcome;
      let { data } = outcome;
      if (quirks.lateMs !== undefined && path === "/incident/info") data = stale(data, nowMs);
      if (quirks.lateMs !== undefined && /^\/incident\/list/.test(path)) {
        const { items, ...rest } = objectOf(data);
        data = { items: Array.isArray(items) ? items.map((row) => stale(row, nowMs)) : items, ...rest };
      }
      return { data: distort(data ?? {}, quirks) };
    },
  };
}

function distort(value: unknown, quirks: Quirks): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (quirks.nulls === true && Object.keys(value).length === 0) return null;
  if (Array.isArray(value)) return value.map((one) => distort(one, quirks));
  const kept = Object.entries(value).filter(([name]) => quirks.missing !== true || !optionalFields.has(name));
  return Object.fromEntries(
    kept.map(([name, inner]) => [
      name,
      wordFields.has(name) && typeof inner === "string" ? wordFor(inner, quirks) : distort(inner, quirks),
    ]),
  );
}
