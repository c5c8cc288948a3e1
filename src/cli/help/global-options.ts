import { Command } from "commander";
import { addGlobalOptions } from "../global-options.ts";
import { wrap } from "../wrap.ts";

/** Columns of the names of options. */
const nameWidth = 26;

/** `onduty help options`. */
export function globalOptionsText(): string {
  const command = new Command().helpOption(false);
  addGlobalOptions(command);
  const help = command.createHelp();
  const lines = help.visibleOptions(command).flatMap((option) => {
    const [first = "", ...others] = wrap(help.optionDescription(option), 80 - nameWidth);
    const more = others.map((line) => " ".repeat(nameWidth) + line);
    return [`  ${help.optionTerm(option)}`.padEnd(nameWidth) + first, ...more];
  });
  return `Options that every command takes

They stand before or after the words of the command.

${lines.join("\n")}

Examples:
  onduty incidents list -p eu.prod --json
  onduty --max-wait 2m events trigger "Disk full on db-1"
  onduty incidents ack inc_1 --dry-run
`;
}
