import { hostname } from "node:os";
import { controlsToBlanks } from "../model/control-characters.ts";
import type { Event } from "../model/event.ts";
import { defined } from "../model/object.ts";
import type { CiMetadata } from "./ci.ts";

/* Defaults for fields of an event that the command line does not give. */

/** Where an event comes from: the CI job, else this host. */
export function defaultSource(ci: CiMetadata | null): string {
  const job = ci === null ? [] : [ci.repository, ci.workflow, ci.job].filter((part) => part !== null);
  const text = job.length > 0 ? job.join(" / ") : (ci?.name ?? hostname());
  // The names are not the user's choice here: one that is too long must not keep an event from going out.
  return controlsToBlanks(text).slice(0, 200);
}

/** Service and routing key of an event: as given, else as the profile has them. The empty variable of a script gives nothing. */
export function target(
  options: { service?: string; routingKey?: string },
  profile: { service?: string; routingKey?: string },
): Pick<Event, "service" | "routingKey"> {
  return defined({
    service: options.service?.trim() || profile.service,
    routingKey: options.routingKey?.trim() || profile.routingKey,
  });
}
