#!/usr/bin/env bash
# rosters 0.0.1, which answers who is on call in a rotation, asked hour by hour through three years in Europe/Berlin.
#
# Guess: a weekly rotation of two goes on over New Year, a daily one changes at midnight, and a layer from 22:00 to 06:00
# is the night.
# True: the person is the number of the week, or of the day, in its year, modulo the people. A year of 53 weeks (2026)
# gives two weeks in a row to the same person, and one of 365 days two days. In summer the daily change is at 01:00,
# since the days are counted in hours from New Year. The layer for the night is never in force, as no time is both
# after 22:00 and before 06:00: the layer below it answers, or without one an error, at the hours it was made for.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" rosters@0.0.1 >&2
cd "$dir"
cat >roster.mjs <<'SCRIPT'
import { mock } from "node:test";
import rosters from "rosters";

const hour = 3_600_000;
const ann = { name: "Ann" };
const bob = { name: "Bob" };
const start = new Date(2025, 0, 1, 0, 30).getTime();
const end = new Date(2028, 0, 1).getTime();
mock.timers.enable({ apis: ["Date"], now: start });
const local = (time) => new Date(time).toLocaleString("sv-SE").slice(0, 16);

/** Calls `see` with each half past of the three years, and who is on call then. */
const walk = (layers, see) => {
  for (let time = start; time < end; time += hour) {
    mock.timers.setTime(time);
    let name;
    try {
      name = rosters.getOnCallPerson({ layers })?.name;
    } catch (error) {
      name = error.constructor.name;
    }
    see(time, name);
  }
};
const shifts = (every) => {
  const list = [];
  walk([{ rotation: { every, users: [ann, bob] } }], (time, name) => {
    if (list.at(-1)?.name !== name) list.push({ name, from: time });
  });
  return list.slice(1).map((shift, index, all) => ({ ...shift, hours: ((all[index + 1]?.from ?? end) - shift.from) / hour })).slice(0, -1);
};
for (const [every, normal] of [["week", 168], ["day", 24]]) {
  const list = shifts(every);
  for (const { from, hours } of list.filter(({ hours }) => hours > normal * 1.5)) console.log(`${every}: from ${local(from)} one shift of ${hours} hours`);
  const months = new Map();
  for (const { from } of list) {
    const [date, time] = local(from).split(" ");
    months.set(time, (months.get(time) ?? new Set()).add(date.slice(5, 7)));
  }
  for (const [time, set] of [...months].sort()) console.log(`${every}: changes in the hour before ${time} in the months ${[...set].sort().join(" ")}`);
}
const night = { user: bob, start: "22:00", end: "06:00" };
for (const [text, layers] of [["above Ann", [{ user: ann }, night]], ["alone", [night]]]) {
  const names = new Set();
  walk(layers, (_, name) => names.add(name));
  console.log(`night ${text}: ${[...names].join(", ")}`);
}
SCRIPT
seen=$(TZ=Europe/Berlin timeout 120 node --no-warnings roster.mjs)
expected=$(cat <<'TEXT'
week: from 2026-12-28 00:30 one shift of 336 hours
week: changes in the hour before 00:30 in the months 01 02 03 04 05 06 07 08 09 10 11 12
day: from 2025-12-31 00:30 one shift of 48 hours
day: from 2026-12-31 00:30 one shift of 48 hours
day: changes in the hour before 00:30 in the months 01 02 03 10 11 12
day: changes in the hour before 01:30 in the months 03 04 05 06 07 08 09 10
night above Ann: Ann
night alone: TypeError
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "who is on call" "$expected" >&2
  exit 1
fi
echo "as recorded"
