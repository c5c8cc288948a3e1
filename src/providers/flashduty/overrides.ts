import { CliError, usageError } from "../../errors.ts";
import type { Person, Reference, Report } from "../../model/incident.ts";
import { asObject, defined } from "../../model/object.ts";
import type { NewOverride, Override, ScheduleState, Span } from "../../model/override.ts";
import { personName } from "../../model/person.ts";
import type { Connection } from "../provider.ts";
import { asArray, asObjects, asText } from "../wire.ts";
import { numericId } from "./ids.ts";
import { maxWindowSeconds, readRow, shiftsIn } from "./oncall.ts";
import { type People, readPeople } from "./people.ts";
import { send } from "./send.ts";
import { isMissing, toId } from "./wire.ts";

/*
 * Overrides. The vendor has them as layers of mode 1 in a schedule, without ids, and replaces all layers at once: a write sends back the
 * schedule that was read. Source: OpenAPI, `ScheduleLayer`; the vendor's documentation of schedules.
 */

type Layer = Record<string, unknown>;

/** Layers begin and end at half hours. Source: the vendor's description of `layer_start`. */
const stepSeconds = 1800;
const updateRoute = "POST /schedule/update";
/** Fields of a schedule that a write sends back. */
const kept = ["schedule_name", "description", "team_id", "notify"] as const;
const everyDay = [0, 1, 2, 3, 4, 5, 6];

/** See `Provider.overrides.span`. */
export function overrideSpan({ from, until }: Span): Span {
  const start = Math.floor(from.getTime() / 1000 / stepSeconds) * stepSeconds;
  const end = Math.ceil(until.getTime() / 1000 / stepSeconds) * stepSeconds;
  if (end - start >= maxWindowSeconds)
    throw usageError("an override on flashduty is shorter than 45 days", "--for 30d");
  return { from: new Date(start * 1000), until: new Date(end * 1000) };
}

/** See `Provider.overrides.list`. */
export async function listOverrides(connection: Connection, schedule: Reference): Promise<Report<Override>> {
  const now = connection.now();
  const row = await readOne(connection, schedule, { from: now, until: new Date(now.getTime() + 3_600_000) });
  return overridesIn(connection, schedule, row, { from: now });
}

/** See `Provider.overrides.read`. */
export async function readSchedule(connection: Connection, schedule: Reference, span: Span): Promise<ScheduleState> {
  const raw = await readOne(connection, schedule, span);
  const [shifts, overrides] = await Promise.all([
    shiftsIn(connection, schedule, span, raw),
    overridesIn(connection, schedule, raw, span),
  ]);
  return {
    schedule,
    shifts: shifts.rows,
    overrides: overrides.rows,
    version: JSON.stringify([raw.update_at, raw.layers, ...kept.map((name) => raw[name]), shifts.rows]),
    raw,
    ...defined({ unknown: shifts.unknown ?? overrides.unknown }),
  };
}

async function readOne(connection: Connection, schedule: Reference, span: Span): Promise<Layer> {
  try {
    return await readRow(connection, schedule, span);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw error.reworded(`schedule "${schedule.name}" not found`, { kind: "notFound", hint: "onduty schedules list" });
  }
}

async function overridesIn(
  connection: Connection,
  schedule: Reference,
  row: Layer,
  { from, until }: { from: Date; until?: Date },
): Promise<Report<Override>> {
  const layers = asObjects(row.layers)
    .filter(isOverride)
    .filter((layer) => {
      const { start, end } = timesOf(layer);
      const isLater = until !== undefined && start * 1000 >= until.getTime();
      return !isLater && (end === 0 || end * 1000 > from.getTime());
    })
    .sort((a, b) => timesOf(a).start - timesOf(b).start);
  const people = await readPeople(await connection.http(), layers.flatMap(personIdsOf));
  const rows = layers.map((layer) => toOverride(connection, schedule, layer, people));
  return { rows, ...defined({ unknown: people.unknown }) };
}

function isOverride({ mode }: Layer): boolean {
  return mode === 1;
}

/** Unix seconds; an end of 0 is none. */
function timesOf(layer: Layer): { start: number; end: number } {
  return {
    start: Number(layer.layer_start ?? layer.enable_time ?? 0),
    end: Number(layer.layer_end ?? layer.expire_time ?? 0),
  };
}

function personIdsOf(layer: Layer): string[] {
  const members = asObjects(layer.groups).flatMap((group) => asObjects(group.members));
  return [...new Set(members.flatMap(({ person_ids }) => asArray(person_ids).flatMap((id) => toId(id) ?? [])))];
}

