import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blockUnder } from "../readme/readme.ts";
import { writeProgram } from "../readme/workshop.ts";
import { atSite, installed } from "./site.ts";

const program = installed("/usr/bin/monit", "/usr/local/bin/monit");

describe.skipIf(program === undefined)("Monit", () => {
  it("opens what breaks, resolves what is over, and nothing else", () =>
    atSite(undefined, async (site) => {
      const { folder } = site;
      const recipe = site.here(blockUnder("Monit", "monit").text);
      const [, run = ""] = /exec ("[^"]*")/.exec(recipe) ?? [];
      const [status, place, port] = ["status", "file", "size"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      const set = (code: number, text: string) => writeFileSync(status, `printf '${text}\\n'\nexit ${code}\n`);
      set(0, "DISK OK");
      writeFileSync(place, "");
      writeFileSync(port, "");
      await writeProgram(join(folder, "check_disk"), `. ${status}`);
      const text = `
set daemon 1
set log ${folder}/monit.log
set pidfile ${folder}/monit.pid
set idfile ${folder}/monit.id
set statefile ${folder}/monit.state
check system web-01
${recipe.replace("/usr/local/lib/check_disk", join(folder, "check_disk"))}
check file present with path ${place}
  if does not exist then exec ${run}
  else if succeeded then exec ${run}
check file sized with path ${port}
  if size > 100 B then exec ${run}
  else if succeeded then exec ${run}
`;
      writeFileSync(join(folder, "monitrc"), text);
      chmodSync(join(folder, "monitrc"), 0o600);
      site.start([program ?? "", "-I", "-c", join(folder, "monitrc")]);
      // Monit gives the name of its system as the host.
      const key = (what: string): string => `monit:web-01/${what}`;
      await site.until("a first round", () => (site.output().includes("Starting Monit") ? true : undefined));
      await new Promise((resolve) => setTimeout(resolve, 2500));

      set(2, "DISK CRITICAL\\nsecond line");
      const opened = await site.reaches(key("disk/Status"), "OPEN");
      expect(opened.title).toContain("disk: Status failed");
      const rows = JSON.parse((await site.onduty(["incidents", "show", opened.id, "--json"])).stdout) as {
        status: string;
      };
      expect(rows.status).toBe("open");
      await site.onduty(["incidents", "ack", opened.id]);
      // Another test of the same service is no end of this one.
      writeFileSync(port, "x".repeat(200));
      await site.reaches(key("sized/Size"), "OPEN");
      writeFileSync(port, "");
      await site.reaches(key("sized/Size"), "RESOLVED");
      expect((await site.incidents()).get(key("disk/Status"))?.status).toBe("ACKNOWLEDGED");
      set(0, "DISK OK");
      await site.reaches(key("disk/Status"), "RESOLVED");
    }));
});
