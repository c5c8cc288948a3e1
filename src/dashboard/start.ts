import type { GlobalOptions } from "../context.ts";
import { findAssignee } from "../directory/resolve.ts";
import { nameIds, titled } from "../incidents/outcome.ts";
import { readDuration } from "../model/duration.ts";
import { type Actions, byProfile, type KeyAction, messageOf, type Target, type VendorOf } from "./actions.ts";
import type { Key } from "./keyboard.ts";
import { TypedLine } from "./typed-line.ts";

/** What keys that start actions use of the dashboard. */
export interface Desk {
  actions: Actions;
  vendorOf: VendorOf;
  options: GlobalOptions;
  /** The incidents of an action: the one on the page, else those selected, else the marked one. */
  targets(): Target[];
  /** Why there are none. */
  noTargets(): string;
  show(message: string): void;
  /** Asks for y. */
  ask(question: Question): void;
  /** Asks for a line of text. */
  type(line: TypedLine): void;
  perform(key: KeyAction, targets: readonly Target[]): void;
  /** Runs work in the background. */
  run(work: Promise<void>): void;
}

/** A question that y answers with yes, and any other key with no. */
export interface Question {
  /** What a person must know before an answer. */
  warning: string | undefined;
  before: string;
  /** Cut where the line is too long. */
  title: string;
  after: string;
  onYes(): void;
}

type Start = (desk: Desk, targets: readonly Target[]) => void;

const acknowledge: KeyAction = { action: { verb: "acknowledge" }, verb: "acknowledge", command: "ack" };
const unacknowledge: KeyAction = { action: { verb: "unacknowledge" }, verb: "unacknowledge", command: "unack" };
const resolve: KeyAction = { action: { verb: "resolve" }, verb: "resolve", command: "resolve" };
const escalate: KeyAction = { action: { verb: "escalate" }, verb: "escalate", command: "assign" };

const starts: Record<Key, { verb: string; start: Start }> = {
  a: { verb: "acknowledge", start: (desk, targets) => begin(desk, acknowledge, targets) },
  u: { verb: "unacknowledge", start: (desk, targets) => begin(desk, unacknowledge, targets) },
  r: { verb: "resolve", start: (desk, targets) => begin(desk, resolve, targets, true) },
  x: { verb: "escalate", start: (desk, targets) => begin(desk, escalate, targets, true) },
  s: { verb: "snooze", start: snooze },
  c: { verb: "comment on", start: comment },
  t: { verb: "assign", start: (desk, targets) => desk.run(assignToMe(desk, targets)) },
};

/** Starts the action of a key, asks what it has to know, or reports why it cannot start. Returns false for a key without an action. */
export function startByKey(key: Key, desk: Desk): boolean {
  const found = Object.hasOwn(starts, key) ? starts[key] : undefined;
  if (found === undefined) return false;
  const targets = desk.targets();
  if (targets.length > 0) found.start(desk, targets);
  else {
    const why = `no incident to ${found.verb}${desk.noTargets()}`;
    if (found.start === comment) refuseText(desk, why);
    else desk.show(why);
  }
  return true;
}

/** Reports why no text is taken, and drops what is typed all the same: its letters are keys of actions. */
function refuseText(desk: Desk, why: string): void {
  desk.show(why);
  const close = (): void => {};
  desk.type(new TypedLine({ label: "esc or enter goes back; not kept: ", onEnter: close, onCancel: close }));
}

/** Only what cannot be taken back, or calls other people, is asked about. */
function begin(desk: Desk, key: KeyAction, targets: readonly Target[], asks = false): void {
  const refusal = desk.actions.refusal(key.action, targets);
  const { yes, dryRun } = desk.options;
  if (refusal !== undefined) desk.show(refusal);
  else if (!asks || yes === true || dryRun === true) desk.perform(key, targets);
  else desk.ask(questionOf(key, targets, desk));
}

function questionOf(key: KeyAction, targets: readonly Target[], desk: Desk): Question {
  const ids = targets.map(({ id }) => id);
  const [one, ...others] = targets;
  const warning = desk.actions.question(key.action, targets);
  const onYes = (): void => desk.perform(key, targets);
  return others.length > 0 || !one?.title
    ? { warning, before: `${key.verb} `, title: "", after: `${nameIds(ids)}? y/N`, onYes }
    : { warning, before: `${key.verb} "`, title: one.title, after: `" (${one.id})? y/N`, onYes };
}

const snoozeKey = (forMs?: number): KeyAction => ({
  action: { verb: "snooze", ...(forMs !== undefined && { forMs }) },
  verb: "snooze",
  command: "snooze",
});

/** Asks for how long, where the vendor takes that. */
function snooze(desk: Desk, targets: readonly Target[]): void {
  const refusal = desk.actions.refusal({ verb: "snooze" }, targets);
  if (refusal !== undefined) desk.show(refusal);
  else if (desk.actions.refusal({ verb: "snooze", forMs: 3_600_000 }, targets) === undefined)
    snoozeFor(desk, targets, "");
  else begin(desk, snoozeKey(), targets, true);
}

function snoozeFor(desk: Desk, targets: readonly Target[], typed: string): void {
  desk.type(
    new TypedLine(
      {
        label: `snooze ${nameTargets(targets)} for (30m, 2h; empty: as the vendor does): `,
        onEnter(text) {
          const forMs = text === "" ? undefined : readDuration(text);
          if (text !== "" && (forMs === undefined || forMs <= 0)) {
            desk.show(`"${text}" is not a duration such as 30m or 2h`);
            snoozeFor(desk, targets, text);
          } else desk.perform(snoozeKey(forMs), targets);
        },
        onCancel: () => desk.show("nothing was changed"),
      },
      typed,
    ),
  );
}

function comment(desk: Desk, targets: readonly Target[]): void {
  const refusal = desk.actions.refusal({ verb: "comment", note: "" }, targets);
  if (refusal !== undefined) {
    refuseText(desk, refusal);
    return;
  }
  desk.type(
    new TypedLine({
      label: `comment on ${nameTargets(targets)}: `,
      onEnter(note) {
        if (note === "") desk.show("nothing was added: the comment is empty");
        else desk.perform({ action: { verb: "comment", note }, verb: "comment on", command: "comment" }, targets);
      },
      onCancel: () => desk.show("nothing was added"),
    }),
  );
}

/** "Me" is somebody else at each vendor. */
async function assignToMe(desk: Desk, targets: readonly Target[]): Promise<void> {
  for (const [profile, own] of byProfile(targets)) {
    try {
      const me = await findAssignee(desk.vendorOf(profile), "me");
      begin(desk, { action: { verb: "assign", to: [me] }, verb: "assign", command: "assign" }, own);
    } catch (error) {
      desk.show(messageOf(error));
    }
  }
}

function nameTargets(targets: readonly Target[]): string {
  const [one, ...others] = targets;
  return one === undefined || others.length > 0 ? nameIds(targets.map(({ id }) => id)) : titled(one.id, one.title);
}
