import type { Store } from "../model.ts";
import { objectOf, text } from "../reply.ts";
import { people, schedules, teams } from "../seed.ts";
import { type Call, type Handler, idsOf, invalid, notFound, type Outcome, pageOf } from "./call.ts";
import { accountId } from "./incident-wire.ts";

/* Schedules of Flashduty, whose overrides are layers of mode 1. Source: the vendor's OpenAPI and documentation. */

const hour = 3600;
const day = 24 * hour;
const shiftLength = 12 * hour;
/** Layers of mode 1 begin and end at half hours. */
const step = hour / 2;

type Seed = (typeof schedules)[number];
type Layer = Record<string, unknown>;

export const scheduleRoutes: Record<string, Handler> = {
  "/schedule/list": listSchedules,
  "/schedule/info": (call) => {
    const { body } = call;
    const [start, end] = [Number(body.start), Number(body.end)];
    const wrong = badSpan(start, end);
    if (wrong !== undefined) return invalid(wrong);
    const seed = findSchedule(body.schedule_id);
    return seed === undefined ? notFound("schedule") : { data: toSchedule(call, seed, { start, end }) };
  },
  "/schedule/infos": (call) => {
    const wanted = idsOf(call.body.schedule_ids);
    if (wanted === undefined) return invalid("schedule_ids is required");
    const some = schedules.filter(({ flashduty }) => wanted.includes(String(flashduty)));
    return { data: { items: some.map((one) => toSchedule(call, one)) } };
  },
  "/schedule/update": update,
};

function findSchedule(id: unknown): Seed | undefined {
  return schedules.find(({ flashduty }) => flashduty === id);
}

/** Why a span is refused: both ends are needed, and it must be under 45 days. */
function badSpan(start: number, end: number): string | undefined {
  if (!(start > 0) || !(end > start)) return "start and end are required, and end must be after start";
  return end - start >= 45 * day ? "the time range must be under 45 days" : undefined;
}

/** Without `start` and `end` there are no shifts. The filter by team is known not to work. */
function listSchedules(call: Call): Outcome {
  const { start, end, query } = call.body;
  const timed = start !== undefined || end !== undefined;
  const wrong = timed ? badSpan(Number(start), Number(end)) : undefined;
  if (wrong !== undefined) return invalid(wrong);
  const some = schedules.filter(({ name }) => name.toLowerCase().includes((text(query) ?? "").toLowerCase()));
  const span = timed ? { start: Number(start), end: Number(end) } : undefined;
  const reply = pageOf(
    call,
    some.map((one) => toSchedule(call, one, span)),
    10,
  );
  if ("fail" in reply) return reply;
  const { items, total } = reply.data as { items: unknown; total: number };
  return { data: { items, total } };
}

/** Schedules that were changed, as far as they were. */
function changed(store: Store, { flashduty }: Seed): Record<string, unknown> | undefined {
  return store.state.flashduty.kept?.schedules?.find(({ schedule_id }) => schedule_id === flashduty);
}

/** Replaces what it names; all layers at once. */
function update({ body, store, now, person }: Call): Outcome {
  const seed = findSchedule(body.schedule_id);
  if (seed === undefined) return notFound("schedule");
  if (!Array.isArray(body.layers) || typeof body.description !== "string")
    return invalid("description and layers are required");
  const layers = body.layers.map(objectOf);
  const wrong = layers.map(wrongIn).find((one) => one !== undefined);
  if (wrong !== undefined) return invalid(wrong);
  const { schedule_id, schedule_name, description, team_id, notify } = body;
  const given = { schedule_id, schedule_name, description, team_id, notify, layers, update_at: now, update_by: person };
  const before = changed(store, seed);
  const { kept } = store.state.flashduty;
  const others = (kept?.schedules ?? []).filter((one) => one !== before);
  const after = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  store.state.flashduty.kept = { ...kept, schedules: [...others, { ...before, ...after }] };
  store.touch();
  return { data: {} };
}

function wrongIn(layer: Layer): string | undefined {
  const { mode, layer_name, groups } = layer;
  const { start, end } = timesOf(layer);
  if ((mode !== 0 && mode !== 1) || !(start > 0) || text(layer_name) === undefined)
    return "mode, layer_start and layer_name are required";
  if (mode === 0) return undefined;
  if (start % step !== 0 || end % step !== 0) return "layer_start and layer_end must be at half hours";
  if (end <= start) return "layer_end must be after layer_start";
  return Array.isArray(groups) && groups.length > 0 ? undefined : "groups are required";
}

function timesOf({ layer_start, layer_end }: Layer): { start: number; end: number } {
  return { start: Number(layer_start), end: Number(layer_end ?? 0) };
}

interface Span {
  start: number;
  end: number;
}

interface Shift extends Span {
  weight: number;
  index: number;
  update_at: number;
  group: Layer;
}

