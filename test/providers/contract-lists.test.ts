import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { vendors } from "../../src/providers/index.ts";
import { ask, rowsOf } from "../sandbox/support.ts";
import { type RunResult, run } from "../support/harness.ts";
import { type Dialect, sandbox } from "../support/sandbox.ts";

/* What some vendors have and others lack: the same story for each that has it, the same refusal for each that lacks it. */

const servers = [
  ["opsknight, documented", "opsknight", "documented"],
  ["opsknight, server 1.3.1", "opsknight", "1.3"],
  ["flashduty", "flashduty", "documented"],
  ["flotiq", "flotiq", "documented"],
  ["pagerduty", "pagerduty", "documented"],
] as const;

type Row = Record<string, unknown> & { id: string };

/** Commands with a profile of the sandbox. */
async function story(vendor: string, dialect: Dialect) {
  const { home, url } = await sandbox({ dialect });
  const onduty = (line: string): Promise<RunResult> => run(`${line} --profile sandbox-${vendor}`, { home });
  /** The rows that a command prints, which has to do all of it. */
  const rows = async (line: string): Promise<Row[]> => {
    const { code, stdout, stderr } = await onduty(`${line} --json`);
    expect({ line, code, stderr }).toMatchObject({ line, code: 0 });
    const printed = JSON.parse(stdout) as Row | Row[];
    return Array.isArray(printed) ? printed : [printed];
  };
  /** The only incident with a title. */
  const opened = async (title: string, key: string): Promise<string> => {
    await rows(`events trigger "${title}" --dedup-key ${key}`);
    const [found] = await rows(`incidents list --query "${title}" --since 1h`);
    return found?.id ?? "";
  };
  /** Where a command needs one it is the first, on every server. */
  const service = async (): Promise<string> => (await rows("services list"))[0]?.id ?? "";
  const asked = async () => rowsOf((await ask(`${url}/_sandbox/requests`)).body);
  return { onduty, rows, opened, service, asked };
}

type Story = Awaited<ReturnType<typeof story>>;

interface Chapter {
  capability: string;
  /** A command that is refused where the capability is lacking. */
  line: string;
  tell(story: Story, vendor: string): Promise<void>;
}

