import type { AlertParser } from "./alert.ts";

/** The formats of `--from`. */
export const formats = ["alertmanager", "datadog", "cloudwatch"] as const;
export type Format = (typeof formats)[number];

export async function parserOf(format: Format): Promise<AlertParser> {
  switch (format) {
    case "alertmanager":
      return (await import("./alertmanager.ts")).fromAlertmanager;
    case "datadog":
      return (await import("./datadog.ts")).fromDatadog;
    case "cloudwatch":
      return (await import("./cloudwatch.ts")).fromCloudwatch;
  }
}
