/** `onduty help environment`. */
export const environment = `Variables that onduty reads

An option wins over a variable, a variable over a profile, a profile over a
default. "onduty profiles show" prints each value with where it came from.

Choosing and printing
  ONDUTY_PROFILE          profile to use, as --profile
  ONDUTY_OUTPUT           format of output, as --output
  NO_COLOR                no colour, whatever FORCE_COLOR says
  FORCE_COLOR             colour although the output is not a terminal; so does
                          CLICOLOR_FORCE
  TZ                      time zone of printed times, unless --tz is given
  BROWSER                 program that "incidents open" starts

The environment profile, which needs no config file: for CI
  ONDUTY_PROVIDER         opsknight, flashduty or flotiq; makes it apply
  ONDUTY_BASE_URL         address of the vendor; has a default on flashduty and
                          flotiq
  ONDUTY_API_KEY          API key; on Flashduty the APP key
  ONDUTY_INTEGRATION_KEY  key for sending events
  ONDUTY_CHANGE_KEY       key for Flashduty's change events
  FLASHDUTY_APP_KEY       the same as ONDUTY_API_KEY, on flashduty
  FLOTIQ_API_KEY          the same as ONDUTY_API_KEY, on flotiq

Of any profile
  ONDUTY_SERVICE          service that events go to, as --service
  ONDUTY_ROUTING_KEY      routing key of events, as --routing-key
  ONDUTY_USER             who "me" is: id, e-mail address or name

Places
  ONDUTY_CONFIG_DIR       folder of config.json; else $XDG_CONFIG_HOME/onduty,
                          else ~/.config/onduty
  ONDUTY_STATE_DIR        folder of the spool; else $XDG_STATE_HOME/onduty,
                          else ~/.local/state/onduty
  On macOS and Windows the last of these are the system's own places; "onduty
  doctor" tells them.

Network
  HTTPS_PROXY HTTP_PROXY  proxy to go through; ALL_PROXY where neither is set
  NO_PROXY                hosts that are asked directly
  NODE_EXTRA_CA_CERTS     PEM file of additional certificate authorities

Other
  CI                      set: nothing is ever asked, as with --no-input
  GITHUB_ACTIONS          true: an error is told as an annotation of the job too
  ONDUTY_NO_UPDATE_NOTICE 1: no word of newer versions, and none looked for
  NODE_DISABLE_COMPILE_CACHE
                          1: compiled code is not kept in the cache folder

No .env file is ever read.

Examples:
  export ONDUTY_PROFILE=staging
  ONDUTY_PROVIDER=flotiq ONDUTY_API_KEY=... onduty keys validate
`;
