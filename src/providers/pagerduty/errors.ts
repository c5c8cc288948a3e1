import type { RawResponse, VendorError } from "../../http/dialect.ts";
import type { KeyKind } from "../../model/key.ts";
import { asObject } from "../../model/object.ts";
import { asText } from "../wire.ts";

/*
 * Failures of PagerDuty: `{error: {message, code, errors}}` of the REST API, `{status, message, errors}` of the Events API.
 * Source: the vendor's documentation, and issues of its clients.
 */

/** Codes of an incident that is already in the state that was asked for. */
const alreadyCodes = ["1001", "1002", "1019"];

/** Whether a failure means that the incident was resolved, acknowledged or merged already. */
export function isAlready({ code }: { code?: string | undefined }): boolean {
  return code !== undefined && alreadyCodes.includes(code);
}

export const userHint = "set the user of the profile, or ONDUTY_USER, to the e-mail address of a user of the account";

/** The failure that a response reports; undefined on success. */
export function readError(response: RawResponse, kind: KeyKind): VendorError | undefined {
  if (response.status < 400) return undefined;
  return kind === "api" ? readRestError(response) : readEventError(response);
}

/** Such a route names nothing that could be missing. */
const listRoute =
  /^GET \/(abilities|incidents|services|schedules|users(\/me)?|teams|oncalls|change_events|maintenance_windows)$/;

function readRestError({ route, status, body }: RawResponse): VendorError | undefined {
  const object = asObject(body);
  const error = asObject(object?.error);
  const text = asText(error?.message) ?? asText(object?.error) ?? asText(object?.message);
  const details = textsOf(error?.errors);
  const message = [text, details.join("; ")].filter(Boolean).join(": ") || undefined;
  const reported: VendorError = { code: asText(error?.code) ?? undefined, message };
  switch (status) {
    case 400:
      // The code of a missing `From` means something else in the documentation, so that the name of the header decides. That of an
      // unknown address is 1008.
      return reported.code === "1008" || /\bFrom\b/.test(message ?? "") ? { ...reported, hint: userHint } : reported;
    case 401:
      // It has been seen without JSON.
      return { ...reported, kind: "auth", message: "the key was not accepted", hint: "onduty keys validate" };
    case 402:
      return {
        ...reported,
        kind: "failure",
        reason: "account",
        message: `the plan of the account does not have this${message === undefined ? "" : `: ${message}`}`,
      };
    case 403:
      return { ...reported, kind: "auth", message: denialOf(route, message) };
    case 404:
      if (object === undefined || listRoute.test(route)) break;
      return { ...reported, kind: "notFound", message: message ?? "not found" };
    default:
      return reported;
  }
  return noRoute;
}

const noRoute: VendorError = {
  kind: "failure",
  reason: "routeNotFound",
  message: "this server has no such route",
  hint: "check the base URL: onduty profiles show",
};

/** Routes whose scope is not named as their first part; the first that matches counts. Source: OpenAPI. */
const otherScopes: readonly [part: RegExp, name: string][] = [
  [/\/audit\//, "audit_records"],
  [/^\/status_pages/, "status_pages"],
  [/\/custom_fields(?!\/values)/, "custom_fields"],
  [/\/incidents\/types/, "incident_types"],
  [/\/(contact_methods|notification_rules)/, "users:contact_methods"],
  [/\/sessions/, "users:sessions"],
  [/^\/notifications/, "users:notifications"],
  [/\/(un|account_|notification_)?subscri/, "subscribers"],
  [/\/(change_)?tags/, "tags"],
  [/\/license(_allocations)?$/, "licenses"],
  [/\/oauth_delegations/, "oauth_delegations"],
  [/^\/schedules\/[^/]+\/users/, "users"],
  [/^\/(log_entries|paused_incident_reports)/, "incidents"],
  [
    /^\/(alert_grouping_settings|business_services|event_orchestrations\/services|maintenance_windows|service_dependencies)/,
    "services",
  ],
  [/^\/v3\//, "schedules"],
  [/^\/rulesets/, "event_rules"],
  [/^\/enrichment/, "contextual_data"],
  [/^\/incident_workflows\/[^/]+\/instances/, "incident_workflows:instances"],
  [/^\/workflows\/integrations.*\/connections/, "workflow_integrations:connections"],
  [/^\/workflows\/integrations/, "workflow_integrations"],
];

/** The scope that a route needs: an OAuth token may lack it, and a key that only reads lacks all that write. */
function scopeOf(route: string): string {
  const [method = "", path = ""] = route.split(" ");
  const [, area = ""] = path.split(/[/?]/);
  const name = otherScopes.find(([part]) => part.test(path))?.[1] ?? area;
  return `${name}.${method === "GET" ? "read" : "write"}`;
}

function denialOf(route: string, message: string | undefined): string {
  const scope = scopeOf(route);
  const reason = message === undefined ? "" : `: ${message}`;
  return `the key is not allowed to do this: it needs ${scope}${reason}`;
}

/** A wrong key is a 400 here: it can be repaired, and must not cost the event. */
function readEventError({ status, body }: RawResponse): VendorError | undefined {
  // The host of events has nothing that could be missing but its routes.
  if (status === 404 || status === 405) return noRoute;
  const object = asObject(body);
  if (object === undefined) return undefined;
  const details = textsOf(object.errors);
  const message = [asText(object.message), details.join("; ")].filter(Boolean).join(": ") || undefined;
  const isKey = status === 401 || status === 403 || (status === 400 && /routing[ _]?key/i.test(message ?? ""));
  if (!isKey) return { message };
  return {
    kind: "auth",
    message: `the integration key was not accepted${message === undefined ? "" : `: ${message}`}`,
    hint: "onduty keys list",
  };
}

/** A list of texts, a text, or an object of lists by field. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => asText(one) ?? []);
  const object = asObject(value);
  if (object === undefined) return asText(value) === null ? [] : [String(value)];
  return Object.entries(object).map(([field, texts]) => `${field} ${textsOf(texts).join(", ")}`.trim());
}
