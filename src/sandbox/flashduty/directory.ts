import { text } from "../reply.ts";
import { escalationRules, findPerson, people, schedules, services, teams } from "../seed.ts";
import { type Call, type Handler, idsOf, invalid, notFound, type Outcome, pageOf, pagingOf } from "./call.ts";

/* Channels, schedules, people and teams of Flashduty. Source: the vendor's OpenAPI. */

const accountId = 3_100_000_000_001;
const hour = 3600;
const day = 24 * hour;

const includes = (value: string, query: unknown): boolean =>
  value.toLowerCase().includes((text(query) ?? "").toLowerCase());

export const directoryRoutes: Record<string, Handler> = {
  "/channel/list": (call) => {
    const { body } = call;
    const [ids, owners] = [body.channel_ids, body.team_ids].map(idsOf);
    const found = channels.filter(
      (one) =>
        includes(one.channel_name, body.query) &&
        (text(body.channel_name) === undefined || one.channel_name === text(body.channel_name)) &&
        (ids === undefined || ids.includes(String(one.channel_id))) &&
        (owners === undefined || owners.includes(String(one.team_id))),
    );
    const paging = pagingOf(body, 100);
    if (!("limit" in paging)) return paging;
    const { limit, offset } = paging;
    const items = found
      .slice(offset, offset + limit)
      .map(({ channel_id, channel_name, description, status, ...more }) =>
        body.is_brief === true
          ? { channel_id, channel_name, description, status }
          : { channel_id, channel_name, description, status, ...more },
      );
    return { data: { items: items, total: found.length, has_next_page: offset + items.length < found.length } };
  },
  "/channel/info": ({ body }) =>
    found(
      "channel",
      channels.find(({ channel_id }) => channel_id === body.channel_id),
    ),
  "/channel/infos": ({ body }) => {
    const wanted = idsOf(body.channel_ids) ?? [];
    const some = channels.filter(({ channel_id }) => wanted.includes(String(channel_id)));
    return {
      data: {
        items: some.map(({ channel_id, channel_name, status }) => ({ channel_id, channel_name, status })),
      },
    };
  },
  "/channel/escalate/rule/list": ({ body }) => {
    const index = services.findIndex(({ flashduty }) => flashduty === body.channel_id);
    if (index === -1) return notFound("channel");
    const items = escalationRules.filter(({ service }) => service === index).map(toRule);
    return { data: { items: items } };
  },
  "/schedule/list": listSchedules,
  "/schedule/info": ({ body }) => {
    const [start, end] = [Number(body.start), Number(body.end)];
    const wrong = badSpan(start, end);
    if (wrong !== undefined) return invalid(wrong);
    return found(
      "schedule",
      schedules.map((one) => toSchedule(one, start, end)).find(({ schedule_id }) => schedule_id === body.schedule_id),
    );
  },
  "/schedule/infos": ({ body }) => {
    const wanted = idsOf(body.schedule_ids);
    if (wanted === undefined) return invalid("schedule_ids is required");
    const some = schedules.filter(({ flashduty }) => wanted.includes(String(flashduty)));
    return { data: { items: some.map((one) => toSchedule(one)) } };
  },
  "/member/info": ({ person }) => {
    const member = members.find(({ member_id }) => member_id === person);
    const account = { account_id: accountId, account_name: "Sandbox", account_email: "owner@sandbox.test" };
    return { data: { ...member, ...account, domain: "sandbox", account_time_zone: "UTC" } };
  },
  "/member/list": (call) => {
    const { query } = call.body;
    const some = members.filter(({ member_name, email }) => includes(member_name, query) || includes(email, query));
    return pageOf(call, some, 100);
  },
  "/account/info": () => ({
    data: {
      account_id: accountId,
      account_name: "Sandbox",
      domain: "sandbox",
      extra_domains: null,
      email: "owner@sandbox.test",
      phone: "",
      locale: "en-US",
      time_zone: "UTC",
      created_at: 1_700_000_000,
      restrictions: { ips: null, email_domains: null, allow_subdomain: false },
    },
  }),
  "/person/infos": ({ body }) => {
    const wanted = idsOf(body.person_ids);
    if (wanted === undefined) return invalid("person_ids is required");
    // Unknown ids are left out.
    const some = [...new Set(wanted)].flatMap((id) => findPerson("flashduty", id) ?? []);
    const items = some.map(({ flashduty: person_id, name: person_name, email, timeZone: time_zone }) => ({
      person_id,
      person_name,
      email,
      as: "member",
      status: "enabled",
      time_zone,
    }));
    return { data: { items: items } };
  },
  "/team/list": (call) => {
    const { query, person_id } = call.body;
    const some = wireTeams.filter(
      (team) =>
        includes(team.team_name, query) && (person_id === undefined || team.person_ids.some((id) => id === person_id)),
    );
    return pageOf(call, some, 20);
  },
  "/team/info": ({ body }) => {
    const { team_id, team_name } = body;
    if (team_id === undefined && team_name === undefined) return invalid("team_id is required");
    return found(
      "team",
      wireTeams.find((team) => team.team_id === team_id || team.team_name === team_name),
    );
  },
  "/team/infos": ({ body }) => {
    const wanted = idsOf(body.team_ids);
    if (wanted === undefined || wanted.length > 100) return invalid("team_ids must have 1 to 100 elements");
    const some = wireTeams.filter((team) => wanted.includes(String(team.team_id)));
    return {
      data: { items: some.map(({ team_id, team_name, person_ids }) => ({ team_id, team_name, person_ids })) },
    };
  },
};

