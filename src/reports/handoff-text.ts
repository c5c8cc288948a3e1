import { nobodyOr } from "../directory/on-call.ts";
import type { Incident, Person } from "../model/incident.ts";
import { personName } from "../model/person.ts";
import { cutText } from "../output/fit.ts";
import { markdownText } from "../output/markdown.ts";
import { sanitizeCell } from "../output/sanitize.ts";
import { clockTime, printedTime } from "../output/time.ts";
import type { Handoff } from "./handoff.ts";

interface Section {
  title: string;
  lines: string[];
}

/** How a handoff is written: for a terminal or as Markdown. */
interface Style {
  heading(title: string, level: 1 | 2): string;
  item(text: string): string;
  safe(text: string): string;
}

const markdown: Style = {
  heading: (title, level) => `${"#".repeat(level + 1)} ${title}`,
  item: (text) => `- ${text}`,
  safe: markdownText,
};

const terminal = (width: number): Style => ({
  heading: (title) => cutText(title, width),
  item: (text) => cutText(`  ${text}`, width),
  safe: sanitizeCell,
});

export interface HandoffCanvas {
  now: Date;
  tz?: string | undefined;
  /** Columns of a terminal; undefined for Markdown. */
  width?: number;
  /** Those whose vendor does not publish who is on call. */
  unpublished: readonly { profile: string; provider: string }[];
}

/** The report for people. */
export function handoffText(report: Handoff, canvas: HandoffCanvas): string {
  const { tz, width } = canvas;
  const style = width === undefined ? markdown : terminal(width);
  const title = `Handoff ${printedTime(report.since, tz)} to ${printedTime(report.until, tz)}`;
  const blocks = sectionsOf(report, style, canvas).map(({ title: heading, lines }) =>
    [style.heading(heading, 2), ...(width === undefined ? [""] : []), ...lines.map(style.item)].join("\n"),
  );
  return [style.heading(title, 1), ...blocks].join("\n\n");
}

function sectionsOf(report: Handoff, style: Style, { now, tz, unpublished }: HandoffCanvas): Section[] {
  const { open, opened, acknowledged, resolved, changes, comments, oncall, profiles } = report;
  const unknown = profiles.flatMap(({ profile, error }) =>
    error === null ? [] : [`${style.safe(profile)}: ${style.safe(error)}`],
  );
  const several = profiles.length > 1;
  const whose = (row: { profile: string }): string[] => (several ? [style.safe(row.profile)] : []);
  const of = (name: string, rows: readonly Incident[]): Section => ({
    title: `${name} (${rows.length})`,
    lines: rows.map((row) => [incidentLine(row, style, now, tz), ...whose(row)].join("; ")),
  });
  const people = (row: { users: Person[]; gap: boolean }): string =>
    nobodyOr(row, (person) => style.safe(personName(person))) ?? "NOBODY";
  const all: Section[] = [
    { title: "NOT KNOWN", lines: unknown },
    of("Still open", open),
    of("Opened", opened),
    of("Acknowledged", acknowledged),
    of("Resolved", resolved),
    {
      title: `Changes (${(changes ?? []).length})`,
      lines: (changes ?? []).map(({ startedAt, status, title: what, labels, service, link }) =>
        [
          `${startedAt === null ? "" : `${clockTime(startedAt, now, tz)} `}${status === null ? "" : `${style.safe(status)}: `}${style.safe(what)}`,
          ...[service?.name ?? labels.service, link].flatMap((word) => (word ? [style.safe(word)] : [])),
        ].join("; "),
      ),
    },
    {
      title: `Comments (${comments.length})`,
      lines: comments.map(
        ({ at, by, text, incident }) =>
          `${at === null ? "" : `${clockTime(at, now, tz)} `}${style.safe(by ?? "somebody")} on ${style.safe(incident.title)}: ${style.safe(text ?? "")}`,
      ),
    },
    {
      title: "On call",
      lines: [
        ...(oncall?.now ?? []).map((row) =>
          [
            [...whose(row), `${style.safe(row.schedule.name)}: ${people(row)}`].join("; "),
            ...(row.until === null ? [] : [`until ${clockTime(row.until, now, tz)}`]),
          ].join(" "),
        ),
        ...unpublished.map((one) => [...whose(one), `${one.provider} does not publish who is on call`].join("; ")),
      ],
    },
    {
      title: "Next",
      lines: (oncall?.next ?? []).map((row) =>
        [
          [...whose(row), `${style.safe(row.schedule.name)}: ${people({ ...row, gap: false })}`].join("; "),
          ...(row.from === null ? [] : [`from ${clockTime(row.from, now, tz)}`]),
        ].join(" "),
      ),
    },
  ];
  const isAlways = (title: string): boolean => title.startsWith("Still open");
  return all.filter(({ title, lines }) => lines.length > 0 || isAlways(title));
}

function incidentLine(incident: Incident, style: Style, now: Date, tz: string | undefined): string {
  const { urgency, title, status, service, id, createdAt, assignees } = incident;
  const since = statusSince(incident);
  const parts = [
    `${urgency} ${style.safe(title)} (${style.safe(id)})`,
    ...(service === null ? [] : [style.safe(service.name)]),
    since === null
      ? `${status}; opened ${clockTime(createdAt, now, tz)}`
      : `${status} since ${clockTime(since, now, tz)}`,
    ...(assignees.length === 0 ? [] : [assignees.map((person) => style.safe(personName(person))).join(", ")]),
  ];
  return parts.join("; ");
}

/** Since when an incident has its status; null when the vendor does not report it. */
function statusSince({ status, createdAt, acknowledgedAt, resolvedAt }: Incident): string | null {
  if (status === "open") return createdAt;
  if (status === "acknowledged") return acknowledgedAt;
  return status === "resolved" ? resolvedAt : null;
}
