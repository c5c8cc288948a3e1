#!/usr/bin/env bash
# ajv 8.20.0.
#
# Guess: where a description has {type, detail}, with a oneOf and a discriminator "type" at detail, as
# APIs write it whose entries differ by a field beside them, ajv picks the schema by that field, or at
# least accepts an entry that fits one of the schemas.
# True: the discriminator has to be a property of the choices themselves. With the option
# `discriminator` ajv refuses to compile such a description. Without it the choice "object without
# fields" accepts the detail of every other one, two of them match, and each good entry is refused.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix "$dir" ajv@8.20.0 >&2
cd "$dir"
seen=$(node --input-type=module <<'SCRIPT'
import Ajv from "ajv";

const closed = { type: "object", description: "no fields" };
const commented = { type: "object", required: ["comment"], properties: { comment: { type: "string" } } };
const detail = { oneOf: [closed, commented], discriminator: { propertyName: "type" } };
const entry = { type: "object", properties: { type: { enum: ["closed", "commented"] }, detail } };

function check(options) {
  try {
    const validate = new Ajv({ strict: false, ...options }).compile(entry);
    return validate({ type: "commented", detail: { comment: "looking" } }) ? "accepted" : validate.errors.at(-1).message;
  } catch (error) {
    return error.message;
  }
}
console.log(`discriminator off: ${check({})}`);
console.log(`discriminator on: ${check({ discriminator: true })}`);
SCRIPT
)
expected=$(cat <<'TEXT'
discriminator off: must match exactly one schema in oneOf
discriminator on: discriminator: oneOf subschemas (or referenced schemas) must have "properties/type"
TEXT
)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'changed: %s; expected:\n%s\n' "how ajv takes a discriminator beside the choice" "$expected" >&2
  exit 1
fi
echo "as recorded"
