#!/usr/bin/env bash
# Node.js 20.20.2, 26.10.0, 24.22.3 and 26.12.1, each with its own time zones, next to moment-timezone 0.6.6 in the same
# process: a handoff at 09:00 on December 1, 2026, in five zones whose rules were changed in that year.
#
# Guess: the newest line has the newest zones, and the releases of autumn 2026 have those in force. A library with
# its own zones lags behind the runtime.
# True: 24.22.3 knows the new clock of Manitoba and 26.10.0 does not, since the zones follow the day of a release and not
# its line: an upgrade from 24 to 26 moves the handoff by an hour. None of them has the one of Cuba, also not the
# one that came out after it; only the library has it. So in one process the handoff in Havana is at two instants,
# and nothing warns. In 20, which gets no releases any more, all five are wrong.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" moment-timezone@0.6.6 >&2
cd "$dir"
cat >handoff.mjs <<'SCRIPT'
import moment from "moment-timezone";

const zones = ["America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Havana", "Africa/Casablanca"];
const byIntl = (timeZone) => {
  // The offset of that day, on which none of the zones changes.
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const name = format.formatToParts(new Date("2026-12-01T15:00Z")).find(({ type }) => type === "timeZoneName").value;
  return new Date(`2026-12-01T09:00${name.slice(3) || "Z"}`);
};
const byMoment = (zone) => moment.tz("2026-12-01T09:00", zone).toDate();
const show = (name, instant) => {
  const hours = zones.map((zone) => `${zone.split("/")[1]} ${instant(zone).toISOString().slice(11, 16)}Z`);
  console.log(`${name}: ${hours.join(", ")}`);
};
if (process.argv[2]) show(`moment-timezone (${moment.tz.dataVersion})`, byMoment);
else show(`Node.js ${process.versions.node} (${process.versions.tz})`, byIntl);
SCRIPT
seen=$(
  for version in 20.20.2 26.10.0 24.22.3 26.12.1; do
    runtime=node-linux-$(node -p process.arch)
    npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir/$version" "$runtime@$version" >&2
    program=$dir/$version/node_modules/$runtime/bin/node
    TZ=UTC "$program" handoff.mjs
    [ "$version" != 26.12.1 ] || TZ=UTC "$program" handoff.mjs library
    rm -rf "${dir:?}/$version"
  done
)
expected=$(cat <<'TEXT'
Node.js 20.20.2 (2025c): Vancouver 17:00Z, Edmonton 16:00Z, Winnipeg 15:00Z, Havana 14:00Z, Casablanca 08:00Z
Node.js 26.10.0 (2026c): Vancouver 16:00Z, Edmonton 15:00Z, Winnipeg 15:00Z, Havana 14:00Z, Casablanca 09:00Z
Node.js 24.22.3 (2026e): Vancouver 16:00Z, Edmonton 15:00Z, Winnipeg 14:00Z, Havana 14:00Z, Casablanca 09:00Z
Node.js 26.12.1 (2026e): Vancouver 16:00Z, Edmonton 15:00Z, Winnipeg 14:00Z, Havana 14:00Z, Casablanca 09:00Z
moment-timezone (2026f): Vancouver 16:00Z, Edmonton 15:00Z, Winnipeg 14:00Z, Havana 13:00Z, Casablanca 09:00Z
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the hours of the handoff" "$expected" >&2
  exit 1
fi
echo "as recorded"
