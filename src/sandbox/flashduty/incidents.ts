import type { FeedItem } from "../model.ts";
import { objectOf, text } from "../reply.ts";
import { findService, services } from "../seed.ts";
import { assigneesOf, badFields } from "./actions.ts";
import {
  type Call,
  cursorPage,
  type Handler,
  idsOf,
  invalid,
  notFound,
  type Outcome,
  pagingOf,
  seconds,
  texts,
  windowOf,
  wordsOf,
} from "./call.ts";
import {
  accountId,
  progressOf,
  respondersOf,
  severityOf,
  snoozedAt,
  teamOfService,
  toWire,
  urgencyOf,
} from "./incident-wire.ts";

/* Incidents of Flashduty: what is read of them, and opened. Source: the vendor's OpenAPI. */

export const incidentRoutes: Record<string, Handler> = {
  "/incident/list": list,
  "/incident/info": info,
  "/incident/list-by-ids": ({ body, store, now }) => {
    const items = texts(body.incident_ids).flatMap((id) => store.find("flashduty", id) ?? []);
    const rows = items.map((incident) => toWire(incident, now));
    return { data: { items: rows, total: rows.length, has_next_page: false } };
  },
  "/incident/create": create,
  "/incident/past/list": listPast,
  "/incident/feed": feed,
};

function list({ body, store, now, person, word }: Call): Outcome {
  const window = windowOf(body);
  if (!("start" in window)) return window;
  const [progress, severities] = [wordsOf(body.progress), wordsOf(body.incident_severity)];
  if (progress?.some((word) => !["Triggered", "Processing", "Closed"].includes(word)))
    return invalid("progress is not a valid one");
  if (severities?.some((word) => urgencyOf[word] === undefined)) return invalid("incident_severity is not a valid one");
  const [channels, responders, ackers] = [body.channel_ids, body.responder_ids, body.acker_ids].map(idsOf);
  const [nums, wanted, teams] = [body.nums, body.incident_ids, body.team_ids].map(idsOf);
  const query = text(body.query)?.toLowerCase();
  const { p: _p, limit: _limit, search_after_ctx: _cursor, ...filters } = body;
  const found = store.cached(`flashduty ${person} ${word("Triggered")} ${JSON.stringify(filters)}`, () => {
    const some = store.newestFirst("flashduty").filter((one) => {
      const at = seconds(one.createdAt);
      return (
        at >= window.start &&
        at <= window.end &&
        (progress === undefined || progress.includes(word(progressOf(one, now)))) &&
        (severities === undefined || severities.includes(word(severityOf[one.urgency]))) &&
        (channels === undefined || channels.includes(one.service)) &&
        (teams === undefined || teams.includes(String(teamOfService(one.service)))) &&
        (responders === undefined || respondersOf(one).some((id) => responders.includes(id))) &&
        (ackers === undefined || one.acks.some((ack) => ackers.includes(ack.person))) &&
        (typeof body.ever_muted !== "boolean" || body.ever_muted === (one.muted === true)) &&
        (nums === undefined || nums.includes(one.number)) &&
        (wanted === undefined || wanted.includes(one.id)) &&
        (typeof body.is_snoozed !== "boolean" || body.is_snoozed === snoozedAt(one, now)) &&
        (query === undefined ||
          one.id === query ||
          one.number.toLowerCase() === query ||
          `${one.title} ${one.description ?? ""}`.toLowerCase().includes(query))
      );
    });
    return body.asc === true ? some.reverse() : some;
  });
  const page = cursorPage(body, found, 20);
  if (!("rows" in page)) return page;
  return { data: { items: page.rows.map((one) => toWire(one, now)), ...page.page } };
}

function info({ body, store, now }: Call): Outcome {
  const id = text(body.incident_id);
  const number = text(body.num);
  if (id === undefined && number === undefined) return invalid("incident_id is required");
  const incident =
    id === undefined
      ? store.newestFirst("flashduty").find((one) => one.number === number)
      : store.find("flashduty", id);
  return incident === undefined ? notFound("incident") : { data: toWire(incident, now) };
}

/** Resolved incidents of the same channel that share words of the title, the most alike first. */
function listPast({ body, store, now }: Call): Outcome {
  const wanted = store.find("flashduty", String(body.incident_id));
  if (wanted === undefined) return notFound("incident");
  const limit = Number(body.limit ?? 5);
  if (!(limit >= 0 && limit <= 100)) return invalid("limit must be between 0 and 100");
  const words = (title: string): Set<string> => new Set(title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const own = words(wanted.title);
  const items = store
    .newestFirst("flashduty")
    .filter(({ id, status, service }) => id !== wanted.id && status === "RESOLVED" && service === wanted.service)
    .map((one) => {
      const shared = [...words(one.title)].filter((word) => own.has(word)).length;
      return { ...toWire(one, now), score: shared / Math.max(own.size, 1) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit || 5);
  return { data: { items } };
}

function create(call: Call): Outcome {
  const { body, store } = call;
  const title = text(body.title);
  if (title === undefined || title.length < 3 || title.length > 200)
    return invalid("title must have 3 to 200 characters");
  const urgency = urgencyOf[String(body.incident_severity)];
  if (urgency === undefined) return invalid("incident_severity must be Critical, Warning or Info");
  const description = text(body.description);
  if ((description?.length ?? 0) > 1024) return invalid("description must have at most 1024 characters");
  const service = findService("flashduty", String(body.channel_id ?? services[0].flashduty));
  if (service === undefined) return notFound("channel");
  const people = body.assigned_to === undefined ? [] : assigneesOf(body.assigned_to);
  if (!Array.isArray(people)) return people;
  const fields = objectOf(body.fields);
  const wrong = badFields(fields);
  if (wrong !== undefined) return wrong;
  const incident = store.open("flashduty", {
    title,
    fields,
    urgency,
    service: String(service.flashduty),
    description: description ?? null,
    assignees: people,
    creator: String(call.person),
  });
  return { data: { incident_id: incident.id, title } };
}

/** The history; its times are milliseconds, unlike all others. */
function feed({ body, store }: Call): Outcome {
  const incident = store.find("flashduty", String(body.incident_id));
  if (incident === undefined) return notFound("incident");
  const paging = pagingOf(body, 20);
  if (!("limit" in paging)) return paging;
  const types = idsOf(body.types);
  const first: FeedItem = {
    type: "i_new",
    detail: { severity: severityOf[incident.urgency], title: incident.title, reporter_email: "" },
    by: 0,
    at: incident.createdAt,
  };
  const all = [first, ...(incident.feed ?? [])].filter(({ type }) => types === undefined || types.includes(type));
  if (body.asc !== true) all.reverse();
  const rows = all.slice(paging.offset, paging.offset + paging.limit);
  const items = rows.map(({ type, detail, by, at }) => ({
    type,
    detail,
    creator_id: by,
    ref_id: incident.id,
    account_id: accountId,
    created_at: at,
    updated_at: at,
  }));
  return { data: { items: items, has_next_page: paging.offset + rows.length < all.length } };
}
