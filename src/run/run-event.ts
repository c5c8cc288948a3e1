import { createHash } from "node:crypto";
import { deriveDedupKey, requireDedupKey } from "../events/dedup-key.ts";
import { defaultSource } from "../events/defaults.ts";
import type { Origin } from "../events/origin.ts";
import { stripControls, stripControlsInLines } from "../model/control-characters.ts";
import type { Event, Severity } from "../model/event.ts";
import { defined } from "../model/object.ts";
import type { Ended } from "./child.ts";

/** Of the end of stderr, as the help of `--attach-output` has it. */
const maxAttachedLines = 20;
const maxAttachedLength = 4000;

export interface RunParts extends Pick<Event, "service" | "routingKey"> {
  summary?: string;
  severity?: Severity;
  dedupKey?: string;
}

/** The parts of a command that are sent: its name, and how it ended. Its arguments are never sent. */
export interface RunReport {
  words: readonly string[];
  ended: Ended;
  /** Masks keys. */
  redact(text: string): string;
}

/** A problem of a command that failed, or the end of one. @throws {CliError} `usage` when the dedup key is empty */
export function runEvent({ ci, place }: Origin, report: RunReport, parts: RunParts): Event {
  const { words, ended } = report;
  const { summary, severity = "error", dedupKey, service, routingKey } = parts;
  const name = nameOf(words);
  const failed = ended.code !== 0;
  return {
    action: failed ? "trigger" : "resolve",
    summary: summary ?? `${name} ${howItEnded(ended)}`,
    severity: failed ? severity : "info",
    source: defaultSource(ci),
    dedupKey:
      dedupKey === undefined
        ? deriveDedupKey(ci, place.name, `${name}~${shortHash(words)}`, service)
        : requireDedupKey(dedupKey),
    ...defined({ service, routingKey }),
    details: { ...(failed && ci !== null && { ci }), ...runDetails(report) },
    links: failed && ci?.runUrl != null ? [{ href: ci.runUrl, text: "CI run" }] : [],
  };
}

/** How a command ended, as details of an event. */
export function runDetails({ words, ended, redact }: RunReport): Event["details"] {
  const { code, signal, problem, durationMs, tail } = ended;
  const output = tail === "" ? null : lastLines(tail, redact);
  return {
    command: nameOf(words),
    exitCode: code,
    ...(signal !== null && { signal }),
    ...(problem !== null && { problem }),
    durationSeconds: Math.round(durationMs / 100) / 10,
    ...(output !== null && { output }),
  };
}

function nameOf([first = ""]: readonly string[]): string {
  const name = stripControls(first.replace(/^.*[/\\]/, ""));
  return (name || "command").slice(0, 100);
}

function howItEnded({ code, signal, problem }: Ended): string {
  if (problem !== null) return `could not be started: ${problem}`;
  if (signal !== null) return `was killed by ${signal}`;
  return code === 0 ? "passed" : `failed with exit code ${code}`;
}

/** The last lines of a program's output, without control characters; keys are masked before a cut may halve them. */
function lastLines(text: string, redact: (text: string) => string): string {
  const plain = stripControlsInLines(text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "")).trimEnd();
  return redact(plain).split("\n").slice(-maxAttachedLines).join("\n").slice(-maxAttachedLength);
}

/** Differs between command lines, and does not show them. */
function shortHash(words: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 12);
}
