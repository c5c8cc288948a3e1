import type { Format } from "../output/options.ts";
import { type AnyResult, list, type ResultEnd, text } from "../output/result.ts";
import type { Shape } from "../output/shape.ts";
import type { Sandbox, ServedVendor } from "./server.ts";
import type { Webhook } from "./webhooks.ts";

/** A vendor that the sandbox serves, as JSON prints it. */
export interface VendorRow {
  provider: string;
  baseUrl: string;
  keys: Readonly<Record<string, string>>;
}

export const vendorShape: Shape<VendorRow> = {
  columns: [
    { header: "PROVIDER", value: (row) => row.provider },
    { header: "BASE URL", value: (row) => row.baseUrl },
    { header: "KEYS", value: ({ keys }) => keyWords(keys), cut: 1 },
  ],
  fields: ["provider", "baseUrl", "keys"],
  id: (row) => row.baseUrl,
};

/** What is printed when the sandbox is ready: address and keys of each vendor. */
export function servedResult(
  { port, vendors }: Pick<Sandbox, "port" | "vendors">,
  format: Format,
  end: ResultEnd,
): AnyResult {
  const rows = vendors.map(toRow);
  if (format === "json") return text(JSON.stringify({ port, vendors: rows }), end);
  return format === "table" ? text(rows.map(linesOf).join("\n"), end) : list(rows, end);
}

/** Where webhooks go, and how to receive them. */
export function webhookNotices({ url, secret }: Webhook): string[] {
  return [
    `webhooks of opsknight go to ${url}, signed with the secret ${secret}`,
    `receive them with: ONDUTY_WEBHOOK_SECRET=${secret} onduty webhooks listen --secret-env ONDUTY_WEBHOOK_SECRET`,
  ];
}

function toRow({ name, baseUrl, keys }: ServedVendor): VendorRow {
  return { provider: name, baseUrl, keys };
}

function linesOf({ provider, baseUrl, keys }: VendorRow): string {
  const lines = Object.entries(keys).map(([name, key]) => `  ${name.padEnd(12)} ${key}`);
  return [`${provider.padEnd(10)} ${baseUrl}`, ...lines].join("\n");
}

function keyWords(keys: VendorRow["keys"]): string {
  return Object.entries(keys)
    .map(([name, key]) => `${name}=${key}`)
    .join(" ");
}
