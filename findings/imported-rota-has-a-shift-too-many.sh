#!/usr/bin/env bash
# calcurse 4.7.1 (Debian 12), a calendar of the terminal, which imports a rota in iCalendar, next to ical.js 2.2.1 (npm) with
# the same file: three Mondays for Ada, of which the second is left out and the third is moved to Ben on Tuesday, and a
# shift of Cleo that was canceled.
#
# Guess: what calcurse cannot read is counted as skipped in its report. The moved shift takes the place of the one that it
# moves, and a canceled one is left out.
# True: the report has 0 skipped, and Ada has two shifts that nobody planned: the one that Ben took over, since both are
# kept, and a fourth Monday, since the Monday that is left out does not count for the three. Cleo's canceled shift
# is there like any other. The library gives the two that are left.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" ical.js@2.2.1 >&2
cd "$dir"
apt-get -qq download calcurse=4.7.1-1 >&2
dpkg -x calcurse_*.deb root
mkdir calendar
cat >rota.mjs <<'SCRIPT'
import { writeFileSync } from "node:fs";
import ICAL from "ical.js";

const event = (...lines) => ["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", ...lines, "END:VEVENT"];
const text = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//lab//EN",
  ...event("UID:rota", "DTSTART:20260706T080000Z", "DTEND:20260706T160000Z", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20260713T080000Z", "SUMMARY:Ada"),
  ...event("UID:rota", "RECURRENCE-ID:20260720T080000Z", "DTSTART:20260721T080000Z", "DTEND:20260721T160000Z", "SUMMARY:Ben"),
  ...event("UID:extra", "DTSTART:20260708T080000Z", "DTEND:20260708T160000Z", "STATUS:CANCELLED", "SUMMARY:Cleo"),
  "END:VCALENDAR",
  "",
].join("\r\n");
writeFileSync("rota.ics", text);

const calendar = new ICAL.Component(ICAL.parse(text));
const rota = new ICAL.Event(calendar.getAllSubcomponents("vevent")[0]);
const shifts = [];
for (const iterator = rota.iterator(); ; ) {
  const next = iterator.next();
  if (!next) break;
  const { startDate, item } = rota.getOccurrenceDetails(next);
  shifts.push(`${startDate.toString().slice(5, 10)} ${item.summary}`);
}
console.log(`ical.js: ${shifts.join(", ")}`);
SCRIPT
seen=$(
  export TZ=UTC HOME=$dir
  node rota.mjs
  timeout 20 root/usr/bin/calcurse -D calendar -i rota.ics | grep -o '[0-9]* skipped'
  shifts=$(timeout 20 root/usr/bin/calcurse -D calendar -Q --from 07/01/2026 --to 08/31/2026 \
    --format-apt '%(start:%m-%d) %m\n' --format-recur-apt '%(start:%m-%d) %m\n' | grep -E '^[0-9]{2}-' | paste -sd,)
  echo "calcurse: ${shifts//,/, }"
)
expected=$(cat <<'TEXT'
ical.js: 07-06 Ada, 07-21 Ben
0 skipped
calcurse: 07-06 Ada, 07-08 Cleo, 07-20 Ada, 07-21 Ben, 07-27 Ada
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the shifts after the import" "$expected" >&2
  exit 1
fi
echo "as recorded"
