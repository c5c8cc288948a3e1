import type { NotifyReader } from "./notification.ts";

/** The systems of `events notify --from`. */
export const systems = ["nagios", "icinga2", "monit", "zabbix", "collectd", "nut", "systemd"] as const;
export type System = (typeof systems)[number];

/** Whether it writes the notification to standard input. Nothing is read for the others: it may never end. */
export function readsInput(system: System): boolean {
  return system === "collectd";
}

export async function readerOf(system: System): Promise<NotifyReader> {
  switch (system) {
    case "nagios":
      return (await import("./nagios.ts")).fromNagios;
    case "icinga2":
      return (await import("./nagios.ts")).fromIcinga2;
    case "monit":
      return (await import("./monit.ts")).fromMonit;
    case "zabbix":
      return (await import("./zabbix.ts")).fromZabbix;
    case "collectd":
      return (await import("./collectd.ts")).fromCollectd;
    case "nut":
      return (await import("./nut.ts")).fromNut;
    case "systemd":
      return (await import("./systemd.ts")).fromSystemd;
  }
}
