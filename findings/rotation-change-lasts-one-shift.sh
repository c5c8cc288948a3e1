#!/usr/bin/env bash
# node-ical 0.27.2, next to ical.js 2.2.1 and khal 0.10.5 (Debian 12), with the same rotation in UTC.
#
# Guess: a change "from now on" (RECURRENCE-ID with RANGE=THISANDFUTURE: from the 7th Bob, two hours later)
# and an extra shift (RDATE) are in the shifts that expandRecurringEvent gives, or it refuses them.
# True: node-ical changes the one shift that the change names, and has Ann with the old hours again on
# the next day. The extra shift is missing: expandRecurringEvent knows rules and exceptions, but not
# RDATE. No error and no warning. ical.js and khal agree on the other list. So who is on call on the 8th
# and the 15th depends on the library.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  node-ical@0.27.2 ical.js@2.2.1 >&2
cd "$dir"
apt-get -qq download khal=1:0.10.5-1.1 python3-{atomicwrites,click,click-log,configobj,dateutil,icalendar,pkg-resources} \
  python3-{pytz-deprecation-shim,six,tz,tzlocal,urwid,xdg} python3.11-minimal libpython3.11-{minimal,stdlib} \
  libsqlite3-0 libexpat1 >&2
for package in *.deb; do dpkg -x "$package" root; done
mkdir calendar
sed 's/$/\r/' >calendar/rotation.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//rotation//EN
BEGIN:VEVENT
UID:rotation@example.com
DTSTAMP:20260101T000000Z
DTSTART:20260105T080000Z
DTEND:20260105T200000Z
RRULE:FREQ=DAILY;COUNT=4
RDATE:20260115T080000Z
SUMMARY:Ann
END:VEVENT
BEGIN:VEVENT
UID:rotation@example.com
DTSTAMP:20260101T000000Z
RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T080000Z
DTSTART:20260107T100000Z
DTEND:20260107T220000Z
SUMMARY:Bob
END:VEVENT
END:VCALENDAR
ICS
cat >khal.conf <<CONF
[calendars]
[[rotation]]
path = $dir/calendar
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = $dir/khal.db
CONF
seen=$(
  timeout 60 node --input-type=module <<'SCRIPT'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const text = readFileSync("calendar/rotation.ics", "utf8");
const show = (name, start, end, person) => {
  const [from, to] = [start, end].map((date) => date.toISOString().replace("T", " ").slice(0, 16));
  console.log(`${name}: ${from} ${to.slice(11)} ${person}`);
};

const event = Object.values(ical.sync.parseICS(text)).find(({ type }) => type === "VEVENT");
const range = { from: new Date("2026-01-01"), to: new Date("2026-02-01") };
for (const { start, end, summary } of ical.expandRecurringEvent(event, range)) show("node-ical", start, end, summary);

const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
const [rule, ...exceptions] = events;
const rotation = new ICAL.Event(rule, { exceptions });
const iterator = rotation.iterator();
for (let next = iterator.next(); next; next = iterator.next()) {
  const { startDate, endDate, item } = rotation.getOccurrenceDetails(next);
  show("ical.js", startDate.toJSDate(), endDate.toJSDate(), item.summary);
}
SCRIPT
  PYTHONPATH=$dir/root/usr/lib/python3/dist-packages PYTHONHOME=$dir/root/usr PYTHONDONTWRITEBYTECODE=1 \
    LD_LIBRARY_PATH=$dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu \
    timeout 60 root/usr/bin/python3.11 root/usr/bin/khal -c khal.conf list \
    --day-format '' --format 'khal: {start} {end-time} {title}' 2026-01-01 31d
)
expected=$(cat <<'TEXT'
node-ical: 2026-01-05 08:00 20:00 Ann
node-ical: 2026-01-06 08:00 20:00 Ann
node-ical: 2026-01-07 10:00 22:00 Bob
node-ical: 2026-01-08 08:00 20:00 Ann
ical.js: 2026-01-05 08:00 20:00 Ann
ical.js: 2026-01-06 08:00 20:00 Ann
ical.js: 2026-01-07 10:00 22:00 Bob
ical.js: 2026-01-08 10:00 22:00 Bob
ical.js: 2026-01-15 10:00 22:00 Bob
khal: 2026-01-05 08:00 20:00 Ann
khal: 2026-01-06 08:00 20:00 Ann
khal: 2026-01-07 10:00 22:00 Bob
khal: 2026-01-08 10:00 22:00 Bob
khal: 2026-01-15 10:00 22:00 Bob
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the shifts of one rotation" "$expected" >&2
  exit 1
fi
echo "as recorded"
