import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.ts";
import { launch } from "../support/process.ts";
import { tempDir } from "../support/temp-dir.ts";
import { blockUnder, readBlocks } from "./readme.ts";
import { type Ended, writeProgram } from "./workshop.ts";

interface Incident {
  title: string;
  status: string;
  dedup_key: string | null;
}

interface Site {
  /** Runs a line in a shell as a daemon does: with this environment, and no HOME. */
  call(line: string, env?: Record<string, string>, stdin?: string): Promise<Ended>;
  /** The statuses of incidents with a key, by key. */
  statuses(): Promise<Record<string, string>>;
}

/** Works at a site where a monitoring system has a profile and a state folder of its own. */
async function atSite(work: (site: Site) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({ port: 0, dialect: "documented" });
  const key = sandbox.keys.opsknight.all;
  try {
    const home = await tempDir();
    const [config, state, bin] = ["etc", "state", "bin"].map((name) => join(home, name)) as [string, string, string];
    for (const folder of [config, state, bin]) await mkdir(folder, { mode: 0o700 });
    const prod = {
      provider: "opsknight",
      baseUrl: sandbox.urls.opsknight,
      apiKey: { text: key },
      service: "svc_checkout",
    };
    await writeFile(join(config, "config.json"), JSON.stringify({ current: "prod", profiles: { prod } }));
    await chmod(join(config, "config.json"), 0o600);
    await writeProgram(join(bin, "onduty"), `exec ${launch.map((word) => `'${word}'`).join(" ")} "$@"`);
    const here = (text: string): string =>
      text
        .replaceAll("/etc/onduty", config)
        .replaceAll("/var/lib/onduty", state)
        .replaceAll("PATH=/usr/local/bin:", `PATH=${bin}:`);
    await work({
      call: (line, env = {}, stdin = "") => runLine(here(line), { PATH: `${bin}:/usr/bin:/bin`, ...env }, stdin),
      async statuses() {
        const response = await fetch(`${sandbox.urls.opsknight}/api/incidents?limit=100`, {
          headers: { authorization: `Bearer ${key}` },
        });
        const { data } = (await response.json()) as { data: Incident[] };
        return Object.fromEntries(data.flatMap((one) => (one.dedup_key === null ? [] : [[one.dedup_key, one.status]])));
      },
    });
  } finally {
    await sandbox.close();
  }
}

function runLine(line: string, env: Record<string, string>, stdin: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile("/bin/sh", ["-c", line], { cwd: "/", env, timeout: 20_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin);
  });
}

/** The command line of the recipe under a heading: what the pattern finds in brackets. */
function lineUnder(heading: string, language: string, pattern: RegExp): string {
  const [, line] = pattern.exec(blockUnder(heading, language).text) ?? [];
  if (line === undefined) throw new Error(`the recipe under "${heading}" has no command line`);
  return line;
}

