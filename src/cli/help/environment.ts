interface Section {
  heading: string;
  /** Names in the order in which they apply, and what they do. */
  variables: [names: string, meaning: string][];
  /** Said below them. */
  remark?: string;
}

const sections: Section[] = [
  {
    heading: "Choosing and printing",
    variables: [
      ["ONDUTY_PROFILE", "profile to use, as --profile"],
      ["ONDUTY_OUTPUT", "format of output, as --output"],
      ["NO_COLOR", "no colour, whatever FORCE_COLOR says"],
      ["FORCE_COLOR", "colour although the output is not a terminal; so does CLICOLOR_FORCE"],
      ["TZ", "time zone of printed times, unless --tz is given"],
      ["BROWSER", 'program that "incidents open" starts'],
    ],
  },
  {
    heading: "The environment profile, which needs no config file: for CI",
    variables: [
      ["ONDUTY_PROVIDER", "opsknight, flashduty or flotiq; makes it apply"],
      ["ONDUTY_BASE_URL", "address of the vendor; has a default on flashduty and flotiq"],
      ["ONDUTY_API_KEY", "API key; on Flashduty the APP key"],
      ["ONDUTY_INTEGRATION_KEY", "key for sending events"],
      ["ONDUTY_CHANGE_KEY", "key for Flashduty's change events"],
      ["FLASHDUTY_APP_KEY", "the same as ONDUTY_API_KEY, on flashduty"],
      ["FLOTIQ_API_KEY", "the same as ONDUTY_API_KEY, on flotiq"],
    ],
  },
  {
    heading: "Of any profile",
    variables: [
      ["ONDUTY_SERVICE", "service that events go to, as --service"],
      ["ONDUTY_ROUTING_KEY", "routing key of events, as --routing-key"],
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
  doctor" tells them.`,
  },
  {
    heading: "Network",
    variables: [
      ["HTTPS_PROXY HTTP_PROXY", "proxy to go through; ALL_PROXY where neither is set"],
      ["NO_PROXY", "hosts that are asked directly"],
      ["NODE_EXTRA_CA_CERTS", "PEM file of additional certificate authorities"],
    ],
  },
  {
    heading: "Other",
    variables: [
      ["CI", "set: nothing is ever asked, as with --no-input"],
      ["GITHUB_ACTIONS", "true: an error is told as an annotation of the job too"],
      ["ONDUTY_NO_UPDATE_NOTICE", "1: no word of newer versions, and none looked for"],
      ["NODE_DISABLE_COMPILE_CACHE", "1: compiled code is not kept in the cache folder"],
    ],
  },
];

/** The table, for programs: a row for each name. */
export const variables = sections.flatMap((section) =>
  section.variables.flatMap(([names, meaning]) => names.split(" ").map((name) => ({ name, meaning }))),
);

/** Column of the meanings, and how wide they may be. */
const indent = 26;
const width = 54;

/** The names, and behind them their meaning, on as many lines as it needs. */
function lines([names, meaning]: Section["variables"][number]): string {
  const rows = [""];
  for (const word of meaning.split(" ")) {
    const row = rows.pop() ?? "";
    const longer = row === "" ? word : `${row} ${word}`;
    rows.push(...(longer.length > width ? [row, word] : [longer]));
  }
  const head = `  ${names} `.padEnd(indent);
  return [
    head.length > indent ? `${head.trimEnd()}\n${" ".repeat(indent)}` : head,
    rows.join(`\n${" ".repeat(indent)}`),
  ].join("");
}

/** `onduty help environment`. */
export const environment = `Variables that onduty reads

An option wins over a variable, a variable over a profile, a profile over a
default. "onduty profiles show" prints each value with where it came from.

${sections
  .map(({ heading, variables: own, remark }) =>
    [heading, ...own.map(lines), ...(remark === undefined ? [] : [remark])].join("\n"),
  )
  .join("\n\n")}

No .env file is ever read.

Examples:
  export ONDUTY_PROFILE=staging
  ONDUTY_PROVIDER=flotiq ONDUTY_API_KEY=... onduty keys validate
`;
