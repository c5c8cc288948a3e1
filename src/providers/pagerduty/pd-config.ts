import { usageError } from "../../errors.ts";
import { asObject } from "../../model/object.ts";
import type { ForeignAccount } from "../imports.ts";
import { asText } from "../wire.ts";

/*
 * `config.json` of pd: `{defaultSubdomain, subdomains: [{alias, subdomain, user, legacyToken, isDomainToken, accessToken, refreshToken,
 * expiresAt}]}`, where `defaultSubdomain` is an alias, or of its first versions `{token}`. Source: the program's own code.
 */

const euHost = "https://api.eu.pagerduty.com";

/** @throws {CliError} `usage` on a text that is not such a file */
export function readPdConfig(text: string, now: Date): ForeignAccount[] {
  const config = asObject(parse(text.replace(/^\uFEFF/, "")));
  if (config === undefined) throw usageError("it is not a JSON object");
  if (Object.hasOwn(config, "token")) {
    const key = asText(config.token);
    return [{ name: null, account: null, key, kind: key?.length === 20 ? "user" : "oauth", isDefault: true }];
  }
  if (!Array.isArray(config.subdomains)) throw usageError('it has neither "subdomains" nor "token"');
  return config.subdomains.map((entry) => toAccount(asObject(entry) ?? {}, asText(config.defaultSubdomain), now));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError("it is not JSON");
  }
}

function toAccount(entry: Record<string, unknown>, defaultAlias: string | null, now: Date): ForeignAccount {
  const [alias, account, token] = [asText(entry.alias), asText(entry.subdomain), asText(entry.accessToken)];
  const user = asObject(entry.user);
  const email = asText(user?.email);
  const note = token === null ? null : noteOn(asText(entry.expiresAt), now);
  return {
    name: alias ?? account,
    account,
    key: token ?? asText(entry.legacyToken),
    kind: token === null ? (entry.isDomainToken === true ? "account" : "user") : "oauth",
    ...(isEuropean(account, asText(user?.html_url)) && { baseUrl: euHost }),
    ...(email?.includes("@") === true && { user: email }),
    isDefault: alias !== null && alias === defaultAlias,
    ...(note !== null && { note }),
  };
}

/** The account of an address `https://NAME.eu.pagerduty.com`. */
function isEuropean(account: string | null, address: string | null): boolean {
  const host = address !== null && URL.canParse(address) ? new URL(address).hostname : `${account ?? ""}.pagerduty.com`;
  return host.endsWith(".eu.pagerduty.com");
}

/** The token of a login ends, and only pd could renew it. */
function noteOn(expiresAt: string | null, now: Date): string {
  const end = new Date(expiresAt ?? "");
  const advice = "a key of a user does not expire";
  if (Number.isNaN(end.getTime())) return `the token of a login expires and is not renewed; ${advice}`;
  if (end <= now) return `the token of the login expired at ${end.toISOString()}; ${advice}`;
  return `the token of the login expires at ${end.toISOString()} and is not renewed; ${advice}`;
}
