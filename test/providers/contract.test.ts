import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import type { Incident } from "../../src/model/incident.ts";
import { ask, rowsOf } from "../sandbox/support.ts";
import { type RunResult, run } from "../support/harness.ts";
import { type Dialect, sandbox } from "../support/sandbox.ts";

/** One story, told to every vendor that has incidents, over real sockets. */
describe.each<[server: string, profile: string, dialect: Dialect, isReported: boolean]>([
  ["opsknight, documented", "sandbox-opsknight", "documented", true],
  ["opsknight, server 1.3.1", "sandbox-opsknight", "1.3", true],
  ["flashduty", "sandbox-flashduty", "documented", true],
  // Takes events without a word on what they led to.
  ["pagerduty", "sandbox-pagerduty", "documented", false],
])("%s", (_, profile, dialect, isReported) => {
  async function story() {
    const { home } = await sandbox({ dialect });
    return async (commandLine: string, expected = 0, stdin?: string): Promise<RunResult> => {
      const result = await run(`${commandLine} --profile ${profile}`, { home, ...(stdin !== undefined && { stdin }) });
      expect({ commandLine, code: result.code, stderr: result.stderr }).toMatchObject({ commandLine, code: expected });
      return result;
    };
  }
  const list = ({ stdout }: RunResult): Incident[] => JSON.parse(stdout) as Incident[];

  it("trigger, list, show, acknowledge, resolve", async () => {
    const onduty = await story();
    const event = await onduty('events trigger "Queue 日本 is growing" --dedup-key q-1 --severity critical --json');
    expect(JSON.parse(event.stdout)).toMatchObject({
      action: "trigger",
      dedupKey: "q-1",
      delivery: "delivered",
      result: isReported ? "triggered" : null,
    });

    const [found] = list(await onduty('incidents list --query "queue 日本" --json'));
    expect(found).toMatchObject({
      title: "Queue 日本 is growing",
      status: "open",
      urgency: "high",
      acknowledgedAt: null,
    });
    const id = found?.id ?? "";

    const again = await onduty('events trigger "Queue 日本 is growing" --dedup-key q-1 --severity critical --json');
    expect(JSON.parse(again.stdout)).toMatchObject({ delivery: "delivered" });
    expect(list(await onduty('incidents list --query "queue 日本" --json'))).toHaveLength(1);

    const acked = await onduty(`incidents ack ${id} --json`);
    expect(JSON.parse(acked.stdout)).toMatchObject([
      { id, outcome: "acknowledged", status: "acknowledged", error: null },
    ]);
    const twice = await onduty("incidents ack - --json", 0, `${id}\n`);
    expect(JSON.parse(twice.stdout)).toMatchObject([{ id, outcome: "already", status: "acknowledged" }]);
    expect(JSON.parse((await onduty(`incidents show ${id} --json`)).stdout)).toMatchObject({
      id,
      status: "acknowledged",
    });
    expect(list(await onduty("incidents list --status acknowledged --all --json")).map((one) => one.id)).toContain(id);
    expect(list(await onduty("incidents list --status open --all --json")).map((one) => one.id)).not.toContain(id);

    await onduty("events resolve q-1");
    expect(JSON.parse((await onduty(`incidents show ${id} --json`)).stdout)).toMatchObject({ id, status: "resolved" });
    expect(list(await onduty('incidents list --query "queue 日本" --json'))).toEqual([]);
    expect(list(await onduty('incidents list --query "queue 日本" --status resolved --json'))).toMatchObject([{ id }]);
  });

  it("resolves by id, and distinguishes what is not there", async () => {
    const onduty = await story();
    await onduty('events trigger "Disk full" --dedup-key d-1');
    const [found] = list(await onduty('incidents list --query "Disk full" --json'));
    const missing = "ffffffffffffffffffffffff";
    const result = await onduty(`incidents resolve ${found?.id} ${missing} --json`, ExitCode.partial);
    expect(JSON.parse(result.stdout)).toMatchObject([
      { id: found?.id, outcome: "resolved", status: "resolved" },
      { id: missing, outcome: "notFound" },
    ]);
    await onduty(`incidents ack ${missing}`, ExitCode.notFound);
    await onduty(`incidents show ${missing}`, ExitCode.notFound);
  });

  it("lists every status by itself, newest first, and filters the same on every server", async () => {
    const onduty = await story();
    const all = list(await onduty("incidents list --status all --all --json --since 170d"));
    expect(all.length).toBeGreaterThan(3);
    const times = all.map((incident) => incident.createdAt);
    expect(times).toEqual([...times].sort().reverse());
    for (const status of ["open", "acknowledged", "resolved"]) {
      const some = list(await onduty(`incidents list --status ${status} --all --json --since 170d`));
      expect(some.map(({ id }) => id)).toEqual(
        all.filter((incident) => incident.status === status).map(({ id }) => id),
      );
    }
    const high = list(await onduty("incidents list --status all --urgency high --all --json --since 170d"));
    expect(high.map(({ id }) => id)).toEqual(all.filter(({ urgency }) => urgency === "high").map(({ id }) => id));
  });

  it("acknowledges an event by its key", async () => {
    const onduty = await story();
    await onduty('events trigger "Slow answers" --dedup-key slow');
    const acked = await onduty("events ack slow --json");
    expect(JSON.parse(acked.stdout)).toMatchObject({
      action: "acknowledge",
      delivery: "delivered",
      result: isReported ? "acknowledged" : null,
    });
    const [found] = list(await onduty('incidents list --query "Slow answers" --json'));
    expect(found?.status).toBe("acknowledged");
  });

  it("reports when there is nothing open under a key", async () => {
    const onduty = await story();
    const none = await onduty("events ack never-seen --json");
    expect(JSON.parse(none.stdout)).toMatchObject({
      delivery: "delivered",
      result: isReported ? "ignored" : null,
      message: expect.any(String),
    });
    if (isReported) expect(none.stderr).not.toBe("");
    await onduty("events ack never-seen --exit-status", isReported ? ExitCode.no : ExitCode.partial);
  });

  it("checks the key", async () => {
    const onduty = await story();
    const { stdout } = await onduty("keys validate --json");
    const api = (JSON.parse(stdout) as { kind: string; status: string; key: string }[])[0];
    expect(api).toMatchObject({ status: "valid", profile });
    await onduty("whoami --json");
  });
});

