import { ExitCode } from "../../errors.ts";

const meanings: Record<keyof typeof ExitCode, string> = {
  ok: "success",
  failure: "the vendor refused or failed, or a bug in onduty",
  usage: "bad option or argument, bad configuration, unknown profile,\nor what this vendor cannot do; nothing was sent",
  network: "no response: DNS, refused, reset, TLS, timeout",
  auth: "no key, or the vendor turned it down (401, 403)",
  notFound: "not found",
  rateLimited: "the vendor asks to wait longer than --max-wait",
  partial:
    "some of several succeeded and some did not, or a list is not\ncomplete, and is empty or was asked for with --all",
  pending: "an event is safe on disk and not delivered yet; --spool-ok\nmakes this 0",
  no: "the result is no (--exit-status)",
  interrupted: "Ctrl-C",
  terminated: "SIGTERM",
};

const names = Object.keys(meanings) as (keyof typeof ExitCode)[];

/** The table, for programs. */
export const exitCodeRows = names.map((name) => ({
  code: ExitCode[name],
  name,
  when: meanings[name].replaceAll("\n", " "),
}));

const rows = names.map((name) => {
  const meaning = meanings[name].replaceAll("\n", `\n${" ".repeat(20)}`);
  return `  ${String(ExitCode[name]).padEnd(5)}${name.padEnd(13)}${meaning}`;
});

/** `onduty help exit-codes`. */
export const exitCodes = `What each exit code means, the same for every command

${rows.join("\n")}

"onduty run" ends with the code of the command it runs; 126 when that cannot be
executed, 127 when it is not found, 128 and its number when a signal ended it.
A pipe that is closed early ("| head") is success.

An error is one line on stderr, then "hint:" with what to do and "request id:"
for the vendor's support. With --output json or ndjson it is one line of JSON:
  {"error":{"kind","message","hint","status","code","requestId","retryable",
            "retryAfter","exitCode"}}
kind is a name of the table above, or "bug".

Examples:
  onduty incidents list --status open --exit-status > /dev/null
  case $? in 0) echo quiet ;; 9) echo open ;; *) echo unknown ;; esac
`;