describe("the recipes for monitoring systems", () => {
  it("report a service of Nagios, acknowledge it, and resolve it when a downtime ends", () =>
    atSite(async ({ call, statuses }) => {
      const line = lineUnder("Nagios", "nagios", /command_line\s+(.*)/);
      const notify = (type: string, state: string) =>
        call(line, {
          NAGIOS_HOSTNAME: "web-01",
          NAGIOS_SERVICEDESC: "Disk /var",
          NAGIOS_SERVICESTATE: state,
          NAGIOS_NOTIFICATIONTYPE: type,
          NAGIOS_SERVICEOUTPUT: "-12.5 C outside",
          NAGIOS_LONGSERVICEOUTPUT: "second line\\nthird",
        });
      expect(await notify("PROBLEM", "CRITICAL")).toMatchObject({ code: 0, stderr: "" });
      expect((await statuses())["nagios:web-01/Disk /var"]).toBe("OPEN");
      await notify("ACKNOWLEDGEMENT", "CRITICAL");
      await notify("DOWNTIMESTART", "CRITICAL");
      expect((await statuses())["nagios:web-01/Disk /var"]).toBe("ACKNOWLEDGED");
      await notify("DOWNTIMEEND", "OK");
      expect((await statuses())["nagios:web-01/Disk /var"]).toBe("RESOLVED");
    }));

  it("report a service of Icinga, with the variables that the command sets", () =>
    atSite(async ({ call, statuses }) => {
      const { text } = blockUnder("Icinga 2", "icinga2");
      const [, words = ""] = /^\s*command = \[(.*)\]$/m.exec(text) ?? [];
      const line = words.replaceAll(",", "");
      const macros: Record<string, string> = {
        "$notification.type$": "PROBLEM",
        "$host.name$": "web-01",
        "$host.state$": "UP",
        "$service.name$": "disk",
        "$service.state$": "CRITICAL",
        "$service.output$": 'DISK CRITICAL - "q" $HOME ; x\nsecond line',
        "$icinga.timet$": "1764402570",
      };
      const variables = [...text.matchAll(/^\s+([A-Z_]+) = "(.*)"$/gm)].map(([, name = "", value = ""]) => [
        name,
        value.startsWith("$") ? (macros[value] ?? "") : value,
      ]);
      const [first = "", ...rest] = line.split(" ");
      const places = variables.flatMap(([name, value]) => (value?.startsWith("/") === true ? `${name}=${value}` : []));
      const env = Object.fromEntries(variables.filter(([, value]) => value?.startsWith("/") !== true));
      const ended = await call([first, ...places, ...rest].join(" "), env);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(await statuses()).toMatchObject({ "icinga2:web-01/disk": "OPEN" });
    }));

  it("report a test of Monit with both of its lines", () =>
    atSite(async ({ call, statuses }) => {
      const lines = [...blockUnder("Monit", "monit").text.matchAll(/exec "([^"]*)"/g)].map(([, line = ""]) => line);
      const env = { PATH: "/bin:/usr/bin:/sbin:/usr/sbin", MONIT_SERVICE: "disk", MONIT_HOST: "web-01" };
      const [bad = "", fine = ""] = lines;
      expect(
        await call(bad, { ...env, MONIT_EVENT: "Status failed", MONIT_DESCRIPTION: "status failed (2) -- a\nb" }),
      ).toMatchObject({ code: 0, stderr: "" });
      expect(await statuses()).toMatchObject({ "monit:web-01/disk/Status": "OPEN" });
      await call(fine, { ...env, MONIT_EVENT: "Status succeeded", MONIT_DESCRIPTION: "status succeeded (0) -- ok" });
      expect(await statuses()).toMatchObject({ "monit:web-01/disk/Status": "RESOLVED" });
    }));

  it("report a trigger of Zabbix with all of its parameters", () =>
    atSite(async ({ call, statuses }) => {
      const values: Record<string, string> = {
        "{HOST.HOST}": "db-01",
        "{TRIGGER.ID}": "1701",
        "{EVENT.NAME}": "Disk full",
        "{EVENT.NSEVERITY}": "4",
      };
      const script = blockUnder("Zabbix", "sh").text;
      const parameters = blockUnder("Zabbix", "text").text.trimEnd().split("\n");
      const run = (value: string) => {
        const words = parameters.map((one) =>
          one.replace(/\{.*\}/, (macro) => ({ ...values, "{EVENT.VALUE}": value })[macro] ?? macro),
        );
        return call(`set -- ${words.map((word) => `'${word}'`).join(" ")}\n${script}`);
      };
      expect(await run("1")).toMatchObject({ code: 0, stderr: "" });
      expect(await statuses()).toMatchObject({ "zabbix:db-01/1701": "OPEN" });
      await run("0");
      expect(await statuses()).toMatchObject({ "zabbix:db-01/1701": "RESOLVED" });
    }));

  it("report a notification of collectd", () =>
    atSite(async ({ call, statuses }) => {
      const line = lineUnder("collectd", "collectd", /NotificationExec "\w+" (.*)/);
      const notify = (severity: string) =>
        call(line, {}, `Severity: ${severity}\nHost: web-01\nPlugin: load\nType: load\n\nload is high\n`);
      expect(await notify("FAILURE")).toMatchObject({ code: 0, stderr: "" });
      expect(await statuses()).toMatchObject({ "collectd:web-01/load/load": "OPEN" });
      await notify("OKAY");
      expect(await statuses()).toMatchObject({ "collectd:web-01/load/load": "RESOLVED" });
    }));

  it("report a UPS of NUT, also from a timer", () =>
    atSite(async ({ call, statuses }) => {
      const line = lineUnder("NUT", "nut", /NOTIFYCMD "([^"]*)"/);
      const battery = await call(`${line} "UPS ups@nas on battery"`, { NOTIFYTYPE: "ONBATT", UPSNAME: "ups@nas" });
      expect(battery).toMatchObject({ code: 0, stderr: "" });
      expect(await statuses()).toMatchObject({ "nut:ups@nas/power": "OPEN" });
      const timer = blockUnder("NUT", "sh").text.replaceAll("ups@localhost", "ups@nas");
      const stale = { NOTIFYTYPE: "ONBATT", UPSNAME: "other@nas" };
      expect((await call(`set -- online\n${timer}`, stale)).code).toBe(0);
      expect(await statuses()).toMatchObject({ "nut:ups@nas/power": "RESOLVED" });
    }));

  it("report a unit of systemd by one template for its failure and its success", () =>
    atSite(async ({ call, statuses }) => {
      const [template = "", unit = ""] = readBlocks()
        .filter(({ heading, language }) => heading === "systemd" && language === "ini")
        .map(({ text }) => text);
      const [, variables = ""] = /^Environment=(.*)$/m.exec(template) ?? [];
      const [, start = ""] = /^ExecStart=(.*)$/m.exec(template) ?? [];
      expect(unit).toMatch(/^OnFailure=onduty@%n:failed\.service\nOnSuccess=onduty@%n:ok\.service$/m);
      const run = (result: string, ending = result === "success" ? "ok" : "failed") =>
        call(`export ${variables}\n${start.replace("%i", `backup.service:${ending}`)}`, {
          MONITOR_UNIT: "backup.service",
          MONITOR_SERVICE_RESULT: result,
        });
      expect(await run("exit-code")).toMatchObject({ code: 0, stderr: "" });
      const key = Object.keys(await statuses()).find((one) => one.startsWith("systemd:")) ?? "";
      expect(key).toMatch(/^systemd:.+\/backup\.service$/);
      await run("success");
      expect((await statuses())[key]).toBe("RESOLVED");
    }));

  it("report a ban of fail2ban, and its end", () =>
    atSite(async ({ call, statuses }) => {
      const { text } = blockUnder("fail2ban", "ini");
      const action = (name: string): string => {
        const [, line = ""] = new RegExp(`^${name} = (.*)$`, "m").exec(text) ?? [];
        return line.replaceAll("<name>", "sshd").replaceAll("<ip>", "192.0.2.7").replaceAll("<fq-hostname>", "web-01");
      };
      expect(text).toMatch(/^norestored = 1$/m);
      expect(await call(action("actionban"))).toMatchObject({ code: 0 });
      expect(await statuses()).toMatchObject({ "fail2ban:web-01/sshd/192.0.2.7": "OPEN" });
      // At a stop fail2ban flushes where it can, and lifts each ban where it cannot.
      expect(await call(action("actionflush"))).toMatchObject({ code: 0 });
      expect(await statuses()).toMatchObject({ "fail2ban:web-01/sshd/192.0.2.7": "OPEN" });
      await call(action("actionunban"));
      expect(await statuses()).toMatchObject({ "fail2ban:web-01/sshd/192.0.2.7": "RESOLVED" });
    }));
});
