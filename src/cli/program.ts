import { Command, Help, Option } from "commander";
import { adders } from "../commands/index.ts";
import type { Context, GlobalOptions } from "../context.ts";
import { usageError } from "../errors.ts";
import { enumerate, nearest } from "../model/text.ts";
import { resolveZone } from "../output/time.ts";
import { providerTitles, vendors } from "../providers/index.ts";
import { addGlobalOptions } from "./global-options.ts";
import { topics } from "./help/topics.ts";

type Fill = (command: Command, context: Context) => void;

/** A command as the program's own help shows it. What is below is loaded when it is needed. */
interface Entry {
  name: string;
  alias?: string;
  description: string;
  /** Declares the arguments, options and commands of it. */
  load(): Promise<Fill>;
}

const entries: Entry[] = [
  {
    name: "events",
    alias: "event",
    description: "Send alert and deploy events",
    load: async () => (await import("../commands/events/index.ts")).addEvents,
  },
  {
    name: "incidents",
    alias: "incident",
    description: "List, show and work incidents",
    load: async () => (await import("../commands/incidents/index.ts")).addIncidents,
  },
  {
    name: "oncall",
    description: "Say who is on call, until when, and who is next",
    load: adders.oncall,
  },
  {
    name: "keys",
    alias: "key",
    description: "Check, set and remove the keys of profiles",
    load: async () => (await import("../commands/keys/index.ts")).addKeys,
  },
  {
    name: "profiles",
    alias: "profile",
    description: "Add, choose and change profiles: a vendor, its address and keys",
    load: async () => (await import("../commands/profiles/index.ts")).addProfiles,
  },
  {
    name: "services",
    alias: "service",
    description: "List and show services",
    load: async () => (await import("../commands/services/index.ts")).addServices,
  },
  {
    name: "schedules",
    alias: "schedule",
    description: "List and show on-call schedules",
    load: async () => (await import("../commands/schedules/index.ts")).addSchedules,
  },
  {
    name: "users",
    alias: "user",
    description: "List and show people",
    load: async () => (await import("../commands/users/index.ts")).addUsers,
  },
  {
    name: "teams",
    alias: "team",
    description: "List and show teams",
    load: async () => (await import("../commands/teams/index.ts")).addTeams,
  },
  {
    name: "whoami",
    description: "Say whose key the profile holds, as far as the vendor tells",
    load: adders.whoami,
  },
  {
    name: "deploy",
    description: "Record a deploy or other change, from its start to its end",
    load: adders.deploy,
  },
  {
    name: "run",
    description: "Run a command; trigger when it fails, resolve when it passes again",
    load: adders.run,
  },
  {
    name: "spool",
    description: "Events on disk that are not delivered yet, or were refused",
    load: async () => (await import("../commands/spool/index.ts")).addSpool,
  },
  {
    name: "content",
    description: "Read runbooks and other content",
    load: async () => (await import("../commands/content/index.ts")).addContent,
  },
  {
    name: "api",
    description: "Ask any route of the vendor, with the profile's key",
    load: adders.api,
  },
  {
    name: "webhooks",
    alias: "webhook",
    description: `Check and receive the signed webhooks of ${enumerate(providerTitles(vendors.filter(({ webhooks }) => webhooks)), "and")}`,
    load: async () => (await import("../commands/webhooks/index.ts")).addWebhooks,
  },
  {
    name: "sandbox",
    description: "Serve the API of all three vendors on this machine, to practise on",
    load: adders.sandbox,
  },
  {
    name: "doctor",
    description: "Look for what is wrong: with this machine, the profiles, their servers and keys",
    load: adders.doctor,
  },
  {
    name: "completion",
    description: "Print the script that completes command lines in a shell",
    load: async () => (await import("./completion/index.ts")).addCompletion(buildWholeProgram),
  },
];

const topicNames = topics.map(({ name }) => name);

/**
 * Builds the command tree; its actions use `context`. Below each command of the first level it is filled when that is run.
 *
 * @param writeHelp takes the text of a help that was asked for
 */
