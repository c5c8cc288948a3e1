/** One entry of a calendar. Times are ISO 8601. */
export interface CalendarEvent {
  /** The same for the same entry in every calendar, so that a reader updates it instead of adding another. */
  uid: string;
  from: string;
  until: string;
  summary: string;
  description?: string;
}

/**
 * A calendar of RFC 5545 in UTC, with lines folded at 75 octets. Written by hand: of the format this needs six properties, and the
 * libraries for it bring zones, recurrence and parsers.
 *
 * @param now stamp of the entries, ISO 8601
 */
export function toCalendar(events: readonly CalendarEvent[], now: string): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//onduty//onduty//EN",
    "CALSCALE:GREGORIAN",
    ...apart(events).flatMap(({ uid, from, until, summary, description }) => [
      "BEGIN:VEVENT",
      `UID:${escapeText(uid)}`,
      `DTSTAMP:${stamp(now)}`,
      `DTSTART:${stamp(from)}`,
      `DTEND:${stamp(until)}`,
      `SUMMARY:${escapeText(summary)}`,
      ...(description === undefined ? [] : [`DESCRIPTION:${escapeText(description)}`]),
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
    ]),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join("");
}

/** The entries with ids of their own: of those that begin together, the later ones get a number. */
function apart(events: readonly CalendarEvent[]): CalendarEvent[] {
  const seen = new Map<string, number>();
  return events.map((event) => {
    const count = (seen.get(event.uid) ?? 0) + 1;
    seen.set(event.uid, count);
    return count === 1 ? event : { ...event, uid: `${count}-${event.uid}` };
  });
}

/** `20261129T120000Z`. */
function stamp(iso: string): string {
  return new Date(iso).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** Text as RFC 5545, 3.3.11 has it. Control characters are not allowed there. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll(/\r\n|\r|\n/g, "\\n")
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}

/** A line in pieces of at most 75 octets, each after the first behind a blank; no character is split. */
function fold(line: string): string {
  const pieces: string[] = [];
  let piece = "";
  let size = 0;
  for (const character of line) {
    const octets = Buffer.byteLength(character);
    // The blank counts too.
    if (size + octets > (pieces.length === 0 ? 75 : 74)) {
      pieces.push(piece);
      piece = "";
      size = 0;
    }
    piece += character;
    size += octets;
  }
  return [...pieces, piece].join("\r\n ");
}
