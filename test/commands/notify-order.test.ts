import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/harness.ts";
import { vendorWithOpenKeys } from "../support/open-keys.ts";
import { homeWith, profilesAt } from "../support/profiles.ts";

const start = Date.parse("2026-11-29T10:00:00.000Z");

/** Notifications of one service after one another, each `atMs` after the start. */
async function site() {
  const { vendor, open, state } = await vendorWithOpenKeys();
  const home = await homeWith(profilesAt(vendor.url));
  const notify = (words: string, { atMs = 0, startedMs = atMs, stdin }: Times = {}) =>
    run(`events notify ${words}`, {
      home,
      ...(stdin !== undefined && { stdin }),
      now: new Date(start + atMs),
      startedAt: new Date(start + startedMs),
    });
  const sent = () => vendor.requests.map(({ body }) => (body as { event_action: string }).event_action);
  return { home, open, state, notify, sent };
}

interface Times {
  /** When it asks for its turn. */
  atMs?: number;
  /** When its process began. */
  startedMs?: number;
  stdin?: string;
}

const nagios = (state: string, more: string) =>
  `--from nagios HOSTNAME=web-01 SERVICEDESC=Disk SERVICESTATE=${state} ${more}`;
const zabbix = (value: 0 | 1, more: string) =>
  `--from zabbix HOST.HOST=db-01 TRIGGER.ID=17 EVENT.VALUE=${value} ${more}`;

/** Two notifications of one problem: the one that comes first is the later one. */
const pairs: [system: string, problem: string, recovery: string, laterProblem: string][] = [
  [
    "Nagios, by its number within a second",
    nagios("CRITICAL", "TIMET=1764409999 SERVICENOTIFICATIONID=41"),
    nagios("OK", "TIMET=1764409999 SERVICENOTIFICATIONID=42"),
    nagios("CRITICAL", "TIMET=1764409999 SERVICENOTIFICATIONID=43"),
  ],
  [
    "Nagios, by its time",
    nagios("CRITICAL", "TIMET=1764409990"),
    nagios("OK", "TIMET=1764409999"),
    nagios("CRITICAL", "TIMET=1764410000"),
  ],
  [
    "Icinga, by microseconds",
    "--from icinga2 host.name=web-01 host.state=DOWN ICINGA_MICROSECONDS=1764409999100201 icinga.timet=1764409999",
    "--from icinga2 host.name=web-01 host.state=UP ICINGA_MICROSECONDS=1764409999100202 icinga.timet=1764409999",
    "--from icinga2 host.name=web-01 host.state=DOWN ICINGA_MICROSECONDS=1764409999100300 icinga.timet=1764409999",
  ],
  [
    "Icinga, by the moment of the state",
    "--from icinga2 host.name=web-01 host.state=DOWN host.last_state_change=1764409998 icinga.timet=1764410001",
    "--from icinga2 host.name=web-01 host.state=UP host.last_state_change=1764409999 icinga.timet=1764410001",
    "--from icinga2 host.name=web-01 host.state=DOWN host.last_state_change=1764410000 icinga.timet=1764410000",
  ],
  [
    "Zabbix, by the ids of events",
    zabbix(1, "EVENT.ID=900"),
    zabbix(0, "EVENT.ID=900 EVENT.RECOVERY.ID=902"),
    zabbix(1, "EVENT.ID=903"),
  ],
  [
    "Zabbix, where the id of the recovery is not given",
    zabbix(1, "EVENT.ID=900"),
    zabbix(0, "EVENT.ID=900"),
    zabbix(1, "EVENT.ID=901"),
  ],
];

describe("two notifications of one key, of which the later one is the faster", () => {
  it.each(pairs)("leave nothing open that is over: %s", async (_, problem, recovery) => {
    const { open, notify, sent } = await site();
    await notify(recovery);
    const { code, stdout, stderr } = await notify(problem, { atMs: 30 });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^not sent: a later notification of ".+" came first\n$/);
    expect(sent()).toEqual(["resolve"]);
    expect(open).toEqual(new Set());
  });

  it.each(pairs)("resolve nothing that has begun after: %s", async (_, problem, recovery, laterProblem) => {
    const { open, notify, sent } = await site();
    await notify(problem);
    await notify(laterProblem, { atMs: 10 });
    await notify(recovery, { atMs: 20 });
    expect(sent()).toEqual(["trigger", "trigger"]);
    expect(open.size).toBe(1);
  });

  it.each(pairs)("change nothing where they come in their order: %s", async (_, problem, recovery, laterProblem) => {
    const { notify, sent } = await site();
    for (const words of [problem, recovery, laterProblem]) await notify(words);
    expect(sent()).toEqual(["trigger", "resolve", "trigger"]);
  });

  it("change nothing where Nagios numbers anew after a restart", async () => {
    const { notify, sent } = await site();
    await notify(nagios("CRITICAL", "TIMET=1764409990 SERVICENOTIFICATIONID=41"));
    await notify(nagios("OK", "TIMET=1764409999 SERVICENOTIFICATIONID=1"));
    await notify(nagios("CRITICAL", "TIMET=1764410000 SERVICENOTIFICATIONID=1"));
    expect(sent()).toEqual(["trigger", "resolve", "trigger"]);
  });

  it("are ordered by collectd's milliseconds", async () => {
    const { open, notify } = await site();
    const stdin = (severity: string, time: string) =>
      `Severity: ${severity}\nTime: ${time}\nHost: web-01\nPlugin: load\nType: load\n\nx\n`;
    await notify("--from collectd", { stdin: stdin("OKAY", "1764409999.456") });
    await notify("--from collectd", { stdin: stdin("FAILURE", "1764409999.455") });
    expect(open).toEqual(new Set());
  });

  it("are ordered by the start of their processes where the system gives nothing", async () => {
    const { open, notify } = await site();
    const nut = (type: string) => `--from nut NOTIFYTYPE=${type} UPSNAME=ups@web-01`;
    await notify(nut("ONLINE"), { atMs: 1200, startedMs: 1000 });
    await notify(nut("ONBATT"), { atMs: 1500, startedMs: 500 });
    expect(open).toEqual(new Set());
    await notify(nut("ONBATT"), { atMs: 3000, startedMs: 2900 });
    await notify(nut("ONLINE"), { atMs: 3100, startedMs: 2899 });
    expect(open.size).toBe(1);
  });
});