export function buildProgram(context: Context, writeHelp = (_text: string): void => {}): Command {
  const program = new Command("onduty");
  program
    .description(
      `Send alert events, work incidents, and see who is on call: ${enumerate(providerTitles(context.vendors), "and")}.`,
    )
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: writeHelp,
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
    .helpCommand(false);
  addGlobalOptions(program);
  for (const { name, alias, description } of entries) {
    const command = program.command(name).description(description);
    if (alias !== undefined) command.alias(alias);
  }
  program
    .command("help")
    .description("Show the help of a command, or explain a topic")
    .argument("[command...]", `words of a command, or a topic: ${topicNames.join(", ")}`)
    .addHelpText("after", helpExamples)
    .action((words: string[], _, self: Command) =>
      showHelp(program, context, words, self.optsWithGlobals<GlobalOptions>()),
    );
  program.addHelpText("after", `\nTopics, as in \`onduty help ${topicNames[0]}\`: ${topicNames.join(", ")}`);
  refuseHelpOfNothing(program);
  program.hook("preAction", async (_, command) => {
    const { jq, tz } = command.optsWithGlobals<{ jq?: string; tz?: string }>();
    resolveZone(tz);
    // Before anything is asked, and loaded only then.
    if (jq !== undefined) await (await import("../output/jq.ts")).checkJq(jq);
  });
  program.hook("preSubcommand", (_, command) => fill(command, context));
  program.allowExcessArguments(true).action(() => {
    if (program.args.length > 0) throw unknownCommand(program, program.args[0] ?? "");
    program.outputHelp();
  });
  return program;
}

/** The same, filled to its last command. */
export async function buildWholeProgram(context: Context): Promise<Command> {
  const program = buildProgram(context);
  for (const command of program.commands) await fill(command, context);
  return program;
}

const filled = new WeakSet<Command>();

async function fill(command: Command, context: Context): Promise<void> {
  const entry = entries.find(({ name }) => name === command.name());
  if (entry === undefined || command.parent?.parent !== null || filled.has(command)) return;
  filled.add(command);
  (await entry.load())(command, context);
  refuseBareGroup(command);
}

/**
 * Prints a topic, or the help of a command; of a word that is both, the topic. Where a format of data is asked for on the
 * command line (what the environment says of formats is not meant for help), prints the same as data.
 */
async function showHelp(program: Command, context: Context, words: string[], options: GlobalOptions): Promise<void> {
  const { json, output = "table", jq, fields } = options;
  const asData = json === true || output !== "table" || jq !== undefined || fields !== undefined;
  const topic = words.length === 1 ? topics.find(({ name }) => name === words[0]) : undefined;
  if (topic !== undefined && !asData) return context.streams.out.write(await topic.load(context.vendors));
  const onlyTopic = topic !== undefined && !program.commands.some((command) => command.name() === topic.name);
  const command = onlyTopic ? program : await findCommand(program, context, words);
  if (!asData) return command.outputHelp();
  if (command === program && !onlyTopic) for (const one of program.commands) await fill(one, context);
  const { printHelp } = await import("./help/print.ts");
  const { vendors } = context;
  const shown = command === program ? undefined : command;
  await printHelp(context.printer(options), program, { topic, command: shown, vendors });
}

/** The command of these words, filled. @throws {CliError} `usage` when there is none */
async function findCommand(program: Command, context: Context, words: string[]): Promise<Command> {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) throw command === program ? unknownTopic(program, words) : unknownCommand(command, word);
    await fill(next, context);
    command = next;
  }
  return command;
}

function unknownTopic(program: Command, words: string[]): Error {
  const word = words.join(" ");
  const [near] = nearest(word, [...topicNames, ...names(program)]);
  return usageError(
    `there is no command or topic "${word}"; topics are ${topicNames.join(", ")}; commands are ${names(program).join(", ")}`,
    near === undefined ? "onduty --help" : `onduty help ${near}`,
  );
}

const helpExamples = `
For scripts and agents: with --json, or another format of data, the same as data, and of each command the fields that it
prints and whether it changes anything. What the environment says of formats is not meant for help, and --help is text.

Examples:
  onduty help incidents list
  onduty help exit-codes
  onduty help incidents ack --json
  onduty help --jq '[.. | objects | select(.writes == false) | .command]'

Exit codes: 0 shown, 2 no such command or topic
`;

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
  refuseHelpOfNothing(group);
}

/** `onduty incidents lisst --help` must not look like an answer. */
function refuseHelpOfNothing(group: Command): void {
  group.on("beforeHelp", () => {
    const [word] = group.args;
    if (word === undefined || word.startsWith("-")) return;
    if (!group.commands.some((one) => one.name() === word || one.aliases().includes(word)))
      throw unknownCommand(group, word);
  });
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
