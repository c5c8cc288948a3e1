import { describe, expect, it } from "vitest";
import { fromCollectd } from "../../../src/events/notify/collectd.ts";
import { fromMonit } from "../../../src/events/notify/monit.ts";
import type { NotifyReader } from "../../../src/events/notify/notification.ts";
import { fromNut } from "../../../src/events/notify/nut.ts";
import { fromSystemd } from "../../../src/events/notify/systemd.ts";
import type { System } from "../../../src/events/notify/systems.ts";
import { toEvent } from "../../../src/events/notify/to-event.ts";
import { fromZabbix } from "../../../src/events/notify/zabbix.ts";

interface Given {
  env?: Record<string, string>;
  words?: string[];
  stdin?: string;
}

/** The events of one notification on the machine `mon-01`. */
function reading(system: System, reader: NotifyReader) {
  return ({ env = {}, words = [], stdin = "" }: Given) => {
    const { events, ...more } = reader({ env, words, stdin, machine: "mon-01" });
    return { events: events.map((one) => toEvent(system, one, {})), ...more };
  };
}

describe("a program that Monit executes", () => {
  const read = reading("monit", fromMonit);
  const monit = (event: string, description = "", more: Record<string, string> = {}) =>
    read({
      env: {
        MONIT_SERVICE: "nginx",
        MONIT_EVENT: event,
        MONIT_DESCRIPTION: description,
        MONIT_HOST: "web-01",
        ...more,
      },
    });

  it.each([
    ["Does not exist", "Exists", "Existence"],
    ["Connection failed", "Connection succeeded", "Connection"],
    ["Status failed", "Status succeeded", "Status"],
    ["Resource limit matched", "Resource limit succeeded", "Resource limit"],
    ["Data access error", "Data access succeeded", "Data access"],
    ["Invalid type", "Type succeeded", "Type"],
    ["Timeout", "Timeout recovery", "Timeout"],
    ["Link down", "Link up", "Link"],
    ["Download bytes exceeded", "Download bytes ok", "Download bytes"],
    ["ICMP failed", "ICMP succeeded", "ICMP"],
  ])("for %j opens what %j resolves", (bad, fine, kind) => {
    expect(monit(bad).events).toMatchObject([{ action: "trigger", dedupKey: `monit:web-01/nginx/${kind}` }]);
    expect(monit(fine).events).toMatchObject([{ action: "resolve", dedupKey: `monit:web-01/nginx/${kind}` }]);
  });

  it.each([
    ["Checksum not changed", "Checksum"],
    ["Content doesn't match", "Content"],
  ])("names the kind of %j as of its opposite", (event, kind) => {
    expect(monit(event).events).toMatchObject([{ dedupKey: `monit:web-01/nginx/${kind}`, class: kind }]);
  });

  it.each(["PID changed", "Checksum changed", "Action done", "Something of a later version"])(
    "for %j triggers: only what is known to be over is over",
    (event) => {
      expect(monit(event).events[0]?.action).toBe("trigger");
    },
  );

  it.each([
    [
      "cpu usage of 92.1% matches resource limit [cpu usage > 80.0%]",
      "cpu usage check succeeded [current cpu usage = 3.2%]",
      "cpu usage",
    ],
    [
      "mem amount of 2.1 GB matches resource limit [mem amount > 1 GB]",
      "mem amount check succeeded [current mem amount = 10 MB]",
      "mem amount",
    ],
    [
      "loadavg (5min) of 9.1 matches resource limit [loadavg (5min) > 4.0]",
      "loadavg (5min) check succeeded [current loadavg (5min) = 0.1]",
      "loadavg (5min)",
    ],
    [
      "space usage 97.0% matches resource limit [space usage > 90.0%]",
      "space usage test succeeded [current space usage = 50.0%]",
      "space usage",
    ],
    [
      "children count 300 matches resource limit [children > 250]",
      "children check succeeded [current children = 2]",
      "children",
    ],
    [
      "filedescriptors usage of 900 matches limit [filedescriptors > 800]",
      "filedescriptors test succeeded [current filedescriptors usage = 10]",
      "filedescriptors",
    ],
    [
      "read rate 9.5 MB/s matches resource limit [read > 5 MB/s]",
      "read rate test succeeded [current read = 0 B/s]",
      "read rate",
    ],
  ])("does not resolve what another test of the service found: %j", (bad, fine, subject) => {
    const key = `monit:web-01/nginx/Resource limit: ${subject}`;
    expect(monit("Resource limit matched", bad).events[0]?.dedupKey).toBe(key);
    expect(monit("Resource limit succeeded", fine).events[0]?.dedupKey).toBe(key);
  });

  it("resolves a size that was too large, whose texts are not alike", () => {
    const key = (event: string, text: string) => monit(event, text).events[0]?.dedupKey;
    expect(key("Size failed", "size test failed for /var/log/x -- current size is 200 B")).toBe(
      key("Size succeeded", "size check succeeded [current size = 0 B]"),
    );
  });

  it("knows ports of one host apart", () => {
    const bad = "failed protocol test [HTTP] at [localhost]:80 [TCP/IP] -- Connection refused";
    const fine = "connection succeeded to [localhost]:80 [TCP/IP]";
    const other = "connection succeeded to [localhost]:443 [TCP/IP TLS]";
    const key = (event: string, text: string) => monit(event, text).events[0]?.dedupKey;
    expect(key("Connection failed", bad)).toBe(key("Connection succeeded", fine));
    expect(key("Connection succeeded", fine)).not.toBe(key("Connection succeeded", other));
  });

  it("keeps all lines of a program, and understands its date", () => {
    const { events } = monit("Status failed", "status failed (2) -- DISK CRITICAL\nsecond line", {
      MONIT_DATE: "Sat, 29 Nov 2025 07:49:30",
      MONIT_PROGRAM_STATUS: "2",
    });
    expect(events[0]).toMatchObject({
      summary: "web-01 nginx: Status failed: status failed (2) -- DISK CRITICAL",
      severity: "error",
      details: { description: "status failed (2) -- DISK CRITICAL\nsecond line", programStatus: "2" },
      at: new Date("2025-11-29T07:49:30").toISOString(),
    });
  });

  it("is of this machine, unless Monit names another", () => {
    expect(monit("Exists", "", { MONIT_HOST: "localhost" }).events[0]?.dedupKey).toBe("monit:mon-01/nginx/Existence");
    expect(monit("Exists", "", { MONIT_HOST: "" }).events[0]?.dedupKey).toBe("monit:mon-01/nginx/Existence");
  });

  it("is refused without service or event", () => {
    expect(() => read({ env: { MONIT_EVENT: "Exists" } })).toThrow("the service (MONIT_SERVICE) is missing");
    expect(() => read({ env: { MONIT_SERVICE: "a" } })).toThrow("the event (MONIT_EVENT) is missing");
  });
});

