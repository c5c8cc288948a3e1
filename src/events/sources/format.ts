/** The formats of `--from`. */
export const formats = [
  "alertmanager",
  "grafana",
  "datadog",
  "cloudwatch",
  "pagerduty",
  "azure",
  "gcp",
  "sentry",
  "newrelic",
  "uptime-kuma",
  "zabbix",
  "checkmk",
] as const;
export type Format = (typeof formats)[number];