describe("who is on call", () => {
  it.each([["sandbox-opsknight"], ["sandbox-flashduty"], ["sandbox-pagerduty"]])(
    "is reported by %s, gaps included",
    async (profile) => {
      const { home } = await sandbox();
      const { code, stdout, stderr } = await run(`oncall --json --profile ${profile}`, { home });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const rows = JSON.parse(stdout) as { gap: boolean; users: { name: string }[]; schedule: { name: string } }[];
      expect(rows.filter(({ gap }) => gap)).toHaveLength(1);
      expect(rows.filter(({ gap }) => !gap).every(({ users }) => users[0]?.name)).toBe(true);
      expect(stderr).toContain("nobody is on call");
    },
  );

  it("is not published by OpsKnight 1.3.1, and that is reported", async () => {
    const { home } = await sandbox({ dialect: "1.3" });
    const { code, stdout, stderr } = await run("oncall --profile sandbox-opsknight", { home });
    expect({ code, stdout }).toEqual({ code: ExitCode.failure, stdout: "" });
    expect(stderr).toContain("this OpsKnight server does not publish who is on call");
  });
});

describe("flotiq", () => {
  it("checks its key with a GET and has nothing else of this", async () => {
    const { home, url } = await sandbox();
    const profile = "--profile sandbox-flotiq";
    const { code, stdout } = await run(`keys validate --json ${profile}`, { home });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ status: "valid" }]);
    const asked = rowsOf((await ask(`${url}/_sandbox/requests`)).body);
    expect(asked.filter(({ path }) => String(path).startsWith("/flotiq"))).toMatchObject([{ method: "GET" }]);
    for (const command of ["incidents list", "oncall", "events trigger x", "events ack x"]) {
      const refused = await run(`${command} ${profile}`, { home });
      expect(refused).toMatchObject({ code: ExitCode.usage, stdout: "" });
      expect(refused.stderr).toContain("flotiq has no ");
    }
  });
});
