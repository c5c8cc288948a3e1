import { CliError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import type { PersonOnCall } from "../../model/oncall.ts";
import { asArray, asObjects, asText } from "../wire.ts";
import type { People } from "./people.ts";
import { toId } from "./wire.ts";

/* The shifts in a schedule of the vendor's. Source: OpenAPI, `ScheduleItem`. */

/** A shift with the ids of its people; times are Unix seconds. */
export interface RawShift {
  start: number;
  /** 0 when it does not end. */
  end: number;
  people: { id: string; role: string | null }[];
  /** The name of a group that lists no people: somebody is on call, and the schedule does not name them. */
  group: string | null;
  /** Whether a layer of mode 1 put it there; absent if the vendor did not report the layers. */
  override?: boolean;
}

/**
 * The shifts of the final schedule, with overrides applied; those of its layers where it has none.
 *
 * @throws {CliError} `failure` when the time or a person of a shift cannot be read: without it, nobody would seem to be on call
 */
export function shiftsOf(row: Record<string, unknown>): RawShift[] {
  const reported = row.schedule_layers ?? row.layer_schedules;
  const layers = asObjects(reported);
  // An override replaces the other layers.
  const overriding = layers
    .filter(({ mode }) => mode === 1)
    .flatMap(shiftsOfLayer)
    .map((shift) => ({ ...shift, override: true }));
  const final = asObject(row.final_schedule)?.schedules;
  if (Array.isArray(final)) {
    const shifts = final.flatMap((value) => toShift(value) ?? []);
    return Array.isArray(reported) ? shifts.map((shift) => ({ ...shift, override: isIn(shift, overriding) })) : shifts;
  }
  const others = layers.filter(({ mode }) => mode !== 1).flatMap(shiftsOfLayer);
  const remaining = others.filter((shift) => !isIn(shift, overriding));
  return [...overriding, ...remaining.map((shift) => ({ ...shift, override: false }))];
}

/** Whether a shift lies within one of others. */
function isIn({ start, end }: RawShift, others: readonly RawShift[]): boolean {
  return others.some((other) => other.start <= start && (other.end === 0 || (end !== 0 && end <= other.end)));
}

function shiftsOfLayer(layer: Record<string, unknown>): RawShift[] {
  return asArray(layer.schedules).flatMap((value) => toShift(value) ?? []);
}

/** One shift; undefined when there is none. @throws {CliError} `failure` when its time or a person cannot be read */
export function toShift(value: unknown): RawShift | undefined {
  const shift = asObject(value);
  if (shift === undefined) return undefined;
  const group = asObject(shift.group);
  const people = new Map<string, string | null>();
  for (const { person_ids, role_id } of asObjects(group?.members))
    for (const person of asArray(person_ids)) {
      if (typeof person !== "number" && typeof person !== "string") throw unreadable("a person");
      const id = toId(person);
      if (id !== null && !people.has(id)) people.set(id, toId(role_id));
    }
  return {
    start: toSeconds(shift.start),
    end: toSeconds(shift.end),
    people: [...people].map(([id, role]) => ({ id, role })),
    group: people.size > 0 ? null : (asText(group?.group_name) ?? asText(group?.name)),
  };
}

/** Beyond that a Date has no time. */
const maxSeconds = 8.64e12;

/** Unix seconds; 0 for none. */
function toSeconds(value: unknown): number {
  const seconds = Number(value ?? 0);
  if (!(seconds >= 0 && seconds <= maxSeconds)) throw unreadable("the time");
  return seconds;
}

function unreadable(what: string): CliError {
  return new CliError("failure", `${what} of a shift in the response cannot be read`);
}

/** Whether a shift covers a moment of Unix seconds. */
export function covers({ start, end }: RawShift, moment: number): boolean {
  return start <= moment && (end === 0 || moment < end);
}

/** Whether a shift names anybody. */
export function isFilled({ people, group }: RawShift): boolean {
  return people.length > 0 || group !== null;
}

/** The people of a shift, and whether nobody of them is left. A group without people stands for them. */
export function namedIn(
  { people, group }: RawShift,
  known: Pick<People, "person" | "isDeleted">,
): { users: PersonOnCall[]; gap: boolean } {
  if (group !== null) return { users: [{ id: group, name: group, email: null, role: null }], gap: false };
  const users = people.map(({ id, role }): PersonOnCall => {
    const person = known.person(id);
    const name = known.isDeleted(id) ? `${person.name ?? id} (deleted)` : person.name;
    return { ...person, name, role };
  });
  return { users, gap: people.every(({ id }) => known.isDeleted(id)) };
}
