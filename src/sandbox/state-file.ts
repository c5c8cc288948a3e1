import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { usageError } from "../errors.ts";
import { incidentVendors, type State, type VendorState } from "./model.ts";

/** The state on disk: written whole and renamed into place, at once unless it was written just now. */
export interface StateFile {
  /** @throws {CliError} `usage` when the file is not a sandbox's; it is left as it is */
  load(): Promise<State | undefined>;
  /** Plans to write this state. */
  changed(state: State): void;
  /** Writes now what is planned. @throws {CliError} `usage` with `orThrow` when it cannot; else that is logged */
  flush(options?: { orThrow?: boolean }): Promise<void>;
}

/** Between writes at least so many times as long as the last one took: most of the time is for answering. */
const restFactor = 4;

export function openStateFile(file: string, log: (line: string) => void): StateFile {
  let planned: State | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let restUntil = 0;

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
      restUntil = ended + restFactor * (ended - began);
    }
  }

  /** One write at a time; each takes the newest state. */
  function enqueue(): Promise<void> {
    const next = writing.then(write);
    writing = next.catch(() => {});
    return next;
  }
  const tell = (error: unknown): void => log(error instanceof Error ? error.message : String(error));

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
      // Also without a rest it is a timer: the change that is told of may still be under way.
      timer ??= setTimeout(() => enqueue().catch(tell), Math.max(0, restUntil - performance.now()));
    },
    async flush({ orThrow = false } = {}) {
      const done = enqueue();
      await (orThrow ? done : done.catch(tell));
    },
  };
}

function parse(text: string): State | undefined {
  try {
    const state = JSON.parse(text) as Partial<State> | null;
    const good = state?.version === 2 && Number.isInteger(state.sequence);
    return good && incidentVendors.every((vendor) => isVendor(state[vendor])) ? (state as State) : undefined;
  } catch {
    return undefined;
  }
}

function isVendor(vendor: VendorState | undefined): boolean {
  return (
    Array.isArray(vendor?.incidents) &&
    Array.isArray(vendor.changes) &&
    typeof vendor.earlyResolves === "object" &&
    vendor.earlyResolves !== null &&
    vendor.incidents.every(
      (one) =>
        typeof one?.id === "string" &&
        typeof one.title === "string" &&
        typeof one.status === "string" &&
        typeof one.createdAt === "number" &&
        typeof one.sequence === "number" &&
        Array.isArray(one.assignees) &&
        Array.isArray(one.acks),
    )
  );
}
