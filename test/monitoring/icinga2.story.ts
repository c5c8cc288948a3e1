import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blockUnder } from "../readme/readme.ts";
import { atSite, installed, type Site, userNamed } from "./site.ts";

/** The daemon itself: the program of that name in sbin is a script that reads its own configuration. */
const program = installed(
  ...(installed("/usr/lib") === undefined
    ? []
    : readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/icinga2/sbin/icinga2`)),
);
const user =
  userNamed("nagios", readFileSync("/etc/passwd", "utf8")) ?? userNamed("icinga", readFileSync("/etc/passwd", "utf8"));

/** The configuration of Icinga around the recipe. Gives the words that start it. */
function configure(site: Site, recipe: string): string[] {
  const { folder } = site;
  for (const name of ["run", "run/icinga2", "run/icinga2/cmd", "log", "lib", "cache", "spool"]) {
    mkdirSync(join(folder, name));
    if (user !== undefined) chownSync(join(folder, name), user.uid, user.gid);
  }
  const service = (name: string): string => `
object Service "${name}" {
  host_name = "web-01"
  check_command = "passive"
  max_check_attempts = 1
  enable_flapping = true
  enable_active_checks = false
}
`;
  const text = `
const PluginDir = "/usr/lib/nagios/plugins"
const NodeName = "mon-01"
const ZoneName = NodeName
include <itl>
object Endpoint NodeName {
}
object Zone ZoneName {
  endpoints = [ NodeName ]
}
object NotificationComponent "notification" {
}
object ExternalCommandListener "command" {
  command_path = "${folder}/run/icinga2/cmd/icinga2.cmd"
}
object FileLogger "main" {
  severity = "information"
  path = "${folder}/log/icinga2.log"
}
object Host "web-01" {
  check_command = "passive"
  max_check_attempts = 1
  address = "127.0.0.1"
  enable_flapping = true
  enable_active_checks = false
}
${["disk", "http", "load", "mail"].map(service).join("")}
${recipe}
`;
  const file = join(folder, "icinga2.conf");
  writeFileSync(file, text);
  const places = { InitRunDir: "run", LogDir: "log", DataDir: "lib", CacheDir: "cache", SpoolDir: "spool" };
  const constants = Object.entries(places).map(([name, place]) => `-D${name}=${join(folder, place)}`);
  return [program ?? "", "daemon", "-c", file, ...constants, "-DRunAsUser=nagios", "-DRunAsGroup=nagios"];
}

describe.skipIf(program === undefined || user === undefined)("Icinga 2", () => {
  it("opens what breaks, resolves what is over, and nothing else", () =>
    atSite(user, async (site) => {
      site.start(configure(site, site.here(blockUnder("Icinga 2", "icinga2").text)));
      const pipe = join(site.folder, "run/icinga2/cmd/icinga2.cmd");
      const command = async (...words: (string | number)[]): Promise<void> => {
        const handle = await site.until("the command file", () => open(pipe, "w").catch(() => undefined));
        await handle.write(`[${Math.floor(Date.now() / 1000)}] ${words.join(";")}\n`);
        await handle.close();
      };
      const check = (service: string, state: number, output: string) =>
        command("PROCESS_SERVICE_CHECK_RESULT", "web-01", service, state, output);
      const downtime = (service: string, seconds: number) => {
        const now = Math.floor(Date.now() / 1000);
        return command("SCHEDULE_SVC_DOWNTIME", "web-01", service, now, now + seconds, 1, 0, 0, "ada", "new disk");
      };
      const log = () => readFileSync(join(site.folder, "log/icinga2.log"), "utf8");
      const notified = (type: string, name: string) =>
        site.until(`${type} of ${name}`, () =>
          log().includes(`Completed sending '${type}' notification 'web-01!${name}!onduty'`) ? true : undefined,
        );
      await site.until("the command file", () => installed(pipe));

      const disk = "icinga2:web-01/disk";
      await check("disk", 2, 'DISK CRITICAL - "q" $HOME ; x|/var=97%;80;90');
      const opened = await site.reaches(disk, "OPEN");
      expect(opened.title).toContain('web-01 disk is CRITICAL: DISK CRITICAL - "q" $HOME ; x');
      await command("ACKNOWLEDGE_SVC_PROBLEM", "web-01", "disk", 1, 1, 0, "ada", "looking into it");
      await site.reaches(disk, "ACKNOWLEDGED");
      await downtime("disk", 8);
      await notified("DowntimeStart", "disk");
      await check("disk", 0, "DISK OK");
      await site.reaches(disk, "RESOLVED");

      await downtime("http", 5);
      await notified("DowntimeStart", "http");
      await check("http", 2, "HTTP CRITICAL");
      await site.reaches("icinga2:web-01/http", "OPEN");

      for (let count = 0; count < 14; count += 1) {
        // All at the same moment, which their order survives.
        await check("load", count % 2 === 0 ? 2 : 0, `load ${count}`);
      }
      await notified("FlappingStart", "load");
      await site.reaches("icinga2:web-01/load", "OPEN");
      for (let count = 0; count < 30; count += 1) await check("load", 0, "load fine");
      await notified("FlappingEnd", "load");
      await site.reaches("icinga2:web-01/load", "RESOLVED");

      await check("mail", 3, "MAIL UNKNOWN");
      await site.reaches("icinga2:web-01/mail", "OPEN");
      await check("mail", 0, "MAIL OK");
      await site.reaches("icinga2:web-01/mail", "RESOLVED");

      await command("PROCESS_HOST_CHECK_RESULT", "web-01", 1, "PING CRITICAL");
      await site.reaches("icinga2:web-01", "OPEN");
      await command("PROCESS_HOST_CHECK_RESULT", "web-01", 0, "PING OK");
      await site.reaches("icinga2:web-01", "RESOLVED");

      const statuses = [...(await site.incidents())].filter(([key]) => key.startsWith("icinga2:"));
      expect(Object.fromEntries(statuses.map(([key, { status }]) => [key, status]))).toEqual({
        "icinga2:web-01": "RESOLVED",
        "icinga2:web-01/disk": "RESOLVED",
        "icinga2:web-01/http": "OPEN",
        "icinga2:web-01/load": "RESOLVED",
        "icinga2:web-01/mail": "RESOLVED",
      });
    }));
});
