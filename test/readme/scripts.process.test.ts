import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { alertmanagerGroup, cloudwatchMessage, prometheusAlert, snsEnvelope } from "../support/alerts.ts";
import { has, shellEnv } from "../support/shells.ts";
import { blockUnder, readBlocks } from "./readme.ts";
import { type Ended, runShell, writeProgram } from "./workshop.ts";

interface Desk {
  sandbox: Sandbox;
  env: Record<string, string> & { HOME: string };
  /** Runs the recipe under a heading in bash, in the home of the user. */
  run(heading: string, more?: Record<string, string>): Promise<Ended>;
  /** Runs another text in bash. */
  bash(text: string): Promise<Ended>;
  breakWith(spec: string): Promise<void>;
  /** The incidents of OpsKnight, by their title. */
  incidents(): Promise<Record<string, { id: string; status: string; assignee: { name: string } | null }>>;
}

/** Works at a desk with `onduty` on the path, and a sandbox as the current profile. */
async function atDesk(work: (desk: Desk) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({ port: 0, dialect: "documented" });
  const key = sandbox.keys.opsknight.all;
  try {
    const env = await shellEnv({
      prod: {
        provider: "opsknight",
        baseUrl: sandbox.urls.opsknight,
        apiKey: { text: key },
        service: "svc_checkout",
        user: "usr_ada",
      },
    });
    const bash = (text: string, more: Record<string, string> = {}): Promise<Ended> =>
      runShell(["bash"], text, { cwd: env.HOME, env: { ...env, ...more } });
    await work({
      sandbox,
      env,
      bash,
      run: (heading, more) => bash(blockUnder(heading).text, more),
      async breakWith(spec) {
        await fetch(`${sandbox.url}/_sandbox/chaos`, { method: "POST", body: JSON.stringify({ spec }) });
      },
      async incidents() {
        const answer = await fetch(`${sandbox.urls.opsknight}/api/incidents?limit=100`, {
          headers: { authorization: `Bearer ${key}` },
        });
        const { data } = (await answer.json()) as {
          data: { id: string; title: string; status: string; assignee: { name: string } | null }[];
        };
        return Object.fromEntries(data.map((one) => [one.title, one]));
      },
    });
  } finally {
    await sandbox.close();
  }
}

const payments = "Payments failing in eu-west";