function found(what: string, one: object | undefined): Outcome {
  return one === undefined ? notFound(what) : { data: one };
}

const channels = services.map(({ flashduty, name, description, team }) => ({
  channel_id: flashduty as number,
  channel_name: name,
  description,
  status: "enabled",
  team_id: teams[team].flashduty as number,
  managing_team_ids: [],
  is_private: false,
  is_starred: false,
}));

const members = people.map(({ flashduty, name, email, timeZone }) => ({
  member_id: flashduty as number,
  member_name: name,
  email,
  phone: "",
  status: "enabled",
  account_role_ids: [6],
  time_zone: timeZone,
  locale: "en-US",
  is_external: false,
  ref_id: "",
}));

const wireTeams = teams.map((team) => ({
  team_id: team.flashduty as number,
  team_name: team.name as string,
  description: team.description,
  status: "enabled",
  person_ids: team.members.map((index) => people[index].flashduty),
  ref_id: "",
}));

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
  const some = schedules.filter(({ name }) => includes(name, query));
  const reply = pageOf(
    call,
    some.map((one) => (timed ? toSchedule(one, Number(start), Number(end)) : toSchedule(one))),
    10,
  );
  if ("fail" in reply) return reply;
  const { items, total } = reply.data as { items: unknown; total: number };
  return { data: { items, total } };
}

/** A schedule with its shifts from `start` to `end`, twelve hours each. One schedule has them in `final_schedule` only, as the vendor may. */
function toSchedule({ flashduty, name, current, next }: (typeof schedules)[number], start?: number, end = start ?? 0) {
  const shift = (index: number | null, from: number) => {
    const person = index === null ? undefined : people[index];
    if (person === undefined || start === undefined) return null;
    const members = [{ role_id: 0, person_ids: [person.flashduty] }];
    const [begin, end] = [from, from + 12 * hour];
    const group = { group_name: "A", name: "A", start: begin, end, members };
    return { start: begin, end, weight: 0, index: 0, update_at: begin, group };
  };
  const begin = Math.floor((start ?? 0) / hour) * hour - 2 * hour;
  const [now, following] = [shift(current, begin), shift(next, begin + 12 * hour)];
  const count = Math.max(2, Math.ceil((end - begin) / (12 * hour)));
  const shifts = Array.from({ length: count }, (_, index) =>
    shift(index % 2 === 0 ? current : next, begin + index * 12 * hour),
  ).filter((one) => one !== null);
  const hidden = name === "Secondary";
  return {
    schedule_id: flashduty as number,
    id: flashduty as number,
    schedule_name: name,
    name,
    team_id: teams[0].flashduty,
    group_id: teams[0].flashduty,
    account_id: accountId,
    description: "",
    disabled: 0,
    status: 0,
    create_at: 1_700_000_000,
    create_by: people[0].flashduty,
    update_at: 1_700_000_000,
    update_by: people[0].flashduty,
    layers: [],
    schedule_layers: [],
    layer_schedules: [],
    final_schedule: { layer_name: "final", name: "final", mode: 0, schedules: start === undefined ? [] : shifts },
    cur_oncall: hidden ? null : now,
    next_oncall: hidden ? null : following,
    notify: {
      fixed_time: { cycle: "", start: "" },
      by: { follow_preference: true, personal_channels: [] },
      webhooks: [],
    },
  };
}

function toRule({ id, name, levels, service }: (typeof escalationRules)[number], index: number) {
  const layers = levels.map((level) => ({
    target: { person_ids: level.map((one) => people[one].flashduty), team_ids: [], schedule_to_role_ids: {} },
    escalate_window: 30,
    notify_step: 5,
    max_times: 3,
    force_escalate: false,
  }));
  return {
    rule_id: id,
    rule_name: name,
    account_id: accountId,
    channel_id: services[service].flashduty,
    priority: index,
    status: "enabled",
    description: "",
    aggr_window: 0,
    layers,
    time_filters: [],
    filters: [],
    template_id: "6a0000000000000000000001",
    updated_by: people[0].flashduty,
    created_at: 1_700_000_000,
    updated_at: 1_700_000_000,
  };
}