describe("a problem goes out when it is not certain that it is over", () => {
  const problem = nagios("CRITICAL", "TIMET=1764409999 SERVICENOTIFICATIONID=41");
  const recovery = nagios("OK", "TIMET=1764409999 SERVICENOTIFICATIONID=42");

  it("when nothing but the start of the processes is known, and that is the same", async () => {
    const { open, notify } = await site();
    await notify(nagios("OK", ""), { atMs: 1000 });
    await notify(nagios("CRITICAL", ""), { atMs: 1100, startedMs: 950 });
    expect(open.size).toBe(1);
  });

  it.each([
    ["its time disagrees", nagios("CRITICAL", "LASTSERVICESTATECHANGE=1764409000 TIMET=1764410005"), nagios],
    ["Zabbix numbers anew", zabbix(1, "EVENT.ID=7 EVENT.DATE=2026.11.29 EVENT.TIME=10:00:05"), zabbix],
  ])("when %s", async (_, problem, system) => {
    const { open, notify } = await site();
    await notify(
      system === nagios
        ? nagios("OK", "LASTSERVICESTATECHANGE=1764409999 TIMET=1764410000")
        : zabbix(0, "EVENT.ID=900 EVENT.RECOVERY.ID=902 EVENT.DATE=2026.11.29 EVENT.TIME=10:00:00"),
    );
    await notify(problem, { atMs: 5000 });
    expect(open.size).toBe(1);
  });

  it("when the other one was sent long ago, or in the future", async () => {
    const { open, notify } = await site();
    await notify(recovery);
    await notify(problem, { atMs: 601_000 });
    expect(open.size).toBe(1);
    await notify(recovery, { atMs: 602_000 });
    await notify(problem, { atMs: 100 });
    expect(open.size).toBe(1);
  });

  it("when only its acknowledgment has come before it, which opens nothing", async () => {
    const { open, notify, sent } = await site();
    await notify(nagios("CRITICAL", "TIMET=1764410000 SERVICENOTIFICATIONID=43 NOTIFICATIONTYPE=ACKNOWLEDGEMENT"));
    await notify(problem);
    expect(sent()).toEqual(["acknowledge", "trigger"]);
    expect(open.size).toBe(1);
  });

  it("when the other one could not be sent, and is kept nowhere", async () => {
    const { open, state, notify } = await site();
    state.isDown = true;
    expect((await notify(`${recovery} --no-spool --max-wait 0`)).code).not.toBe(0);
    state.isDown = false;
    await notify(problem);
    expect(open.size).toBe(1);
  });

  it("when what is kept on disk cannot be read or written", async () => {
    const { home, open, notify } = await site();
    const folder = join(home, ".local/state/onduty/order");
    await notify(recovery);
    for (const name of await readdir(folder)) await writeFile(join(folder, name), "{");
    expect(await readdir(folder)).toHaveLength(1);
    await notify(problem);
    expect(open.size).toBe(1);

    const other = await site();
    await mkdir(join(other.home, ".local/state/onduty"), { recursive: true, mode: 0o700 });
    await writeFile(join(other.home, ".local/state/onduty/order"), "");
    expect((await other.notify(recovery)).code).toBe(0);
    expect((await other.notify(problem)).code).toBe(0);
    expect(other.open.size).toBe(1);
  });

  it("when it is about another service, or goes to another profile's service", async () => {
    const { open, notify } = await site();
    await notify(recovery);
    await notify(problem.replace("Disk", "Load"));
    await notify(`${problem} --service svc_2`);
    expect(open.size).toBe(2);
  });
});

it("lets others go on when it was overtaken", async () => {
  const { home, notify } = await site();
  await notify(nagios("OK", "SERVICENOTIFICATIONID=42"));
  await notify(nagios("CRITICAL", "SERVICENOTIFICATIONID=41"));
  expect((await readdir(join(home, ".local/state/onduty/order"))).filter((name) => name.endsWith(".lock"))).toEqual([]);
});

it("keeps the order where events are sent without the spool", async () => {
  const { open, notify } = await site();
  await notify(`${nagios("OK", "SERVICENOTIFICATIONID=42")} --no-spool`);
  await notify(`${nagios("CRITICAL", "SERVICENOTIFICATIONID=41")} --no-spool`);
  expect(open).toEqual(new Set());
});

it("shows with --dry-run what would be sent, whatever has come before", async () => {
  const { home, notify } = await site();
  await notify(nagios("OK", "SERVICENOTIFICATIONID=42"));
  const { stdout } = await notify(`${nagios("CRITICAL", "SERVICENOTIFICATIONID=41")} --dry-run`);
  expect(stdout).toContain("trigger");
  expect(await readdir(join(home, ".local/state/onduty/order"))).toHaveLength(1);
});
