import { InvalidArgumentError } from "commander";

/** The parts of a header, `name: value`; the name in lower case. @throws {InvalidArgumentError} */
export function readHeader(text: string): [name: string, value: string] {
  const at = text.indexOf(":");
  const name = text.slice(0, at).trim().toLowerCase();
  if (at < 1) throw new InvalidArgumentError("A header is written name: value.");
  return [name, text.slice(at + 1).trim()];
}
