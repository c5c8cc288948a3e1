import { InvalidArgumentError } from "commander";

/** Reads the number of a port; 0 stands for any that is free. */
export function readPort(word: string): number {
  const port = Number(word);
  if (!/^\d+$/.test(word) || port > 65_535) throw new InvalidArgumentError("Expected a port between 0 and 65535.");
  return port;
}
