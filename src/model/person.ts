import type { Person } from "./incident.ts";

/** What to call a person: the name, else the email address, else the id. */
export function personName({ name, email, id }: Person): string {
  return name ?? email ?? id;
}
