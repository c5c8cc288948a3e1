import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/errors.ts";
import { run } from "../support/harness.ts";
import { profilesAt } from "../support/profiles.ts";
import { type FakeVendor, fakeVendor } from "../support/vendor.ts";

const route = "POST /api/events";

interface Sent {
  event_action: string;
  dedup_key: string;
  payload: { summary: string; source: string; severity: string; custom_details: Record<string, unknown> };
}

async function takingVendor(action = "triggered"): Promise<FakeVendor> {
  return (await fakeVendor()).reply(route, 202, { status: "success", result: { action, incident: null } });
}

const bodies = (vendor: FakeVendor): Sent[] => vendor.requests.map(({ body }) => body as Sent);

const nagios = {
  NAGIOS_HOSTNAME: "web-01",
  NAGIOS_SERVICEDESC: "Disk",
  NAGIOS_SERVICESTATE: "CRITICAL",
  NAGIOS_NOTIFICATIONTYPE: "PROBLEM",
  NAGIOS_SERVICEOUTPUT: "DISK CRITICAL - /var 97%",
  NAGIOS_LONGSERVICEOUTPUT: "/var 97%\\n/tmp 3%",
};

function notify(vendor: FakeVendor, words: string, env: Record<string, string> = {}, stdin?: string) {
  return run(`events notify ${words}`, {
    profiles: profilesAt(vendor.url),
    env,
    ...(stdin !== undefined && { stdin }),
  });
}

describe("events notify", () => {
  it("sends the notification of a monitoring system, read from the environment", async () => {
    const vendor = await takingVendor();
    const { code, stdout, stderr } = await notify(vendor, "--from nagios", nagios);
    expect({ code, stdout, stderr }).toEqual({
      code: ExitCode.ok,
      stdout: "trigger\tnagios:web-01/Disk\tdelivered\ttriggered\t\n",
      stderr: "",
    });
    expect(bodies(vendor)).toMatchObject([
      {
        event_action: "trigger",
        dedup_key: "nagios:web-01/Disk",
        payload: {
          summary: "web-01 Disk is CRITICAL: DISK CRITICAL - /var 97%",
          source: "web-01",
          severity: "critical",
          custom_details: { output: "DISK CRITICAL - /var 97%\n/var 97%\n/tmp 3%" },
        },
      },
    ]);
  });

  it("sends what the arguments name", async () => {
    const vendor = await takingVendor("acknowledged");
    const words = "HOSTNAME=web-01 SERVICEDESC=Disk SERVICESTATE=CRITICAL NOTIFICATIONTYPE=ACKNOWLEDGEMENT";
    const { code } = await notify(vendor, `--from nagios ${words}`);
    expect(code).toBe(ExitCode.ok);
    expect(bodies(vendor)).toMatchObject([{ event_action: "acknowledge", dedup_key: "nagios:web-01/Disk" }]);
  });

  it("reads standard input for collectd, and for no other", async () => {
    const vendor = await takingVendor("resolved");
    const stdin = "Severity: OKAY\nHost: web-01\nPlugin: load\nType: load\n\nfine\n";
    const { code } = await notify(vendor, "--from collectd", {}, stdin);
    expect(code).toBe(ExitCode.ok);
    expect(bodies(vendor)).toMatchObject([{ event_action: "resolve", dedup_key: "collectd:web-01/load/load" }]);
  });

  it("sends nothing for what is no event, and reports why", async () => {
    const vendor = await takingVendor();
    const { code, stdout, stderr } = await notify(vendor, "--from nagios", {
      ...nagios,
      NAGIOS_NOTIFICATIONTYPE: "DOWNTIMESTART",
    });
    expect({ code, stdout, stderr }).toEqual({
      code: ExitCode.ok,
      stdout: "",
      stderr: "no event: the beginning of a downtime of web-01 Disk\n",
    });
    expect(vendor.requests).toEqual([]);
  });

  it("refuses what does not identify a problem, and names what is missing", async () => {
    const vendor = await takingVendor();
    const { code, stderr } = await notify(vendor, "--from nagios", { NAGIOS_SERVICESTATE: "OK" });
    expect(code).toBe(ExitCode.usage);
    expect(stderr).toBe(
      "error: the host (HOSTNAME) is missing in what Nagios gives\n" + "hint: onduty events notify --help\n",
    );
    expect(vendor.requests).toEqual([]);
  });

  it("needs the name of a system that it knows", async () => {
    const vendor = await takingVendor();
    const unknown = await notify(vendor, "--from pager");
    expect({ code: unknown.code, stderr: unknown.stderr }).toMatchObject({
      code: ExitCode.usage,
      stderr: expect.stringContaining("nagios, icinga2, monit, zabbix, collectd, nut, systemd"),
    });
    expect((await notify(vendor, "")).code).toBe(ExitCode.usage);
  });

  it("puts a prefix in front of the key", async () => {
    const vendor = await takingVendor();
    await notify(vendor, "--from nagios --key-prefix site-a:", nagios);
    expect(bodies(vendor)).toMatchObject([{ dedup_key: "site-a:nagios:web-01/Disk" }]);
  });

  it("uses service and routing key, and prints the request with --dry-run", async () => {
    const vendor = await takingVendor();
    const { code, stdout } = await notify(vendor, "--from nagios --service svc_9 --dry-run --json", nagios);
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(stdout)).toMatchObject([{ route: "/api/events", body: { service_id: "svc_9" } }]);
    expect(vendor.requests).toEqual([]);
  });

  it("keeps the event on disk when the vendor is down", async () => {
    const vendor = (await fakeVendor()).reply(route, 503, {});
    const { code, home } = await notify(vendor, "--from nagios --max-wait 0", nagios);
    expect(code).toBe(ExitCode.pending);
    expect(await readdir(join(home, ".local/state/onduty/spool/pending"))).toHaveLength(1);
  });

  it("ends in time when the vendor never responds, with the event on disk", async () => {
    const vendor = (await fakeVendor()).handle(route, () => {});
    const { code, stderr, home } = await notify(vendor, "--from nagios --max-time 100ms", nagios);
    expect(code).toBe(ExitCode.pending);
    expect(stderr).toContain('not delivered yet: "nagios:web-01/Disk": not delivered within 0.1 s');
    expect(await readdir(join(home, ".local/state/onduty/spool/pending"))).toHaveLength(1);
  });

  it("reports a state that it does not know, and sends the event", async () => {
    const vendor = await takingVendor();
    const { code, stderr } = await notify(vendor, "--from nagios", { ...nagios, NAGIOS_SERVICESTATE: "ODD" });
    expect({ code, stderr }).toEqual({
      code: ExitCode.ok,
      stderr: 'the state "ODD" is unknown: the severity is error\n',
    });
    expect(bodies(vendor)).toMatchObject([{ payload: { severity: "error" } }]);
  });

  it("cuts what is too long, with the full text in the details", async () => {
    const vendor = await takingVendor();
    const output = `DISK ${"x".repeat(800)}`;
    const { code } = await notify(vendor, "--from nagios -q", { ...nagios, NAGIOS_SERVICEOUTPUT: output });
    expect(code).toBe(ExitCode.ok);
    const [sent] = bodies(vendor);
    expect(sent?.payload.summary.length).toBeLessThanOrEqual(500);
    expect(sent?.payload.custom_details.output).toContain(output);
  });
});
