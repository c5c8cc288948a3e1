#!/usr/bin/env bash
# rrule-temporal 2.2.8, alone and inside node-ical 0.27.2, with temporal-polyfill 1.0.8.
#
# Guess: a library built on Temporal repeats FREQ=HOURLY every real hour, also in the night when an
# hour comes twice, and FREQ=HOURLY equals FREQ=MINUTELY;INTERVAL=60.
# True: FREQ=HOURLY leaves the second 02:30 out, so two hours pass between two occurrences (00:30Z,
# 02:30Z). FREQ=MINUTELY;INTERVAL=60 and FREQ=SECONDLY;INTERVAL=3600 do not. In spring the three agree.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  rrule-temporal@2.2.8 temporal-polyfill@1.0.8 node-ical@0.27.2 >&2
cd "$dir"
export TZ=UTC
seen=$(node --input-type=module <<'SCRIPT'
import nodeIcal from "node-ical";
import { RRuleTemporal } from "rrule-temporal";

const start = "20261025T013000";
for (const rule of ["FREQ=HOURLY", "FREQ=MINUTELY;INTERVAL=60", "FREQ=SECONDLY;INTERVAL=3600"]) {
  const times = new RRuleTemporal({ rruleString: `DTSTART;TZID=Europe/Berlin:${start}\nRRULE:${rule};COUNT=4` }).all();
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lab//EN", "BEGIN:VEVENT", "UID:check", "DTSTAMP:20260101T000000Z",
    `DTSTART;TZID=Europe/Berlin:${start}`, "DURATION:PT10M", `RRULE:${rule};COUNT=4`, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
  const event = Object.values(nodeIcal.sync.parseICS(text)).find((entry) => entry.type === "VEVENT");
  const expanded = nodeIcal.expandRecurringEvent(event, { from: new Date("2026-10-24"), to: new Date("2026-10-27") });
  console.log(`${rule}: ${times.map((time) => time.toInstant().toString().slice(11, 16)).join(" ")}`);
  console.log(`  node-ical: ${expanded.map((occurrence) => occurrence.start.toISOString().slice(11, 16)).join(" ")}`);
}
SCRIPT
)
expected=$(cat <<'TEXT'
FREQ=HOURLY: 23:30 00:30 02:30 03:30
  node-ical: 23:30 00:30 02:30 03:30
FREQ=MINUTELY;INTERVAL=60: 23:30 00:30 01:30 02:30
  node-ical: 23:30 00:30 01:30 02:30
FREQ=SECONDLY;INTERVAL=3600: 23:30 00:30 01:30 02:30
  node-ical: 23:30 00:30 01:30 02:30
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the hours of the repeated night" "$expected" >&2
  exit 1
fi
echo "as recorded"
