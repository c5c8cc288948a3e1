import { InvalidArgumentError } from "commander";

/**
 * The parts of `name=value`; the value is all that follows the first `=`.
 *
 * @throws {InvalidArgumentError} such as `Expected name=value for a detail.`
 */
export function readNameValue(text: string, what: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`Expected name=value for a ${what}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Collects `--detail name=value`; of two with the same name the later one counts. */
export function collectDetail(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [given, value] = readNameValue(text, "detail");
  const name = given.trim();
  if (name === "") throw new InvalidArgumentError("Expected name=value.");
  return Object.fromEntries([...Object.entries(before), [name, value]]);
}
