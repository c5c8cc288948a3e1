import { CliError, Interrupted } from "../../errors.ts";
import type { RawResponse, VendorError } from "../../http/dialect.ts";
import { isWebPage } from "../../http/status-errors.ts";
import type { Person } from "../../model/incident.ts";
import { type Identity, type KeyKind, type KeyVerdict, noScopes } from "../../model/key.ts";
import { asObject } from "../../model/object.ts";
import type { Connection, ProviderCode, RawList, RawPage } from "../provider.ts";
import { asArray, asText, missingRows } from "../wire.ts";
import { listContent, listTypes, searchContent, showContent } from "./content.ts";

/* Flotiq is a content system without on-call features. Source: the vendor's documentation. */

/** A GET. The vendor's samples for Node and PHP send a DELETE, which is a copy error: on other routes it deletes objects. */
const authContext = "GET /api/auth-context";

/** Such a route names nothing that could be missing. */
const listRoute = /^GET \/api\/(auth-context|v1\/internal\/contenttype|v1\/search)$/;

const noRoute: VendorError = {
  kind: "failure",
  reason: "routeNotFound",
  message: "this server has no such route",
  hint: "check the base URL: onduty profiles show",
};

/** `{code, message}` (the code a number), or on 400 an object of fields with lists of messages. */
function readError({ route, status, body }: RawResponse): VendorError | undefined {
  if (status < 400) return undefined;
  const object = asObject(body);
  if (object === undefined) return undefined;
  const message = asText(object.message) ?? asArray(object.data).map(asText).filter(Boolean).join("; ");
  if (status === 401) return { message: "the key was not accepted", hint: "onduty keys validate" };
  if (status === 404 && listRoute.test(route)) return noRoute;
  if (status === 403) return { message: "access denied, or the quota of calls is used up" };
  if (status === 400 && !message) {
    const fields = Object.entries(object).flatMap(([field, texts]) => {
      const messages = (Array.isArray(texts) ? texts : [texts]).flatMap((text) => asText(text) ?? []);
      return messages.length === 0 ? [] : [`${field}: ${messages.join(", ")}`];
    });
    return fields.length === 0 ? undefined : { message: fields.join("; ") };
  }
  return message ? { message, code: asText(object.code) ?? undefined } : undefined;
}

/** The vendor does not document the fields of this response: known ones are read. */
function toAccount(body: unknown): Person | null {
  const object = asObject(body) ?? {};
  const space = asObject(object.space) ?? asObject(object.organization);
  const user = asObject(object.user);
  const id = asText(space?.id) ?? asText(user?.id) ?? asText(space?.name) ?? asText(user?.email);
  return id === null ? null : { id, name: asText(space?.name) ?? asText(user?.name), email: asText(user?.email) };
}

async function validateKey(connection: Connection, kind: KeyKind): Promise<KeyVerdict> {
  const base = { kind: null, scopes: noScopes, account: null };
  const http = await connection.http(kind);
  let page = false;
  try {
    const { body, requestId } = await http.request(authContext, {
      onResponse: (answer) => {
        page = isWebPage(answer);
      },
    });
    return { ...base, status: "valid", account: toAccount(body), message: null, requestId };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    const { status, message, requestId = null } = error;
    // A 200 with any body means that the key was accepted. A web page comes from another server and proves nothing.
    if (status !== undefined && status < 300 && !page) return { ...base, status: "valid", message: null, requestId };
    if (status === 401) return { ...base, status: "invalid", message, requestId };
    if (status === 403) return { ...base, status: "restricted", message, requestId };
    if (status === 404)
      return {
        ...base,
        status: "unknown",
        message: "/api/auth-context not found; check the base URL",
        requestId,
        wrongServer: true,
      };
    return { ...base, status: "unknown", message, requestId };
  }
}

async function whoami(connection: Connection): Promise<Identity> {
  const http = await connection.http();
  const { body } = await http.request(authContext);
  const object = asObject(body) ?? {};
  const [space, user] = [asObject(object.space) ?? asObject(object.organization), asObject(object.user)];
  const account = asText(space?.id) ?? asText(space?.name);
  const person = asText(user?.id) ?? asText(user?.email);
  return {
    account: account === null ? null : { id: account, name: asText(space?.name) },
    user: person === null ? null : { id: person, name: asText(user?.name), email: asText(user?.email) },
    key: { kind: null, scopes: null },
  };
}

/** Reads `{total_pages, current_page, data}`. See `Provider.pageOf`. */
function pageOf(answer: unknown, { query, body }: RawPage): RawList | undefined {
  const object = asObject(answer);
  if (!Array.isArray(object?.data)) return undefined;
  const [page, pages] = [Number(object.current_page ?? 1), Number(object.total_pages ?? 1)];
  const more = page < pages;
  const total = pages <= 1 && typeof object.total_count === "number" ? object.total_count : undefined;
  const truncated = missingRows(object.data, { total, more });
  if (truncated !== undefined) return { rows: object.data, next: undefined, truncated };
  return { rows: object.data, next: more ? { query: { ...query, page: String(page + 1) }, body } : undefined };
}

export const flotiq = {
  dialect: (_, key) => ({
    authorize({ headers }) {
      headers["x-auth-token"] = key;
    },
    readError,
  }),
  content: { types: listTypes, list: listContent, search: searchContent, show: showContent },
  listMethods: ["GET"],
  pageOf,
  validateKey,
  whoami,
} satisfies ProviderCode;