const chapters: Chapter[] = [
  {
    capability: "incidents",
    line: "incidents timeline 12345678",
    async tell({ rows, onduty, opened }, vendor) {
      const id = await opened("Slow disk", "t-1");
      await rows(`incidents ack ${id}`);
      const hasComments = vendor !== "opsknight";
      const commented = await onduty(`incidents comment ${id} --note "looking at it"`);
      expect(commented.code).toBe(hasComments ? ExitCode.ok : ExitCode.usage);
      await rows(`incidents resolve ${id}`);
      const entries = await rows(`incidents timeline ${id}`);
      const types = entries.map(({ type }) => type);
      for (const type of ["acknowledged", "resolved"]) expect(types).toContain(type);
      const comment = entries.find(({ type }) => type === "commented");
      expect(comment?.text).toEqual(hasComments ? "looking at it" : undefined);
      // Some servers have seconds, some milliseconds.
      const times = entries.map(({ at }) => String(at).slice(0, 19));
      expect(times).toEqual([...times].sort());
    },
  },
  {
    capability: "alerts",
    line: "incidents alerts 12345678",
    async tell({ rows, opened }) {
      const id = await opened("Alert of a queue", "a-1");
      expect(await rows(`incidents alerts ${id}`)).toMatchObject([
        { dedupKey: "a-1", title: expect.stringContaining("Alert of a queue"), status: "firing" },
      ]);
      await rows("events resolve a-1");
      expect(await rows(`incidents alerts ${id}`)).toMatchObject([{ dedupKey: "a-1", status: "resolved" }]);
    },
  },
  {
    capability: "similar",
    line: "incidents similar 12345678",
    async tell({ rows, opened }) {
      const before = await opened("Memory of the cache is full", "s-1");
      await rows(`incidents resolve ${before}`);
      const id = await opened("Memory of the cache is full", "s-2");
      const similar = await rows(`incidents similar ${id} --limit 20`);
      expect(similar).toContainEqual(expect.objectContaining({ id: before, status: "resolved" }));
      expect(similar.map((one) => one.id)).not.toContain(id);
    },
  },
  {
    capability: "changes",
    line: "changes list",
    async tell({ rows, onduty }) {
      expect(await rows("changes list")).toEqual([]);
      for (const status of ["started", "succeeded"])
        expect(await onduty(`deploy "Web 1.4.0" --status ${status} --change-key web`)).toMatchObject({ code: 0 });
      expect(await rows("changes list")).toMatchObject([
        { key: "web", title: expect.stringContaining("Web 1.4.0"), status: "succeeded" },
      ]);
      expect(await rows("changes list --query nothing-like-it")).toEqual([]);
    },
  },
  {
    capability: "silences",
    line: "silences list",
    async tell({ rows, onduty, service }) {
      const id = await service();
      expect(await rows("silences list")).toEqual([]);
      const [added] = await rows(`silences add --service ${id} --for 2h --reason disks --yes`);
      const [listed, other] = await rows("silences list");
      expect({ listed, other }).toEqual({ listed: added, other: undefined });
      expect(listed).toMatchObject({ service: { id }, reason: "disks", active: true });
      expect(await rows(`silences list --service ${id}`)).toHaveLength(1);
      await rows(`silences remove ${listed?.id}`);
      expect(await rows("silences list")).toEqual([]);
      expect(await onduty(`silences remove ${listed?.id}`)).toMatchObject({ code: ExitCode.notFound });
    },
  },
  {
    capability: "overrides",
    line: "schedules override list",
    async tell({ rows, onduty }) {
      const [schedule] = await rows("schedules list");
      const id = schedule?.id;
      const users = await rows("users list");
      const [now] = await rows(`oncall ${id}`);
      const current = (now as unknown as { users: { id: string }[] }).users.map((user) => user.id);
      const other = users.find((user) => !current.includes(user.id));
      expect(await rows(`schedules override list ${id}`)).toEqual([]);
      const [added] = await rows(`schedules override add ${id} --user ${other?.id} --for 2h --yes`);
      expect(await rows(`schedules override list ${id}`)).toMatchObject([
        { id: added?.id, users: [{ id: other?.id }] },
      ]);
      expect(await rows(`oncall ${id}`)).toMatchObject([{ users: [{ id: other?.id }], gap: false }]);
      expect(await onduty(`schedules override remove ${id} ${added?.id} --yes`)).toMatchObject({ code: 0 });
      expect(await rows(`schedules override list ${id}`)).toEqual([]);
      expect(await rows(`oncall ${id}`)).toMatchObject([{ users: current.map((user) => ({ id: user })) }]);
    },
  },
  {
    capability: "shifts",
    line: "schedules shifts",
    async tell({ rows }) {
      const shifts = await rows("schedules shifts --for 7d");
      const named = new Set(shifts.map(({ schedule }) => (schedule as { name: string }).name));
      expect(named.size).toBeGreaterThan(1);
      for (const { gap, users, from, until } of shifts) {
        expect((users as unknown[]).length === 0).toBe(gap);
        expect(Date.parse(String(until))).toBeGreaterThan(Date.parse(String(from)));
      }
      expect(shifts.some(({ gap }) => gap)).toBe(true);
    },
  },
  {
    capability: "merge",
    line: "incidents merge 12345678 --into 87654321 --yes",
    async tell({ rows, opened }) {
      const [source, target] = [await opened("Half of it", "m-1"), await opened("The other part", "m-2")];
      expect(await rows(`incidents merge ${source} --into ${target} --yes`)).toMatchObject([
        { id: source, outcome: "merged", error: null },
      ]);
      expect(await rows(`incidents show ${target}`)).toMatchObject([{ id: target, status: "open" }]);
    },
  },
];

describe.each(servers)("%s", (_, name, options) => {
  const capabilities: readonly string[] = vendors.find((vendor) => vendor.name === name)?.capabilities ?? [];

  it.each(chapters.filter(({ capability }) => capabilities.includes(capability)))("has $line", async ({ tell }) => {
    await tell(await story(name, options), name);
  });

  it.each(chapters.filter(({ capability }) => !capabilities.includes(capability)))(
    "refuses $line before anything is sent",
    async ({ line }) => {
      const { onduty, asked } = await story(name, options);
      const { code, stdout, stderr } = await onduty(line);
      expect({ code, stdout }).toEqual({ code: ExitCode.usage, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^error: ${name} (has no|cannot) .+\n`));
      // The hint has the page of a schedule, which OpsKnight has instead of shifts.
      expect((await asked()).filter(({ path }) => String(path) !== "/opsknight/api/schedules")).toEqual([]);
    },
  );
});
