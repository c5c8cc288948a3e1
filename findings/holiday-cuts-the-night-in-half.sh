#!/usr/bin/env bash
# opening_hours 3.15.0 (npm), which reads the opening hours of OpenStreetMap, with on-call hours in that form over New Year
# 2027 in Berlin. January 1, a Friday, is a public holiday (PH).
#
# Guess: a night belongs to the day on which it begins, as for Mo-Fr: with "PH off" the night of Thursday is served to its
# end, and the one of Friday is left out. Two rules that meet at 08:00, one for working days and one for all others,
# cover the clock.
# True: a rule for a day replaces what an earlier rule has on that day, and with it the end of the night before. So the
# holiday cuts the night of Thursday at midnight, and the end of Friday's night is served, though its beginning is not.
# With the two rules nobody is on call from midnight to 08:00 on each Saturday, and in the first eight hours of the year.
# Only with the hours after midnight written for each day, or the rules joined by a comma, is the clock covered. The only
# hint is in getWarnings(), which few call.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" opening_hours@3.15.0 >&2
cd "$dir"
cat >hours.mjs <<'SCRIPT'
import OpeningHours from "opening_hours";

const berlin = { lat: 52.5, lon: 13.4, address: { country_code: "de", state: "Berlin" } };
const show = (date) => date.toLocaleString("en-US", { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
function shifts(rule, from, to) {
  const joined = [];
  for (const [begin, end] of new OpeningHours(rule, berlin).getOpenIntervals(new Date(from), new Date(to))) {
    const last = joined.at(-1);
    if (last && +last[1] === +begin) last[1] = end;
    else joined.push([begin, end]);
  }
  return joined.map(([begin, end]) => `${show(begin)} - ${show(end)}`).join(", ");
}
const newYear = ["2026-12-30T12:00", "2027-01-04T12:00"];
const ordinary = ["2027-01-13T12:00", "2027-01-18T12:00"];
console.log("nights, not on holidays:", shifts("Mo-Fr 22:00-06:00; PH off", ...newYear));
console.log("two rules, ordinary week:", shifts("Mo-Fr 18:00-08:00; Sa,Su,PH 08:00-08:00", ...ordinary));
console.log("two rules, New Year:", shifts("Mo-Fr 18:00-08:00; Sa,Su,PH 08:00-08:00", ...newYear));
console.log("joined by a comma, New Year:", shifts("Mo-Fr 18:00-08:00, Sa,Su,PH 08:00-08:00", ...newYear));
console.log("hours by day, New Year:", shifts("Mo-Fr 00:00-08:00,18:00-24:00; Sa,Su,PH 00:00-24:00", ...newYear));
SCRIPT
seen=$(TZ=Europe/Berlin node hours.mjs 2>/dev/null)
expected=$(cat <<'TEXT'
nights, not on holidays: Wed 22:00 - Thu 06:00, Thu 22:00 - Fri 00:00, Sat 00:00 - Sat 06:00
two rules, ordinary week: Wed 18:00 - Thu 08:00, Thu 18:00 - Fri 08:00, Fri 18:00 - Sat 00:00, Sat 08:00 - Mon 08:00
two rules, New Year: Wed 18:00 - Thu 08:00, Thu 18:00 - Fri 00:00, Fri 08:00 - Mon 08:00
joined by a comma, New Year: Wed 18:00 - Thu 08:00, Thu 18:00 - Mon 08:00
hours by day, New Year: Wed 18:00 - Thu 08:00, Thu 18:00 - Mon 08:00
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "who is on call at New Year" "$expected" >&2
  exit 1
fi
echo "as recorded"
