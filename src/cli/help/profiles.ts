import { enumerate } from "../../model/text.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import { vendors as allVendors, providerTitles } from "../../providers/index.ts";
import { wrap } from "../wrap.ts";

/** What each kind of key is for. */
function keyLines(vendors: readonly VendorDescriptor[]): string {
  const change = titles(vendors.filter(({ keys }) => keys.change !== undefined));
  const rows = [
    ["api", apiKeys(vendors)],
    ["integration", "sending events"],
    ["change", `${change}'s change events`],
  ] as const;
  return rows.map(([kind, text]) => `  ${kind.padEnd(13)}${wrap(text, 63).join(`\n${" ".repeat(15)}`)}`).join("\n");
}

/** How to make the keys of a vendor where that matters. */
function adviceLines(vendors: readonly VendorDescriptor[]): string {
  const lines = vendors.flatMap(({ title, keys }) =>
    Object.values(keys).flatMap(({ advice }) => (advice === undefined ? [] : wrap(`${title}: ${advice}`, 76))),
  );
  return lines.map((line) => `  ${line}\n`).join("");
}

function apiKeys(vendors: readonly VendorDescriptor[]): string {
  const parts = [`everything on ${titles(vendors.filter(({ keys }) => keys.api?.cannot === undefined))}`];
  for (const { title, keys } of vendors) {
    if (keys.api?.cannot === undefined) continue;
    const called = keys.api.title === undefined ? "" : `, there it is called ${keys.api.title}`;
    parts.push(`on ${title} everything but ${keys.api.cannot}${called}`);
  }
  return parts.join("; ");
}

function titles(vendors: readonly VendorDescriptor[]): string {
  return enumerate(providerTitles(vendors), "and");
}

/** `onduty help profiles`. */
export const profiles = (
  vendors: readonly VendorDescriptor[] = allVendors,
): string => `Profiles, keys, and which of them applies

A profile names a vendor, its address and keys. It is stored in config.json,
which only you can read. The first profile added becomes the current one.

Which profile applies
  1. --profile NAME
  2. ONDUTY_PROFILE
  3. the environment profile, when ONDUTY_PROVIDER is set (it is called "env")
  4. the current one: "onduty profiles use NAME"

Keys
${keyLines(vendors)}
${adviceLines(vendors)}
How to store a key
  A terminal asks for it and does not show it. Or it is read from standard input
  (--stdin), from the first line that a command prints (--key-command), or from
  a variable (--key-env). With --keyring it is stored in the operating system's
  keyring, or in config.json when no keyring responds. "onduty keys list" shows
  where each key is stored. No option takes a key as its value: it would appear
  in the shell's history and in the process list.

Where a key goes
  Only to the address of its profile. Redirects to another host are refused.
  http:// is refused except to this machine, or in a profile with --allow-http.

Several vendors, or several accounts of one, are several profiles; names are
letters, digits, dots, underscores and dashes, so "eu.prod" is fine.

"onduty profiles --help" and "onduty keys --help" list the commands.

Examples:
  onduty profiles add prod --provider opsknight --base-url https://opsknight.example.com
  onduty profiles add eu.prod --provider flashduty --key-command "pass show flashduty"
  onduty keys set eu.prod --kind integration --stdin < integration-key.txt
  onduty keys validate --all
  onduty profiles show eu.prod
`;
