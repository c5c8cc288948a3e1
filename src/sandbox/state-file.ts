import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { usageError } from "../errors.ts";
import { incidentVendors, type State, type VendorState } from "./model.ts";

/** The state on disk. Each write replaces the file by a rename. Writes in quick succession are combined. */
export interface StateFile {
  /** @throws {CliError} `usage` when the file is not a sandbox's; it stays unchanged */
  load(): Promise<State | undefined>;
  /** Plans to write this state. */
  changed(state: State): void;
  /** Writes now what is planned. @throws {CliError} `usage` with `orThrow` when it cannot; else that is logged */
  flush(options?: { orThrow?: boolean }): Promise<void>;
}

/** Minimum pause between writes, as a multiple of the last duration: most of the time is left for requests. */
const pauseFactor = 4;

export function openStateFile(file: string, log: (line: string) => void): StateFile {
  let planned: State | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let pauseUntil = 0;

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (planned === undefined) return;
    const began = performance.now();
    const text = `${JSON.stringify(planned)}\n`;
    planned = undefined;
    const fresh = `${file}.${process.pid}.new`;
    try {
      await writeFile(fresh, text, { mode: 0o600 });
      await rename(fresh, file);
    } catch (error) {
      await rm(fresh, { force: true });
      throw usageError(`cannot write ${file}: ${(error as NodeJS.ErrnoException).code}`, "onduty sandbox");
    } finally {
      const ended = performance.now();
      pauseUntil = ended + pauseFactor * (ended - began);
    }
  }

  /** One write at a time; each takes the newest state. */
  function enqueue(): Promise<void> {
    const next = writing.then(write);
    writing = next.catch(() => {});
    return next;
  }
  const report = (error: unknown): void => log(error instanceof Error ? error.message : String(error));

  return {
    async load() {
      let text: string;
      try {
        text = await readFile(file, "utf8");
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT") return undefined;
        throw usageError(`cannot read ${file}: ${code}`);
      }
      const state = parse(text);
      if (state === undefined)
        throw usageError(`${file} is not the data of a sandbox`, "name another file, or move it away");
      return state;
    },
    changed(state) {
      planned = state;
      // A timer even without a pause: the caller may still be changing the state.
      timer ??= setTimeout(() => enqueue().catch(report), Math.max(0, pauseUntil - performance.now()));
    },
    async flush({ orThrow = false } = {}) {
      const done = enqueue();
      await (orThrow ? done : done.catch(report));
    },
  };
}

function parse(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as Partial<State> | null;
    const good = state?.version === 2 && Number.isInteger(state.sequence);
    // The file of an earlier version has no data of newer vendors.
    if (good) for (const vendor of incidentVendors) state[vendor] ??= { incidents: [], earlyResolves: {}, changes: [] };
    if (!good || !incidentVendors.every((vendor) => isVendor(state[vendor]))) return undefined;
    for (const vendor of incidentVendors) dropOldResolves(state[vendor] as VendorState);
    return state as State;
  } catch {
    return undefined;
  }
}

/** Earlier versions kept one time instead of a list: it has expired. */
function dropOldResolves({ earlyResolves }: VendorState): void {
  for (const [name, times] of Object.entries(earlyResolves)) if (!Array.isArray(times)) delete earlyResolves[name];
}

function isVendor(vendor: VendorState | undefined): boolean {
  return (
    Array.isArray(vendor?.incidents) &&
    Array.isArray(vendor.changes) &&
    typeof vendor.earlyResolves === "object" &&
    vendor.earlyResolves !== null &&
    vendor.incidents.every(
      (incident) =>
        typeof incident?.id === "string" &&
        typeof incident.title === "string" &&
        typeof incident.status === "string" &&
        typeof incident.createdAt === "number" &&
        typeof incident.sequence === "number" &&
        Array.isArray(incident.assignees) &&
        Array.isArray(incident.acks),
    )
  );
}
