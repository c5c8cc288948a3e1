import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { homeWith, profilesAt } from "../../support/profiles.ts";
import { type FakeVendor, fakeVendor } from "../../support/vendor.ts";

export const incident = {
  id: "inc_1",
  title: "Disk full",
  status: "OPEN",
  urgency: "HIGH",
  service: { id: "svc_1", name: "Checkout" },
  created_at: "2026-01-02T00:00:00Z",
};

/** The line that a shell is given for it. */
export const offered = "inc_1\topen: Disk full\n";

export function homeAt(url: string): Promise<string> {
  return homeWith(profilesAt(url));
}

export async function vendorWith(rows: object[]): Promise<FakeVendor> {
  const pagination = { total: rows.length, limit: 200, offset: 0, has_more: false };
  return (await fakeVendor()).reply("GET /api/incidents", 200, { data: rows, pagination });
}

export const cacheOf = (home: string): string => join(home, ".local/state/onduty/completion");

/** The one file of the cache, when nobody is about to write it. */
export async function readCache(home: string): Promise<{ file: string; text: string } | undefined> {
  const names = await readdir(cacheOf(home)).catch(() => []);
  const [name = ""] = names;
  if (names.length !== 1 || !name.endsWith(".json")) return undefined;
  const file = join(cacheOf(home), name);
  return { file, text: await readFile(file, "utf8") };
}