/** Made of its times and people: what has the same of both is the same override. */
function idOf(layer: Layer): string {
  const { start, end } = timesOf(layer);
  return [start, end, ...personIdsOf(layer)].join("-");
}

function toOverride(
  { profile }: Connection,
  schedule: Reference,
  layer: Layer,
  people: Pick<People, "person">,
): Override {
  const { start, end } = timesOf(layer);
  return {
    id: idOf(layer),
    schedule,
    users: personIdsOf(layer).map((id) => people.person(id)),
    from: new Date(start * 1000).toISOString(),
    until: end === 0 ? null : new Date(end * 1000).toISOString(),
    provider: "flashduty",
    profile: profile.name,
  };
}

/** See `Provider.overrides.add`. */
export async function addOverride(
  connection: Connection,
  state: ScheduleState,
  { user, from, until }: NewOverride,
): Promise<Override> {
  const layer = newLayer(state.raw, user, { start: from.getTime() / 1000, end: until.getTime() / 1000 });
  await replaceLayers(connection, state, [...layersOf(state), layer]);
  return toOverride(connection, state.schedule, layer, { person: () => user });
}

/** See `Provider.overrides.remove`. */
export async function removeOverride(connection: Connection, state: ScheduleState, { id }: Override): Promise<void> {
  const left = layersOf(state).filter((layer) => !isOverride(layer) || idOf(layer) !== id);
  await replaceLayers(connection, state, left);
}

/** All layers of a schedule. @throws {CliError} `failure` when they cannot be read: sending back fewer would delete the others */
function layersOf({ raw, shifts, schedule }: ScheduleState): Layer[] {
  const layers = asArray(raw.layers);
  const readable = asObjects(layers);
  // An empty list may be null; a schedule with shifts has layers.
  const isList = Array.isArray(raw.layers) || (raw.layers == null && shifts.every(({ gap }) => gap));
  if (!isList || readable.length < layers.length)
    throw new CliError("failure", `the layers of ${schedule.name} cannot be read: nothing was changed`);
  return readable;
}

async function replaceLayers(connection: Connection, { raw, schedule }: ScheduleState, layers: Layer[]): Promise<void> {
  if (/"\*{3,}/.test(JSON.stringify(raw.notify ?? null)))
    throw new CliError("failure", `a change would overwrite secrets of ${schedule.name}: nothing was changed`, {
      hint: "the vendor reports them masked; use its web application",
    });
  const http = await connection.http();
  const fields = Object.fromEntries(kept.flatMap((name) => (raw[name] == null ? [] : [[name, raw[name]]])));
  const body = { schedule_id: numericId(schedule.id, "a schedule"), description: "", ...fields, layers };
  const shownBody = raw.notify == null ? body : { ...body, notify: masked(raw.notify) };
  await send(http, updateRoute, { body, shownBody });
}

/** Tokens of webhooks and their like, masked. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  const object = asObject(value);
  if (object === undefined) return value;
  const isSecret = (name: string, one: unknown): boolean => /token|secret/i.test(name) && asText(one) !== null;
  return Object.fromEntries(
    Object.entries(object).map(([name, one]) => [name, isSecret(name, one) ? "…" : masked(one)]),
  );
}

/** A layer has all fields that the OpenAPI requires; an override has no use for those of a rotation. */
function newLayer(schedule: Layer, user: Person, { start, end }: { start: number; end: number }): Layer {
  const name = "onduty";
  const group = personName(user).slice(0, 40);
  const members = [{ role_id: 0, person_ids: [numericId(user.id, "a person", "onduty users list")] }];
  return {
    account_id: Number(schedule.account_id ?? 0),
    name,
    layer_name: name,
    schedule_id: Number(schedule.schedule_id ?? schedule.id ?? 0),
    hidden: 0,
    mode: 1,
    weight: 0,
    groups: [{ group_name: group, name: group, members, start: 0, end: 0 }],
    rotation_duration: end - start,
    rotation_unit: "hour",
    rotation_value: Math.max(1, Math.ceil((end - start) / 3600)),
    handoff_time: 0,
    enable_time: start,
    expire_time: end,
    layer_start: start,
    layer_end: end,
    restrict_mode: 0,
    restrict_start: 0,
    restrict_end: 0,
    restrict_periods: [],
    day_mask: { repeat: everyDay },
    fair_rotation: false,
    mask_continuous_enabled: false,
    create_at: 0,
    create_by: 0,
    update_at: 0,
    update_by: 0,
  };
}
