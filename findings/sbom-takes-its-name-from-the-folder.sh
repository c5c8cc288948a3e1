#!/usr/bin/env bash
# npm 11.19.1 (npm sbom) and @cyclonedx/cyclonedx-npm 6.0.1, on the same installed project.
#
# Guess: both name the program in the SBOM after the name in package.json.
# True: npm sbom in CycloneDX names it after the folder it was run in, while bom-ref and purl have the
# name of package.json: a build in /build/workspace is "workspace" in whatever reads
# metadata.component.name. In SPDX the same command uses the right name. cyclonedx-npm uses the right
# one too, but has no hash for a component, where npm has the SHA-512 of each.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" \
  npm@11.19.1 @cyclonedx/cyclonedx-npm@6.0.1 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("workspace");
writeFileSync("workspace/package.json", JSON.stringify({ name: "pager", version: "1.2.3", private: true, dependencies: { "is-number": "7.0.0" } }));
const npm = `${process.cwd()}/node_modules/npm/bin/npm-cli.js`;
const cyclonedx = `${process.cwd()}/node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js`;
const run = (file, ...args) => execFileSync(process.execPath, [file, ...args], { cwd: "workspace", encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, npm_execpath: npm } });
run(npm, "install", "--no-audit", "--no-fund");
const show = (tool, { metadata, components }) =>
  console.log(`${tool}: name ${metadata.component.name}, purl ${metadata.component.purl.split("?")[0]}, hashes ${components[0].hashes?.map((hash) => hash.alg) ?? "none"}`);
show("npm sbom", JSON.parse(run(npm, "sbom", "--sbom-format=cyclonedx")));
console.log(`npm sbom, SPDX: name ${JSON.parse(run(npm, "sbom", "--sbom-format=spdx")).name}`);
show("cyclonedx-npm", JSON.parse(run(cyclonedx)));
SCRIPT
)
expected=$(cat <<'TEXT'
npm sbom: name workspace, purl pkg:npm/pager@1.2.3, hashes SHA-512
npm sbom, SPDX: name pager@1.2.3
cyclonedx-npm: name pager, purl pkg:npm/pager@1.2.3, hashes none
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "the names and hashes in the SBOM" "$expected" >&2
  exit 1
fi
echo "as recorded"
