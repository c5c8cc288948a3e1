import type { Event } from "../../model/event.ts";
import type { KeyKind } from "../../model/key.ts";
import type { Connection } from "../provider.ts";

/** A profile with both keys uses the integration key, unless the event is for a service other than the profile's. */
export function keyFor({ keys, profile }: Pick<Connection, "keys" | "profile">, event: Event): KeyKind {
  if (!keys.has("integration")) return "api";
  if (!keys.has("api")) return "integration";
  return event.service === undefined || event.service === profile.service ? "integration" : "api";
}
