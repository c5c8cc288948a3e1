#!/usr/bin/env bash
# cli-table3 0.6.5.
#
# Guess: four times the rows take about four times the processor time to lay out.
# True: each cell is compared with the cells of all rows above it, for spans that no row has. Four times
# the rows take more than nine times the time here, with plain rows of 20 cells and no span: 500 rows
# take under a second, 2000 take many. (The script asks for more than 7 times.)
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  cli-table3@0.6.5 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { createRequire } from "node:module";
const Table = createRequire(`${process.cwd()}/`)("cli-table3");

function seconds(rows) {
  const table = new Table();
  for (let i = 0; i < rows; i++) table.push(Array(20).fill("x"));
  const before = process.cpuUsage();
  table.toString();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
seconds(200);
const few = Math.min(seconds(500), seconds(500), seconds(500));
const many = seconds(2000);
console.error(`500 rows ${few.toFixed(2)} s, 2000 rows ${many.toFixed(2)} s, ratio ${(many / few).toFixed(1)}`);
console.log(`4 times the rows take more than 7 times the time: ${many / few > 7}`);
SCRIPT
)
expected=$(cat <<'TEXT'
4 times the rows take more than 7 times the time: true
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the time of the layout" "$expected" >&2
  exit 1
fi
echo "as recorded"