describe("the recipes for scripts", () => {
  it("acknowledge what a service has, and branch on the exit code", () =>
    atDesk(async ({ run, bash, incidents, sandbox }) => {
      const heading = "Acknowledge what a service has";
      const done = "all acknowledged, or nothing was open\n";
      expect((await run(heading)).stdout).toMatch(new RegExp(`^inc_000011\\tacknowledged\\t.*\\n${done}$`));
      expect((await incidents())[payments]?.status).toBe("ACKNOWLEDGED");
      expect(await run(heading)).toMatchObject({ code: 0, stdout: done });
      const { text } = blockUnder(heading);
      const some = await bash(text.replace("--service checkout --status open", "inc_000011 inc_none"));
      expect(some.stdout).toContain("inc_none\tnotFound\t");
      expect(some.stderr).toContain("some were not acknowledged; the table says which\n");
      expect((await bash(text.replace("onduty ", "ONDUTY_PROFILE=none onduty "))).stderr).toContain(
        "\nnothing was acknowledged\n",
      );
      await sandbox.close();
      const down = await bash(text.replace("onduty ", "onduty --max-wait 0 "));
      expect(down.stderr).toContain("\nno response from the vendor: try again\n");
    }));

  it("distinguish clear from open and from unknown", () =>
    atDesk(async ({ run, bash, sandbox }) => {
      const heading = "Is anything open?";
      expect(await run(heading)).toMatchObject({ code: 0, stdout: "1 open\n", stderr: "" });
      await bash("onduty incidents resolve inc_000011");
      expect((await run(heading)).stdout).toBe("all clear\n");
      await sandbox.close();
      const text = blockUnder(heading).text.replace("onduty ", "onduty --max-wait 0 ");
      expect(await bash(text)).toMatchObject({ stdout: "unknown\n", stderr: expect.stringContaining("error: ") });
    }));

  it("give ids from one command to the next", () =>
    atDesk(async ({ run, incidents }) => {
      const heading = "Ids from one command to the next";
      expect(await run(heading)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^inc_000007\tresolved\t/) });
      expect((await incidents())["Replica lag \u001b[2J on db-2"]?.status).toBe("RESOLVED");
      expect(await run(heading)).toMatchObject({ code: 2, stdout: "" });
    }));

  it.skipIf(!has("jq"))("have times as numbers", () =>
    atDesk(async ({ run }) => {
      const { code, stdout } = await run("Times in jq");
      const rows = stdout.trimEnd().split("\n");
      expect(code).toBe(0);
      for (const row of rows) expect(row).toMatch(/^\{"id":"inc_\d+","opened":\d{10}\}$/);
    }),
  );

  it("go through incidents one by one", () =>
    atDesk(async ({ run, incidents }) => {
      expect(await run("One by one")).toEqual({ code: 0, stdout: `taking inc_000011: ${payments}\n`, stderr: "" });
      expect((await incidents())[payments]?.assignee?.name).toBe("Ada Lovelace");
    }));

  it("have who is on call in a variable", () =>
    atDesk(async ({ run, bash, sandbox }) => {
      expect((await run("Who is on call")).stdout).toBe("on call: Ada Lovelace\n");
      const weekend = blockUnder("Who is on call").text.replace("primary", "weekend");
      expect((await bash(weekend)).stdout).toBe("on call: nobody\n");
      await sandbox.close();
      const down = blockUnder("Who is on call").text.replace("onduty ", "onduty --max-wait 0 ");
      expect(await bash(down)).toMatchObject({ stdout: "", stderr: expect.stringMatching(/\nunknown\n$/) });
    }));

  it("page only when somebody is there, or when that is not known", () =>
    atDesk(async ({ run, incidents }) => {
      const heading = "Page only when somebody is there";
      expect((await run(heading, { ONCALL_USER: "grace@sandbox.test" })).stdout).toBe(
        "grace@sandbox.test is off call: it can wait until the morning\n",
      );
      expect(await incidents()).not.toHaveProperty("Report is late");
      expect((await run(heading, { ONCALL_USER: "ada@sandbox.test" })).stdout).toContain("\tdelivered\ttriggered\t");
      expect((await incidents())["Report is late"]?.status).toBe("OPEN");
      const unknown = await run(heading, { ONCALL_USER: "somebody else" });
      expect(unknown.stdout).toContain("\tdelivered\tdeduplicated\t");
      expect(unknown.stderr).toContain("somebody else");
    }));

  it.skipIf(!has("jq"))("send a journal as events", () =>
    atDesk(async ({ run, env, incidents }) => {
      const line = (message: string): string => JSON.stringify({ MESSAGE: message, _HOSTNAME: "db-1" });
      await writeProgram(
        join(env.HOME, "bin/journalctl"),
        `[ "$*" = "-o json -p err" ] && printf '%s\\n' '${line("out of memory")}' '${line("I/O error on sda")}'`,
      );
      const { code, stdout } = await run("Many events at once");
      expect([code, stdout.split("\n").length]).toEqual([0, 3]);
      expect(Object.keys(await incidents())).toEqual(expect.arrayContaining(["out of memory", "I/O error on sda"]));
    }),
  );

  it("receive what Alertmanager posts, and respond with the result", () =>
    atDesk(async ({ env, breakWith, incidents }) => {
      const { text } = blockUnder("From Alertmanager, Grafana, Datadog or CloudWatch");
      const listen = '.listen(9095, "127.0.0.1")';
      expect(text).toContain(listen);
      const file = join(env.HOME, "receiver.mjs");
      const anyPort = `.listen(0, "127.0.0.1", function () { console.log(this.address().port); })`;
      await writeFile(file, text.replace(listen, anyPort));
      const receiver = spawn(process.execPath, [file], {
        env: { ...env, ONDUTY_PROFILE: "prod" },
        stdio: ["ignore", "pipe", "ignore"],
      });
      const ended = once(receiver, "close");
      try {
        const port = String((await once(receiver.stdout, "data"))[0]).trim();
        const post = async (body: unknown): Promise<number> => {
          const answer = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: JSON.stringify(body) });
          return answer.status;
        };
        const title = "Disk of db-1 is full";
        expect(await post(alertmanagerGroup([prometheusAlert()]))).toBe(200);
        expect((await incidents())[title]?.status).toBe("OPEN");
        expect(await post(alertmanagerGroup([prometheusAlert({ status: "resolved" })]))).toBe(200);
        expect((await incidents())[title]?.status).toBe("RESOLVED");
        // Any other response would bring the same body again, for as long as its group fires.
        expect(await post({ alerts: "none" })).toBe(200);
        await breakWith("503=100%");
        const other = prometheusAlert({ fingerprint: "b2", annotations: { summary: "Disk of db-2 is full" } });
        const held = post(alertmanagerGroup([other]));
        await breakWith("503=0%");
        expect(await held).toBe(200);
      } finally {
        receiver.kill("SIGKILL");
        await ended;
      }
    }));

  it("send what a monitoring system has posted, and keep what could not be sent", () =>
    atDesk(async ({ run, env, incidents }) => {
      const inbox = join(env.HOME, "inbox");
      await mkdir(inbox);
      const texts = [cloudwatchMessage("ALARM"), snsEnvelope(cloudwatchMessage("OK"))];
      await writeFile(join(inbox, "1.json"), texts.map((one) => JSON.stringify(one, null, 2)).join("\n"));
      await writeFile(join(inbox, "2.json"), '{"Type": "SubscriptionConfirmation"}');
      const { code, stdout, stderr } = await run("Files of posted alerts");
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toMatch(/^line 1: it is SNS .*\n.*\ninbox\/2\.json stays\n$/);
      expect(await readdir(inbox)).toEqual(["2.json"]);
      expect((await incidents())["checkout-cpu: The CPU of checkout is busy."]?.status).toBe("RESOLVED");
    }));

  it("deliver from cron what an outage has held back", () =>
    atDesk(async ({ env, breakWith, incidents }) => {
      const [path = "", backup = "", flush = ""] = blockUnder("From cron", "crontab").text.trimEnd().split("\n");
      expect([path, backup, flush].map((line) => line.split(/[= ]/)[0])).toEqual(["PATH", "0", "*/5"]);
      // Cron gives a command little more than this, and a shell.
      const cron = (line: string) =>
        runShell(["/bin/sh"], line.replace(/^(\S+ ){5}/, ""), {
          cwd: env.HOME,
          env: { HOME: env.HOME, LOGNAME: "ada", SHELL: "/bin/sh", PATH: env.PATH ?? "" },
        });
      await writeProgram(join(env.HOME, "backup.sh"), "exit 4");
      await breakWith("503=100%");
      const held = await cron(backup.replace("onduty run", "onduty run --max-wait 0"));
      expect(held).toEqual({ code: 4, stdout: "", stderr: expect.stringContaining("saved to the spool") });
      const spool = join(env.HOME, ".local/state/onduty/spool/pending");
      expect(await readdir(spool)).toHaveLength(1);
      const tried = await cron(flush.replace("spool flush", "spool flush --max-wait 0"));
      expect(tried).toEqual({
        code: 8,
        stdout: "",
        stderr: expect.stringContaining('("backup", profile "prod") still waits: '),
      });
      await breakWith("503=0%");
      expect(await cron(flush)).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(await readdir(spool)).toEqual([]);
      expect(Object.keys(await incidents())).toContainEqual(expect.stringContaining("backup.sh failed"));
    }));

  it("run something for every change", () =>
    atDesk(async ({ env, bash }) => {
      await writeProgram(join(env.HOME, "on-change.sh"), "cat >> changes.ndjson");
      const text = blockUnder("Run something for every change").text.replace("watch ", "watch --interval 1s ");
      const watch = spawn("bash", ["-c", `exec ${text}`], { cwd: env.HOME, env, stdio: ["ignore", "ignore", "pipe"] });
      const ended = once(watch, "close");
      try {
        expect(String((await once(watch.stderr, "data"))[0])).toBe("watching; 1 match now\n");
        await bash("onduty events trigger 'Cart is empty' --dedup-key cart");
        const changes = join(env.HOME, "changes.ndjson");
        for (let tries = 0; tries < 200 && !existsSync(changes); tries += 1)
          await new Promise((resolve) => setTimeout(resolve, 50));
        await bash("onduty incidents resolve --service checkout --yes");
        expect(await ended).toEqual([0, null]);
        const told = (await readFile(changes, "utf8")).trimEnd().split("\n");
        const read = told.map((line) => JSON.parse(line) as { change: string; incident: { title: string } });
        expect(read.map(({ change, incident }) => [change, incident.title])).toEqual([
          ["opened", "Cart is empty"],
          ["resolved", payments],
          ["resolved", "Cart is empty"],
        ]);
      } finally {
        watch.kill("SIGKILL");
      }
    }));

  it("write a report", () =>
    atDesk(async ({ run, env }) => {
      expect(await run("A report")).toEqual({ code: 0, stdout: "", stderr: "" });
      const csv = await readFile(join(env.HOME, "week.csv"), "utf8");
      expect(csv.split("\r\n").map((line) => line.split(",")[0])).toEqual([
        "id",
        "inc_000011",
        "inc_000009",
        "inc_000007",
        "inc_000005",
        "inc_000003",
        "",
      ]);
    }));

  it.skipIf(!has("jq"))("give an agent the command tree, an outcome for each incident, and whether to try again", () =>
    atDesk(async ({ run, bash, env, sandbox }) => {
      const heading = "For an agent";
      const [known, told] = (await run(heading, { INCIDENTS: "inc_000011" })).stdout.trimEnd().split("\n");
      expect(JSON.parse(known ?? "")).toMatchObject({
        writes: true,
        fields: ["id", "outcome", "status", "by", "at", "error"],
        exitCodes: expect.arrayContaining([{ code: 7, when: "some done and some not" }]),
      });
      expect(told).toBe("all acknowledged");
      const harmless = (await readFile(join(env.HOME, "harmless.txt"), "utf8")).split("\n");
      expect(harmless).toContain("incidents list");
      expect(harmless).not.toContain("incidents ack");
      const some = await run(heading, { INCIDENTS: "inc_000011 inc_none" });
      expect(some.stdout).toMatch(/\ninc_none notFound: .+\n$/);
      await sandbox.close();
      const down = await bash(blockUnder(heading).text.replace("$INCIDENTS", "inc_000011 --max-wait 0"));
      expect(down.stdout).toMatch(/\nnetwork, may be tried again: .+\n$/);
    }),
  );

  it("of the README show what is open, take it, close it, and branch", () =>
    atDesk(async ({ bash, incidents }) => {
      const [look, take, wrap, deploy, branch] = readBlocks().filter(({ heading }) => heading === "Five recipes");
      const looked = await bash(`set -e\n${look?.text ?? ""}`);
      expect(looked.code).toBe(0);
      expect(looked.stdout).toContain(payments);
      // Each line of it has to work, not only the last.
      expect((await bash(`set -e\n${(take?.text ?? "").replaceAll("inc_1", "inc_000011")}`)).code).toBe(0);
      expect((await incidents())[payments]?.status).toBe("RESOLVED");
      const failed = await bash((wrap?.text ?? "").replace("./backup.sh --full", "false"));
      expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("triggered") });
      expect(await bash((wrap?.text ?? "").replace("./backup.sh --full", "true"))).toMatchObject({ code: 0 });
      expect((await bash(deploy?.text ?? "")).code).toBe(0);
      expect((await bash(branch?.text ?? "")).stdout).toBe("all clear\n");
    }));
});
