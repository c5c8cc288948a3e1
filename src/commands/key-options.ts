import { type Command, Option } from "commander";
import { usageError } from "../errors.ts";

/** Spellings under which people try to hand over a key. */
const names = ["api-key", "key", "token", "app-key", "auth-token", "integration-key", "secret"];

/** An option that takes a key as its value fails on every command, saying why, and never repeats the value. */
export function refuseKeyOptions(program: Command): void {
  for (const command of tree(program)) {
    for (const name of names) {
      if (command.options.some((option) => option.long === `--${name}`)) continue;
      const option = new Option(`--${name} [value]`).hideHelp().argParser(() => {
        throw refusedKey(`--${name}`);
      });
      command.addOption(option);
      command.on(`option:${name}`, () => {
        throw refusedKey(`--${name}`);
      });
    }
  }
}

/** The error for a key given on the command line. */
export function refusedKey(what: string): Error {
  return usageError(
    `${what}: a key on the command line would stand in the shell's history and in the process list`,
    "onduty keys set NAME --stdin, or in CI the variable ONDUTY_API_KEY",
  );
}

/** Whether a word given as an argument looks like a key; it must then not be repeated in a message. */
export function looksLikeKey(word: string): boolean {
  return /^(sk_(live|test)_|ok_)\S{8,}/.test(word) || /^[0-9a-f]{32}$/i.test(word);
}

function tree(command: Command): Command[] {
  return [command, ...command.commands.flatMap(tree)];
}
