import { expect, it } from "vitest";
import { namedOptions } from "../../src/cli/named-options.ts";
import { flag, negated, text, textOr } from "../../src/cli/options.ts";

const options = {
  dedupKey: text("key", "a key", { short: "k" }),
  service: text("id", "a service"),
  order: textOr("order", "a direction", "desc"),
  spool: negated("no spool"),
  color: { summary: "color", negatable: "no color" },
  mine: flag("mine", { short: "m" }),
};
const always = ["order", "spool"];
const all = Object.keys(options).sort();

it.each([
  ["events trigger x", always],
  ["events trigger x --dedup-key a", [...always, "dedupKey"]],
  ["events trigger x --dedup-key=a=b --service", [...always, "dedupKey", "service"]],
  ["events trigger x -k a --json -q -o json", [...always, "dedupKey"]],
  ["events trigger x --no-color", [...always, "color"]],
  ["events trigger --order asc --mine", [...always, "mine"]],
  ["events trigger x --dedup", all],
  ["events trigger x --Service a", all],
  ["events trigger x -mk a", all],
  ["events trigger x -ka", all],
  ["events trigger x -kojson", all],
  ["events trigger --service -12.5", all],
  ["events trigger --help", all],
  ["events trigger -h", all],
  ["help events trigger", all],
  ["run --mine -- ls", all],
  ["events trigger -", all],
])("of %s are declared %j", (line, names) => {
  expect(Object.keys(namedOptions(options, line.split(" ")) ?? options).sort()).toEqual([...names].sort());
});
