#!/usr/bin/env bash
# string-width 9.0.0, 8.3.0 and 7.2.0: how many Intl.Segmenter are made, on import and by use.
#
# Guess: the import makes none, and a text in ASCII needs none, so that a program pays for one only where a text needs it.
# True: the import makes one in all three, whether or not a width is ever asked for, and thus in each command
# that only imports a table. No later call makes another, also not one with accents or colors.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  nine@npm:string-width@9.0.0 eight@npm:string-width@8.3.0 seven@npm:string-width@7.2.0 >&2
cd "$dir"
cat >count.mjs <<'SCRIPT'
let made = 0;
Intl.Segmenter = new Proxy(Intl.Segmenter, {
  construct(target, values) {
    made += 1;
    return Reflect.construct(target, values);
  },
});
for (const name of ["nine", "eight", "seven"]) {
  made = 0;
  const { default: width } = await import(name);
  const onImport = made;
  for (const text of ["disk", "Zürich", "\u001B[31mdisk\u001B[39m"]) width(text);
  console.log(`${name}: ${onImport} on import, ${made - onImport} by use`);
}
SCRIPT
seen=$(timeout 30 node count.mjs)
expected=$(cat <<'TEXT'
nine: 1 on import, 0 by use
eight: 1 on import, 0 by use
seven: 1 on import, 0 by use
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "how many are made" "$expected" >&2
  exit 1
fi
echo "as recorded"
