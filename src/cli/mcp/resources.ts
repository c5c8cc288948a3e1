import type { Context } from "../../context.ts";
import type { CommandTree } from "../command.ts";
import { describeEntry } from "../help/describe.ts";
import { exitCodeRows } from "../help/exit-codes.ts";
import { commandsOf } from "../tree.ts";

const json = "application/json";
const exitCodesUri = "onduty://exit-codes";
const helpUri = "onduty://help/";

/** What a client may read besides tools: the help of each command, and the exit codes. */
export function listResources(
  tree: CommandTree,
): { uri: string; name: string; description: string; mimeType: string }[] {
  const help = commandsOf(tree).map(({ path, command }) => ({
    uri: `${helpUri}${path.replaceAll(" ", "-")}`,
    name: `onduty ${path}`,
    description: command.summary,
    mimeType: json,
  }));
  const codes = { uri: exitCodesUri, name: "exit codes", description: "What each exit code means", mimeType: json };
  return [codes, ...help];
}

export const helpTemplate = {
  uriTemplate: `${helpUri}{command}`,
  name: "help of a command",
  description: "Arguments, options, examples, exit codes and fields: onduty://help/incidents-list",
  mimeType: json,
};

/** The text of a resource as JSON; undefined when it is not known. Words of a command may have any separator. */
export async function readResource(
  uri: string,
  tree: CommandTree,
  vendors: Context["vendors"],
): Promise<string | undefined> {
  if (uri === exitCodesUri) return JSON.stringify(exitCodeRows);
  if (!uri.startsWith(helpUri)) return undefined;
  const asked = plain(decode(uri.slice(helpUri.length)));
  const found = commandsOf(tree).find(({ path }) => plain(path) === asked);
  if (found !== undefined) return JSON.stringify(await describeEntry(found.command, vendors, found.path));
  const group = tree.entries.find(({ name }) => plain(name) === asked);
  return group === undefined ? undefined : JSON.stringify(await describeEntry(group, vendors));
}

function plain(words: string): string {
  return words.trim().replaceAll(/[\s/_+-]+/g, "-");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
