#!/usr/bin/env bash
# @js-temporal/polyfill 0.5.1 and temporal-polyfill 1.0.8, all changes of clocks of 2000 to 2024 in all time zones.
#
# Guess: both find every change with getTimeZoneTransition, which is how a program walks from one shift of 23 or 25
# hours to the next.
# True: @js-temporal/polyfill passes over the two changes of a summer that lasted one or two weeks, as the north
# of Brazil had in 2000: it names no change in the year, though its own clock shows another offset inside it.
# There is no error. temporal-polyfill finds them; elsewhere the two agree.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  @js-temporal/polyfill@0.5.1 temporal-polyfill@1.0.8 >&2
cd "$dir"
cat >changes.mjs <<'SCRIPT'
import { Temporal as old } from "@js-temporal/polyfill";
import { Temporal as other } from "temporal-polyfill";

function changes(Temporal, zone) {
  const end = Temporal.Instant.from("2025-01-01T00:00Z").epochMilliseconds;
  let time = Temporal.Instant.from("2000-01-01T00:00Z").toZonedDateTimeISO(zone);
  const found = [];
  while ((time = time.getTimeZoneTransition("next")) && time.epochMilliseconds < end) found.push(`${time.toInstant()} ${time.offset}`);
  return found;
}
for (const zone of Intl.supportedValuesOf("timeZone")) {
  const [a, b] = [changes(old, zone), changes(other, zone)];
  const missed = b.filter((change) => !a.includes(change));
  const added = a.filter((change) => !b.includes(change));
  if (missed.length + added.length === 0) continue;
  const inside = old.Instant.from(missed[0].split(" ")[0]).add({ hours: 24 }).toZonedDateTimeISO(zone).offset;
  console.log(`${zone}: missed ${missed.join(" and ")}, added ${added.length}; its offset inside ${inside}`);
}
SCRIPT
seen=$(timeout 300 node changes.mjs)
expected=$(cat <<'TEXT'
America/Boa_Vista: missed 2000-10-08T04:00:00Z -03:00 and 2000-10-15T03:00:00Z -04:00, added 0; its offset inside -03:00
America/Fortaleza: missed 2000-10-08T03:00:00Z -02:00 and 2000-10-22T02:00:00Z -03:00, added 0; its offset inside -02:00
America/Maceio: missed 2000-10-08T03:00:00Z -02:00 and 2000-10-22T02:00:00Z -03:00, added 0; its offset inside -02:00
America/Noronha: missed 2000-10-08T02:00:00Z -01:00 and 2000-10-15T01:00:00Z -02:00, added 0; its offset inside -01:00
America/Recife: missed 2000-10-08T03:00:00Z -02:00 and 2000-10-15T02:00:00Z -03:00, added 0; its offset inside -02:00
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the changes that are missed" "$expected" >&2
  exit 1
fi
echo "as recorded"