describe("a notification of collectd", () => {
  const read = reading("collectd", fromCollectd);
  const collectd = (severity: string, more = "") =>
    read({
      stdin: `Severity: ${severity}\nTime: 1764402570.515\nHost: web-01\nPlugin: df\nPluginInstance: root\nType: df_complex\nTypeInstance: free\nDataSource: value\n${more}\nHost web-01, plugin df: Data source "value" is currently 1.0.\nThat is below 2.0.\n`,
    });
  const key = "collectd:web-01/df-root/df_complex-free";

  it.each([
    ["FAILURE", "trigger", "critical"],
    ["WARNING", "trigger", "warning"],
    ["OKAY", "resolve", "info"],
  ])("of severity %s: %s, %s", (word, action, severity) => {
    expect(collectd(word).events).toMatchObject([{ action, severity, dedupKey: key }]);
  });

  it("has one key for all data sources of a value, and for one that is missing", () => {
    const head = "Host: web-01\nPlugin: load\nType: load\n";
    const keyOf = (text: string) => read({ stdin: text }).events[0]?.dedupKey;
    const keys = [
      `Severity: FAILURE\n${head}DataSource: midterm\n\nabove`,
      `Severity: FAILURE\n${head}\nweb-01/load/load has not been updated for 2.981 seconds.`,
      `Severity: OKAY\n${head}DataSource: shortterm\n\nAll data sources are within range again.`,
    ].map(keyOf);
    expect(new Set(keys)).toEqual(new Set(["collectd:web-01/load/load"]));
  });

  it("has headers up to the empty line, and a message of any length", () => {
    const { events } = collectd("FAILURE", "CurrentValue: 1.0\n");
    expect(events[0]).toMatchObject({
      summary: 'web-01 df-root: Host web-01, plugin df: Data source "value" is currently 1.0.',
      at: "2025-11-29T07:49:30.515Z",
      details: { CurrentValue: "1.0", message: expect.stringContaining("That is below 2.0.") },
    });
  });

  it("is refused without a host or a severity", () => {
    expect(() => read({ stdin: "" })).toThrow('the header "Host" of standard input is missing');
    expect(() => read({ stdin: "Host: a\n\nSeverity: OKAY" })).toThrow('the header "Severity"');
  });

  it("of an unknown severity triggers, with a warning", () => {
    const { events, warnings } = collectd("ODD");
    expect(events[0]).toMatchObject({ action: "trigger", severity: "error" });
    expect(warnings).toEqual(['the severity "ODD" is unknown: it is error']);
  });
});

