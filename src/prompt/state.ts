import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../disk/make-folder.ts";
import { asObject } from "../model/object.ts";

/** What a prompt shows, as it was the last time that the vendors were asked. Times are ISO 8601 UTC. */
export interface PromptState {
  /** When all of it was known. */
  at: string | null;
  /** Incidents that nobody has acknowledged. */
  open: number | null;
  /** Until when the caller is on call; null when not, or not known. */
  oncallUntil: string | null;
  /** When the last renewal began. */
  renewedAt: string | null;
}

export const promptFields = [
  "at",
  "open",
  "oncallUntil",
  "renewedAt",
] as const satisfies readonly (keyof PromptState)[];

const nothing: PromptState = { at: null, open: null, oncallUntil: null, renewedAt: null };

/** One file for each choice of profiles. */
function fileOf(stateDir: string, profiles: readonly string[]): string {
  return join(stateDir, `prompt-${profiles.join("+").replaceAll(/[^\w.+-]/g, "_")}.json`);
}

/** The last state; all null without one. */
export function readPrompt(stateDir: string, profiles: readonly string[]): PromptState {
  try {
    const known = asObject(JSON.parse(readFileSync(fileOf(stateDir, profiles), "utf8")));
    const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
    return {
      at: text(known?.at),
      open: typeof known?.open === "number" ? known.open : null,
      oncallUntil: text(known?.oncallUntil),
      renewedAt: text(known?.renewedAt),
    };
  } catch {
    return nothing;
  }
}

/** Replaces the state. @throws {Error} where it cannot be written */
export function writePrompt(stateDir: string, profiles: readonly string[], state: PromptState): void {
  const file = fileOf(stateDir, profiles);
  makeFolder(stateDir);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
