import { Command, Help, Option } from "commander";
import { addEvents } from "./commands/events/index.ts";
import { addIncidents } from "./commands/incidents/index.ts";
import { addKeys } from "./commands/keys/index.ts";
import { addOnCall } from "./commands/oncall.ts";
import { addProfiles } from "./commands/profiles/index.ts";
import { addRun } from "./commands/run/index.ts";
import { addSandbox } from "./commands/sandbox.ts";
import { addSpool } from "./commands/spool/index.ts";
import { addWhoami } from "./commands/whoami.ts";
import type { Context } from "./context.ts";
import { usageError } from "./errors.ts";
import { addGlobalOptions } from "./global-options.ts";
import { nearest } from "./output/text.ts";

/** Builds the whole command tree; its actions use `context`. */
export function buildProgram(context: Context): Command {
  const program = new Command("onduty");
  program
    .description("Send alert events, work incidents, and see who is on call: OpsKnight, Flashduty and Flotiq.")
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => void context.streams.out.write(text),
      // `main` reports usage errors in the one form all errors have.
      writeErr: () => {},
      getOutHelpWidth: () => context.streams.out.columns,
      getErrHelpWidth: () => context.streams.err.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      showGlobalOptions: true,
      sortSubcommands: false,
      // Not one of the program's options: there it would be found behind any command, and a deploy has a version too.
      visibleOptions(command) {
        const options = Help.prototype.visibleOptions.call(this, command);
        return command === program ? [new Option("-V, --version", "print version and commit"), ...options] : options;
      },
    })
    .helpCommand("help [command]", "show the help of a command");
  addGlobalOptions(program);
  addEvents(program, context);
  addIncidents(program, context);
  addOnCall(program, context);
  addKeys(program, context);
  addProfiles(program, context);
  addWhoami(program, context);
  addRun(program, context);
  addSpool(program, context);
  addSandbox(program, context);
  program.action(() => {
    if (program.args.length > 0) throw unknownCommand(program, program.args[0] ?? "");
    program.outputHelp();
  });
  for (const command of program.commands) refuseBareGroup(command);
  return program;
}

/** Whether a command line asks for the version: before the first word, which is a command's. */
export function asksVersion(argv: readonly string[]): boolean {
  const word = argv.findIndex((argument) => !argument.startsWith("-") || argument === "--");
  return (word === -1 ? argv : argv.slice(0, word)).some((argument) => argument === "--version" || argument === "-V");
}

/** `onduty incidents` alone, or with a word that is no command, is an error that lists the commands. */
function refuseBareGroup(group: Command): void {
  if (group.commands.length === 0) return;
  group.action(() => {
    const word = group.args[0];
    if (word !== undefined) throw unknownCommand(group, word);
    throw usageError(
      `"onduty ${group.name()}" needs a command: ${names(group).join(", ")}`,
      `onduty ${group.name()} ${names(group)[0]} --help`,
    );
  });
  group.allowExcessArguments(true);
}

function unknownCommand(parent: Command, word: string): Error {
  const path = parent.parent === null ? "onduty" : `onduty ${parent.name()}`;
  const near = nearest(word, names(parent));
  const hint = near[0] === undefined ? `one of ${names(parent).join(", ")}` : `${path} ${near[0]}`;
  return usageError(`"${path}" has no command "${word}"`, hint);
}

function names(parent: Command): string[] {
  return new Help()
    .visibleCommands(parent)
    .map((command) => command.name())
    .filter((name) => name !== "help");
}
