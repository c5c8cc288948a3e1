/** `onduty help formatting`. */
export const formatting = `Formats of output, fields, jq, colors and times

Results go to stdout, everything else to stderr: a pipe only gets data.

Formats (-o, --output)
  table    default. At a terminal aligned, colored, with relative times, cut to
           its width; an id is never cut. In a pipe separated by tabs, without
           header or color, with full values and ISO times.
  json     one array, or one object for one thing; [] for none
  ndjson   one object on each line, as the pages come
  csv      RFC 4180, with a header line
  tsv      no header; tab, newline and backslash in a value are \\t, \\n and \\\\
  yaml     YAML 1.2
  ics      a calendar, of shifts
  markdown a table for a chat or a report; a vendor's text is only text in it

--json is short for --output json.

Fields
  --fields id,title,service.name gives these, in this order, in any format.
  Dotted names reach in. An unknown field is an error that lists the known ones.

jq
  --jq EXPR filters the JSON with jq 1.8, which is built in; --raw-output prints
  strings without quotes. With ndjson each object is filtered by itself.

Ids only
  --quiet prints ids, one on each line, for "onduty ... ack -".

Color
  --color and --no-color win over NO_COLOR, which wins over FORCE_COLOR. Without
  any, a terminal gets color and a pipe does not.

Text of vendors
  Escape sequences and control characters are shown as \\x1b and the like, so
  that a title cannot move the cursor. JSON carries them as \\u001b.

Times and durations
  --tz sets the zone of printed times: an IANA name, local or utc. JSON is UTC.
  Points in time: 2024-01-15T10:30:00Z, 2024-01-15 10:30, 2h (ago), today,
  yesterday, monday. Durations: 90s, 5m, 2h, 3d, 1w.

Examples:
  onduty incidents list --fields id,title,service.name --output csv
  onduty incidents list --jq '.[].title' --raw-output
  onduty incidents list --status open --quiet | onduty incidents ack -
`;
