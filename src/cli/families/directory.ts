import { findRow, listRows, singular } from "../../directory/rows.ts";
import { shapes } from "../../directory/shapes.ts";
import { usageError } from "../../errors.ts";
import type { DirectoryName } from "../../model/directory.ts";
import { object, pages } from "../../output/result.ts";
import { defineCommand } from "../command.ts";
import { ids, text, word } from "../options.ts";
import { endOfList, limitOf, limitOptions } from "./listing.ts";

/* Services, schedules, users and teams are listed and shown alike. */

/** Default maximum of rows in a list. */
const defaultLimit = 100;

export function defineDirectoryList(name: DirectoryName) {
  return defineCommand({
    name: "list",
    aliases: ["ls"],
    summary: `List ${name}`,
    options: {
      query: text("text", `only with this text in the name${name === "users" ? ", e-mail address" : ""} or id`),
      ...limitOptions(name, defaultLimit),
    },
    needs: "directory",
    lacks: name,
    profiles: "several",
    output: shapes[name],
    examples: [
      `onduty ${name} list`,
      `onduty ${name} list --query check --json`,
      `onduty ${name} list --all --fields id,name -o csv`,
    ],
    exitCodes: {
      ok: "listed",
      failure: `this server does not publish ${name}`,
      usage: "usage",
      network: "no response",
      auth: "key",
      rateLimited: "rate limited",
      partial: "not complete, and empty or asked for with --all",
    },
    check(options) {
      limitOf(options, defaultLimit);
    },
    async run({ options, vendor }) {
      return pages(listRows(vendor, name, options.query), {
        limit: limitOf(options, defaultLimit),
        progress: `listing ${name}`,
        // If the list is incomplete, no match is not proof that nothing matches.
        end: endOfList(options),
      });
    },
  });
}

export function defineDirectoryShow(name: DirectoryName) {
  const one = singular[name];
  const mail = name === "users" ? ", e-mail address" : "";
  const [example, exampleOfJson] = name === "users" ? ["ada@example.com", "me"] : ["checkout", "checkout"];
  return defineCommand({
    name: "show",
    summary: `Show a ${one}`,
    arguments: {
      word: word(one, `id${mail}, name, or the only name that begins so`, {
        completes: name === "users" ? ids(name, "me") : ids(name),
      }),
    },
    needs: "directory",
    lacks: name,
    output: shapes[name],
    examples: [`onduty ${name} show ${example}`, `onduty ${name} show ${exampleOfJson} --json`],
    exitCodes: {
      ok: "shown",
      failure: `this server does not publish ${name}`,
      usage: "usage",
      network: "no response",
      auth: "key",
      notFound: "not found",
    },
    check(_, args) {
      if (args.word.trim() === "") throw usageError(`the ${one} is empty`, `onduty ${name} list`);
    },
    async run({ args, printer, vendor }) {
      const wanted = args.word.trim();
      return object(await printer.progress(`looking for "${wanted}"`, findRow(vendor, name, wanted)));
    },
  });
}
