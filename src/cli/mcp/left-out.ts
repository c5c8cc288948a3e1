/* What is no tool, whatever is allowed. Everything else that is added to the tree becomes one by itself. */

/** Commands and groups that are never tools, and why. */
export const neverTools: Readonly<Record<string, string>> = {
  sandbox: "it serves until it is stopped",
  mcp: "it is the server",
  completion: "it is for shells",
  profiles: "profiles and their keys belong to the person",
  "keys set": "it asks for a secret",
  "keys remove": "keys belong to the person",
  "spool purge": "it deletes events",
  run: "it starts programs",
  deploy: "the same as events change",
  help: "resources are the help",
  prompt: "it is for shells",
  "events send": "it reads a file or standard input",
  "events notify": "it is for monitoring systems, whose environment it reads",
  "events reconcile": "it reads a file or standard input",
  "incidents watch": "it goes on until it is stopped",
  "incidents open": "it opens a browser",
  "webhooks verify": "it needs a secret",
  "webhooks listen": "it goes on until it is stopped",
};

/** Commands that are tools for a part of what they do. */
export const partialTools: Readonly<Record<string, PartialTool>> = {
  api: {
    words: { method: ["GET"] },
    without: ["field", "rawField", "inputFile", "header"],
    reads: true,
    summary: "Read any route of the vendor with GET, with the profile's key",
  },
};

export interface PartialTool {
  /** The only words that an argument or an option takes. */
  words: Readonly<Record<string, readonly string[]>>;
  /** Options that are left out. */
  without: readonly string[];
  /** What is left changes nothing. */
  reads: true;
  summary: string;
}

/** Options that change the exit code alone, which a tool does not have. */
export const exitCodeOptions: readonly string[] = ["exitStatus", "spoolOk"];

/** Options with which a command goes on until it is stopped. */
export const endlessOptions: readonly string[] = ["watch"];

/** Whether the command of this path, `keys set`, or its group is never a tool. */
export function isNeverTool(path: string): boolean {
  return Object.keys(neverTools).some((name) => path === name || path.startsWith(`${name} `));
}
