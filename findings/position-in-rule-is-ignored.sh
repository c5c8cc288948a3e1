#!/usr/bin/env bash
# ical.js 2.2.1, next to rrule 2.8.1 and rrule-temporal 2.2.8, with handoffs whose rule picks one day. Found among
# 2400 random rules.
#
# Guess: "the first working day of each week", "the 20th Monday of the year" and "the Monday of week 2" are the same
# dates in the three, or ical.js refuses a part that it does not know.
# True: ical.js leaves out the part that picks: with BYSETPOS in a weekly rule every working day is a handoff, and
# with BYDAY=20MO or BYWEEKNO=2 in a yearly rule every Monday from there on. COUNT then ends the rotation in days
# or weeks instead of years. There is no error. BYSETPOS in a monthly rule, and 1MO with BYMONTH, it knows.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  ical.js@2.2.1 rrule@2.8.1 rrule-temporal@2.2.8 temporal-polyfill@1.0.8 >&2
cd "$dir"
cat >handoffs.mjs <<'SCRIPT'
import ICAL from "ical.js";
import rrule from "rrule";
import { RRuleTemporal } from "rrule-temporal";

function icalJs(start, rule) {
  const iterator = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString(start));
  const dates = [];
  for (let next = iterator.next(); next; next = iterator.next()) dates.push(next.toString());
  return dates;
}
const rules = [
  ["2026-01-05", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"],
  ["2026-01-30", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
  ["2026-05-18", "FREQ=YEARLY;BYDAY=20MO"],
  ["2026-05-04", "FREQ=YEARLY;BYMONTH=5;BYDAY=1MO"],
  ["2026-01-05", "FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO"],
];
for (const [date, short] of rules) {
  const rule = `${short};COUNT=4`;
  const text = `DTSTART:${date.replaceAll("-", "")}T090000Z\nRRULE:${rule}`;
  const lists = {
    "ical.js": icalJs(`${date}T09:00:00Z`, rule),
    rrule: rrule.rrulestr(text).all().map((time) => time.toISOString()),
    "rrule-temporal": new RRuleTemporal({ rruleString: text }).all().map((time) => time.toString()),
  };
  console.log(short);
  for (const [name, list] of Object.entries(lists)) console.log(`  ${name}: ${list.map((time) => time.slice(0, 10)).join(" ")}`);
}
SCRIPT
seen=$(timeout 30 node handoffs.mjs)
expected=$(cat <<'TEXT'
FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1
  ical.js: 2026-01-05 2026-01-06 2026-01-07 2026-01-08
  rrule: 2026-01-05 2026-01-12 2026-01-19 2026-01-26
  rrule-temporal: 2026-01-05 2026-01-12 2026-01-19 2026-01-26
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
  ical.js: 2026-01-30 2026-02-27 2026-03-31 2026-04-30
  rrule: 2026-01-30 2026-02-27 2026-03-31 2026-04-30
  rrule-temporal: 2026-01-30 2026-02-27 2026-03-31 2026-04-30
FREQ=YEARLY;BYDAY=20MO
  ical.js: 2026-05-18 2026-05-25 2026-06-01 2026-06-08
  rrule: 2026-05-18 2027-05-17 2028-05-15 2029-05-14
  rrule-temporal: 2026-05-18 2027-05-17 2028-05-15 2029-05-14
FREQ=YEARLY;BYMONTH=5;BYDAY=1MO
  ical.js: 2026-05-04 2027-05-03 2028-05-01 2029-05-07
  rrule: 2026-05-04 2027-05-03 2028-05-01 2029-05-07
  rrule-temporal: 2026-05-04 2027-05-03 2028-05-01 2029-05-07
FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO
  ical.js: 2026-01-12 2026-01-19 2026-01-26 2026-02-02
  rrule: 2026-01-05 2027-01-11 2028-01-10 2029-01-08
  rrule-temporal: 2026-01-05 2027-01-11 2028-01-10 2029-01-08
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the dates of the handoffs" "$expected" >&2
  exit 1
fi
echo "as recorded"
