#!/usr/bin/env bash
# croner 11.0.1 and cron-parser 5.10.6, both with a time zone (Europe/Berlin). Times are UTC.
#
# Guess: two cron libraries that know time zones agree, except perhaps on the one hour that is
# missing or comes twice.
# True: a handoff at 02:30 runs at 03:00 on the day of the change in spring in croner, at 03:30 in
# cron-parser. Every two hours: cron-parser runs at 03:00 in spring, which the rule does not name, and
# again at 04:00; croner lets three hours pass. In autumn croner runs twice an hour apart; cron-parser
# lets three hours pass. And 02:00 and 03:00 are three runs in croner, two in cron-parser.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  croner@11.0.1 cron-parser@5.10.6 >&2
cd "$dir"
export TZ=UTC
seen=$(node --input-type=module <<'SCRIPT'
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";

const tz = "Europe/Berlin";
function show(rule, from) {
  const parsed = CronExpressionParser.parse(rule, { currentDate: new Date(from), tz });
  const short = (date) => date.toISOString().slice(8, 16).replace("T", " ");
  const parser = [1, 2, 3, 4].map(() => short(parsed.next()));
  const croner = new Cron(rule, { timezone: tz }).nextRuns(4, new Date(from)).map(short);
  console.log(`${rule}\n  croner: ${croner.join(", ")}\n  cron-parser: ${parser.join(", ")}`);
}
show("30 2 * * *", "2026-03-28T12:00:00Z");
show("0 */2 * * *", "2026-03-28T21:45:00Z");
show("0 */2 * * *", "2026-10-24T21:45:00Z");
show("0 2,3 * * *", "2026-10-24T22:45:00Z");
SCRIPT
)
expected=$(cat <<'TEXT'
30 2 * * *
  croner: 29 01:00, 30 00:30, 31 00:30, 01 00:30
  cron-parser: 29 01:30, 30 00:30, 31 00:30, 01 00:30
0 */2 * * *
  croner: 28 23:00, 29 02:00, 29 04:00, 29 06:00
  cron-parser: 28 23:00, 29 01:00, 29 02:00, 29 04:00
0 */2 * * *
  croner: 24 22:00, 25 00:00, 25 01:00, 25 03:00
  cron-parser: 24 22:00, 25 00:00, 25 03:00, 25 05:00
0 2,3 * * *
  croner: 25 00:00, 25 01:00, 25 02:00, 26 01:00
  cron-parser: 25 00:00, 25 02:00, 26 01:00, 26 02:00
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the runs around the changes of clocks" "$expected" >&2
  exit 1
fi
echo "as recorded"