/** A schedule with its shifts that overlap a span. One never reports who is on call now, as the vendor may. */
function toSchedule({ store, began }: Call, seed: Seed, span?: Span) {
  const { flashduty, name } = seed;
  const own = ownOf(store, seed, began);
  const layers = own.layers.map((layer) => toComputed(layer, seed, span, began));
  const overrides = layers.filter(({ mode }) => mode === 1).flatMap(({ schedules: shifts }) => shifts);
  const rotation = layers.filter(({ mode }) => mode === 0).flatMap(({ schedules: shifts }) => shifts);
  const final = [...overrides, ...rotation.flatMap((shift) => without(shift, overrides))];
  final.sort((a, b) => a.start - b.start);
  const at = name === "Secondary" ? undefined : span?.start;
  return {
    id: flashduty as number,
    schedule_name: name as string,
    name,
    group_id: teams[0].flashduty,
    account_id: accountId,
    disabled: 0,
    status: 0,
    create_at: 1_700_000_000,
    create_by: people[0].flashduty,
    ...own,
    schedule_layers: layers,
    layer_schedules: layers,
    final_schedule: { layer_name: "final", name: "final", mode: 0, schedules: final },
    cur_oncall: at === undefined ? null : (final.find(({ start, end }) => start <= at && at < end) ?? null),
    next_oncall: at === undefined ? null : (final.find(({ start }) => start > at) ?? null),
  };
}

/** What an update may have changed. */
function ownOf(store: Store, seed: Seed, began: number) {
  const { flashduty, current, next } = seed;
  const anchor = anchorOf(began);
  const layer = {
    account_id: accountId,
    name: "Rotation",
    layer_name: "Rotation",
    schedule_id: flashduty as number,
    hidden: 0,
    mode: 0,
    weight: 0,
    groups: [groupOf("A", current, anchor), groupOf("B", next, anchor)],
    rotation_duration: shiftLength,
    rotation_unit: "hour",
    rotation_value: shiftLength / hour,
    handoff_time: 0,
    enable_time: anchor,
    expire_time: 0,
    layer_start: anchor,
    layer_end: null,
    restrict_mode: 0,
    restrict_start: 0,
    restrict_end: 0,
    restrict_periods: [],
    day_mask: { repeat: [0, 1, 2, 3, 4, 5, 6] },
    fair_rotation: false,
    mask_continuous_enabled: false,
    create_at: 1_700_000_000,
    create_by: people[0].flashduty as number,
    update_at: 1_700_000_000,
    update_by: people[0].flashduty as number,
  };
  return {
    schedule_id: flashduty as number,
    team_id: teams[0].flashduty as number,
    description: "",
    update_at: 1_700_000_000,
    update_by: people[0].flashduty as number,
    layers: [layer] as Layer[],
    notify: {
      fixed_time: { cycle: "", start: "" },
      by: { follow_preference: true, personal_channels: [] as string[] },
      webhooks: [] as object[],
    },
    ...changed(store, seed),
  };
}

/** The rotation began two hours before the sandbox did. */
function anchorOf(began: number): number {
  return Math.floor(began / hour) * hour - 2 * hour;
}

function groupOf(name: string, index: number | null, start: number, end = start): Layer {
  const person = index === null ? undefined : people[index];
  const members = person === undefined ? [] : [{ role_id: 0, person_ids: [person.flashduty] }];
  return { group_name: name, name, start, end, members };
}

function toComputed(layer: Layer, seed: Seed, span: Span | undefined, began: number) {
  const shifts = span === undefined ? [] : layer.mode === 1 ? overrideIn(layer, span) : rotationIn(seed, span, began);
  const { layer_name, name = layer_name, mode } = layer;
  return { layer_name: text(layer_name) ?? "", name: text(name) ?? "", mode: Number(mode), schedules: shifts };
}

function overrideIn(layer: Layer, span: Span): Shift[] {
  const { start, end } = timesOf(layer);
  const [group] = Array.isArray(layer.groups) ? layer.groups.map(objectOf) : [];
  if (group === undefined || end <= span.start || start >= span.end) return [];
  return [{ start, end, weight: 1, index: 0, update_at: start, group: { ...group, start, end } }];
}

/** Shifts of twelve hours; those without people are left out. */
function rotationIn({ current, next }: Seed, span: Span, began: number): Shift[] {
  const anchor = anchorOf(began);
  const first = Math.floor((span.start - anchor) / shiftLength);
  const last = Math.floor((span.end - 1 - anchor) / shiftLength);
  return Array.from({ length: last - first + 1 }, (_, at): Shift[] => {
    const block = first + at;
    const index = block % 2 === 0 ? 0 : 1;
    const [start, who] = [anchor + block * shiftLength, index === 0 ? current : next];
    const end = start + shiftLength;
    const group = groupOf(index === 0 ? "A" : "B", who, start, end);
    return who === null ? [] : [{ start, end, weight: 0, index, update_at: start, group }];
  }).flat();
}

/** What is left of a shift beside others. */
function without(shift: Shift, others: readonly Shift[]): Shift[] {
  return others.reduce<Shift[]>(
    (left, { start, end }) =>
      left.flatMap((one) => [
        ...(one.start < Math.min(one.end, start) ? [{ ...one, end: Math.min(one.end, start) }] : []),
        ...(Math.max(one.start, end) < one.end ? [{ ...one, start: Math.max(one.start, end) }] : []),
      ]),
    [shift],
  );
}
