import { describe, expect, it } from "vitest";
import { fromIcinga2, fromNagios } from "../../../src/events/notify/nagios.ts";
import { toEvent } from "../../../src/events/notify/to-event.ts";

type Env = Record<string, string>;

const disk: Env = {
  NAGIOS_HOSTNAME: "web-01",
  NAGIOS_SERVICEDESC: "Disk /var",
  NAGIOS_SERVICESTATE: "CRITICAL",
  NAGIOS_HOSTSTATE: "UP",
  NAGIOS_NOTIFICATIONTYPE: "PROBLEM",
  NAGIOS_SERVICEOUTPUT: "DISK CRITICAL - /var 97%",
};

function nagios(env: Env, words: string[] = []) {
  const { events, ...more } = fromNagios({ env, words, stdin: "", machine: "mon-01" });
  return { events: events.map((one) => toEvent("nagios", one, {})), ...more };
}

/** What becomes of a notification: an action, or why there is none. */
function becomes(type: string, state: string, more: Env = {}): string {
  const { events, skipped } = nagios({ ...disk, NAGIOS_NOTIFICATIONTYPE: type, NAGIOS_SERVICESTATE: state, ...more });
  return events[0]?.action ?? `no event: ${skipped}`;
}

describe("a notification of Nagios", () => {
  it.each([
    ["PROBLEM", "CRITICAL", "trigger"],
    ["PROBLEM", "WARNING", "trigger"],
    ["PROBLEM", "UNKNOWN", "trigger"],
    ["RECOVERY", "OK", "resolve"],
    // Recovered during a downtime: Nagios sends no RECOVERY then.
    ["DOWNTIMEEND", "OK", "resolve"],
    ["DOWNTIMECANCELLED", "OK", "resolve"],
    ["DOWNTIMESTART", "OK", "resolve"],
    ["DOWNTIMEEND", "CRITICAL", "trigger"],
    ["DOWNTIMESTART", "CRITICAL", "no event: the beginning of a downtime of web-01 Disk /var"],
    ["CUSTOM", "CRITICAL", "no event: a notification that was sent by hand of web-01 Disk /var"],
    ["ACKNOWLEDGEMENT", "CRITICAL", "acknowledge"],
    ["ACKNOWLEDGEMENT", "OK", "resolve"],
    ["FLAPPINGSTART", "OK", "trigger"],
    ["FLAPPINGSTART", "CRITICAL", "trigger"],
    ["FLAPPINGSTOP", "OK", "resolve"],
    ["FLAPPINGSTOP", "WARNING", "trigger"],
    ["FLAPPINGDISABLED", "OK", "resolve"],
    ["", "OK", "resolve"],
    ["", "CRITICAL", "trigger"],
    ["RECOVERY", "", "resolve"],
    ["PROBLEM", "", "trigger"],
    ["PROBLEM", "PENDING", "no event: web-01 Disk /var was not checked yet"],
  ])("of type %j in state %j: %s", (type, state, expected) => {
    expect(becomes(type, state)).toBe(expected);
  });

  it.each([
    ["CRITICAL", "critical"],
    ["WARNING", "warning"],
    ["UNKNOWN", "error"],
    ["critical", "critical"],
  ])("in state %s is %s", (state, severity) => {
    expect(nagios({ ...disk, NAGIOS_SERVICESTATE: state }).events[0]?.severity).toBe(severity);
  });

  it.each([
    ["DOWN", "trigger", "critical"],
    ["UNREACHABLE", "trigger", "error"],
    ["UP", "resolve", "info"],
  ])("about a host that is %s: %s, %s", (state, action, severity) => {
    const { events } = nagios({ NAGIOS_HOSTNAME: "web-01", NAGIOS_HOSTSTATE: state, NAGIOS_SERVICEDESC: "" });
    expect(events).toMatchObject([{ action, severity, dedupKey: "nagios:web-01" }]);
  });

  it("in a state that is unknown is an error, with a warning", () => {
    const { events, warnings } = nagios({ ...disk, NAGIOS_SERVICESTATE: "ODD" });
    expect(events[0]).toMatchObject({ action: "trigger", severity: "error" });
    expect(warnings).toEqual(['the state "ODD" is unknown: the severity is error']);
  });

  it("has a key of host and service, whatever id the problem has", () => {
    const keys = ["1", "2"].map(
      (id) => nagios({ ...disk, NAGIOS_SERVICEPROBLEMID: id, NAGIOS_LASTSERVICEPROBLEMID: "0" }).events[0]?.dedupKey,
    );
    expect(keys).toEqual(["nagios:web-01/Disk /var", "nagios:web-01/Disk /var"]);
  });

  it("has a key of at most 200 characters, another one for each service", () => {
    const key = (service: string) => nagios({ ...disk, NAGIOS_SERVICEDESC: service }).events[0]?.dedupKey ?? "";
    const [one, other] = [key(`${"x".repeat(300)}a`), key(`${"x".repeat(300)}b`)];
    expect([one.length, other.length]).toEqual([200, 200]);
    expect(one).not.toBe(other);
    expect(one.startsWith("nagios:web-01/xxx")).toBe(true);
  });

  it("never has the key of another host, whatever is in the names", () => {
    const key = (host: string, service: string) =>
      nagios({ ...disk, NAGIOS_HOSTNAME: host, NAGIOS_SERVICEDESC: service }).events[0]?.dedupKey;
    expect(key("a/b", "c")).not.toBe(key("a", "b/c"));
    expect(key("a%2Fb", "c")).not.toBe(key("a/b", "c"));
    expect(key("a 5% b", "CPU %")).toBe("nagios:a 5% b/CPU %");
  });

  it("about localhost is about this machine: each has one", () => {
    expect(nagios({ ...disk, NAGIOS_HOSTNAME: "localhost" }).events[0]).toMatchObject({
      dedupKey: "nagios:mon-01/Disk /var",
      source: "mon-01",
      details: { host: "localhost" },
    });
  });

  it("keeps all lines, performance data and times", () => {
    const { events } = nagios({
      ...disk,
      NAGIOS_LONGSERVICEOUTPUT: "/var 97%\\n/tmp C:\\\\new 3%\\n",
      NAGIOS_SERVICEPERFDATA: "/var=97%;80;90",
      NAGIOS_TIMET: "1764402570",
      NAGIOS_LASTSERVICESTATECHANGE: "1764402500",
    });
    expect(events[0]).toMatchObject({
      summary: "web-01 Disk /var is CRITICAL: DISK CRITICAL - /var 97%",
      at: "2025-11-29T07:49:30.000Z",
      component: "Disk /var",
      details: {
        output: "DISK CRITICAL - /var 97%\n/var 97%\n/tmp C:\\new 3%",
        performanceData: "/var=97%;80;90",
        stateSince: "2025-11-29T07:48:20.000Z",
        state: "CRITICAL",
      },
    });
  });

  it("takes author and comment of an acknowledgment along", () => {
    const { events } = nagios({
      ...disk,
      NAGIOS_NOTIFICATIONTYPE: "ACKNOWLEDGEMENT",
      NAGIOS_NOTIFICATIONAUTHOR: "ada",
      NAGIOS_NOTIFICATIONCOMMENT: "looking into it",
    });
    expect(events).toMatchObject([{ action: "acknowledge", note: "ada: looking into it" }]);
  });

  it("says who scheduled a downtime", () => {
    const downtime = { NAGIOS_NOTIFICATIONAUTHOR: "ada", NAGIOS_NOTIFICATIONCOMMENT: "new disk" };
    expect(becomes("DOWNTIMESTART", "CRITICAL", downtime)).toBe(
      "no event: the beginning of a downtime of web-01 Disk /var: ada: new disk",
    );
  });

  it("may be given as arguments, which come first", () => {
    const words = ["HOSTNAME=db-01", "NAGIOS_SERVICEDESC=Load", "SERVICESTATE=OK", "SERVICEOUTPUT=a=b", "OTHER"];
    expect(nagios(disk, words).events).toMatchObject([
      { action: "resolve", dedupKey: "nagios:db-01/Load", details: { output: "a=b" } },
    ]);
  });

  it.each(["$", "$SERVICEDESC$", "$SERVICEDESC", "", " "])("counts the macro %j as not given", (macro) => {
    const { events } = nagios({ ...disk, NAGIOS_SERVICEDESC: macro, NAGIOS_HOSTSTATE: "DOWN" });
    expect(events).toMatchObject([{ dedupKey: "nagios:web-01", action: "trigger" }]);
  });

  it("without a host, or without the state where the type does not give it, is refused", () => {
    expect(() => nagios({ ...disk, NAGIOS_HOSTNAME: "$HOSTNAME$" })).toThrow(
      "the host (HOSTNAME) is missing in what Nagios gives",
    );
    expect(() => becomes("FLAPPINGSTOP", "$")).toThrow("the state (SERVICESTATE) is missing in what Nagios gives");
  });

  it.each(["UP", "", "$HOSTSTATE$"])(
    "about a service without its name does not resolve the host that is %j",
    (host) => {
      const unnamed = { ...disk, NAGIOS_SERVICEDESC: "$SERVICEDESC$", NAGIOS_HOSTSTATE: host };
      expect(() => nagios(unnamed)).toThrow("the service (SERVICEDESC) is missing in what Nagios gives");
    },
  );

  it("does not take the HOSTNAME of a shell or a container for a macro", () => {
    expect(() => nagios({ HOSTNAME: "mon-01", SERVICEDESC: "Disk", SERVICESTATE: "OK" })).toThrow(
      "the host (HOSTNAME)",
    );
  });
});

