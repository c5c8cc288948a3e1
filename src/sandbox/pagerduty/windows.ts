import type { Store } from "../model.ts";
import { objectOf, type Reply, text } from "../reply.ts";
import { findService, people } from "../seed.ts";
import { type Call, fail, type Handler, invalid, iso, notFound, ok, page, valuesOf } from "./call.ts";
import { reference } from "./policies.ts";
import { userWire } from "./wire.ts";

/* Maintenance windows, in which a service opens no incidents. Source: the vendor's OpenAPI. */

/** Times are milliseconds since 1970. */
interface Window {
  id: string;
  number: number;
  start: number;
  end: number;
  description: string | null;
  services: string[];
  /** Place among the people. */
  by: number;
}

const windowsOf = (store: Store): Window[] => (store.state.pagerduty.kept?.windows ?? []) as unknown as Window[];

function keep(store: Store, windows: readonly Window[]): void {
  const { kept } = store.state.pagerduty;
  store.state.pagerduty.kept = { ...kept, windows: windows.map((one) => ({ ...one })) };
  store.touch();
}

/** Whether a service is in maintenance. */
export function isInMaintenance(store: Store, service: string, now: number): boolean {
  return windowsOf(store).some(({ start, end, services }) => start <= now && now < end && services.includes(service));
}

export const windowRoutes: Record<string, Handler> = {
  "GET /maintenance_windows": list,
  "POST /maintenance_windows": create,
  "GET /maintenance_windows/*": ({ store, parts }) => {
    const found = windowsOf(store).find(({ id }) => id === parts[1]);
    return found === undefined ? notFound() : ok("maintenance_window", toWire(found));
  },
  "DELETE /maintenance_windows/*": remove,
};

const states: Record<string, (window: Window, now: number) => boolean> = {
  past: ({ end }, now) => end <= now,
  future: ({ start }, now) => start > now,
  ongoing: ({ start, end }, now) => start <= now && now < end,
  open: ({ end }, now) => end > now,
  all: () => true,
};

function list(call: Call): Reply {
  const filter = states[call.query.get("filter") ?? "all"];
  if (filter === undefined) return invalid("Filter is not a valid one");
  const services = valuesOf(call, "service_ids");
  const found = windowsOf(call.store).filter(
    (window) =>
      filter(window, call.now) && (services === undefined || window.services.some((id) => services.includes(id))),
  );
  return page(call, "maintenance_windows", found, toWire);
}

function create({ body, store, now, actor }: Call): Reply {
  const { type, start_time, end_time, services, description } = objectOf(body.maintenance_window);
  if (type !== "maintenance_window") return invalid("Type is not a valid one");
  const [start, end] = [Date.parse(String(start_time)), Date.parse(String(end_time))];
  if (Number.isNaN(start) || Number.isNaN(end)) return fail(400, "Invalid Date Format", 2005);
  if (end <= start || end <= now) return invalid("End time must be after start time");
  const ids = Array.isArray(services) ? services.map((one) => String(objectOf(one).id)) : [];
  if (ids.length === 0) return invalid("Services cannot be empty");
  if (ids.some((id) => findService("pagerduty", id) === undefined)) return invalid("Service not found");
  store.state.sequence += 1;
  const number = store.state.sequence;
  const window: Window = {
    id: `PW${number.toString(36).toUpperCase().padStart(5, "0")}`,
    number,
    start,
    end,
    description: text(description) ?? null,
    services: ids,
    by: actor ?? 0,
  };
  keep(store, [...windowsOf(store), window]);
  return ok("maintenance_window", toWire(window), 201);
}

/** A future one is deleted, a running one ends now. */
function remove({ store, now, parts }: Call): Reply {
  const all = windowsOf(store);
  const found = all.find(({ id }) => id === parts[1]);
  if (found === undefined) return notFound();
  if (found.end <= now) return fail(405, "Maintenance window has already ended", 2001);
  const others = all.filter((one) => one !== found);
  keep(store, found.start > now ? others : [...others, { ...found, end: now }]);
  return { status: 204, body: "" };
}

function toWire({ id, number, start, end, description, services, by }: Window): object {
  return {
    ...reference("maintenance_window", id, description ?? "Maintenance window", "maintenance_windows"),
    type: "maintenance_window",
    sequence_number: number,
    start_time: iso(start),
    end_time: iso(end),
    description,
    services: services.map((one) =>
      reference("service", one, findService("pagerduty", one)?.name ?? one, "service-directory"),
    ),
    teams: [],
    created_by: userWire(people[by]?.pagerduty, false),
  };
}
