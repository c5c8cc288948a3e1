import { InvalidArgumentError } from "commander";
import { type IncidentStatus, incidentStatuses, type Urgency, urgencies } from "../../model/incident.ts";
import { readNameValue } from "./name-value.ts";

/** The vendors' own names of our statuses. */
const statusAliases: Record<string, IncidentStatus> = {
  triggered: "open",
  ack: "acknowledged",
  acked: "acknowledged",
  processing: "acknowledged",
  closed: "resolved",
};

/** Reads one or several statuses (`open,ack`), in any case; `all` is every one. For commander, adds to what came before. */
export function readStatuses(text: string, before: IncidentStatus[] = []): IncidentStatus[] {
  const words = text.split(",").map((word) => word.trim().toLowerCase());
  if (words.includes("all")) return [...incidentStatuses];
  const read = words.map((word) => {
    const status = incidentStatuses.find((name) => name === word) ?? statusAliases[word];
    if (status === undefined)
      throw new InvalidArgumentError(`Allowed choices are ${incidentStatuses.join(", ")}, all.`);
    return status;
  });
  return [...new Set([...before, ...read])];
}

/** Reads one or several urgencies (`high,medium`), in any case. */
export function readUrgencies(text: string, before: Urgency[] = []): Urgency[] {
  const read = text.split(",").map((word) => {
    const urgency = findUrgency(word);
    if (urgency === undefined) throw new InvalidArgumentError(`Allowed choices are ${urgencies.join(", ")}.`);
    return urgency;
  });
  return [...new Set([...before, ...read])];
}

/** Words of severities, by which people call an urgency too. */
const urgencyAliases: Record<string, Urgency> = {
  critical: "high",
  crit: "high",
  error: "high",
  warning: "medium",
  warn: "medium",
  info: "low",
};

function findUrgency(text: string): Urgency | undefined {
  const word = text.trim().toLowerCase();
  return urgencies.find((name) => name === word) ?? urgencyAliases[word];
}

/** Reads one urgency, in any case. */
export function readUrgency(text: string): Urgency {
  const urgency = findUrgency(text);
  if (urgency === undefined) throw new InvalidArgumentError(`Allowed choices are ${urgencies.join(", ")}.`);
  return urgency;
}

/** Reads a text to search for. It must not be empty: an unset variable would then match everything. */
export function readQuery(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Expected a text to look for.");
  return text;
}

/** Reads an integer above zero. */
export function readLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || !Number.isSafeInteger(limit)) {
    throw new InvalidArgumentError("Expected an integer above 0.");
  }
  return limit;
}

/** Collects `name=value` of custom fields. */
export function collectCustomField(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [name, value] = readNameValue(text, "field");
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`The field "${name}" is given twice.`);
  return { ...before, [name]: value };
}
