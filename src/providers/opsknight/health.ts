import { CliError, Interrupted } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";

/**
 * See `Provider.findOutage`. `GET /api/health?mode=readiness` takes no key, and answers 503 with the parts that have failed. Source:
 * recorded from server 1.3.1.
 */
export async function findOutage(connection: Connection): Promise<string | undefined> {
  const http = await connection.http(null);
  let parts: string[] = [];
  try {
    await http.request("GET /api/health", {
      query: { mode: "readiness" },
      onResponse: ({ text }) => {
        parts = failedParts(text);
      },
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    if (error.status === undefined || error.status < 500) return undefined;
    const which = parts.length === 0 ? "" : `: ${parts.join(", ")} failed`;
    return `the server is not ready${which} (${error.status})`;
  }
}

function failedParts(json: string): string[] {
  try {
    const checks = asObject(asObject(JSON.parse(json))?.checks) ?? {};
    return Object.entries(checks).flatMap(([name, check]) =>
      asText(asObject(check)?.status) === "unhealthy" ? [name] : [],
    );
  } catch {
    return [];
  }
}
