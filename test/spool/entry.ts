import type { NewEntry } from "../../src/spool/spool.ts";

/** An event of that key, for the profile `prod`. */
export function newEntry(dedupKey: string, change: Partial<NewEntry["event"]> = {}): NewEntry {
  return {
    provider: "opsknight",
    profile: "prod",
    baseUrl: "https://opsknight.test",
    event: {
      action: "trigger",
      summary: `summary of ${dedupKey}`,
      severity: "error",
      source: "web-01",
      dedupKey,
      details: {},
      links: [],
      ...change,
    },
  };
}
