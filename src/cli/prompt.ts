import type { GlobalOptions } from "../context.ts";
import { CliError, Interrupted, usageError } from "../errors.ts";

/** Puts one question at the terminal and gives the line that was typed; nothing is echoed when `secret`. */
export type Prompt = (question: string, options: { secret: boolean; signal: AbortSignal }) => Promise<string>;

export interface PromptOptions {
  prompt: Prompt;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether stdin and stderr are a terminal. */
  interactive: boolean;
  signal: AbortSignal;
}

/** See `Context.confirm`. */
export async function confirm(
  prompting: PromptOptions,
  question: string,
  options: GlobalOptions,
  hint: string,
): Promise<boolean> {
  if (options.yes === true) return true;
  refuseWithout(prompting, question, options, hint);
  const answer = await prompting.prompt(`${question} [y/N] `, { secret: false, signal: prompting.signal });
  return /^y(es)?$/i.test(answer.trim());
}

/** See `Context.ask`. */
export async function ask(
  prompting: PromptOptions,
  question: string,
  options: GlobalOptions & { secret?: boolean; hint: string },
): Promise<string> {
  refuseWithout(prompting, question, options, options.hint);
  const answer = await prompting.prompt(`${question}: `, { secret: options.secret === true, signal: prompting.signal });
  return answer.trim();
}

/** Times that a question is put, where the answers cannot be read. */
const maxTries = 3;

/** See `Context.askFor`. */
export async function askFor<Value>(
  prompting: PromptOptions,
  question: string,
  options: GlobalOptions & { secret?: boolean; hint: string; read(text: string): Value },
  report: (line: string) => Promise<void>,
): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(prompting, question, options);
    try {
      return options.read(answer);
    } catch (error) {
      // What is typed ahead would go to the shell otherwise, a key among it.
      if (!(error instanceof CliError) || error.kind !== "usage" || tries === maxTries) throw error;
      await report(error.message);
    }
  }
}

/** Whether there is anybody to ask. */
export function canAsk({ interactive, env }: PromptOptions, options: GlobalOptions): boolean {
  return options.input !== false && interactive && !env.CI;
}

function refuseWithout(prompting: PromptOptions, question: string, options: GlobalOptions, hint: string): void {
  if (canAsk(prompting, options)) return;
  const why = options.input === false ? "--no-input is given" : prompting.env.CI ? "CI is set" : "no terminal";
  throw usageError(`cannot ask "${question.replace(/\s+/g, " ").trim()}": ${why}`, hint);
}

/** Asks on stderr and reads from stdin of this process, so that stdout stays data. */
export function terminalPrompt(input: () => NodeJS.ReadStream, getOutput: () => NodeJS.WriteStream): Prompt {
  return async (question, { secret, signal }) => {
    const { createInterface } = await import("node:readline");
    const { Writable } = await import("node:stream");
    const output = getOutput();
    // readline echoes what is typed to its output: a secret goes nowhere.
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: input(), output: secret ? silent : output, terminal: secret, prompt: "" });
    // Only now: what is typed before the terminal stopped echoing would show.
    output.write(question);
    try {
      return await new Promise<string>((resolve, reject) => {
        let isStopped = false;
        const stop = (): void => {
          if (isStopped) return;
          isStopped = true;
          // What is printed next begins a line of its own.
          if (!secret) output.write("\n");
          reject(new Interrupted(signal));
        };
        lines.once("line", (line) => {
          isStopped = true;
          resolve(line);
        });
        lines.once("SIGINT", stop);
        lines.once("close", stop);
        if (signal.aborted) stop();
        signal.addEventListener("abort", stop, { once: true });
      });
    } finally {
      lines.close();
      if (secret) output.write("\n");
    }
  };
}