describe("a notification of NUT", () => {
  const read = reading("nut", fromNut);
  const nut = (type: string, ups = "ups@nas", words: string[] = [`UPS ${ups}: ${type}`]) =>
    read({ env: { NOTIFYTYPE: type, UPSNAME: ups }, words });

  it.each([
    ["ONBATT", "trigger", "nut:ups@nas/power"],
    ["LOWBATT", "trigger", "nut:ups@nas/power"],
    ["ONLINE", "resolve", "nut:ups@nas/power"],
    ["COMMBAD", "trigger", "nut:ups@nas/mon-01/communication"],
    ["NOCOMM", "trigger", "nut:ups@nas/mon-01/communication"],
    ["COMMOK", "resolve", "nut:ups@nas/mon-01/communication"],
    ["REPLBATT", "trigger", "nut:ups@nas/battery"],
    ["BYPASS", "trigger", "nut:ups@nas/bypass"],
    ["NOTBYPASS", "resolve", "nut:ups@nas/bypass"],
    ["ODD", "trigger", "nut:ups@nas/odd"],
  ])("%s: %s %s", (type, action, dedupKey) => {
    expect(nut(type).events).toMatchObject([{ action, dedupKey, summary: `UPS ups@nas: ${type}` }]);
  });

  it.each(["SUSPEND_STARTING", "SUSPEND_FINISHED"])("%s is no event", (type) => {
    expect(nut(type, "")).toEqual({ events: [], skipped: "this machine sleeps or wakes up" });
  });

  it.each(["SHUTDOWN", "NOPARENT"])("%s has no UPS, and is of this machine", (type) => {
    expect(nut(type, "").events).toMatchObject([{ action: "trigger", severity: "critical", source: "mon-01" }]);
  });

  it("about a UPS of localhost is about this machine", () => {
    expect(nut("ONBATT", "ups@localhost").events[0]?.dedupKey).toBe("nut:ups@mon-01/power");
    expect(nut("ONBATT", "ups").events[0]?.dedupKey).toBe("nut:ups@mon-01/power");
  });

  it("takes what is given as an argument, not what the environment of a timer still has", () => {
    const words = ["NOTIFYTYPE=ONLINE", "UPSNAME=big@nas", "on line"];
    expect(read({ env: { NOTIFYTYPE: "ONBATT", UPSNAME: "ups@nas" }, words }).events).toMatchObject([
      { action: "resolve", dedupKey: "nut:big@nas/power", summary: "on line" },
    ]);
  });

  it("is refused without a type, or without a UPS where it is about one", () => {
    expect(() => read({})).toThrow("NOTIFYTYPE is missing");
    expect(() => nut("ONLINE", "")).toThrow("UPSNAME is missing");
  });
});

