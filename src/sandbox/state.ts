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
import { openStateFile, type StateFile } from "./state-file.ts";

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
export async function createStore(options: StoreOptions): Promise<Store> {
  const { file, log, now } = options;
  const disk = file === undefined ? undefined : openStateFile(file, log);
  const loaded = await disk?.load();
  const state: State = loaded ?? { version: 2, sequence: 0, ...forEachVendor(emptyVendor) };
  const store = new MemoryStore(state, options, disk);
  if (loaded === undefined) {
    seedStore((vendor, incident) => store.add(vendor, incident), now);
    disk?.changed(state);
    // Fails before serving when the file cannot be written.
    await disk?.flush({ orThrow: true });
  }
  return store;
}

/** The incidents of all vendors in memory, with an index of each vendor's. */
class MemoryStore implements Store {
  readonly state: State;
  readonly #now: () => Date;
  readonly #report: StoreOptions["changed"];
  readonly #disk: StateFile | undefined;
  readonly #indexes: Record<VendorName, Index>;
  readonly #cache = new Map<string, { at: number; value: unknown }>();

  constructor(state: State, { now, changed }: StoreOptions, disk: StateFile | undefined) {
    this.state = state;
    this.#now = now;
    this.#report = changed;
    this.#disk = disk;
    this.#indexes = forEachVendor((vendor) => indexOf(state[vendor]));
  }

  /** A new incident, of which nobody is notified. */
  add(vendor: VendorName, given: NewIncident): SandboxIncident {
    const sequence = nextSequence(this.state, vendor);
    const at = given.createdAt ?? this.#now().getTime();
    // Not by spreading: V8 makes a slow dictionary of such an object, and there are ten thousands.
    const incident: SandboxIncident = Object.assign(blank(idOf[vendor](sequence), sequence, at), given, {
      createdAt: at,
    });
    const index = this.#indexes[vendor];
    const { incidents } = this.state[vendor];
    if ((incidents.at(-1)?.createdAt ?? 0) > at) index.sorted = false;
    incidents.push(incident);
    addToIndex(index, incident);
    return incident;
  }

  open(vendor: VendorName, given: NewIncident): SandboxIncident {
    const incident = this.add(vendor, given);
    this.touch();
    this.#report(vendor, { incident, word: "triggered", byEvent: false });
    return incident;
  }

  newestFirst(vendor: VendorName): readonly SandboxIncident[] {
    const index = this.#indexes[vendor];
    const { incidents } = this.state[vendor];
    if (!index.sorted) incidents.sort((a, b) => a.createdAt - b.createdAt || a.sequence - b.sequence);
    index.sorted = true;
    if (index.reversed?.length !== incidents.length) index.reversed = [...incidents].reverse();
    return index.reversed;
  }

  find(vendor: VendorName, id: string): SandboxIncident | undefined {
    return this.#indexes[vendor].byId.get(id);
  }

  findOpen(vendor: VendorName, dedupKey: string, service?: string): SandboxIncident | undefined {
    const same = this.#indexes[vendor].byKey.get(dedupKey);
    return same?.findLast((one) => one.status !== "RESOLVED" && (service === undefined || one.service === service));
  }

  setStatus(vendor: VendorName, incident: SandboxIncident, status: IncidentStatus, by?: string, byEvent = false): void {
    const before = incident.status;
    incident.status = status;
    const at = this.#now().getTime();
    if (status === "ACKNOWLEDGED") acknowledge(incident, by, at);
    else if (status === "RESOLVED") incident.resolvedAt ??= at;
    else if (status === "OPEN")
      Object.assign(incident, { acknowledgedAt: null, resolvedAt: null, snoozedUntil: null, acks: [] });
    this.touch(incident);
    if (before !== status) this.#report(vendor, { incident, word: changeWords[status], byEvent });
  }

  assign(vendor: VendorName, incident: SandboxIncident, people: string[]): void {
    incident.assignees = people;
    this.touch(incident);
    this.#report(vendor, { incident, word: people.length > 0 ? "assigned" : "unassigned", byEvent: false });
  }

  update(vendor: VendorName, incident: SandboxIncident): void {
    this.touch(incident);
    this.#report(vendor, { incident, word: "updated", byEvent: false });
  }

  touch(incident?: SandboxIncident): void {
    if (incident !== undefined) incident.updatedAt = this.#now().getTime();
    this.#cache.clear();
    this.#disk?.changed(this.state);
  }

  cached<T>(key: string, build: () => T): T {
    const at = this.#now().getTime();
    const known = this.#cache.get(key);
    // A snooze ends by itself, so cached lists expire soon.
    if (known !== undefined && Math.abs(at - known.at) < cacheMs) return known.value as T;
    const value = build();
    for (const oldest of this.#cache.keys()) if (this.#cache.size >= cacheSize) this.#cache.delete(oldest);
    this.#cache.set(key, { at, value });
    return value;
  }

  fill(count: number): void {
    const base = this.#now().getTime();
    const urgencies = ["HIGH", "MEDIUM", "LOW"] as const;
    for (let n = count - 1; n >= 0; n -= 1) {
      const common = {
        title: `Synthetic incident ${n}`,
        urgency: urgencies[n % 3] ?? "HIGH",
        createdAt: base - n * 1000,
      };
      for (const vendor of incidentVendors) this.add(vendor, { ...common, service: String(services[1][vendor]) });
    }
    this.touch();
  }

  async flush(): Promise<void> {
    await this.#disk?.flush();
  }
}

/** Who acknowledges an incident that nobody has is its assignee. */
function acknowledge(incident: SandboxIncident, by: string | undefined, at: number): void {
  incident.acknowledgedAt ??= at;
  if (by === undefined) return;
  if (!incident.acks.some(({ person }) => person === by)) incident.acks.push({ person: by, at });
  if (incident.assignees.length === 0) incident.assignees = [by];
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

function blank(id: string, sequence: number, at: number): Omit<SandboxIncident, "title" | "service"> {
  return {
    id,
    sequence,
    number: shortNumber(sequence),
    description: null,
    status: "OPEN",
    urgency: "HIGH",
    priority: null,
    assignees: [],
    acks: [],
    dedupKey: null,
    labels: null,
    createdAt: at,
    updatedAt: at,
    acknowledgedAt: null,
    resolvedAt: null,
    snoozedUntil: null,
  };
}

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
