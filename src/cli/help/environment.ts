import { keyVariables } from "../../config/settings.ts";
import { keyKinds } from "../../model/key.ts";
import { enumerate } from "../../model/text.ts";
import type { VendorDescriptor } from "../../providers/descriptor.ts";
import {
  vendors as allVendors,
  providerNames,
  providersWithDefaultUrl,
  providerTitles,
} from "../../providers/index.ts";
import { wrap } from "../wrap.ts";

interface Section {
  heading: string;
  /** Names in the order in which they apply, and what they do. */
  variables: [names: string, meaning: string][];
  /** Printed below them. */
  remark?: string;
}

const sectionsOf = (vendors: readonly VendorDescriptor[]): Section[] => [
  {
    heading: "Choosing and printing",
    variables: [
      ["ONDUTY_PROFILE", "profile to use, as --profile"],
      ["ONDUTY_OUTPUT", "format of output, as --output"],
      ["NO_COLOR", "no color, even with FORCE_COLOR"],
      ["FORCE_COLOR", "color even when the output is not a terminal; so does CLICOLOR_FORCE"],
      ["TZ", "time zone of printed times, unless --tz is given"],
      ["ONDUTY_PAGER", "what shows help that does not fit the terminal, else PAGER, else less; empty for none"],
      ["BROWSER", 'program that "incidents open" starts'],
    ],
  },
  {
    heading: "The environment profile, which needs no config file: for CI",
    variables: [
      ["ONDUTY_PROVIDER", `${enumerate(providerNames(vendors), "or")}; makes it apply`],
      [
        "ONDUTY_BASE_URL",
        `address of the vendor; has a default on ${enumerate(providersWithDefaultUrl(vendors), "and")}`,
      ],
      [keyVariables.api, ["API key", ...otherNames(vendors)].join("; ")],
      [keyVariables.integration, "key for sending events"],
      [keyVariables.change, `key for ${enumerate(withChangeKey(vendors), "and")}'s change events`],
      ...vendors.flatMap(vendorVariables),
    ],
  },
  {
    heading: "Of any profile",
    variables: [
      ["ONDUTY_SERVICE", "service that events go to, as --service"],
      ["ONDUTY_ROUTING_KEY", "routing key of events, as --routing-key"],
      ["ONDUTY_JOB", "leg of a CI job, or what runs in a container: a part of dedup keys made by onduty"],
      ["ONDUTY_USER", 'who "me" is: id, e-mail address or name'],
    ],
  },
  {
    heading: "Places",
    variables: [
      ["ONDUTY_CONFIG_DIR", "folder of config.json; else $XDG_CONFIG_HOME/onduty, else ~/.config/onduty"],
      ["ONDUTY_STATE_DIR", "folder of the spool; else $XDG_STATE_HOME/onduty, else ~/.local/state/onduty"],
    ],
    remark: `  On macOS and Windows the last of these are the system's own places; "onduty
  doctor" shows them.`,
  },
  {
    heading: "Network",
    variables: [
      ["HTTPS_PROXY HTTP_PROXY", "proxy to go through; ALL_PROXY where neither is set"],
      ["NO_PROXY", "hosts that are asked directly"],
      ["NODE_EXTRA_CA_CERTS", "PEM file of additional certificate authorities"],
      ["SSL_CERT_FILE, SSL_CERT_DIR", "more of them, for a server that Node does not trust"],
    ],
  },
  {
    heading: "Other",
    variables: [
      ["CI", "set: nothing is ever asked, as with --no-input"],
      ["GITHUB_ACTIONS", "true: an error is also printed as an annotation of the job"],
      ["ONDUTY_NO_UPDATE_NOTICE", "1: no check for newer versions"],
      ["NODE_DISABLE_COMPILE_CACHE", "1: compiled code is not kept in the cache folder"],
    ],
  },
];

/** The names that vendors use for the API key on their pages. */
function otherNames(vendors: readonly VendorDescriptor[]): string[] {
  return vendors.flatMap(({ title, keys }) =>
    keys.api?.title === undefined ? [] : `on ${title} the ${keys.api.title}`,
  );
}

function withChangeKey(vendors: readonly VendorDescriptor[]): string[] {
  return providerTitles(vendors.filter(({ keys }) => keys.change !== undefined));
}

/** The vendor's own names of our variables. */
function vendorVariables({ name, keys }: VendorDescriptor): Section["variables"] {
  return keyKinds.flatMap((kind) =>
    (keys[kind]?.variables ?? []).map((own): [string, string] => [
      own,
      `the same as ${keyVariables[kind]}, on ${name}`,
    ]),
  );
}

/** The table, for programs: a row for each name. */
export function variableRows(vendors: readonly VendorDescriptor[] = allVendors): { name: string; meaning: string }[] {
  return sectionsOf(vendors).flatMap((section) =>
    section.variables.flatMap(([names, meaning]) => names.split(" ").map((name) => ({ name, meaning }))),
  );
}

/** Column of the meanings, and how wide they may be. */
const indent = 26;
const width = 54;

/** The names, each followed by its meaning, on as many lines as it needs. */
function lines([names, meaning]: Section["variables"][number]): string {
  const head = `  ${names} `.padEnd(indent);
  return [
    head.length > indent ? `${head.trimEnd()}\n${" ".repeat(indent)}` : head,
    wrap(meaning, width).join(`\n${" ".repeat(indent)}`),
  ].join("");
}

/** `onduty help environment`. */
export const environment = (vendors: readonly VendorDescriptor[] = allVendors): string => `Variables that onduty reads

An option wins over a variable, a variable over a profile, a profile over a
default. "onduty profiles show" prints each value with where it came from.

${sectionsOf(vendors)
  .map(({ heading, variables: own, remark }) =>
    [heading, ...own.map(lines), ...(remark === undefined ? [] : [remark])].join("\n"),
  )
  .join("\n\n")}

No .env file is ever read.

Examples:
  export ONDUTY_PROFILE=staging
  ONDUTY_PROVIDER=flotiq ONDUTY_API_KEY=... onduty keys validate
`;
