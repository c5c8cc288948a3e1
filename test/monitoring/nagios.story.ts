import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blockUnder } from "../readme/readme.ts";
import { atSite, installed, type Site, userNamed } from "./site.ts";

const program = installed("/usr/sbin/nagios4", "/usr/sbin/nagios");
const user = userNamed("nagios", readFileSync("/etc/passwd", "utf8"));

/** The configuration of Nagios around the recipe. A minute is a second, so that nothing is waited for. */
function configure(site: Site, recipe: string): string {
  const { folder } = site;
  for (const name of ["var", "rw", "spool"]) {
    mkdirSync(join(folder, name));
    if (user !== undefined) chownSync(join(folder, name), user.uid, user.gid);
  }
  const main = `
log_file=${folder}/var/nagios.log
cfg_file=${folder}/objects.cfg
object_cache_file=${folder}/var/objects.cache
status_file=${folder}/var/status.dat
check_external_commands=1
command_file=${folder}/rw/nagios.cmd
lock_file=${folder}/var/nagios.pid
temp_file=${folder}/var/nagios.tmp
temp_path=${folder}/var
check_result_path=${folder}/spool
query_socket=${folder}/rw/nagios.qh
state_retention_file=${folder}/var/retention.dat
retain_state_information=0
use_syslog=0
interval_length=1
execute_service_checks=0
execute_host_checks=0
enable_flap_detection=1
enable_environment_macros=1
notification_timeout=30
check_result_reaper_frequency=1
illegal_macro_output_chars=\`~$&|'"<>
`;
  const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
  const service = (name: string): string => `
define service {
  host_name web-01
  service_description ${name}
  check_command nothing
  max_check_attempts 1
  active_checks_enabled 0
  contacts onduty
  notification_period 24x7
  check_period 24x7
  notification_interval 0
  notification_options w,u,c,r,f,s
}
`;
  const objects = `
define timeperiod {
  timeperiod_name 24x7
  alias always
${days.map((day) => `  ${day} 00:00-24:00`).join("\n")}
}
define command {
  command_name nothing
  command_line /bin/true
}
define host {
  host_name web-01
  address 127.0.0.1
  check_command nothing
  max_check_attempts 1
  active_checks_enabled 0
  contacts onduty
  notification_period 24x7
  notification_interval 0
  check_period 24x7
  notification_options d,u,r,f,s
}
${["Disk /var", "http", "load", "mail"].map(service).join("")}
${recipe}
`;
  writeFileSync(join(folder, "nagios.cfg"), main);
  writeFileSync(join(folder, "objects.cfg"), objects);
  return join(folder, "nagios.cfg");
}

describe.skipIf(program === undefined || user === undefined)("Nagios", () => {
  it("opens what breaks, resolves what is over, and nothing else", () =>
    atSite(user, async (site) => {
      const file = configure(site, site.here(blockUnder("Nagios", "nagios").text));
      site.start([program ?? "", file]);
      const pipe = join(site.folder, "rw/nagios.cmd");
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
      const log = () => readFileSync(join(site.folder, "var/nagios.log"), "utf8");
      const notified = (text: string) => site.until(text, () => (log().includes(text) ? true : undefined));
      await site.until("the command file", () => installed(pipe));

      // A problem, acknowledged, in a downtime, over while that lasts.
      const disk = "nagios:web-01/Disk /var";
      await check("Disk /var", 2, '-12.5 C "outside" $HOME|/var=97%;80;90\\nsecond line');
      const opened = await site.reaches(disk, "OPEN");
      expect(opened.title).toContain("web-01 Disk /var is CRITICAL: -12.5 C");
      await command("ACKNOWLEDGE_SVC_PROBLEM", "web-01", "Disk /var", 1, 1, 0, "ada", "looking into it");
      await site.reaches(disk, "ACKNOWLEDGED");
      await downtime("Disk /var", 8);
      await notified("Disk /var;DOWNTIMESTART");
      await check("Disk /var", 0, "DISK OK");
      await site.reaches(disk, "RESOLVED");

      // A problem that begins in a downtime, and is there when that ends.
      await downtime("http", 5);
      await notified("http;DOWNTIMESTART");
      await check("http", 2, "HTTP CRITICAL");
      await site.reaches("nagios:web-01/http", "OPEN");

      // Flapping, until it ends well; and without one.
      for (let count = 0; count < 12; count += 1) {
        // All at the same moment, which their order survives.
        await check("load", count % 2 === 0 ? 2 : 0, `load ${count}`);
      }
      await notified("load;FLAPPINGSTART");
      await site.reaches("nagios:web-01/load", "OPEN");
      for (let count = 0; count < 22; count += 1) await check("load", 0, "load fine");
      await notified("load;FLAPPINGSTOP");
      await site.reaches("nagios:web-01/load", "RESOLVED");

      // A state that is unknown, and its end.
      await check("mail", 3, "MAIL UNKNOWN");
      await site.reaches("nagios:web-01/mail", "OPEN");
      await check("mail", 0, "MAIL OK");
      await site.reaches("nagios:web-01/mail", "RESOLVED");

      // The host.
      await command("PROCESS_HOST_CHECK_RESULT", "web-01", 1, "PING CRITICAL");
      await site.reaches("nagios:web-01", "OPEN");
      await command("PROCESS_HOST_CHECK_RESULT", "web-01", 0, "PING OK");
      await site.reaches("nagios:web-01", "RESOLVED");

      const statuses = [...(await site.incidents())].filter(([key]) => key.startsWith("nagios:"));
      expect(Object.fromEntries(statuses.map(([key, { status }]) => [key, status]))).toEqual({
        "nagios:web-01": "RESOLVED",
        "nagios:web-01/Disk /var": "RESOLVED",
        "nagios:web-01/http": "OPEN",
        "nagios:web-01/load": "RESOLVED",
        "nagios:web-01/mail": "RESOLVED",
      });
    }));
});
