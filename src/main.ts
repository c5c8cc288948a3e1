import { type Command, CommanderError } from "commander";
import { readGlobalOptions } from "./cli/global-options.ts";
import { topics } from "./cli/help/topics.ts";
import { asksVersion, buildProgram, unknownWord } from "./cli/program.ts";
import { reportError, reportUsage } from "./cli/report.ts";
import { endAfter, systemContext } from "./cli/runtime.ts";
import { updateHelper, wantsUpdates } from "./cli/updates.ts";
import { index } from "./commands/index.ts";
import type { Context } from "./context.ts";
import { CliError, ExitCode, Interrupted, isInterrupt } from "./errors.ts";
import { keyringHelper } from "./keys/keyring.ts";
import { refuseKeyOptions } from "./keys/refused-options.ts";
import { versionText } from "./version.ts";

/** Runs the process: its arguments, its streams, its exit code. */
export async function start(): Promise<void> {
  // The program as its own helper; see the keyring.
  if (process.argv[2] === keyringHelper) return helpKeyring();
  const argv = process.argv.slice(2);
  const { context, startAgain, finish } = systemContext();
  // A request for completions: it is not a command, so no command is loaded.
  if (argv[0] === "__complete") {
    const { answerRequest } = await import("./cli/completion/request.ts");
    // A home on a network disk may hang; what is being typed must not.
    if (!argv.includes("--refresh")) endAfter(Math.max(280 - process.uptime() * 1000, 100));
    await answerRequest(argv.slice(1), context, startAgain);
    return finish(ExitCode.ok);
  }
  if (argv.length === 1 && argv[0] === "prompt") {
    const { knownPrompt } = await import("./cli/families/known-prompt.ts");
    const line = await knownPrompt(context);
    if (line !== undefined) {
      await context.streams.out.write(`${line}\n`);
      return finish(ExitCode.ok);
    }
  }
  if (argv[0] === updateHelper) return (await import("./cli/update-notice.ts")).askUpdate(context);
  const code = await main(argv, context, async (help) => {
    // In a pipe no more code is loaded for it.
    if (!context.streams.out.isTTY) return context.streams.out.write(help);
    const { needsPager, showInPager } = await import("./cli/pager.ts");
    await (needsPager(help, context) ? showInPager(help, context) : context.streams.out.write(help));
  });
  process.exitCode = code;
  if (!context.signal.aborted && wantsUpdates(context, argv))
    await (await import("./cli/update-notice.ts")).reportUpdate(context, startAgain);
  await finish(code);
}

async function helpKeyring(): Promise<void> {
  const { answerKeyring } = await import("./keys/keyring-helper.ts");
  let line = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) line += chunk;
  process.stdout.write(await answerKeyring(line));
}

type ShowHelp = (text: string) => Promise<void>;

/** Runs one command line; every failure ends here as one message and one exit code. Never throws. */
export async function main(argv: readonly string[], context: Context, showHelp?: ShowHelp): Promise<number> {
  try {
    if (asksVersion(argv)) {
      await context.streams.out.write(`onduty ${versionText}\n`);
      return ExitCode.ok;
    }
    refuseKeyOptions(argv);
    await runCommand(argv, context, showHelp ?? ((text) => context.streams.out.write(text)));
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      await reportUsage(context, error, argv);
      return ExitCode.usage;
    }
    // After an interrupt, any failure but a usage error is reported as the interrupt, with what is known of it.
    const isOwn = isInterrupt(error) || (error instanceof CliError && error.kind === "usage");
    const failure = context.signal.aborted && !isOwn ? new Interrupted(context.signal) : error;
    await reportError(context, failure, readGlobalOptions(argv, context.env));
    return failure instanceof CliError ? failure.exitCode : ExitCode.failure;
  } finally {
    await context.close();
  }
}

/** @throws {CommanderError} on words that are no command line */
async function runCommand(argv: readonly string[], context: Context, showHelp: ShowHelp): Promise<void> {
  // At a terminal the bare name is a question about the situation; in a pipe it prints help.
  const isBare = argv.length === 0 && context.streams.out.isTTY;
  const words = isBare ? ["status"] : argv;
  let help = "";
  const build = (everyOption: boolean): Command =>
    buildProgram({
      index,
      words,
      everyOption,
      context,
      topics: topics.map(({ name }) => name),
      writeHelp(text) {
        help += text;
      },
    });
  const parse = (program: Command): Promise<Command> => program.parseAsync([...words], { from: "user" });
  const program = build(false);
  try {
    await parse(program);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.unknownOption") {
      // The word is what is wrong, not the option behind it.
      const wrongWord = unknownWord(program, index);
      if (wrongWord !== undefined) throw wrongWord;
      // Nothing has run yet. This error names what is near, of all options.
      await parse(build(true));
    } else if (error.exitCode !== 0) throw error; // So commander ends after a help.
  }
  if (help !== "") await showHelp(help);
}
