import type { Command } from "commander";
import { asksVersion } from "../../src/cli/program.ts";
import { wholeProgram } from "./program.ts";

/**
 * The words of each `onduty` in a text for a shell: in pipes, lists, `$(…)`, and in quoted words that are command lines
 * themselves. Variables are put in as far as they are named; others stay as they are written.
 */
export function ondutyLines(text: string, variables: Readonly<Record<string, string>> = {}): string[][] {
  return simpleCommands(text, variables).flatMap((words) => {
    const at = words.indexOf("onduty");
    if (at === -1) return [];
    const own = words.slice(at + 1);
    return [own, ...own.filter((word) => /\bonduty /.test(word)).flatMap((word) => ondutyLines(word, variables))];
  });
}

/** The words of every command of a text for a shell, without redirections. */
function simpleCommands(text: string, variables: Readonly<Record<string, string>>): string[][] {
  const found: string[][] = [];
  let at = 0;

  /** Reads commands up to the end, or to the bracket that closes `$(`. */
  function list(closing: boolean): void {
    let words: string[] = [];
    let redirected = false;
    const end = (): void => {
      if (words.length > 0) found.push(words);
      words = [];
      redirected = false;
    };
    while (at < text.length) {
      const sign = text[at] ?? "";
      if (closing && sign === ")") break;
      if (text.startsWith("\\\n", at)) at += 2;
      else if (sign === "#") while (at < text.length && text[at] !== "\n") at += 1;
      else if (/[\n;|&()]/.test(sign)) {
        // `2>&1` is one redirection.
        if (sign === "&" && /[<>]/.test(text[at - 1] ?? "")) redirected = true;
        else end();
        at += 1;
      } else if (/[ \t]/.test(sign)) at += 1;
      else if (/[<>]/.test(sign)) {
        redirected = true;
        at += 1;
      } else {
        const one = word();
        const isDescriptor = /^\d$/.test(one) && /[<>]/.test(text[at] ?? "");
        if (!redirected && !isDescriptor) words.push(one);
        redirected = false;
      }
    }
    end();
  }

  function word(): string {
    let made = "";
    while (at < text.length && !/[\s;|&()<>]/.test(text[at] ?? "")) {
      const sign = text[at] ?? "";
      at += 1;
      if (sign === "'") {
        const end = text.indexOf("'", at);
        if (end === -1) throw new Error(`a quote is not closed: ${text}`);
        made += text.slice(at, end);
        at = end + 1;
      } else if (sign === '"') {
        while (text[at] !== '"') {
          if (at >= text.length) throw new Error(`a quote is not closed: ${text}`);
          made += part();
        }
        at += 1;
      } else {
        at -= 1;
        made += part();
      }
    }
    return made;
  }

  /** A character, or what it begins: `\`, a variable, or a command to be put in. */
  function part(): string {
    const sign = text[at] ?? "";
    at += 1;
    if (sign === "\\") {
      at += 1;
      return text[at - 1] === "\n" ? "" : (text[at - 1] ?? "");
    }
    if (sign !== "$") return sign;
    if (text[at] === "(") {
      at += 1;
      list(true);
      at += 1;
      return "OUTPUT";
    }
    // The last is GitHub's, who puts a value in before a shell sees it.
    const forms = /^(?:(\w+|[?#@*!$])|\{(\w+)[^}]*\}|\{\{ ?([\w.]+) ?\}\})/;
    const [whole = "", plain, braced, expression] = forms.exec(text.slice(at)) ?? [];
    at += whole.length;
    return variables[plain ?? braced ?? expression ?? ""] ?? `$${whole}`;
  }

  list(false);
  return found;
}

let parser: Promise<Command> | undefined;

/** What the program itself says against a command line, all of it parsed and none of it run; null when it takes it. */
export async function refusal(words: readonly string[]): Promise<string | null> {
  if (asksVersion(words)) return null;
  parser ??= wholeProgram().then(withoutActions);
  try {
    await (await parser).parseAsync(words, { from: "user" });
    return null;
  } catch (error) {
    // What is asked for, such as help, is thrown as well.
    const { exitCode, message } = error as { exitCode?: unknown; message: string };
    return exitCode === 0 ? null : `${message}\nin: onduty ${words.join(" ")}`;
  }
}

function withoutActions(command: Command): Command {
  for (const child of command.commands) {
    withoutActions(child);
    // A group without arguments is no command: to name it alone stays an error.
    if (child.commands.length === 0 || child.registeredArguments.length > 0) child.action(() => {});
  }
  return command;
}
