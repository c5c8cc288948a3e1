import type { Argument } from "commander";
import { changeStatuses, severities } from "../../model/event.ts";
import { incidentStatuses, urgencies } from "../../model/incident.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { vendors as allVendors, providerNames } from "../../providers/index.ts";
import type { Kind } from "./kinds.ts";

/** What may stand in a place of the command line. */
export type Value =
  /** These words; `several`: more than one of them, with commas in between; `open`: others do too. */
  | { kind: "words"; words: readonly string[]; several?: true; open?: true }
  /** Ids or names that are known when they are asked for, and words that stand for one of them. */
  | { kind: "ids"; of: Kind; also?: readonly string[] }
  | { kind: "files" }
  /** A program and its arguments. */
  | { kind: "programs" }
  /** Anything. */
  | { kind: "text" };

export interface OperandSpec {
  name: string;
  about: string;
  value: Value;
  /** It may stand there again and again. */
  variadic: boolean;
  required: boolean;
  /** As it would be typed; undefined when there is none. */
  fallback: string | undefined;
}

const words = (list: readonly string[]): Value => ({ kind: "words", words: list });
const ids = (of: Kind, ...also: string[]): Value => ({ kind: "ids", of, ...(also.length > 0 && { also }) });
const several = (list: readonly string[]): Value => ({ kind: "words", words: list, several: true });
const text: Value = { kind: "text" };

/** Values of options that commander does not know. The first rule that fits counts; `of` narrows it to some commands. */
const optionRules: { flag: string; of?: RegExp; value: Value }[] = [
  { flag: "--profile", value: ids("profiles") },
  { flag: "--status", of: /^incidents /, value: several([...incidentStatuses, "all"]) },
  { flag: "--status", of: /^(events change|deploy)$/, value: words(changeStatuses) },
  { flag: "--urgency", of: /^incidents (create|update)$/, value: words(urgencies) },
  { flag: "--urgency", value: several(urgencies) },
  { flag: "--severity", value: words(severities) },
  { flag: "--service", value: ids("services") },
  { flag: "--team", value: ids("teams") },
  { flag: "--assignee", value: ids("users", "me") },
  { flag: "--assign", value: ids("users", "me") },
  { flag: "--to", of: /^incidents assign$/, value: ids("users", "me", "none") },
  { flag: "--user", value: ids("users", "me") },
  { flag: "--into", value: ids("incidents") },
  { flag: "--tz", value: { kind: "words", words: ["local", "utc"], open: true } },
];

/** Values of operands, by command and name of the operand. */
const operandRules: { of: RegExp; name: RegExp; value: Value }[] = [
  { of: /^incidents reopen$/, name: /^id$/, value: ids("resolved") },
  { of: /^incidents /, name: /^(id|source|words)$/, value: ids("incidents") },
  { of: /^oncall$/, name: /^schedule$/, value: ids("schedules") },
  { of: /^services show$/, name: /./, value: ids("services") },
  { of: /^schedules show$/, name: /./, value: ids("schedules") },
  { of: /^users show$/, name: /./, value: ids("users", "me") },
  { of: /^teams show$/, name: /./, value: ids("teams") },
  { of: /^profiles add$/, name: /./, value: text },
  { of: /^(profiles|keys) /, name: /^(name|profile)$/, value: ids("profiles") },
  { of: /^spool retry$/, name: /^id$/, value: ids("dead") },
  { of: /^spool /, name: /^id$/, value: ids("spool") },
  { of: /^run$/, name: /^command$/, value: { kind: "programs" } },
];

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** What may follow an option. `name` is that of its value in the help. */
export function optionValue(
  path: string,
  flag: string,
  name: string,
  choices: readonly string[] | undefined,
  vendors: readonly VendorDescriptor[] = allVendors,
): Value {
  if (choices !== undefined) return words(choices);
  if (flag === "--provider") return words(providerNames(vendors));
  const rule = optionRules.find((one) => one.flag === flag && (one.of === undefined || one.of.test(path)));
  return rule?.value ?? byName(name);
}

/** What may stand where the help shows an argument. */
export function operandValues(path: string, argument: Argument): OperandSpec[] {
  const name = argument.name();
  const { variadic, required, description: about } = argument;
  const fallback = argument.defaultValue === undefined ? undefined : String(argument.defaultValue);
  // Its first word is the method, or already the path.
  if (path === "api")
    return [
      { name: "method", about, value: words(methods), variadic: false, required: false, fallback },
      { name: "path", about, value: text, variadic: false, required: true, fallback },
    ];
  const rule = operandRules.find((one) => one.of.test(path) && one.name.test(name));
  const value = argument.argChoices === undefined ? (rule?.value ?? byName(name)) : words(argument.argChoices);
  return [{ name, about, value, variadic, required, fallback }];
}

function byName(name: string): Value {
  if (/^(file|path|dir|folder)$/.test(name)) return { kind: "files" };
  return name === "command" ? { kind: "programs" } : text;
}
