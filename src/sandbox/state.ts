import {
  type Change,
  type IncidentStatus,
  incidentVendors,
  type NewIncident,
  type SandboxIncident,
  type State,
  type Store,
  type VendorName,
  type VendorState,
} from "./model.ts";
import { seedStore, services } from "./seed.ts";
import { openStateFile } from "./state-file.ts";

export interface StoreOptions {
  now: () => Date;
  file?: string | undefined;
  /** Called on every change of an incident. */
  changed(vendor: VendorName, change: Change): void;
  log(line: string): void;
}

const cacheMs = 1000;
const cacheSize = 8;
const changeWords: Record<IncidentStatus, Change["word"]> = {
  OPEN: "reopened",
  ACKNOWLEDGED: "acknowledged",
  RESOLVED: "resolved",
  SNOOZED: "snoozed",
  SUPPRESSED: "suppressed",
};

/** @throws {CliError} `usage` when the file is not a sandbox's state (it stays unchanged) or cannot be written */
export async function createStore({ now, file, changed, log }: StoreOptions): Promise<Store> {
  const disk = file === undefined ? undefined : openStateFile(file, log);
  const loaded = await disk?.load();
  const state: State = loaded ?? { version: 2, sequence: 0, ...forEachVendor(emptyVendor) };
  const indexes = forEachVendor((vendor) => indexOf(state[vendor]));
  const cache = new Map<string, { at: number; value: unknown }>();

  const touch = (incident?: SandboxIncident): void => {
    if (incident !== undefined) incident.updatedAt = now().getTime();
    cache.clear();
    disk?.changed(state);
  };
  const put = (vendor: VendorName, given: NewIncident): SandboxIncident => {
    const sequence = nextSequence(state, vendor);
    const at = given.createdAt ?? now().getTime();
    const id = idOf[vendor](sequence);
    const incident: SandboxIncident = {
      ...blank,
      id,
      sequence,
      number: shortNumber(sequence),
      ...lists(),
      ...given,
      createdAt: at,
      updatedAt: at,
    };
    const { incidents } = state[vendor];
    const sorted = (incidents.at(-1)?.createdAt ?? 0) <= at;
    incidents.push(incident);
    if (!sorted) indexes[vendor].sorted = false;
    addToIndex(indexes[vendor], incident);
    return incident;
  };

  const store: Store = {
    state,
    open(vendor, given) {
      const incident = put(vendor, given);
      touch();
      changed(vendor, { incident, word: "triggered", byEvent: false });
      return incident;
    },
    newestFirst(vendor) {
      const index = indexes[vendor];
      const { incidents } = state[vendor];
      if (!index.sorted) incidents.sort((a, b) => a.createdAt - b.createdAt || a.sequence - b.sequence);
      index.sorted = true;
      if (index.reversed?.length !== incidents.length) index.reversed = [...incidents].reverse();
      return index.reversed;
    },
    find: (vendor, id) => indexes[vendor].byId.get(id),
    findOpen: (vendor, dedupKey, service) =>
      indexes[vendor].byKey
        .get(dedupKey)
        ?.findLast((one) => one.status !== "RESOLVED" && (service === undefined || one.service === service)),
    setStatus(vendor, incident, status, by, byEvent = false) {
      const at = now().getTime();
      const before = incident.status;
      incident.status = status;
      if (status === "ACKNOWLEDGED") {
        incident.acknowledgedAt ??= at;
        if (by !== undefined && !incident.acks.some(({ person }) => person === by))
          incident.acks.push({ person: by, at });
        if (by !== undefined && incident.assignees.length === 0) incident.assignees = [by];
      } else if (status === "RESOLVED") incident.resolvedAt ??= at;
      else if (status === "OPEN")
        Object.assign(incident, { acknowledgedAt: null, resolvedAt: null, snoozedUntil: null, acks: [] });
      touch(incident);
      if (before !== status) changed(vendor, { incident, word: changeWords[status], byEvent });
    },
    assign(vendor, incident, people) {
      incident.assignees = people;
      touch(incident);
      changed(vendor, { incident, word: people.length > 0 ? "assigned" : "unassigned", byEvent: false });
    },
    touch,
    cached<T>(key: string, build: () => T): T {
      const at = now().getTime();
      const known = cache.get(key);
      // A snooze ends by itself, so cached lists expire soon.
      if (known !== undefined && Math.abs(at - known.at) < cacheMs) return known.value as T;
      const value = build();
      for (const oldest of cache.keys()) if (cache.size >= cacheSize) cache.delete(oldest);
      cache.set(key, { at, value });
      return value;
    },
    fill(count) {
      const base = now().getTime();
      const urgencies = ["HIGH", "MEDIUM", "LOW"] as const;
      for (let n = count - 1; n >= 0; n -= 1) {
        const common = {
          title: `Synthetic incident ${n}`,
          urgency: urgencies[n % 3] ?? "HIGH",
          createdAt: base - n * 1000,
        };
        for (const vendor of incidentVendors) put(vendor, { ...common, service: String(services[1][vendor]) });
      }
      touch();
    },
    flush: async () => disk?.flush(),
  };
  if (loaded === undefined) {
    seedStore(put, now);
    disk?.changed(state);
    // Fails before serving when the file cannot be written.
    await disk?.flush({ orThrow: true });
  }
  return store;
}

interface Index {
  byId: Map<string, SandboxIncident>;
  byKey: Map<string, SandboxIncident[]>;
  sorted: boolean;
  reversed?: SandboxIncident[];
}

function indexOf({ incidents }: VendorState): Index {
  const index: Index = { byId: new Map(), byKey: new Map(), sorted: false };
  for (const incident of incidents) addToIndex(index, incident);
  return index;
}

function addToIndex({ byId, byKey }: Index, incident: SandboxIncident): void {
  byId.set(incident.id, incident);
  if (incident.dedupKey === null) return;
  const same = byKey.get(incident.dedupKey);
  if (same === undefined) byKey.set(incident.dedupKey, [incident]);
  else same.push(incident);
}

function forEachVendor<Value>(make: (vendor: VendorName) => Value): Record<VendorName, Value> {
  return Object.fromEntries(incidentVendors.map((vendor) => [vendor, make(vendor)])) as Record<VendorName, Value>;
}

function emptyVendor(): VendorState {
  return { incidents: [], earlyResolves: {}, changes: [] };
}

const blank = {
  description: null,
  status: "OPEN",
  urgency: "HIGH",
  priority: null,
  dedupKey: null,
  labels: null,
  acknowledgedAt: null,
  resolvedAt: null,
  snoozedUntil: null,
} as const;

const lists = (): Pick<SandboxIncident, "assignees" | "acks"> => ({ assignees: [], acks: [] });
/** OpsKnight and Flashduty count together. PagerDuty counts alone: people have ids of the others in their scripts. */
function nextSequence(state: State, vendor: VendorName): number {
  if (vendor === "pagerduty") return state.pagerduty.incidents.length + 1;
  state.sequence += 1;
  return state.sequence;
}

/** Ids as each vendor forms them. */
const idOf: Record<VendorName, (sequence: number) => string> = {
  opsknight: (sequence) => `inc_${String(sequence).padStart(6, "0")}`,
  flashduty: (sequence) => `5a${sequence.toString(16).padStart(22, "0")}`,
  pagerduty: (sequence) => `Q${sequence.toString(36).toUpperCase().padStart(13, "0")}`,
};
const shortNumber = (sequence: number): string => sequence.toString(36).toUpperCase().padStart(6, "0");
