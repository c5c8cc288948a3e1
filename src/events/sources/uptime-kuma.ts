import { usageError } from "../../errors.ts";
import { fingerprint } from "../../model/fingerprint.ts";
import { asObject } from "../../model/object.ts";
import { joinKey } from "../dedup-key.ts";
import type { Reading } from "./alert.ts";
import { type Fields, firstLine, hostOf, linksOf, textOf, timeOf, withoutLogin } from "./fields.ts";
import { foreignText } from "./signs.ts";

/**
 * What the webhook of Uptime Kuma posts: `heartbeat`, `monitor` and `msg`. A heartbeat's status is 0 (down), 1 (up), 2
 * (pending) or 3 (maintenance); its time is UTC. Without a heartbeat it is a notice, such as of a certificate that expires.
 * Source: Uptime Kuma's wiki, "Notification methods", and its documented example of the webhook's body.
 *
 * @throws {CliError} `usage` when it is something else
 */
export function fromUptimeKuma(document: Fields): Reading[] {
  const [heartbeat, monitor] = [asObject(document.heartbeat), asObject(document.monitor)];
  const message = firstLine(textOf(document, "msg"));
  if (!("heartbeat" in document) || (heartbeat === undefined && message === undefined))
    throw usageError(foreignText(document, "uptime-kuma", '"heartbeat" and "msg" are missing'));
  const name = textOf(monitor, "name") ?? "Uptime Kuma";
  const id = textOf(monitor, "id") ?? textOf(heartbeat, "monitorID");
  const reason = firstLine(textOf(heartbeat, "msg"));
  const common = {
    source: textOf(monitor, "hostname") ?? hostOf(monitor?.url) ?? name,
    component: textOf(monitor, "pathName"),
    group: undefined,
    class: textOf(monitor, "type"),
    details: { monitor: name, message: document.msg, reason, ...pick(monitor), tags: monitor?.tags },
    links: linksOf([["Monitored page", monitor?.url]]),
  };
  if (heartbeat === undefined) {
    if (/testing$/i.test(message ?? "")) return [{ skipped: "it is a test of the notification" }];
    const key = joinKey("uptime-kuma", "notice", fingerprint(withoutDays(message ?? "")));
    const notice = { action: "trigger", dedupKey: key, summary: message ?? name, severity: "warning" } as const;
    return [{ alert: { ...common, ...notice, at: undefined } }];
  }
  if (id === undefined) throw usageError('the "id" of the monitor is missing');
  const status = Number(heartbeat.status);
  if (status === 2) return [{ skipped: `the monitor "${name}" is pending: it is tried again` }];
  if (status === 3) return [{ skipped: `the monitor "${name}" is in maintenance` }];
  if (status !== 0 && status !== 1)
    throw usageError(`the status ${JSON.stringify(heartbeat.status)} of the monitor "${name}" is not known`);
  return [
    {
      alert: {
        ...common,
        action: status === 0 ? "trigger" : "resolve",
        dedupKey: joinKey("uptime-kuma", id),
        summary: `${name} is ${status === 0 ? "down" : "up"}${reason === undefined ? "" : `: ${reason}`}`,
        severity: "critical",
        at: timeOf(inUtc(textOf(heartbeat, "time"))),
      },
    },
  ];
}

/** What is left of a certificate changes from notice to notice; a number in the name of a host does not. */
function withoutDays(message: string): string {
  return message.replace(/\b\d+(?=\s+days?\b)/gi, "#").replace(/# days?\b/gi, "# days");
}

/** `2026-03-01 02:14:07.123` is UTC here. */
function inUtc(time: string | undefined): string | undefined {
  return time !== undefined && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(time)
    ? `${time.replace(" ", "T")}Z`
    : time;
}

/** A monitor holds the secrets of what it watches: only what describes it goes out. */
function pick(monitor: Fields | undefined): Fields {
  const names = ["description", "hostname", "port", "type", "interval"];
  const url = textOf(monitor, "url");
  return {
    ...Object.fromEntries(names.map((name) => [name, monitor?.[name]])),
    url: url === undefined ? undefined : withoutLogin(url),
  };
}
