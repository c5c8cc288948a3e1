import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blockUnder } from "../readme/readme.ts";
import { atSite, freePort, installed } from "./site.ts";

const program = installed("/usr/bin/prometheus-alertmanager", "/usr/local/bin/alertmanager", "/usr/bin/alertmanager");

describe.skipIf(program === undefined)("Alertmanager", () => {
  it("leaves nothing open that is over once it was compared, and closes nothing that fires", () =>
    atSite(undefined, async (site) => {
      const { folder } = site;
      const [port, receiverPort] = [await freePort(), await freePort()];
      const heading = "From Alertmanager, Grafana, Datadog or CloudWatch";
      const receiver = blockUnder(heading, "js").text.replace("9095", String(receiverPort));
      writeFileSync(join(folder, "receiver.mjs"), receiver);
      const route = blockUnder("Alertmanager", "yaml").text.replace("9095", String(receiverPort));
      const quick = "  group_by: [alertname]\n  group_wait: 0s\n  group_interval: 1s\n  repeat_interval: 1h";
      writeFileSync(
        join(folder, "alertmanager.yml"),
        route.replace("  receiver: onduty", `  receiver: onduty\n${quick}`),
      );
      const places = {
        ONDUTY_CONFIG_DIR: site.here("/etc/onduty"),
        ONDUTY_STATE_DIR: site.here("/var/lib/onduty"),
      };
      site.start([process.execPath, join(folder, "receiver.mjs")], { env: { ...site.env, ...places } });
      const url = `http://127.0.0.1:${port}`;
      site.start([
        program ?? "",
        `--config.file=${join(folder, "alertmanager.yml")}`,
        `--storage.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ]);
      const ready = () =>
        fetch(`${url}/-/ready`).then(
          ({ ok }) => (ok ? true : undefined),
          () => undefined,
        );
      await site.until("Alertmanager", ready);
      const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
        const response = await fetch(`${url}/api/v2${path}`, {
          method,
          headers: { "content-type": "application/json" },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        expect(response.ok).toBe(true);
        const text = await response.text();
        return text === "" ? undefined : JSON.parse(text);
      };
      const post = (name: string, firing: boolean) =>
        ask("POST", "/alerts", [
          {
            labels: { alertname: name, instance: "web-01", severity: "critical" },
            annotations: { summary: `${name} of web-01` },
            ...(!firing && { endsAt: new Date(Date.now() - 1000).toISOString() }),
          },
        ]);
      /** The dedup key of an alert, as the vendor has it. */
      const keyOf = (name: string) =>
        site.until(`the incident of ${name}`, async () => {
          const found = [...(await site.incidents())].find(([, { title }]) => title === `${name} of web-01`);
          return found?.[0];
        });
      const reconcile = (...more: string[]) =>
        site.onduty([
          ...["events", "reconcile", "--from", "alertmanager", "--url", url, "--receiver", "onduty"],
          ...["--min-uptime", "0s", ...more],
        ]);

      // What the webhook does by itself.
      await post("Plain", true);
      const plain = await keyOf("Plain");
      await site.reaches(plain, "OPEN");
      await post("Plain", false);
      await site.reaches(plain, "RESOLVED");

      // Fires, is acknowledged and silenced, and ends under the silence: nothing is sent.
      await post("Silenced", true);
      const silenced = await keyOf("Silenced");
      const { id } = await site.reaches(silenced, "OPEN");
      await site.onduty(["incidents", "ack", id]);
      const matcher = { name: "alertname", value: "Silenced", isRegex: false };
      const now = Date.now();
      await ask("POST", "/silences", {
        matchers: [matcher],
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 60_000).toISOString(),
        createdBy: "ada",
        comment: "new disk",
      });
      await post("Firing", true);
      const firing = await keyOf("Firing");
      await site.reaches(firing, "OPEN");
      // As long as it is silenced it is not known to be over.
      const during = await reconcile();
      expect(during).toMatchObject({ code: 0 });
      expect(during.stderr).toContain("1 silenced or inhibited: left unchanged");
      expect((await site.incidents()).get(silenced)?.status).toBe("ACKNOWLEDGED");
      await post("Silenced", false);
      await site.until("the end of the silenced alert", async () => {
        const alerts = (await ask("GET", "/alerts")) as { labels: { alertname: string } }[];
        return alerts.some(({ labels }) => labels.alertname === "Silenced") ? undefined : true;
      });

      // What was closed by hand although it fires is opened again; what is over is resolved.
      const [incident] = [...(await site.incidents()).values()].filter(({ dedup_key: key }) => key === firing);
      await site.onduty(["incidents", "resolve", incident?.id ?? ""]);
      const dry = await reconcile("--dry-run", "--json");
      const planned = JSON.parse(dry.stdout) as { body: { event_action: string; dedup_key: string } }[];
      expect(planned.map(({ body }) => `${body.event_action} ${body.dedup_key}`).sort()).toEqual([
        `resolve ${silenced}`,
        `trigger ${firing}`,
      ]);
      expect((await site.incidents()).get(silenced)?.status).toBe("ACKNOWLEDGED");
      expect(await reconcile()).toMatchObject({ code: 0 });
      const after = await site.incidents();
      expect([plain, silenced, firing].map((key) => after.get(key)?.status)).toEqual(["RESOLVED", "RESOLVED", "OPEN"]);
      const again = await reconcile();
      expect(again.stderr).toContain("1 alert firing: 1 open already, 0 to trigger");

      // Nothing fires any more, which an empty list alone does not show.
      await post("Firing", false);
      await site.reaches(firing, "RESOLVED");
      expect((await reconcile()).code).toBe(2);
      // It starts again and knows nothing yet.
      expect((await reconcile("--min-uptime", "1h")).code).toBe(1);
    }));
});
