import type { AlertParser } from "./alert.ts";
import type { Format } from "./format.ts";

/** Reads the documents of a format. `pagerduty` has events, the others alerts. */
export async function parserOf(format: Exclude<Format, "pagerduty">): Promise<AlertParser> {
  switch (format) {
    case "alertmanager":
      return (await import("./alertmanager.ts")).fromAlertmanager;
    case "grafana":
      return (await import("./grafana.ts")).fromGrafana;
    case "datadog":
      return (await import("./datadog.ts")).fromDatadog;
    case "cloudwatch":
      return (await import("./cloudwatch.ts")).fromCloudwatch;
    case "azure":
      return (await import("./azure.ts")).fromAzure;
    case "gcp":
      return (await import("./gcp.ts")).fromGcp;
    case "sentry":
      return (await import("./sentry.ts")).fromSentry;
    case "newrelic":
      return (await import("./newrelic.ts")).fromNewRelic;
    case "uptime-kuma":
      return (await import("./uptime-kuma.ts")).fromUptimeKuma;
    case "zabbix":
      return (await import("./zabbix.ts")).fromZabbix;
    case "checkmk":
      return (await import("./checkmk.ts")).fromCheckmk;
  }
}
