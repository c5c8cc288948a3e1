import { InvalidArgumentError } from "commander";

/** How many things may be under way at once, from 1 to 64. @throws {InvalidArgumentError} */
export function readConcurrency(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 64)
    throw new InvalidArgumentError("Expected a number from 1 to 64.");
  return number;
}
