import { usageError } from "../../errors.ts";

const units: Record<string, number> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/**
 * Bytes of `4096`, `512kb`, `1mb` (of 1024) and their kin.
 *
 * @throws {CliError} `usage` when it is not a size above 0
 */
export function parseSize(text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]?)i?b?$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(amount) * (units[unit.toLowerCase()] ?? 1));
  if (amount === "" || bytes < 1 || !Number.isSafeInteger(bytes))
    throw usageError(`"${text}" is not a size`, "4096, 512kb or 1mb");
  return bytes;
}
