#!/usr/bin/env bash
# Five cron libraries and the days of a monthly handoff, all in UTC: croner 11.0.1, cron-parser 5.10.6, cron 4.4.0,
# cron-schedule 6.0.0 and node-cron 4.6.0.
#
# Guess: where both day fields are set, either one is enough, as in crontab: all five know that. What a library does
# not know (1#1 for the first Monday, 5L for the last Friday, 1W for the first working day) it refuses.
# True: cron-schedule drops what it does not know and goes on: 1#1 is every Monday, 5L every Friday, and 1W the
# first of the month, at the weekend too. cron refuses all of these, cron-parser the last. node-cron alone wants both
# day fields: 1-7 with Monday is the first Monday there, and in the others each day of the first week and each Monday.
# And 1-31 with Monday is every day in croner and cron-parser, and every Monday in the other three.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  croner@11.0.1 cron-parser@5.10.6 cron@4.4.0 cron-schedule@6.0.0 node-cron@4.6.0 >&2
cd "$dir"
cat >days.mjs <<'SCRIPT'
import { CronTime } from "cron";
import { CronExpressionParser } from "cron-parser";
import { parseCronExpression } from "cron-schedule";
import { Cron } from "croner";
import nodeCron from "node-cron";

const repeat = (count, next) => Array.from({ length: count }, next);
const libraries = {
  croner: (rule, count) => new Cron(rule, { timezone: "UTC", paused: true }).nextRuns(count),
  "cron-parser": (rule, count) => {
    const expression = CronExpressionParser.parse(rule, { tz: "UTC" });
    return repeat(count, () => expression.next().toDate());
  },
  cron: (rule, count) => {
    const time = new CronTime(rule, "UTC");
    let last = new Date();
    return repeat(count, () => (last = time.getNextDateFrom(last, "UTC").toJSDate()));
  },
  "cron-schedule": (rule, count) => parseCronExpression(rule, { timezone: "UTC" }).getNextDates(count),
  "node-cron": (rule, count) => nodeCron.createTask(rule, () => {}, { timezone: "UTC" }).getNextRuns(count),
};
const rules = ["0 9 * * 1#1", "0 9 * * 5L", "0 9 1W * *", "0 9 1-7 * 1", "0 9 1-31 * 1"];
const names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The days of a year and more, in words that are the same on whichever day this runs. */
const describe = (dates) => {
  const days = dates.map((date) => date.getUTCDay());
  const numbers = dates.map((date) => date.getUTCDate());
  const gaps = dates.slice(1).map((date, index) => (date - dates[index]) / 86_400_000);
  if (gaps.every((gap) => gap === 1)) return "every day";
  const [day] = days;
  if (days.every((other) => other === day)) {
    if (gaps.every((gap) => gap === 7)) return `every ${names[day]}`;
    if (numbers.every((number) => number <= 7)) return `first ${names[day]}`;
    if (dates.every((date) => new Date(date.getTime() + 7 * 86_400_000).getUTCMonth() !== date.getUTCMonth())) return `last ${names[day]}`;
  }
  if (numbers.every((number) => number === 1)) return "the 1st";
  if (numbers.every((number) => number <= 3) && days.every((other) => other > 0 && other < 6)) return "first working day";
  if (dates.every((date) => date.getUTCDate() <= 7 || date.getUTCDay() === 1)) return "first week and each Monday";
  return dates.map((date) => date.toISOString().slice(0, 10)).join(" ");
};
for (const rule of rules) {
  console.log(rule);
  for (const [name, runs] of Object.entries(libraries)) {
    let result;
    try {
      result = describe(runs(rule, 60).map((date) => new Date(date)));
    } catch {
      result = "error";
    }
    console.log(`  ${name}: ${result}`);
  }
}
process.exit();
SCRIPT
seen=$(TZ=UTC timeout 60 node days.mjs)
expected=$(cat <<'TEXT'
0 9 * * 1#1
  croner: first Monday
  cron-parser: first Monday
  cron: error
  cron-schedule: every Monday
  node-cron: first Monday
0 9 * * 5L
  croner: last Friday
  cron-parser: last Friday
  cron: error
  cron-schedule: every Friday
  node-cron: last Friday
0 9 1W * *
  croner: first working day
  cron-parser: error
  cron: error
  cron-schedule: the 1st
  node-cron: first working day
0 9 1-7 * 1
  croner: first week and each Monday
  cron-parser: first week and each Monday
  cron: first week and each Monday
  cron-schedule: first week and each Monday
  node-cron: first Monday
0 9 1-31 * 1
  croner: every day
  cron-parser: every day
  cron: every Monday
  cron-schedule: every Monday
  node-cron: every Monday
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the days of a rule" "$expected" >&2
  exit 1
fi
echo "as recorded"
