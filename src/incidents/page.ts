import type { IncidentDetails, TimelineEntry } from "../model/incident.ts";
import { personName } from "../model/person.ts";
import { readableText } from "../output/fields.ts";
import { wrapText } from "../output/fit.ts";
import { sanitize, sanitizeCell } from "../output/sanitize.ts";
import { clockTime } from "../output/time.ts";

/** Where the page of an incident is written. */
export interface PageCanvas {
  /** Columns. */
  width: number;
  now: Date;
  tz?: string | undefined;
  /** Sets the title apart. */
  bold?(text: string): string;
}

/** The history of an incident, or why it is not known. */
export type History = { rows: readonly TimelineEntry[]; notice?: string } | { unknown: string };

interface Section {
  title: string;
  lines: string[];
}

const indent = "  ";

/** An incident as a page for people, which is read from the top. What is empty is left out. The text of others in it is safe. */
export function incidentPage(
  incident: IncidentDetails,
  history: History,
  canvas: PageCanvas,
  more: Section[] = [],
): string {
  const { title, status, urgency, severity, priority, number, id } = incident;
  const rank = [urgency, severity, priority].filter((word, at, all) => word !== null && all.indexOf(word) === at);
  const head = [status, rank.join(", "), ...(number === null ? [] : [number]), id].map((word) =>
    sanitizeCell(String(word)),
  );
  const blocks = [
    [...wrapText(sanitizeCell(title), canvas.width).map((line) => canvas.bold?.(line) ?? line), head.join("  ")],
    ...[incident.description, incident.summary].flatMap((text) => (text ? [paragraph(text, canvas, "")] : [])),
    factLines(incident, canvas),
    ...[...textSections(incident, canvas), ...more, historyOf(history, canvas)].map((section) => [
      section.title,
      ...section.lines,
    ]),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function paragraph(text: string, { width }: PageCanvas, before = indent): string[] {
  return wrapText(sanitize(text.trim()).replaceAll("\t", " "), width - before.length).map((line) => `${before}${line}`);
}

function factLines(incident: IncidentDetails, canvas: PageCanvas): string[] {
  const { now, tz, width } = canvas;
  const at = (time: string | null): string => (time === null ? "" : clockTime(time, now, tz));
  const { responders, assignees, creator, service, team } = incident;
  const called = (responders ?? []).map(
    (person) =>
      `${personName(person)}${person.acknowledgedAt === null ? "" : `, acknowledged ${at(person.acknowledgedAt)}`}`,
  );
  const facts: [string, string][] = [
    ["Service", service?.name ?? ""],
    ["Team", team?.name ?? ""],
    ["Opened", [at(incident.createdAt), ...(creator ? [`by ${personName(creator)}`] : [])].join(" ")],
    ["Acknowledged", at(incident.acknowledgedAt)],
    ["Resolved", at(incident.resolvedAt)],
    ["Snoozed", [at(incident.snoozedUntil), incident.snoozeReason ?? ""].filter((word) => word !== "").join("; ")],
    ["Assigned", called.length > 0 ? called.join("; ") : assignees.map(personName).join(", ")],
    ["Alerts", incident.alertCount === null ? "" : String(incident.alertCount)],
    ["Dedup key", incident.dedupKey ?? ""],
    ["Labels", pairs(incident.labels)],
    ["Fields", pairs(incident.fields)],
    ["War room", incident.warRoomUrl ?? ""],
    ["Page", incident.url ?? ""],
  ];
  const given = facts.filter(([, value]) => value !== "");
  const column = Math.max(...given.map(([name]) => name.length)) + indent.length;
  return given.flatMap(([name, value]) =>
    wrapText(sanitizeCell(value), Math.max(width - column, 20)).map(
      (line, index) => `${(index === 0 ? name : "").padEnd(column)}${line}`,
    ),
  );
}

function pairs(values: Readonly<Record<string, unknown>> | null): string {
  return Object.entries(values ?? {})
    .flatMap(([name, value]) => (readableText(value) === "" ? [] : [`${name}=${readableText(value)}`]))
    .join("  ");
}

function textSections({ impact, rootCause, resolution }: IncidentDetails, canvas: PageCanvas): Section[] {
  const texts = { Impact: impact, "Root cause": rootCause, Resolution: resolution };
  return Object.entries(texts).flatMap(([title, text]) => (text ? [{ title, lines: paragraph(text, canvas) }] : []));
}

function historyOf(history: History, canvas: PageCanvas): Section {
  const title = "Timeline";
  if ("unknown" in history) return { title, lines: paragraph(`NOT KNOWN: ${history.unknown}`, canvas) };
  const lines = history.rows.flatMap(({ at, type, by, text }) => {
    const time = at === null ? "" : `${clockTime(at, canvas.now, canvas.tz)}  `;
    const who = by === null ? "" : ` by ${by}`;
    return paragraph(sanitizeCell(`${time}${type}${who}${text === null ? "" : `: ${text}`}`), canvas);
  });
  const notice = history.notice === undefined ? [] : paragraph(`(${history.notice})`, canvas);
  return { title, lines: lines.length + notice.length > 0 ? [...lines, ...notice] : [`${indent}nothing yet`] };
}
