import { text } from "../reply.ts";
import { escalationRules, findPerson, people, services, teams } from "../seed.ts";
import { type Handler, idsOf, invalid, notFound, type Outcome, pageOf, pagingOf } from "./call.ts";
import { accountId } from "./incident-wire.ts";

/* Channels, people and teams of Flashduty. Source: the vendor's OpenAPI. */

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
