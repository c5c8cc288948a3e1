#!/usr/bin/env bash
# Node.js 20.20.2, 22.23.3 and 26.10.0, which carry compiled code for their own modules. Counted: the modules of a
# program that loads node:tls, by whether that code was used.
#
# Guess: a limit for the heap (NODE_OPTIONS=--max-old-space-size=500, as CI jobs set it) has no effect on how the
# program starts, and v8.setFlagsFromString in its first line costs nothing either.
# True: V8 accepts the code only under the flags it was made with, and a limit for the heap was one of them until
# 22: every module is compiled from source then. In 26 the heap does not count any more, but a limit for the
# stack does. A flag set from inside refuses the modules that are loaded later. There is no warning.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >count.cjs <<'SCRIPT'
const [flag] = process.argv.slice(2);
if (flag) require("node:v8").setFlagsFromString(flag);
require("node:tls");
const { getCacheUsage } = require("internal/test/binding").internalBinding("builtins");
const { compiledWithCache, compiledWithoutCache } = getCacheUsage();
const how = (own, other) => (own.size === 0 ? "none" : other.size === 0 ? "all" : "some");
console.log(`${how(compiledWithCache, compiledWithoutCache)} from the cache, ${how(compiledWithoutCache, compiledWithCache)} from source`);
SCRIPT
seen=$(
  for version in 20.20.2 22.23.3 26.10.0; do
    npm install --no-save --no-audit --no-fund --loglevel=error --prefix "$dir/$version" "node@$version" >&2
    node=$dir/$version/node_modules/node/bin/node
    echo "$version plain: $(NODE_OPTIONS='' "$node" --no-warnings --expose-internals count.cjs)"
    for flag in --max-old-space-size=500 --stack-size=900; do
      echo "$version $flag: $(NODE_OPTIONS='' "$node" $flag --no-warnings --expose-internals count.cjs)"
      echo "$version $flag set from inside: $(NODE_OPTIONS='' "$node" --no-warnings --expose-internals count.cjs $flag)"
    done
    echo "$version --max-old-space-size=500 in NODE_OPTIONS: $(NODE_OPTIONS=--max-old-space-size=500 "$node" --no-warnings --expose-internals count.cjs)"
  done
)
expected=$(cat <<'TEXT'
20.20.2 plain: all from the cache, none from source
20.20.2 --max-old-space-size=500: none from the cache, all from source
20.20.2 --max-old-space-size=500 set from inside: some from the cache, some from source
20.20.2 --stack-size=900: none from the cache, all from source
20.20.2 --stack-size=900 set from inside: some from the cache, some from source
20.20.2 --max-old-space-size=500 in NODE_OPTIONS: none from the cache, all from source
22.23.3 plain: all from the cache, none from source
22.23.3 --max-old-space-size=500: none from the cache, all from source
22.23.3 --max-old-space-size=500 set from inside: some from the cache, some from source
22.23.3 --stack-size=900: none from the cache, all from source
22.23.3 --stack-size=900 set from inside: some from the cache, some from source
22.23.3 --max-old-space-size=500 in NODE_OPTIONS: none from the cache, all from source
26.10.0 plain: all from the cache, none from source
26.10.0 --max-old-space-size=500: all from the cache, none from source
26.10.0 --max-old-space-size=500 set from inside: all from the cache, none from source
26.10.0 --stack-size=900: none from the cache, all from source
26.10.0 --stack-size=900 set from inside: some from the cache, some from source
26.10.0 --max-old-space-size=500 in NODE_OPTIONS: all from the cache, none from source
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the source of the modules" "$expected" >&2
  exit 1
fi
echo "as recorded"
