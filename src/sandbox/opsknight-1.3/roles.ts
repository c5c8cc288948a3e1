import type { SandboxIncident } from "../model.ts";
import { type Caller, keyOwner } from "../opsknight/routes.ts";
import { findService, people, sandboxKeys, teams } from "../seed.ts";

/*
 * Roles of server 1.3.1: a key acts as its owner. Administrators and responders see everything, a plain user only what is assigned
 * to them or belongs to the services of their teams. Services and schedules are not filtered. Source: observed behavior.
 */

/** The owners of keys; all others belong to an administrator. */
const owners: Record<string, { person: string; role: "USER" | "RESPONDER" | "ADMIN"; disabled?: true }> = {
  [sandboxKeys.opsknight.user]: { person: "usr_kei", role: "USER" },
  [sandboxKeys.opsknight.responder]: { person: "usr_grace", role: "RESPONDER" },
  [sandboxKeys.opsknight.disabled]: { person: "usr_grace", role: "RESPONDER", disabled: true },
};

const ownerOf = ({ key }: Caller) => owners[key] ?? { person: keyOwner, role: "ADMIN" };

/** Whether the owner of the key may not sign in any more: the key is not accepted. */
export function isDisabled(caller: Caller): boolean {
  return owners[caller.key]?.disabled === true;
}

/** Whether the caller may send events to this service, and create incidents of it. */
export function mayUseService(caller: Caller, serviceId: string): boolean {
  const { role, person } = ownerOf(caller);
  if (caller.kind === "integration" || role !== "USER") return true;
  const team = findService("opsknight", serviceId)?.team;
  const members: readonly number[] = (team === undefined ? undefined : teams[team]?.members) ?? [];
  return members.some((index) => people[index]?.opsknight === person);
}

/** Whether the caller may read and change this incident. Lists leave out the others without a notice. */
export function maySeeIncident(caller: Caller, { service, assignees }: SandboxIncident): boolean {
  return mayUseService(caller, service) || assignees.includes(ownerOf(caller).person);
}