describe("a unit that systemd starts", () => {
  const read = reading("systemd", fromSystemd);

  it("by OnFailure= triggers, and by OnSuccess= resolves, under the same key", () => {
    const failed = read({
      env: {
        MONITOR_UNIT: "backup.service",
        MONITOR_SERVICE_RESULT: "exit-code",
        MONITOR_EXIT_CODE: "exited",
        MONITOR_EXIT_STATUS: "3",
      },
    });
    expect(failed.events).toMatchObject([
      {
        action: "trigger",
        severity: "error",
        dedupKey: "systemd:mon-01/backup.service",
        summary: "mon-01: backup.service failed (exit-code: exited 3)",
        details: { logs: "journalctl -u backup.service" },
      },
    ]);
    const fine = read({ env: { MONITOR_UNIT: "backup.service", MONITOR_SERVICE_RESULT: "success" } });
    expect(fine.events).toMatchObject([{ action: "resolve", dedupKey: "systemd:mon-01/backup.service" }]);
  });

  it("may be given as an argument", () => {
    expect(read({ words: ["backup.service"] }).events).toMatchObject([
      { action: "trigger", dedupKey: "systemd:mon-01/backup.service", summary: "mon-01: backup.service failed" },
    ]);
    const over = read({ words: ["backup.service"], env: { SERVICE_RESULT: "success", EXIT_CODE: "exited" } });
    expect(over.events[0]?.action).toBe("resolve");
  });

  it("is named by the instance of a template, with how it ended", () => {
    const read1 = (word: string, env = {}) => read({ words: [word], env }).events[0];
    const key = "systemd:mon-01/my@a-b.service";
    expect(read1("my@a-b.service:failed")).toMatchObject({ action: "trigger", dedupKey: key });
    expect(read1("my@a-b.service:ok")).toMatchObject({ action: "resolve", dedupKey: key });
    const env = { MONITOR_UNIT: "my@a-b.service", MONITOR_SERVICE_RESULT: "exit-code" };
    expect(read1("my@a-b.service:failed", env)).toMatchObject({ action: "trigger", dedupKey: key });
    // What systemd itself gives decides.
    expect(read1("my@a-b.service:ok", env)).toMatchObject({ action: "trigger", dedupKey: key });
  });

  it("that failed did so, although it was started again before systemd looked at its result", () => {
    const env = { MONITOR_UNIT: "backup.service", MONITOR_SERVICE_RESULT: "success" };
    expect(read({ words: ["backup.service:failed"], env }).events).toMatchObject([
      { action: "trigger", summary: "mon-01: backup.service failed" },
    ]);
    expect(read({ words: ["backup.service:failed"], env: { SERVICE_RESULT: "success" } }).events).toMatchObject([
      { action: "trigger" },
    ]);
  });

  it.each([[["backup.service:ok"]], [[]]])("that skipped a run by its own condition is no event: %j", (words) => {
    const env = { MONITOR_UNIT: "backup.service", MONITOR_SERVICE_RESULT: "exec-condition", MONITOR_EXIT_STATUS: "1" };
    expect(read({ words, env })).toEqual({
      events: [],
      skipped: "backup.service did not run: its ExecCondition= was not met",
    });
  });

  it("is refused without a unit", () => {
    expect(() => read({ env: { MONITOR_SERVICE_RESULT: "success" } })).toThrow("the unit");
  });
});

