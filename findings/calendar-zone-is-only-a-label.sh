#!/usr/bin/env bash
# ical-generator 11.1.2 with a time zone for a shift (read by ical.js 2.2.1), on machines in three zones.
#
# Guess: a shift given as a JavaScript Date, with timezone "Europe/Berlin", is written as the hour in Berlin, so that
# everybody reads the same instant.
# True: the hour that is written is that of the machine's own zone, and "Europe/Berlin" is only put
# beside it: the shift of 06:00 UTC begins at 06:00 in Berlin when the calendar was made on a server in UTC, at
# 02:00 when it was made in New York, and is right in Berlin alone. With the zone on the calendar the times
# float, and mean another instant for each reader. Without any zone, or with "UTC", they are right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  ical-generator@11.1.2 ical.js@2.2.1 >&2
cd "$dir"
cat >shift.mjs <<'SCRIPT'
import ICAL from "ical.js";
import makeCalendar from "ical-generator";

const shift = { start: new Date("2026-07-01T06:00:00Z"), end: new Date("2026-07-01T18:00:00Z"), summary: "Ann" };
const zone = { timezone: "Europe/Berlin" };
const calendars = { "none": [{}, {}], "of the calendar": [zone, {}], "of the event": [{}, zone], "UTC": [{ timezone: "UTC" }, {}] };
for (const [name, [options, more]] of Object.entries(calendars)) {
  const calendar = makeCalendar(options);
  calendar.createEvent({ ...shift, ...more });
  const component = new ICAL.Component(ICAL.parse(calendar.toString()));
  const start = component.getFirstSubcomponent("vevent").getFirstProperty("dtstart");
  const isUtc = start.getFirstValue().zone === ICAL.Timezone.utcTimezone;
  const kind = isUtc ? "UTC" : (start.getParameter("tzid") ?? "floating");
  console.log(`made in ${process.env.TZ}, zone ${name}: ${start.getFirstValue()} ${kind}`);
}
SCRIPT
seen=$(for zone in UTC America/New_York Europe/Berlin; do TZ=$zone timeout 30 node shift.mjs; done)
expected=$(cat <<'TEXT'
made in UTC, zone none: 2026-07-01T06:00:00Z UTC
made in UTC, zone of the calendar: 2026-07-01T06:00:00 floating
made in UTC, zone of the event: 2026-07-01T06:00:00 Europe/Berlin
made in UTC, zone UTC: 2026-07-01T06:00:00Z UTC
made in America/New_York, zone none: 2026-07-01T06:00:00Z UTC
made in America/New_York, zone of the calendar: 2026-07-01T02:00:00 floating
made in America/New_York, zone of the event: 2026-07-01T02:00:00 Europe/Berlin
made in America/New_York, zone UTC: 2026-07-01T06:00:00Z UTC
made in Europe/Berlin, zone none: 2026-07-01T06:00:00Z UTC
made in Europe/Berlin, zone of the calendar: 2026-07-01T08:00:00 floating
made in Europe/Berlin, zone of the event: 2026-07-01T08:00:00 Europe/Berlin
made in Europe/Berlin, zone UTC: 2026-07-01T06:00:00Z UTC
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the start of the shift" "$expected" >&2
  exit 1
fi
echo "as recorded"
