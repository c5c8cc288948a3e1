#!/usr/bin/env bash
# opening_hours 3.15.0 and date-holidays 3.37.0 (npm), two lists of public holidays, for the years 2026 to 2028: the days on
# which a rota for holidays is in force.
#
# Guess: in Germany, by state, and in the countries around it the two agree on public holidays, which are set by law.
# True: they do in 33 of 38 regions. For Bavaria opening_hours takes two days that are holidays in some of its towns only, as
# holidays of the state. For the Netherlands each has days that the other does not have: Good Friday and May 5 in each year,
# or Easter Sunday and Whit Sunday. Denmark has two days more in one, Greece and Ukraine have days in the other only.
# Whoever is on call for holidays depends on the library.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  opening_hours@3.15.0 date-holidays@3.37.0 >&2
cd "$dir"
cat >compare.mjs <<'SCRIPT'
import Holidays from "date-holidays";
import OpeningHours from "opening_hours";

const states = {
  BB: "Brandenburg", BE: "Berlin", BW: "Baden-Württemberg", BY: "Bayern", HB: "Bremen", HE: "Hessen", HH: "Hamburg",
  MV: "Mecklenburg-Vorpommern", NI: "Niedersachsen", NW: "Nordrhein-Westfalen", RP: "Rheinland-Pfalz",
  SH: "Schleswig-Holstein", SL: "Saarland", SN: "Sachsen", ST: "Sachsen-Anhalt", TH: "Thüringen",
};
const others = "AT BE CZ DK ES FI FR GR HU IE IT NL NO NZ PL PT RO SE SK UA BR".split(" ");
const day = 86_400_000;
const years = [2026, 2027, 2028];
const list = (begin, end) => {
  const days = [];
  for (let time = +begin; time < +end; time += day) days.push(new Date(time).toISOString().slice(0, 10));
  return days;
};
function byOpeningHours(country, state) {
  const hours = new OpeningHours("PH", { lat: 50, lon: 10, address: { country_code: country.toLowerCase(), state } });
  return hours.getOpenIntervals(new Date("2026-01-01"), new Date("2029-01-01")).flatMap(([begin, end]) => list(begin, end));
}
function byDateHolidays(country, state) {
  const options = { types: ["public"], timezone: "UTC" };
  const holidays = state ? new Holidays(country, state, options) : new Holidays(country, options);
  return years.flatMap((year) => holidays.getHolidays(year).flatMap(({ start, end }) => list(start, end)));
}
let same = 0;
let regions = 0;
function compare(country, code, state) {
  const [one, two] = [new Set(byOpeningHours(country, state)), new Set(byDateHolidays(country, code))];
  const only = (days, other) => [...days].filter((date) => !other.has(date) && date.startsWith("2027")).map((date) => date.slice(5));
  regions += 1;
  if (one.size === two.size && [...one].every((date) => two.has(date))) same += 1;
  else console.log(`${state ?? country} 2027: only opening_hours [${only(one, two).join(" ")}], only date-holidays [${only(two, one).join(" ")}]`);
}
for (const [code, state] of Object.entries(states)) compare("DE", code, state);
compare("GB", "ENG", "England");
for (const country of others) compare(country);
console.log(`the same: ${same} of ${regions}`);
SCRIPT
seen=$(TZ=UTC node compare.mjs 2>/dev/null)
expected=$(cat <<'TEXT'
Bayern 2027: only opening_hours [08-08 08-15], only date-holidays []
DK 2027: only opening_hours [06-05 12-24], only date-holidays []
GR 2027: only opening_hours [], only date-holidays [06-20]
NL 2027: only opening_hours [03-26 05-05], only date-holidays [03-28 05-16]
UA 2027: only opening_hours [], only date-holidays [05-03 06-21]
the same: 33 of 38
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the days on which the two differ" "$expected" >&2
  exit 1
fi
echo "as recorded"