describe("a script of Zabbix", () => {
  const read = reading("zabbix", fromZabbix);
  const problem = [
    "HOST.HOST=db-01",
    "TRIGGER.ID=1701",
    "EVENT.NAME=Disk full on /var",
    "EVENT.NSEVERITY=4",
    "EVENT.ID=99",
    "EVENT.DATE=2025.11.29",
    "EVENT.TIME=07:49:30",
    "TRIGGER.URL={TRIGGER.URL}",
    "EVENT.OPDATA=*UNKNOWN*",
  ];

  it.each([
    [["EVENT.VALUE=1"], "trigger"],
    [["EVENT.VALUE=0"], "resolve"],
    [["EVENT.STATUS=PROBLEM"], "trigger"],
    [["EVENT.STATUS=RESOLVED"], "resolve"],
    [["EVENT.VALUE=0", "EVENT.UPDATE.STATUS=1", "EVENT.UPDATE.ACTION=acknowledged"], "resolve"],
    [["EVENT.VALUE=1", "EVENT.UPDATE.STATUS=1", "EVENT.UPDATE.ACTION=acknowledged, commented"], "acknowledge"],
    [["EVENT.VALUE=1", "EVENT.UPDATE.STATUS=1", "EVENT.UPDATE.ACTION=unacknowledged"], undefined],
    [["EVENT.VALUE=1", "EVENT.UPDATE.STATUS=1", "EVENT.UPDATE.ACTION=commented"], undefined],
  ])("%j: %s", (words, action) => {
    expect(read({ words: [...problem, ...words] }).events[0]?.action).toBe(action);
  });

  it("has a key of host and trigger, never of the problem, and leaves out what is not filled", () => {
    const { events } = read({ words: [...problem, "EVENT.VALUE=1"] });
    expect(events).toMatchObject([
      {
        dedupKey: "zabbix:db-01/1701",
        severity: "error",
        summary: "db-01: Disk full on /var",
        links: [],
        at: new Date("2025-11-29T07:49:30").toISOString(),
      },
    ]);
    expect(events[0]?.details).not.toHaveProperty("operationalData");
  });

  it("reads the lines of a message, where parameters are not filled", () => {
    const lines = (...more: string[]) => read({ words: [`ALERT.MESSAGE=${[...problem, ...more].join("\r\n")}\n`] });
    expect(lines("EVENT.VALUE=1").events).toMatchObject([{ action: "trigger", dedupKey: "zabbix:db-01/1701" }]);
    expect(lines("EVENT.VALUE=0").events[0]?.action).toBe("resolve");
    const update = ["EVENT.UPDATE.STATUS=1", "EVENT.UPDATE.ACTION=acknowledged"];
    const comment = ["EVENT.UPDATE.MESSAGE=on it", "EVENT.VALUE=0"];
    const events = lines("EVENT.VALUE=1", ...update, ...comment).events;
    expect(events).toMatchObject([{ action: "acknowledge", note: "on it" }]);
    const both = read({ words: ["EVENT.VALUE=1", `ALERT.MESSAGE=${problem.join("\n")}\nEVENT.VALUE=0`] });
    expect(both.events[0]?.action).toBe("trigger");
  });

  it("takes author and message of an acknowledgment along", () => {
    const words = ["EVENT.VALUE=1", "EVENT.UPDATE.STATUS=1", "EVENT.UPDATE.ACTION=acknowledged"];
    const by = ["USER.FULLNAME=Ada L", "EVENT.UPDATE.MESSAGE=on it"];
    expect(read({ words: [...problem, ...words, ...by] }).events[0]?.note).toBe("Ada L: on it");
  });

  it("is refused without host, trigger or state", () => {
    expect(() => read({ words: ["HOST.HOST={HOST.HOST}"] })).toThrow("the host");
    expect(() => read({ words: ["HOST.HOST=a"] })).toThrow("the trigger");
    expect(() => read({ words: ["HOST.HOST=a", "TRIGGER.ID=1"] })).toThrow("the state");
  });
});
