/** `onduty help profiles`. */
export const profiles = `Profiles, keys, and which of them applies

A profile names a vendor, its address and keys. It is stored in config.json,
which only you can read. The first profile added becomes the current one.

Which profile applies
  1. --profile NAME
  2. ONDUTY_PROFILE
  3. the environment profile, when ONDUTY_PROVIDER is set (it is called "env")
  4. the current one: "onduty profiles use NAME"

Keys
  api          everything on OpsKnight and Flotiq; on Flashduty everything but
               sending events, there it is called APP key
  integration  sending events
  change       Flashduty's change events

How a key gets in
  It is asked for at the terminal, unseen, or read from standard input
  (--stdin), from the first line that a command prints (--key-command), or from
  a variable (--key-env). With --keyring it is kept in the operating system's
  keyring, and in config.json where none answers; "onduty keys list" tells where
  each key lives. No option takes a key as its value: it would stand in the
  shell's history and in the list of processes.

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
