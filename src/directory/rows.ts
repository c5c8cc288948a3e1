import type { Vendor } from "../context.ts";
import type { Directory, DirectoryName } from "../model/directory.ts";
import type { Page } from "../model/incident.ts";
import { fold } from "../model/match.ts";
import { findMe, pick, pickUser, readDirectory } from "./resolve.ts";

/** The name of one row of each directory. */
export const singular: Record<DirectoryName, string> = {
  services: "service",
  schedules: "schedule",
  users: "user",
  teams: "team",
};

/** The rows of a directory, with `query` only those that have it in id, name or e-mail address; how many those are is not known. */
export async function* listRows<Name extends DirectoryName>(
  { provider, connection }: Vendor<"directory">,
  name: Name,
  query: string | undefined,
): AsyncIterable<Page<Directory[Name]>> {
  const pages = provider.directory(connection, name);
  if (query === undefined) return yield* pages;
  const wanted = fold(query);
  for await (const { total: _, rows, ...page } of pages)
    yield { ...page, rows: rows.filter((row) => textsOf(row).some((text) => fold(text).includes(wanted))) };
}

function textsOf(row: Directory[DirectoryName]): string[] {
  const email = "email" in row ? row.email : null;
  return [row.id, row.name, ...(email === null ? [] : [email])];
}

/**
 * The row that a word means: an id, a name, of people an e-mail address or `me`.
 *
 * @throws {CliError} `usage` if several match, `notFound` if none does
 */
export async function findRow(vendor: Vendor<"directory">, name: DirectoryName, word: string): Promise<object> {
  if (name !== "users") return pick(singular[name], word, await readDirectory(vendor, name));
  const wanted = word === "me" ? (await findMe(vendor)).id : word;
  return pickUser(wanted, await readDirectory(vendor, "users"));
}
