import { CliError, Interrupted } from "../../errors.ts";
import type { Person } from "../../model/incident.ts";
import { type Identity, type KeyKind, type KeyVerdict, noScopes } from "../../model/key.ts";
import type { Connection } from "../provider.ts";
import { asText } from "../wire.ts";
import { readData, toId } from "./wire.ts";

/** `/member/info` identifies the key owner. Only `/account/info` knows the key of an account's owner. */
async function readOwner(connection: Connection): Promise<{ data: Record<string, unknown>; requestId: string | null }> {
  const http = await connection.http();
  const ask = async (route: "POST /member/info" | "POST /account/info") => {
    const { body, requestId } = await http.request(route, { body: {}, idempotent: true, reads: true });
    const data = readData(body);
    // A proxy may return 200 as well: only the owner proves that the vendor knows the key.
    if (toOwner(data) === null) {
      throw new CliError("failure", `${route}: the response does not identify the owner of the key`, {
        requestId: requestId ?? undefined,
        hint: "check the base URL: onduty profiles show",
      });
    }
    return { data, requestId };
  };
  try {
    return await ask("POST /member/info");
  } catch (error) {
    if (!(error instanceof CliError) || (!isUnauthorized(error) && error.status !== 400)) throw error;
    return ask("POST /account/info").catch((second: unknown) => {
      // The first error counts unless the second is more specific. A missing route is not, nor is a refusal of a key that the
      // first route knew.
      const isLessSpecific =
        second instanceof CliError && (second.status === 404 || (isUnauthorized(second) && !isUnauthorized(error)));
      throw isLessSpecific ? error : second;
    });
  }
}

/** The code decides before the status, which may be 200. */
function isUnauthorized({ status, code }: CliError): boolean {
  return status === 401 || code === "Unauthorized";
}

export async function validateKey(connection: Connection, kind: KeyKind): Promise<KeyVerdict> {
  const base = { kind: kind === "api" ? "app" : kind, scopes: noScopes, account: null };
  if (kind !== "api") {
    const message = `${kind === "change" ? "a change" : "an integration"} key cannot be checked without sending an event`;
    return { ...base, status: "unknown", message, requestId: null, uncheckable: true };
  }
  try {
    const { data, requestId } = await readOwner(connection);
    return { ...base, status: "valid", account: toOwner(data), message: null, requestId };
  } catch (error) {
    if (!(error instanceof CliError) || error instanceof Interrupted) throw error;
    return { ...base, ...judge(error), requestId: error.requestId ?? null };
  }
}

/** The status of a key by the failure of its request. Source: the vendor's table of error codes. */
function judge(error: CliError): Pick<KeyVerdict, "status" | "message" | "wrongServer"> {
  const { status, code, message, kind } = error;
  if (status === undefined && kind === "auth") return { status: "missing", message };
  if (isUnauthorized(error)) return { status: "invalid", message };
  if (status === 403 || code === "AccessDenied") return { status: "restricted", message };
  // The key is valid; the account has a problem.
  if (status === 402 || ["BalanceNotEnough", "NoLicense", "ResourceNotFound"].includes(code ?? ""))
    return { status: "restricted", message };
  if (status === 404)
    return { status: "unknown", message: `${message}; is this the right base URL?`, wrongServer: true };
  return { status: "unknown", message };
}

export async function whoami(connection: Connection): Promise<Identity> {
  const { data } = await readOwner(connection);
  const account = toId(data.account_id);
  return {
    account: account === null ? null : { id: account, name: asText(data.account_name) },
    user: toId(data.member_id) === null ? null : toOwner(data),
    key: { kind: "app", scopes: null },
  };
}

function toOwner(data: Record<string, unknown>): Person | null {
  const id = toId(data.member_id) ?? toId(data.account_id);
  return id === null
    ? null
    : { id, name: asText(data.member_name) ?? asText(data.account_name), email: asText(data.email) };
}
