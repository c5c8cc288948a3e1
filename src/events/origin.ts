import { type CiMetadata, ciMetadata } from "./ci.ts";
import type { Env } from "./ci-services.ts";
import { deriveDedupKey, namesJob } from "./dedup-key.ts";
import { hostFacts, type Place, placeOf } from "./host.ts";

/** Where events of this process come from. */
export interface Origin {
  ci: CiMetadata | null;
  place: Place;
}

/** Reads the CI job, and what this machine is. */
export async function readOrigin(env: Env): Promise<Origin> {
  const ci = await ciMetadata(env);
  // A job that names itself needs no host.
  if (ci !== null && namesJob(ci)) return { ci, place: { name: ci.name, lasting: true } };
  const facts = hostFacts(env);
  return { ci, place: placeOf(ci === null ? facts : { ...facts, env: { ...env, CI: "true" } }) };
}

/**
 * The key that a trigger with a summary gets on this machine; undefined for a text of one word or with that key's beginning, which is a
 * key already, and where keys are made in another way.
 */
export function keyOfSummary({ ci, place }: Origin, text: string): string | undefined {
  if (ci !== null || !place.lasting || !text.includes(" ") || text.startsWith(`${place.name}:`)) return undefined;
  return deriveDedupKey(null, place.name, text);
}

/** What no later event can do by a key that was made from the name of a host which does not last. */
const lost = {
  trigger: { what: "a later event cannot find this alert by itself", name: "--dedup-key NAME" },
  change: { what: "a later deploy cannot resolve the failure of this one", name: "--change-key NAME" },
  run: { what: "a later run cannot resolve this alert", name: "--dedup-key NAME" },
  line: { what: "a later event cannot find this alert by itself", name: '"dedupKey" in the line' },
  passed: { what: "nothing is resolved", name: "--dedup-key NAME" },
};

/** The warning about such a key; undefined where the place lasts. */
export function passingKeyWarning({ place }: Origin, of: keyof typeof lost): string | undefined {
  if (place.lasting) return undefined;
  const { what, name } = lost[of];
  return `the host name "${place.name}" changes with every run, so ${what}\nhint: ${name}, or set ONDUTY_JOB`;
}
