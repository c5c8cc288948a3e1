import { usageError } from "../../errors.ts";

/** Lengths of texts, in characters. Source: OpenAPI. The vendor's own tool asks for 3 characters of a title. */
export const limits = {
  newTitle: { min: 3, max: 512 },
  newDescription: { min: 0, max: 1024 },
  title: { min: 3, max: 200 },
  description: { min: 3, max: 6144 },
  rootCause: { min: 3, max: 1024 },
  impact: { min: 3, max: 6144 },
  note: { min: 1, max: 1024 },
} as const;

interface Limits {
  min: number;
  max: number;
}

/** @throws {CliError} `usage` on a text that is too short or too long */
export function checkLength(what: string, text: string, { min, max }: Limits): void {
  const { length } = [...text];
  if (length > max) throw usageError(`the ${what} has ${length} characters, and Flashduty takes ${max}`);
  if (length < min) throw usageError(`the ${what} has ${length} characters, and Flashduty needs ${min}`);
}

/** @throws {CliError} `usage` on a title that is too short or too long */
export function checkTitle(title: string, { min, max }: Limits = limits.title): void {
  const { length } = [...title];
  if (length < min || length > max)
    throw usageError(`a title on Flashduty has ${min} to ${max} characters, not ${length}`);
}