describe("a notification of Icinga 2", () => {
  function icinga(env: Env, words: string[] = []) {
    const { events, ...more } = fromIcinga2({ env, words, stdin: "", machine: "mon-01" });
    return { events: events.map((one) => toEvent("icinga2", one, {})), ...more };
  }

  it("is read from the variables of its command", () => {
    const { events } = icinga({
      ICINGA_NOTIFICATIONTYPE: "PROBLEM",
      ICINGA_HOSTNAME: "web-01",
      ICINGA_SERVICENAME: "disk",
      ICINGA_SERVICESTATE: "WARNING",
      ICINGA_SERVICEOUTPUT: 'DISK WARNING - "quoted" $HOME ; more\nsecond line',
      ICINGA_TIMET: "1764402570",
    });
    expect(events).toMatchObject([
      {
        action: "trigger",
        severity: "warning",
        dedupKey: "icinga2:web-01/disk",
        summary: 'web-01 disk is WARNING: DISK WARNING - "quoted" $HOME ; more',
        details: { output: 'DISK WARNING - "quoted" $HOME ; more\nsecond line' },
        at: "2025-11-29T07:49:30.000Z",
      },
    ]);
  });

  it("is read from arguments with the names of its macros", () => {
    const words = [
      "notification.type=ACKNOWLEDGEMENT",
      "notification.author=ada",
      "notification.comment=on it",
      "host.name=web-01",
      "service.name=disk",
      "service.state=CRITICAL",
      "icinga.timet=1764402570",
    ];
    expect(icinga({}, words).events).toMatchObject([
      { action: "acknowledge", note: "ada: on it", dedupKey: "icinga2:web-01/disk", at: "2025-11-29T07:49:30.000Z" },
    ]);
  });

  it("is read from the variables of Icinga's own examples", () => {
    const env = {
      NOTIFICATIONTYPE: "FLAPPINGEND",
      HOSTNAME: "web-01",
      HOSTDISPLAYNAME: "Web 1",
      HOSTSTATE: "UP",
      HOSTOUTPUT: "PING OK",
    };
    expect(icinga(env).events).toMatchObject([{ action: "resolve", dedupKey: "icinga2:web-01" }]);
  });

  it.each([
    ["service.state_id=0", "resolve", "info"],
    ["service.state_id=1", "trigger", "warning"],
    ["service.state=2", "trigger", "critical"],
    ["service.state=3", "trigger", "error"],
    ["service.state=2.000000", "trigger", "critical"],
    ["service.state=4", "trigger", "error"],
  ])("knows the state of a service by its number: %s", (state, action, severity) => {
    expect(icinga({}, ["host.name=h", "service.name=s", state]).events).toMatchObject([{ action, severity }]);
  });

  it.each([
    ["host.state=0", "resolve", "info"],
    ["host.state_id=1", "trigger", "critical"],
    ["host.state_id=2", "trigger", "error"],
  ])("knows the state of a host by its number: %s", (state, action, severity) => {
    expect(icinga({}, ["host.name=h", state]).events).toMatchObject([{ action, severity }]);
  });

  it.each([
    ["DOWNTIMEREMOVED", "OK", "resolve"],
    ["DOWNTIMEEND", "CRITICAL", "trigger"],
    ["FLAPPINGEND", "CRITICAL", "trigger"],
  ])("of type %s in state %s: %s", (type, state, action) => {
    const words = [`notification.type=${type}`, "host.name=h", "service.name=s", `service.state=${state}`];
    expect(icinga({}, words).events[0]?.action).toBe(action);
  });
});
