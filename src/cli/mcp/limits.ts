import type { Schema } from "./schema.ts";

/* How much one result may hold: an agent reads it all. */

const usualRows = 50;
const maxRows = 1000;
const usualBytes = 32_000;
const maxBytes = 1_000_000;

/** Arguments of every tool. */
export const limits: Readonly<Record<string, Schema>> = {
  maxRows: {
    type: "integer",
    minimum: 1,
    maximum: maxRows,
    description: `maximum number of rows in the result (default: ${usualRows})`,
  },
  maxBytes: {
    type: "integer",
    minimum: 2000,
    maximum: maxBytes,
    description: `maximum size of the result in bytes (default: ${usualBytes})`,
  },
};

export interface Limits {
  rows: number;
  bytes: number;
}

/** The limits that these arguments ask for. A larger `limit` of the command asks for its rows, too. */
export function limitsOf({ maxRows: rows, maxBytes: bytes, limit }: Readonly<Record<string, unknown>>): Limits {
  const asked = typeof limit === "number" ? Math.min(Math.max(limit, usualRows), maxRows) : usualRows;
  return { rows: typeof rows === "number" ? rows : asked, bytes: typeof bytes === "number" ? bytes : usualBytes };
}

/** The arguments with the `limit` of the command that these rows need, where it has one and none is given. */
export function withLimit(
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { maxRows: rows, limit, all } = given;
  const isAsked = rows !== undefined && limit === undefined && all !== true && Object.hasOwn(known, "limit");
  return isAsked && !Object.hasOwn(known, "paginate") ? { ...given, limit: rows } : { ...given };
}

export const limitWords = { rows: `maxRows, at most ${maxRows}`, bytes: `maxBytes, at most ${maxBytes}` };
