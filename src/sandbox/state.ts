import { readFile, rename, writeFile } from "node:fs/promises";
import { usageError } from "../errors.ts";
import { type SeedIncident, seedIncidents } from "./seed.ts";

/** An incident of the sandbox, of either vendor that has them. Times are milliseconds since 1970, null when not yet. */
export interface SandboxIncident {
  id: string;
  number: string;
  title: string;
  description: string | null;
  status: "OPEN" | "ACKNOWLEDGED" | "RESOLVED" | "SNOOZED" | "SUPPRESSED";
  urgency: "HIGH" | "MEDIUM" | "LOW";
  priority: string | null;
  service: string;
  assignee: string | null;
  dedupKey: string | null;
  createdAt: number;
  updatedAt: number;
  acknowledgedAt: number | null;
  resolvedAt: number | null;
  snoozedUntil: number | null;
}

export type VendorName = "opsknight" | "flashduty";

/** What a vendor has: its incidents, newest first. */
export interface VendorState {
  incidents: SandboxIncident[];
  /** Resolves that found nothing open, by key, with their time: server 1.3.1 remembers them for five minutes. */
  earlyResolves: Record<string, number>;
  changes: Record<string, unknown>[];
  comments: { incident: string; text: string; at: number }[];
}

export interface State {
  version: 1;
  /** Last number given out. */
  sequence: number;
  opsknight: VendorState;
  flashduty: VendorState;
}

export interface Store {
  state: State;
  /** A new incident, put first. */
  open(
    vendor: VendorName,
    incident: Partial<SandboxIncident> & Pick<SandboxIncident, "title" | "service">,
  ): SandboxIncident;
  find(vendor: VendorName, id: string): SandboxIncident | undefined;
  /** The incident that is open under a dedup key. */
  findOpen(vendor: VendorName, dedupKey: string, service?: string): SandboxIncident | undefined;
  setStatus(incident: SandboxIncident, status: SandboxIncident["status"], by?: string): void;
  fill(count: number): void;
  /** Writes what has changed to the file, if there is one. */
  save(): Promise<void>;
}

/** @throws {CliError} `usage` when the file is not a sandbox's state; it is left as it is */
export async function createStore(now: () => Date, file: string | undefined): Promise<Store> {
  const loaded = file === undefined ? undefined : await load(file);
  const state: State = loaded ?? { version: 1, sequence: 0, opsknight: emptyVendor(), flashduty: emptyVendor() };
  const index = { opsknight: new Map<string, SandboxIncident>(), flashduty: new Map<string, SandboxIncident>() };
  for (const vendor of ["opsknight", "flashduty"] as const)
    for (const one of state[vendor].incidents) index[vendor].set(one.id, one);
  let saving: Promise<void> = Promise.resolve();

  const store: Store = {
    state,
    open(vendor, given) {
      state.sequence += 1;
      const at = given.createdAt ?? now().getTime();
      const id =
        vendor === "opsknight"
          ? `inc_${String(state.sequence).padStart(6, "0")}`
          : state.sequence.toString(16).padStart(24, "5a");
      const incident: SandboxIncident = {
        id,
        number: state.sequence.toString(36).toUpperCase().padStart(6, "0"),
        description: null,
        status: "OPEN",
        urgency: "HIGH",
        priority: null,
        assignee: null,
        dedupKey: null,
        createdAt: at,
        updatedAt: at,
        acknowledgedAt: null,
        resolvedAt: null,
        snoozedUntil: null,
        ...given,
      };
      state[vendor].incidents.unshift(incident);
      index[vendor].set(id, incident);
      return incident;
    },
    find: (vendor, id) => index[vendor].get(id),
    findOpen: (vendor, dedupKey, service) =>
      state[vendor].incidents.find(
        (one) =>
          one.dedupKey === dedupKey && one.status !== "RESOLVED" && (service === undefined || one.service === service),
      ),
    setStatus(incident, status, by) {
      const at = now().getTime();
      incident.status = status;
      incident.updatedAt = at;
      if (status === "ACKNOWLEDGED") {
        incident.acknowledgedAt = at;
        incident.assignee ??= by ?? null;
      } else if (status === "RESOLVED") incident.resolvedAt = at;
      else if (status === "OPEN") {
        incident.acknowledgedAt = null;
        incident.resolvedAt = null;
        incident.snoozedUntil = null;
      }
    },
    fill(count) {
      const base = now().getTime();
      for (const vendor of ["opsknight", "flashduty"] as const) {
        const made: SandboxIncident[] = [];
        for (let n = 0; n < count; n += 1) {
          made.push(store.open(vendor, { title: `Synthetic incident ${n}`, service: "", createdAt: base - n * 1000 }));
        }
        for (const one of made) one.service = vendor === "opsknight" ? "svc_checkout" : "4100000000001";
        state[vendor].incidents = [...state[vendor].incidents].sort((a, b) => b.createdAt - a.createdAt);
      }
    },
    save() {
      if (file === undefined) return Promise.resolve();
      saving = saving.then(async () => {
        await writeFile(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
        await rename(`${file}.new`, file);
      });
      return saving;
    },
  };
  if (loaded === undefined) seed(store, now);
  return store;
}

function emptyVendor(): VendorState {
  return { incidents: [], earlyResolves: {}, changes: [], comments: [] };
}

/** The seeded incidents, so old that whatever a user does comes before them. */
function seed(store: Store, now: () => Date): void {
  const base = now().getTime();
  const add = (vendor: VendorName, one: SeedIncident): void => {
    const createdAt = base - one.minutesAgo * 60_000;
    store.open(vendor, {
      title: one.title,
      description: one.description ?? null,
      service: one.service[vendor],
      urgency: one.urgency,
      status: one.status,
      dedupKey: one.dedupKey,
      assignee: one.assignee?.[vendor] ?? null,
      createdAt,
      updatedAt: createdAt,
      acknowledgedAt: one.status === "OPEN" ? null : createdAt + 120_000,
      resolvedAt: one.status === "RESOLVED" ? createdAt + 600_000 : null,
    });
  };
  for (const one of [...seedIncidents].sort((a, b) => b.minutesAgo - a.minutesAgo)) {
    add("opsknight", one);
    add("flashduty", one);
  }
}

async function load(file: string): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw usageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    const state = JSON.parse(text) as State;
    if (state.version === 1 && Array.isArray(state.opsknight?.incidents) && Array.isArray(state.flashduty?.incidents))
      return state;
  } catch {
    // Told below, as any other file that is not ours.
  }
  throw usageError(`${file} is not the data of a sandbox`, "name another file, or move it away");
}
