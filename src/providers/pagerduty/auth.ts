import { CliError } from "../../errors.ts";
import type { OutgoingRequest } from "../../http/dialect.ts";
import type { KeyKind } from "../../model/key.ts";
import { asObject } from "../../model/object.ts";

/* How requests carry keys. Source: the vendor's OpenAPI and documentation, and its clients. */

/** The key of an integration goes into the body, which the spool and `--dry-run` never see with it. */
export function authorize(request: OutgoingRequest, kind: KeyKind, key: string): void {
  const { headers, body } = request;
  if (kind !== "api") {
    const fields = asObject(body);
    if (fields !== undefined) request.body = { routing_key: key, ...fields };
    return;
  }
  // An API key has 20 characters, an OAuth token more.
  headers.authorization = key.length === 20 ? `Token token=${key}` : `Bearer ${key}`;
  // Without the version, that of the key's own age is used.
  if (headers.accept === "application/json") headers.accept = "application/vnd.pagerduty+json;version=2";
  headers["content-type"] ??= "application/json";
}

/** What the form of a key shows of it; null for nothing. */
export function kindOf(kind: KeyKind, key: string): string | null {
  if (kind !== "api") return key.startsWith("R") ? "ruleset" : null;
  if (key.startsWith("u+")) return "user";
  return key.length === 20 ? null : "oauth";
}

const isIntegrationKey = (key: string): boolean => /^[A-Za-z0-9]{32}$/.test(key);

/**
 * Refuses a key of another kind before it is sent; an event waits until that is repaired.
 *
 * @throws {CliError} `usage` with the reason `keyForm`
 */
export function checkForm(kind: KeyKind, key: string): void {
  if (key === "" || isIntegrationKey(key) === (kind !== "api")) return;
  const message =
    kind === "api"
      ? "the API key of the profile is an integration key of PagerDuty, which only sends events: --kind integration takes it"
      : "the integration key of the profile cannot be one of PagerDuty, which has 32 letters and digits; an API key sends no events";
  throw new CliError("usage", message, { reason: "keyForm" });
}
