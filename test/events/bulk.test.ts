import { expect, it } from "vitest";
import { Interrupted } from "../../src/errors.ts";
import { BulkSender } from "../../src/events/bulk.ts";
import type { BulkItem, BulkOutcome } from "../../src/events/bulk-outcome.ts";

const event: BulkItem["event"] = {
  action: "trigger",
  summary: "Disk full",
  severity: "critical",
  source: "db-1",
  dedupKey: "db-1/disk",
  details: {},
  links: [],
};

/** So many turns of the queue of microtasks. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await undefined;
}

/** Sends two events, one after the other; after an interrupt the first and the input end that many turns later. */
async function interrupted({ sendTurns, inputTurns }: Record<"sendTurns" | "inputTurns", number>) {
  const abort = new AbortController();
  const { signal } = abort;
  const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
  const outcomes: BulkOutcome[] = [];
  const sender = new BulkSender({
    spool: undefined,
    target: { provider: "opsknight", profile: "p", baseUrl: "http://127.0.0.1:1" },
    async send() {
      await stopped;
      await turns(sendTurns);
      throw new Interrupted(signal);
    },
    flush: async () => true,
    whyWaits: () => null,
    onOutcome: (outcome) => outcomes.push(outcome),
    onNoSpool: () => {},
    onOutage: () => {},
    concurrency: 1,
    signal,
    now: () => new Date(0),
  });
  async function* input(): AsyncIterable<BulkItem[]> {
    yield [
      { line: 1, event },
      { line: 2, event: { ...event, dedupKey: "db-2/disk" } },
    ];
    await stopped;
    await turns(inputTurns);
  }
  const sending = sender.send(input()).then(() => "ended");
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort("SIGTERM");
  const end = await Promise.race([sending, new Promise((resolve) => setImmediate(() => setImmediate(resolve)))]);
  return { end, lines: outcomes.map(({ item }) => item.line) };
}

const upTo12 = Array.from({ length: 13 }, (_, index) => index);

it("an interrupted bulk ends, whichever of its last event and its input ends first", async () => {
  for (const sendTurns of upTo12)
    for (const inputTurns of upTo12) {
      const run = { sendTurns, inputTurns };
      expect({ ...run, ...(await interrupted(run)) }).toEqual({ ...run, end: "ended", lines: [1, 2] });
    }
});
