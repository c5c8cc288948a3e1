import { resolve } from "node:path";
import { defineCommand } from "../../cli/command.ts";
import { files, oneOf, optionalWord, text, word } from "../../cli/options.ts";
import { CliError, usageError } from "../../errors.ts";
import { count, enumerate } from "../../model/text.ts";
import { list } from "../../output/result.ts";
import {
  fileOf,
  importedShape,
  importers,
  planImport,
  readAccounts,
  rowOf,
  storeImport,
} from "../../profiles/import.ts";
import { vendors } from "../../providers/index.ts";

const programs = importers(vendors);

export const importProfiles = defineCommand({
  name: "import",
  summary: "Add a profile for each account that another program has stored",
  arguments: {
    program: word("program", programs.map(({ name, from }) => `${name}: ${from.title}`).join(", "), {
      completes: oneOf(programs.map(({ name }) => name)),
    }),
    file: optionalWord("file", "its file, where it is not in its usual place", { completes: files }),
  },
  options: { user: text("user", "who acts with keys that belong to no user: an e-mail address") },
  writes: true,
  output: importedShape,
  notes: `
Keys are stored in the keyring, or in the config file where no keyring responds. No key is printed. A profile that
exists stays unchanged, and so does the file of the other program, which still holds the keys.`,
  examples: [
    "onduty profiles import pd",
    "onduty profiles import pd --dry-run",
    "onduty profiles import pd ./config.json",
  ],
  exitCodes: {
    ok: "added, or they exist",
    usage: "usage, or the file cannot be read",
    partial: "some added and some not",
  },
  async run({ ctx, args, options, printer }) {
    const known = importers(ctx.vendors);
    const importer = known.find(({ name }) => name === args.program);
    if (importer === undefined) {
      const names = known.map(({ name }) => name);
      const message = `"${args.program}" is not a program whose profiles can be imported; known: ${enumerate(names, "and")}`;
      throw usageError(message, "onduty profiles import pd");
    }
    const path = args.file === undefined ? fileOf(ctx, importer.from) : resolve(args.file);
    const planned = await planImport(ctx, importer, await readAccounts(importer, path, ctx.now()), options.user);
    const isDry = options.dryRun === true;
    const rows = isDry ? planned.map(rowOf) : await storeImport(ctx, planned, printer);
    const added = rows.filter(({ outcome }) => outcome === "added").map(({ profile }) => profile);
    const failed = rows.filter(({ outcome }) => outcome === "failed").length;
    const done = [`${path} still holds the keys`, `check them: onduty keys validate ${added.join(" ")}`];
    const what = `could not import ${failed} of ${count(rows.length, "account")}`;
    const failure = failed === 0 ? undefined : new CliError(failed === rows.length ? "usage" : "partial", what);
    const notices = isDry ? ["nothing was changed"] : added.length === 0 ? [] : done;
    const remarks = rows.filter(({ outcome, message }) => message !== null && outcome !== "exists");
    const warnings = remarks.map(({ profile, message }) => `warning: ${profile}: ${message}`);
    return list(rows, { notices, warnings, ...(failure !== undefined && { failure }) });
  },
});
